"""What the endpoint is and what it holds: SPARQL 1.1 Service Description and VoID."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from kg.iri import BASE, EDU, reference_graph
from kg.serve.explorer import Explorer
from kg.serve.pages import explorer
from kg.serve.words import LANGUAGES, Words
from kg.store import converted

MOST_GRAPHS = 1_000  # named in a description; SELECT gives all
MOST_STATEMENTS = 10_000_000  # in a graph that is read whole; bytes are bounded too
COUNTS = """SELECT ?kind ?of (COUNT(*) AS ?n) {
  { ?s ?of ?o BIND("property" AS ?kind) } UNION { ?s a ?of BIND("class" AS ?kind) }
} GROUP BY ?kind ?of ORDER BY ?kind ?of"""
FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "N-Quads",
    "TriG",
    "JSON-LD",
    "RDF_XML",
)
HEAD = """@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix formats: <http://www.w3.org/ns/formats/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def service(request: Request) -> str:
    """The Service Description, as Turtle."""
    e = explorer(request)
    graphs = "".join(f"    sd:namedGraph [ a sd:NamedGraph ; sd:name <{name}> ; sd:graph [ a sd:Graph ] ] ;\n" for name in _graphs(e))
    formats = ", ".join(f"formats:{name}" for name in FORMATS)
    return f"""{HEAD}
[] a sd:Service ;
  sd:endpoint <{_address(request, "sparql")}> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:UnionDefaultGraph ;
  sd:resultFormat {formats} ;
  sd:defaultDataset [ a sd:Dataset ;
{graphs}    sd:defaultGraph [ a sd:Graph ; rdfs:seeAlso <{_address(request, ".well-known/void")}> ]
  ] .
"""


def data(request: Request, counts: Sequence[Sequence[Mapping[str, Any]]]) -> str:
    """The description of the graph, as Turtle: its size, its classes and properties, where to ask it and to get it."""
    e = explorer(request)
    here = _address(request, ".well-known/void")
    rows = [(kind["value"], of["value"], int(n["value"])) for kind, of, n in counts]
    names = {
        "class": "void:classPartition [ void:class <{}> ; void:entities {} ]",
        "property": "void:propertyPartition [ void:property <{}> ; void:triples {} ]",
    }
    parts = " ;\n  ".join(names[kind].format(of, n) for kind, of, n in rows)
    documents = e.one("SELECT COUNT(*) FROM document")
    titles = ", ".join(f'"{Words(language)("title")}"@{language}' for language in LANGUAGES)
    return f"""{HEAD}
<{here}> a void:DatasetDescription ; foaf:primaryTopic <{here}#dataset> .
<{here}#dataset> a void:Dataset ;
  dcterms:title {titles} ;
  void:sparqlEndpoint <{_address(request, "sparql")}> ;
  void:dataDump <{_address(request, "store")}> ;
  void:uriSpace "{e.iri("")}" ;
  void:vocabulary <{EDU}> ;
  void:triples {sum(n for kind, _, n in rows if kind == "property")} ;
  void:properties {sum(kind == "property" for kind, _, _ in rows)} ;
  void:classes {sum(kind == "class" for kind, _, _ in rows)} ;
  void:documents {documents} ;
  {parts} .
"""


def written(text: str, syntax: str) -> bytes:
    """A description in another syntax."""
    return text.encode() if syntax == "ttl" else converted(text, syntax)


def _graphs(e: Explorer) -> list[str]:
    base = e.base or BASE
    documents = [row[0] for row in e.rows("SELECT iri FROM document ORDER BY iri LIMIT ?", MOST_GRAPHS)]
    return [reference_graph(base), *documents]


def _address(request: Request, path: str) -> str:
    """The address of a path of this server, as whoever asks calls it."""
    host = request.headers.get("host", "")
    safe = host if host and all(char.isalnum() or char in ".-:[]" for char in host) else "localhost"
    return f"{request.url.scheme}://{safe}/{path}"
