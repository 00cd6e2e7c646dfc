"""Tables flattened to lines of cells: their figures with the row's and the column's head."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kg.deixis import Subject
from kg.drafts import Draft, draft
from kg.indicators import Indicators
from kg.model import Period, record
from kg.scope import Scope
from kg.spans import between
from kg.times import Timeline, period
from kg.values import Numbers, either

SEPARATOR = re.compile(r"\t*\|\t*|\t")
NUMBER = re.compile(r"[约近≥≤><]?(?:\d[\d,]*(?:\.\d+)?(?:[-—–~至]\d[\d,]*(?:\.\d+)?)?|[xX×*]{1,4}(?:\.[xX])?)\D{0,4}")
YEAR = re.compile(r"(?:19|20)\d{2}(?:年.{0,3})?")
RULER = re.compile(r"(?=.*[─━═-])[\s|+=─━═┄┈┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╞╪╡-]{3,}")  # between the rows of a framed table
BARE_YEAR = re.compile(r"((?:19|20)\d{2})年?")
CAPTION_LINES = 2
LONGEST_CAPTION = 60


@record
class Cell:
    """A cell: its span in the clean text and what it says."""

    start: int
    end: int
    text: str

    @property
    def numeric(self) -> bool:
        """Whether it holds a figure and nothing else."""
        return NUMBER.fullmatch(self.text) is not None


@record
class Grid:
    """A table: its heads by column, its rows, the lines above it and the note below it."""

    heads: tuple[tuple[Cell, ...], ...]  # by column, from the top row down
    rows: tuple[tuple[Cell, ...], ...]
    caption: tuple[int, int]
    note: tuple[int, int]


@record
class Head:
    """What a row's or a column's head says of its figures."""

    phrase: str = ""
    unit: str = ""  # as written
    subject: Subject | None = None
    period: Period | None = None
    status: str = ""
    total: bool = False


class Tables:
    """Reads the tables of a document, by the words of tables.toml."""

    def __init__(self, words: Mapping[str, Any], numbers: Numbers, indicators: Indicators) -> None:
        self.words, self.numbers, self.indicators = words, numbers, indicators
        self.note = re.compile(words["note"])
        self.unit, self.stocks = re.compile(words["unit"]), tuple(words["stocks"])
        self.given = re.compile(words["unit_line"])
        self.target, self.actual = (re.compile(either(words[k])) for k in ("target", "actual"))

    def drafts(self, scope: Scope, timeline: Timeline) -> list[Draft]:
        """The figures of all tables, in order, each row's parts tied to the row of totals."""
        return [d for grid in grids(scope.clean, self.words["total"]) for d in self._grid(grid, scope, timeline)]

    def _grid(self, grid: Grid, scope: Scope, timeline: Timeline) -> list[Draft]:
        by_year = [all(YEAR.fullmatch(r[i].text) for r in grid.rows) for i in range(len(grid.heads))]
        numeric = [2 * sum(r[i].numeric for r in grid.rows) >= len(grid.rows) and not by_year[i] for i in range(len(grid.heads))]
        labels = [i for i, n in enumerate(numeric) if not n and not self._says(grid, i, "skip")]
        units = next((i for i in range(len(grid.heads)) if self._says(grid, i, "unit_heads")), -1)
        if not labels:
            return []
        above = scope.clean[grid.caption[0] : grid.caption[1]]
        given = re.split("[、,]", m[m.lastindex or 0]) if (m := self.given.search(above)) else []
        years = next((i for i in range(len(grid.heads)) if self._says(grid, i, "year_heads")), -1)
        columns = [i for i, n in enumerate(numeric) if n and i != years and not self._says(grid, i, "skip")]
        listed = [*given, *given[-1:] * (len(columns) - len(given))]  # 单位:班、个、万元 above four columns: the last of them are all in the last
        shared = dict(zip(columns, listed, strict=True)) if len(listed) == len(columns) else dict.fromkeys(columns, "")
        ratio = max((w for w in self.words["ratios"] if w in above), key=len, default="")  # of all columns headed 小学, 初中
        times = timeline.inside(*grid.caption)
        heads = self._noted([self._head(cells, scope, timeline) for cells in grid.heads], grid.note, scope, timeline)
        out: list[Draft] = []
        totals: dict[int, Draft] = {}
        for row in sorted(grid.rows, key=lambda r: not self._total(r[labels[0]].text)):
            side = self._head((row[labels[0]],), scope, timeline)
            dated = self._head((row[years],), scope, timeline).period if years >= 0 else None
            for i, cell in enumerate(row):
                if i not in shared or not cell.numeric:
                    continue
                own = any(w in heads[i].phrase for w in self.words["ratios"])  # a column of coefficients beside one of means
                unit = heads[i].unit or ("" if own else (row[units].text if units >= 0 else "") or side.unit or shared[i])
                head = replace(heads[i], phrase=heads[i].phrase + ratio) if ratio and heads[i].phrase in self.indicators.classes else heads[i]
                d = self._cell(cell, side, head, unit)
                if d is None:
                    continue
                d.subject = side.subject or heads[i].subject or Subject(scope.home.thing, scope.home.basis)
                d.period = side.period or dated or heads[i].period or (times[-1].period if times else None)
                d.part_of = None if side.total or d.unit == "%" or not side.subject else totals.get(i)
                if side.total:
                    totals[i] = d
                out.append(d)
        return sorted(out, key=lambda d: d.figure.start)

    def _noted(self, heads: Sequence[Head], note: tuple[int, int], scope: Scope, timeline: Timeline) -> list[Head]:
        """The heads of columns with the time that the note below gives to those it names, or to all where it names none: 注:学生数为6月底数."""
        said = scope.clean[slice(*note)]
        times = timeline.inside(*note) if self.note.match(said) else []
        if not times:
            return [*heads]
        named = [h.phrase for h in heads if h.phrase and h.phrase in said]
        return [replace(h, period=times[0].period) if not h.period and (h.phrase in named or not named) else h for h in heads]

    def _cell(self, cell: Cell, side: Head, head: Head, unit: str) -> Draft | None:
        """The figure of a cell, in its own unit or that of its head."""
        written = cell.text if self._measured(cell.text) else cell.text + unit
        found = self.numbers.find(written) or self.numbers.find(cell.text)
        if not found or found[0].start > 1:
            return None
        f = replace(found[0], start=cell.start, end=cell.end, number=(cell.start, cell.end), unit=found[0].unit or self.numbers.units.get(unit, ""))
        d = draft(f)
        if not d.unit:
            d.unit = self._usual(head.phrase + side.phrase) or self.indicators.unit(head.phrase) or self.indicators.unit(side.phrase)
        if not d.unit:
            return None
        d.phrase = (side.phrase + head.phrase if not side.total else head.phrase) or side.phrase
        there = "done" if head.phrase.endswith(self.stocks) else ""
        d.noun, d.rule, d.status = head.phrase or side.phrase, "outcome-table", head.status or side.status or there
        return d if d.phrase else None

    def _unit(self, text: str) -> str:
        """A unit as written in a head, "" where it is none: (万人) but not (区)."""
        return text if text in self.numbers.units or self._measured(f"1{text}") else ""

    def _usual(self, phrase: str) -> str:
        """The unit that a rate, coefficient or head count has without saying so."""
        if any(w in phrase for w in self.words["ratios"]):
            return "1"
        if any(w in phrase for w in self.words["rates"]):
            return "%"
        return next((unit for word, unit in self.words["counts"].items() if phrase.endswith(word)), "")

    def _measured(self, text: str) -> bool:
        """Whether a cell's figure has a unit of its own."""
        found = self.numbers.find(text)
        return bool(found and found[0].unit)

    def _head(self, cells: Sequence[Cell], scope: Scope, timeline: Timeline) -> Head:
        """What the cells at the head of a row or column say together."""
        head = Head()
        for cell in cells:
            text, unit = cell.text, head.unit
            for m in reversed(list(self.unit.finditer(text))):
                if written := self._unit(next(g for g in m.groups() if g)):
                    text, unit = text[: m.start()] + text[m.end() :], written
                    break
            times = timeline.inside(cell.start, cell.end)
            subject = self._subject(cell, scope)
            status = "planned" if self.target.search(text) else "done" if self.actual.search(text) else head.status
            year = BARE_YEAR.fullmatch(text)
            for w in times:
                text = text.replace(scope.clean[w.start : w.end], "")
            says = "" if subject or year or self._total(text) else text.strip("年:()*①②③④⑤ ")
            says = "" if says in self.words["empty"] and not (unit and says in self.words["counted"]) else says  # 学校(所) counts schools
            head = Head(
                head.phrase + says,
                unit,
                subject or head.subject,
                times[-1].period if times else period(year[1]) if year else head.period,
                status,
                head.total or self._total(cell.text),
            )
        return head

    def _subject(self, cell: Cell, scope: Scope) -> Subject | None:
        """The place or institution that a head names."""
        named = next(iter(between(scope.mentions, cell.start, cell.end)), None)
        return Subject(named.thing, "named", named.start) if named and named.start - cell.start < 2 else None

    def _total(self, text: str) -> bool:
        return text in self.words["total"]

    def _says(self, grid: Grid, column: int, key: str) -> bool:
        return any(c.text in self.words[key] for c in grid.heads[column])


def grids(clean: str, totals: Sequence[str] = ()) -> Iterator[Grid]:
    """The tables of a text: runs of lines with the same number of cells, headed by one or two without figures, or by the first where none has any.

    A last row that one of the words `totals` opens may lack the empty cells before it.
    """
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", clean) if not RULER.fullmatch(m[0])]
    i = 0
    while i < len(lines):
        rows = [cells(clean, *lines[i])]
        j = i + 1
        while j < len(lines) and len(rows[0]) > 1 and len(row := cells(clean, *lines[j])) == len(rows[0]):
            rows.append(row)
            j += 1
        last = cells(clean, *lines[j]) if len(rows) > 1 and j < len(lines) else ()
        if last and last[0].text in totals and 1 < len(last) < len(rows[0]):
            blank = [replace(last[0], text="")] * (len(rows[0]) - len(last))
            inner = any(not cell.text for cell in last)  # then the empty cells are written, but for those at its end
            rows.append((*last, *blank) if inner else (*blank, *last))
            j += 1
        top = next((k for k, r in enumerate(rows) if any(c.numeric and not YEAR.fullmatch(c.text) for c in r)), 1)
        if len(rows) > 1 and 1 <= top <= 2 and top < len(rows):
            above = [(a, b) for a, b in lines[max(0, i - CAPTION_LINES) : i] if b - a <= LONGEST_CAPTION and not clean[a:b].endswith("。")]
            caption = (above[0][0], above[-1][1]) if above else (lines[i][0], lines[i][0])
            note = lines[j] if j < len(lines) else (len(clean), len(clean))
            yield Grid(tuple(zip(*carried(rows[:top]), strict=True)), tuple(rows[top:]), caption, note)
        i = j


def cells(clean: str, start: int, end: int) -> tuple[Cell, ...]:
    """The cells of a line; an empty one at the end, or behind the first of a frame's bars, belongs to the frame."""
    marks = [(start, start), *(m.span() for m in SEPARATOR.finditer(clean, start, end)), (end, end)]
    out = []
    for (_, a), (b, _) in zip(marks, marks[1:], strict=False):
        text = clean[a:b]
        left = a + len(text) - len(text.lstrip())
        out.append(Cell(left, max(left, b - (len(text) - len(text.rstrip()))), text.strip()))
    while len(out) > 1 and not out[-1].text:
        out.pop()
    while len(out) > 1 and not out[0].text and clean[start:end].lstrip().startswith("|"):
        out.pop(0)
    return tuple(out)


def carried(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """The rows of a head, in all but the last of which an empty cell says what the one to its left says."""
    out = []
    for row in rows[:-1]:
        filled: list[Cell] = []
        for cell in row:
            filled.append(cell if cell.text or not filled else filled[-1])
        out.append(tuple(filled))
    return [*out, rows[-1]]
