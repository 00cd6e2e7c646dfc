"""Run the W3C's SPARQL tests against the endpoint from outside: `python tools/w3c.py rdf-tests/sparql/sparql11 …`.

All data of the query tests become one store, each file a graph of its name. Each query is asked over HTTP, with the graphs of its test as
`default-graph-uri` and `named-graph-uri`, and of pyoxigraph in this process; tests where the answers differ are named. So are syntax tests that are not
told right from wrong alike, and protocol tests whose status or truth is another than the test says; those that update are left out, for nothing can be
written. Tests whose files or requests a copy of the suite does not hold are named apart. The source archive of rdflib has the suite of 2013 in
`test/data/suites/w3c`, without the requests of the protocol tests.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import pyoxigraph as ox
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from graphs import sample  # noqa: E402 - found by the line above
from served import Answer, Served, put, served  # noqa: E402
from test_endpoint import FORM, send  # noqa: E402

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
ELSEWHERE = ("entailment", "service", "syntax-fed")  # other regimes than simple entailment, and SERVICE
SYNTAX = ("PositiveSyntaxTest", "PositiveSyntaxTest11", "NegativeSyntaxTest", "NegativeSyntaxTest11")


@dataclass(frozen=True)
class Case:
    """A query with the graphs that it sees."""

    name: str
    query: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def manifests(folders: Sequence[str]) -> Iterator[tuple[Path, Graph]]:
    """Each manifest below the folders."""
    for folder in folders:
        for file in sorted(Path(folder).resolve().rglob("manifest.ttl")):
            if file.parent.name not in ELSEWHERE:
                yield file, Graph().parse(file, publicID=file.as_uri())


def file_of(iri: Node | None) -> Path:
    """The file that an IRI names."""
    return Path(unquote(urlsplit(str(iri)).path))


def loaded(quads: list[ox.Quad], iri: str, name: str = "") -> tuple[str, ...]:
    """Put a file among the quads, its default graph under its name; gives the names of its other graphs."""
    file = file_of(iri)  # type: ignore[arg-type]
    own = ox.NamedNode(name or iri)
    found = [*ox.parse(path=str(file), base_iri=name or iri)]
    quads += [ox.Quad(*quad.triple, own if quad.graph_name == ox.DefaultGraph() else quad.graph_name) for quad in found]
    return tuple(sorted({quad.graph_name.value for quad in found if isinstance(quad.graph_name, ox.NamedNode)}))


def cases(graph: Graph, quads: list[ox.Quad]) -> Iterator[Case]:
    """The query tests of a manifest."""
    for test in sorted(graph.subjects(RDF.type, MF.QueryEvaluationTest)):
        action = graph.value(test, MF.action)
        query = graph.value(action, QT.query)
        default, named = (tuple(map(str, graph.objects(action, kind))) for kind in (QT.data, QT.graphData))
        if not all(file_of(file).exists() for file in (query, *default, *named)):
            print(f"not in this copy: {test}")
            continue
        inner = [name for iri in default for name in loaded(quads, iri)]
        for iri in named:
            loaded(quads, iri)
        yield Case(str(test), f"BASE <{query}>\n{file_of(query).read_text('utf-8')}", default, (*named, *inner))


def told(reply: Answer) -> Any:
    """What an answer over HTTP says, blank nodes alike."""
    if reply.status != 200:
        return "refused"
    if reply.type == "application/n-triples":
        return sorted(map(_plain, ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES)))
    return _rows(ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON))


def known(store: ox.Store, case: Case) -> Any:
    """What pyoxigraph says in this process."""
    graphs: dict[str, Any] = {}
    if case.default or case.named:
        graphs = {"default_graph": [*map(ox.NamedNode, case.default)], "named_graphs": [*map(ox.NamedNode, case.named)]}
    try:
        found = store.query(case.query, **graphs)
        return sorted(map(_plain, found)) if isinstance(found, ox.QueryTriples) else _rows(found)
    except (SyntaxError, RuntimeError, ValueError, OSError):
        return "refused"


def _rows(found: Any) -> Any:
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return sorted(tuple(_plain(term) for term in row) for row in found)


def _plain(term: Any) -> str:
    if isinstance(term, ox.Triple | ox.Quad):
        return " ".join(_plain(part) for part in (term.subject, term.predicate, term.object))
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


def asked(server: Served, case: Case) -> Answer:
    """The reply to a query test."""
    fields = urlencode({"query": case.query, "default-graph-uri": case.default, "named-graph-uri": case.named}, doseq=True)
    return send(server, "POST", "/sparql", fields, Content_Type=FORM, Accept="application/sparql-results+json, application/n-triples")


def syntax(server: Served, graph: Graph) -> Iterator[tuple[str, bool]]:
    """The syntax tests of a manifest, and whether right and wrong are told as pyoxigraph tells them."""
    for kind in SYNTAX:
        for test in sorted(graph.subjects(RDF.type, MF[kind])):
            query = graph.value(test, MF.action)
            case = Case(str(test), f"BASE <{query}>\n{file_of(query).read_bytes().decode('utf-8', 'replace')}")
            yield case.name, (asked(server, case).status == 400) == (known(ox.Store(), case) == "refused")


def protocol(server: Served, graph: Graph) -> Iterator[tuple[str, bool]]:
    """The protocol tests of a manifest that do not update, and whether each reply is as it should be."""
    for test in sorted(graph.subjects(RDF.type, MF.ProtocolTest)):
        if "#update" not in str(test):
            if requests := graph.value(graph.value(test, MF.action), HT.requests):
                yield str(test), all(_as_told(server, graph, request) for request in Collection(graph, requests))
            else:
                print(f"not in this copy: {test}")


def _as_told(server: Served, graph: Graph, request: Node) -> bool:
    listed = graph.value(request, HT.headers)
    headers = {str(graph.value(one, HT.fieldName)): str(graph.value(one, HT.fieldValue)) for one in (Collection(graph, listed) if listed else ())}
    sent = graph.value(request, HT.body)
    body = str(graph.value(sent, CNT.chars)).encode(str(graph.value(sent, CNT.characterEncoding) or "utf-8")) if sent else None
    path = str(graph.value(request, HT.absolutePath)).replace("/sparql/", "/sparql")
    reply = send(server, str(graph.value(request, HT.methodName)), path, body, **headers)
    said = graph.value(request, HT.resp)
    statuses = {str(status)[-3] for status in graph.objects(said, MF.expectedStatus)}
    truth = graph.value(said, MF.expectedBoolean)
    return str(reply.status)[0] in statuses and (truth is None or reply.json["boolean"] == truth.toPython())


def report(kind: str, results: Sequence[tuple[str, bool]]) -> bool:
    """Print how many are right and which are not."""
    wrong = [name for name, right in results if not right]
    print(f"{kind}: {len(results) - len(wrong)} of {len(results)}", *wrong, sep="\n  ")
    return not wrong


def main(folders: Sequence[str]) -> int:
    """Run all tests; 1 where one is not as it should be."""
    found = [graph for _, graph in manifests(folders)]
    quads: list[ox.Quad] = []
    queries = [case for graph in found for case in cases(graph, quads)]
    for graph in found:
        for data in graph.objects(None, UT.graphData):
            if label := graph.value(data, RDFS.label):
                loaded(quads, str(graph.value(data, UT.graph)), str(label))
    world, here = sample(), ox.Store()
    world.store.extend(quads)
    here.extend(quads)
    with tempfile.TemporaryDirectory() as scratch, served(put(world, Path(scratch))) as server:
        same = [(case.name, told(asked(server, case)) == known(here, case)) for case in queries]
        spelled = [one for graph in found for one in syntax(server, graph)]
        spoken = [one for graph in found for one in protocol(server, graph)]
    return 0 if all([report("queries answered as in process", same), report("syntax", spelled), report("protocol", spoken)]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
