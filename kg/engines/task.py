"""The whole way of one document, the same in every engine: bytes, text, facts, statements."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kg import documents, iri, rdf, rules
from kg.documents import Source
from kg.errors import InputError
from kg.extract import extract
from kg.index import Rows, rows
from kg.model import DocumentFacts
from kg.output import Entry
from kg.quads import said
from kg.reference import reference_lines
from kg.rules import Ontology
from kg.view import Records, document_view, gathered

PACKED = 1  # gzip's level: twice as fast as its usual 6 for a fifth more bytes (N-Quads, 2026-11)


@dataclass(frozen=True, slots=True)
class Setup:
    """What every process of a build must know before its first document."""

    ontology: Path | None = None  # None: the one that ships
    base: str = iri.BASE
    indexed: bool = True  # whether rows of the explorer's index are wanted
    packed: bool = False  # whether N-Quads are wanted compressed


@dataclass(frozen=True, slots=True)
class Task:
    """A document to work on."""

    source: Source
    data: bytes
    sha256: str
    known: Mapping[str, str] = field(default_factory=dict)  # what the manifest says of it
    known_digest: str = ""
    same_as: str = ""  # path of an earlier document of the same content


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a document."""

    entry: Entry
    lines: bytes = b""  # N-Quads, sorted; none where it could not be read
    packed: bytes = b""  # the same as a member of a gzip file, if asked for
    text: str = ""
    rows: Rows | None = None  # of the explorer's index, if asked for


Work = Callable[[Task], Done]


class Worker:
    """Does the work of one document after another."""

    def __init__(self, setup: Setup, *, laws: Ontology | None = None, hear: Callable[[DocumentFacts], None] | None = None) -> None:
        """`laws` are those of the setup where they are loaded already; `hear` is told of the facts of each document that is no copy."""
        self.setup, self.hear = setup, hear
        self.laws = laws or rules.load(setup.ontology)
        self.reference: Records = gathered(said(reference_lines(self.laws, setup.base))) if setup.indexed else {}

    def __call__(self, task: Task) -> Done:
        """The document read, with its statements; only its entry where it cannot be read."""
        try:
            facts = self._facts(task)
        except InputError as error:
            return Done(Entry(task.source.path, problem=str(error)))
        if task.same_as:
            facts = replace(facts, facts=(), finding=replace(facts.finding, mentions=(), cites=()))
        elif self.hear:
            self.hear(facts)
        lines = rdf.document_lines(facts, self.laws, self.setup.base, same_as=task.same_as)
        text = facts.document.text
        return Done(
            Entry(task.source.path, task.sha256, task.known_digest, task.same_as, lost=text.count("\ufffd"), **_summary(facts)),
            lines,
            gzip.compress(lines, PACKED, mtime=0) if self.setup.packed else b"",
            text,
            rows(document_view(gathered(said(lines)), self.reference), self.reference) if self.setup.indexed else None,
        )

    def listen(self, task: Task) -> None:
        """Have the facts of a document heard and nothing else done."""
        if self.hear and not task.same_as:
            self.hear(self._facts(task))

    def _facts(self, task: Task) -> DocumentFacts:
        return extract(documents.read(task.source, task.data, task.known), self.laws)


def _summary(facts: DocumentFacts) -> dict[str, Any]:
    finding = facts.finding
    counts = Counter(fact.kind for fact in facts.facts) + Counter(thing.kind for thing, _ in finding.mentions)
    return {
        "region": finding.home.label if finding.home else "",
        "region_why": finding.home_why,
        "date": finding.issued or "/".join(filter(None, dict.fromkeys((finding.earliest, finding.latest)))),
        "date_why": finding.date_why,
        "counts": dict(sorted(counts.items())),
    }
