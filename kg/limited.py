"""Queries under limits: processes that wait for them, are killed when one takes too long or too much, and are replaced.

A query begins in one of the quick places. One that is not done soon gives its place up and goes on as a slow one, with less of the processor, as long as there
are few of those; so slow ones never keep the quick waiting for long. One that was slow before is not even begun when there are too many. Who finds
no place, or no room among the slow, hears `Busy`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from kg.errors import QueryError, StoreError
from kg.worker import DATA, END, FULL, HEAD

IN_MEMORY = 1 << 20  # bytes of an answer; the rest of it waits in a file
GROWN = 256 << 20  # bytes of memory at which a process is replaced; one over a million statements has 40 to 100 MB after small queries and counts (2026-11)
KNOWN = 1_000  # slow queries
LESS = 10  # by how much a slow query is nicer to others


@dataclass(frozen=True)
class Limits:
    """What one query may take, and how many there may be."""

    seconds: float = 10
    memory: int = 2 << 30  # bytes that a query may take
    bytes: int = 128 << 20  # of an answer
    rows: int = 1_000_000
    quick: int = 4  # queries at once
    slow: int = 2  # queries at once that take longer than `soon`
    soon: float = 0.5  # seconds
    waiting: int = 256  # queries
    patience: float = 5  # seconds that a query waits for its place
    undelivered: int = 1 << 30  # bytes of answers that wait for slow readers


class Stopped(QueryError):
    """A query that took too long or too much memory."""


class Busy(QueryError):
    """A query that found no place."""

    def __init__(self, what: str) -> None:
        super().__init__(what, remedy="ask again in a few seconds")


@dataclass(slots=True)
class Found:
    """An answer: what the process said at its end, and the data before that, to be closed."""

    said: dict[str, Any]
    body: SpooledTemporaryFile[bytes] = field(default_factory=lambda: SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed by whoever has the answer
    size: int = 0


class Worker:
    """One process over one graph."""

    def __init__(self, process: asyncio.subprocess.Process, graph: Path) -> None:
        self.process, self.graph = process, graph

    @classmethod
    async def start(cls, graph: Path, memory: int) -> Worker:
        """A process that has opened the graph."""
        call = (sys.executable, "-m", "kg.worker", str(graph), str(memory))
        pipe = asyncio.subprocess.PIPE
        worker = cls(await asyncio.create_subprocess_exec(*call, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL), graph)
        try:
            said = (await worker._answer()).said
        except BaseException:
            worker.kill()
            raise
        if "error" in said:
            raise StoreError(said["error"], path=graph, remedy=said["remedy"])
        return worker

    async def ask(self, asked: Mapping[str, Any]) -> Found:
        """The answer to a question."""
        data = json.dumps(asked).encode()
        assert self.process.stdin is not None
        with suppress(ConnectionError):  # a process that died is told of by its answer
            self.process.stdin.write(HEAD.pack(END, len(data)) + data)
            await self.process.stdin.drain()
        return await self._answer()

    async def _answer(self) -> Found:
        assert self.process.stdout is not None
        found = Found({})
        try:
            while True:
                kind, size = HEAD.unpack(await self.process.stdout.readexactly(HEAD.size))
                data = await self.process.stdout.readexactly(size)
                if kind != DATA:
                    found.said = json.loads(data)
                    return found
                found.body.write(data)
                found.size += size
        except asyncio.IncompleteReadError as error:
            found.body.close()
            raise await self._died() from error
        except BaseException:
            found.body.close()
            raise

    async def _died(self) -> Stopped:
        code = await self.process.wait()
        if code in (-signal.SIGSEGV, -signal.SIGBUS):
            return Stopped("the query was stopped: it is nested too deeply", remedy="ask for less at once")
        if code in (-signal.SIGABRT, -signal.SIGKILL, FULL):
            return Stopped("the query was stopped: it took too much memory", remedy="ask for less, or set a LIMIT")
        return Stopped(f"the query was stopped: its process ended with code {code}", remedy="ask again; if it ends so again, build the graph anew")

    def slow_down(self) -> None:
        """Let others have the processor first."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, LESS)

    def kill(self) -> None:
        """End the process at once."""
        with suppress(ProcessLookupError):
            self.process.kill()

    async def ended(self) -> None:
        """End the process and wait until it is gone."""
        self.kill()
        await self.process.communicate()


class Pool:
    """Processes over the graph of the last good build, always as many at hand as there are free quick places."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.graph: Path | None = None
        self._ready: deque[asyncio.Future[Worker]] = deque()
        self._places = asyncio.Semaphore(self.limits.quick)
        self._known: dict[int, None] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._taken = self._waiting = self._slow = self._undelivered = 0

    def begin(self, graph: Path) -> None:
        """Have processes over a graph at hand, and none over another; what is being answered goes on."""
        self.graph = graph
        self._end_all()
        self._refill()

    def follow(self, graph: Path) -> None:
        """The same with a newer graph, where the pool has begun and is not closed."""
        if self.graph is not None:
            self.begin(graph)

    async def close(self) -> None:
        """End all processes that wait; those at work end with their questions."""
        self.graph = None
        self._end_all()
        await asyncio.gather(*self._ending)

    async def ask(self, graph: Path, asked: Mapping[str, Any]) -> Found:
        """The answer to a question over a graph; whoever stops waiting for it stops the query. `Stopped` and `Busy` say why there is none."""
        if self.graph is None:
            self.begin(graph)
        if self._undelivered > self.limits.undelivered:
            raise Busy("too many answers wait for their readers")
        if self._slow >= self.limits.slow and _key(graph, asked) in self._known:
            raise Busy("too many slow queries are being answered")
        await self._enter()
        with ExitStack() as place:
            place.callback(self._leave)
            found = await self._answered(place, await self._take(graph), asked)
        self._undelivered += found.size
        return found

    def delivered(self, found: Found) -> None:
        """Let go of an answer."""
        found.body.close()
        self._undelivered -= found.size

    async def _enter(self) -> None:
        """Wait for a quick place."""
        if self._waiting >= self.limits.waiting:
            raise Busy("too many queries wait")
        self._waiting += 1
        try:
            async with asyncio.timeout(self.limits.patience):
                await self._places.acquire()
        except TimeoutError as error:
            raise Busy("too many queries are being answered") from error
        finally:
            self._waiting -= 1
        self._taken += 1

    def _leave(self) -> None:
        self._taken -= 1
        self._refill()
        self._places.release()

    async def _take(self, graph: Path) -> Worker:
        """A process over a graph: of those that wait the one that answered last, which still has in memory what it read."""
        waiting = self._ready.pop()
        try:
            worker = await asyncio.shield(waiting)
            if worker.graph == graph and worker.process.returncode is None:
                return worker
        except asyncio.CancelledError:
            self._ready.append(waiting)
            raise
        except (StoreError, Stopped):  # it was started over a build that is gone since
            pass
        self._end(waiting)
        return await Worker.start(graph, self.limits.memory)

    async def _answered(self, place: ExitStack, worker: Worker, asked: Mapping[str, Any]) -> Found:
        """The answer of a process, which is killed unless it can go on to the next question."""
        answering = asyncio.ensure_future(worker.ask({"bytes": self.limits.bytes, "rows": self.limits.rows, **asked}))
        again = False
        try:
            soon = min(self.limits.soon, self.limits.seconds)
            await asyncio.wait({answering}, timeout=soon)
            if answering.done():
                again = worker.graph == self.graph and answering.exception() is None and answering.result().said["memory"] < GROWN
                return answering.result()
            self._remember(_key(worker.graph, asked))
            with self._among_slow(worker):
                place.close()
                await asyncio.wait({answering}, timeout=self.limits.seconds - soon)
            if not answering.done():
                raise Stopped(f"the query was stopped after {self.limits.seconds:g} seconds", remedy="ask for less, or set a LIMIT")
            return answering.result()
        finally:
            answering.cancel()
            if again:
                self._ready.append(_known(worker))
            else:
                worker.kill()

    def _remember(self, key: int) -> None:
        """Know a slow query when it comes again."""
        self._known[key] = None
        if len(self._known) > KNOWN:
            self._known.pop(next(iter(self._known)))

    @contextmanager
    def _among_slow(self, worker: Worker) -> Iterator[None]:
        if self._slow >= self.limits.slow:
            raise Busy("too many slow queries are being answered")
        self._slow += 1
        worker.slow_down()
        try:
            yield
        finally:
            self._slow -= 1

    def _refill(self) -> None:
        while self.graph is not None and len(self._ready) + self._taken < self.limits.quick:
            starting = asyncio.ensure_future(Worker.start(self.graph, self.limits.memory))
            starting.add_done_callback(lambda task: task.cancelled() or task.exception())  # whoever takes it hears of it
            self._ready.appendleft(starting)

    def _end_all(self) -> None:
        while self._ready:
            self._end(self._ready.popleft())

    def _end(self, waiting: asyncio.Future[Worker]) -> None:
        ending = asyncio.ensure_future(_killed(waiting))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


def _key(graph: Path, asked: Mapping[str, Any]) -> int:
    return hash((graph, asked.get("query"), asked.get("graph")))


async def _killed(waiting: asyncio.Future[Worker]) -> None:
    with suppress(StoreError, Stopped):
        await (await waiting).ended()


def _known(worker: Worker) -> asyncio.Future[Worker]:
    ready = asyncio.get_running_loop().create_future()
    ready.set_result(worker)
    return ready
