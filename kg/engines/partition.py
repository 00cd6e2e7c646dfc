"""What a worker's Python does with a partition: digests of files, statements of documents, rows of tables."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby, takewhile
from typing import Any

from kg import __version__, documents, iri, rdf, readers
from kg.documents import Source
from kg.engines.hadoop import Opened
from kg.engines.task import Done, Setup, Task, Worker
from kg.errors import InputError, KgError
from kg.formats.property_graph import Projection, label_of, named
from kg.formats.property_graph import Row as TableRow
from kg.formats.schema import EDGES, LINKS, NODES, SHARED, Property
from kg.output import Entry
from kg.quads import Quad, parsed
from kg.rules import Ontology
from kg.store import Statement, in_order
from kg.view import records

Row = tuple[Any, ...]
Open = Callable[[str, bytes | None, int], Opened]
Said = Mapping[str, list[Statement]]  # statements by what they are about

DOCUMENTS, REFERENCE, BUILD = "documents", "reference", "build"  # which graphs a file of N-Quads holds
SQL = {"text": "string", "number": "double", "integer": "long", "date": "date", "boolean": "boolean"}


@dataclass(frozen=True, eq=False)
class Shared:
    """What every worker must know before its first document; sent to each machine once."""

    laws: Ontology
    base: str
    reference: bytes  # N-Quads
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # what the manifest says, by path


@lru_cache(maxsize=1)
def _worker(shared: Shared) -> Worker:
    return Worker(Setup(base=shared.base, indexed=False), laws=shared.laws)


@lru_cache(maxsize=1)
def _reference(shared: Shared) -> Said:
    return _by_subject(parsed(shared.reference))


def _subject(quad: Quad) -> str:
    thing: Any = quad.subject
    return str(thing.value)


def _by_subject(quads: Iterable[Quad]) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for quad in quads:
        found.setdefault(_subject(quad), []).append(quad.triple)
    return found


@dataclass(frozen=True, slots=True)
class Digests:
    """Gives key, document, digest and reader of each file; no digest where it cannot be opened."""

    open: Open

    def __call__(self, rows: Iterable[Any]) -> Iterator[Row]:
        """Those of a partition."""
        for key, given, size in rows:
            for source, data in self.open(key, given, size):
                if isinstance(data, KgError):
                    yield key, source.path, None, None
                else:
                    yield key, source.path, documents.digest(data), readers.kind(data, source.name)


@dataclass(frozen=True, slots=True)
class Statements:
    """Gives what documents say as N-Quads, and what the build report says of each."""

    open: Open
    shared: Any  # Shared, broadcast
    version: str = __version__

    def __call__(self, rows: Iterable[Any]) -> Iterator[Row]:
        """Those of a partition, as graph and lines."""
        if self.version != __version__:  # before anything is unpacked that may look otherwise here
            raise InputError(f"edukg {self.version} gives the work, edukg {__version__} is on this worker", remedy="install one version everywhere")
        shared: Shared = self.shared.value
        for key, given, size, copies in rows:
            same_as = dict(copies or ())
            for source, data in self.open(key, given, size):
                done = _done(shared, source, data, same_as.get(source.path, ""))
                if done.lines:
                    yield DOCUMENTS, done.lines[:-1].decode()
                yield BUILD, report(shared, done.entry)


def _done(shared: Shared, source: Source, data: bytes | KgError, same_as: str) -> Done:
    if isinstance(data, KgError):
        return Done(Entry(source.path, problem=str(data)))
    known = shared.known.get(source.path, {})
    return _worker(shared)(Task(source, data, documents.digest(data), known, same_as=same_as))


@dataclass(frozen=True, slots=True)
class Beside:
    """Gives what is said beside documents: the reference data, and how the build report begins."""

    shared: Any  # Shared, broadcast

    def __call__(self, number: int) -> Iterator[Row]:
        """Both, as graph and lines."""
        yield REFERENCE, self.shared.value.reference[:-1].decode()
        yield BUILD, report(self.shared.value)


def report(shared: Shared, entry: Entry | None = None) -> str:
    """What the build report says of one document; without one, how it begins."""
    head = rdf.BuildReport(shared.laws, shared.base).lines().splitlines()
    if entry is None:
        return b"\n".join(head).decode()
    whole = rdf.BuildReport(shared.laws, shared.base)
    whole.add(entry)
    return b"\n".join(sorted({*whole.lines().splitlines()} - {*head})).decode()


def _columns(tables: Mapping[str, tuple[Property, ...]]) -> dict[str, str]:
    """The columns of all tables beside each other, sorted, with their types."""
    found = {column.name: SQL[column.type] for columns in tables.values() for column in columns}
    return {name: kind for name, kind in sorted(found.items()) if name not in ("iri", "from", "to")}


NODE, EDGE = _columns(NODES), {"iri": "string", **_columns(EDGES)}
NODE_SCHEMA = ", ".join(("id string", "label string", *(f"`{name}` {kind}" for name, kind in NODE.items())))
EDGE_SCHEMA = ", ".join(("src string", "dst string", "type string", *(f"`{name}` {kind}" for name, kind in EDGE.items())))


def _node(row: TableRow) -> Row:
    values = _values(row)
    return (values["iri"], row.table.name, *map(values.get, NODE))


def _edge(row: TableRow) -> Row:
    values = _values(row)
    return (values["from"], values["to"], row.table.name, *map(values.get, EDGE))


def _values(row: TableRow) -> dict[str, Any]:
    columns = zip(row.table.columns, row.values, strict=True)
    return {column.name: date.fromisoformat(value) if column.type == "date" and isinstance(value, str) else value for column, value in columns}


def _documents(rows: Iterable[Any], *, spans: bool = True) -> Iterator[tuple[str, list[Quad]]]:
    """The documents in files of N-Quads, each with its quads, which stand beside each other; those about spans, half of all, may be left out."""
    for (content,) in rows:
        with gzip.open(io.BytesIO(content)) as lines:
            for graph, said in groupby(lines, key=_graph):
                span = f"<{graph}/e/".encode()
                yield graph, list(parsed(b"".join(line for line in said if spans or not line.startswith(span))))


def _graph(line: bytes) -> str:
    return line[line.rindex(b" <") + 2 : line.rindex(b">")].decode()


def _beside(document: str, quads: Iterable[Quad]) -> list[Quad]:
    """What a document says of other than its facts and spans."""
    own = (document + "/f/", document + "/e/")
    return [quad for quad in quads if not _subject(quad).startswith(own)]


def _projection(shared: Shared, own: Said) -> Projection:
    """A document as rows; the labels of the things it leads to are not asked for."""
    reference = _reference(shared)
    return Projection(lambda name: "Thing", lambda name: in_order({*own.get(name, ()), *reference.get(name, ())}))


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """Gives nodes, or edges, that are of one document alone."""

    shared: Any  # Shared, broadcast
    nodes: bool

    def __call__(self, rows: Iterable[Any]) -> Iterator[Row]:
        """Those of a partition of files of N-Quads."""
        for name, quads in _documents(rows):
            projection = _projection(self.shared.value, _by_subject(_beside(name, quads)))
            if self.nodes:
                yield _node(projection.node(name, "Document", projection.described(name)))
            rows_said = projection.said(name, quads)
            if self.nodes:
                yield from map(_node, takewhile(lambda row: row.table.ends is None, rows_said))  # they come first
            else:
                yield from (_edge(row) for row in rows_said if row.table.ends)


_TOLD = {column.source for columns in SHARED.values() for column in columns} | {link.source for label in SHARED for link in LINKS.get(label, ())}
_TELLING = {iri.PREFIXES[prefix] + name for prefix, name in (source.split(":") for source in {*_TOLD, "rdf:type"} - {""})}


@dataclass(frozen=True, slots=True)
class Things:
    """Gives the things that documents share: the name of each that a document leads to, and what documents say of it."""

    shared: Any  # Shared, broadcast

    def __call__(self, rows: Iterable[Any]) -> Iterator[Row]:
        """Those of a partition, as name and statement; without a statement where it is only named."""
        for name, quads in _documents(rows, spans=False):
            said = [quad for quad in _beside(name, quads) if quad.predicate.value in _TELLING and _subject(quad) != name]
            for quad in said:
                yield _subject(quad), f"{quad.triple} ."
            for thing in _led_to({*named(name, quads)}, _by_subject(said), self.shared.value):
                yield thing, None


def _led_to(names: set[str], own: Said, shared: Shared) -> set[str]:
    """Names, and all that these lead to."""
    found: set[str] = set()
    while names:
        name = names.pop()
        found.add(name)
        known = _reference(shared).get(name, ())
        names |= {*(_targets(name, [*own[name], *known]) if name in own else _known_targets(name, shared))} - found
    return found


@lru_cache(maxsize=1 << 16)
def _known_targets(name: str, shared: Shared) -> tuple[str, ...]:
    return _targets(name, _reference(shared).get(name, ()))


def _targets(name: str, said: Iterable[Statement]) -> tuple[str, ...]:
    record = records(said).get(name)
    links = LINKS.get(label_of(record), ()) if record else ()
    return tuple(target for link in links if record for target in record.many(link.source))


@dataclass(frozen=True, slots=True)
class ThingRows:
    """Gives the node of each thing that documents share, or the edges that lead on from it."""

    shared: Any  # Shared, broadcast
    nodes: bool

    def __call__(self, rows: Iterable[Any]) -> Iterator[Row]:
        """Those of a partition of things with all that is said of them."""
        for name, said in rows:
            own = {name: [quad.triple for quad in parsed("\n".join(said).encode())]}
            projection = _projection(self.shared.value, own)
            record = projection.described(name)
            label = label_of(record)
            if self.nodes:
                yield _node(projection.node(name, label, record))
            else:
                yield from map(_edge, projection.links(name, label, record, {}, ""))
