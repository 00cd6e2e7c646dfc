"""The text of a query: as given, from a file, or by the name of one that ships, with its parameters filled in."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.errors import InputError

FOLDER = Path(__file__).parent / "queries"
HOLE = re.compile(r"\{\{(\w+)\}\}")  # {{region}} inside a quoted string of the query
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "'": "\\'", "\n": "\\n", "\r": "\\r"})


def text(given: str | None, *, file: Path | None = None, name: str | None = None, params: Sequence[str] = ()) -> str:
    """Give the query that exactly one of the three names."""
    if sum(one is not None for one in (given, file, name)) != 1:
        raise InputError("say which query to run", remedy="give it as 'SELECT ...', with --file q.rq or with --name NAME, one of the three")
    if params and name is None:
        raise InputError("--param belongs to a query that ships", remedy="use it with --name")
    if name is not None:
        return _filled(_shipped(name), dict(map(_pair, params)))
    return _read(file) if file else _as_utf8(given or "")


def names() -> list[str]:
    """Give the names of the queries that ship."""
    return sorted(file.stem for file in FOLDER.glob("*.rq"))


def _shipped(name: str) -> str:
    if name not in names():
        raise InputError(f"no query that ships is called {name!r}", remedy=f"there are {', '.join(names()) or 'none'}")
    return (FOLDER / f"{name}.rq").read_text("utf-8")


def _pair(param: str) -> tuple[str, str]:
    key, sign, value = param.partition("=")
    if not sign:
        raise InputError(f"--param {param} lacks its value", remedy="write KEY=VALUE")
    return key, _as_utf8(value)


def _filled(query: str, params: Mapping[str, str]) -> str:
    wanted = dict.fromkeys(HOLE.findall(query))
    for key in (*params, *wanted):
        if key not in wanted or key not in params:
            what = "is not a parameter of this query" if key not in wanted else "has no value"
            raise InputError(f"{key} {what}", remedy=f"it takes {', '.join(f'--param {one}=...' for one in wanted) or 'none'}")
    return HOLE.sub(lambda hole: params[hole[1]].translate(ESCAPES), query)


def _read(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the query cannot be read ({error})", path=file, remedy="name a text file in UTF-8") from error


def _as_utf8(argument: str) -> str:
    """Read an argument as the UTF-8 that a terminal sends, whatever encoding the locale claims."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument
