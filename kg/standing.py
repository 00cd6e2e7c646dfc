"""How facts stand: how far each has got, by when it is due, and who says so of its agent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kg.dating import Dating
from kg.imprint import Imprint
from kg.model import Fact, Period, Thing, replaced
from kg.places import Register
from kg.scope import Scope
from kg.values import Numbers, either, guarded

PLANNED = ("Planned", "Target")
OWN, SUPERIOR, INSPECTOR, OTHER = "own", "superior", "inspector", "other"


class Standing:
    """Finishes facts by the words of standing.toml."""

    def __init__(self, words: Mapping[str, Any], register: Register, numbers: Numbers, stalls: Callable[[str, int, int], bool]) -> None:
        """`stalls`: whether a clause of a clean text says that something does not get on."""
        detail = words["detail"]
        self.register, self.numbers, self.stalls = register, numbers, stalls
        self.suggests, self.requires = (guarded(detail[k], detail["not"]) for k in ("recommended", "required"))
        self.under_way = re.compile(either(detail["under_way"]))
        self.requiring = frozenset(detail["requiring"])
        self.within = re.compile(words["due"]["within"])
        self.never_due = tuple(words["due"]["never"])
        self.inspector, self.other = re.compile(either(words["voice"]["inspector"])), frozenset(words["voice"]["other"])

    def finish(self, facts: Sequence[Fact], spots: Sequence[int], scope: Scope, dating: Dating, imprint: Imprint) -> list[Fact]:
        """The facts with detail, term, voice and the year of the document; `spots` are where in the clean text each is stated."""
        voices = {f.agent: self.voice(f.agent, scope, imprint) for f in facts}
        return [
            replaced(
                f,
                status_detail=self.detail(f, at, scope, imprint),
                due=self.due(f, at, scope, dating, imprint.issued),
                voice=voices[f.agent],
                asserted_in=imprint.year,
            )
            for f, at in zip(facts, spots, strict=True)
        ]

    # --- how far ---

    def detail(self, fact: Fact, at: int, scope: Scope, imprint: Imprint) -> str:
        """under way, recommended, required, stalled, or "" where the text only says that it is done or intended."""
        if fact.kind == "Shortcoming":
            return ""
        first, last = scope.outline.clause(at)
        if fact.status in PLANNED:
            return self._planned(at, first, last, scope, imprint)
        if fact.status == "Problem" and self.stalls(scope.clean, first, last):
            return "stalled"
        return "under way" if fact.status == "Done" and fact.kind == "Adoption" and self.under_way.search(scope.clean, first, at) else ""

    def _planned(self, at: int, first: int, last: int, scope: Scope, imprint: Imprint) -> str:
        headings = "".join(h.text for h in scope.outline.passage(at).headings[:1])
        if self._says(self.suggests, scope.clean[first:last]) or self._says(self.suggests, headings):
            return "recommended"
        if imprint.genre in self.other:
            return ""
        required = imprint.genre in self.requiring or self._says(self.requires, scope.clean[scope.outline.period_sentence(at)[0] : at])
        return "required" if required else ""

    @staticmethod
    def _says(pattern: re.Pattern[str], text: str) -> bool:
        return any(m[1] for m in pattern.finditer(text))

    # --- by when ---

    def due(self, fact: Fact, at: int, scope: Scope, dating: Dating, issued: str) -> str:
        """The year, month or day by which what is planned is due, as its sentence says; "" where it says none or one that is over."""
        if fact.status not in PLANNED:
            return ""
        first = scope.outline.period_sentence(at)[0]
        if dating.timeline.year and (m := self.within.search(scope.clean, first, at)):
            return str(int(dating.timeline.year) + int(self.numbers.value(m[1]) or 0))
        stated = dating.timeline.before(first, at) or next(iter(dating.timeline.inside(at, scope.outline.clause(at)[1])), None)
        ends = stated and not scope.clean.startswith(self.never_due, stated.end)
        return self._end(stated.period, issued) if stated and ends else ""

    @staticmethod
    def _end(period: Period, issued: str) -> str:
        last = period.edtf.rpartition("/")[2]
        return last if period.end and last and period.end[: len(issued)] >= issued else ""

    # --- who says so ---

    def voice(self, agent: Thing, scope: Scope, imprint: Imprint) -> str:
        """Who says so of an agent: itself, one above it, one that inspects it, or somebody else."""
        home = scope.home.thing
        if imprint.genre in self.other:
            return OTHER
        if agent in (home, scope.default.thing) or agent.kind not in ("region", "zone") or not self.register.known(home.key):
            return OWN
        if home.key not in self.register.ancestors(agent.key):
            return OWN if agent.key in self.register.ancestors(home.key) else OTHER
        return INSPECTOR if self.inspector.search(imprint.title) else SUPERIOR
