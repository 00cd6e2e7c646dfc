"""edukg from Python: tables, answers and a network of what was built."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pyarrow as pa
import pytest
from conftest import ROOT

import kg
from kg.errors import InputError, StoreError


@pytest.fixture(scope="module")
def opened(built: Path) -> Iterator[kg.Graph]:
    """The graph of the five reports."""
    with kg.open(built) as graph:
        yield graph


def run(code: str, cwd: Path) -> str:
    """What Python code prints in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_package_stays_light(tmp_path: Path) -> None:
    """`import kg` loads neither the database nor a table library; what it offers is what it lists."""
    code = (
        "import sys, kg; print({'pyoxigraph', 'pandas', 'networkx', 'kg.api'} & {*sys.modules}); print([getattr(kg, name) is not None for name in kg.__all__])"
    )
    assert run(code, tmp_path).splitlines() == ["set()", str([True] * len(kg.__all__))]


def test_tables_do_without_pandas_until_asked(tmp_path: Path, built: Path) -> None:
    """Where pandas is not installed a graph opens and gives its network, and a table names the extra to install."""
    code = f"""
import sys
sys.modules["pandas"] = sys.modules["pyarrow"] = None  # what an import finds where a library is not there
import kg
from kg.errors import KgError
graph = kg.open({str(built)!r})
print(len(graph.to_networkx()) > 100)
for ask in (graph.facts, graph.documents, lambda: graph.facts(arrow=True)):
    try:
        ask()
    except KgError as error:
        print(error)
"""
    remedy = "is not installed; install edukg with its extra: pip install 'edukg[notebook]'"
    assert run(code, tmp_path).splitlines() == ["True", f"pandas {remedy}", f"pandas {remedy}", f"pyarrow {remedy}"]


def test_facts_are_a_table(opened: kg.Graph) -> None:
    """Each fact is one row: as many as the graph counts, figures as numbers in base units, and the offsets give the quote in the text."""
    facts = opened.facts()
    (count,) = opened.query("SELECT (COUNT(DISTINCT ?f) AS ?n) { ?f edu:foundBy ?r }")["n"]
    assert (len(facts), facts["fact"].is_unique) == (count, True)
    money = facts[(facts["place"] == "内蒙古自治区/乌海市") & (facts["unit"] == "CNY")]
    assert [(row.value, row.quantity_kind, row.period, row.place_code) for row in money.itertuples()] == [(389_000_000, "Cumulative", "2019/", "150300")]
    assert facts["value"].isna().sum() == (facts["kind"] != "Outcome").sum()
    repeated = facts[facts["restates"].notna()]
    assert {*repeated["value"]} == {50, 16}
    for row in facts.itertuples():
        text = (ROOT / "seeds" / Path(row.document).name).read_text("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        assert text[row.start : row.end] == row.quote


def test_documents_are_a_table(opened: kg.Graph) -> None:
    """Each document is one row with its place, its date and on what that rests."""
    documents = opened.documents().set_index("document")
    assert len(documents) == 5
    first = documents.loc["seeds/000_4c89030b2e56e27e.txt"]
    assert (first["place"], first["issued"], first["date_basis"], first["identifiers"]) == (
        "内蒙古自治区/乌海市", "2023-02-01", "stated", "11150300011554519Q/2023-00718",
    )  # fmt: skip
    assert documents["facts"].sum() == len(opened.facts())


def test_tables_come_as_arrow(opened: kg.Graph) -> None:
    """The same columns and rows come as Arrow tables."""
    for method in (opened.facts, opened.documents, opened.graph):
        table, frame = method(arrow=True), method()
        assert isinstance(table, pa.Table)
        assert (table.column_names, table.num_rows) == ([*frame.columns], len(frame))
    assert opened.facts(arrow=True).schema.field("value").type == pa.float64()


def test_the_graph_is_a_table(opened: kg.Graph) -> None:
    """Every statement stands with the document that makes it."""
    graph = opened.graph()
    said = graph[graph["predicate"] == "https://w3id.org/edukg/ontology#valueText"]
    assert {name.rpartition("/")[2] for name in said["graph"]} <= {path.name for path in (ROOT / "seeds").iterdir()}
    assert len(graph) == sum(1 for _ in opened.store.quads())
    labels = graph[graph["object"] == "乌海市"]
    assert "zh" in {*labels["language"]}


def test_queries_give_tables(opened: kg.Graph) -> None:
    """Numbers are numbers, what is missing is missing, a graph is three columns, and an empty answer keeps its columns."""
    found = opened.query("SELECT ?v ?n ?l ?none { VALUES (?v ?n ?l) { (1.5 2 'x') (3 4 'y') } } ORDER BY ?v")
    assert [str(kind) for kind in found.dtypes] == ["Float64", "Int64", "string", "string"]
    assert [*found["v"]] == [1.5, 3.0]
    assert found["none"].isna().all()
    assert [*opened.query("ASK { ?d a edu:Document }")["answer"]] == [True]
    assert opened.query("CONSTRUCT { ?d a edu:Document } { ?d a edu:Document }").shape == (5, 3)
    assert opened.query("SELECT ?a ?b { ?a edu:nothing ?b }").shape == (0, 2)


def test_questions_give_tables(opened: kg.Graph) -> None:
    """A question that ships is asked by its name; numbers may be given as numbers."""
    spent = opened.ask("spending", region="博湖县", to=2020)
    assert [*zip(spent["year"], spent["yuan"], strict=True)] == [("2020", 96_980_000)]
    with pytest.raises(InputError, match="no query that ships is called"):
        opened.ask("nothing")


def test_a_network(opened: kg.Graph) -> None:
    """Relations keep their direction and quote, and every fact that ties two things is one edge."""
    network = opened.to_networkx()
    assert isinstance(network, nx.MultiDiGraph)
    labels = nx.get_node_attributes(network, "label")
    paired = [(labels[a], labels[b], said["quote"]) for a, b, said in network.edges(data=True) if said["predicate"] == "pairedWith"]
    assert ("临海市大洋中学", "临海市尤溪中学") in [(a, b) for a, b, _ in paired]
    assert all("结对" in quote for *_, quote in paired)
    facts = opened.facts()
    assert {key for *_, key in network.edges(keys=True) if "/f/" in key} == {*facts[facts["object_iri"].notna()]["fact"]}


def test_building_from_python(tmp_path: Path) -> None:
    """A build gives the graph opened, with a report; a second one works on nothing again; a folder without a build is refused."""
    (tmp_path / "a.txt").write_text("灵山县2022年教育工作总结\n2022年,新建学校3所。\n", "utf-8")
    with kg.build(tmp_path / "a.txt", tmp_path / "out", files="never") as graph:
        assert graph.report is not None
        assert (graph.report.fresh, graph.report.problems) == (1, ())
        assert [*graph.facts()["value"].dropna()] == [3]
    with kg.build([tmp_path / "a.txt"], tmp_path / "out", files="never") as graph:
        assert graph.report is not None
        assert graph.report.fresh == 0
    with pytest.raises(StoreError, match="no graph has been built there"):
        kg.open(tmp_path)
