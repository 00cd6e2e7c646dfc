"""The graph as a property graph, row by row: the one place that decides what is a node, an edge or a property in a database that is not RDF."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from kg import iri
from kg.formats.schema import LINKS, OF_DOCUMENTS, SHARED, SPAN, Property, Table, edge_table, edge_type, node_table
from kg.iri import PREFIXES
from kg.quads import Quad
from kg.store import Statement, Store
from kg.view import FACTS, Record, Records, records

Value = str | float | int | bool | None

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BESIDE = {"rdf:subject", "rdf:object", "edu:mentions", "edu:cites"}
_LINKED = {link.source for links in LINKS.values() for link in links} - {"edu:sameContentAs"} | _BESIDE  # to things that documents share
_PREDICATES = {PREFIXES[prefix] + name for prefix, name in (source.split(":") for source in _LINKED)}
BUILD_LENGTH = 16  # hexadecimal digits: enough to tell the builds of one database apart


class Row(NamedTuple):
    """A line of a table, its values in the order of the columns."""

    table: Table
    values: tuple[Value, ...]

    def get(self, name: str) -> Value:
        """The value of a column."""
        return next(value for column, value in zip(self.table.columns, self.values, strict=True) if column.name == name)


class Projection:
    """Records as rows, whatever holds them."""

    def __init__(self, label: Callable[[str], str], about: Callable[[str], Iterable[Statement]]) -> None:
        """`label` tells the label of a shared thing or a document by its IRI, `about` gives the statements about it, sorted."""
        self._label, self._about = label, about
        self._name = lru_cache(maxsize=1 << 12)(self._named)
        self._takes: Mapping[str, Callable[[Record, str], str]] = {**_TAKES, "names": self._names}

    def described(self, name: str) -> Record:
        """What is said of a thing, empty where it is only named."""
        return records(self._about(name)).get(name) or Record("")

    def node(self, name: str, label: str, record: Record) -> Row:
        """The row of a shared thing or a document."""
        table = node_table(label)
        computed: dict[str, Value] = {"iri": name, "name": _last_part(name)}
        return Row(table, tuple(self._value(record, column, computed) for column in table.columns))

    def links(self, name: str, label: str, record: Record, own: Records, document: str) -> Iterator[Row]:
        """Edges without a sentence; `own` are the facts of the document, of which some are edges and cannot be led to."""
        for link in LINKS.get(label, ()):
            for target in record.many(link.source):
                end = own[target].type if target in own else self._label(target)
                if end in SHARED or end in OF_DOCUMENTS:
                    yield Row(edge_table(link.type, label, end), (name, target, document or None))

    def said(self, document: str, quads: list[Quad]) -> Iterator[Row]:
        """What a document says: first all facts that are nodes, then edges."""
        found = records(quads)
        facts = {name: record for name, record in found.items() if record.type in FACTS}
        evidence = {name: record for name, record in found.items() if record.type == "Evidence"}
        for name, record in facts.items():
            if record.type in OF_DOCUMENTS:
                yield self._fact(node_table(record.type), record, evidence, {"iri": name, "document": document})
        yield from self.links(document, "Document", found[document], facts, document)
        yield from self._mentions(document, found[document], evidence)
        for name, record in facts.items():
            if record.type not in OF_DOCUMENTS:
                yield self._fact_edge(name, record, evidence, document)
                continue
            yield from self.links(name, record.type, record, facts, document)
            for span in record.many("edu:evidence"):
                yield self._placed("STATED_IN", (name, record.type), (document, "Document"), evidence, span, document)

    def _named(self, name: str) -> str:
        """The notation of a unit, the Chinese label of anything else."""
        texts: dict[str, list[tuple[str, str]]] = {}
        for triple in self._about(name):
            thing: Any = triple.object
            texts.setdefault(triple.predicate.value, []).append((getattr(thing, "language", None) or "", thing.value))
        notations, labels = (texts.get(PREFIXES["skos"] + key, []) for key in ("notation", "prefLabel"))
        return next((text for _, text in notations), "") or next((text for tag, text in labels if tag == "zh"), _last_part(name))

    def _names(self, record: Record, source: str) -> str:
        return _joined(map(self._name, record.many(source)))

    def _value(self, record: Record, column: Property, computed: dict[str, Value]) -> Value:
        if column.take == "computed" or (column.name in computed and not record.many(column.source)):
            return computed.get(column.name)
        take = self._takes.get(column.take, Record.one)
        taken = take(record, column.source)
        return _typed(taken, column.type)

    def _mentions(self, document: str, record: Record, evidence: Records) -> Iterator[Row]:
        places: dict[str, list[str]] = {}
        for name, span in evidence.items():
            for thing in span.many("edu:refersTo"):
                places.setdefault(thing, []).append(name)
        for kind, source in (("MENTIONS", "edu:mentions"), ("CITES", "edu:cites")):
            for thing in record.many(source):
                for span_name in places.get(thing, [""]):
                    yield self._placed(kind, (document, "Document"), (thing, self._label(thing)), evidence, span_name, document)

    def _placed(self, kind: str, start: tuple[str, str], end: tuple[str, str], evidence: Records, span: str, document: str) -> Row:
        """An edge that stands on a span, or on none; its ends are names with labels."""
        table = edge_table(kind, start[1], end[1])
        computed: dict[str, Value] = {"from": start[0], "to": end[0], "iri": span or start[0], "document": document}
        return Row(table, tuple(self._value(evidence.get(span) or Record(""), column, computed) for column in table.columns))

    def _fact_edge(self, name: str, record: Record, evidence: Records, document: str) -> Row:
        start, kind, end = record.one("edu:agent"), "ADOPTION", record.one("edu:measure")
        if record.type == "Relation":
            start, kind, end = record.one("rdf:subject"), edge_type(record.local("rdf:predicate")), record.one("rdf:object")
        table = edge_table(kind, self._label(start), self._label(end))
        return self._fact(table, record, evidence, {"iri": name, "from": start, "to": end, "document": document})

    def _fact(self, table: Table, record: Record, evidence: Records, computed: dict[str, Value]) -> Row:
        """A fact with its first sentence beside it; where it is an edge and has more, they stand in one more property."""
        spans = sorted((evidence[span] for span in record.many("edu:evidence") if span in evidence), key=lambda span: span.number("oa:start"))
        first = spans[0] if spans else Record("")
        others = [{column.name: value for column in SPAN if (value := self._value(span, column, {})) is not None} for span in spans[1:]]
        computed["otherQuotes"] = json.dumps(others, ensure_ascii=False) if others else None
        values = (self._value(first if _of_span(column) else record, column, computed) for column in table.columns)
        return Row(table, tuple(values))


class PropertyGraph(Projection):
    """A store as tables of nodes and edges.

    Documents are read one at a time; the names of shared things wait in a temporary file, so that memory does not grow with the corpus.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(lru_cache(maxsize=1 << 16)(self._looked_up), store.about)
        self.store = store
        aside = {iri.reference_graph(store.base), iri.build_graph(store.base)}
        self.documents = [name for name in store.graphs() if name not in aside]
        self._things = sqlite3.connect("")  # a file of its own that goes with the connection
        self._things.execute("CREATE TABLE thing(iri TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID")
        self.build = self._survey()

    def rows(self) -> Iterator[Row]:
        """All rows, always in the same order: shared things, documents, edges among these, then what each document says, nodes first."""
        yield from (self.node(name, self._label(name), self.described(name)) for name in self._shared_names())
        for name in self.documents:
            yield self.node(name, "Document", self.described(name))
        for name in self._shared_names():
            yield from self.links(name, self._label(name), self.described(name), {}, "")
        for name in self.documents:
            yield from self.said(name, self.store.quads(name))

    def _survey(self) -> str:
        """Note all things that documents name, and what those lead to; gives a digest of the whole."""
        digest = hashlib.sha256()
        for name in [*self.documents, iri.build_graph(self.store.base)]:
            quads = self.store.quads(name)
            for quad in quads:
                digest.update(str(quad).encode("utf-8", "surrogatepass"))
            self._note(named(name, quads))
        while waiting := self._things.execute("SELECT iri FROM thing WHERE label IS NULL ORDER BY iri LIMIT 1000").fetchall():
            for (name,) in waiting:
                record = self.described(name)
                self._things.execute("UPDATE thing SET label = ? WHERE iri = ?", (label_of(record), name))
                self._note(target for link in LINKS.get(label_of(record), ()) for target in record.many(link.source))
        return digest.hexdigest()[:BUILD_LENGTH]

    def _note(self, names: Iterable[str]) -> None:
        self._things.executemany("INSERT OR IGNORE INTO thing(iri) VALUES(?)", [(name,) for name in names])

    def _shared_names(self) -> Iterator[str]:
        return (name for (name,) in self._things.execute("SELECT iri FROM thing ORDER BY iri"))

    def _looked_up(self, name: str) -> str:
        found = self._things.execute("SELECT label FROM thing WHERE iri = ?", (name,)).fetchone()
        return found[0] if found else "Document"


def named(document: str, quads: Iterable[Quad]) -> Iterator[str]:
    """The shared things that a document names, by what it says; some more than once."""
    own = (document + "/f/", document + "/e/")
    for quad in quads:
        thing: Any = quad.object
        if quad.predicate.value in _PREDICATES and not thing.value.startswith(own):
            yield thing.value


def _of_span(column: Property) -> bool:
    return column.source.startswith("oa:") or column.source in ("edu:paragraph", "edu:heading", "edu:page")


def label_of(record: Record) -> str:
    """The label of a shared thing, Thing where nothing is said of it."""
    label = "Region" if record.type == "FunctionalZone" else record.type
    return label if label in SHARED else "Thing"


def _last_part(name: str) -> str:
    return unquote(re.split(r"[/#]", name)[-1])


def _joined(texts: Iterable[str]) -> str:
    """Several texts as one, parted by a bar; a bar inside is written with a backslash before it, as is a backslash."""
    return "|".join(text.replace("\\", "\\\\").replace("|", "\\|") for text in texts)


_TAKES: Mapping[str, Callable[[Record, str], str]] = {
    "many": lambda record, source: _joined(record.many(source)),
    "aliases": lambda record, source: _joined(sorted({*record.many(source), *record.labels("zh")} - {record.label("zh")})),
    "iris": lambda record, source: _joined(record.many(source)),
    "local": Record.local,
    "zh": lambda record, source: record.label("zh") or record.one(source),
    "en": lambda record, source: record.label("en"),
    "type": lambda record, source: "true" if record.type == "FunctionalZone" else "false",
}


def _typed(text: str, kind: str) -> Value:
    if not text:
        return None
    if kind == "text":
        return text.replace("\0", "")  # no database takes it in a text
    if kind == "date":
        return text if _DATE.fullmatch(text) else None
    return text == "true" if kind == "boolean" else int(text) if kind == "integer" else float(text)
