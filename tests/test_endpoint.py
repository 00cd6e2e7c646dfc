"""The SPARQL endpoint as other programs have it: SPARQL 1.1 Protocol, Service Description, VoID and Graph Store Protocol over HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import graphs
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from served import Answer, Served, put, served

from kg.serve.accepted import RESULTS, TRIPLES
from kg.serve.sparql import LARGEST

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
ROWS = "SELECT ?s ?o { ?s edu:adminCode ?o } ORDER BY ?o LIMIT 3"
YES = "ASK { ?s a edu:Region }"
TRIPLE = "CONSTRUCT { ?s a edu:Region } { ?s a edu:Region }"
ABOUT = "DESCRIBE ?s { ?s edu:adminCode '150301' }"


def send(of: Served, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
    """The reply to a request, with headers written with _ for - and none but those."""
    there = urlsplit(of.address)
    connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=60)
    try:
        data = body.encode() if isinstance(body, str) else body
        connection.request(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
        found = connection.getresponse()
        return Answer(found.status, found.headers, found.read())
    finally:
        connection.close()


def get(of: Served, query: str, accept: str = "", **fields: str | list[str]) -> Answer:
    """The reply to a query sent by GET."""
    return send(of, "GET", f"/sparql?{urlencode({'query': query, **fields}, doseq=True)}", **({"Accept": accept} if accept else {}))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of a small graph."""
    with served(put(graphs.sample(), tmp_path_factory.mktemp("endpoint") / "out")) as found:
        yield found


@pytest.fixture(scope="module")
def documents(server: Served) -> list[str]:
    """The names of the graphs of documents."""
    found = get(server, "SELECT DISTINCT ?g { GRAPH ?g { ?d a edu:Document } } ORDER BY ?g").json
    return [row["g"]["value"] for row in found["results"]["bindings"]]


def count(reply: Answer) -> int:
    """The number in an answer of one number."""
    return int(reply.json["results"]["bindings"][0]["n"]["value"])


# ---- how a query is sent


def test_three_ways_to_ask_are_one(server: Served) -> None:
    """GET, a form and a query by itself give the same answer."""
    replies = [
        get(server, ROWS),
        send(server, "POST", "/sparql", urlencode({"query": ROWS}), Content_Type=FORM),
        send(server, "POST", "/sparql", urlencode({"query": ROWS}), Content_Type=f"{FORM}; charset=UTF-8"),
        send(server, "POST", "/sparql", ROWS, Content_Type=QUERY),
    ]
    assert [reply.status for reply in replies] == [200] * 4
    assert len({reply.body for reply in replies}) == 1
    assert len(replies[0].json["results"]["bindings"]) == 3


WRONG = [
    ("GET", "/sparql?query=SELECT%20nothing", None, {}, 400),
    ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, {}, 400),
    ("GET", "/sparql?query=", None, {}, 400),
    ("GET", "/sparql?query=%ff", None, {}, 400),
    ("GET", "/sparql?default-graph-uri=urn:a", None, {}, 400),
    ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=no%20iri", None, {}, 400),
    ("GET", "/sparql?update=DROP%20ALL", None, {}, 403),
    ("POST", "/sparql", "query=ASK%7B%7D&query=ASK%7B%7D", {"Content-Type": FORM}, 400),
    ("POST", "/sparql", "", {"Content-Type": FORM}, 400),
    ("POST", "/sparql?query=ASK%7B%7D", "ASK {}", {"Content-Type": QUERY}, 400),
    ("POST", "/sparql", b"ASK { ?s ?p '\xff' }", {"Content-Type": QUERY}, 400),
    ("POST", "/sparql", "ASK {}", {"Content-Type": "text/plain"}, 415),
    ("POST", "/sparql", "ASK {}", {}, 415),
    ("POST", "/sparql", "update=DROP%20ALL", {"Content-Type": FORM}, 403),
    ("POST", "/sparql", "INSERT DATA { <urn:a> <urn:b> 1 }", {"Content-Type": "application/sparql-update"}, 403),
    ("POST", "/sparql", "query=LOAD%20<file:///etc/passwd>", {"Content-Type": FORM}, 400),
    ("POST", "/sparql", "x" * (LARGEST + 1), {"Content-Type": QUERY}, 413),
    ("PUT", "/sparql", "ASK {}", {"Content-Type": QUERY}, 405),
    ("DELETE", "/sparql", None, {}, 405),
    ("PATCH", "/sparql", None, {}, 405),
]


@pytest.mark.parametrize(("method", "path", "body", "headers", "status"), WRONG, ids=lambda value: str(value)[:40])
def test_wrong_requests_are_refused(server: Served, method: str, path: str, body: Any, headers: dict[str, str], status: int) -> None:
    """What is no query has the status that the protocol or HTTP has for it, and says in JSON what is wrong."""
    reply = send(server, method, path, body, **headers)
    assert reply.status == status
    assert reply.json["error"]
    if status == 405:
        assert reply.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_errors_have_their_place(server: Served) -> None:
    """A misspelled query is told with line and column."""
    said = get(server, "SELECT *\n{ ?s ?p }").json
    assert (said["line"], said["column"]) == (2, 10)
    assert "LATERAL" in said["error"]


@pytest.mark.parametrize("query", ["SELECT * {\n SERVICE <http://127.0.0.1:9/> {} }", "SELECT * {\n service silent <http://127.0.0.1:9/> { LATERAL {} } }"])
def test_no_query_leaves_the_graph(server: Served, query: str) -> None:
    """SERVICE is refused with its place before anything runs."""
    reply = get(server, query)
    assert reply.status == 403
    assert (reply.json["line"], reply.json["column"]) == (2, 2)


def test_no_query_asks_the_server_itself(server: Served) -> None:
    """A graph named by an address is only a name: neither a file nor another server nor this one is read."""
    for name in ("file:///etc/passwd", f"{server.address}.well-known/void"):
        asked = "SELECT (COUNT(*) AS ?n) {} { ?s ?p ?o }"
        assert count(get(server, asked.replace("{}", f"FROM <{name}>", 1))) == 0
        assert count(get(server, asked.replace("{}", "", 1), **{"default-graph-uri": name})) == 0
        assert count(get(server, asked.replace("{}", f"FROM NAMED <{name}>", 1).replace("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }"))) == 0


# ---- which graphs it sees


def test_the_union_is_seen_unless_asked_otherwise(server: Served, documents: list[str]) -> None:
    """Without names a query sees all documents; with names, in the request or the query, those alone."""
    found = "SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d a edu:Document }"
    assert count(get(server, found)) == len(documents) > 1
    assert count(get(server, found, **{"default-graph-uri": documents[0]})) == 1
    assert count(get(server, found, **{"default-graph-uri": documents})) == len(documents)
    assert count(get(server, found.replace("{", f"FROM <{documents[0]}> {{", 1))) == 1
    assert count(get(server, found, **{"named-graph-uri": documents[0]})) == 0
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?d a edu:Document } }"
    assert count(get(server, named)) == len(documents)
    assert count(get(server, named, **{"named-graph-uri": documents[:1]})) == 1
    assert count(get(server, named, **{"default-graph-uri": documents[0]})) == 0


def test_graphs_of_the_request_win(server: Served, documents: list[str]) -> None:
    """Names in the request stand in the place of those in the query, however it is sent."""
    query = "SELECT (COUNT(*) AS ?n) FROM <urn:none> { ?d a edu:Document }"
    fields = {"default-graph-uri": documents[0]}
    assert count(get(server, query)) == 0
    assert count(get(server, query, **fields)) == 1
    assert count(send(server, "POST", "/sparql", urlencode({"query": query, **fields}), Content_Type=FORM)) == 1
    assert count(send(server, "POST", f"/sparql?{urlencode(fields)}", query, Content_Type=QUERY)) == 1


# ---- in which syntax it answers

ACCEPTED = [
    (ROWS, "", "application/sparql-results+json"), (ROWS, "*/*", "application/sparql-results+json"),
    (ROWS, "application/sparql-results+xml", "application/sparql-results+xml"), (ROWS, "application/json", "application/sparql-results+json"),
    (ROWS, "text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"), (ROWS, "text/*;q=0.5, application/*;q=0.4", "text/csv"),
    (ROWS, "TEXT/CSV; Q=0.9, */*;q=0.1", "text/csv"), (ROWS, "application/sparql-results+json;q=0, */*;q=0.1", "application/sparql-results+xml"),
    (ROWS, "text/turtle, application/sparql-results+xml;q=0.1", "application/sparql-results+xml"),
    (ROWS, "image/png, ;;,q=1,*/*", "application/sparql-results+json"),
    (YES, "application/sparql-results+xml", "application/sparql-results+xml"), (YES, "", "application/sparql-results+json"),
    (TRIPLE, "", "text/turtle"), (ABOUT, "text/turtle", "text/turtle"), (TRIPLE, "application/n-triples", "application/n-triples"),
    (TRIPLE, "application/n-quads", "application/n-quads"), (TRIPLE, "application/trig", "application/trig"),
    (TRIPLE, "application/ld+json, text/turtle;q=0.9", "application/ld+json"), (TRIPLE, "application/rdf+xml", "application/rdf+xml"),
    (TRIPLE, "application/sparql-results+json, text/turtle;q=0.2", "text/turtle"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "accept", "media"), ACCEPTED)
def test_the_best_of_what_is_accepted(server: Served, query: str, accept: str, media: str) -> None:
    """The syntax goes by the weights of Accept and by whether the answer is rows, yes or no, or a graph; and the body is of that syntax."""
    reply = get(server, query, accept)
    assert (reply.status, reply.type) == (200, media)
    if query in (TRIPLE, ABOUT):
        name = next(name for name, types in TRIPLES.items() if media in types)
        syntax = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}
        syntax |= {"jsonld": ox.RdfFormat.JSON_LD, "xml": ox.RdfFormat.RDF_XML}
        assert len(list(ox.parse(reply.body, format=syntax[name]))) > 0
    elif media != "text/csv":
        found = ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.from_media_type(media) or ox.QueryResultsFormat.JSON)
        assert bool(found) if query == YES else len(list(found)) == 3
    assert "Accept" in reply.headers["Vary"]


@pytest.mark.parametrize(("query", "accept"), [(ROWS, "image/png"), (ROWS, "text/turtle"), (TRIPLE, "text/csv"), (YES, "text/turtle"), (ROWS, "*/*;q=0")])
def test_what_is_not_written_is_406(server: Served, query: str, accept: str) -> None:
    """A client that accepts nothing that such an answer can be written in is told what it could accept."""
    reply = get(server, query, accept)
    assert reply.status == 406
    assert ("text/turtle" if query == TRIPLE else "text/csv") in reply.json["remedy"]


def test_every_syntax_says_the_same(server: Served) -> None:
    """Rows are the same in JSON, XML and TSV, Chinese included."""
    names = "SELECT ?l { ?s a edu:Region ; skos:prefLabel ?l } ORDER BY ?l"
    found = []
    for name in ("json", "xml", "tsv"):
        reply = get(server, names, RESULTS[name][0])
        rows = ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.from_media_type(reply.type))
        found.append([str(row["l"]) for row in rows])
    assert found[0] == found[1] == found[2]
    assert any("\u4e00" <= char for char in "".join(found[0]))


def test_head_is_get_without_its_body(server: Served) -> None:
    """HEAD has the headers of GET."""
    path = f"/sparql?query={quote(ROWS)}"
    head, whole = send(server, "HEAD", path), send(server, "GET", path)
    assert (head.status, head.body) == (200, b"")
    assert (head.type, head.headers["Content-Length"]) == (whole.type, str(len(whole.body)))


# ---- who may read


def test_pages_of_this_machine_may_read(server: Served) -> None:
    """Unless another is named, only pages of this machine may read the answers; the others do not even ask."""
    local, far = "http://localhost:3000", "https://example.org"
    assert send(server, "GET", f"/sparql?query={quote(YES)}", Origin=local).headers["Access-Control-Allow-Origin"] == local
    assert send(server, "GET", f"/sparql?query={quote(YES)}", Origin=far).status == 403
    assert send(server, "POST", "/sparql", YES, Content_Type=QUERY, Origin=far).status == 403
    assert send(server, "GET", f"/sparql?query={quote(YES)}", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors").status == 403
    asked = {"Origin": local, "Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "content-type"}
    preflight = send(server, "OPTIONS", "/sparql", **asked)
    assert preflight.status == 204
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
    assert send(server, "OPTIONS", "/sparql").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_other_origins_are_named(tmp_path: Path) -> None:
    """A site that is named may read, or any by *; errors too."""
    out = put(graphs.sample(), tmp_path / "out")
    with served(out, "--origin", "https://example.org") as one:
        assert send(one, "GET", "/sparql?query=x", Origin="https://example.org").headers["Access-Control-Allow-Origin"] == "https://example.org"
        assert send(one, "GET", "/sparql?query=x", Origin="https://example.net").status == 403
    with served(out, "--origin", "*") as all_of_them:
        assert send(all_of_them, "GET", "/sparql?query=x", Origin="https://example.net").headers["Access-Control-Allow-Origin"] == "*"


# ---- what it is and what it holds


def parsed(reply: Answer) -> Graph:
    """The graph of a description."""
    syntaxes = {"text/turtle": ox.RdfFormat.TURTLE, "application/rdf+xml": ox.RdfFormat.RDF_XML, "application/ld+json": ox.RdfFormat.JSON_LD}
    triples = [quad.triple for quad in ox.parse(reply.body, format=syntaxes[reply.type])]
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@pytest.mark.parametrize("accept", ["", "text/turtle", "application/rdf+xml", "application/ld+json"])
def test_the_service_describes_itself(server: Served, documents: list[str], accept: str) -> None:
    """Without a query the endpoint says its address, its language, that its default graph is the union, and its graphs; for a browser it is the editor."""
    found = parsed(send(server, "GET", "/sparql", Accept=accept))
    prefix = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
    assert [str(row[0]) for row in found.query(prefix + "SELECT ?e { [] a sd:Service ; sd:endpoint ?e }")] == [f"{server.address}sparql"]
    assert found.query(prefix + "ASK { [] sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph }").askAnswer
    named = {str(row[0]) for row in found.query(prefix + "SELECT ?g { [] sd:defaultDataset/sd:namedGraph/sd:name ?g }")}
    assert named >= {*documents}
    browser = send(server, "GET", "/sparql", Accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (browser.status, browser.headers["Location"]) == (303, "/query")


def test_the_graph_is_described(server: Served) -> None:
    """VoID says how many statements there are, and how many of each class and property, as queries count them."""
    found = parsed(send(server, "GET", "/.well-known/void"))
    void = "PREFIX void: <http://rdfs.org/ns/void#> "
    (row,) = found.query(void + "SELECT ?n ?e { ?d void:triples ?n ; void:sparqlEndpoint ?e FILTER(isIRI(?d)) }")
    assert int(row[0]) == count(get(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    assert str(row[1]) == f"{server.address}sparql"
    for class_, n in found.query(void + "SELECT ?c ?n { [] void:class ?c ; void:entities ?n }"):
        assert int(n) == count(get(server, f"SELECT (COUNT(*) AS ?n) {{ ?s a <{class_}> }}"))


def test_graphs_are_read_whole(server: Served, documents: list[str]) -> None:
    """The Graph Store Protocol gives a document's graph, the union and all graphs by name, with HEAD too; it writes nothing."""
    one = send(server, "GET", f"/store?graph={quote(documents[0])}", Accept="application/n-triples")
    told = count(get(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **{"default-graph-uri": documents[0]}))
    assert len(one.body.splitlines()) == told
    union = send(server, "GET", "/store?default", Accept="application/n-triples")
    assert len(union.body.splitlines()) == count(get(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    quads = list(ox.parse(send(server, "GET", "/store", Accept="application/n-quads").body, format=ox.RdfFormat.N_QUADS))
    assert len(quads) == count(get(server, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"))
    assert send(server, "HEAD", "/store?default").headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert send(server, "GET", "/store?graph=urn:none").status == 404
    assert [send(server, "GET", f"/store?{asked}").status for asked in ("graph=no%20iri", "graph=", "graph=urn:a&default")] == [400] * 3
    assert send(server, "GET", "/store?default", Accept="image/png").status == 406
    assert {send(server, method, "/store?default", "x").status for method in ("PUT", "POST", "DELETE", "PATCH")} == {405}
    assert count(get(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == len(union.body.splitlines())


# ---- whatever is sent

PIECES = ["SELECT", "*", "?s", "{", "}", "(", ")", "<urn:a>", "edu:Region", "'", '"', "\\", "FILTER", "OPTIONAL", "COUNT(", "AS", "GROUP BY", "SERVICE",
          "\u0000", "县", "\ud7ff", "#", "\n", "1e999", "@zh", "^^", "/", "+", "LATERAL", "VALUES", "UNION", ".", ";", "LOAD", "FROM", "%", "&"]  # fmt: skip
MALFORMED = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join), st.text(max_size=60), st.binary(max_size=60))
VALID = [ROWS, YES, TRIPLE, ABOUT]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A right query with a piece cut out, put twice or replaced."""
    query = draw(st.sampled_from(VALID))
    start, end = sorted((draw(st.integers(0, len(query))), draw(st.integers(0, len(query)))))
    return query[:start] + draw(st.sampled_from(["", query[start:end] * 2, *PIECES])) + query[end:]


@given(st.one_of(MALFORMED, mutated()))
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_sent_has_an_answer(server: Served, query: bytes | str) -> None:
    """A malformed query has a clear refusal, one that happens to be right its answer."""
    data = query if isinstance(query, bytes) else query.encode("utf-8", "surrogatepass")
    reply = send(server, "POST", "/sparql", data, Content_Type=QUERY, Accept="*/*")
    assert reply.status in (200, 400, 403)
    if reply.status != 200:
        assert reply.json["error"]


def test_the_server_goes_on(server: Served) -> None:
    """After all that was sent it answers as before."""
    assert get(server, YES).json["boolean"] is True
