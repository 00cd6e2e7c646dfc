"""The graph as Cypher statements: one a line, each of which may run any number of times."""

from __future__ import annotations

from pathlib import Path

from kg.formats.property_graph import PropertyGraph
from kg.formats.statements import literal, merge, scripts, typed
from kg.store import Store


def write(store: Store, folder: Path) -> None:
    """Write graph.cypher, constraints for each dialect, and scripts that take away."""
    graph = PropertyGraph(store)
    with (folder / "graph.cypher").open("w", encoding="utf-8", newline="\n") as stream:
        for table, values in graph.rows():
            given = {column.name: typed(value, column) for column, value in zip(table.columns, values, strict=True)}
            stream.write(merge(table, given | {"build": literal(graph.build)}) + ";\n")
    for name, text in scripts(graph.build).items():
        (folder / name).write_text(text, "utf-8")
