"""Exports hold what the graph says, whole, in the same bytes every time, whatever characters are in it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import asked
import graphs
import networkx
import pytest
from conftest import ROOT, Run
from graphs import NASTY

from kg import formats, iri, output
from kg.formats.property_graph import PropertyGraph, Row
from kg.formats.schema import EDGES, LINKS, NODES, PLACED, RELATIONS, SHARED, SPAN, USUAL_ENDS, edge_type
from kg.formats.statements import scripts
from kg.iri import PREFIXES
from kg.store import Store, serialise
from kg.view import FACTS, local_name

IN_PLAIN_TESTS = tuple(form for form in formats.FORMATS if form not in ("html", "parquet"))

Said = tuple[str, str, str]


@pytest.fixture(scope="module")
def seeds_store(built: Path) -> Store:
    """The graph of the five reports."""
    return Store.open(output.current(built).graph)


@pytest.fixture(scope="module")
def rows(seeds_store: Store) -> list[Row]:
    """The same as rows of a property graph."""
    return list(PropertyGraph(seeds_store).rows())


@pytest.fixture(scope="module")
def nasty() -> Store:
    """A graph with whatever breaks files in a sentence and in names."""
    return Store.memory(graphs.nasty().store)


def prefixed(name: str) -> str:
    return next((f"{prefix}:{name[len(space) :]}" for prefix, space in PREFIXES.items() if name.startswith(space)), name)


def parts(text: str) -> list[str]:
    """What a joined text was joined from."""
    return [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\)(?:\\\\)*\|", text)]


def told(store: Store) -> Iterator[Said]:
    """All that documents say in RDF, but for what follows from facts: evidence by its place, other things by what they are, states by their names."""
    plain = {"edu:adopts", *(f"edu:{name}" for name in RELATIONS)}
    for graph in store.graphs():
        if graph in (iri.reference_graph(store.base), iri.build_graph(store.base)):
            continue
        for quad in store.quads(graph):
            subject, predicate, thing = quad.subject.value, prefixed(quad.predicate.value), quad.object
            if predicate not in plain or "/f/" in subject:
                yield subject, predicate, thing.value


LEADS = {link.type: link.source for links in LINKS.values() for link in links}
RELATION_TYPES = {edge_type(name): name for name in RELATIONS}


def held(rows: list[Row]) -> Iterator[Said]:
    """All that rows of a property graph say, as statements."""
    for row in rows:
        at = {column.name: str(value) for column, value in zip(row.table.columns, row.values, strict=True) if value is not None}
        name = row.table.name
        span = f"{at.get('document')}/e/{at.get('startOffset')}-{at.get('endOffset')}"
        if name in LEADS:
            yield at["from"], LEADS[name], at["to"]
        elif name in PLACED:
            yield at["from"], PLACED[name], at["to"]
            yield at["iri"], "edu:refersTo", at["to"]
        else:
            yield from typed(name, at)
            yield at["iri"], "edu:evidence", span
            for other in json.loads(at.get("otherQuotes", "[]")):
                name = f"{other['document']}/e/{other['startOffset']}-{other['endOffset']}"
                yield from ((at["iri"], "edu:evidence", name), (name, "rdf:type", iri.EDU + "Evidence"))
                yield from ((name, column.source, str(other[column.name])) for column in SPAN if column.name in other)
        yield span, "rdf:type", iri.EDU + "Evidence"
        yield from properties(row, at.get("iri", ""), span)


def typed(name: str, at: dict[str, str]) -> Iterator[Said]:
    """What the label of a node says, or the type of an edge that is a fact."""
    subject = at["iri"]
    if name in RELATION_TYPES:
        yield from (
            (subject, "rdf:subject", at["from"]),
            (subject, "edu:agent", at["from"]),
            (subject, "rdf:predicate", iri.EDU + RELATION_TYPES[name]),
            (subject, "rdf:object", at["to"]),
        )
    elif name == "ADOPTION":
        yield from ((subject, "edu:agent", at["from"]), (subject, "edu:measure", at["to"]))
    if at.get("zone") == "True":
        yield subject, "rdf:type", iri.EDU + "FunctionalZone"
    yield subject, "rdf:type", iri.EDU + ("Relation" if name in RELATION_TYPES else "Adoption" if name == "ADOPTION" else name)


def properties(row: Row, subject: str, span: str) -> Iterator[Said]:
    """What the columns of a row say, of it or of the span that it stands on."""
    for column, value in zip(row.table.columns, row.values, strict=True):
        on = span if column.source.startswith("oa:") or column.source in ("edu:paragraph", "edu:heading", "edu:page") else subject
        if value is not None:
            for one in parts(str(value)) if column.take in ("many", "iris", "aliases") else [str(value)]:
                yield on, column.source, one


def same(one: Said) -> Said:
    """A statement as it can be compared: numbers as numbers, states without their namespace."""
    subject, predicate, thing = one
    if predicate in ("edu:value", "edu:valueMax", "edu:fromValue", "edu:minimum", "edu:maximum"):
        return subject, predicate, str(float(thing))
    if predicate in ("edu:status", "edu:quantityKind", "skos:inScheme", "rdf:type"):
        return subject, predicate, local_name(thing)
    if predicate in ("skos:prefLabel", "skos:altLabel"):
        return subject, "label", thing  # documents may prefer different labels for a thing of their own
    if predicate == "edu:summable":
        return subject, predicate, thing.lower()
    return one


ZONES = {
    "a.txt": "昆山市2022年教育工作总结\n昆山开发区推行集团化办学。花桥经济开发区新建学校3所。昆山市开设茶乡少年课程,覆盖学校12所。",
    "b.txt": "昆山市2023年教育工作总结\n昆山市实施“茶乡少年”行动。教育局牵头,2023年计划新建学校2所。音乐教师数量不足。下一步,招聘音乐教师20名。",
}


@pytest.mark.parametrize("which", ["seeds", "sample", "zones", "laden"])
def test_no_statement_of_a_document_is_lost(which: str, seeds_store: Store) -> None:
    """Every statement that a document makes can be read off the property graph again."""
    store = {"seeds": seeds_store, "sample": Store.memory(graphs.sample().store), "zones": asked.graph(ZONES), "laden": Store.memory(graphs.laden().store)}[
        which
    ]
    found = {same(one) for one in held(list(PropertyGraph(store).rows()))}
    names = {"edu:institutionType"}  # held by its label
    lost = [one for one in told(store) if same(one) not in found and one[1] not in names]
    assert lost == []


def test_nothing_is_lost_of_shared_things(seeds_store: Store, rows: list[Row]) -> None:
    """Every statement about a region, institution, measure or other shared thing that is in the graph can be read off it again."""
    found = {same(one) for one in held(rows)}
    plain = {"edu:adopts", *(f"edu:{name}" for name in RELATIONS)}  # follow from facts
    labels = {"edu:institutionType"}  # held by its label
    lost = []
    for name in (str(row.get("iri")) for row in rows if row.table.name in SHARED):
        for triple in seeds_store.about(name):
            one = same((name, prefixed(triple.predicate.value), getattr(triple.object, "value", "")))
            if one not in found and one[1] not in {*plain, *labels}:
                lost.append(one)
    assert lost == []


def test_facts_are_counted_alike(seeds_store: Store, rows: list[Row]) -> None:
    """Each kind of fact has as many rows as RDF has facts."""
    kinds = Counter({"Adoption": sum(row.table.name == "ADOPTION" for row in rows)})
    relations = {edge_type(name) for name in RELATIONS}
    kinds["Relation"] = sum(row.table.name in relations for row in rows)
    kinds.update(row.table.name for row in rows if row.table.name in FACTS)
    chosen = " ".join(f"edu:{kind}" for kind in FACTS)
    wanted = asked.values(seeds_store, f"SELECT ?k (COUNT(DISTINCT ?f) AS ?n) {{ VALUES ?k {{ {chosen} }} ?f a ?k }} GROUP BY ?k")
    assert dict(kinds) == {local_name(kind): int(number) for kind, number in wanted}


def test_edges_have_both_ends(rows: list[Row]) -> None:
    """No edge leads to a node that is not there, or that has another label."""
    nodes = {row.get("iri"): row.table.name for row in rows if row.table.ends is None}
    assert len(nodes) == sum(row.table.ends is None for row in rows)
    wrong = [row for row in rows if row.table.ends and (nodes.get(row.values[0]), nodes.get(row.values[1])) != row.table.ends]
    assert wrong == []


def test_nodes_come_before_edges(rows: list[Row]) -> None:
    """A script that runs from top to bottom finds both ends of each edge."""
    seen: set[object] = set()
    for row in rows:
        assert row.table.ends is None or {*row.values[:2]} <= seen
        seen.add(row.get("iri") if row.table.ends is None else None)


def test_relations_of_the_ontology_are_known() -> None:
    """The types of edges are those of the ontology's relations, and every type has usual ends."""
    rules = (ROOT / "ontology/rules/relations.toml").read_text("utf-8")
    assert {*re.findall(r'^predicate = "(\w+)"', rules, re.MULTILINE)} <= {*RELATIONS}
    assert {*EDGES} == {*USUAL_ENDS}


EVERY = """
import sys
from pathlib import Path
from kg import formats, output
from kg.store import Store
out, dest = map(Path, sys.argv[1:])
dest.mkdir()
store = Store.open(output.current(out).graph)
for form in FORMS:
    if form in formats.FOLDERS:
        (dest / form).mkdir(parents=True)
        formats.write_folder(form, store, dest / form)
    else:
        (dest / f"graph.{form}").write_bytes(formats.write(form, store, {}))
"""


def test_same_bytes_under_every_hash_seed(built: Path, tmp_path: Path) -> None:
    """Two exports of one graph are equal byte for byte, in every format."""
    found = []
    for seed in ("1", "2"):
        call = [sys.executable, "-c", EVERY.replace("FORMS", repr(IN_PLAIN_TESTS)), str(built), str(tmp_path / seed)]
        subprocess.run(call, check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed})
        found.append({file.relative_to(tmp_path / seed): file.read_bytes() for file in (tmp_path / seed).rglob("*") if file.is_file()})
    assert [name for name in found[0] if found[0][name] != found[1].get(name)] == []
    assert {name.suffix for name in found[0]} >= {".csv", ".cypher", ".gexf", ".graphml", ".nq", ".xlsx"}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networkx_reads_what_is_drawn(form: str, nasty: Store) -> None:
    """GraphML and GEXF are read back with all nodes and edges, values of their types, and Chinese text less what XML forbids."""
    data = io.BytesIO(formats.write(form, nasty, {}))
    graph = networkx.read_graphml(data, force_multigraph=True) if form == "graphml" else networkx.read_gexf(data)
    rows = list(PropertyGraph(nasty).rows())
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (sum(not r.table.ends for r in rows), sum(bool(r.table.ends) for r in rows))
    (outcome,) = (said for _, said in graph.nodes(data=True) if said["nodeType"] == "Outcome")
    assert (outcome["value"], outcome["startOffset"], outcome["quote"]) == (3.0, len(NASTY) + 1, NASTY.replace("\x0b", "") + "3所")
    (adoption,) = (said for *_, said in graph.edges(data=True) if said["edgeType"] == "ADOPTION")
    assert (adoption["status"], adoption["quote"]) == ("Done", NASTY.replace("\x0b", ""))


def test_statements_stand_on_lines_of_their_own(nasty: Store, tmp_path: Path) -> None:
    """The Cypher script has one statement a line, whatever breaks lines in a sentence."""
    formats.write_folder("cypher", nasty, tmp_path)
    lines = (tmp_path / "graph.cypher").read_text("utf-8").removesuffix("\n").split("\n")
    assert len(lines) == len(list(PropertyGraph(nasty).rows()))
    assert all(line.startswith(("MERGE (x:", "MATCH (a:")) and line.endswith(";") for line in lines)


@pytest.mark.parametrize("form", ["loadcsv", "neo4j"])
def test_csv_gives_every_value_back(form: str, nasty: Store, tmp_path: Path) -> None:
    """Read as CSV, the files of tables hold each row with its sentence as it was, and as many columns as their header."""
    formats.write_folder(form, nasty, tmp_path)
    for table in {row.table for row in PropertyGraph(nasty).rows()}:
        wanted = [list(row.values) for row in PropertyGraph(nasty).rows() if row.table == table]
        with (tmp_path / f"{table.file}.csv").open(encoding="utf-8", newline="") as stream:
            found = list(csv.reader(stream))
        header = found.pop(0) if form == "loadcsv" else next(csv.reader([(tmp_path / "header" / f"{table.file}.csv").read_text("utf-8")]))
        assert [[cell.replace("\ufdd0", "\\").replace("\ufdd1", "\n") for cell in row[:-1]] for row in found] == [
            ["" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell) for cell in row] for row in wanted
        ]
        assert len(header) == len(found[0])


def test_tidy_tables_have_one_row_a_fact(built: Path, seeds_store: Store, run_kg: Run, tmp_path: Path) -> None:
    """The table of facts has each fact once, with its region's codes and names up to the province, and its sentence."""
    assert run_kg("export", "csv", tmp_path / "t", "-o", built).returncode == 0
    facts, documents = (list(csv.DictReader(io.StringIO((tmp_path / "t" / f"{name}.csv").read_bytes().decode()))) for name in ("facts", "documents"))
    wanted = asked.values(seeds_store, "SELECT ?f ?q { ?f edu:key ?k ; edu:evidence/oa:exact ?q }")
    assert sorted((fact["fact"], fact["quote"]) for fact in facts) == sorted(wanted)
    bohu = next(fact for fact in facts if fact["county"] == "博湖县")
    names = ("province_code", "province", "prefecture_code", "prefecture", "county_code")
    assert [bohu[name] for name in names] == ["650000", "新疆维吾尔自治区", "652800", "巴音郭楞蒙古自治州", "652829"]
    assert sum(int(document["facts"]) for document in documents) == len(facts)
    values = {fact["fact"]: fact["value"] for fact in facts if fact["value"]}
    assert values == dict(asked.values(seeds_store, "SELECT ?f ?v { ?f a edu:Outcome ; edu:value ?v }"))


def test_byte_order_mark_on_demand(built: Path, run_kg: Run, tmp_path: Path) -> None:
    """--bom begins the tables with a mark and changes nothing else; other formats refuse it."""
    for name, more in (("plain", []), ("marked", ["--bom"])):
        assert run_kg("export", "csv", tmp_path / name, "-o", built, *more).returncode == 0
    for file in (tmp_path / "plain").glob("*.csv"):
        assert b"\xef\xbb\xbf" + file.read_bytes() == (tmp_path / "marked" / file.name).read_bytes()
    refused = run_kg("export", "cypher", tmp_path / "c", "-o", built, "--bom")
    assert (refused.returncode, refused.stderr) == (2, "kg: a byte order mark is for csv, not for cypher; leave --bom out\n")
    assert not (tmp_path / "c").exists()


def test_workbook_holds_the_tables(nasty: Store) -> None:
    """A workbook has the three tables as sheets, numbers as numbers, and nothing that is taken for a formula."""
    with zipfile.ZipFile(io.BytesIO(formats.write("xlsx", nasty, {}))) as book:
        sheets = re.findall(r'<sheet name="(\w+)"', book.read("xl/workbook.xml").decode())
        facts = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheets == ["facts", "documents", "mentions"]
    assert facts.count("<row ") == 3
    assert re.search(r'<c r="\w+"><v>3</v></c>', facts)
    assert "<f>" not in facts


def test_folders_are_replaced_whole_or_not_at_all(built: Path, run_kg: Run, tmp_path: Path) -> None:
    """An export takes the place of an earlier one, never of other files, and one that fails leaves the earlier as it was."""
    dest = tmp_path / "e"
    assert run_kg("export", "cypher", dest, "-o", built).returncode == 0
    before = {file.name: file.read_bytes() for file in dest.iterdir()}
    assert "export.txt" in before
    broken = [sys.executable, "-c", "import sys; sys.modules['pyarrow'] = None; from kg.cli import main; sys.exit(main(sys.argv[1:]))"]
    result = subprocess.run([*broken, "export", "parquet", str(dest), "-o", str(built)], capture_output=True, encoding="utf-8", cwd=ROOT, check=False)
    assert (result.returncode, result.stderr) == (2, "kg: parquet needs pyarrow, which is not installed; pip install 'edukg[parquet]'\n")
    assert {file.name: file.read_bytes() for file in dest.iterdir()} == before
    assert run_kg("export", "csv", dest, "-o", built).returncode == 0
    assert sorted(file.name for file in dest.iterdir()) == ["documents.csv", "export.txt", "facts.csv", "mentions.csv"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_bytes(b"")
    refused = run_kg("export", "csv", tmp_path / "mine", "-o", built)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "thesis.docx" in {file.name for file in (tmp_path / "mine").iterdir()}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["e", "mine"]
    missing = run_kg("export", "neo4j", "-o", built)
    assert (missing.returncode, missing.stderr) == (2, "kg: neo4j is several files; name a folder: kg export neo4j DEST\n")


def test_every_label_and_type_can_be_taken_away() -> None:
    """The scripts that take away what is gone leave out no label and no type of edge."""
    found = scripts("b")
    for name in ("sweep.cypher", "remove-document.cypher"):
        assert [kind for kind in EDGES if f"[x:{kind}]" not in found[name]] == []
    assert [label for label in NODES if f"(x:{label})" not in found["sweep.cypher"]] == []
    assert [label for label in ("Outcome", "Withheld", "Shortcoming", "Document") if f"(x:{label})" not in found["remove-document.cypher"]] == []


@pytest.mark.parametrize("syntax", ["nq", "trig", "jsonld"])
def test_rdf_in_pieces_is_the_same(syntax: str, nasty: Store) -> None:
    """What is written graph by graph is what is written at once, of a graph and of nothing."""
    for store in (nasty, Store.memory()):
        assert formats.write(syntax, store, {}) == serialise(store.published(), syntax, store.base)


def test_jsonld_is_one_document(nasty: Store) -> None:
    """JSON-LD that is written graph by graph is one JSON text with each graph once."""
    graphs_found = [graph["@id"] for graph in json.loads(formats.write("jsonld", nasty, {}))]
    assert sorted(graphs_found) == nasty.graphs()
