"""The ontology's own examples, and what a broken one is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.check import check
from kg.errors import RuleError
from kg.rules import load, ontology_folder


def test_every_example_holds() -> None:
    """Each rule and term finds its examples and nothing in the texts it must not."""
    assert check() == []


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """A rule without examples and a label of two measures are both told, with file and line."""
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder(), folder)
    (folder / "rules/more.toml").write_text('kind = "relation"\n[[rule]]\nid = "bare"\nsays = "x"\npattern = "x"\n', "utf-8")
    (folder / "vocabularies/more.toml").write_text('scheme = "measure"\n[[term]]\nid = "twin"\nlabel = "集团化办学"\n', "utf-8")
    with pytest.raises(RuleError) as told:
        load(folder)
    lines = str(told.value).splitlines()
    assert any(line.startswith("rules/more.toml:3: rule 'bare' has no examples, never") for line in lines)
    assert any("集团化办学" in line and ":3: " in line or "twin" in line for line in lines)
