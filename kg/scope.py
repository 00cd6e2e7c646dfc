"""Whom and when a passage speaks of, and whether what it says is done, planned or a problem."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.model import Thing
from kg.names import Name
from kg.outline import Passage
from kg.places import Place, Register
from kg.text import Text
from kg.values import either

CLAUSE_ENDS = ",;:。!?\n"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a stretch of text is about."""

    thing: Thing
    basis: str  # named home inferred
    start: int = -1  # where it is named, -1: nowhere near


class Cues:
    """The cue words of scope.toml, compiled."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        clause = words["clause"]
        self.planned = self._guarded(clause["planned"], clause["planned_not"])
        self.done = self._guarded(clause["done"], clause["done_not"])
        self.problem = self._guarded(clause["problem"], clause["problem_not"])
        self.negated, self.doubt, self.hearsay, self.suggested = (re.compile(either(clause[k])) for k in ("negated", "doubt", "hearsay", "suggested"))
        self.extent = {k: re.compile(either(clause[k])) for k in ("pilot", "full", "partial")}
        self.heading = {k: re.compile(either(words["heading"][k])) for k in ("planned", "problem", "done")}
        self.opening = {k: re.compile(f"(?:{either(clause['opening_' + k])})") for k in ("planned", "problem")}
        self.agent = words["agent"]
        self.own, self.that, self.we = (re.compile(either(words["agent"][k])) for k in ("own", "that", "we"))

    @staticmethod
    def _guarded(words: Sequence[str], never: Sequence[str]) -> re.Pattern[str]:
        """A pattern for the words whose group 1 is empty inside one of the longer words that mean something else."""
        return re.compile(f"(?:{either(never)})|({either(words)})")

    @staticmethod
    def search(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
        """Where a guarded cue first stands in text[start:end], -1 where it does not."""
        return next((m.start() for m in pattern.finditer(text, start, end) if m[1]), -1)


class Scope:
    """The scope of every position of one document."""

    def __init__(
        self,
        text: Text,
        passages: Sequence[Passage],
        cues: Cues,
        places: Sequence[Place],
        names: Sequence[tuple[Name, Thing]],
        register: Register,
        home: Subject,
        default: Subject,
        planned_genre: bool,
    ) -> None:
        self.text, self.clean, self.passages, self.cues, self.register = text, text.clean, passages, cues, register
        self.home, self.default, self.planned_genre = home, default, planned_genre
        self.starts = [p.start for p in passages]
        self.places, self.names = places, names
        self.status_of = self._passage_status()
        self.subjects = self._subjects()
        self.subject_starts = [s.start for s in self.subjects]

    # --- where ---

    def passage(self, at: int) -> Passage:
        """The passage a position lies in."""
        return self.passages[max(0, bisect.bisect_right(self.starts, at) - 1)]

    def clause(self, at: int) -> tuple[int, int]:
        """The span between commas around a position."""
        start, end = at, at
        while start > 0 and self.clean[start - 1] not in CLAUSE_ENDS:
            start -= 1
        while end < len(self.clean) and self.clean[end] not in CLAUSE_ENDS:
            end += 1
        return start, end

    def sentence(self, at: int) -> tuple[int, int]:
        """The span between full stops around a position, inside its passage."""
        start, end = self.text.sentence(at)
        p = self.passage(at)
        return max(start, p.start) if p.start <= at else start, min(end, p.end) if at < p.end else end

    def period_sentence(self, at: int) -> tuple[int, int]:
        """The same, where semicolons do not end a sentence."""
        p = self.passage(at)
        start, end = at, at
        while start > p.start and self.clean[start - 1] not in "。!?\n":
            start -= 1
        while end < p.end and self.clean[end] not in "。!?\n":
            end += 1
        return start, end

    # --- done, planned, problem ---

    def _passage_status(self) -> list[str]:
        """Status of each passage by headings, openings and genre: done, planned or problem."""
        out, opened, level = [], "", 0
        for p in self.passages:
            depth = p.headings[-1].level if p.headings else 9
            if opened and p.headings and p.headings[-1].start >= p.start - 60 and depth <= level:
                opened = ""
            kind = next((k for k, pattern in self.cues.opening.items() if not p.heading and pattern.match(self.clean, p.start)), "")
            if kind:
                opened, level = kind, depth
            out.append(opened or self._heading_status(p) or ("planned" if self.planned_genre else "done"))
        return out

    def _heading_status(self, p: Passage) -> str:
        for h in reversed(p.headings):
            found = {k: m.end() for k, pattern in self.cues.heading.items() for m in pattern.finditer(h.text)}
            if found:
                if "problem" in found and "planned" in found:
                    return "problem" if found["problem"] < found["planned"] else "planned"
                return max(found, key=lambda k: (found[k], k))
        return ""

    def base_status(self, at: int) -> str:
        """The status that headings and genre give to a position."""
        return self.status_of[max(0, bisect.bisect_right(self.starts, at) - 1)]

    def status(self, start: int, end: int) -> str:
        """done, planned or problem, for what stands at clean[start:end]."""
        base = self.base_status(start)
        clause, sentence = self.clause(start), self.period_sentence(start)
        if base != "planned" and self.problem_beside(start, end, clause):
            return "problem"
        if base == "planned":
            done = Cues.search(self.cues.done, self.clean, clause[0], start)
            return "done" if done >= 0 and Cues.search(self.cues.planned, self.clean, clause[0], start) < 0 else "planned"
        if self.planned_before(sentence[0], start, clause):
            return "planned"
        return base

    def planned_before(self, first: int, at: int, clause: tuple[int, int]) -> bool:
        """Whether a word of planning governs a position: in its clause, or earlier in the sentence with no word of done since."""
        planned = [m.start() for m in self.cues.planned.finditer(self.clean, first, at) if m[1]]
        if not planned:
            return False
        done = [m.start() for m in self.cues.done.finditer(self.clean, planned[-1], at) if m[1]]
        return planned[-1] >= clause[0] or not done

    def problem_beside(self, start: int, end: int, clause: tuple[int, int]) -> bool:
        """Whether the clause says that what stands at clean[start:end] is lacking or failing."""
        return any(not (start <= m.start(1) and m.end(1) <= end) for m in self.cues.problem.finditer(self.clean, *clause) if m[1])

    def extent(self, at: int) -> str:
        """pilot, full or partial, as the clause says."""
        return next((k for k, p in self.cues.extent.items() if p.search(self.clean, *self.clause(at))), "")

    # --- whose ---

    def _subjects(self) -> list[Subject]:
        """All stretches that name whom the following text is about, in order."""
        found: list[Subject] = []
        for p in self.places:
            if p.code and not self._followed_by_place(p) and self._is_subject(p.start, p.end):
                found.append(Subject(self._region(p.code), "named", p.start))
        for name, thing in self.names:
            if name.kind.attrs.get("type") != "government" and self._is_subject(name.start, name.end) and not self._listed(name.end):
                found.append(Subject(thing, "named", name.start))
        inside = [(n.start, n.end) for n, _ in self.names]
        found = [s for s in found if s.thing.kind == "institution" or not any(a <= s.start < b for a, b in inside) or self._government(s.start)]
        named = sorted(found, key=lambda s: s.start)
        for m in self.cues.own.finditer(self.clean):
            found.append(self._local(m.group(), m.start(), named) or self._own(m.group(), m.start()))
        for m in self.cues.we.finditer(self.clean):
            if self.default.thing.kind == "institution" and not self.clean[m.start() - 1 : m.start()].isalpha():
                found.append(Subject(self.default.thing, "home", m.start()))
        return sorted(found, key=lambda s: s.start)

    def _government(self, start: int) -> bool:
        return any(n.start == start and n.kind.attrs.get("type") == "government" for n, _ in self.names)

    def _region(self, code: str) -> Thing:
        return Thing("zone" if "/" in code else "region", code, self.register.name(code))

    def _local(self, word: str, at: int, named: Sequence[Subject]) -> Subject | None:
        """全县 in a passage about a county, in a document about something larger: that county."""
        home = self.home.thing
        if word.startswith(tuple(self.cues.agent["mine"])) or home.kind != "region" or not self.register.known(home.key):
            return None
        if self.register.at_level(home.key, next((w for w in self.cues.agent["levels"] if w in word), "")):
            return None
        i = bisect.bisect_left([s.start for s in named], at) - 1
        near = named[i] if i >= 0 and named[i].start >= self.passage(at).start and named[i].thing.kind == "region" else None
        return Subject(near.thing, "named", at) if near else None

    def _own(self, word: str, at: int) -> Subject:
        level = next((w for w in self.cues.agent["levels"] if w in word), "")
        home = self.home.thing
        if home.kind != "region" or not self.register.known(home.key):
            return Subject(home, self.home.basis, at)
        code = self.register.at_level(home.key, level) or home.key
        basis = self.home.basis if code == home.key else "named"
        return Subject(home if code == home.key else self._region(code), basis, at)

    def _followed_by_place(self, p: Place) -> bool:
        return any(q.start == p.end for q in self.places)

    def _chain_start(self, start: int) -> int:
        before = next((q for q in self.places if q.end == start), None)
        return self._chain_start(before.start) if before else start

    def _is_subject(self, start: int, end: int) -> bool:
        """Whether a name can be whom the clause is about: near the clause's beginning, not behind a preposition or verb."""
        start = self._chain_start(start)
        before = self.clean[max(0, start - 8) : start]
        if any(self.clean.startswith(w, end) for w in self.cues.agent["not_after"]):
            return False
        first = self.clause(start)[0]
        lead = self.clean[first:start]
        while lead and (filler := next((w for w in self.cues.agent["fillers"] if lead.endswith(w)), "")):
            lead = lead[: len(lead) - len(filler)]
        lead = re.sub(r"^[◆●·■▲★—\-\s(]*", "", lead)
        if not lead or re.fullmatch(r"[^一-鿿]*(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|初|末|起|以来|春季|秋季)?(?:学期)?", lead):
            return True
        if any(before.endswith(w) for w in self.cues.agent["not_subject_before"]):
            return False
        return lead.endswith("、") and self._is_listed_subject(start - 1)

    def _is_listed_subject(self, comma: int) -> bool:
        before = next((p for p in self.places if p.end == comma), None) or next((n for n, _ in self.names if n.end == comma), None)
        return before is not None and self._is_subject(before.start, before.end)

    def _listed(self, end: int) -> bool:
        return self.clean[end : end + 1] in "、和与" or self.clean.startswith("等", end)

    def subject(self, at: int) -> Subject:
        """Whom a position is about: named before it in its sentence, else by its passage, else the document's own agent."""
        first, last = self.period_sentence(at)
        i = bisect.bisect_right(self.subject_starts, at) - 1
        if i >= 0 and self.subjects[i].start >= first:
            return self.subjects[i]
        return self._lead(at, first) or self._heading_subject(at) or self.default

    def _lead(self, at: int, sentence: int) -> Subject | None:
        """The subject that opens the passage (甲县:…), or that 该县 goes back to."""
        p = self.passage(at)
        that = self.cues.that.search(self.clean, sentence, at)
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
        for h in reversed(self.passage(at).headings):
            i = bisect.bisect_left(self.subject_starts, h.start)
            if i < len(self.subjects) and self.subjects[i].start < h.end and self.subjects[i].basis == "named" and self.subjects[i].start - h.start < 6:
                return self.subjects[i]
        return None
