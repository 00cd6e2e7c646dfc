"""When: expressions of time in a clean text, read against the document's date, as EDTF with first and last day."""

from __future__ import annotations

import bisect
import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kg.model import Period, record
from kg.prefilter import Prefilter
from kg.spans import START, between
from kg.values import either

MONTH = r"\d{1,2}|十[一二]?|[一二三四五六七八九]"
DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "两": 2}
STEPS = {"this_year": 0, "last_year": -1, "next_year": 1, "year_before_last": -2, "this_period": 0, "last_period": -1}
SPANS = frozenset({"school", "range", "glued_range", "year_pair", "half_range", "months", "days", "quarter", "half"})
MONTH_STEPS = {"last_month": -1, "next_month": 1}  # in 去年5月, 明年3月
MONTHS = {"month_before": -1, "this_month": 0, "month_after": 1}  # 上个月, 本月, 下个月
SCHOOL_YEARS = {"school_year_start": 0, "this_school_year": 0, "last_school_year": -1, "coming_school_year": 1}
COMING = 10  # the last month in which a school year that has begun is called new
QUARTERS = "一二三四"
NEAR = 120  # characters between 当年 and the year it goes back to
FAR = 400  # characters between 同日 and the day it goes back to: a short report is of one day
DAY = r"\d{4}-\d{2}-\d{2}"
YEARS = re.compile(r"(?:[、和](?:19|20)\d{2})*")
SPELT_DAY = re.compile(r"(\d{4}年)(十[一二]?|[一二三四五六七八九])月(?:([二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日)?")
SPELT_YEAR = re.compile(r"(?:一九|二[〇零○])[〇零○一二三四五六七八九]{2}(?=年|—|-|至)")


def spelt(text: str) -> str:
    """A text with its years in digits: 二〇二三年 -> 2023年; of the same length."""
    return SPELT_YEAR.sub(lambda m: "".join(str(DIGITS[c]) for c in m[0]), text)


def numbered(text: str) -> str:
    """A text with its spelt dates in digits: 二〇二三年六月十一日 -> 2023年6月11日."""
    return SPELT_DAY.sub(lambda m: f"{m[1]}{_small(m[2])}月{f'{_small(m[3])}日' if m[3] else ''}", spelt(text))


def _small(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)


@record
class When:
    """A time expression: its span, what kind of expression it is, and its period."""

    start: int
    end: int
    period: Period
    kind: str = ""
    origin: bool = False  # where a change begins: 由上年的37个减至12个


class Calendar:
    """Reads expressions of time."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words
        year = words["year"]
        season = either(words["seasons"])
        relative = {k: either(words[k]) for k in ("now", *SCHOOL_YEARS, *STEPS, *MONTHS)}
        patterns = [
            ("school", rf"({year})\s*(?:年?\s*[-—–~至/]+\s*)?({year})学?年?{words['school_year']}"),
            ("school", rf"(?<![-—–~至到/])({year})(){words['school_year']}"),
            ("glued_range", rf"({year})({year})(?=年)"),
            (
                "range",
                rf"({year})年?({MONTH})?月?(?:\d{{1,2}}日)?(?:{season})?\s*[-—–~至到]+\s*({year})年?(?:({MONTH})月)?(?:\d{{1,2}}日)?(?:{season})?",
            ),
            ("year_pair", rf"({year})年?[、和]({year})年?(?={words['two_years']})"),
            ("year_pair", rf"({year})年[、和]({year})年(?={words['each_year']})"),
            ("half", rf"(?:({year})年|{relative['this_year']}|({relative['last_year']})|({relative['next_year']}))?({either(words['halves'])})"),
            ("half_range", rf"({year})年?[-—–~至到]+(\d{{2}})年"),
            ("last_month", rf"(?:{relative['last_year']})({MONTH})月(?:(\d{{1,2}})日?)?"),
            ("next_month", rf"(?:{relative['next_year']})({MONTH})月(?:(\d{{1,2}})日?)?"),
            ("glued_month", rf"({year})(0?[1-9]|1[0-2])月()"),
            ("months", rf"(?:({year})年)?({MONTH})月?(?:\d{{1,2}}日|[上中下]旬)?[-—–~至到]+({MONTH})月(?:\d{{1,2}}日|[上中下]旬)?"),
            ("days", rf"(?:({year})年)?({MONTH})月\d{{1,2}}日?[-—–~至到]+\d{{1,2}}日"),
            ("quarter", rf"({year})年第?([{QUARTERS}])季度"),
            ("date", rf"({year})(?:年|-)({MONTH})(?:月|-)(?:(\d{{1,2}})日?)?"),
            ("year", rf"({year})(?=年|[秋春]季|全面|(?:[、和]{year}){{1,6}}年)"),
            ("both_years", either(words["both_years"])),
            ("years", words["years"]),
            ("years_ago", words["years_ago"]),
            ("month", rf"(?<![\d十])({MONTH})月(?!均)(\d{{1,2}})?日?"),
            (
                "plan",
                f"(?<![第一二三四五六七八九])({either(words['plans'])})({either(words['plan_end'])})?(?![名个所人万百千余多一二三四五六七八九届次条项岁])",
            ),
            *relative.items(),
        ]
        self.patterns = Prefilter(patterns)
        self.attribute = re.compile(words["attribute"])
        self.onward, self.plan_since = re.compile(words["onward"]), re.compile(words["plan_since"])
        self.origin = re.compile(f"(?:{either(words['origin_before'])})[^,。;]*(?:{either(words['origin_after'])})$")
        self.lasting = re.compile(words["years"])
        self.same_year, self.same_day = re.compile(either(words["same_year"])), re.compile(either(words["same_day"]))
        self.same_time = re.compile(words["same_time"])
        self.coming = re.compile(words["coming_years"])
        self.plan_named = re.compile(f"《[^》]{{0,30}}(?P<plan>{either(words['plans'])})[^》]{{0,30}}{words['plan_title']}")
        self.since_event = re.compile(words["since_event"])
        self.since = re.compile(f"(?:[年月日]|[底初末]|[春秋]季|学期)*(?:{either(words['since'])})")

    def read(self, clean: str, year: int, reviewed: int = 0, masks: Sequence[tuple[int, int]] = (), month: int = 0) -> list[When]:
        """All expressions of a clean text in order, save inside masks; `year` and `month` of the document, `reviewed` the year reported on, 0 if unknown."""
        text = spelt(clean)
        found: list[When] = []
        taken = bytearray(len(text))
        for a, b in masks:
            taken[a:b] = b"\1" * (b - a)
        for kind, m in self.patterns.matches(text):
            if any(taken[m.start() : m.end()]) or self._compared(text, m) or self.attribute.match(text, m.end()):
                continue
            if period := self._month(kind, year, month) if kind in (*MONTHS, *SCHOOL_YEARS) else self._period(kind, m, text, year, reviewed):
                taken[m.start() : m.end()] = b"\1" * (m.end() - m.start())
                found.append(When(m.start(), m.end(), period, kind, self._begins(text, m)))
        return self._anaphora(text, sorted(found, key=lambda w: w.start), taken)

    def _compared(self, text: str, m: re.Match[str]) -> bool:
        """Whether a time is only what something is compared with: 比上年, 同上一年相比."""
        listed = YEARS.match(text, m.end())  # 2015、2016年出生的孩子
        behind = listed.end() if listed else m.end()
        return text.endswith(tuple(self.words["not_time_before"]), 0, m.start()) or text.startswith(tuple(self.words["not_time_after"]), behind)

    def _begins(self, text: str, m: re.Match[str]) -> bool:
        """Whether a time is where a change begins: 由2018年的, 由上年的."""
        return any(self.origin.search(text, max(0, m.start() - 2), m.end() + behind) for behind in (1, 2))

    def _anaphora(self, text: str, found: list[When], taken: bytearray) -> list[When]:
        """The expressions with those added that go back to the day or year named last: 同日, 同年, or in a text without date 五年中."""
        for m, last in _going_back(self.same_day, FAR, text, found, taken, lambda w, _: re.fullmatch(DAY, w.period.edtf)):
            bisect.insort(found, When(m.start(), m.end(), last.period, "same_day"), key=START)
        found = sorted(self._of_that_span(text, [*self._of_that_year(text, found)]), key=START)
        for m, last in _going_back(self.same_year, NEAR, text, found, taken, lambda w, _: w.period.start and not w.origin and w.kind in ("date", "year")):
            bisect.insort(found, When(m.start(), m.end(), period(last.period.start[:4]), "same_year"), key=START)
        for m, last in _going_back(self.same_time, NEAR, text, found, taken, lambda w, at: "\n" not in text[w.end : at]):
            bisect.insort(found, When(m.start(), m.end(), last.period, "same_time"), key=START)
        if plan := self.plan_named.search(text):
            years = span(*map(str, self.words["plans"][plan["plan"]]))
            found.extend(When(m.start(), m.end(), years, "plan") for m in self.coming.finditer(text) if not any(taken[m.start() : m.end()]))
            found.sort(key=START)
        starts = {w.start for w in found}
        for m, last in _going_back(self.lasting, NEAR, text, found, taken, lambda w, at: w.kind in ("date", "year") and at not in starts):
            year = last.period.start[:4]
            bisect.insort(found, When(m.start(), m.end(), onward(str(year)), "years"), key=START)
        return found

    def _of_that_span(self, text: str, found: Sequence[When]) -> list[When]:
        """The expressions, a number of years that the text has just named those: 2020年至2022年…。三年间…."""
        ranges = [w for w in found if w.kind == "range" and re.fullmatch(r"\d{4}/\d{4}", w.period.edtf)]
        out = {w.start: w for w in found}
        for m in self.lasting.finditer(text) if ranges else ():
            if not m[0].endswith(tuple(self.words["within"])):
                continue
            size = number(next(g for g in m.groups() if g))
            near = (w for w in reversed(between(ranges, m.start() - NEAR, m.start())) if "\n" not in text[w.end : m.start()])
            if (said := next(near, None)) and int(said.period.edtf[5:]) - int(said.period.edtf[:4]) + 1 == size:
                out[m.start()] = When(m.start(), m.end(), said.period, "years")
        return list(out.values())

    @staticmethod
    def _of_that_year(text: str, found: Sequence[When]) -> Iterator[When]:
        """The expressions, months without a year those of the year before where their paragraph has begun to speak of that: 去年…9月."""
        said = None
        for w in found:
            said = None if said and "\n" in text[said.end : w.start] else said
            if w.kind in ("last_year", "this_year", "year"):
                said = w
            bare = w.kind == "month" and said is not None and said.kind == "last_year" and w.start - said.end < FAR
            year = said.period.start[:4] if said else ""
            if bare and w.period.start[:4] > year:
                yield replace(w, period=period(year + w.period.edtf[4:]))
            else:
                yield w

    def _period(self, kind: str, m: re.Match[str], text: str, year: int, reviewed: int) -> Period | None:
        if kind == "now":
            return Period("asof")
        if kind in STEPS:
            return self._relative(kind, m, text, (reviewed or year) if kind.endswith("period") else (year or reviewed))
        if kind == "years":
            return self._years(m, year, reviewed)
        if kind == "years_ago":
            return period(str(year - number(m[1]))) if year else None
        if kind == "both_years":
            return span(str(year), str(year + 1)) if year else None
        if kind == "plan":
            first, last = self.words["plans"][m[1]]
            if self.plan_since.match(text, m.end()):
                return onward(str(first))
            return period(str(last)) if m[2] else span(str(first), str(last))
        return self._span(kind, m, year) if kind in SPANS else self._dated(kind, m, text, reviewed or year)

    def _month(self, kind: str, year: int, month: int) -> Period | None:
        """上个月, 本学年 and the like, counted from the document's month."""
        if not (year and month):
            return None
        if kind in SCHOOL_YEARS:
            first = year + SCHOOL_YEARS[kind] - (month < self.words["school_year_begins"])
            if kind == "coming_school_year" and self.words["school_year_begins"] <= month <= COMING:
                first -= 1
            return period(f"{first}-09") if kind == "school_year_start" else school_year(first)
        years, months = divmod(year * 12 + month - 1 + MONTHS[kind], 12)
        return period(f"{years}-{months + 1:02d}")

    def _relative(self, kind: str, m: re.Match[str], text: str, base: int) -> Period | None:
        """今年, 去年 and the like, counted from a year."""
        goes_on = {"last_year": self.since, "this_year": self.onward}.get(kind)
        told = str(base + STEPS[kind])
        return (onward(told) if goes_on and goes_on.match(text, m.end()) else period(told)) if base else None

    def _span(self, kind: str, m: re.Match[str], year: int) -> Period | None:
        """The period of an expression with a beginning and an end; None where they are no such."""
        if kind == "school":
            told = int(m[1])  # 2022学年, as statistics say, is the one that begins then
            return school_year(told) if not m[2] or int(m[2]) == told + 1 else None
        if kind == "range":
            return span(stamp(m[1], m[2]), stamp(m[3], m[4])) if int(m[1]) < int(m[3]) else None
        if kind == "months":
            first = m[1] or (str(year) if year else "")
            return span(stamp(first, m[2]), stamp(first, m[3])) if first and number(m[2]) < number(m[3]) <= 12 else None
        if kind == "days":
            first = m[1] or (str(year) if year else "")
            return period(stamp(first, m[2])) if first and number(m[2]) <= 12 else None
        if kind == "half":
            first = m[1] or (str(year - bool(m[2]) + bool(m[3])) if year else "")
            begins, ends = map(str, self.words["halves"][m[4]])
            return span(stamp(first, begins), stamp(first, ends)) if first else None
        if kind == "quarter":
            month = 3 * QUARTERS.index(m[2]) + 1
            return span(stamp(m[1], str(month)), stamp(m[1], str(month + 2)))
        last = m[2] if len(m[2]) == 4 else m[1][:2] + m[2]
        return span(m[1], last) if int(m[1]) < int(last) else None

    def _years(self, m: re.Match[str], year: int, reviewed: int) -> Period | None:
        """三年来: the years up to the one reported on, open where that is not known."""
        size = number(next(g for g in m.groups() if g))
        if reviewed and size == 1:
            return period(str(reviewed))
        if reviewed:
            return span(str(reviewed - size + 1), str(reviewed))
        return onward(str(year - size)) if year else None

    def _dated(self, kind: str, m: re.Match[str], text: str, year: int) -> Period | None:
        parts: tuple[str, str | None, str | None]
        if kind.endswith("month") and kind != "glued_month":
            if not year:
                return None
            parts = (str(year + MONTH_STEPS.get(kind, 0)), m[1], m[2])
        else:
            parts = (m[1], None, None) if kind == "year" else (m[1], m[2], m[3])
        if parts[1] and not 1 <= number(parts[1]) <= 12:
            return None
        written = stamp(*parts)
        opens = text[m.start() - 1 : m.start()] in ("", "\n", *self.words["opens"])
        if self.since.match(text, m.end()) or opens and self.since_event.match(text, m.end()):
            return onward(written)
        return period(written)


def _going_back(
    pattern: re.Pattern[str], far: int, text: str, found: Sequence[When], taken: bytearray, fits: Callable[[When, int], object]
) -> Iterator[tuple[re.Match[str], When]]:
    """Where a pattern stands, each with the last expression not far before it that fits; `found` may grow meanwhile."""
    for m in pattern.finditer(text):
        near = () if any(taken[m.start() : m.end()]) else between(found, m.start() - far + 1, m.start())
        if last := next((w for w in reversed(near) if fits(w, m.start())), None):
            yield m, last


def number(text: str) -> int:
    """The value of digits or of a short Chinese numeral."""
    return int(text) if text.isdigit() else _small(text)


def stamp(year: str, month: str | None = None, day: str | None = None) -> str:
    """An ISO date of the parts that are known."""
    return "-".join([year, *(f"{number(part):02d}" for part in (month, day if month else None) if part)])


def period(text: str) -> Period:
    """The period of a year, month or day."""
    y, m, d = ([*map(int, text.split("-"))] + [0, 0])[:3]
    if d:
        return Period(text, text, text)
    if m:
        return Period(text, f"{text}-01", f"{text}-{calendar.monthrange(y, m)[1]:02d}")
    return Period(text, f"{text}-01-01", f"{text}-12-31")


def span(first: str, last: str) -> Period:
    """The period from the beginning of one to the end of the other."""
    return Period(f"{first}/{last}", period(first).start, period(last).end)


def school_year(first: int) -> Period:
    """The school year that begins in a year."""
    return span(f"{first}-09", f"{first + 1}-07")


def onward(first: str) -> Period:
    """The period from the beginning of a year, month or day on."""
    return Period(f"{first}/", period(first).start)


class Timeline:
    """The times of one document: those stated, and the document's own."""

    def __init__(self, whens: Sequence[When], default: Period | None, year: int, plan: Period | None = None) -> None:
        """`default`: what the document reports on; `plan`: the years that a plan is for."""
        self.whens, self.default, self.year, self.plan = whens, default, str(year or ""), plan
        self.starts = [w.start for w in whens]

    def before(self, first: int, at: int) -> When | None:
        """The last expression in clean[first:at] that is not where a change begins."""
        return next((w for w in reversed(self.inside(first, at)) if not w.origin), None)

    def inside(self, first: int, last: int) -> list[When]:
        """The expressions in a span."""
        return list(self.whens[bisect.bisect_left(self.starts, first) : bisect.bisect_left(self.starts, last)])
