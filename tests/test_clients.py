"""The endpoint asked by programs that others wrote: SPARQLWrapper, rdflib's SPARQLStore and curl."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Iterator

import graphs
import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from served import Served, put, served
from SPARQLWrapper import CSV, GET, JSON, JSONLD, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.iri import PREFIXES

EDU = "PREFIX edu: <https://w3id.org/edukg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
NAMES = EDU + "SELECT ?l { ?s a edu:Region ; skos:prefLabel ?l } ORDER BY ?l"
REGIONS = EDU + "CONSTRUCT { ?s a edu:Region } { ?s a edu:Region }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of a small graph."""
    with served(put(graphs.sample(), tmp_path_factory.mktemp("clients") / "out")) as found:
        yield found


@pytest.fixture(scope="module")
def names() -> list[str]:
    """The names of all regions, by the graph itself."""
    kind, region = (PREFIXES["rdf"] + "type", PREFIXES["edu"] + "Region")
    quads = [*graphs.sample().store]
    regions = {quad.subject for quad in quads if quad.predicate.value == kind and getattr(quad.object, "value", "") == region}
    labels = [quad.object for quad in quads if quad.subject in regions and quad.predicate.value == PREFIXES["skos"] + "prefLabel"]
    return sorted({label.value for label in labels if label.language == "zh"})


def wrapper(of: Served, query: str, form: str, **graphs_: str) -> SPARQLWrapper:
    """A client with a query."""
    found = SPARQLWrapper(f"{of.address}sparql")
    found.setQuery(query)
    found.setReturnFormat(form)
    for name in graphs_.values():
        found.addDefaultGraph(name)
    return found


@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize("how", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_reads_rows(server: Served, names: list[str], method: str, how: str) -> None:
    """SPARQLWrapper gets the rows by every way it has of sending a query."""
    client = wrapper(server, NAMES, JSON)
    client.setMethod(method)
    if method == POST:
        client.setRequestMethod(how)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert [row["l"]["value"] for row in rows if row["l"]["xml:lang"] == "zh"] == names


def test_sparqlwrapper_reads_every_syntax(server: Served, names: list[str]) -> None:
    """XML, CSV and TSV say the same as JSON; Turtle, RDF/XML and JSON-LD give the same graph."""
    document = wrapper(server, NAMES, XML).queryAndConvert()
    assert [node.firstChild.data for node in document.getElementsByTagName("literal") if node.getAttribute("xml:lang") == "zh"] == names
    assert {*wrapper(server, NAMES, CSV).queryAndConvert().decode().splitlines()} >= {*names}
    assert f'"{names[0]}"@zh' in wrapper(server, NAMES, TSV).queryAndConvert().decode()
    turtle = Graph().parse(data=wrapper(server, REGIONS, TURTLE).queryAndConvert(), format="turtle")
    assert len(turtle) > 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # SPARQLWrapper makes graphs of a kind that rdflib warns of
        assert len(wrapper(server, REGIONS, RDFXML).queryAndConvert()) == len(turtle)
        assert len(wrapper(server, REGIONS, JSONLD).queryAndConvert()) == len(turtle)


def test_sparqlwrapper_hears_what_is_wrong(server: Served) -> None:
    """A misspelled query is the error that SPARQLWrapper has for it, with our words in it."""
    with pytest.raises(QueryBadFormed, match=r"line 1, column \d+"):
        wrapper(server, "SELECT nothing", JSON).query()


def test_rdflib_reads_the_endpoint_as_its_store(server: Served, names: list[str]) -> None:
    """A graph of rdflib over the endpoint iterates, asks and sees the graph it names alone."""
    store = SPARQLStore(f"{server.address}sparql", returnFormat="json", auth=None)
    graph = Graph(store)
    assert sorted(str(row[0]) for row in graph.query(NAMES) if row[0].language == "zh") == names
    region = URIRef("https://w3id.org/edukg/ontology#Region")
    found = {*graph.subjects(URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), region)}
    assert found
    assert all((subject, None, None) in graph for subject in found)
    documents = [row[0] for row in graph.query(EDU + "SELECT DISTINCT ?g { GRAPH ?g { ?d a edu:Document } }")]
    assert len(documents) == 2
    assert [*graph.query(EDU + "ASK { ?s a edu:Region }")] == [True]
    one = Graph(SPARQLStore(f"{server.address}sparql", returnFormat="json"), identifier=documents[0])
    assert {*one.subjects(None, URIRef("https://w3id.org/edukg/ontology#Document"))} == {documents[0]}


def curl(*words: str) -> str:
    """What curl prints."""
    return subprocess.run(["curl", "-sS", "--fail-with-body", *words], capture_output=True, encoding="utf-8", check=True).stdout  # noqa: S607


def test_curl(server: Served, names: list[str]) -> None:
    """curl asks in one line, by a form, by a body or by the address, and compressed or not gets the same."""
    address = f"{server.address}sparql"
    csv = curl(address, "-H", "Accept: text/csv", "--data-urlencode", f"query={NAMES}")
    assert {*csv.splitlines()} >= {*names}
    assert curl(address, "-H", "Accept: text/csv", "-H", "Content-Type: application/sparql-query", "--data-binary", NAMES) == csv
    assert curl("-G", address, "-H", "Accept: text/csv", "--compressed", "--data-urlencode", f"query={NAMES}") == csv
    assert "200 OK" in curl("-I", f"{server.address}store?default")
    with pytest.raises(subprocess.CalledProcessError) as error:
        curl(address, "-X", "PUT")
    assert "read, not written" in error.value.stdout
