"""Tables whose cells only spaces or line ends part, made such whose cells tabs part."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_ROW = 160  # characters; a longer line is a paragraph
LONGEST_CELL = 24  # characters of a cell on a line of its own
MOST_COLUMNS = 8
LEAST_ROWS = 3  # below the head, of cells on lines of their own
FIGURE = re.compile(r"[≥≤><约近]?[\d,]+(?:\.\d+)?[%％]?(?:以[上下内])?|[—－-]{1,2}|/")
YEAR = re.compile(r"(?:19|20)\d{2}年?")
SPACE = re.compile(r"[ \t\u00a0\u3000\u2002\u2003\u200b\ufeff]+")
WIDE = re.compile(r"[ \t\u00a0\u3000\u2002\u2003\u200b\ufeff]{2,}|\u3000")


def columned(text: str) -> str:
    """A text of the same length in which tabs part the cells of a table: lines of as many words, most of them figures, or cells one below the other."""
    lines = text.split("\n")
    shapes = [shape(line) for line in lines]
    i = 0
    while i < len(lines):
        j = i + 1
        while j < len(lines) and shapes[i] and shapes[j] and len(shapes[j]) == len(shapes[i]):
            j += 1
        if j - i > 2 and all(sum(shapes[k]) >= 2 for k in range(i + 1, j)):
            lines[i:j] = [_gaps(line).sub(lambda m: "\t" * len(m[0]), line) for line in lines[i:j]]
        i = j
    return unstacked("\n".join(lines))


def _gaps(line: str) -> re.Pattern[str]:
    """What parts the cells of a line: wide gaps where it has them, so that a cell may have a blank inside, else any."""
    return WIDE if len(WIDE.findall(line.strip())) > 1 else SPACE


def shape(line: str) -> list[bool]:
    """Whether each of a line's cells is a figure; empty for lines that can be no row of a table with spaces."""
    cells = _gaps(line).split(line.strip()) if len(line) <= LONGEST_ROW and "\t" not in line and "|" not in line and line.strip() else []
    return [FIGURE.fullmatch(cell) is not None for cell in cells] if len(cells) > 2 else []


def unstacked(text: str) -> str:
    """A text of the same length in which the rows of tables stand on one line each that stood there cell by cell, one below the other."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    chars: list[str] | None = None
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and 0 < len(lines[end].strip()) <= LONGEST_CELL and not lines[end].rstrip().endswith(("。", ";", "；")):
            end += 1
        width, rows = _stack([line.strip() for line in lines[i:end]])
        for later in range(i + 1, min(end, i + width)):  # a caption above the head: the rows that end where the cells do are the table's
            fits = (end - later) % width == 0 and i + width * rows < end
            if fits and _stack([line.strip() for line in lines[later:end]]) == (width, (end - later) // width):
                i, rows = later, (end - later) // width
                break
        if width:
            chars = chars or list(text)
            for at in range(i, i + width * rows):
                if (at - i) % width < width - 1:
                    chars[starts[at + 1] - 1] = "\t"
        i = i + width * rows if width else i + 1
    return "".join(chars) if chars else text


def _stack(cells: Sequence[str]) -> tuple[int, int]:
    """Columns and rows of the table that these cells begin, else 0 and 0: a head without figures, then rows that have them in the same places."""
    figures = [FIGURE.fullmatch(c) is not None and not YEAR.fullmatch(c) for c in cells[: MOST_COLUMNS * 2]]
    if True not in figures:
        return 0, 0
    for width in range(2, min(MOST_COLUMNS, len(cells) // (LEAST_ROWS + 1)) + 1):
        kinds = [FIGURE.fullmatch(c) is not None for c in cells]
        row = kinds[width : 2 * width]
        if any(figures[:width]) or row[0] or not any(row):
            continue
        rows = 1
        while (rows + 1) * width <= len(cells) and kinds[rows * width : (rows + 1) * width] == row:
            rows += 1
        if rows > LEAST_ROWS:
            return width, rows
    return 0, 0
