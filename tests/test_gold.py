"""The facts of the seeds against those annotated by hand: floors that only rise."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from conftest import ROOT

from kg.evaluate import evaluate, read_texts
from kg.store import Store

FLOORS: dict[str, float] = json.loads((ROOT / "tests/gold/floors.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    """The F1 of each kind of fact of the committed graph."""
    store = Store.memory(ox.parse((ROOT / "exports/graph.trig").read_bytes(), format=ox.RdfFormat.TRIG))
    return {kind: count.f1 for kind, count in evaluate(store, ROOT / "tests/gold/seeds", read_texts(ROOT / "seeds")).counts.items()}


@pytest.mark.parametrize("kind", sorted(FLOORS))
def test_no_kind_of_fact_falls_below_its_floor(kind: str, scores: dict[str, float]) -> None:
    """F1 is at least the floor."""
    assert scores[kind] >= FLOORS[kind]
