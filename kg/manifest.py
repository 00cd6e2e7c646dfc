"""The manifest: a CSV table of what the user knows of documents already."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from kg.errors import InputError
from kg.readers.plain import decode

COLUMNS = ("file", "region", "date", "period", "publisher", "genre", "url", "expected")
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
PERIOD = re.compile(r"(\d{4}(-\d{2}){0,2})?(/(\d{4}(-\d{2}){0,2})?)?")
ADDRESS = re.compile(r"https?://\S+")


def read(path: Path, documents: Iterable[str]) -> dict[str, dict[str, str]]:
    """Give document path -> what the manifest says of it; all that is wrong with the table is said at once."""
    paths = _by_ending(documents)
    known: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    for line, row in _rows(path):
        found = paths.get(_spelled(row["file"]), [])
        problems += [str(InputError(what, path=path, line=line, remedy=remedy)) for what, remedy in _wrong(row, found, known)]
        if len(found) == 1:
            known[found[0]] = {column: value for column, value in row.items() if value and column != "file"}
    if problems:
        raise InputError("\n".join(problems))
    return known


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise InputError(f"the manifest cannot be read ({error.strerror})", path=path, remedy="check the spelling and its permissions") from error
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = _columns(next(table, []), path)
        for cells in table:
            if any(map(str.strip, cells)):
                yield table.line_num, _row(columns, cells, path, table.line_num)
    except csv.Error as error:
        raise InputError(f"no CSV table ({error})", path=path, line=table.line_num, remedy="save it as CSV with commas and double quotes") from error


def _columns(head: Sequence[str], path: Path) -> list[str]:
    columns = [name.strip().lower() for name in head]
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise InputError(f"no column is called {unknown[0]!r}", path=path, line=1, remedy=f"there are {', '.join(COLUMNS)}")
    if "file" not in columns or len(set(columns)) < len(columns):
        raise InputError("the first line must name each column once and `file` among them", path=path, line=1, remedy=f"there are {', '.join(COLUMNS)}")
    return columns


def _row(columns: Sequence[str], cells: Sequence[str], path: Path, line: int) -> dict[str, str]:
    if len(cells) != len(columns):
        raise InputError(f"{len(cells)} cells where the first line names {len(columns)} columns", path=path, line=line, remedy="quote cells that hold a comma")
    return {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}


def _by_ending(documents: Iterable[str]) -> dict[str, list[str]]:
    """Give each ending of a path (a.txt, sub/a.txt, seeds/sub/a.txt) -> the paths that end so; a whole path means itself alone."""
    found: dict[str, list[str]] = {}
    paths = sorted(documents)
    for path in paths:
        parts = path.split("/")
        for start in range(1, len(parts)):
            found.setdefault("/".join(parts[start:]), []).append(path)
    return found | {path: [path] for path in paths}


def _spelled(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/").removeprefix("./"))


def _wrong(row: Mapping[str, str], found: Sequence[str], known: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if not found:
        yield f"no document is called {row['file']!r}", "name it as below the sources, such as seeds/a.txt or a.txt"
    elif len(found) > 1:
        yield f"{row['file']!r} may be {found[0]} or {found[1]}", "write the longer path"
    elif found[0] in known:
        yield f"{found[0]} has a line already", "keep one of the two"
    if row.get("date") and not _is_date(row["date"]):
        yield f"{row['date']!r} is no date", "write 2023, 2023-05 or 2023-05-18"
    if row.get("period") and not (PERIOD.fullmatch(row["period"]) and all(map(_is_date, filter(None, row["period"].split("/"))))):
        yield f"{row['period']!r} is no period", "write 2022, 2019/2022 or 2019/"
    if row.get("url") and not ADDRESS.fullmatch(row["url"]):
        yield f"{row['url']!r} is no address", "write it with http:// or https:// and without blanks"


def _is_date(text: str) -> bool:
    parts = DATE.fullmatch(text)
    if not parts:
        return False
    try:
        date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    except ValueError:
        return False
    return True
