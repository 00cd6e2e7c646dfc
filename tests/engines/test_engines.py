"""Exports load into databases that run: whole, any number of times, and answer as SPARQL on edukg's own store does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import graphs
import pytest
from conftest import ROOT, Run
from engines import Bolt, Engine, Falkor, Ladybug, arcadedb_server, falkordb_server, fetched, oxigraph_server, virtuoso_server

from kg import formats, output
from kg.formats.property_graph import PropertyGraph
from kg.formats.schema import EDGES, NODES
from kg.iri import PREFIXES
from kg.store import Store

FORMS = {"cypher": "cypher", "loadcsv": "loadcsv", "neo4j": "neo4j", "parquet": "parquet", "nq": "graph.nq", "ttl": "graph.ttl"}
GONE, CHANGED = "003_9e5a96570e9817ec.txt", "004_c0f40378ba5061d4.txt"
BEFORE, AFTER = "建设多媒体录播室50间", "建设多媒体录播室60间"
NUMBERS = ("#decimal", "#double", "#integer", "#int")

Rows = Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class Exported:
    """A build, the folder with its exports by format, and the rows of its projection: name of the table, then values."""

    store: Store
    folder: Path
    rows: Rows


def exported(corpus: Path, folder: Path, run_kg: Run) -> Exported:
    """Build a corpus and write it in all formats for databases."""
    out = folder / "out"
    assert run_kg("build", corpus.name, "-o", out, "--files", "never", cwd=corpus.parent).returncode == 0
    for form, name in FORMS.items():
        result = run_kg("export", form, folder / name, "-o", out)
        assert (result.returncode, result.stderr) == (0, "")
    store = Store.open(output.current(out).graph)
    return Exported(store, folder, rows_of(store))


def rows_of(store: Store) -> Rows:
    """The rows of the projection of a store."""
    return Counter((row.table.file, *map(plain, row.values)) for row in PropertyGraph(store).rows())


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory, run_kg: Run) -> Exported:
    """The five reports."""
    folder = tmp_path_factory.mktemp("first")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    return exported(folder / "seeds", folder, run_kg)


@pytest.fixture(scope="session")
def following(tmp_path_factory: pytest.TempPathFactory, run_kg: Run) -> Exported:
    """Four of them, one changed."""
    folder = tmp_path_factory.mktemp("following")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (folder / "seeds" / GONE).unlink()
    data = (folder / "seeds" / CHANGED).read_bytes()
    assert BEFORE.encode() in data
    (folder / "seeds" / CHANGED).write_bytes(data.replace(BEFORE.encode(), AFTER.encode()))
    return exported(folder / "seeds", folder, run_kg)


SMALL = {"nasty": graphs.nasty, "laden": graphs.laden}


@pytest.fixture(scope="session", params=SMALL)
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Exported]:
    """A graph with quotation marks, backslashes, line breaks and control characters; and one whose facts have all that facts may have."""
    folder, store = tmp_path_factory.mktemp(request.param), Store.memory(SMALL[request.param]().store)
    for form in formats.FOLDERS:
        (folder / form).mkdir()
        formats.write_folder(form, store, folder / form)
    return request.param, Exported(store, folder, rows_of(store))


@pytest.fixture(scope="session")
def falkordb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A FalkorDB server."""
    with falkordb_server(tmp_path_factory.mktemp("falkordb")) as server:
        yield server


@pytest.fixture(scope="session")
def arcadedb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """An ArcadeDB server with a database for each test."""
    names = [re.sub(r"\W", "", way) for way in (*WAYS, *(f"{name} {way}" for name in SMALL for way in WAYS), "taken", "kept")]
    with arcadedb_server(tmp_path_factory.mktemp("arcadedb"), *names) as server:
        yield server


Open = Callable[[str, str], Engine]


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens an empty database of an engine, under a name."""
    engines: list[Engine] = []

    def one(engine: str, name: str) -> Engine:
        name = re.sub(r"\W", "", name)
        if engine == "ladybug":
            engines.append(Ladybug(tmp_path))
        elif engine == "falkordb":
            engines.append(Falkor(*request.getfixturevalue("falkordb"), name))
        else:
            port, password = request.getfixturevalue("arcadedb")
            engines.append(Bolt(port, name, password))
        return engines[-1]

    yield one
    for engine in engines:
        engine.close()


def run(engine: Engine, text: str, **given: str) -> None:
    """Run a script, one statement a line."""
    for line in text.split("\n"):
        if line:
            engine.run(line.removesuffix(";"), **given)


def scripts(engine: Engine, folder: Path, *names: str) -> None:
    """Run scripts of an export; files that they name stand in its folder."""
    for name in names:
        text = (folder / f"{name}.cypher").read_text("utf-8")
        run(engine, re.sub(r"FROM '(?:file:///)?([^']+)'", lambda found: f"FROM '{engine.address(folder / found[1])}'", text))


def bulk(engine: Engine, folder: Path) -> None:
    """Run the script for the bulk loader of FalkorDB."""
    assert isinstance(engine, Falkor)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    call = ["sh", str(folder / "falkordb-import.sh"), engine.name, f"redis://127.0.0.1:{engine.port}"]
    result = subprocess.run(call, capture_output=True, encoding="utf-8", env={**os.environ, "PATH": path}, check=False)
    assert result.returncode == 0, result.stderr


Load = Callable[[Engine, Path], None]
# Each way of loading: the engine, how an empty database is loaded, and how one is loaded again.
WAYS: dict[str, tuple[str, Load, Load | None]] = {
    "ladybug, Parquet": (
        "ladybug",
        lambda engine, at: scripts(engine, at / "parquet", "schema", "copy"),
        lambda engine, at: scripts(engine, at / "parquet", "schema", "merge", "sweep"),
    ),
    "ladybug, CSV": ("ladybug", lambda engine, at: scripts(engine, at / "loadcsv", "schema.ladybug", "copy.ladybug"), None),
    "FalkorDB, Cypher": (
        "falkordb",
        lambda engine, at: scripts(engine, at / "cypher", "constraints.falkordb", "graph"),
        lambda engine, at: scripts(engine, at / "cypher", "graph", "sweep"),
    ),
    "FalkorDB, LOAD CSV": (
        "falkordb",
        lambda engine, at: scripts(engine, at / "loadcsv", "constraints.falkordb", "load.falkordb"),
        lambda engine, at: scripts(engine, at / "loadcsv", "load.falkordb", "sweep"),
    ),
    "FalkorDB, bulk loader": ("falkordb", lambda engine, at: bulk(engine, at / "neo4j"), lambda engine, at: scripts(engine, at / "cypher", "graph", "sweep")),
    "ArcadeDB, Cypher": (
        "arcadedb",
        lambda engine, at: scripts(engine, at / "cypher", "constraints.neo4j", "graph"),
        lambda engine, at: scripts(engine, at / "cypher", "constraints.neo4j", "graph", "sweep"),
    ),
    "ArcadeDB, LOAD CSV": (
        "arcadedb",
        lambda engine, at: scripts(engine, at / "loadcsv", "constraints.neo4j", "load"),
        lambda engine, at: scripts(engine, at / "loadcsv", "load", "sweep"),
    ),
}


def plain(value: Any) -> Any:
    """A value as it can be compared between databases: numbers as doubles, dates as ISO 8601."""
    if value is None or isinstance(value, bool | str):
        return value
    return float(value) if isinstance(value, int | float) else str(value)


def contents(engine: Engine) -> Rows:
    """All nodes and edges of a database with all their properties, as rows of the projection."""
    found: Rows = Counter()
    labels: dict[Any, str] = {}
    for label, columns in NODES.items():
        for row in engine.run(f"MATCH (x:{label}) RETURN {', '.join(f'x.{column.name}' for column in columns)}"):
            found[label, *map(plain, row)] += 1
            labels[row[0]] = label
    for kind, columns in EDGES.items():
        own = "".join(f", x.{column.name}" for column in columns[2:])
        for row in engine.run(f"MATCH (a)-[x:{kind}]->(b) RETURN a.iri, b.iri{own}"):
            found[f"{kind}.{labels[row[0]]}.{labels[row[1]]}", *map(plain, row)] += 1
    return found


def questions() -> list[tuple[str, str, str]]:
    """The questions of docs/exports.md: title, Cypher, SPARQL."""
    text = (ROOT / "docs/exports.md").read_text("utf-8").partition("## Ten questions")[2]
    return re.findall(r"### (.+?)\n+```cypher\n(.+?)\n```\n+```sparql\n(.+?)\n```", text, re.DOTALL)


def wanted(store: Store, sparql: str) -> Rows:
    """What SPARQL on our own store answers."""
    return Counter(tuple(None if value is None else typed(value.value, str(getattr(value, "datatype", ""))) for value in row) for row in store.query(sparql))


def typed(text: str, datatype: str) -> Any:
    """The value of a literal."""
    return float(text) if datatype.strip("<>").endswith(NUMBERS) else text


def same_answers(engine: Engine, store: Store) -> None:
    """Each question is answered in Cypher as in SPARQL, row by row."""
    for title, cypher, sparql in questions():
        assert Counter(tuple(map(plain, row)) for row in engine.run(cypher)) == wanted(store, sparql), title


def lost_or_added(found: Rows, whole: Rows) -> tuple[list[Any], list[Any]]:
    """The first rows that are missing, and that are too many."""
    return list((whole - found).elements())[:3], list((found - whole).elements())[:3]


def test_there_are_ten_questions_with_answers(first: Exported) -> None:
    """Each of the ten questions has an answer in the seeds, so that comparing it says something."""
    assert len(questions()) == 10
    assert [title for title, _, sparql in questions() if not wanted(first.store, sparql)] == []


@pytest.mark.parametrize("way", WAYS)
def test_loaded_whole_again_and_anew(way: str, opened: Open, first: Exported, following: Exported) -> None:
    """A database holds all that was exported and answers as SPARQL does; loading again changes nothing, the next build leaves nothing of the last."""
    name, load, again = WAYS[way]
    engine = opened(name, way)
    load(engine, first.folder)
    assert lost_or_added(contents(engine), first.rows) == ([], [])
    same_answers(engine, first.store)
    if again is not None:
        again(engine, first.folder)
        assert lost_or_added(contents(engine), first.rows) == ([], [])
        again(engine, following.folder)
        assert lost_or_added(contents(engine), following.rows) == ([], [])
        same_answers(engine, following.store)


@pytest.mark.parametrize("way", WAYS)
def test_no_character_and_no_property_is_lost(way: str, opened: Open, small: tuple[str, Exported]) -> None:
    """Whatever stands in a sentence stands in the database, letter by letter, and whatever a fact may have."""
    (name, load, _), (graph, one) = WAYS[way], small
    engine = opened(name, f"{graph} {way}")
    load(engine, one.folder)
    assert lost_or_added(contents(engine), one.rows) == ([], [])


@pytest.mark.parametrize("name", ["ladybug", "falkordb", "arcadedb"])
def test_documents_and_facts_are_taken_away(name: str, opened: Open, first: Exported) -> None:
    """The scripts that take away a document or a fact leave nothing of it, and all else."""
    engine, forms = opened(name, "taken"), {"ladybug": "parquet"}
    load = next(load for engine_name, load, _ in WAYS.values() if engine_name == name)
    load(engine, first.folder)
    folder = first.folder / forms.get(name, "cypher")
    document = next(one for one in PropertyGraph(first.store).documents if one.endswith(GONE))
    run(engine, (folder / "remove-document.cypher").read_text("utf-8"), document=document)
    left = contents(engine)
    assert lost_or_added(left, Counter({row: number for row, number in first.rows.items() if document not in row})) == ([], [])
    adoption = next(row for row in left if row[0] == "ADOPTION.Region.Measure")
    run(engine, (folder / "remove-fact.cypher").read_text("utf-8"), document=adoption[-8], key=adoption[4])
    assert list((left - contents(engine)).elements()) == [adoption]


@pytest.mark.parametrize("name", ["ladybug", "falkordb", "arcadedb"])
def test_what_is_ones_own_is_kept(name: str, opened: Open, first: Exported, following: Exported) -> None:
    """Nodes and edges that were added by hand stay, and so does the shared thing they lead to, though the next build names it no more."""
    _, load, again = next(way for way in WAYS.values() if way[0] == name and way[2])
    engine = opened(name, "kept")
    load(engine, first.folder)
    gone = next(row[1] for row in first.rows - following.rows if row[0] == "Institution")
    if name == "ladybug":
        engine.run("CREATE NODE TABLE Note(id STRING, PRIMARY KEY(id))")
        engine.run("CREATE REL TABLE NOTED(FROM Note TO Institution)")
    engine.run("MATCH (x:Institution {iri: $iri}) CREATE (n:Note {id: '1'})-[:NOTED]->(x)", iri=gone)
    assert again is not None
    again(engine, following.folder)
    assert [tuple(row) for row in engine.run("MATCH (n:Note)-[:NOTED]->(x) RETURN n.id, x.iri")] == [("1", gone)]
    assert [row[1] for row in (contents(engine) - following.rows)] == [gone]


PROLOGUE = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())


def same_over_http(address: str, store: Store, **more: str) -> None:
    """Each question is answered by an endpoint as by our own store."""
    for title, _, sparql in questions():
        found = json.loads(fetched(address, PROLOGUE + sparql, **more))
        rows = Counter(tuple(cells(row, found["head"]["vars"])) for row in found["results"]["bindings"])
        assert rows == wanted(store, sparql), title


def cells(row: dict[str, dict[str, str]], names: Iterable[str]) -> Iterator[Any]:
    """The values of a row of SPARQL JSON."""
    for name in names:
        yield typed(row[name]["value"], row[name].get("datatype", "")) if name in row else None


COUNTS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://w3id.org/edukg/id/document/')) } GROUP BY ?g"


def counted(address: str) -> dict[str, int]:
    """How many statements an endpoint has of each document."""
    return {row["g"]["value"]: int(row["n"]["value"]) for row in json.loads(fetched(address, COUNTS))["results"]["bindings"]}


def said(store: Store) -> dict[str, int]:
    """The same of our own store."""
    return {document: len(store.quads(document)) for document in PropertyGraph(store).documents}


def test_oxigraph_answers_alike(first: Exported, following: Exported, tmp_path: Path) -> None:
    """The server of Oxigraph answers as our own store does, from N-Quads and Turtle loaded twice, and keeps documents apart."""
    for one in (first, following):
        files = (one.folder / "graph.nq", one.folder / "graph.ttl")
        with oxigraph_server(tmp_path / one.folder.name, *files, *files) as address:
            same_over_http(address, one.store)
            assert counted(address) == said(one.store)


def test_virtuoso_answers_alike(first: Exported, following: Exported, tmp_path: Path) -> None:
    """Virtuoso answers from Turtle as our own store does, after loading twice too, and after the next build has taken the place of the last."""
    with virtuoso_server(tmp_path) as (address, sql):
        for one in (first, first, following):
            shutil.copy(one.folder / "graph.ttl", tmp_path)
            sql("SPARQL CLEAR GRAPH <https://w3id.org/edukg/id/>")
            sql(f"TTLP_MT(file_open('{tmp_path}/graph.ttl'), '', 'https://w3id.org/edukg/id/', 0)")
            same_over_http(address, one.store, **{"default-graph-uri": "https://w3id.org/edukg/id/"})


def test_virtuoso_keeps_documents_apart(first: Exported, tmp_path: Path) -> None:
    """From N-Quads, twice, Virtuoso holds as many statements of each document as our own store."""
    with virtuoso_server(tmp_path) as (address, sql):
        for _ in range(2):
            shutil.copy(first.folder / "graph.nq", tmp_path)
            sql(f"TTLP_MT(file_open('{tmp_path}/graph.nq'), '', 'https://w3id.org/edukg/none', 512)")
            assert counted(address) == said(first.store)
