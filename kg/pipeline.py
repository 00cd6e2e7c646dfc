"""The pipeline, top to bottom: read, extract, turn into quads, store, write the files. The file to open first."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg import __version__, documents, formats, iri, manifest, output, rdf, rules
from kg.documents import Source
from kg.errors import InputError
from kg.extract import extract
from kg.gaps import Gaps
from kg.index import Index
from kg.model import DocumentFacts
from kg.output import Build, Entry, Work
from kg.rules import Ontology
from kg.store import Store

MOST_SHOWN = 500  # documents; beyond them the three files grow too large to open, so they must be asked for
SHOWN = ("ttl", "trig", "html")
POLICIES = ("auto", "always", "never")

Tell = Callable[[int, int, Entry], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did."""

    build: Build
    entries: tuple[Entry, ...]
    fresh: int  # documents worked on; the others are as they were
    removed: int  # documents that were in the last build and are gone
    quads: int

    @property
    def problems(self) -> tuple[Entry, ...]:
        """The documents that could not be read."""
        return tuple(entry for entry in self.entries if entry.problem)


def build(
    sources: Sequence[str | Path],
    out: Path,
    *,
    manifest_file: Path | None = None,
    ontology: Path | None = None,
    base: str = iri.BASE,
    files: str = "auto",
    coverage: Path | None = None,
    unsettled: Path | None = None,
    tell: Tell = lambda done, of, entry: None,
) -> Report:
    """Turn the documents under `sources` into a graph under `out`; `tell` hears of each document as it is done.

    `coverage` is where to list the sentences that gave nothing, `unsettled` where to list the documents whose region or date is open.
    """
    laws = rules.load(ontology)
    found = documents.find(sources, leave_out=[out, *filter(None, (manifest_file, coverage, unsettled))])
    gaps = Gaps(laws) if coverage or unsettled else None
    known = manifest.read(manifest_file, (source.path for source in found)) if manifest_file else {}
    stamp = {"version": __version__, "ontology": laws.digest, "base": base}
    with output.begin(out) as work:
        shop = _Shop(work, laws, stamp, gaps)
        entries = []
        for done, source in enumerate(found, 1):
            entries.append(shop.entry(source, known.get(source.path, {})))
            tell(done, len(found), entries[-1])
        _refuse_nothing(entries)
        removed = shop.finish(entries)
        if files == "always" or (files == "auto" and len(found) <= MOST_SHOWN):
            shop.write_files(entries)
        quads = shop.close()
        if gaps and coverage:
            output.replace(coverage, gaps.coverage(coverage))
        if gaps and unsettled:
            output.replace(unsettled, gaps.unsettled())
        return Report(work.publish(stamp), tuple(entries), shop.fresh, removed, quads)


class _Shop:
    """One build at work: the store it fills, and what the last build knows already."""

    def __init__(self, work: Work, laws: Ontology, stamp: Mapping[str, str], gaps: Gaps | None) -> None:
        self.work, self.laws, self.base, self.gaps, self.fresh = work, laws, stamp["base"], gaps, 0
        again = work.last.name and work.last.stamp == stamp
        self.old = {entry.path: entry for entry in work.last.entries()} if again else {}
        self.store = Store.copy(work.last.graph, work.graph) if again else Store.create(work.graph)
        reference = [*rdf.reference_quads(laws, self.base)]
        if not again:
            self.store.add(reference)
        self.index = Index(work.index, reference, last=work.last.index if again else None)
        self.first: dict[str, str] = {}  # digest of a content -> path of the first document that has it

    def entry(self, source: Source, known: Mapping[str, str]) -> Entry:
        """Work on one document unless the last build did."""
        try:
            data = documents.load(source)
            wanted = Entry(source.path, documents.digest(data), _digest(known))
            wanted = replace(wanted, same_as=self.first.get(wanted.sha256, ""))
            old = self.old.get(source.path)
            same = old if old and _same(old, wanted) else None
            if same and self.gaps and not same.same_as:
                self.gaps.hear(extract(documents.read(source, data, known), self.laws))
            entry = same or self._worked(source, data, known, wanted)
        except InputError as error:
            return Entry(source.path, problem=str(error))
        self.first.setdefault(entry.sha256, entry.path)
        self.work.add(entry)
        return entry

    def _worked(self, source: Source, data: bytes, known: Mapping[str, str], wanted: Entry) -> Entry:
        document = documents.read(source, data, known)
        facts = extract(document, self.laws)
        if self.gaps and not wanted.same_as:
            self.gaps.hear(facts)
        if wanted.same_as:
            facts = replace(facts, facts=(), finding=replace(facts.finding, mentions=(), cites=()))
        name, quads = iri.document(source.path, self.base), [*rdf.document_quads(facts, self.laws, self.base, same_as=wanted.same_as)]
        text = self.work.keep(document.text)
        self.store.replace(name, quads)
        self.index.replace(name, quads, text)
        self.fresh += 1
        return replace(wanted, text=text, lost=document.text.count("\ufffd"), **_summary(facts))

    def finish(self, entries: Sequence[Entry]) -> int:
        """Drop what is gone and write the build report; gives how many documents are gone."""
        gone = sorted(self.old.keys() - {entry.path for entry in entries if not entry.problem})
        for path in gone:
            self.store.drop(iri.document(path, self.base))
            self.index.drop(iri.document(path, self.base))
        self.index.finish()
        self.store.replace(iri.build_graph(self.base), rdf.build_quads(entries, self.laws, self.base))
        return len(gone)

    def write_files(self, entries: Sequence[Entry]) -> None:
        """Write the files that people open."""
        texts = {iri.document(entry.path, self.base): self.work.text(entry) for entry in entries}
        for name in SHOWN:
            (self.work.files / f"graph.{name}").write_bytes(formats.write(name, self.store, texts))

    def close(self) -> int:
        """Finish the database; gives how many statements it holds."""
        quads = len(self.store)
        self.store.inner.flush()  # the next build copies files, not what is still in the log: removals would come back
        self.store.close()
        self.index.close()
        return quads


def _same(old: Entry, wanted: Entry) -> bool:
    return (old.sha256, old.known, old.same_as) == (wanted.sha256, wanted.known, wanted.same_as)


def _digest(known: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest() if known else ""


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


def _refuse_nothing(entries: Sequence[Entry]) -> None:
    """A build in which no document can be read would put an empty graph in the place of a good one."""
    if all(entry.problem for entry in entries):
        raise InputError("\n".join(entry.problem for entry in entries[:10]))
