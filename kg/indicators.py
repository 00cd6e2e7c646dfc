"""Indicators: the vocabulary's, or minted from a text's own phrase under the nearest of them."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.model import Term, Thing
from kg.rules import Ontology
from kg.values import CNY, PEOPLE, RATES, same_unit

LONGEST_LABEL = 30  # contract
PERSON, COUNT, MONEY = "person", "count", "money"


class Indicators:
    """Finds the indicator that a phrase names."""

    def __init__(self, ontology: Ontology) -> None:
        self.words = ontology.words["outcomes"]
        terms = ontology.by_kind.get("indicator", ())
        self.terms = {t.id: t for t in terms}
        self.by_label: dict[str, Term] = {}
        for t in terms:
            for label in (t.label, *t.alt):
                self.by_label.setdefault(label, t)
        self.heads: dict[str, list[Term]] = {}
        for t in terms:
            for head in t.attrs.get("head", ()):
                self.heads.setdefault(head, []).append(t)
        self.nouns = frozenset(self.heads) | frozenset(label for label in self.by_label if not label.endswith("数"))
        self.restrictions: dict[str, Term] = {w: t for t in ontology.by_kind.get("restriction", ()) for w in (t.label, *t.alt)}
        self.classes = frozenset(w for w, t in self.restrictions.items() if t.scheme in ("stage", "place", "sponsor"))
        self.longest = max((len(x) for x in self.by_label), default=0)

    def of(self, phrase: str, noun: str, unit: str) -> Thing:
        """The indicator of a phrase."""
        term = self.by_label.get(phrase)
        if term is not None and compatible(term, unit):
            return Thing("indicator", term.id, term.label)
        label = self.label(phrase or noun, unit)
        nearest = self.nearest(phrase, noun, unit)
        if phrase.endswith(self.words["lack"]) and nearest and self.words["lack"] not in "".join((self.terms[nearest].label, *self.terms[nearest].alt)):
            nearest = ""  # what lacks is no number of what is there
        alt = tuple(x for x in dict.fromkeys((phrase, noun)) if x and x != label and len(x) <= LONGEST_LABEL)
        return Thing("indicator", f"{nearest or '-'}/{label}", label, alt, broader=nearest)

    def kind(self, phrase: str, noun: str, unit: str) -> str:
        """The quantity kind of the vocabulary's indicator nearest to a phrase, "" where there is none."""
        return str(self.terms[nearest].attrs.get("kind", "")) if (nearest := self.nearest(phrase, noun, unit)) else ""

    def nearest_label(self, phrase: str, noun: str, unit: str) -> str:
        """The label of the vocabulary's indicator nearest to a phrase, "" where there is none."""
        return self.terms[nearest].label if (nearest := self.nearest(phrase, noun, unit)) else ""

    def label(self, phrase: str, unit: str) -> str:
        """A phrase as a label of at most thirty characters, with 数 behind what is counted."""
        phrase = phrase[-LONGEST_LABEL + 1 :] or unit
        counted = unit not in (CNY, *RATES, *self.words["measuring"])
        return phrase if not counted or phrase.endswith(("数", "次", "量", "额")) else f"{phrase}数"

    def nearest(self, phrase: str, noun: str, unit: str) -> str:
        """The slug of the vocabulary's indicator whose label lies in the phrase, else of one for its head noun, else ""."""
        best = ""
        for size in range(min(len(phrase), self.longest), 1, -1):
            for i in range(len(phrase) - size, -1, -1):
                term = self.by_label.get(phrase[i : i + size])
                if term is not None and compatible(term, unit):
                    return term.id
        for text in (noun, phrase):
            for size in range(len(text), 1, -1):
                for term in self.heads.get(text[-size:], ()):
                    if compatible(term, unit):
                        return term.id
        return best

    def mentions(self, phrase: str) -> bool:
        """Whether a phrase holds a noun or a class that the vocabulary knows."""
        pieces = (phrase[i:j] for i in range(len(phrase)) for j in range(i + 2, min(len(phrase), i + self.longest) + 1))
        return any(piece in self.nouns or piece in self.restrictions for piece in pieces)

    def last_noun(self, text: str) -> str:
        """The last noun in a text that the vocabulary knows, the longest of those that end there."""
        for j in range(len(text), 1, -1):
            if found := next((text[i:j] for i in range(max(0, j - self.longest), j - 1) if text[i:j] in self.nouns), ""):
                return found
        return ""

    def unit(self, phrase: str) -> str:
        """The unit in which what a phrase names is counted, "" where the vocabulary leaves it open."""
        term = self.by_label.get(phrase) or next((t for size in range(len(phrase), 1, -1) for t in self.heads.get(phrase[-size:].removesuffix("数"), ())), None)
        return str(term.attrs.get("unit", "")) if term else ""

    def replaced(self, phrase: str, class_: str) -> str:
        """The class within a phrase that another one replaces: of the same scheme where there is one (民办小学计划数, 初中), the longest, the last."""
        scheme = self.restrictions[class_].scheme
        found = [w for w in self.classes if w in phrase and w != phrase]
        return max(found, key=lambda w: (self.restrictions[w].scheme == scheme, len(w), phrase.rfind(w), w), default="")

    @lru_cache(maxsize=10_000)  # noqa: B019 - one instance a process
    def tail(self, text: str) -> str:
        """The end of a list's last item that belongs to all items: 小学、初中大班额占比 -> 大班额占比."""
        for w in sorted(self.restrictions, key=lambda w: -len(w)):
            if text.startswith(w) and len(text) > len(w):
                return text[len(w) :]
        return ""


def compatible(term: Term, unit: str) -> bool:
    """Whether an indicator can be counted in a unit."""
    want = str(term.attrs.get("unit", ""))
    if not want or same_unit(want, unit):
        return True
    kind = str(term.attrs.get("unit_kind", ""))
    plain = unit not in (CNY, *RATES)
    return kind == COUNT and plain and unit not in PEOPLE or bool(re.search("count", kind)) and plain
