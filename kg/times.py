"""When: expressions of time in a clean text, read against the document's date, as EDTF with first and last day."""

from __future__ import annotations

import bisect
import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.model import Period
from kg.values import either


@dataclass(frozen=True, slots=True)
class When:
    """A time expression: its span and period; `start_open` for 以来."""

    start: int
    end: int
    period: Period


class Calendar:
    """Reads expressions of time."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words
        year = words["year"]
        since = either(words["since"])
        self.patterns: list[tuple[str, re.Pattern[str]]] = [
            ("school", re.compile(rf"({year})\s*(?:年?\s*[-—–~至/]\s*)?({year}){words['school_year']}")),
            ("glued_range", re.compile(rf"({year})({year})(?=年)")),
            ("range", re.compile(rf"({year})年?(\d{{1,2}}月)?\s*[-—–~至到]+\s*({year})年(\d{{1,2}}月)?")),
            ("glued_month", re.compile(rf"({year})(0?[1-9]|1[0-2])月()")),
            ("date", re.compile(rf"({year})(?:年|-)(\d{{1,2}})(?:月|-)(?:(\d{{1,2}})日?)?")),
            ("short_range", re.compile(rf"({year})年(\d{{1,2}})月?[-—–~至到](\d{{1,2}})月")),
            ("year", re.compile(rf"({year})(?=年|秋季|春季|全面)")),
            ("month", re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})?日?")),
            ("plan", re.compile(f"({either(words['plans'])})({either(words['plan_end'])})?")),
            ("now", re.compile(either(words["now"]))),
            ("this_year", re.compile(either(words["this_year"]))),
            ("last_year", re.compile(either(words["last_year"]))),
            ("next_year", re.compile(either(words["next_year"]))),
        ]
        self.since = re.compile(f"(?:[年月日]|[底初末]|春季|秋季|学期)*(?:{since})")

    def read(self, clean: str, year: int) -> list[When]:
        """All expressions of a clean text, in order; `year` is the document's, 0 if unknown."""
        found: list[When] = []
        taken = bytearray(len(clean))
        for kind, pattern in self.patterns:
            for m in pattern.finditer(clean):
                if taken[m.start()] or any(clean.endswith(w, 0, m.start()) for w in self.words["not_time_before"]):
                    continue
                if period := self._period(kind, m, clean, year):
                    taken[m.start() : m.end()] = b"\1" * (m.end() - m.start())
                    found.append(When(m.start(), m.end(), period))
        return sorted(found, key=lambda w: w.start)

    def _period(self, kind: str, m: re.Match[str], clean: str, year: int) -> Period | None:
        if kind == "now":
            return Period("asof")
        if kind in ("this_year", "last_year", "next_year"):
            base = year and year + {"this_year": 0, "last_year": -1, "next_year": 1}[kind]
            return period(str(base)) if base else None
        if kind == "school":
            return Period(f"{m[1]}-09/{m[2]}-07", f"{m[1]}-09-01", f"{m[2]}-07-31") if int(m[2]) == int(m[1]) + 1 else None
        if kind in ("range", "glued_range"):
            last = m[3] if kind == "range" else m[2]
            months = (m[2], m[4]) if kind == "range" else (None, None)
            return span(stamp(m[1], months[0]), stamp(last, months[1])) if int(m[1]) < int(last) else None
        if kind == "plan":
            first, last = self.words["plans"][m[1]]
            return period(str(last)) if m[2] else span(str(first), str(last))
        return self._dated(kind, m, clean, year)

    def _dated(self, kind: str, m: re.Match[str], clean: str, year: int) -> Period | None:
        if kind == "month":
            if not year or not 1 <= int(m[1]) <= 12:
                return None
            text = stamp(str(year), m[1], m[2])
        elif kind == "year":
            text = m[1]
        elif kind == "short_range":
            return span(stamp(m[1], m[2]), stamp(m[1], m[3]))
        else:
            if not 1 <= int(m[2]) <= 12:
                return None
            text = stamp(m[1], m[2], m[3])
        if self.since.match(clean, m.end()):
            return Period(text + "/", period(text).start)
        return period(text)


def stamp(year: str, month: str | None = None, day: str | None = None) -> str:
    """An ISO date of the parts that are known."""
    out = year
    for part in (month, day):
        if not part or not part.strip("月日"):
            break
        out += f"-{int(part.strip('月日')):02d}"
    return out


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


class Timeline:
    """The times of one document: those stated, those of headings and the document's own."""

    def __init__(self, whens: Sequence[When], default: Period | None, year: int) -> None:
        self.whens, self.default, self.year = whens, default, str(year or "")
        self.starts = [w.start for w in whens]

    def before(self, first: int, at: int) -> When | None:
        """The last expression in clean[first:at]."""
        i = bisect.bisect_left(self.starts, at) - 1
        return self.whens[i] if i >= 0 and self.whens[i].start >= first else None

    def inside(self, first: int, last: int) -> list[When]:
        """The expressions in a span."""
        return list(self.whens[bisect.bisect_left(self.starts, first) : bisect.bisect_left(self.starts, last)])
