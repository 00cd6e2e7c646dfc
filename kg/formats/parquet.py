"""The property graph as Parquet files, one a table, with the statements that load them into ladybug and its kin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from kg.formats.extras import library
from kg.formats.property_graph import PropertyGraph, Value
from kg.formats.schema import Property, Table
from kg.formats.statements import copy, in_order, merge, remove_document, remove_fact, schema, script, stored, sweep
from kg.store import Store

GROUP = 5_000  # rows of a table written at once: some 5 MB


def write(store: Store, folder: Path) -> None:
    """Write one Parquet file a table, schema.cypher, copy.cypher for an empty database, merge.cypher for any, and scripts that take away."""
    arrow, files = library("pyarrow", "parquet"), library("pyarrow.parquet", "parquet")
    graph = PropertyGraph(store)
    found: dict[Table, _File] = {}
    with ExitStack() as open_files:
        for table, values in graph.rows():
            if table not in found:
                found[table] = open_files.enter_context(_File(table, folder / f"{table.file}.parquet", arrow, files))
            found[table].add((*values, graph.build))
    tables = in_order(found)
    found_scripts = {
        "schema": schema(tables), "copy": (copy(table, f"{table.file}.parquet") for table in tables), "merge": chain.from_iterable(map(_again, tables)),
        "sweep": sweep(graph.build), "remove-document": remove_document(), "remove-fact": remove_fact(),
    }  # fmt: skip
    for name, lines in found_scripts.items():
        (folder / f"{name}.cypher").write_text(script(lines), "utf-8")


class _File:
    """A Parquet file in the making."""

    def __init__(self, table: Table, path: Path, arrow: Any, files: Any) -> None:
        kinds = {"text": arrow.string(), "number": arrow.float64(), "integer": arrow.int64(), "date": arrow.date32(), "boolean": arrow.bool_()}
        self.columns, self.arrow = stored(table), arrow
        self.schema = arrow.schema([(column.name, kinds[column.type]) for column in self.columns])
        self.writer = files.ParquetWriter(path, self.schema, compression="zstd")
        self.waiting: list[tuple[Value, ...]] = []

    def add(self, values: tuple[Value, ...]) -> None:
        self.waiting.append(values)
        if len(self.waiting) >= GROUP:
            self._write()

    def _write(self) -> None:
        if self.waiting:
            cells = zip(*self.waiting, strict=True)
            arrays = [[_cell(value, column) for value in values] for column, values in zip(self.columns, cells, strict=True)]
            self.writer.write_table(self.arrow.table(arrays, schema=self.schema))
            self.waiting.clear()

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *error: object) -> None:
        self._write()
        self.writer.close()


def _cell(value: Value, column: Property) -> object:
    return date.fromisoformat(value) if column.type == "date" and isinstance(value, str) else value


def _again(table: Table) -> Iterator[str]:
    """Statements that load a table again: nodes are merged, edges replaced, for merging 200,000 of them takes more memory than there is (ladybug 0.22)."""
    file = f"{table.file}.parquet"
    if table.ends is None:
        given = {column.name: f"`{column.name}`" for column in stored(table)}
        yield f"LOAD FROM '{file}' {merge(table, given)}"
    else:
        yield f"MATCH (:{table.ends[0]})-[x:{table.name}]->(:{table.ends[1]}) WHERE x.build IS NOT NULL DELETE x"
        yield copy(table, file)
