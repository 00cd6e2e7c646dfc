"""Whether what a passage says is done, planned or a problem: a clause beats its time, its time a sentence, a sentence a heading, a heading the genre."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.model import Period
from kg.outline import Outline, Passage
from kg.spans import Spans, aside
from kg.values import either, guarded
from kg.words import marked

LOOKAHEAD = 8  # characters behind an ambiguous word that say whether a verb follows


class Cues:
    """The cue words of status.toml, compiled."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        clause = words["clause"]
        self.planned_genres = frozenset(words["genre"]["planned"])
        self.planned, self.done, self.problem = (guarded(clause[k], clause[f"{k}_not"]) for k in ("planned", "done", "problem"))
        self.negated, self.doubt = (re.compile(either(clause[k])) for k in ("negated", "doubt"))
        self.asker = re.compile(f"{either(clause['asker'])}|{clause['asker_boxed']}")
        self.extent = {k: re.compile(either(clause[k])) for k in ("pilot", "full", "partial")}
        self.heading = {k: re.compile("|".join(words["heading"][k])) for k in ("planned", "problem", "done", "speech", "report")}
        self.neutral = re.compile(words["heading"]["neutral"])
        self.speeches = frozenset(words["genre"]["speeches"])
        self.opening = {k: re.compile(f"(?:{either(clause['opening_' + k])})") for k in ("planned", "problem")}
        self.lacks, self.relieved, self.fulfilled = (re.compile(clause[k]) for k in ("lacks", "relieved", "fulfilled"))
        self.resets, self.after_planned, self.after_done = (re.compile(either(clause[k])) for k in ("resets", "after_planned", "after_done"))
        self.seasons: Mapping[str, int] = clause["seasons"]
        self.announcing = re.compile(clause["announcing"])
        self.perfective, self.stuck = str(clause["perfective"]), re.compile(clause["stuck"])
        self.strong, self.borrowed = frozenset(clause["strong"]), re.compile(clause["borrowed"])
        self.leads_both = re.compile(clause["leads_both"])
        self.paper_says, self.facts_again = re.compile(clause["paper_says"]), re.compile(clause["facts_again"])
        self.spoken_of = re.compile(clause["spoken_of"])
        self.other_subject = re.compile(clause["other_subject"])
        self.troubled, self.tasked = re.compile(clause["troubled"]), re.compile(clause["tasked"])
        self.ambiguous, self.verb_marks = frozenset(clause["before_verb"]), tuple(clause["verb_marks"])
        self.disposing = re.compile(clause["disposing"])
        self.numbered, self.adverbial = frozenset(clause["before_number"]), tuple(clause["adverbial"])

    def found(self, pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Where a guarded cue stands in text[start:end]; a word such as 将 only before a verb (将建设, not 将其纳入)."""
        for m in pattern.finditer(text, start, end):
            if (
                m[1]
                and not self.disposing.match(text, m.start())
                and (m[1] not in self.ambiguous or self._verb(text, m.end()) or m[1] in self.numbered and text[m.end() : m.end() + 1].isdigit())
            ):
                yield m

    def _verb(self, text: str, at: int) -> bool:
        words = marked(text[at : at + LOOKAHEAD])
        return bool(words) and (words[0][1].startswith(self.verb_marks) or text.startswith(self.adverbial, at))


class Status:
    """The status of every position of one document."""

    def __init__(self, outline: Outline, cues: Cues, genre: str, year: int, month: int = 0) -> None:
        """`year` and `month` are the document's, 0 if unknown."""
        self.quoted = Spans(outline.text.quoted)  # 计划 in a quoted name plans nothing
        self.begun = frozenset(season for season, begins in cues.seasons.items() if begins <= month)
        self.outline, self.clean, self.cues, self.year = outline, outline.clean, cues, str(year or "")
        self.month = f"{year}-{month:02d}" if year and month else ""
        self.speech = genre in cues.speeches
        self.genre = "planned" if genre in cues.planned_genres else "done"
        self.cued: dict[int, tuple[list[int], list[tuple[int, int]], list[tuple[int, int]]]] = {}  # what _cues_of has found
        self.stretches = [*self._stretches()]
        self.starts = [start for start, _ in self.stretches]

    def _stretches(self) -> Iterator[tuple[int, str]]:
        """Where the status by headings, openings and genre changes: the start of each stretch and its status."""
        opened, level, asked, turned, lead, announced, paper, tasked = "", 0, "", (0, ""), ("", -1), "", "", (-1, "")
        for p in self.outline.passages:
            item = p.heading or bool(p.headings) and p.headings[-1].end == p.start
            depth = p.headings[-1].level if p.headings else 9
            lead = lead if item and depth > lead[1] else ("", -1)
            if opened and p.headings and p.headings[-1].start >= p.start - 60 and depth <= level:
                opened = ""
            kind = "" if p.heading else self._opens(p.start)
            if kind:
                opened, level = kind, depth
            if self.cues.asker.match(self.clean, p.start):
                asked = self._says(self.clean[p.start : p.end])
            if self.cues.announcing.match(self.clean, p.start):
                announced = self._says(self.clean[slice(*self.outline.period_sentence(p.start))])
            said = opened or asked or (turned[1] if turned[0] == p.paragraph else "") or lead[0] or self._by_heading(p)
            if tasked[0] != p.paragraph:
                ends = self.clean.find("\n", p.start)
                tasked = (p.paragraph, "planned" if self.cues.tasked.search(self.clean, p.start, ends if ends >= 0 else len(self.clean)) else "")
            paper = "" if self.cues.facts_again.match(self.clean, p.start) else paper
            status = said or tasked[1] or announced or paper or self.genre
            yield p.start, status
            if says := self.cues.paper_says.search(self.clean, p.start, p.end):
                paper = "planned"
                yield from [(says.start(), paper)] if status == "done" else ()
            if self.clean.endswith(":", p.start, p.end) and self._leads_to_plans(p):
                lead = ("planned", depth if item else -1)  # 双方将在以下方面合作: what the items below it say is to come
            for start, kind in self._turns(p, status):
                turned = (p.paragraph, kind)
                yield start, kind

    def _leads_to_plans(self, p: Passage) -> bool:
        """Whether the last sentence of a passage speaks last of plans and of nothing done."""
        first = self.outline.period_sentence(p.end - 1)[0]
        return self._cue(first, p.end)[0] == "planned" and not self.cues.leads_both.search(self.clean, first, p.end)

    def _opens(self, at: int) -> str:
        return next((kind for kind, pattern in self.cues.opening.items() if pattern.match(self.clean, at)), "")

    def _turns(self, p: Passage, status: str) -> Iterator[tuple[int, str]]:
        """Where inside a passage a sentence turns to plans or problems, for the rest of the passage."""
        at = self.outline.period_sentence(p.start)[1] + 1
        while at < p.end:
            first, last = self.outline.period_sentence(at)
            if kind := self._opens(at):
                yield first, kind
            elif status == "done" and self.cues.lacks.search(self.clean, first, last):
                yield last, "problem"
            at = last + 1

    def _by_heading(self, p: Passage) -> str:
        return next((said for h in reversed(p.headings) if (said := self._says(h.text))), "")

    def _says(self, heading: str) -> str:
        """The status that a heading or a question announces."""
        heading = self.cues.neutral.sub("", heading)
        found = {k: m.end() for k in ("planned", "problem", "done") for m in self.cues.heading[k].finditer(heading)}
        if self.genre == "done" and (told := self.cues.heading["report"].search(heading)):
            found["done"] = max(told.end(), found.get("done", 0))
        if self.speech and not found and self.cues.heading["speech"].search(heading):
            return "planned"
        if {*found} == {"done", "problem"}:  # what was reached comes first; the text says where it turns
            return "done"
        if "problem" in found and "planned" in found:
            return "problem" if found["problem"] < found["planned"] else "planned"
        return max(found, key=lambda k: (found[k], k)) if found else ""

    def base(self, at: int) -> str:
        """The status that headings, openings and genre give to a position."""
        return self.stretches[max(0, bisect.bisect_right(self.starts, at) - 1)][1]

    def of(self, start: int, end: int, period: Period | None = None, *, figure: bool = False) -> str:
        """done, planned or problem, for what stands at clean[start:end] and holds in a period; a measure of a later month of the year is mostly in force."""
        base, clause = self.base(start), self.outline.clause(start)
        if base != "planned" and self._lacking(start, end, clause):
            return "problem"
        if self.clean.endswith(self.cues.perfective, 0, start):
            return self._unless_lacking("done", base)
        cue, at = self._cue(self.outline.period_sentence(start)[0], start)
        if cue and at >= clause[0]:
            cue = "done" if cue == "planned" and self.cues.fulfilled.match(self.clean, clause[1]) else cue
            return self._unless_lacking(cue, base)
        if after := self._after(end, clause[1], base):
            return after
        if tense := self._tense(period, figure):
            return self._unless_lacking(tense, base)
        return self._unless_lacking(cue, base) if cue else base

    @staticmethod
    def _unless_lacking(cue: str, base: str) -> str:
        """A problem section stays one where only its own words of done speak against it by tense."""
        return cue if base != "problem" or cue == "planned" else base

    def _cue(self, first: int, at: int) -> tuple[str, int]:
        """The last word of planning or of done in clean[first:at], and where it stands; `first` begins a sentence."""
        resets, plans, dones = self._cues_of(first)
        reset = max((end for end in resets if end <= at), default=first)
        part = self.clean.rfind(";", reset, at)
        if part >= 0 and self.cues.other_subject.match(self.clean, part + 1):
            reset, part = part + 1, -1
        planned = [a for a, b in plans if reset <= a and b <= at and not aside(self.clean, a, b, at)]
        part = part if planned else -1  # 计划新建9所,其中3所已开工;组建集团2个: what is done there ends with its part
        done = [a for a, b in dones if reset <= a and b <= at and not aside(self.clean, a, b, at) and not planned[0:1] < [a] < [part]]
        return max((("", -1), ("planned", planned[-1] if planned else -1), ("done", done[-1] if done else -1)), key=lambda x: x[1])

    def _cues_of(self, first: int) -> tuple[list[int], list[tuple[int, int]], list[tuple[int, int]]]:
        """Of the sentence that begins at a position: where words stand that spend the cues before them, and the cues of plans and of what is done."""
        if first not in self.cued:
            last = self.outline.period_sentence(first)[1]
            found = self.cues.found(self.cues.planned, self.clean, first, last)
            plans = [m.span() for m in found if m[1] not in self.begun and not self.quoted.hold(*m.span()) and not inside_title(self.clean, m.start())]
            dones = [m.span() for m in self.cues.found(self.cues.done, self.clean, first, last)]
            self.cued[first] = [m.end() for m in self.cues.resets.finditer(self.clean, first, last)], plans, dones
        return self.cued[first]

    def _after(self, at: int, last: int, base: str) -> str:
        """What the words behind a position in its clause say: …的目标, …已全部投用."""
        if self.cues.after_planned.search(self.clean, at, last):
            return "planned"
        if any(m[1] in self.cues.strong for m in self.cues.found(self.cues.planned, self.clean, at, last)):
            return "planned"
        return "done" if base == "planned" and self.cues.after_done.search(self.clean, at, last) else ""

    def _tense(self, period: Period | None, figure: bool) -> str:
        """What a period says by lying before or behind the document's year, for a figure its month."""
        if not self.year or period is None:
            return ""
        if period.start and (period.start[:4] > self.year or figure and self.month and period.start[:7] > self.month):
            return "planned"
        if period.end and period.end[:4] > self.year and period.start[:4] == period.end[:4]:
            return "planned"
        return "done" if period.end and period.end[:4] < self.year else ""

    def _lacking(self, start: int, end: int, clause: tuple[int, int]) -> bool:
        """Whether the clause says that what stands at clean[start:end] is lacking or failing."""
        if any(m.start() < start and end <= m.end() for m in self.cues.troubled.finditer(self.clean, *clause)):
            return not self.cues.relieved.search(self.clean, clause[0], start)
        return any(
            not (start <= m.start(1) and m.end(1) <= end) and not self.cues.relieved.search(self.clean, clause[0], m.start())
            for m in self.cues.found(self.cues.problem, self.clean, *clause)
        )

    def stuck(self, start: int, end: int, until: int) -> bool:
        """Whether what a sentence or its part opens with is said later on in it, before `until`, not to have got anywhere."""
        first, last = self.outline.sentence(start)
        clause = self.outline.clause(start)
        opens = max(first, clause[0]) <= start and not self.clean[max(first, self.clean.rfind(";", first, start) + 1) : start].count(",")
        return opens and self.base(start) != "planned" and self.cues.stuck.search(self.clean, end, min(last, max(until, end))) is not None

    def asserts(self, start: int) -> bool:
        """Whether what stands at a position is asserted at all: no question, no refused plan, no negation, no experience of others that is studied."""
        first, last = self.outline.clause(start)
        end = self.outline.period_sentence(start)[1]
        asked = self.clean.startswith("?", end) or self.cues.asker.match(self.clean, self.outline.passage(start).start)
        if self.cues.borrowed.search(self.clean, first, last) or self.cues.spoken_of.search(self.clean, first, start):
            return False
        return not asked and not self.cues.doubt.search(self.clean, first, last) and not self.cues.negated.search(self.clean, first, start)

    def extent(self, at: int) -> str:
        """pilot, full or partial, as the clause says."""
        return next((k for k, p in self.cues.extent.items() if p.search(self.clean, *self.outline.clause(at))), "")


def inside_title(clean: str, at: int) -> bool:
    """Whether a position lies in the name of a policy document."""
    return clean.rfind("《", max(0, at - 80), at) > clean.rfind("》", max(0, at - 80), at)
