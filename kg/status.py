"""Whether what a passage says is done, planned or a problem: a clause beats a heading, a heading beats the genre."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kg.outline import Outline, Passage
from kg.values import either


class Cues:
    """The cue words of scope.toml, compiled."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        clause = words["clause"]
        self.planned_genres = frozenset(words["genre"]["planned"])
        self.planned = self._guarded(clause["planned"], clause["planned_not"])
        self.done = self._guarded(clause["done"], clause["done_not"])
        self.problem = self._guarded(clause["problem"], clause["problem_not"])
        self.negated, self.doubt, self.hearsay, self.suggested = (re.compile(either(clause[k])) for k in ("negated", "doubt", "hearsay", "suggested"))
        self.extent = {k: re.compile(either(clause[k])) for k in ("pilot", "full", "partial")}
        self.heading = {k: re.compile(either(words["heading"][k])) for k in ("planned", "problem", "done")}
        self.opening = {k: re.compile(f"(?:{either(clause['opening_' + k])})") for k in ("planned", "problem")}

    @staticmethod
    def _guarded(words: Sequence[str], never: Sequence[str]) -> re.Pattern[str]:
        """A pattern for the words whose group 1 is empty inside one of the longer words that mean something else."""
        return re.compile(f"(?:{either(never)})|({either(words)})")

    @staticmethod
    def search(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
        """Where a guarded cue first stands in text[start:end], -1 where it does not."""
        return next((m.start() for m in pattern.finditer(text, start, end) if m[1]), -1)


class Status:
    """The status of every position of one document."""

    def __init__(self, outline: Outline, cues: Cues, genre: str) -> None:
        self.outline, self.clean, self.cues = outline, outline.clean, cues
        self.planned_genre = genre in cues.planned_genres
        self.of_passage = self._passages()

    def _passages(self) -> list[str]:
        """Status of each passage by headings, openings and genre: done, planned or problem."""
        out, opened, level = [], "", 0
        for p in self.outline.passages:
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
        return self.of_passage[self.outline.index(at)]

    def of(self, start: int, end: int) -> str:
        """done, planned or problem, for what stands at clean[start:end]."""
        base = self.base_status(start)
        clause, sentence = self.outline.clause(start), self.outline.period_sentence(start)
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
        return next((k for k, p in self.cues.extent.items() if p.search(self.clean, *self.outline.clause(at))), "")
