"""What a report costs on one processor and on several, beside dividing it into words: `python benchmarks/speed.py [DIR] [--documents N] [--peers]`.

DIR holds reports; without one, reports are generated. In one process: `jieba.lcut` of the texts, then the whole way from bytes to N-Quads on disk, over each
of several parts of the reports by turns, in processor time, so that other work on the machine weighs on both; documents are cold, as in a build. Then
`kg build --no-store` with one process and with several, in time by the clock. With --peers also the fastest trained tagger that can be installed, LAC.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import corpus
import scale

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

PARTS = 8  # of the reports, between which jieba and edukg take turns
PROBED = 60  # reports that the tagger is given: it takes as long for them as jieba for a thousand
MB = 1_000_000

FIRST = """
import time; begun = time.perf_counter()
from pathlib import Path
from kg import documents, iri, rdf, rules
from kg.extract import extract
laws, file = rules.load(), Path({file!r})
found = extract(documents.read(documents.Source("c/first.txt", str(file)), file.read_bytes()), laws)
rdf.document_lines(found, laws, iri.BASE)
print(time.perf_counter() - begun)
"""


def one_processor(files: Sequence[Path]) -> float:
    """Print how the whole way compares with dividing the same texts into words; gives jieba's megabytes a second."""
    import jieba

    from kg import documents
    from kg.engines.task import Setup, Worker

    work = Worker(Setup(indexed=False))
    warm, *files = files
    work(_task(warm))
    jieba.lcut(warm.read_text("utf-8", "replace"))
    ours = divided = 0.0
    size = facts = quads = 0
    with tempfile.TemporaryFile() as out:
        for part in range(PARTS):
            some = files[part::PARTS]
            texts = [documents.read(task.source, task.data).text for task in map(_task, some)]
            begun = time.process_time()
            for text in texts:
                jieba.lcut(text)
            divided += time.process_time() - begun
            begun = time.process_time()
            for file in some:
                done = work(_task(file))
                out.write(done.lines)
                facts += sum(count for kind, count in done.entry.counts.items() if kind[0].isupper())
                quads += done.lines.count(b"\n")
            ours += time.process_time() - begun
            size += sum(file.stat().st_size for file in some)
    print(f"one processor, {len(files)} reports of {size / MB:.2f} MB: {size / MB / ours:.3f} MB/s; jieba.lcut {size / MB / divided:.3f} MB/s")
    print(f"  bytes to N-Quads at {divided / ours:.2f} times the speed of jieba.lcut (wanted 1, better 1.5)")
    print(f"  {quads / size * 1000:.0f} quads a KB (wanted under 150), {facts / size * 1000:.1f} facts a KB, {quads / facts:.1f} quads a fact")
    return size / MB / ours


def _task(file: Path):  # type: ignore[no-untyped-def]
    from kg import documents
    from kg.engines.task import Task

    data = file.read_bytes()
    return Task(documents.Source(f"corpus/{file.name}", str(file)), data, documents.digest(data))


def start_up(file: Path) -> None:
    """Print how long a new process takes to the first document's statements."""
    taken = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", FIRST.format(file=str(file))], capture_output=True, text=True, check=True, cwd=ROOT)
        taken.append(float(done.stdout))
    print(f"start-up to the first document's statements: {min(taken):.2f} s (wanted under 1)")


def processes(folder: Path, most: int) -> None:
    """Print how much faster several processes are by the clock, and whether they write the same."""
    taken: dict[int, float] = {}
    written: dict[int, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for jobs in dict.fromkeys((1, most)):
            out = Path(scratch) / f"{jobs}.nq"
            ran = scale.build([str(folder), "--no-store", "--nquads", str(out), "--jobs", str(jobs)], Path(scratch) / "log")
            taken[jobs], written[jobs] = ran.seconds, out.read_bytes()
            print(f"{jobs} processes: {ran.seconds:.1f} s, at most {ran.peak.one / MB:.0f} MB in one")
    if most > 1:
        same = "the same bytes" if written[1] == written[most] else "OTHER BYTES"
        print(f"  {taken[1] / taken[most]:.2f} times as fast, {taken[1] / taken[most] / most:.2f} of {most} (wanted 0.85); {same}")


def tagger(files: Sequence[Path], ours: float) -> None:
    """Print how the speed compares with that of a tagger, its start included."""
    import quality

    texts = {file.name: file.read_text("utf-8", "replace") for file in files[:PROBED]}
    size = sum(len(text.encode()) for text in texts.values()) / MB
    try:
        quality.python("LAC")  # installed before the clock starts
        begun = time.monotonic()
        quality.ask("LAC", {"first": "甲县"})
        middle = time.monotonic()
        quality.ask("LAC", texts)
        taken = time.monotonic() - middle - (middle - begun)
    except RuntimeError as error:
        print(f"LAC cannot be asked: {error}")
        return
    print(f"LAC: {size / taken:.3f} MB/s; edukg at {ours / (size / taken):.1f} times that (wanted 10)")


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch) / "reports"
        if not options.folder:
            corpus.generate(folder, options.documents, jobs=1)
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        start_up(files[0])
        ours = one_processor(files)
        from kg.engines.local import cores

        processes(folder, options.jobs or cores())
        if options.peers:
            tagger(files, ours)


if __name__ == "__main__":
    main()
