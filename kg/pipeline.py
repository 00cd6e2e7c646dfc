"""The pipeline, top to bottom: find, spread over processes, store, write the files. The file to open first; one document's way is in engines/task.py."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from kg import __version__, documents, formats, iri, manifest, output, rdf, readers, reference, rules
from kg.documents import Source
from kg.engines import local
from kg.engines.task import PACKED, Done, Setup, Task, Worker
from kg.errors import InputError
from kg.gaps import Gaps
from kg.index import FORM, Index
from kg.output import Build, Entry, Work
from kg.rules import Ontology
from kg.store import Store

MOST_SHOWN = 500  # documents; beyond them the three files grow too large to open, so they must be asked for
SHOWN = ("ttl", "trig", "html")
MOST_TOLD = 10  # documents that are named where none can be read
STAMPED = {"version": "another version of edukg", "index": "another form of the index", "ontology": "another ontology", "base": "another base of IRIs"}

Tell = Callable[[int, int, Entry], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did."""

    build: Build
    done: int  # documents in the graph
    unreadable: int  # documents that could not be read
    fresh: int  # documents worked on; the others are as they were
    removed: int  # documents that were in the last build and are gone
    quads: int
    changed: str  # why all documents were worked on again: what is other than at the last build, "" where nothing is

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All documents, by path."""
        return tuple(self.build.found())

    @property
    def problems(self) -> tuple[Entry, ...]:
        """The documents that could not be read."""
        return tuple(entry for entry in self.build.found() if entry.problem)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written without a database."""

    problems: tuple[Entry, ...]  # the documents that could not be read
    done: int  # documents in the file


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
    nquads: Path | None = None,
    jobs: int = 0,
    tell: Tell = lambda done, of, entry: None,
) -> Report:
    """Turn the documents under `sources` into a graph under `out`; `tell` hears of each document as it is done.

    `coverage` is where to list the sentences that gave nothing, `unsettled` where to list the documents whose region or date is open, `nquads` where to write
    all statements, compressed if its name ends in .gz. `jobs` is how many processes work, 0 for one a processor; the result is the same.
    """
    laws = rules.load(ontology)
    found = documents.find(sources, leave_out=[out, *filter(None, (manifest_file, coverage, unsettled, nquads))])
    known = manifest.read(manifest_file, (source.path for source in found)) if manifest_file else {}
    gaps = Gaps(laws) if coverage or unsettled else None
    with output.begin(out) as work, ExitStack() as stack:
        written = stack.enter_context(_written(nquads)) if nquads else None
        shop = _Shop(work, laws, {"version": __version__, "index": FORM, "ontology": laws.digest, "base": base}, written, gaps)
        for number, entry in enumerate(shop.entries(found, known, jobs), 1):
            tell(number, len(found), entry)
        _refuse_nothing(shop.problems, shop.done)
        shop.finish()
        if files == "always" or (files == "auto" and len(found) <= MOST_SHOWN):
            shop.write_files()
        quads = shop.close()
        if gaps and coverage:
            output.replace(coverage, gaps.coverage(coverage))
        if gaps and unsettled:
            output.replace(unsettled, gaps.unsettled())
        stack.close()
        return Report(work.publish(shop.stamp, quads), shop.done, shop.unreadable, shop.fresh, shop.removed, quads, shop.changed)


class Statements:
    """All statements as N-Quads, written as they come: the reference data, each document, the build report."""

    def __init__(self, write: Callable[[bytes], object], *, packed: bool) -> None:
        self.write, self.packed = write, packed

    def add(self, lines: bytes, packed: bytes = b"") -> None:
        """Write some of them; `packed` is the same compressed where that was done already."""
        self.write(packed or (gzip.compress(lines, PACKED, mtime=0) if self.packed else lines))


class Line:
    """Sources in the order of their paths, each as a task, or as done where the last build knows it or it cannot be loaded."""

    def __init__(self, last: Iterable[Entry] = (), listen: Callable[[Task], None] | None = None) -> None:
        """`listen` is given the documents that the last build knows, too."""
        self.last, self.listen = iter(last), listen
        self.old = next(self.last, None)
        self.gone: list[str] = []  # paths of documents that the last build has and that are not among the sources
        self.first: dict[bytes, str] = {}  # half the digest of a content and how it is read -> path of the first document that has it

    def items(self, found: Iterable[Source], known: Mapping[str, Mapping[str, str]]) -> Iterator[Task | Done]:
        """What is to be done and what is done, one for each source."""
        for source in found:
            old = self._old(source.path)
            try:
                data = documents.load(source)
            except InputError as error:
                yield Done(Entry(source.path, problem=str(error)))
                continue
            said = known.get(source.path, {})
            digest = documents.digest(data)
            same = self.first.setdefault(bytes.fromhex(digest)[:16] + readers.kind(data, source.name).encode(), source.path)
            task = Task(source, data, digest, said, _digest(said), "" if same == source.path else same)
            unchanged = old is not None and (old.sha256, old.known, old.same_as) == (task.sha256, task.known_digest, task.same_as)
            if unchanged and self.listen:
                self.listen(task)
            yield Done(old) if old and unchanged else task
        while self.old:
            self._pass()

    def _old(self, path: str) -> Entry | None:
        while self.old and self.old.path < path:
            self._pass()
        if self.old is None or self.old.path != path:
            return None
        old, self.old = self.old, next(self.last, None)
        return old

    def _pass(self) -> None:
        if self.old:
            self.gone.append(self.old.path)
        self.old = next(self.last, None)


class _Shop:
    """One build at work: the store it fills, and what the last build knows already."""

    def __init__(self, work: Work, laws: Ontology, stamp: Mapping[str, str], written: Statements | None, gaps: Gaps | None) -> None:
        self.work, self.laws, self.base, self.stamp, self.written, self.gaps = work, laws, stamp["base"], stamp, written, gaps
        self.done = self.unreadable = self.fresh = self.removed = 0
        self.problems: list[Entry] = []  # some of those that could not be read
        last = work.last
        changed = [name for key, name in STAMPED.items() if last.name and last.stamp.get(key) != stamp[key]]
        self.changed, self.again = " and ".join(changed), bool(last.name) and not changed
        self.store = Store.copy(last.graph, work.graph, last.quads) if self.again else Store.create(work.graph)
        if written or not self.again:
            lines = reference.reference_lines(laws, self.base)
            if not self.again:
                self.store.add_lines(iri.reference_graph(self.base), lines)
            if written:
                written.add(lines)
        self.index = Index(work.index, last=last.index if self.again else None)

    def entries(self, found: Sequence[Source], known: Mapping[str, Mapping[str, str]], jobs: int) -> Iterator[Entry]:
        """Work on the documents that the last build does not know, and take the others over; gives each when it is done."""
        setup = Setup(self.laws.folder, self.base, packed=self.written is not None and self.written.packed)
        begin = cache(lambda: Worker(setup, laws=self.laws, hear=self.gaps.hear if self.gaps else None))
        line = Line(self.work.last.entries() if self.again else (), (lambda task: begin().listen(task)) if self.gaps else None)
        many = not self.again and len(found) >= local.MANY
        for done in local.run(line.items(found, known), setup, begin, 1 if self.gaps else jobs or local.cores(), many=many):
            self.take(done)
            yield done.entry
        for path in line.gone:
            self.drop(path)

    def take(self, done: Done) -> None:
        """Put what came of a document where it belongs."""
        entry, name = done.entry, iri.document(done.entry.path, self.base)
        if entry.problem:
            self.unreadable += 1
            if not self.done and len(self.problems) < MOST_TOLD:
                self.problems.append(entry)
            self.drop(entry.path)
        elif done.rows:
            text = self.work.keep(done.text)
            entry = replace(entry, text=text)
            self.store.replace_lines(name, done.lines)
            self.index.replace(name, done.rows, text)
            self.fresh += 1
        self.done += not entry.problem
        if self.written and not entry.problem:
            self.written.add(done.lines if done.rows else self.store.lines(name), done.packed)
        self.work.add(entry)

    def drop(self, path: str) -> None:
        """Take a document out of the graph that the last build has."""
        name = iri.document(path, self.base)
        if self.again and self.store.drop(name):
            self.index.drop(name)
            self.removed += 1

    def finish(self) -> None:
        """Finish the index and write the build report."""
        self.index.finish()
        name, parts = iri.build_graph(self.base), rdf.BuildReport(self.laws, self.base).of(self.work.build.found())
        if self.again:
            parts = iter(told := [*parts])
            self.store.replace_lines(name, b"".join(told))
        for lines in parts:
            if not self.again:
                self.store.add_lines(name, lines)
            if self.written:
                self.written.add(lines)

    def write_files(self) -> None:
        """Write the files that people open."""
        texts = {iri.document(entry.path, self.base): self.work.build.text(entry) for entry in self.work.build.entries()}
        for name in SHOWN:
            (self.work.files / f"graph.{name}").write_bytes(formats.write(name, self.store, texts))

    def close(self) -> int:
        """Finish the database; gives how many statements it holds."""
        self.store.compact()
        quads = len(self.store)
        self.store.close()
        self.index.close()
        return quads


def statements(
    sources: Sequence[str | Path],
    nquads: Path,
    *,
    manifest_file: Path | None = None,
    ontology: Path | None = None,
    base: str = iri.BASE,
    jobs: int = 0,
    tell: Tell = lambda done, of, entry: None,
) -> Written:
    """Write all that the documents under `sources` say as N-Quads, the same bytes as build() writes there, and make no database."""
    laws = rules.load(ontology)
    found = documents.find(sources, leave_out=[*filter(None, (manifest_file, nquads))])
    known = manifest.read(manifest_file, (source.path for source in found)) if manifest_file else {}
    problems: list[Entry] = []
    with _written(nquads) as written:
        setup = Setup(laws.folder, base, indexed=False, packed=written.packed)
        written.add(reference.reference_lines(laws, base))
        items, many = Line().items(found, known), len(found) >= local.MANY

        def entries() -> Iterator[Entry]:
            for number, done in enumerate(local.run(items, setup, lambda: Worker(setup, laws=laws), jobs or local.cores(), many=many), 1):
                if done.entry.problem:
                    problems.append(done.entry)
                else:
                    written.add(done.lines, done.packed)
                tell(number, len(found), done.entry)
                yield done.entry

        report = [*rdf.BuildReport(laws, base).of(entries())]  # all documents first: it stands behind them
        _refuse_nothing(problems, len(found) - len(problems))
        for lines in report:
            written.add(lines)
    return Written(tuple(problems), len(found) - len(problems))


@contextmanager
def _written(file: Path) -> Iterator[Statements]:
    """A file of N-Quads that is there whole at the end or not at all."""
    with output.replaced(file) as stream:
        yield Statements(stream.write, packed=file.suffix.lower() == ".gz")


def _digest(known: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest() if known else ""


def _refuse_nothing(problems: Sequence[Entry], done: int) -> None:
    """A build in which no document can be read would put an empty graph in the place of a good one."""
    if not done:
        raise InputError("\n".join(entry.problem for entry in problems[:MOST_TOLD]))
