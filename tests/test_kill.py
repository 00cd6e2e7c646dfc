"""A build killed at any moment leaves the last good graph or the new one, and nothing to be mended."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import ROOT
from test_build import REPORT, corpus

sys.path.append(str(ROOT / "benchmarks"))

import kill  # noqa: E402

MANY = range(24)  # reports: more than the first process does alone
LEAN = ("--files", "never")  # that these come whole is tested with the renames in test_build.py
POINTS = 5  # of each of two builds


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, kill.Case]:
    """A build over one of another base, and one over the same with a report changed, one gone and one new."""
    folder = tmp_path_factory.mktemp("killed")
    texts, changed = corpus(folder / "corpus", MANY), corpus(folder / "changed" / "corpus", range(1, MANY.stop + 1))
    (changed / "1.txt").write_text(REPORT.format(number=1_000), "utf-8")
    full, increment = (kill.Case(name, where, folder / f"older-{name}", LEAN) for name, where in (("full", texts), ("incremental", changed)))
    kill.built(kill.Case("older", texts, full.old, (*LEAN, "--base-iri", "https://example.org/older/")), full.old)
    kill.built(kill.Case("older", texts, increment.old, LEAN), increment.old)
    return {case.name: case for case in (full, increment)}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the processes in /proc")
@pytest.mark.parametrize("name", ["full", "incremental"])
def test_killed_at_random_moments(tmp_path: Path, cases: dict[str, kill.Case], name: str) -> None:
    """Killed with all its processes, a build leaves one graph whole; the next gives the new one and leaves no file behind."""
    found = [*kill.points(cases[name], tmp_path, POINTS, seed=0)]
    assert [what for what in found if what.startswith("killed")] == []
    assert "older" in found


def test_what_is_left_behind_is_seen(tmp_path: Path, cases: dict[str, kill.Case]) -> None:
    """Folders, texts and half-written files that no build needs are named; a graph with a foreign statement is a mixture."""
    out = tmp_path / "out"
    shutil.copytree(cases["full"].old, out)
    assert kill.left_over(out) == []
    lost: Sequence[Path] = (out / "store" / "build-7.half", out / "store" / "texts" / "00" / "0000.txt", out / ".all.nq.half")
    for file in lost:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"")
    assert sorted(kill.left_over(out)) == sorted(file.name for file in lost)
    before = kill.state(out)
    (out / "graph.ttl").write_bytes(b"half")
    assert kill.state(out) != before
