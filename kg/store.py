"""The only door to the database: open it, replace one document's graph, ask it, write it down in a fixed order."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.iri import BASE, PREFIXES, reference_graph
from kg.quads import lines, parsed, union
from kg.reference import used_reference

SYNTAXES = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "xml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
}
RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
BATCH = 100_000  # quads loaded at once: bulk loading takes half the time of a transaction per document (1M quads, 2026-11)
FILES = 120  # that a process may open when it opens a database to write to: of the 64 MB of each file 1.2 MB stay in memory (2026-11)
LOADS = 20  # after which files are put in order: some 800,000 quads
BYTES = 8 << 20  # of N-Quads loaded at once: some 40,000, for which loading takes less than 150 MB

Statement = ox.Triple
_TYPE = f"<{PREFIXES['rdf']}type>"
_REFERENCE = "graph/reference"
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)
_STUMBLED = re.compile(r"service\s*[\w:.-]*\Z", re.IGNORECASE | re.ASCII)
_DEEPEST = 500  # brackets open at once: from about 3,000 the database's parser runs out of stack, and the process with it
_BRACKET = re.compile(r"[(\[{]|[)\]}]")
_NOTHING = "x" * len("service")  # no keyword, and part of a name or text wherever the other is


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gives: rows with names, or triples; a yes or no is one row, and `truth`."""

    names: Sequence[str] = ()
    rows: Iterable[Any] = ()
    triples: Iterable[ox.Triple] | None = None
    truth: bool | None = None
    found: Any = None  # as the database has it

    def __iter__(self) -> Iterator[Any]:
        """Go through the rows; each gives a value by its place or its name."""
        return iter(self.rows)

    @property
    def variables(self) -> list[ox.Variable]:
        """The names as the database has them."""
        return [ox.Variable(name) for name in self.names]

    def write(self, stream: Any, syntax: str) -> None:
        """Write it as it comes, neither sorted nor held in memory, in one of RESULTS, or triples in one of SYNTAXES."""
        with _reported():
            self.found.serialize(stream, SYNTAXES[syntax] if self.triples is not None else RESULTS[syntax])


class Store:
    """A graph of named graphs: one for each document, one of reference data, one that reports on the build."""

    def __init__(self, inner: ox.Store, folder: Path | None = None) -> None:
        self._inner: ox.Store | None = inner
        self._folder = folder  # that is written to
        self._pending: list[ox.Quad] = []
        self._lines: list[bytes] = []  # pending N-Quads
        self._triples: list[bytes] = []  # the same as N-Triples, for the default graph
        self._size = 0  # bytes of pending N-Quads
        self._loads = 0  # since the files were in order
        self._graphs: set[str] = set()  # named by what is pending
        self._changed = False
        self._count: int | None = None  # of different statements, where it is kept up to date

    @classmethod
    def memory(cls, quads: Iterable[ox.Quad] = ()) -> Store:
        """A store that lives as long as the object."""
        store = cls(ox.Store())
        store.add(quads)
        return store

    @classmethod
    def create(cls, folder: Path) -> Store:
        """A store in a folder that is made for it."""
        with _few_files():
            return cls(ox.Store(str(folder)), folder)

    @classmethod
    def copy(cls, source: Path, folder: Path, statements: int = 0) -> Store:
        """A store in a new folder with all that another folder's holds, to write to; files are shared.

        `statements` is how many different ones there are, counted on from there; 0 where that is not known.
        """
        with _few_files():
            _read_only(source).backup(str(folder))
        store = cls.create(folder)
        store._count = statements or None
        return store

    @classmethod
    def open(cls, folder: Path) -> Store:
        """The store of a folder, to read only: it shows what was there when it was opened."""
        return cls(_read_only(folder))

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads."""
        self._count = None
        for quad in quads:
            self._pending += (quad, _in_union(quad))
            self._graphs.add(_graph_of(quad))
        if len(self._pending) >= BATCH:
            self._load()

    def add_lines(self, graph: str, lines: bytes) -> None:
        """Add the N-Quads of one graph."""
        self._count = None
        self._lines.append(lines)
        self._triples.append(union(lines, graph))
        self._graphs.add(graph)
        self._size += len(lines)
        if self._size >= BYTES:
            self._load()

    def replace(self, graph: str, quads: Iterable[ox.Quad]) -> None:
        """Put quads in the place of all that a graph holds."""
        self.drop(graph)
        self.add(quads)

    def replace_lines(self, graph: str, lines: bytes) -> None:
        """Put N-Quads of a graph in the place of all that it holds; what stays as it is, is not written anew."""
        if self._count is None and not self._holds(graph):
            self.add_lines(graph, lines)
            return
        before = {*self.inner.quads_for_pattern(None, None, None, ox.NamedNode(graph))}
        wanted = {*parsed(lines)}
        self._remove(before - wanted)
        self._put(wanted - before)

    def drop(self, graph: str) -> bool:
        """Remove a graph with all it holds; whether there was one."""
        there = self._holds(graph)
        if there:
            name = ox.NamedNode(graph)
            self._remove([*self.inner.quads_for_pattern(None, None, None, name)])
            self.inner.remove_graph(name)
        return there

    def _holds(self, graph: str) -> bool:
        return graph in self._graphs or bool(self._opened.contains_named_graph(ox.NamedNode(graph)))

    def _remove(self, quads: Iterable[ox.Quad]) -> None:
        inner = self.inner
        for quad in quads:
            inner.remove(quad)
            said = _in_union(quad)
            if all(other == said for other in inner.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)):
                inner.remove(said)
                self._count = None if self._count is None else self._count - 1
            self._changed = True

    def _put(self, quads: Iterable[ox.Quad]) -> None:
        quads = [*quads]
        said = [one for one in map(_in_union, quads) if one not in self.inner]
        self.inner.extend([*quads, *said])
        self._count = None if self._count is None else self._count + len(said)
        self._changed = True

    def compact(self) -> None:
        """Put the database's files in order where much was added: a question would look into as many of each index as there were loads."""
        self._load()
        if self._loads > LOADS:
            self._opened.optimize()
            self._loads = 0

    def close(self) -> None:
        """Write what is pending and let go of the database, so that another may open it."""
        if self._inner is not None:
            self._load()
            if self._changed:
                self._inner.flush()  # a copy is made of its files, without what is still in its log
            self._inner = None
            if self._changed and self._folder:
                with _few_files():
                    ox.Store(str(self._folder))  # opening it takes files away that it was about to merge: half of the disk at 10,000 documents (2026-11)

    @property
    def _opened(self) -> ox.Store:
        if self._inner is None:
            raise StoreError("the store is closed", remedy="open it anew")
        return self._inner

    @property
    def inner(self) -> ox.Store:
        """The database itself, holding all that was given to the store."""
        self._load()
        return self._opened

    def _load(self) -> None:
        if self._pending or self._lines:
            self._changed = True
            self._loads += 1
        if self._pending:
            self._opened.bulk_extend(self._pending)
            self._pending.clear()
        if self._lines:
            self._opened.bulk_load(b"".join(self._lines), ox.RdfFormat.N_QUADS, lenient=True)
            self._opened.bulk_load(b"".join(self._triples), ox.RdfFormat.N_TRIPLES, lenient=True)
            self._lines.clear()
            self._triples.clear()
            self._size = 0
        self._graphs.clear()

    def __len__(self) -> int:
        """How many different statements there are, whoever makes them."""
        if self._count is not None:
            return self._count
        return int(next(iter(self.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))["n"].value)

    def graphs(self) -> list[str]:
        """The names of the graphs, sorted."""
        return sorted(name.value for name in self.inner.named_graphs())

    @property
    def base(self) -> str:
        """The base of all resources, which the graph of reference data tells."""
        names = [name for name in self.graphs() if name.endswith(_REFERENCE)]  # a document may be called so too, below the base
        return min(names, key=len).removesuffix(_REFERENCE) if names else BASE

    def quads(self, graph: str | None = None) -> list[ox.Quad]:
        """The quads of one graph or of all, sorted."""
        names = self.graphs() if graph is None else [graph]
        inner = self.inner
        return [quad for name in names for quad in in_order(inner.quads_for_pattern(None, None, None, ox.NamedNode(name)))]

    def lines(self, graph: str) -> bytes:
        """What a graph holds as N-Quads, sorted."""
        name = ox.NamedNode(graph)
        return lines((str(quad.triple) for quad in self.inner.quads_for_pattern(None, None, None, name)), str(name))

    def about(self, iri: str) -> list[Statement]:
        """All statements about an IRI, sorted; none where it is no IRI at all."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return []
        return in_order([quad.triple for quad in self.inner.quads_for_pattern(node, None, None, ox.DefaultGraph())])

    def published(self) -> list[ox.Quad]:
        """What a file shows, sorted: all that documents say, and of the reference data only what that needs."""
        return [quad for quads in self.published_graphs() for quad in quads]

    def published_graphs(self) -> Iterator[list[ox.Quad]]:
        """The same, one graph at a time, so that no more than one document is held."""
        reference = reference_graph(self.base)
        names = sorted(self.graphs(), key="<{}>".format)  # as in_order() has them
        inner = self.inner
        said = (quad for name in names if name != reference for quad in inner.quads_for_pattern(None, None, None, ox.NamedNode(name)))
        used = used_reference(said, self.quads(reference))
        for name in names:
            yield in_order(used) if name == reference else self.quads(name)

    def dump(self, stream: Any, syntax: str, graph: str | None = None) -> bool:
        """Write a graph as it comes: the union by "", with no name all named graphs; False where there is no such graph."""
        inner = self.inner
        if graph is None:
            quads = (quad for name in self.graphs() for quad in inner.quads_for_pattern(None, None, None, ox.NamedNode(name)))
            ox.serialize(quads, stream, SYNTAXES[syntax])
            return True
        name = _named(graph) if graph else ox.DefaultGraph()
        if graph and not inner.contains_named_graph(name):
            return False
        inner.dump(stream, SYNTAXES[syntax], from_graph=name)
        return True

    def union(self, graph: str) -> Iterator[ox.Quad]:
        """Each statement once, whoever makes it, as a quad of one graph."""
        name = ox.NamedNode(graph)
        for quad in self.inner.quads_for_pattern(None, None, None, ox.DefaultGraph()):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, name)

    def query(self, query: str, *, use_default_graph_as_union: bool = True, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()) -> Answer:
        """The answer to a SPARQL query; it sees the union of all graphs, each statement once, unless graphs are named here or with FROM.

        Graphs named here are all there are, whatever the query says. The usual prefixes need no declaration. A query that would make the database fetch
        from elsewhere is refused.
        """
        query = query.replace("\r\n", "\n").replace("\r", "\n")
        _refuse_depth(query)
        _refuse_to_fetch(query)
        graphs: dict[str, Any] = {} if use_default_graph_as_union else {"default_graph": []}
        if default_graphs or named_graphs:
            graphs = {"default_graph": [*map(_named, default_graphs)], "named_graphs": [*map(_named, named_graphs)]}
        with _reported():
            return _answer(self.inner.query(query, prefixes={**PREFIXES}, **graphs))


def _named(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"a graph cannot be called {iri[:200]!r}", remedy="name it by an absolute IRI") from error


def converted(text: str, syntax: str) -> bytes:
    """What a text in Turtle says, in one of SYNTAXES."""
    return serialise([quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)], syntax)


def turtle(triples: Iterable[ox.Triple], base: str = BASE) -> bytes:
    """Triples as Turtle: sorted, each subject once, with the usual prefixes."""
    return serialise(triples, "ttl", base)


def serialise(statements: Iterable[ox.Triple | ox.Quad], syntax: str, base: str = BASE) -> bytes:
    """Quads or triples in one of SYNTAXES, the same bytes for the same statements in any order."""
    chosen = SYNTAXES[syntax]
    found: Iterable[Any] = {*statements}
    if not chosen.supports_datasets:
        found = {quad.triple if isinstance(quad, ox.Quad) else quad for quad in found}
    ordered = in_order(found)
    if syntax not in ("ttl", "trig"):
        return ox.serialize(ordered, format=chosen) or b""
    body = ox.serialize(ordered, format=chosen, prefixes={**PREFIXES}, base_iri=base) or b""
    return _head(base) + _without_head(body).replace(b" .\n", b" .\n\n" if syntax == "ttl" else b" .\n").removesuffix(b"\n\n") + b"\n"


def serialised(store: Store, syntax: str) -> Iterator[bytes]:
    """What a store publishes in a syntax that keeps graphs apart, graph by graph; together the same bytes as of serialise()."""
    nothing = serialise([], syntax, store.base)
    begin, end = nothing[:-1], nothing[-1:]  # between them stands what is said: [ and ] in JSON-LD, prefixes and a line break in TriG
    yield begin
    for number, quads in enumerate(filter(None, store.published_graphs())):
        data = serialise(quads, syntax, store.base)
        yield (b"," if number and syntax == "jsonld" else b"") + data[len(begin) : len(data) - len(end)]
    yield end


def in_order(statements: Iterable[Any]) -> list[Any]:
    """Quads or triples by graph, subject, property and object, the type of a subject first."""
    return sorted(statements, key=_place)


def _in_union(quad: ox.Quad) -> ox.Quad:
    """The statement in the default graph, where queries read the union: the database's own union gives it once for each graph that has it."""
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.DefaultGraph())


def _graph_of(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _place(one: ox.Triple | ox.Quad) -> tuple[str, str, str, str]:
    graph = str(one.graph_name) if isinstance(one, ox.Quad) else ""
    predicate = str(one.predicate)
    return graph, str(one.subject), "" if predicate == _TYPE else predicate, str(one.object)


def _head(base: str) -> bytes:
    lines = [f"@base <{base}> .", *(f"@prefix {name}: <{space}> ." for name, space in sorted(PREFIXES.items()))]
    return ("\n".join(lines) + "\n\n").encode()


def _without_head(body: bytes) -> bytes:
    """The database writes prefixes in another order every time; ours stand in their place."""
    while body.startswith(b"@"):
        body = body[body.index(b"\n") + 1 :]
    return body


@contextmanager
def _few_files() -> Iterator[None]:
    """While a database is opened to be written to: it keeps the index of every file it has open, as many as it finds that it may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _read_only(folder: Path) -> ox.Store:
    try:
        return ox.Store.read_only(str(folder))
    except OSError as error:
        raise StoreError(f"no graph can be read ({str(error).splitlines()[0]})", path=folder, remedy="build it anew") from error


def _answer(found: Any) -> Answer:
    if isinstance(found, ox.QueryBoolean):
        return Answer(("answer",), [(ox.Literal(bool(found)),)], truth=bool(found), found=found)
    if isinstance(found, ox.QueryTriples):
        return Answer(triples=_one_by_one(found), found=found)
    return Answer([variable.value for variable in found.variables], _one_by_one(found), found=found)


def _one_by_one(found: Iterable[Any]) -> Iterator[Any]:
    with _reported():
        yield from found


@contextmanager
def _reported() -> Iterator[None]:
    """Turn what the database finds wrong with a query, at once or only while it answers, into a QueryError."""
    try:
        yield
    except SyntaxError as error:
        raise _misspelled(str(error)) from error
    except (RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be answered ({' '.join(str(error).split())})", remedy="mend it") from error


def _misspelled(said: str) -> QueryError:
    place = _PLACE.fullmatch(said)
    if not place:
        return QueryError(f"the query is not SPARQL: {said}", remedy="mend it")
    what = "a prefix is not declared" if "Prefix not found" in place[3] else _shortened(place[3])
    line, column = int(place[1]), int(place[2])
    return QueryError(f"the query is not SPARQL: line {line}, column {column}: {what}", line=line, column=column, remedy="mend it there")


def _shortened(expected: str) -> str:
    """What the parser expected, without the classes of characters."""
    return re.sub(r"(, )?\[[^][]*\]", "", expected).replace("one of , ", "one of ")


def _refuse_depth(query: str) -> None:
    depth = 0
    for found in _BRACKET.finditer(query):
        depth += 1 if found[0] in "([{" else -1
        if depth > _DEEPEST:
            line, column = _line_and_column(query, found.start())
            said = f"the query is nested too deeply, over {_DEEPEST} brackets are open: line {line}, column {column}"
            raise QueryError(said, line=line, column=column, remedy="ask for less at once")


def _line_and_column(query: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 1."""
    return query.count("\n", 0, offset) + 1, offset - query.rfind("\n", 0, offset)


def _refuse_to_fetch(query: str) -> None:
    """Refuse a query that calls SERVICE, before anything of it runs.

    The database's own parser tells: with other letters in the place of the word, a query that has it in a name, text or comment can still be parsed, one
    that has it as a keyword cannot. Nothing is fetched meanwhile, for the keyword is gone.
    """
    if not _SERVICE.search(query):
        return
    try:
        with _reported():
            ox.Store().query(_SERVICE.sub(_NOTHING, query), prefixes={**PREFIXES})
    except QueryError as error:
        raise _calls_out(query, error) from error


def _calls_out(query: str, error: QueryError) -> QueryError:
    """The error of a query that cannot be parsed without the word: with the place of the word where that is what the parser stumbled over."""
    if error.line and error.column:
        lines = query.split("\n")
        before = "\n".join([*lines[: error.line - 1], lines[error.line - 1][: error.column - 1]])
        if word := _STUMBLED.search(before):
            line, column = _line_and_column(before, word.start())
            said = f"SERVICE is not allowed, no query leaves this graph: line {line}, column {column}"
            return QueryError(said, line=line, column=column, remedy="fetch from the other endpoint by itself")
    return QueryError(f"{error.message} (nor is SERVICE allowed)", line=error.line, column=error.column, remedy=error.remedy)
