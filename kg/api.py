"""edukg from Python: build a graph, open it, and have it as tables, answers or a network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import networkx as nx

from kg import asked, frames, output, pipeline
from kg.frames import NUMBER, TEXT, WHOLE
from kg.store import Answer, Store
from kg.view import Row, View, project

FACTS = {
    "fact": TEXT, "kind": TEXT, "place": TEXT, "place_code": TEXT, "agent": TEXT, "agent_iri": TEXT, "predicate": TEXT, "object": TEXT, "object_iri": TEXT,
    "status": TEXT, "detail": TEXT, "value": NUMBER, "value_max": NUMBER, "from_value": NUMBER, "unit": TEXT, "value_text": TEXT, "comparator": TEXT,
    "quantity_kind": TEXT, "per": TEXT, "period": TEXT, "due": TEXT, "year": WHOLE, "restricted_to": TEXT, "measure": TEXT, "extent": TEXT, "direction": TEXT,
    "issue_kind": TEXT, "voice": TEXT, "basis": TEXT, "part_of": TEXT, "restates": TEXT, "change_of": TEXT, "addressed_by": TEXT, "meets": TEXT, "fails": TEXT,
    "flags": TEXT, "document": TEXT, "quote": TEXT, "start": WHOLE, "end": WHOLE, "rule": TEXT, "key": TEXT,
}  # fmt: skip
DOCUMENTS = {
    "document": TEXT, "title": TEXT, "place": TEXT, "place_code": TEXT, "publisher": TEXT, "issued": TEXT, "earliest": TEXT, "latest": TEXT, "date_basis": TEXT,
    "genre": TEXT, "identifiers": TEXT, "flags": TEXT, "facts": WHOLE, "iri": TEXT,
}  # fmt: skip
STATEMENTS = dict.fromkeys(("subject", "predicate", "object", "datatype", "language", "graph"), TEXT)
TRIPLES = dict.fromkeys(("subject", "predicate", "object"), TEXT)
SEVERAL = "、"  # between the values of a cell that has several
_OWN = "kind predicate status detail unit value_text comparator quantity_kind per period due extent direction issue_kind voice basis".split()
_LINKS = "part_of restates change_of addressed_by".split()


class Graph:
    """A graph that was built, to read: it shows what was there when it was opened.

    Tables are pandas DataFrames, or Arrow tables with `arrow=True`; both come with the extra "notebook", and InputError says so where they are missing.
    """

    def __init__(self, out: Path, report: pipeline.Report | None = None) -> None:
        self.out = out
        self.report = report  # what the build did that made it, None where it was only opened
        self.store = Store.open(output.current(out).graph)

    def __enter__(self) -> Graph:
        """The graph itself, closed at the end of the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def facts(self, *, arrow: bool = False) -> Any:
        """A row for each fact in the order of the texts, restatements among them (`restates`), with labels, values in base units, quote and offsets.

        A cell with several values has 、 between them; `part_of`, `restates`, `change_of` and `addressed_by` are IRIs of facts.
        """
        return frames.frame(FACTS, [self._fact(row) for row in self._view.rows], arrow=arrow)

    def documents(self, *, arrow: bool = False) -> Any:
        """A row for each document, by path: title, place, dates as EDTF and on what they rest, and how many facts it gave."""
        counts: dict[str, int] = {}
        for row in self._view.rows:
            counts[row.document] = counts.get(row.document, 0) + 1
        rows = [
            (
                one.path, one.title, *self._place(one.region), one.publisher, one.issued, one.earliest, one.latest, one.date_basis, one.genre,
                SEVERAL.join(one.identifiers), SEVERAL.join(one.flags), counts.get(one.iri, 0), one.iri,
            )
            for one in sorted(self._view.documents, key=lambda one: one.path)
        ]  # fmt: skip
        return frames.frame(DOCUMENTS, rows, arrow=arrow)

    def graph(self, *, arrow: bool = False) -> Any:
        """A row for each statement of each named graph, sorted: subject, predicate, object with datatype or language, and the graph that says so."""
        rows = [(*_terms(quad), *_literal(quad.object), str(getattr(quad.graph_name, "value", ""))) for quad in self.store.quads()]
        return frames.frame(STATEMENTS, rows, arrow=arrow)

    def query(self, sparql: str, *, arrow: bool = False) -> Any:
        """The answer to a SPARQL query as a table; that of CONSTRUCT has the columns subject, predicate and object. QueryError where it is misspelled."""
        return _table(self.store.query(sparql), arrow)

    def ask(self, name: str, *, arrow: bool = False, **params: object) -> Any:
        """The answer to a question that ships (`kg query --list`), with values for its parameters, elsewhere its defaults, as a table."""
        return _table(asked.answer(self.store, name, {key: str(value) for key, value in params.items()}), arrow)

    def to_networkx(self) -> nx.MultiDiGraph:
        """The things of the graph and what ties them, as a network.

        Nodes are IRIs with type, label, label_en, path and code; edges have the fact's IRI as key ("" for structure such as partOf), predicate, status,
        inferred, and of a fact also document, quote, start, end, period, value and unit.
        """
        found = nx.MultiDiGraph()
        rows = {row.iri: row for row in self._view.rows}
        for node in self._view.nodes:
            found.add_node(node.iri, type=node.type, label=node.label, label_en=node.label_en, path=node.path, code=node.code)
        for edge in self._view.edges:
            said = _said(rows[edge.fact]) if edge.fact else {}
            key = edge.fact or edge.predicate
            found.add_edge(edge.subject, edge.object, key=key, predicate=edge.predicate, status=edge.status, inferred=edge.inferred, **said)
        return found

    @cached_property
    def _view(self) -> View:
        return project(self.store)

    @cached_property
    def _names(self) -> dict[str, tuple[str, str, str]]:
        """Label, path and code of things by their IRIs."""
        return {node.iri: (node.label, node.path, node.code) for node in self._view.nodes}

    def _place(self, iri: str) -> tuple[str, str]:
        label, path, code = self._names.get(iri, ("", "", ""))
        return path or label, code

    def _label(self, iri: str) -> str:
        return self._names.get(iri, ("", "", ""))[0]

    def _fact(self, row: Row) -> list[Any]:
        quote = row.quotes[0]
        place, code = self._place(row.place)
        known: dict[str, Any] = {name: getattr(row, name) for name in (*_OWN, *_LINKS, "rule", "key")}
        known |= {"fact": row.iri, "place": place, "place_code": code, "agent": self._label(row.subject), "agent_iri": row.subject}
        known |= {"object": self._label(row.object), "object_iri": row.object, "measure": self._label(row.measure), "year": row.year or None}
        known |= {name: float(getattr(row, name)) if getattr(row, name) else None for name in ("value", "value_max", "from_value")}
        known |= {name: SEVERAL.join(getattr(row, name)) for name in ("restricted_to", "meets", "fails", "flags")}
        known |= {"document": self._paths[row.document], "quote": quote.exact, "start": quote.start, "end": quote.end}
        return [known[name] for name in FACTS]

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {one.iri: one.path for one in self._view.documents}


def open(out: str | Path = "exports") -> Graph:
    """The graph of the last good build under an output folder; StoreError where there is none."""
    return Graph(Path(out))


def build(sources: str | Path | Sequence[str | Path], out: str | Path = "exports", **options: Any) -> Graph:
    """The graph built of files, folders, archives or globs, opened; `report` tells what was done and which documents could not be read.

    Options are those of `kg.pipeline.build`: manifest_file, ontology, base, files, coverage, unsettled, nquads, jobs, tell. Only new, changed and removed
    documents are worked on again.
    """
    several = [sources] if isinstance(sources, str | Path) else sources
    report = pipeline.build(several, Path(out), **options)
    return Graph(Path(out), report)


def _table(answer: Answer, arrow: bool) -> Any:
    if answer.triples is not None:
        return frames.frame(TRIPLES, [_terms(triple) for triple in answer.triples], arrow=arrow)
    return frames.solutions(answer.names, [list(row) for row in answer.rows], arrow=arrow)


def _terms(statement: Any) -> tuple[str, str, str]:
    return str(statement.subject.value), str(statement.predicate.value), str(statement.object.value)


def _literal(thing: Any) -> tuple[str, str]:
    datatype, language = getattr(thing, "datatype", None), getattr(thing, "language", None)
    return ("", language) if language else (datatype.value if datatype else "", "")


def _said(row: Row) -> dict[str, Any]:
    quote = row.quotes[0]
    return {
        "document": row.document, "quote": quote.exact, "start": quote.start, "end": quote.end, "period": row.period,
        "value": float(row.value) if row.value else None, "unit": row.unit,
    }  # fmt: skip
