"""The property graph as CSV files, one a table: with LOAD CSV, and as neo4j-admin and the bulk loader of FalkorDB read them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg.formats.property_graph import PropertyGraph, Value
from kg.formats.schema import Property, Table
from kg.formats.statements import copy, in_order, literal, merge, schema, script, scripts, stored
from kg.store import Store

# Types in the headers of neo4j-admin, and of the bulk loader of FalkorDB, which has no dates.
ADMIN = {"text": "string", "number": "double", "integer": "long", "boolean": "boolean", "date": "date"}
BULK = {**ADMIN, "date": "string"}
_READ = {"text": "{}", "number": "toFloat({})", "integer": "toInteger({})", "date": "date({})", "boolean": "({} = 'true')"}


def load_csv(store: Store, folder: Path) -> None:
    """Write one CSV file a table, load.cypher, which merges them by LOAD CSV, and the same for ladybug, which copies them into an empty database."""
    graph = PropertyGraph(store)
    marked: set[tuple[Table, str]] = set()
    tables = _tables(graph, folder, marked)
    for name, read in (("load", _READ), ("load.falkordb", _READ_BY_FALKORDB)):
        (folder / f"{name}.cypher").write_text(script(_load(table, read, marked) for table in tables), "utf-8")
    (folder / "schema.ladybug.cypher").write_text(script(schema(tables)), "utf-8")
    copies = [copy(table, f"{table.file}.csv", "header=true", "parallel=false") for table in tables]
    (folder / "copy.ladybug.cypher").write_text(script([*copies, *(_mended(table, name) for table, name in sorted(marked, key=str))]), "utf-8")
    for name, text in scripts(graph.build).items():
        (folder / name).write_text(text, "utf-8")


def neo4j(store: Store, folder: Path) -> None:
    """Write one CSV file a table without header, the headers apart, and a script for each of the two loaders."""
    graph = PropertyGraph(store)
    tables = _tables(graph, folder)
    for name, types in (("header", ADMIN), ("falkordb", BULK)):
        (folder / name).mkdir()
        for table in tables:
            (folder / name / f"{table.file}.csv").write_text(",".join(_headed(table, types)) + "\n", "utf-8")
    for name, lines in (("neo4j-import.sh", _admin(tables)), ("falkordb-import.sh", _bulk(tables))):
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
        (folder / name).chmod(0o755)
    for name, text in scripts(graph.build).items():
        (folder / name).write_text(text, "utf-8")


def cell(value: Value) -> str:
    """A value as CSV holds it: nothing for what is not said, numbers without exponent.

    >>> cell(None), cell(True), cell(3e20), cell(95.9)
    ('', 'true', '300000000000000000000.0', '95.9')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        plain = f"{Decimal(repr(value)):f}"
        return plain if "." in plain else f"{plain}.0"
    return "" if value is None else str(value)


def _tables(graph: PropertyGraph, folder: Path, marked: set[tuple[Table, str]] | None = None) -> list[Table]:
    """Write the rows into one file a table; gives the tables, nodes first.

    Where `marked` is given, the files have headers, and it is told which columns have characters that were written as marks.
    """
    writers: dict[Table, Any] = {}
    with ExitStack() as files:
        for table, values in graph.rows():
            if table not in writers:
                stream = files.enter_context((folder / f"{table.file}.csv").open("w", encoding="utf-8", newline=""))
                writers[table] = csv.writer(stream, lineterminator="\n").writerow
                if marked is not None:
                    writers[table]([column.name for column in stored(table)])
            cells = [*map(cell, values), graph.build]
            if marked is not None:
                found = [_UNSAFE.sub(lambda unsafe: _MARKS[unsafe[0]], text) for text in cells]
                marked |= {(table, column.name) for column, old, new in zip(table.columns, cells, found, strict=False) if old != new}
                cells = found
            writers[table](cells)
    return in_order(writers)


def _load(table: Table, read: Mapping[str, str], marked: set[tuple[Table, str]]) -> str:
    given = {column.name: _read(column, read, (table, column.name) in marked) for column in stored(table)}
    return f"LOAD CSV WITH HEADERS FROM 'file:///{table.file}.csv' AS row WITH row {merge(table, given)}"  # without WITH, ArcadeDB finds no row in MATCH


def _read(column: Property, read: Mapping[str, str], marked: bool) -> str:
    """The value of a cell; an empty one is null, which it is by itself for some databases only."""
    found = f"row.`{column.name}`"
    if column.name in _ALWAYS:
        return found
    value = _put_back(found) if marked else read[column.type].format(found)
    return f"CASE WHEN {found} <> '' THEN {value} END"


def _put_back(text: str) -> str:
    for char, mark in _MARKS.items():
        text = f"replace({text}, {literal(mark)}, {literal(char)})"
    return text


def _mended(table: Table, column: str) -> str:
    """The statement that puts back what was marked in a column that was copied."""
    found = f"(x:{table.name})" if table.ends is None else f"(:{table.ends[0]})-[x:{table.name}]->(:{table.ends[1]})"
    return f"MATCH {found} WHERE x.{column} IS NOT NULL SET x.{column} = {_put_back(f'x.{column}')}"


def _headed(table: Table, types: dict[str, str]) -> list[str]:
    if table.ends is None:
        return [f"iri:ID({table.name})", *(_column(column, types) for column in stored(table)[1:])]
    start, end = table.ends
    return [f":START_ID({start})", f":END_ID({end})", *(_column(column, types) for column in stored(table)[2:])]


def _column(column: Property, types: dict[str, str]) -> str:
    return f"{column.name}:{types[column.type]}"


# FalkorDB's toFloat() has the precision of four bytes (4.16): 95.9 would be 95.9000015.
_READ_BY_FALKORDB = {**_READ, "number": "toInteger(replace({0}, '.', '')) / 10.0 ^ size(split({0}, '.')[1])"}
_ALWAYS = ("iri", "from", "to", "build")
# LOAD CSV of Neo4j (by default) and ArcadeDB takes a backslash before a quotation mark for an escape, and that of ArcadeDB ends a row at every
# line break: these are written as characters that no text has (noncharacters of Unicode), and put back as they are loaded.
_MARKS = {"\\": "\ufdd0", "\n": "\ufdd1", "\r": "\ufdd2"}
_UNSAFE = re.compile(r'\\(?="|\Z)|[\n\r]')
_SHELL = ("#!/bin/sh", "set -eu", 'cd "$(dirname "$0")"')


def _admin(tables: list[Table]) -> list[str]:
    """An import into an empty database, stopped while it runs."""
    options = [f"--{'relationships' if t.ends else 'nodes'}={t.name}=header/{t.file}.csv,{t.file}.csv" for t in tables]
    call = 'neo4j-admin database import full "${1:-neo4j}" --overwrite-destination --multiline-fields=true --id-type=string'
    return [*_SHELL, "# Usage: ./neo4j-import.sh [DATABASE]", " \\\n  ".join([call, *options])]


def _bulk(tables: list[Table]) -> list[str]:
    """An import into a graph that is not there yet."""
    take: Callable[[Table], str] = lambda t: f'  -{"R" if t.ends else "N"} {t.name} "$work/{t.file}.csv"'  # noqa: E731
    lines = [
        "# Usage: ./falkordb-import.sh GRAPH [redis://HOST:PORT]   (the graph must not be there yet: GRAPH.DELETE it first)",
        'work="$(mktemp -d)"', "trap 'rm -r \"$work\"' EXIT",
        'for header in falkordb/*.csv; do name="${header#falkordb/}"; cat "$header" "$name" > "$work/$name"; done',
    ]  # fmt: skip
    call = 'PYTHONUTF8=1 falkordb-bulk-insert "$1" -u "${2:-redis://127.0.0.1:6379}" --enforce-schema --id-type STRING --escapechar none'
    return [*_SHELL, *lines, " \\\n".join([call, *map(take, tables)])]
