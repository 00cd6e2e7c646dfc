"""Tables whose cells only spaces or line ends part, made such whose cells tabs part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LONGEST_ROW = 160  # characters; a longer line is a paragraph
LONGEST_CELL = 24  # characters of a cell on a line of its own
MOST_COLUMNS = 8
LEAST_MARKS = 3  # tabs of a row that may be broken
LEAST_ROWS = 3  # below the head, of cells on lines of their own
FIGURE = re.compile(r"[≥≤><约近+−-]?[\d,]+(?:\.\d+)?[%％]?(?:以[上下内])?|[—－-]{1,2}|/")
UNIT = re.compile(r"[(（][^()（）\d]{1,6}[)）]")
YEAR = re.compile(r"(?:19|20)\d{2}年?")
BLANK = r"[ \t\u00a0\u3000\u2002\u2003\u200b\ufeff]"
SPACE = re.compile(f"{BLANK}+")
LINE = re.compile(r"[^\n]*\S[^\n]*")  # one that is not empty
BLOCK = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
PARTED = {LINE: ("\n",), BLOCK: ("\n\n", "\n\n\n")}  # what stands between cells
HELD = "\ufdd0"  # no character: a blank inside a word
SPACED = re.compile(rf"(?:^|(?<=[\t|])|(?<={BLANK}{BLANK}))([一-鿿])(?:(?!\t){BLANK})+([一-鿿])(?=[\t|]|{BLANK}{BLANK}|$)")  # 地  区
WIDE = re.compile(rf"{BLANK}{{2,}}|\u3000|(?<=[)）]){BLANK}(?=\d)")  # the last one where a label fills its column: 覆盖率(%) 58.5


def columned(text: str) -> str:
    """A text of the same length in which tabs part the cells of a table: lines of as many words, most of them figures, or cells one below the other."""
    lines = [held(line) for line in mended(text).split("\n")]
    shapes = [shape(line) for line in lines]
    runs = _runs_of_rows(shapes)
    i = 0
    while i + 1 < len(lines):
        end = runs[i + 1]
        gaps = _head(lines[i], shapes[i], len(shapes[i + 1])) if end - i > 2 else None
        if gaps:
            lines[i:end] = [(gaps if k == i else _gaps(lines[k])).sub(lambda m: "\t" * len(m[0]), lines[k]) for k in range(i, end)]
        i = end if gaps else i + 1
    return unstacked("\n".join(lines))


def _runs_of_rows(shapes: Sequence[Sequence[bool]]) -> list[int]:
    """For each line where the run of rows ends that begins with it, lines of as many cells one below the other; 0 where one of them has not two figures."""
    ends = [0] * len(shapes)
    for k in range(len(shapes) - 1, -1, -1):
        row = sum(shapes[k]) >= 2
        goes_on = k + 1 < len(shapes) and shapes[k] and len(shapes[k + 1]) == len(shapes[k])
        ends[k] = 0 if not row else ends[k + 1] if goes_on else k + 1
    return ends


def held(line: str) -> str:
    """A line with the blanks inside words that are written apart (地  区) held fast, so that they part no cells."""
    return SPACED.sub(lambda m: f"{m[1]}{HELD * (len(m[0]) - 2)}{m[2]}", line) if len(line) <= LONGEST_ROW else line


def _head(line: str, cells: Sequence[bool], size: int) -> re.Pattern[str] | None:
    """What parts the cells of a table's first line, where it has as many as the rows: any blank where wide gaps make fewer; None where it is no such line."""
    if len(cells) == size:
        return _gaps(line)
    return SPACE if cells and len(SPACE.split(line.strip())) == size and not any(cells) else None


def _gaps(line: str) -> re.Pattern[str]:
    """What parts the cells of a line: wide gaps where it has them, so that a cell may have a blank inside, else any."""
    return WIDE if len(WIDE.findall(line.strip())) > 1 else SPACE


def shape(line: str) -> list[bool]:
    """Whether each of a line's cells is a figure; empty for lines that can be no row of a table with spaces."""
    cells = _gaps(line).split(line.strip()) if len(line) <= LONGEST_ROW and "\t" not in line and "|" not in line and line.strip() else []
    return [FIGURE.fullmatch(cell) is not None for cell in cells] if len(cells) > 2 else []


def mended(text: str) -> str:
    """A text of the same length in which table rows are whole that a line end inside a cell has broken: two lines with as many cells together as the others."""
    lines = text.split("\n")
    ends: list[int] = []
    at, width, continued = 0, 0, False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        at += len(line) + 1
        size = line.count("\t")
        if continued:
            continued = False
        elif width and 0 < size < width and size + following.count("\t") == width:
            ends.append(at - 1)
            continued = True
        else:
            width = size if size >= LEAST_MARKS else 0
    if not ends:
        return text
    chars = list(text)
    for end in ends:
        chars[end] = " "
    return "".join(chars)


def unstacked(text: str) -> str:
    """A text of the same length in which the rows of tables stand on one line each that stood there cell by cell, one below the other."""
    chars: list[str] | None = None
    for cells in (*_runs(text, LINE), *_runs(text, BLOCK)):
        kinds = [_kind(text[a:b].replace("\n", "").strip()) for a, b in cells]
        at = 0
        while at < len(cells):
            width, rows = _stack(kinds, at)
            for later in range(at + 1, at + width):  # a caption above the head: the rows that end where the cells do are the table's
                left = len(cells) - later
                if left % width == 0 and at + width * rows < len(cells) and _stack(kinds, later) == (width, left // width):
                    at, rows = later, left // width
                    break
            if width:
                chars = chars or list(text)
                _line_up(chars, cells[at : at + width * rows], width)
            at += width * rows or 1
    return "".join(chars) if chars else text


def _runs(text: str, cell: re.Pattern[str]) -> Iterator[list[tuple[int, int]]]:
    """The spans of cells that follow one another, each line or each block of lines a cell."""
    run: list[tuple[int, int]] = []
    for m in cell.finditer(text):
        if run and text[run[-1][1] : m.start()].strip(" \t\u3000") not in PARTED[cell]:
            yield run
            run = []
        if run and UNIT.fullmatch(m[0].strip()):
            run[-1] = (run[-1][0], m.end())  # the unit of a head on a line of its own
            continue
        parted = "\t" in m[0] or "|" in m[0]  # a row that is one already
        if not parted and len(m[0].replace("\n", "").strip()) <= LONGEST_CELL and not m[0].rstrip().endswith(("。", ";", "；")):
            run.append(m.span())
        else:
            yield run
            run = []
    yield run


def _line_up(chars: list[str], cells: Sequence[tuple[int, int]], width: int) -> None:
    """Puts the cells of each row on one line, a tab between them."""
    for i, (a, b) in enumerate(cells):
        for at in range(a, b):
            if chars[at] == "\n":
                chars[at] = " "
        if (i + 1) % width and i + 1 < len(cells):
            chars[b : cells[i + 1][0]] = "\t".ljust(cells[i + 1][0] - b)


def _kind(cell: str) -> str:
    """What a cell holds: a figure, a year or words."""
    return "year" if YEAR.fullmatch(cell) else "figure" if FIGURE.fullmatch(cell) else "words"


def _stack(kinds: Sequence[str], at: int) -> tuple[int, int]:
    """Columns and rows of the table that the cells from `at` begin, else 0 and 0: a head without figures, then rows that have them in the same places."""
    for width in range(2, min(MOST_COLUMNS, (len(kinds) - at) // (LEAST_ROWS + 1)) + 1):
        row = [k == "words" for k in kinds[at + width : at + 2 * width]]
        if "figure" in kinds[at : at + width] or not row[0] or all(row):
            continue
        rows = 1
        while at + (rows + 1) * width <= len(kinds) and [k == "words" for k in kinds[at + rows * width : at + (rows + 1) * width]] == row:
            rows += 1
        if rows > LEAST_ROWS:
            return width, rows
    return 0, 0
