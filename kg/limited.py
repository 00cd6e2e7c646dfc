"""A query in a process of its own, which is stopped when it takes too long or too much memory, or gives too much."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.errors import KgError, QueryError
from kg.store import Store, turtle

SECONDS = 10
ROWS = 10_000
MEMORY = 2 << 30  # bytes
LETTERS = 2_000_000  # of all cells together
LONGEST = 2_000  # letters of one cell

_PLACE = re.compile(r"line (\d+), column (\d+)")


class Stopped(QueryError):
    """A query that took too long or too much memory."""


def ask(graph: Path, query: str, *, seconds: float = SECONDS, rows: int = ROWS, memory: int = MEMORY) -> dict[str, Any]:
    """The answer to a query over the graph of a folder: names and rows of cells, or Turtle; `more` where rows were left out.

    A query that cannot be answered gives `error`, with line and column where it is misspelled.
    """
    asked = json.dumps({"graph": str(graph), "query": query, "rows": rows, "memory": memory, "seconds": int(seconds) + 1})
    try:
        done = subprocess.run([sys.executable, "-m", __name__], input=asked.encode(), capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Stopped(f"the query was stopped after {seconds:g} seconds", remedy="ask for less, or set a LIMIT") from error
    if done.returncode != 0:
        raise Stopped("the query was stopped: it took too much memory", remedy="ask for less, or set a LIMIT")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def answered(graph: Path, query: str, rows: int) -> dict[str, Any]:
    """What `ask` gives, found in this very process."""
    store = Store.open(graph)
    try:
        answer = store.query(query)
        if answer.triples is not None:
            triples, more = _few(answer.triples, rows)
            return {"turtle": turtle(triples, store.base).decode("utf-8"), "more": more}
        names = list(answer.names)
        found: list[list[Any]] = []
        letters = 0
        for row in answer:
            if len(found) == rows or letters > LETTERS:
                return {"names": names, "rows": found, "more": True}
            found.append([_cell(term) for term in row])
            letters += sum(len(cell["value"]) for cell in found[-1] if cell)
        return {"names": names, "rows": found, "more": False}
    except QueryError as error:
        place = _PLACE.search(error.message)
        return {"error": error.message, "remedy": error.remedy} | ({"line": int(place[1]), "column": int(place[2])} if place else {})
    finally:
        store.close()


def _few(triples: Iterable[Any], rows: int) -> tuple[list[Any], bool]:
    """The first triples that are not too many letters together, and whether there are more."""
    found: list[Any] = []
    letters = 0
    for triple in triples:
        letters += len(str(triple.object))
        if len(found) == rows or letters > LETTERS:
            return found, True
        found.append(triple)
    return found, False


def _cell(term: Any) -> dict[str, str] | None:
    if term is None:
        return None
    kind = type(term).__name__
    value = str(getattr(term, "value", term))
    return {"type": kind, "value": value if len(value) <= LONGEST else value[:LONGEST] + "…"} | (
        {"datatype": term.datatype.value.rsplit("#", 1)[-1]} if kind == "Literal" else {}
    )


def main() -> None:
    """Answer the one query that stands in the input, within its limits."""
    asked = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"] * 2, asked["seconds"] * 2))  # also where whoever asked is gone
    with suppress(ValueError, OSError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    try:
        found = answered(Path(asked["graph"]), asked["query"], asked["rows"])
    except KgError as error:
        found = {"error": error.message, "remedy": error.remedy}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
