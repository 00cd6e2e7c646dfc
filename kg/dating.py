"""When something a text says holds: its own time expression, one that goes on from before, a heading's, or the document's."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.model import Period
from kg.outline import Outline, Passage
from kg.spans import aside
from kg.times import DAY, SCHOOL_YEARS, STEPS, Timeline, When, number, onward, period, span

YEAR = r"(?:19|20)\d{2}"
ONE_YEAR, WITHIN_YEAR, OF_YEARS, ONE_DAY = re.compile(YEAR), re.compile(rf"{YEAR}[-\d]+"), re.compile(f"{YEAR}/{YEAR}"), re.compile(DAY)
RELATIVE = frozenset({"last_year", "last_period"})  # 上年: what a bulletin compares with, no origin of a span
OPENING = 8  # characters of a paragraph in which it may say what year it is about
YEARS_SAID = frozenset({"last_year", "this_year", "next_year"})
YEARS = YEARS_SAID | {"year"}
DATED = 4  # characters that a time in brackets may have beside it and still be the time of what follows: (2016—2020年)
VISITS = frozenset({"days", "months", "date"})  # how texts say when they looked
LONGEST_VISIT = 500  # characters from there to what was counted
STOCK = frozenset({"school", "years", *SCHOOL_YEARS})  # expressions that go on over the sentences of a paragraph


class Dating:
    """The period of every position of one document."""

    def __init__(self, timeline: Timeline, outline: Outline, parts: Sequence[str], words: Mapping[str, Any], asker: re.Pattern[str]) -> None:
        """`parts`: words such as 其中; `words`: those of times.toml; `asker`: who asks a question."""
        self.timeline, self.outline, self.clean = timeline, outline, outline.clean
        self.parts, self.as_of, self.compared = tuple(parts), tuple(words["as_of"]), words["compared"]
        self.counted_on, self.inspecting = re.compile(words["counted_on"]), re.compile(words["inspecting"])
        self.moment, self.whole_year = re.compile(words["moment"]), re.compile(words["whole_year"])
        self.lists, self.all_years = re.compile(words["lists"]), re.compile(words["all_years"])
        self.at_hand = re.compile(words["at_hand"])
        self.lasting, self.by_data = re.compile(words["lasting"]), re.compile(words["by_data"])
        self.announces, self.whole, self.asker = re.compile(words["announces"]), re.compile(words["announces_all"]), asker
        self.announced = [*self._announcements()]
        self.starts = [start for start, _ in self.announced]

    def period(self, at: int) -> Period | None:
        """The period at a position: the nearest time before it in its sentence, one right behind it, one that goes on, a heading's or the document's."""
        first, _ = self.outline.period_sentence(at)
        when = self._ahead(first, at) or self._before(first, at) or self._behind(at) or self._carried(first)
        heading = self._heading(at)
        if when and self.whole_year.match(self.clean, when.start) and (told := self._before(first, when.start)) and told.kind in YEARS:
            return when.period if told.period.edtf.endswith("/") else told.period  # 2023年开展试点,全年交流…
        if when and heading and ONE_YEAR.fullmatch(heading.edtf):
            if when.kind == "this_period":
                return heading
            bare = when.kind == "month" and not any(w.end == when.start for w in self.timeline.inside(when.start - OPENING, when.start))
            if bare and WITHIN_YEAR.fullmatch(when.period.edtf):  # 三、2023年打算 … 9月, but not 今年9月
                return period(heading.edtf + when.period.edtf[4:])
        if when and self.at_hand.match(self.clean, when.start) and self.outline.clause(at)[0] > when.start:  # 现有30所,巩固率…: not the rate
            return heading or self.timeline.default or when.period
        return when.period if when else heading or self._announcement(at) or self._planned(first, at) or self._inspection(at) or self.timeline.default

    def _planned(self, first: int, at: int) -> Period | None:
        """The years of the plan that the document is, where its sentence says how many they are: 三年统筹资金8.2亿元."""
        plan = self.timeline.plan
        if plan is None or not OF_YEARS.fullmatch(plan.edtf):
            return None
        size = int(plan.end[:4]) - int(plan.start[:4]) + 1
        return plan if any(number(m[1]) == size for m in self.all_years.finditer(self.clean, first, at)) else None

    def said(self, found: Period | None) -> Period | None:
        """A period that the text says of a passage: none for that of the document as a whole, which shows nothing of what is done."""
        return None if found is self.timeline.default else found

    def _before(self, first: int, at: int) -> When | None:
        """The last time of clean[first:at] that is no origin of a change and stands in no aside."""
        return next((w for w in reversed(self.timeline.inside(first, at)) if not w.origin and not aside(self.clean, w.start, w.end, at, DATED)), None)

    def change(self, at: int, origin_at: int) -> Period | None:
        """The period of a change from a figure at `origin_at` to one at `at` (由2018年的A降至2020年的B), or from the year before it (比2018年提高A)."""
        first, _ = self.outline.period_sentence(at)
        reached = ""
        if origin_at >= 0:
            told = [w for w in self.timeline.inside(origin_at, at) if ONE_YEAR.fullmatch(w.period.edtf)]
            base = next((w.period.edtf for w in told if w.kind not in RELATIVE), "")
            reached = max((w.period.edtf for w in told), default="") if base else ""
        else:
            stated = re.search(rf"{self.compared}({YEAR})年[^,。;]{{0,8}}$", self.clean[max(first, at - 16) : at])
            base = stated[1] if stated else ""
        if not base:
            return None
        if reached > base:
            year = reached
        else:
            year = self._year(first, origin_at if origin_at >= 0 else at, base)
        if year and base < year:
            return span(base, year)
        return onward(base)

    def _year(self, first: int, at: int, base: str) -> str:
        """The year up to which a change counts: one stated before it, the one reported on, or the document's own where the origin is stated in full."""
        before = [w for w in self.timeline.inside(first, at) if ONE_YEAR.fullmatch(w.period.edtf) and w.period.edtf > base]
        if before:
            return before[-1].period.edtf
        heading = self._heading(at)
        last = (heading.end if heading else "") or (self.timeline.default.end if self.timeline.default else "")
        return last[:4]

    def level(self, found: Period | None) -> Period | None:
        """The period of a rate or stock: of a span of years its last one."""
        if found and OF_YEARS.fullmatch(found.edtf):
            return period(found.edtf[-4:])
        return found

    def _behind(self, at: int) -> When | None:
        """A time that stands behind a position in its clause, where it qualifies the same thing: 6所园2019年秋季的补助."""
        inside = self.timeline.inside(at, self.outline.clause(at)[1])
        return inside[0] if inside and inside[0].period.edtf != "asof" and not inside[0].origin and inside[0].kind not in STEPS else None

    def _ahead(self, first: int, at: int) -> When | None:
        """The next year, said behind a position in its clause, where no time stands before it there: 剩下的9所明年年底前交账."""
        start, end = self.outline.clause(at)
        told = () if self.timeline.inside(max(first, start), at) else self.timeline.inside(at, end)
        return told[0] if told and told[0].kind == "next_year" else None

    def _carried(self, first: int) -> When | None:
        """The time of an earlier sentence of the paragraph that goes on: a school year, a count's day (截至…), or any where the sentence begins with 其中."""
        last = self.timeline.before(self.outline.passage(first).start, first)
        if last is None or last.period.edtf == "asof":
            return None
        if (opening := self._opening(first)) is not None:
            return opening
        opens = last.start - self.outline.period_sentence(last.start)[0] <= OPENING  # 截至2020年底,…; not 推迟至2020年
        goes_on = (
            self.clean.startswith(self.parts, first)
            or opens
            and self.clean.endswith(self.as_of, 0, last.start)
            or last.kind in STOCK
            or last.period.edtf.endswith("/")
        )
        return last if goes_on else None

    def _opening(self, first: int) -> When | None:
        """The year that the paragraph of a sentence opens with (2023年,…; 先说去年), unless it names another before the sentence."""
        start = self.outline.passage(first).start
        if self.lasting.search(self.clean, *self.outline.period_sentence(first)):
            return None
        told = self.timeline.inside(start, first)
        years = {w.period.edtf[:4] for w in told if w.period.start and not w.origin}
        if told and told[0].start - start <= OPENING and ONE_DAY.fullmatch(told[0].period.edtf):  # 3月27日,…: a report of a day
            return told[0] if len(told) == 1 else None
        if told and (told[0].origin or self.moment.match(self.clean, told[0].end)):  # 由去年的214家压到11家, 去年这个时候
            return None
        opens = told and (
            self.by_data.fullmatch(self.clean, start, told[0].start)
            and told[0].kind == "year"
            or told[0].start - start <= OPENING
            and told[0].kind in YEARS_SAID
        )
        return told[0] if opens and years == {told[0].period.edtf} else None

    def _announcements(self) -> Iterator[tuple[int, Period | None]]:
        """Where what a question or the head of a list says of time begins to hold for what is below, and where it ends.

        What is said right above headings (2024年要点如下:) holds for all that they head, what leads in a list of items with heads of their own for these.
        """
        before = held = listed = None
        rank = -1
        for p, after in zip(self.outline.passages, [*self.outline.passages[1:], None], strict=True):
            told = next((w.period for w in reversed(self.timeline.inside(p.start, p.end)) if w.period.start), None)
            if self.announces.search(self.clean, p.start, p.end) and not self.whole.search(self.clean, p.start, p.end):
                yield p.end, told or before
                held = told or held if after and after.heading else held
            elif (opens := self._opens_with(p)) and self.lists.search(self.clean, p.start, p.end):
                yield p.end, opens
                listed, rank = opens, p.headings[-1].level if p.headings else -1
            elif p.heading or self.asker.match(self.clean, p.start):
                listed = listed if p.headings and p.headings[-1].level > rank else None
                yield p.start, told or listed or held
            before = told

    def _opens_with(self, p: Passage) -> Period | None:
        """The time that a passage opens with."""
        return next((w.period for w in self.timeline.inside(p.start, p.start + OPENING) if w.period.start), None)

    def _inspection(self, at: int) -> Period | None:
        """When an inspection took place that the text has told of before, for what was counted during it: 9月11日至15日,督导组…。随机抽查学校58所."""
        if not self.counted_on.search(self.clean, *self.outline.period_sentence(at)):
            return None
        near = self.timeline.inside(max(0, at - LONGEST_VISIT), at)
        days = (w for w in reversed(near) if w.kind in VISITS and self.inspecting.search(self.clean, w.end, self.outline.period_sentence(w.start)[1]))
        return next((w.period for w in days), None)

    def _announcement(self, at: int) -> Period | None:
        i = bisect.bisect_right(self.starts, at) - 1
        return self.announced[i][1] if i >= 0 else None

    def _heading(self, at: int) -> Period | None:
        """The last time that a heading above names, lowest heading first."""
        for h in reversed(self.outline.passage(at).headings):
            inside = self.timeline.inside(h.start, h.end)
            if inside:
                return inside[-1].period
        return None
