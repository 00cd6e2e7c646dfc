"""The facts of annotated documents against those annotated by hand: floors that only rise.

The seeds' are those of the committed graph. The documents of other genres, those in the form of real web pages with all their furniture, a mixed set of
both and a set of usual ones were each scored before a rule was mended on them; here they only guard.
"""

from __future__ import annotations

import json
from functools import lru_cache

import pyoxigraph as ox
import pytest
from asked import graph
from conftest import ROOT

from kg import rules, shapes
from kg.evaluate import evaluate, read_texts
from kg.store import Store

FLOORS: dict[str, dict[str, float]] = json.loads((ROOT / "tests/gold/floors.json").read_text("utf-8"))
TEXTS = {"seeds": ROOT / "seeds", **{part: ROOT / "tests/gold" / part / "texts" for part in ("genres", "pages", "mixed", "usual")}}


@lru_cache
def built(part: str) -> Store:
    """The graph of a set of documents, that of the seeds as committed."""
    if part == "seeds":
        return Store.memory(ox.parse((ROOT / "exports/graph.trig").read_bytes(), format=ox.RdfFormat.TRIG))
    return graph({file.name: file.read_text("utf-8") for file in sorted(TEXTS[part].iterdir())})


@lru_cache
def scores(part: str) -> dict[str, float]:
    """The F1 of each kind of fact of a set of documents."""
    found = evaluate(built(part), ROOT / "tests/gold" / part, read_texts(TEXTS[part]))
    return {kind: count.f1 for kind, count in found.counts.items()}


@pytest.mark.parametrize(("part", "kind"), [(part, kind) for part, floors in FLOORS.items() for kind in floors])
def test_no_kind_of_fact_falls_below_its_floor(part: str, kind: str) -> None:
    """F1 is at least the floor."""
    assert scores(part)[kind] >= FLOORS[part][kind]


@pytest.mark.parametrize("part", [part for part in TEXTS if part != "seeds"])
def test_the_graphs_of_many_documents_conform(part: str) -> None:
    """No quote is empty or cut before its figure ends, no thing of two documents has two names, and whatever else the shapes ask."""
    report = shapes.validate(built(part), rules.load())
    assert report.violations == ()
