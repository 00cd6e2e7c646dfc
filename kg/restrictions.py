"""What narrows a figure: stage, place, sponsor, group, level and phase, as its own words, its whole or its heading say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.bodies import by_name
from kg.drafts import Draft
from kg.kinds import LEVEL
from kg.model import Term, Thing
from kg.rules import Ontology
from kg.scope import Scope
from kg.spans import between
from kg.text import WIDE
from kg.values import JOINT, PEOPLE, either

POPULATIONS = ("stage", "place", "sponsor", "group")  # schemes that go on from a whole, a school or a heading to what is said under it
SCHOOLS = "所"
BRACKETED = re.compile(r"\([^()]*\)")
ALL = (*POPULATIONS, "level", "phase")
ONE = "phase"  # the scheme of which a figure has one: the nearest to its verb


class Restrictions:
    """Finds the terms of restrictions.toml, the longest label first; single characters name none."""

    def __init__(self, ontology: Ontology) -> None:
        self.terms: dict[str, Term | None] = {}
        for t in ontology.by_kind.get("restriction", ()):
            for label in (t.label, *t.alt):
                self.terms.setdefault(label.translate(WIDE), t)
            for label in t.attrs.get("mask", ()):
                self.terms[label.translate(WIDE)] = None
        labels = either(w for w in self.terms if len(w) > 1)
        self.pattern = re.compile(labels)
        tails = either(ontology.words["outcomes"]["class_tails"])
        self.heading = re.compile(f"(?P<term>{labels})(?:{tails})*")

    def settle(self, d: Draft, earlier: Sequence[Draft], scope: Scope) -> None:
        """Gives a draft what narrows it; those before it have theirs."""
        before = earlier[-1] if earlier else None
        found = self._said(d.phrase)
        if d.rule != "outcome-table":
            clause = scope.outline.clause(d.figure.start)[0]
            floor = before.figure.end if before and before.figure.end > clause else clause
            beside = self._said(self._stretch(floor, d.figure.start, scope, floor > clause))
            found = found + missing(beside, found) if d.item else beside + missing(found, beside, ALL)
            for other in (d.part_of, d.change_of, self._school(d, earlier, scope)):
                found += missing(other.restricted, found) if other else []
            found += missing(self._headed(d, scope), found)
        d.restricted = tuple(sorted(set(found), key=lambda c: c.key))

    @staticmethod
    def _stretch(start: int, end: int, scope: Scope, listed: bool) -> str:
        """The words before a figure without brackets, names and, in a list, what the figure before it counts."""
        text = scope.clean[start:end]
        names = (n for n, t in between(scope.names, start, end, key=by_name) if t.region)
        for a, b in [*((p.start, p.end) for p in between(scope.places, start, end)), *((n.start, n.end) for n in names)]:
            text = text[: a - start] + " " * (min(b, end) - a) + text[b - start :]
        text = BRACKETED.sub("", text)
        return text[m.end() :] if listed and (m := JOINT.search(text)) else text

    def _said(self, text: str) -> list[Thing]:
        """What a text names; of phases the first."""
        terms = [t for m in self.pattern.finditer(text) if (t := self.terms[m[0]])]
        return [concept(t) for t in terms if t.scheme != ONE] + [concept(t) for t in terms if t.scheme == ONE][:1]

    @staticmethod
    def _school(d: Draft, earlier: Sequence[Draft], scope: Scope) -> Draft | None:
        """The schools counted first in a sentence, where it goes on with their people: 普通高中4所,在校生0.61万人."""
        first = scope.outline.sentence(d.figure.start)[0]
        inside = [w for w in earlier if first <= w.figure.start and w.part_of is None]
        school = next((w for w in reversed(inside) if w.unit == SCHOOLS), None)
        counts = school is not None and d.unit in PEOPLE and d.kind == school.kind == LEVEL
        return school if counts and school and scope.clean[school.figure.end : school.figure.end + 1] in (",", "(") else None

    def _headed(self, d: Draft, scope: Scope) -> list[Thing]:
        """The class that is all a heading above says: (一)小学."""
        for h in reversed(scope.outline.passage(d.figure.start).headings):
            m = self.heading.fullmatch(re.sub(r"^[(（]?[一二三四五六七八九十\d]+[)）、.．]+\s*", "", h.text))
            term = self.terms[m["term"]] if m else None
            if term is not None:
                return [concept(term)]
        return []


def missing(more: Iterable[Thing], found: Sequence[Thing], schemes: Sequence[str] = POPULATIONS) -> list[Thing]:
    """The classes that are in those schemes of which nothing was found yet."""
    known = {c.type for c in found}
    return [c for c in more if c.type in schemes and c.type not in known]


def concept(term: Term) -> Thing:
    """The concept of a term."""
    return Thing("concept", f"{term.scheme}/{term.id}", term.label, type=term.scheme)
