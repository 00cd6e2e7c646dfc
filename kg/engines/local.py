"""Documents spread over processes of this machine.

Each process is fed and heard by a thread of this one through its standard input and output, so it needs no copy of this process, and ends when this one does,
however that ends. What comes back is in the order of what was given.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from kg.engines.task import Done, Setup, Task, Work
from kg.errors import KgError
from kg.output import Entry

FEW = 16  # documents that are done before a process would have started
MANY = 64  # documents that are worth processes from the first on
BATCH = 1 << 15  # bytes of documents given to a process at a time
MOST = 256  # items of a batch
AHEAD = 3  # batches given out for each process before the first must be back


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(items: Iterable[Task | Done], setup: Setup, begin: Callable[[], Work], jobs: int, *, many: bool = False) -> Iterator[Done]:
    """What comes of each item, in order.

    `begin` makes what works in this process: on all where there is one job, else on the first few, which are not worth a process, unless there are `many`.
    """
    items = iter(items)
    few = -1 if jobs < 2 else 0 if many else FEW
    work: Work | None = None
    for item in items:
        if isinstance(item, Done):
            yield item
        elif few:
            few -= 1
            work = work or begin()
            yield work(item)
        else:
            yield from _spread(chain([item], items), setup, jobs)


def _spread(items: Iterable[Task | Done], setup: Setup, jobs: int) -> Iterator[Done]:
    with _processes(setup, jobs) as pool:
        waiting: deque[Future[list[Done]]] = deque()
        for batch in _batches(items):
            waiting.append(pool.submit(_done, batch))
            while len(waiting) > AHEAD * jobs or waiting and waiting[0].done():
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _batches(items: Iterable[Task | Done]) -> Iterator[list[Task | Done]]:
    batch: list[Task | Done] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.data) if isinstance(item, Task) else BATCH // MOST
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class _Process:
    """A process that works on batches, begun anew when it dies."""

    def __init__(self, setup: Setup) -> None:
        self.setup, self.ended = setup, False
        self._begin()

    def _begin(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
        self.inner = subprocess.Popen(
            [sys.executable, "-m", "kg.engines.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
        )
        self._send(self.setup)

    def done(self, batch: Sequence[Task]) -> list[Done]:
        """What comes of a batch; a document that ends the process is a problem of its own."""
        try:
            return self._asked(batch)
        except (EOFError, OSError, pickle.UnpicklingError):
            if self.ended:
                raise
            self.close()
            self._begin()
            if len(batch) > 1:
                return [done for task in batch for done in self.done([task])]
            problem = KgError("reading it ended the process", path=batch[0].source.path, remedy="split it, or leave it out")
            return [Done(Entry(batch[0].source.path, problem=str(problem)))]

    def _asked(self, batch: Sequence[Task]) -> list[Done]:
        self._send(batch)
        assert self.inner.stdout
        found: Any = pickle.load(self.inner.stdout)  # noqa: S301 - of a process of ours
        if isinstance(found, BaseException):
            raise found
        return list(found)

    def _send(self, what: object) -> None:
        assert self.inner.stdin
        pickle.dump(what, self.inner.stdin, pickle.HIGHEST_PROTOCOL)
        self.inner.stdin.flush()

    def kill(self) -> None:
        """End the process at once."""
        self.ended = True
        self.inner.kill()

    def close(self) -> None:
        """Let the process end."""
        with suppress(OSError):
            self.inner.communicate()
        self.inner.wait()


_here = threading.local()  # the process of a thread


def _done(batch: Sequence[Task | Done]) -> list[Done]:
    process: _Process = _here.process
    tasks = [item for item in batch if isinstance(item, Task)]
    found = iter(process.done(tasks) if tasks else ())
    return [item if isinstance(item, Done) else next(found) for item in batch]


@contextmanager
def _processes(setup: Setup, jobs: int) -> Iterator[ThreadPoolExecutor]:
    """As many threads as jobs, each with a process of its own."""
    begun: list[_Process] = []

    def begin() -> None:
        _here.process = _Process(setup)
        begun.append(_here.process)

    pool = ThreadPoolExecutor(jobs, initializer=begin)
    try:
        yield pool
    except BaseException:
        for process in begun:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        for process in begun:
            process.close()
