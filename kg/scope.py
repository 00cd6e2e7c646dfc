"""Whom a passage speaks of."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.model import Thing
from kg.names import Name
from kg.outline import Outline
from kg.places import Place, Register
from kg.status import Status
from kg.values import either


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a stretch of text is about."""

    thing: Thing
    basis: str  # named home inferred
    start: int = -1  # where it is named, -1: nowhere near


class Deixis:
    """The words of scope.toml by which a text points at its own region or at whom it named before."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words
        self.own, self.that, self.we = (re.compile(either(words[k])) for k in ("own", "that", "we"))


class Scope:
    """The scope of every position of one document."""

    def __init__(
        self,
        outline: Outline,
        status: Status,
        deixis: Deixis,
        places: Sequence[Place],
        names: Sequence[tuple[Name, Thing]],
        register: Register,
        home: Subject,
        default: Subject,
    ) -> None:
        self.outline, self.clean, self.status, self.deixis, self.register = outline, outline.clean, status, deixis, register
        self.home, self.default = home, default
        self.places, self.names = places, names
        self.subjects = self._subjects()
        self.subject_starts = [s.start for s in self.subjects]

    # --- whose ---

    def _subjects(self) -> list[Subject]:
        """All stretches that name whom the following text is about, in order."""
        found: list[Subject] = []
        for p in self.places:
            if p.code and not self.followed_by_place(p) and self._is_subject(p.start, p.end):
                found.append(Subject(self.region(p.code), "named", p.start))
        for name, thing in self.names:
            if name.kind.attrs.get("type") != "government" and self._is_subject(name.start, name.end) and not self._listed(name.end):
                found.append(Subject(thing, "named", name.start))
        inside = [(n.start, n.end) for n, _ in self.names]
        found = [s for s in found if s.thing.kind == "institution" or not any(a <= s.start < b for a, b in inside) or self._government(s.start)]
        named = sorted(found, key=lambda s: s.start)
        for m in self.deixis.own.finditer(self.clean):
            found.append(self._local(m.group(), m.start(), named) or self._own(m.group(), m.start()))
        for m in self.deixis.we.finditer(self.clean):
            if self.default.thing.kind == "institution" and not self.clean[m.start() - 1 : m.start()].isalpha():
                found.append(Subject(self.default.thing, "home", m.start()))
        return sorted(found, key=lambda s: s.start)

    def _government(self, start: int) -> bool:
        return any(n.start == start and n.kind.attrs.get("type") == "government" for n, _ in self.names)

    def region(self, code: str) -> Thing:
        """The thing that a code stands for."""
        return Thing("zone" if "/" in code else "region", code, self.register.name(code))

    def _local(self, word: str, at: int, named: Sequence[Subject]) -> Subject | None:
        """全县 in a passage about a county, in a document about something larger: that county."""
        home = self.home.thing
        if word.startswith(tuple(self.deixis.words["mine"])) or home.kind != "region" or not self.register.known(home.key):
            return None
        if self.register.at_level(home.key, next((w for w in self.deixis.words["levels"] if w in word), "")):
            return None
        i = bisect.bisect_left([s.start for s in named], at) - 1
        near = named[i] if i >= 0 and named[i].start >= self.outline.passage(at).start and named[i].thing.kind == "region" else None
        return Subject(near.thing, "named", at) if near else None

    def _own(self, word: str, at: int) -> Subject:
        level = next((w for w in self.deixis.words["levels"] if w in word), "")
        home = self.home.thing
        if home.kind != "region" or not self.register.known(home.key):
            return Subject(home, self.home.basis, at)
        code = self.register.at_level(home.key, level) or home.key
        basis = self.home.basis if code == home.key else "named"
        return Subject(home if code == home.key else self.region(code), basis, at)

    def followed_by_place(self, p: Place) -> bool:
        """Whether a place name goes on with a lower one: 乌海市|海南区."""
        return any(q.start == p.end for q in self.places)

    def _chain_start(self, start: int) -> int:
        before = next((q for q in self.places if q.end == start), None)
        return self._chain_start(before.start) if before else start

    def _is_subject(self, start: int, end: int) -> bool:
        """Whether a name can be whom the clause is about: near the clause's beginning, not behind a preposition or verb."""
        start = self._chain_start(start)
        before = self.clean[max(0, start - 8) : start]
        if any(self.clean.startswith(w, end) for w in self.deixis.words["not_after"]):
            return False
        first = self.outline.clause(start)[0]
        lead = self.clean[first:start]
        while lead and (filler := next((w for w in self.deixis.words["fillers"] if lead.endswith(w)), "")):
            lead = lead[: len(lead) - len(filler)]
        lead = re.sub(r"^[◆●·■▲★—\-\s(]*", "", lead)
        if not lead or re.fullmatch(r"[^一-鿿]*(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|初|末|起|以来|春季|秋季)?(?:学期)?", lead):
            return True
        if any(before.endswith(w) for w in self.deixis.words["not_subject_before"]):
            return False
        return lead.endswith("、") and self._is_listed_subject(start - 1)

    def _is_listed_subject(self, comma: int) -> bool:
        before = next((p for p in self.places if p.end == comma), None) or next((n for n, _ in self.names if n.end == comma), None)
        return before is not None and self._is_subject(before.start, before.end)

    def _listed(self, end: int) -> bool:
        return self.clean[end : end + 1] in "、和与" or self.clean.startswith("等", end)

    def subject(self, at: int) -> Subject:
        """Whom a position is about: named before it in its sentence, else by its passage, else the document's own agent."""
        first, last = self.outline.period_sentence(at)
        i = bisect.bisect_right(self.subject_starts, at) - 1
        if i >= 0 and self.subjects[i].start >= first:
            return self.subjects[i]
        return self._lead(at, first) or self._heading_subject(at) or self.default

    def _lead(self, at: int, sentence: int) -> Subject | None:
        """The subject that opens the passage (甲县:…), or that 该县 goes back to."""
        p = self.outline.passage(at)
        that = self.deixis.that.search(self.clean, sentence, at)
        i = bisect.bisect_left(self.subject_starts, sentence) - 1
        if that and i >= 0 and self.subjects[i].start >= p.start:
            return self.subjects[i]
        j = bisect.bisect_left(self.subject_starts, p.start)
        if j < len(self.subjects) and self.subjects[j].start < p.start + 8:
            first = self.subjects[j]
            colon = self.clean.find(":", first.start, first.start + 16)
            if colon >= 0 and first.basis == "named":
                return first
        return None

    def _heading_subject(self, at: int) -> Subject | None:
        """The place or institution that a heading above names first."""
        for h in reversed(self.outline.passage(at).headings):
            i = bisect.bisect_left(self.subject_starts, h.start)
            if i < len(self.subjects) and self.subjects[i].start < h.end and self.subjects[i].basis == "named" and self.subjects[i].start - h.start < 6:
                return self.subjects[i]
        return None
