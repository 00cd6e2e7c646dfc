"""Documents spread over processes: the same statements from any number of them, whatever becomes of one."""

from __future__ import annotations

import gzip
import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from conftest import Run
from test_build import REPORT, corpus, quads

from kg import documents
from kg.engines import local
from kg.engines.task import Done, Setup, Task, Worker
from kg.errors import RuleError
from kg.pipeline import Line, build, statements

MANY = 2 * local.FEW


def mixed(folder: Path) -> Path:
    """Write reports, one of them twice, one that holds no text and one page."""
    corpus(folder, range(MANY))
    (folder / "copy.txt").write_bytes((folder / "7.txt").read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "page.html").write_text(f"<html><body><p>{REPORT.format(number=3)}</p></body></html>", "utf-8")
    return folder


def test_any_number_of_processes_writes_the_same(tmp_path: Path, run_kg: Run) -> None:
    """One, two or three processes, with the database or without, write the same N-Quads; what cannot be read is named each time."""
    texts = mixed(tmp_path / "corpus")
    for jobs in ("1", "2", "3"):
        result = run_kg("build", texts, "--no-store", "--nquads", tmp_path / f"{jobs}.nq", "--jobs", jobs)
        assert (result.returncode, "empty.txt" in result.stderr) == (1, True), result.stderr
    assert run_kg("build", texts, "-o", tmp_path / "out", "--nquads", tmp_path / "with.nq.gz", "--jobs", "2").returncode == 1
    one = (tmp_path / "1.nq").read_bytes()
    assert one == (tmp_path / "2.nq").read_bytes() == (tmp_path / "3.nq").read_bytes() == gzip.decompress((tmp_path / "with.nq.gz").read_bytes())
    published = {*quads(tmp_path / "out", run_kg).splitlines()}
    assert published <= {*one.decode().splitlines()}
    assert {line for line in one.decode().splitlines() if "/document/" in line} <= published


def test_what_was_kept_is_written_too(tmp_path: Path) -> None:
    """N-Quads of a build that works on one document only are those of a build of all."""
    texts = mixed(tmp_path / "corpus")
    build([texts], tmp_path / "out", files="never")
    (texts / "3.txt").write_text(REPORT.format(number=999), "utf-8")
    report = build([texts], tmp_path / "out", files="never", nquads=tmp_path / "kept.nq")
    assert report.fresh == 1
    statements([texts], tmp_path / "fresh.nq")
    assert (tmp_path / "kept.nq").read_bytes() == (tmp_path / "fresh.nq").read_bytes()


def lines(found: Iterable[Done]) -> list[tuple[str, bytes, str]]:
    """Give what comes of each document."""
    return [(done.entry.path, done.lines, done.entry.problem) for done in found]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the processes in /proc")
def test_a_process_that_dies_costs_nothing(tmp_path: Path) -> None:
    """A process killed at work is replaced, and its documents are done again."""
    setup, texts = Setup(indexed=False), corpus(tmp_path / "corpus", range(3 * MANY))
    items = [*Line().items(documents.find([texts]), {})]
    before = {*_children()}
    killed = False
    found = []
    for done in local.run(items, setup, lambda: Worker(setup), 2):
        found.append(done)
        working = [child for child in _children() if child not in before]
        if working and not killed:
            os.kill(working[0], signal.SIGKILL)
            killed = True
    assert killed
    assert lines(found) == lines(map(Worker(setup), (item for item in items if isinstance(item, Task))))
    assert {*_children()} <= before


def test_a_document_that_ends_its_process_is_named(tmp_path: Path) -> None:
    """One that kills whatever reads it is a problem of its own, and the others of its batch are done."""
    setup = Setup(ontology=_deadly(tmp_path), indexed=False)
    items = [*Line().items(documents.find([corpus(tmp_path / "corpus", range(MANY))]), {})]
    work = Worker(Setup(indexed=False))
    found = [*local.run(items, setup, lambda: work, 2)]
    assert [done.entry.path for done in found] == [item.source.path for item in items if isinstance(item, Task)]
    assert all("ended the process" in done.entry.problem for done in found[local.FEW :])
    assert not any(done.entry.problem for done in found[: local.FEW])


def test_faults_of_rules_are_told(tmp_path: Path) -> None:
    """What is wrong with the ontology is said once, before any process begins."""
    with pytest.raises(RuleError):
        statements([corpus(tmp_path / "corpus", range(1))], tmp_path / "out.nq", ontology=tmp_path)


def _deadly(folder: Path) -> Path:
    """An ontology that cannot be loaded ends each process that would use it."""
    (folder / "none").mkdir()
    return folder / "none"


def _children() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                yield int(entry.name)
