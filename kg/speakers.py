"""Where somebody speaks in an interview or at a meeting, and the place that he answers for."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from kg.deixis import Deixis
from kg.outline import Outline
from kg.places import Place
from kg.spans import between

LONGEST_OFFICE = 30  # characters between a place and the person who holds an office there


class Speakers:
    """The stretches of a text in which somebody speaks (王某某:)."""

    def __init__(self, outline: Outline, deixis: Deixis, places: Sequence[Place]) -> None:
        self.clean, self.places = outline.clean, places
        self.offices: dict[str, list[int]] = {}  # where a post stands before a name
        for m in deixis.office.finditer(self.clean):
            for size in range(2, len(m["name"]) + 1):
                self.offices.setdefault(m["name"][:size], []).append(m.start())
        begins = ((p.start, deixis.speech.match(self.clean, p.start)) for p in outline.passages)
        self.found = [(start, self._office(m["name"] or m["boxed"])) for start, m in begins if m]
        self.starts = [start for start, _ in self.found]

    def place(self, at: int) -> Place | None:
        """The place that the one who speaks at a position answers for; None where nobody speaks or the text gives him no office."""
        i = bisect.bisect_right(self.starts, at) - 1
        return self.found[i][1] if i >= 0 else None

    def _office(self, name: str) -> Place | None:
        """The place of the office that stands right before a person's name."""
        for at in self.offices.get(name, ()):
            near = max(0, at - LONGEST_OFFICE)
            low = max(near, *(self.clean.rfind(c, near, at) for c in ";,。:\n"))
            before = [p for p in between(self.places, low, at) if p.code]
            if before:
                return before[-1]
        return None
