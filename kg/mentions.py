"""One pass over a clean text that finds every place name, measure, indicator, honour and ending of an institution's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.model import Term, record
from kg.names import Namer
from kg.places import Register
from kg.rules import Ontology

MASK = "mask"  # a longer phrase that holds a label and is not the measure


@record
class Hit:
    """A vocabulary term at a place of a clean text."""

    start: int
    end: int
    term: Term
    strength: str = ""  # "" counts anywhere; weak and problem need a verb beside them; mask counts nothing


@dataclass(slots=True)
class Hits:
    """All that one scan found."""

    places: list[tuple[int, int, str]] = field(default_factory=list)
    endings: list[tuple[int, int, str]] = field(default_factory=list)
    measures: list[Hit] = field(default_factory=list)
    indicators: list[Hit] = field(default_factory=list)
    honours: list[Hit] = field(default_factory=list)
    restrictions: list[Hit] = field(default_factory=list)


class Scanner:
    """An automaton over all names and labels of the ontology."""

    def __init__(self, ontology: Ontology, register: Register, namer: Namer) -> None:
        self.meaning: dict[str, list[tuple[str, Term | None, str]]] = {}
        for name in (*register.full, *register.short):
            self._add(name, "places", None)
        for ending in namer.endings:
            self._add(ending, "endings", None)
        for kind, field_name in (("measure", "measures"), ("indicator", "indicators"), ("honour", "honours"), ("restriction", "restrictions")):
            for term in ontology.by_kind.get(kind, ()):
                self._add_term(term, field_name)
        self.names = sorted(self.meaning)
        self.automaton = AhoCorasick(self.names, matchkind=MatchKind.Standard)

    def _add(self, name: str, kind: str, term: Term | None, strength: str = "") -> None:
        if len(name) > 1 or kind == "endings":
            self.meaning.setdefault(name, []).append((kind, term, strength))

    def _add_term(self, term: Term, kind: str) -> None:
        if term.attrs.get("top"):
            return
        for label in dict.fromkeys((term.label, *term.alt)):
            self._add(label, kind, term)
        for strength in ("weak", "problem", "mask"):
            for label in term.attrs.get(strength, ()):
                self._add(label, kind, term, strength)

    def scan(self, clean: str) -> Hits:
        """Every hit in a clean text, in order; measures, honours and restrictions longest first without overlap."""
        hits = Hits()
        for index, start, end in self.automaton.find_matches_as_indexes(clean, overlapping=True):
            for kind, term, strength in self.meaning[self.names[index]]:
                found = getattr(hits, kind)
                found.append((start, end, self.names[index]) if term is None else Hit(start, end, term, strength))
        hits.measures = [h for h in longest(hits.measures) if h.strength != MASK]
        hits.honours = longest(hits.honours)
        hits.restrictions.sort(key=lambda h: h.start)
        hits.restrictions = [h for h in longest(hits.restrictions) if h.strength != MASK]
        return hits


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """The hits without those that lie inside or run into a longer one before them."""
    out: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, h.start - h.end)):
        while out and out[-1].end > hit.start and hit.end - hit.start > out[-1].end - out[-1].start:
            out.pop()
        if not out or hit.start >= out[-1].end:
            out.append(hit)
    return out
