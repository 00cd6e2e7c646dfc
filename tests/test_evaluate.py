"""The score counts as the definitions say."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import InputError
from kg.evaluate import evaluate, read_gold, read_texts, table
from kg.scoring import Agent, Count, plain, same_agent, same_unit

TEXT = "甲县投入3.5亿元，新建学校12所，推行集团化办学。\n优秀率由80%提高到90%，覆盖率达xx%。甲县一中与乙小学结对，拟推行“青苗计划”。\n"
FOUND = """
PREFIX edu: <https://w3id.org/edukg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX : <http://example.org/>
:d a edu:Document ; edu:fileName "one.txt" ; edu:homeRegion :r ; edu:mentions :r, :s, :school, :pupils, :g .
:r a edu:Region ; edu:adminCode "990101" ; skos:prefLabel "甲县"@zh .
:s a edu:Region ; edu:adminCode "990102" ; skos:prefLabel "丙县"@zh .
:school a edu:Institution ; skos:prefLabel "甲县第一中学"@zh ; skos:altLabel "甲县一中"@zh .
:pupils a edu:Institution ; skos:prefLabel "乙小学"@zh .
:g a edu:Measure ; skos:prefLabel "集团化办学"@zh ; skos:altLabel "集团办学"@zh .
:h a edu:Measure ; skos:prefLabel "青苗行动"@zh .
:invested skos:prefLabel "投入"@zh .
:built skos:prefLabel "新建学校数"@zh .
:rate skos:prefLabel "及格"@zh .
:CNY skos:notation "CNY" . :suo skos:notation "所" . :percent skos:notation "%" .
:a1 a edu:Adoption ; edu:agent :r ; edu:measure :g ; edu:status edu:Done ; edu:evidence :e3 .
:a2 a edu:Adoption ; edu:agent :r ; edu:measure :h ; edu:status edu:Done ; edu:evidence :e7 .
:o1 a edu:Outcome ; edu:agent :r ; edu:value 350000000.0 ; edu:unit :CNY ; edu:indicator :invested ;
  edu:status edu:Actual ; edu:comparator "eq" ; edu:evidence :e1 .
:o2 a edu:Outcome ; edu:agent :s ; edu:value 12 ; edu:unit :suo ; edu:indicator :built ;
  edu:status edu:Actual ; edu:comparator "eq" ; edu:evidence :e2 .
:o3 a edu:Outcome ; edu:agent :r ; edu:value 90 ; edu:fromValue 80 ; edu:unit :percent ; edu:indicator :rate ;
  edu:status edu:Actual ; edu:evidence :e4 .
:o4 a edu:Outcome ; edu:agent :r ; edu:value 7 ; edu:unit :suo ; edu:indicator :built ;
  edu:status edu:Actual ; edu:evidence :e2 .
:w1 a edu:Withheld ; edu:unit :percent ; edu:evidence :e5 .
:p1 a edu:Relation ; rdf:subject :pupils ; rdf:predicate edu:pairedWith ; rdf:object :school ; edu:status edu:Done ; edu:evidence :e6 .
:p2 a edu:Relation ; rdf:subject :school ; rdf:predicate edu:leads ; rdf:object :pupils ; edu:status edu:Planned ; edu:evidence :e6 .
"""
QUOTES = ("投入3.5亿元", "新建学校12所", "推行集团化办学", "由80%提高到90%", "覆盖率达xx%", "甲县一中与乙小学结对", "拟推行“青苗计划”")
ANNOTATED = {
    "doc": "one",
    "regions": [{"code": "990101", "name": "甲县"}],
    "institutions": [{"name": "甲县一中"}, {"name": "乙小学"}],
    "measures": [
        {"name": "集团化办学", "agent": "990101", "status": "done"},
        {"name": "青苗计划", "agent": "home", "status": "planned"},
        {"name": "提质", "agent": "990101", "status": "done", "core": False},
    ],
    "outcomes": [
        {"quote": QUOTES[0], "value": 350000000, "unit": "CNY", "value_text": "3.5亿元", "indicator": ["教育投入"], "comparator": "eq", "agent": "home",
         "time": None, "status": "actual", "from": None},
        {"quote": QUOTES[1], "value": 12, "unit": "所", "value_text": "12所", "indicator": ["新建学校"], "comparator": "eq", "agent": "990101",
         "time": "2022", "status": "actual", "from": None},
        {"quote": QUOTES[3], "value": 90, "unit": "%", "value_text": "90%", "indicator": ["优秀率"], "comparator": "eq", "agent": "990101",
         "time": None, "status": "actual", "from": 80},
    ],
    "withheld": [{"quote": QUOTES[4], "value_text": "xx%", "unit": "%", "indicator": ["覆盖率"], "agent": "home", "status": "actual"}],
    "relations": [{"type": "paired_with", "a": "甲县一中", "b": "乙小学", "quote": QUOTES[5]}],
}  # fmt: skip
# What the reference scorer says of the same graph, gold and text.
EXPECTED = """\
kind             precision  recall     F1   right/predicted/gold
regions              0.500   1.000  0.667   1/2/1
institutions         1.000   1.000  1.000   2/2/2
measures             1.000   1.000  1.000   2/2/2
adoptions            0.500   0.500  0.500   1/2/2
outcomes             0.750   1.000  0.857   3/4/3
outcomes_strict      0.250   0.333  0.286   1/4/3
withheld             1.000   1.000  1.000   1/1/1
relations            1.000   1.000  1.000   1/1/1
outcome attributes, of those found: agent 2/3, status 3/3, time 2/3, comparator 3/3, from 3/3, indicator 2/3
evidence spans that equal their text: 7 of 7
documents not in the graph: two"""


@pytest.fixture
def store() -> ox.Store:
    """The facts found, as a store."""
    spans = ((number, TEXT.index(quote), quote) for number, quote in enumerate(QUOTES, 1))
    lines = [f':e{number} oa:hasSource :d ; oa:exact "{quote}" ; oa:start {start} ; oa:end {start + len(quote)} .' for number, start, quote in spans]
    made = ox.Store()
    made.load(f"{FOUND}{chr(10).join(lines)}".encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("http://example.org/d"))
    return made


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A folder with the annotation and one of a document that the graph does not have."""
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "one.json").write_text(json.dumps(ANNOTATED), "utf-8")
    other = {"doc": "two", "regions": [], "institutions": [], "measures": [], "outcomes": [], "relations": []}
    (tmp_path / "gold" / "two.json").write_text(json.dumps(other), "utf-8")
    return tmp_path / "gold"


def test_table(store: ox.Store, gold: Path) -> None:
    """The table is the one that the reference scorer prints."""
    assert table(evaluate(store, gold, {"one": TEXT})) == EXPECTED


def test_wrong_span(store: ox.Store, gold: Path) -> None:
    """A span that does not equal its text is counted against the evidence."""
    assert evaluate(store, gold, {"one": "另" + TEXT}).evidence == (0, len(QUOTES))


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [("名", "人", True), ("CNY", "元", True), ("百分点", "个百分点", True), ("", "1", True), ("%", "百分点", False), ("所", "个", False)],
)
def test_units(one: str, two: str, same: bool) -> None:
    """People are counted alike by any measure word; all else must be the same unit."""
    assert same_unit(one, two) is same


@pytest.mark.parametrize(
    ("gold", "same"),
    [(None, True), ("home", True), ("990101", True), ("990102", False), ("甲县教育局", False), ("甲县", True)],
)
def test_agents(gold: str | None, same: bool) -> None:
    """An agent is annotated by code, by name, as home, or not at all."""
    assert same_agent(gold, Agent("990101", frozenset({"甲县"}), home=True)) is same


def test_institution_by_the_end_of_its_name() -> None:
    """An institution may be annotated by the end of its name."""
    assert same_agent("第一中学", Agent(None, frozenset({"甲县第一中学"}), home=False))
    assert not same_agent("第二中学", Agent(None, frozenset({"甲县第一中学"}), home=False))


def test_counts() -> None:
    """Nothing found gives zeros, not an error."""
    assert (Count().precision, Count().recall, Count().f1) == (0, 0, 0)
    assert Count(1, 2, 1).f1 == pytest.approx(2 / 3)
    assert plain("“双减”（试点）") == "双减试点"


@pytest.mark.parametrize(("name", "content"), [("a.json", "{"), ("a.json", "{}"), ("a.txt", "")])
def test_bad_gold(tmp_path: Path, name: str, content: str) -> None:
    """A folder without annotations, or with broken ones, is named."""
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=f"{tmp_path}.*; "):
        read_gold(tmp_path)


def test_missing_texts(tmp_path: Path) -> None:
    """A folder of texts that is not there is named."""
    with pytest.raises(InputError, match="nowhere: the texts cannot be read"):
        read_texts(tmp_path / "nowhere")
