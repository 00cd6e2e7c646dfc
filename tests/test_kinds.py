"""What kind of figure each is, what it hangs on and what it is narrowed to, against the figures annotated by hand: floors that only rise."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from asked import told
from conftest import ROOT

from kg.model import Fact

GOLD = ROOT / "tests/gold"
TEXTS = {"seeds": ROOT / "seeds", "genres": GOLD / "genres/texts"}
TIES = ("part_of", "change_of", "restates")
FLOORS = {
    "seeds": {"kind": 0.97, "direction": 1.0, "part_of": 1.0, "change_of": 1.0, "restates": 1.0, "restricted_to": 0.93, "per": 1.0, "measure": 0.94},
    "genres": {"kind": 0.98, "direction": 1.0, "part_of": 0.98, "change_of": 1.0, "restates": 1.0, "restricted_to": 0.97, "per": 1.0, "measure": 0.93},
}


def annotated(part: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the text and the annotated figures of each document."""
    for file in sorted((GOLD / part / "kinds").glob("*.json")):
        (text,) = TEXTS[part].glob(f"{file.stem}*.txt")
        yield text.read_text("utf-8").removeprefix("\ufeff"), json.loads(file.read_text("utf-8"))


def matched(text: str, figures: list[dict[str, Any]], facts: tuple[Fact, ...]) -> dict[int, int]:
    """Give the fact of each annotated figure: of the same wording, around the same place, in the order of the text."""
    found: dict[int, int] = {}
    places = {figure["n"]: text.find(figure["quote"]) + figure["quote"].rfind(figure["value_text"]) for figure in figures}
    for figure in sorted(figures, key=lambda f: places[f["n"]]):
        at = places[figure["n"]]
        for i, fact in enumerate(facts):
            quote, written = fact.evidence[0], fact.quantity.text if fact.quantity else ""
            alike = written and (written in figure["value_text"] or figure["value_text"] in written)
            if alike and quote.start <= at < quote.end and i not in found.values():
                found[figure["n"]] = i
                break
    return found


def said(fact: Fact, name: str, numbers: dict[int, int]) -> list[Any]:
    """Give what a fact says under a name of the annotation; other facts by the number of their figure."""
    if name in TIES:
        other = getattr(fact, name)
        return [] if other is None else [numbers.get(other, -1)]
    if name == "kind":
        return [fact.quantity_kind]
    if name == "restricted_to":
        return sorted(c.key for c in fact.restricted_to)
    if name == "measure":
        return [{fact.measure.label, *fact.measure.alt}] if fact.measure else []
    value = fact.direction if name == "direction" else fact.quantity.per if fact.quantity else ""
    return [value] if value else []


def judged(figure: dict[str, Any], name: str, got: list[Any]) -> tuple[int, int, int]:
    """Give how many of what is said are right, said and wanted; nothing where the annotation leaves it open."""
    wanted = figure.get(name, [] if name in (*TIES, "direction") else None)
    if wanted is None:
        return 0, 0, 0
    if name == "measure":
        return int(any(g & set(wanted) for g in got)), len(got), int(bool(wanted))
    if name == "restricted_to":
        return len(set(got) & set(wanted)), len(got), len(wanted)
    wanted = wanted if isinstance(wanted, list) else [wanted] if wanted else []
    right = int(any(g in wanted for g in got))
    return right, len(got), right if None in wanted else int(bool(wanted))


def scored(part: str, tell: Iterable[str] = ()) -> dict[str, float]:
    """Give the F1 of each thing that is annotated; `tell` names those whose mistakes are printed."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for text, figures in annotated(part):
        facts = told(text).facts
        found = matched(text, figures, facts)
        numbers = {i: n for n, i in found.items()}
        for figure in figures:
            for name in FLOORS[part]:
                got = said(facts[found[figure["n"]]], name, numbers) if figure["n"] in found else []
                one = judged(figure, name, got)
                counts[name] = [a + b for a, b in zip(counts[name], one, strict=True)]
                if name in tell and max(one) > min(one):
                    print(part, figure["n"], figure["quote"], f"| {name} wanted {figure.get(name)}, got {got}")
    return {name: 2 * right / (given + wanted) if given + wanted else 1.0 for name, (right, given, wanted) in counts.items()}


@pytest.fixture(scope="module", params=sorted(FLOORS))
def scores(request: pytest.FixtureRequest) -> tuple[dict[str, float], dict[str, float]]:
    """The scores of a set of documents, and their floors."""
    return scored(request.param), FLOORS[request.param]


def test_no_attribute_of_figures_falls_below_its_floor(scores: tuple[dict[str, float], dict[str, float]]) -> None:
    """F1 is at least the floor, for each attribute."""
    got, floors = scores
    assert {name: round(score, 3) for name, score in got.items() if score < floors[name]} == {}
