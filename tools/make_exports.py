"""Writes the tables of docs/exports.md that say what each label and type of edge holds: `python tools/make_exports.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kg.formats.schema import EDGES, LINKS, NODES, PLACED, RELATIONS, SPAN, USUAL_ENDS, Property, edge_type

FILE = Path(__file__).parent.parent / "docs" / "exports.md"
BEGIN, END = "<!-- made by tools/make_exports.py -->\n", "<!-- end -->"


def shown(columns: tuple[Property, ...]) -> str:
    """Columns with their types, where these are no texts, and the properties they come from."""
    return ", ".join(
        f"`{column.name}`" + (f" {column.type}" if column.type != "text" else "") + (f" ({column.source})" if column.source else "") for column in columns
    )


def nodes() -> Iterator[str]:
    """The table of labels; where a sentence stands is said once, below."""
    yield "| label | properties |"
    yield "| --- | --- |"
    for label, columns in NODES.items():
        own = tuple(column for column in columns if column not in SPAN)
        yield f"| `{label}` | {shown(own)}{', *span*' if len(own) < len(columns) else ''} |"


def edges() -> Iterator[str]:
    """The table of types, each with where it comes from and usual ends."""
    sources: dict[str, set[str]] = {"ADOPTION": {"edu:Adoption"}, **{edge_type(name): {f"edu:Relation with edu:{name}"} for name in RELATIONS}}
    sources |= {kind: {source} for kind, source in PLACED.items()}
    for links in LINKS.values():
        for link in links:
            sources.setdefault(link.type, set()).add(link.source)
    yield "| type | from RDF | such as | properties |"
    yield "| --- | --- | --- | --- |"
    for kind, columns in EDGES.items():
        start, end = USUAL_ENDS[kind]
        own = [column for column in columns[2:] if column not in SPAN]
        what = "*fact*, *span*" if any(column.name == "factKey" for column in own) else "`iri`, *span*" if len(own) + 3 < len(columns) else "`document`"
        extent = "`extent` (edu:extent), " if kind == "ADOPTION" else ""
        yield f"| `{kind}` | {', '.join(sorted(sources[kind]))} | {start} → {end} | {extent}{what} |"


def tables() -> str:
    """Both tables, and what stands for *fact* and *span* in them."""
    relation = tuple(column for column in EDGES["PAIRED_WITH"][2:] if column not in SPAN)
    lines = [*nodes(), "", *edges(), "", f"*fact*: {shown(relation)}.", "", f"*span*: {shown(SPAN)}."]
    return "\n".join(lines) + "\n"


def renewed(text: str) -> str:
    """The document with the tables as they are now."""
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: BEGIN + "\n" + tables() + "\n" + END, text, flags=re.DOTALL)


if __name__ == "__main__":
    FILE.write_text(renewed(FILE.read_text("utf-8")), "utf-8")
