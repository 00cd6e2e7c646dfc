"""The answer of a query as a table, CSV, TSV, SPARQL JSON or Turtle."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from kg.errors import InputError, QueryError
from kg.store import Answer, turtle

Rows = Sequence[Sequence[Any]]


def write(answer: Answer, form: str | None = None, *, bom: bool = False) -> bytes:
    """Give an answer in a format; by default a graph as Turtle, all else as a table."""
    if form is not None and form not in FORMATS:
        raise InputError(f"--format {form} is unknown", remedy=f"use {', '.join(FORMATS)}")
    if answer.triples is not None:
        if form not in (None, "ttl"):
            raise QueryError("the query gives a graph, not a table", remedy="use --format ttl, or SELECT instead of CONSTRUCT")
        return turtle(answer.triples)
    if form == "ttl":
        raise QueryError("the query gives a table, not a graph", remedy="use another --format, or CONSTRUCT instead of SELECT")
    text = FORMATS[form or "table"](answer.names, list(answer.rows))
    return (b"\xef\xbb\xbf" if bom and form == "csv" else b"") + text.encode("utf-8", "replace")


def _table(names: Sequence[str], rows: Rows) -> str:
    cells = [list(names), *([_shown(term) for term in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:], f"({len(rows)} rows)" if len(rows) != 1 else "(1 row)", ""])


def _shown(term: Any) -> str:
    return " ".join(_value(term).split())


def _csv(names: Sequence[str], rows: Rows) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([names, *([_value(term) for term in row] for row in rows)])
    return stream.getvalue()


def _tsv(names: Sequence[str], rows: Rows) -> str:
    lines = ["\t".join(f"?{name}" for name in names), *("\t".join("" if term is None else str(term).replace("\t", "\\t") for term in row) for row in rows)]
    return "\n".join(lines) + "\n"


def _json(names: Sequence[str], rows: Rows) -> str:
    bindings = [{name: _described(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows]
    return json.dumps({"head": {"vars": list(names)}, "results": {"bindings": bindings}}, ensure_ascii=False, indent=1) + "\n"


def _described(term: Any) -> Mapping[str, str]:
    kind = {"<": "uri", "_": "bnode"}.get(str(term)[0], "literal")
    found = {"type": kind, "value": str(term.value)}
    if kind == "literal" and term.language:
        return found | {"xml:lang": term.language}
    if kind == "literal" and not term.datatype.value.endswith("#string"):
        return found | {"datatype": term.datatype.value}
    return found


def _value(term: Any) -> str:
    return "" if term is None else str(getattr(term, "value", term))


FORMATS: Mapping[str, Callable[[Sequence[str], Rows], str]] = {"table": _table, "csv": _csv, "tsv": _tsv, "json": _json, "ttl": _table}
