"""The database: one graph replaced at a time, asked in SPARQL, written in a fixed order, and never fetching anything."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import iri
from kg.errors import QueryError, StoreError
from kg.store import LOADS, SYNTAXES, Store, in_order, serialise, turtle

A, B = iri.document("a.txt"), iri.document("b.txt")


def node(key: str) -> ox.NamedNode:
    """A resource."""
    return ox.NamedNode(iri.resource(key))


def quads(graph: str, *numbers: int) -> list[ox.Quad]:
    """One quad for each number."""
    return [ox.Quad(node(f"region/{number}"), ox.NamedNode(iri.EDU + "adminCode"), ox.Literal(str(number)), ox.NamedNode(graph)) for number in numbers]


def ask(store: Store, query: str) -> list[list[str]]:
    """The rows of an answer as text."""
    return [["" if term is None else term.value for term in row] for row in store.query(query)]


@pytest.fixture
def store() -> Store:
    """Two graphs."""
    return Store.memory([*quads(A, 1, 2), *quads(B, 2, 3)])


def test_folder(tmp_path: Path) -> None:
    """What is written to a folder is read from it, also while it is open."""
    store = Store.create(tmp_path / "graph")
    store.add(quads(A, 1, 2))
    assert len(store) == 2
    assert Store.open(tmp_path / "graph").quads() == in_order(quads(A, 1, 2))
    store.add(quads(B, 3))
    store.close()
    assert len(Store.open(tmp_path / "graph")) == 3


def test_copy(tmp_path: Path) -> None:
    """A copy is written to without touching what it was made of."""
    first = Store.create(tmp_path / "one")
    first.add(quads(A, 1))
    first.close()
    second = Store.copy(tmp_path / "one", tmp_path / "two")
    second.replace(A, quads(A, 5, 6))
    assert len(second) == 2
    assert len(Store.open(tmp_path / "one")) == 1


def test_removals_are_copied(tmp_path: Path) -> None:
    """What was removed before a store was closed does not come back in its copy."""
    store = Store.create(tmp_path / "0")
    store.add([*quads(A, 1), *quads(B, 2)])
    store.close()
    for number, graph in enumerate((A, B)):
        store = Store.copy(tmp_path / str(number), tmp_path / str(number + 1))
        store.drop(graph)
        store.close()
    assert len(Store.open(tmp_path / "1")) == 1
    assert len(Store.open(tmp_path / "2")) == 0


def test_many_loads_leave_few_files(tmp_path: Path) -> None:
    """A database that was filled load by load is put in order: a question looks into a file or two of each index, and finds all that was loaded."""
    store, each = Store.create(tmp_path / "db"), 10
    for load in range(2 * LOADS):
        for graph in (f"https://example.org/{load}/{n}" for n in range(each)):
            store.add_lines(graph, b"".join(f"<{graph}> <https://example.org/says> <{graph}/{n}> <{graph}> .\n".encode() for n in range(each)))
        assert store.inner  # loads what was added
    store.compact()
    store.close()
    assert len([*(tmp_path / "db").glob("*.sst")]) < LOADS
    assert len(Store.open(tmp_path / "db")) == 2 * LOADS * each * each


def test_nothing_there(tmp_path: Path) -> None:
    """A folder without a graph is named with a remedy."""
    with pytest.raises(StoreError, match=r"none: no graph can be read .*; build it anew"):
        Store.open(tmp_path / "none")


def test_closed() -> None:
    """A closed store says so."""
    store = Store.memory()
    store.close()
    store.close()
    with pytest.raises(StoreError, match="the store is closed"):
        len(store)


def test_replace(store: Store) -> None:
    """Replacing a graph removes what it held and leaves the others."""
    store.replace(A, quads(A, 7))
    store.replace(A, quads(A, 8))
    assert store.quads() == in_order([*quads(A, 8), *quads(B, 2, 3)])
    assert ask(store, "SELECT ?c { ?s edu:adminCode ?c } ORDER BY ?c") == [["2"], ["3"], ["8"]]


def test_drop(store: Store) -> None:
    """Dropping a graph removes it; dropping one that is not there changes nothing."""
    store.drop(A)
    store.drop(iri.document("c.txt"))
    assert store.graphs() == [B]
    assert store.quads(A) == []


def test_union(store: Store) -> None:
    """A query sees all graphs as one unless it names them."""
    count = "SELECT (COUNT(*) AS ?n) "
    assert ask(store, count + "{ ?s ?p ?o }") == [["3"]]
    assert ask(store, count + f"FROM <{A}> {{ ?s ?p ?o }}") == [["2"]]
    assert ask(store, count + f"{{ GRAPH <{B}> {{ ?s ?p ?o }} }}") == [["2"]]
    assert list(store.query("SELECT * { ?s ?p ?o }", use_default_graph_as_union=False)) == []


def test_prefixes(store: Store) -> None:
    """The usual prefixes need no declaration."""
    assert ask(store, "SELECT ?c { ?s edu:adminCode ?c } ORDER BY ?c") == [["1"], ["2"], ["3"]]


@given(st.lists(st.tuples(st.sampled_from([A, B]), st.sets(st.integers(1, 5)))))
def test_union_follows(steps: list[tuple[str, set[int]]]) -> None:
    """After any replacements the union holds each statement once, and none that no graph makes."""
    store, held = Store.memory(), {A: set[int](), B: set[int]()}
    for graph, numbers in steps:
        store.replace(graph, quads(graph, *numbers))
        held[graph] = numbers
    assert ask(store, "SELECT ?c { ?s edu:adminCode ?c } ORDER BY ?c") == [[str(number)] for number in sorted(held[A] | held[B])]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([A, B]), st.sets(st.integers(1, 5)))))
def test_only_what_changes_is_written(steps: list[tuple[str, set[int]]]) -> None:
    """Graphs replaced by N-Quads in a copy hold just these, and the statements are counted on without looking at all."""
    with tempfile.TemporaryDirectory() as folder:
        first = Store.create(Path(folder) / "first")
        first.replace_lines(A, serialise(quads(A, 1, 2), "nq"))
        first.close()
        store, held = Store.copy(Path(folder) / "first", Path(folder) / "second", 2), {A: {1, 2}, B: set[int]()}
        for graph, numbers in steps:
            store.replace_lines(graph, serialise(quads(graph, *numbers), "nq"))
            held[graph] = numbers
            assert store.lines(graph) == serialise(quads(graph, *numbers), "nq")
            assert len(store) == len(held[A] | held[B])
        assert ask(store, "SELECT ?c { ?s edu:adminCode ?c } ORDER BY ?c") == [[str(number)] for number in sorted(held[A] | held[B])]
        store.close()


def test_kinds_of_answers(store: Store) -> None:
    """Rows have names, a yes is a row and a truth, a CONSTRUCT gives triples."""
    rows = store.query("SELECT ?s ?none { ?s edu:adminCode '1' }")
    assert rows.names == ["s", "none"]
    assert [variable.value for variable in rows.variables] == ["s", "none"]
    assert [(row["s"].value, row["none"]) for row in rows] == [(iri.resource("region/1"), None)]
    yes = store.query("ASK { ?s ?p '1' }")
    assert (yes.truth, yes.names, [term.value for row in yes for term in row]) == (True, ("answer",), ["true"])
    triples = store.query("CONSTRUCT { ?s a edu:Region } WHERE { ?s ?p '1' }").triples
    assert triples is not None
    assert turtle(triples).endswith(b"\n<region/1> a edu:Region .\n")


WRONG = {
    "SELECT * {\n  ?s ?p }": "line 2, column 10: expected one of LATERAL, SERVICE;",
    "SELECT ?x": 'line 1, column 10: expected one of "\\$", "\\(", "\\?", "{", CONSTRUCT;',
    "SELECT * { ?s nope:p ?o }": "line 1, column 21: a prefix is not declared;",
    "INSERT DATA { <urn:a> <urn:b> 1 }": "line 1, column 10",
    "LOAD <http://127.0.0.1:9/x>": "line 1, column 1",
    "DROP ALL": "line 1, column 9",
    "": "line 1, column 1",
}


@pytest.mark.parametrize("query", WRONG)
def test_not_sparql(store: Store, query: str) -> None:
    """What is no query is refused with its place."""
    with pytest.raises(QueryError, match=rf"is not SPARQL: {WRONG[query]}.* ?mend it there"):
        store.query(query)
    assert len(store) == 3


@pytest.mark.parametrize(("begins", "ends"), [("SELECT * ", ""), ("SELECT * { FILTER(", ") }")])
def test_a_deep_query_ends_no_process(store: Store, begins: str, ends: str) -> None:
    """Brackets in brackets are answered as far as anyone writes them, and refused with their place before the parser gives way."""
    opening, closing = ("{", "}") if not ends else ("(", ")")
    inside = "?s ?p ?o" if not ends else "1"
    assert len([*store.query(begins + opening * 300 + inside + closing * 300 + ends)]) == (3 if not ends else 1)
    with pytest.raises(QueryError, match=r"nested too deeply, over 500 brackets are open: line 2, column \d+"):
        store.query("\n" + begins + opening * 200_000 + inside + closing * 200_000 + ends)


FETCHING = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "ASK { ?s ?p ?o FILTER EXISTS { SERVICE ?s { ?a ?b ?c } } }",
    "SELECT * { ?s ?p ?o { SELECT ?a { OPTIONAL { { SERVICE ?a {} } UNION {} } } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { # \r SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } \n }",
    'SELECT * { FILTER("\\u0022 # " != "") SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } # " \n }',
    "SELECT * { SERVICE <http://127.0.0.1:9/> { LATERAL { } } }",
    "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p 1serviceSILENT<http://127.0.0.1:9/>{} }",
    "PREFIX e: <urn:e> SELECT * { ?s e:a\\' ?o . SERVICE <http://127.0.0.1:9/> {} ?s e:b\\' ?o }",
    "SELECT * { ?s ?p <http://x/\\u0061'> . SERVICE <http://127.0.0.1:9/> {} ?s ?p <http://x/\\u0061'> }",
    "PREFIX service: <http://127.0.0.1:9/> SELECT * { service:x {} }",
    "SELECT * { BIND(1 AS ?x) ?x^?y SERVICE",
]


@pytest.mark.parametrize("query", FETCHING)
def test_no_query_fetches(store: Store, query: str) -> None:
    """SERVICE is refused before anything runs, however it is hidden."""
    with pytest.raises(QueryError, match="SERVICE"):
        store.query(query)


HARMLESS = [
    "ASK { ?s edu:note 'after-school SERVICE' }",
    "ASK { ?service ?p 'from' } # SERVICE <http://127.0.0.1:9/> { }",
    "PREFIX e: <http://example.org/service/> ASK { ?s a e:service FILTER(?s<?service&&?service>1) }",
    "ASK { ?s ?p '''it's a SERVICE''', 'a\\' SERVICE', <urn:SERVICE>, _:service }",
]


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_alone_is_harmless(store: Store, query: str) -> None:
    """A query that only has the word in a text, a name or a comment runs."""
    assert store.query(query).truth is False


PIECES = [
    "?s ?p true", "?s ?p 1", "?s ?p 'a'", '?s ?p "b"@en', "?s e:a\\' ?o.", "?s ?p <urn:a'#>.", "?s ?p '''x'y'''", '?s ?p """x"y"""', "FILTER(1<2)",
    "FILTER(?a<?b&&?c>?d)", "OPTIONAL {", "GRAPH ?g {", "UNION {", "}", "{", ".", ";", "#'\n", "#'''\r", "'", '"', "\\'", "\n", " ", "<", ">", "\\u0027",
]  # fmt: skip
WORDS = ["SERVICE", "service ", "SERVICESILENT", "sErViCe\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=5), st.sampled_from(WORDS), st.lists(st.sampled_from(PIECES), max_size=4))
@settings(max_examples=500)
def test_nothing_hides_the_word(before: list[str], word: str, after: list[str]) -> None:
    """Whatever stands around it, the keyword is found wherever the database would find it."""
    query = f"PREFIX e: <urn:e> SELECT * {{ {''.join(before)}{word}<http://127.0.0.1:9/>{{}}{''.join(after)} }}"
    try:
        list(Store.memory(quads(A, 1)).query(query))
    except QueryError:
        return
    except OSError as error:
        raise AssertionError(query) from error


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_order_does_not_matter(store: Store, syntax: str) -> None:
    """The same statements give the same bytes in every syntax, in whatever order they come."""
    found = store.quads()
    wanted = serialise(found, syntax)
    for seed in range(5):
        random.Random(seed).shuffle(found)
        assert serialise(found, syntax) == wanted


@pytest.mark.parametrize("syntax", ["trig", "nq", "jsonld"])
def test_quads_come_back(store: Store, syntax: str) -> None:
    """Syntaxes of quads are read back as they were written."""
    data = serialise(store.quads(), syntax)
    assert set(ox.parse(data, format=SYNTAXES[syntax])) == set(store.quads())


def test_turtle_is_readable(store: Store) -> None:
    """Turtle has sorted prefixes, each subject once, and names in relation to the base."""
    lines = serialise(store.quads(), "ttl").decode().splitlines()
    assert lines[0] == f"@base <{iri.BASE}> ."
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)
    assert [line for line in lines if line.startswith("<")] == [f'<region/{number}> edu:adminCode "{number}" .' for number in (1, 2, 3)]


@given(st.text(), st.sampled_from(["", "zh", "en"]))
def test_texts_come_back(text: str, language: str) -> None:
    """Any text survives Turtle."""
    triple = ox.Triple(node("a"), node("b"), ox.Literal(text, language=language or None))
    (found,) = ox.parse(turtle([triple]), format=ox.RdfFormat.TURTLE)
    assert found.object == triple.object


def test_base_is_known() -> None:
    """A store knows its base by its graph of reference data."""
    assert Store.memory().base == iri.BASE
    store = Store.memory(quads(iri.reference_graph("https://example.org/x/"), 1))
    assert store.base == "https://example.org/x/"
    store.add(quads(iri.document("graph/reference", store.base), 1))
    assert store.base == "https://example.org/x/"


@pytest.mark.parametrize("query", ["SELECT (<urn:f>(1) AS ?a) {}", "ASK { FILTER(<urn:f>(1)) }", "CONSTRUCT { ?s a edu:Region } { BIND(<urn:f>(1) AS ?s) }"])
def test_unanswerable(query: str) -> None:
    """A query that fails while it is answered is refused as one that cannot be read is."""
    with pytest.raises(QueryError, match="the query cannot be answered .*urn:f"):
        answer = Store.memory().query(query)
        list(answer.triples or answer)
