"""Tidy tables for statistics: one row a fact, a document, a mention; in fixed columns, for spreadsheets, R, Stata and pandas."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg import iri
from kg.errors import InputError
from kg.formats.extras import library
from kg.store import Store
from kg.view import Mention, Node, Quote, Records, Row, Source, View, document_view, records

LEVELS = ("province", "prefecture", "county")
PLACE = tuple(name for level in LEVELS for name in (f"{level}_code", level))
ABOUT_DOCUMENT = ("document", "document_title", "document_date", "document_publisher", "document_genre")
SPAN = ("quote", "start", "end", "paragraph", "heading", "page")
PLAIN = {
    "status": "status", "status_detail": "detail", "agent_basis": "basis", "period": "period", "due": "due", "asserted_in": "asserted_in",
    "value": "value", "value_max": "value_max", "from_value": "from_value", "value_text": "value_text", "unit": "unit", "comparator": "comparator",
    "quantity_kind": "quantity_kind", "direction": "direction", "per": "per", "extent": "extent", "issue_kind": "issue_kind", "voice": "voice", "rule": "rule",
}  # fmt: skip
LISTED = ("restricted_to", "meets", "fails", "flags")
TIED = ("restates", "part_of", "change_of", "addressed_by")  # to other facts of the same document: their keys
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "facts": (
        "fact", "key", "kind", *PLACE, "zone", "agent", "agent_type", "agent_iri", "predicate", "object", "object_type", "object_iri", "measure",
        "measure_iri", *PLAIN, "year", *LISTED, "concerns", "responsible", *TIED, *ABOUT_DOCUMENT, *SPAN, "quotes",
    ),
    "documents": (
        "document", "title", "file_name", "path", *PLACE, "zone", "publisher", "issued", "earliest", "latest", "date_basis", "genre", "source", "identifiers",
        "flags", "facts",
    ),
    "mentions": ("document", "thing", "thing_type", "thing_iri", *PLACE, "zone", *SPAN),
}  # fmt: skip
NUMBERS = frozenset({"value", "value_max", "from_value", "start", "end", "paragraph", "page", "year", "asserted_in", "facts", "quotes"})
MOST_CHARACTERS, MOST_ROWS = 32_767, 1_048_575  # that a cell and a sheet of a workbook hold
_LISTS = "; "
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # of a workbook's own date, which must not tell when it was made

Cells = dict[str, object]


def write_csv(store: Store, folder: Path, *, bom: bool = False) -> None:
    """Write facts.csv, documents.csv and mentions.csv; `bom` begins each with a byte order mark, which Excel wants."""
    with ExitStack() as files:
        writers = {}
        for name, columns in COLUMNS.items():
            stream = files.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8-sig" if bom else "utf-8", newline=""))
            writers[name] = csv.DictWriter(stream, columns, restval="", lineterminator="\r\n")
            writers[name].writeheader()
        for name, cells in tables(store):
            writers[name].writerow(cells)


def xlsx(store: Store) -> bytes:
    """A workbook with a sheet for each of the tables; it holds 1,048,575 facts, and 32,767 characters a cell."""
    stream = io.BytesIO()
    with library("xlsxwriter", "xlsx").Workbook(stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _EPOCH})
        sheets: dict[str, Any] = {}
        for name, columns in COLUMNS.items():
            sheets[name] = book.add_worksheet(name)
            sheets[name].freeze_panes(1, 0)
            sheets[name].write_row(0, 0, columns)
        at = dict.fromkeys(sheets, 0)
        for name, cells in tables(store):
            at[name] += 1
            if at[name] > MOST_ROWS:
                raise InputError(f"a sheet holds {MOST_ROWS} rows, and there are more {name}", remedy="export csv instead")
            for number, column in enumerate(COLUMNS[name]):
                _put(sheets[name], at[name], number, cells.get(column, ""), column in NUMBERS)
    return stream.getvalue()


def _put(sheet: Any, row: int, column: int, value: object, number: bool) -> None:
    if value not in ("", None):
        take = sheet.write_number if number else sheet.write_string
        take(row, column, float(str(value)) if number else str(value)[:MOST_CHARACTERS])


def tables(store: Store) -> Iterator[tuple[str, Cells]]:
    """The rows of all tables, document by document, each with the name of its table."""
    reference = iri.reference_graph(store.base)
    places = _Places(store, records(store.quads(reference)))
    for name in store.graphs():
        if name not in (reference, iri.build_graph(store.base)):
            yield from _of_document(name, document_view(records(store.quads(name)), places.known), places)


def _of_document(name: str, view: View, places: _Places) -> Iterator[tuple[str, Cells]]:
    nodes = {node.iri: node for node in view.nodes}
    source = next(document for document in view.documents if document.iri == name)
    yield "documents", _document(source, places) | {"facts": len(view.rows)}
    for row in view.rows:
        yield "facts", _fact(row, source, nodes, places)
    for mention in view.mentions:
        yield "mentions", _mention(mention, nodes, places)


class _Places:
    """Where a thing is: codes and names of its province, prefecture and county."""

    def __init__(self, store: Store, known: Records) -> None:
        self.store, self.known = store, known
        self.of = lru_cache(maxsize=1 << 14)(self._of)

    def _of(self, region: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        seen: set[str] = set()
        while region and region not in seen:
            seen.add(region)
            record = self.known.get(region) or records(self.store.about(region)).get(region)
            if record is None:
                break
            level = record.one("edu:adminLevel")
            if level in LEVELS:
                found |= {level: record.name(), f"{level}_code": record.one("edu:adminCode")}
            elif not found:
                found["zone"] = record.name()
            region = record.one("edu:partOf")
        return found

    def around(self, thing: str) -> Mapping[str, str]:
        """The place of a thing that is a region or lies in one."""
        record = self.known.get(thing) or records(self.store.about(thing)).get(thing)
        return {} if record is None else self.of(thing if record.type in ("Region", "FunctionalZone") else record.one("edu:locatedIn"))


def _document(source: Source, places: _Places) -> Cells:
    names = ("title", "file_name", "path", "publisher", "issued", "earliest", "latest", "date_basis", "genre", "source")
    listed = {"identifiers": _LISTS.join(source.identifiers), "flags": _LISTS.join(source.flags)}
    return {"document": source.iri, **places.of(source.region), **{name: getattr(source, name) for name in names}, **listed}


def _fact(row: Row, source: Source, nodes: Mapping[str, Node], places: _Places) -> Cells:
    label: Callable[[str], str] = lambda name: nodes[name].label if name in nodes else ""  # noqa: E731
    kind: Callable[[str], str] = lambda name: nodes[name].type if name in nodes else ""  # noqa: E731
    said: Cells = {
        "fact": row.iri, "key": row.key, "kind": row.kind, **places.of(row.place), "agent": label(row.subject), "agent_type": kind(row.subject),
        "agent_iri": row.subject, "predicate": row.predicate, "object": label(row.object), "object_type": kind(row.object), "object_iri": row.object,
        "measure": label(row.measure), "measure_iri": row.measure, "year": row.year or "", "concerns": _LISTS.join(map(label, row.concerns)),
        "responsible": label(row.responsible), "quotes": len(row.quotes),
    }  # fmt: skip
    said |= {column: getattr(row, field) for column, field in PLAIN.items()} | {name: _LISTS.join(getattr(row, name)) for name in LISTED}
    said |= {name: getattr(row, name).rpartition("/")[2] for name in TIED}
    about = (source.iri, source.title, source.date, source.publisher, source.genre)
    return said | dict(zip(ABOUT_DOCUMENT, about, strict=True)) | (_span(row.quotes[0]) if row.quotes else {})


def _mention(mention: Mention, nodes: Mapping[str, Node], places: _Places) -> Cells:
    node = nodes[mention.thing]
    named: Cells = {"document": mention.quote.document, "thing": node.label, "thing_type": node.type, "thing_iri": node.iri}
    return named | dict(places.around(mention.thing)) | _span(mention.quote)


def _span(quote: Quote) -> Cells:
    values = (quote.exact, quote.start, quote.end, quote.paragraph or "", quote.heading, quote.page or "")
    return dict(zip(SPAN, values, strict=True))
