"""Builds generated corpora of several sizes and prints what they cost as Markdown: `python benchmarks/scale.py DIR [SIZE…] [--kg OPTION…]`.

Each size is generated under DIR, built by `kg build` into a store and compressed N-Quads in a process of its own, and scored against what was planted.
What stands behind `--kg` goes to `kg build`: `--kg --no-store`, `--kg --jobs 1`.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus
import planted

ROOT = Path(__file__).parent.parent
SIZES = (1_000, 10_000, 100_000)
PAUSE = 0.1  # seconds between two looks at the memory
PAGE = os.sysconf("SC_PAGE_SIZE")
MB = 1_000_000


@dataclass(slots=True)
class Peak:
    """The memory of a build's processes: the most that one ever had, and the most that all had at one time, in bytes."""

    one: int = 0
    all: int = 0
    processes: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """What a build of one size cost and gave."""

    documents: int
    size: int
    seconds: float
    worked: float
    peak: Peak
    store: int
    written: int
    quads: int
    score: planted.Score


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended."""

    code: int
    seconds: float  # by the clock
    worked: float  # seconds of processors, of all its processes
    peak: Peak
    said: str  # on standard error


def build(arguments: Sequence[str], log: Path, *, before: Sequence[str] = ()) -> Ran:
    """Run `kg build` with its memory watched; what it prints goes to a file; `before` is a command that runs it."""
    call = [*before, sys.executable, "-m", "kg", "build", *arguments]
    begun = time.monotonic()
    errors = log.with_suffix(".errors")
    with log.open("w") as stream, errors.open("w") as told:
        process = subprocess.Popen(call, stdout=stream, stderr=told, start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        peak, over = Peak(), threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, peak, over))
        watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = code = os.waitstatus_to_exitcode(status)
        over.set()
        watcher.join()
    return Ran(code, seconds, used.ru_utime + used.ru_stime, peak, errors.read_text("utf-8", "replace"))


def _watch(session: int, peak: Peak, over: threading.Event) -> None:
    while not over.wait(PAUSE):
        sizes = [size for pid in members(session) if (size := memory(pid))]
        peak.one = max([peak.one, *(high for high, _ in sizes)])
        peak.all = max(peak.all, sum(now for _, now in sizes))
        peak.processes = max(peak.processes, len(sizes))


def members(session: int) -> Iterator[int]:
    """The processes of a session, by their number."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stream:
                    fields = stream.read().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            if int(fields[3]) == session:
                yield int(entry)


def memory(pid: int) -> tuple[int, int] | None:
    """The most that a process ever had in memory and what it has now, in bytes; pages that processes share count for each of them."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as stream:
            lines = dict(line.split(":", 1) for line in stream)
    except OSError:
        return None
    found = [lines.get(name, "0 kB").split()[0] for name in ("VmHWM", "VmRSS")]
    return int(found[0]) * 1024, int(found[1]) * 1024


def disk(paths: Iterable[Path]) -> int:
    """The bytes of files, and of all files below folders."""
    return sum(file.stat().st_size for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())


def measured(folder: Path, size: int, options: Sequence[str], jobs: int) -> Row:
    """Generate, build and score a corpus of a size."""
    texts, out, quads = (folder / f"{name}-{size}{ending}" for name, ending in (("reports", ""), ("out", ""), ("all", ".nq.gz")))
    facts = corpus.generate(texts, size, jobs=jobs)
    shutil.rmtree(out, ignore_errors=True)
    stored = [] if "--no-store" in options else ["-o", str(out), "--files", "never"]
    ran = build([str(texts), "--nquads", str(quads), *stored, *options], folder / f"build-{size}.log")
    if ran.code != 0:
        raise SystemExit(f"kg build ended with {ran.code}: {ran.said[:2000]}")
    with gzip.open(quads) as lines:
        many = sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
    score = planted.score(facts, quads)
    return Row(size, disk([texts]), ran.seconds, ran.worked, ran.peak, disk([out]) if out.exists() else 0, disk([quads]), many, score)


HEAD = (
    "documents | MB | seconds | documents/s | processor ms a document | to the smallest | most MB of one process | of all | store, MB | N-Quads, MB | quads"
    " | quads/KB | facts/KB | adoptions | outcomes | with time and status"
)


def line(row: Row, first: Row) -> str:
    """A row of the table; a score is precision and recall."""
    each, least = row.worked / row.documents, first.worked / first.documents
    kinds = [row.score.counts[kind] for kind in planted.KINDS[:3]]
    cells = [
        f"{row.documents:,}",
        f"{row.size / MB:,.1f}",
        f"{row.seconds:,.1f}",
        f"{row.documents / row.seconds:,.1f}",
        f"{each * 1000:.2f}",
        f"{each / least:.2f}",
        f"{row.peak.one / MB:,.0f}",
        f"{row.peak.all / MB:,.0f} ({row.peak.processes})",
        f"{row.store / MB:,.0f}",
        f"{row.written / MB:,.0f}",
        f"{row.quads:,}",
        f"{row.quads / row.size * 1000:.0f}",
        f"{row.score.facts / row.size * 1000:.1f}",
        *(f"{count.precision:.3f} {count.recall:.3f}" for count in kinds),
    ]
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Print the table, a line as soon as its size is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--jobs", type=int, default=1, help="processes that generate")
    parser.add_argument("--kg", nargs=argparse.REMAINDER, default=[], help="options of kg build")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(f"| {HEAD} |\n|{' --- |' * (HEAD.count('|') + 1)}", flush=True)
    first = None
    for size in options.sizes:
        row = measured(options.folder, size, options.kg, options.jobs)
        first = first or row
        print(line(row, first), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
