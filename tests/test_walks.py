"""The walks of CONTRIBUTING.md, carried out as they are written."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from kg import rules
from kg.check import check
from kg.extract import Engine
from kg.model import Document

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
WALK = re.compile(
    r"### (?P<name>[^\n]+)\n\nAt the end of `(?P<file>[^`]+)`[^\n]*\n\n```toml\n(?P<block>.*?)```\n\n"
    r"Try: \"(?P<try>[^\"]+)\" gives (?P<kind>\w+) (?P<label>\S+)",
    re.DOTALL,
)
WALKS = [*WALK.finditer(TEXT)]


def found(folder: Path, sentence: str) -> set[tuple[str, str]]:
    """Kind and names of all facts that a sentence gives with an ontology folder."""
    facts = Engine(rules.load(folder)).extract(Document("d/one.txt", "one.txt", "", sentence, known={"region": "331082"})).facts
    return {(f.kind, thing.label) for f in facts for thing in (f.agent, f.measure, f.indicator, f.object) if thing}


def test_four_walks_are_described() -> None:
    """A measure, an indicator, an ending and a rule."""
    assert {w["file"] for w in WALKS} == {f"vocabularies/{n}.toml" for n in ("measures", "indicators", "institutions")} | {"rules/relations.toml"}


@pytest.mark.parametrize("walk", WALKS, ids=lambda w: w["name"])
def test_a_walk_leads_where_it_says(walk: re.Match[str], tmp_path: Path) -> None:
    """With the block added every example holds and the sentence gives the fact that it did not give before."""
    mine = tmp_path / "mine"
    shutil.copytree(ROOT / "ontology", mine)
    expected = (walk["kind"], walk["label"])
    assert expected not in found(mine, walk["try"])
    with (mine / walk["file"]).open("a", encoding="utf-8") as file:
        file.write("\n" + walk["block"])
    assert check(mine) == []
    assert expected in found(mine, walk["try"])
