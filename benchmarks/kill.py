"""Kills builds at random moments and looks at what is left: `python benchmarks/kill.py DIR [--documents N] [--points N] [--only CASE]`.

A full build into a folder that holds an older one, and an incremental one, all their processes killed (SIGKILL) at moments spread over the time it takes.
After each kill the folder must hold the older build or the new one, graph by graph, and the next build must give the new one and leave nothing behind.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random

import corpus
from scale import ROOT, members

sys.path[:0] = [str(ROOT)]

from kg import output  # noqa: E402
from kg.store import Store  # noqa: E402

CHANGED, REMOVED, ADDED = 10, 5, 5  # documents, of the increment
LASTING = {"current.json", "lock", "texts"}  # in OUT/store, beside builds
TRIES = 5  # to have two builds at work at one time
REFUSED = "another build is at work there"


@dataclass(frozen=True, slots=True)
class State:
    """What an output folder holds: a digest of each graph and of the union, the list of documents, the files that people open."""

    graphs: tuple[tuple[str, str], ...]
    documents: bytes
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A build to be killed: of texts, over a copy of an older build."""

    name: str
    texts: Path
    old: Path
    options: tuple[str, ...]


def state(out: Path) -> State:
    """What a folder holds; looking at it is what any reader of it does first."""
    build = output.current(out)
    store = Store.open(build.graph)
    graphs = tuple((name, _digest([store.lines(name)])) for name in store.graphs())
    union = _digest(sorted(str(quad.triple).encode() for quad in store.union(build.stamp["base"])))
    store.close()
    files = tuple(sorted((file.name, _digest([file.read_bytes()])) for file in out.iterdir() if file.is_file()))
    return State((*graphs, ("", union)), (out / "store" / build.name / "documents.jsonl").read_bytes(), files)


def _digest(lines: Iterable[bytes]) -> str:
    found = blake2b(digest_size=16)
    for line in lines:
        found.update(line + b"\n")
    return found.hexdigest()


def begun(case: Case, out: Path) -> subprocess.Popen[str]:
    """A build at work, in a session of its own."""
    call = [sys.executable, "-m", "kg", "build", str(case.texts), "-o", str(out), *case.options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True, env=environment)


def built(case: Case, out: Path) -> float:
    """Let a build come to its end; gives the seconds."""
    start = time.monotonic()
    _, said = (process := begun(case, out)).communicate()
    if process.returncode != 0:
        raise SystemExit(f"kg build ended with {process.returncode}: {said}")
    return time.monotonic() - start


def killed(case: Case, out: Path, seconds: float) -> bool:
    """Kill a build and all its processes after some time; whether it was still at work."""
    process = begun(case, out)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        for left in [*members(process.pid)]:  # in a group of their own
            os.kill(left, signal.SIGKILL)
        return True
    return False


def left_over(out: Path) -> list[str]:
    """What lies in a folder that neither the good build nor the one before it needs."""
    store = out / "store"
    good = output.current(out)
    others = [folder.name for folder in store.glob("build-*") if folder.name.removeprefix("build-").isdigit() and folder.name != good.name]
    before = sorted(others, key=lambda name: int(name.removeprefix("build-")))[-1:]  # readers may still have it open
    found = [entry.name for entry in store.iterdir() if entry.name not in {*LASTING, good.name, *before}]
    texts = {entry.text for name in (good.name, *before) for entry in output.Build(out, name).entries()}
    found += [file.name for file in (store / "texts").glob("*/*") if file.stem not in texts or file.suffix != ".txt"]
    return found + [file.name for file in out.iterdir() if file.name.endswith(".half")]


def at_a_point(case: Case, out: Path, seconds: float, states: tuple[State, State]) -> str:
    """Kill a build of a copy of the older one and build again; gives what the kill left, or what is wrong."""
    old, new = states
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(case.old, out)
    at_work = killed(case, out, seconds)
    left = state(out)
    if left not in (old, new):
        return f"killed after {seconds:.2f} s: a mixture"
    built(case, out)
    if state(out) != new:
        return f"killed after {seconds:.2f} s: the next build gives something else"
    if orphans := left_over(out):
        return f"killed after {seconds:.2f} s: left behind {', '.join(orphans[:5])}"
    return ("older" if left == old else "new") + ("" if at_work else ", the build had ended")


def points(case: Case, folder: Path, many: int, seed: int) -> Iterator[str]:
    """What comes of kills at moments spread at random, but evenly, over the time that the build takes."""
    out, rng = folder / "out", Random(f"kill {case.name} {seed}")
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(case.old, out)
    old = state(out)
    seconds = built(case, out)
    states = old, state(out)
    if old == states[1]:
        raise SystemExit(f"the {case.name} build changes nothing")
    for place in rng.sample(range(many), many):  # in any order, so that a run that is stopped has seen all parts
        yield at_a_point(case, out, seconds * (place + rng.random()) / many, states)


def refused(case: Case, out: Path) -> str:
    """Begin two builds at once; gives the line that refuses one of them, or what is wrong."""
    for _ in range(TRIES):
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(case.old, out)
        both = [begun(case, out), begun(case, out)]
        ended = sorted((process.wait(), process.communicate()[1]) for process in both)
        if [code for code, _ in ended] != [0, 0]:  # otherwise one had ended before the other came to the folder
            break
    (first, _), (second, said) = ended
    lines = said.splitlines()
    return lines[0] if (first, second, len(lines)) == (0, 2, 1) and REFUSED in lines[0] else f"NOT REFUSED: {ended}"


def cases(folder: Path, documents: int, options: Sequence[str] = ("--files", "never")) -> list[Case]:
    """A full build and an increment, with the older builds they go over; a document is changed, removed or added by a copy of another's content."""
    texts, changed = folder / "reports", folder / "changed" / "reports"
    corpus.generate(texts, documents)
    shutil.rmtree(changed, ignore_errors=True)
    shutil.copytree(texts, changed)
    files = sorted(file for file in changed.rglob("*") if file.is_file())
    few = max(1, documents // 40)
    for number, file in enumerate(files[: min(CHANGED, few)]):
        file.write_bytes(corpus.document(documents + number).data)
    for file in files[-min(REMOVED, few) :]:
        file.unlink()
    for number in range(min(ADDED, few)):
        (changed / f"{number}.txt").write_bytes(corpus.document(documents + CHANGED + number).data)
    full = Case("full", texts, folder / "old-base", tuple(options))
    built(Case("older", texts, full.old, (*options, "--base-iri", "https://example.org/older/")), full.old)
    increment = Case("incremental", changed, folder / "old-texts", tuple(options))
    built(Case("older", texts, increment.old, tuple(options)), increment.old)
    return [full, increment]


def main() -> int:
    """Print what the kills left; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=["full", "incremental"])
    options = parser.parse_args()
    wrong = 0
    for case in cases(options.folder, options.documents):
        if options.only not in (None, case.name):
            continue
        found: Counter[str] = Counter()
        for number, what in enumerate(points(case, options.folder, options.points, options.seed), 1):
            found[what] += 1
            print(f"{case.name} {number}: {what}", file=sys.stderr, flush=True)
        print(f"{case.name} build of {options.documents} documents killed at {options.points} points: {dict(found)}", flush=True)
        print(f"  a second build at once: {(line := refused(case, options.folder / 'out'))}", flush=True)
        wrong += sum(times for what, times in found.items() if what.startswith("killed")) + line.startswith("NOT")
    print("nothing is wrong" if not wrong else f"{wrong} times wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
