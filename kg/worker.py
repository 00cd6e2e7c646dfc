"""A process that answers queries one after another, and that its owner may kill at any moment: `python -m kg.worker GRAPH MEMORY`.

Its input holds questions, its output answers, both in frames: one byte of kind, four of size, then that many bytes. A question is JSON; an answer is any number
of frames of data and one of JSON at the end, which says what it was or why there is none. The process ends when its input does, even while it works.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from kg.errors import KgError, QueryError
from kg.store import RESULTS, Store, turtle

HEAD = struct.Struct(">cI")
DATA, END = b"d", b"e"
FULL = 3  # exit code of a process that has no memory left
ROWS = 10_000  # of an answer to be shown
LETTERS = 2_000_000  # of all its cells together
LONGEST = 2_000  # letters of one of its cells

_BETWEEN_ROWS = {"json": b"},{", "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}  # what a row adds to an answer; a text that holds it counts too


class TooMuch(OSError):
    """An answer of more bytes or rows than are allowed."""


class Limited:
    """Sends what is written to it on as frames of data, until it is too much."""

    def __init__(self, send: Callable[[bytes, bytes], None], most: int, rows: int, mark: bytes = b"\n") -> None:
        self.send, self.most, self.rows, self.mark = send, most, rows, mark
        self.tail = b""
        self.problem = ""

    def write(self, data: bytes) -> int:
        """Send some bytes."""
        self.most -= len(data)
        self.rows -= (self.tail + data).count(self.mark)
        self.tail = data[1 - len(self.mark) :] if len(self.mark) > 1 else b""
        if self.most < 0 or self.rows < -1:  # the names of the columns may be a row
            self.problem = "the answer has too many " + ("bytes" if self.most < 0 else "rows")
            raise TooMuch(self.problem)
        self.send(DATA, data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: all is sent."""


def answered(store: Store, asked: Mapping[str, Any], send: Callable[[bytes, bytes], None]) -> dict[str, Any]:
    """What is said at the end of an answer, after its data were sent: `type`, or `error` with remedy, line and column, and its `reason`."""
    stream = Limited(send, asked.get("bytes", 0), asked.get("rows", ROWS), _BETWEEN_ROWS.get(asked.get("results", ""), b"\n"))
    try:
        return _DOES[asked["do"]](store, asked, stream)
    except QueryError as error:
        at = {"line": error.line, "column": error.column} if error.column else {}
        return {"error": error.message, "remedy": error.remedy, "reason": "forbidden" if error.message.startswith("SERVICE") else "malformed"} | at
    except OSError as error:
        if not stream.problem:
            raise
        return {"error": stream.problem, "remedy": "ask for less, or for parts with LIMIT and OFFSET", "reason": "limit", "detail": str(error)}


def _query(store: Store, asked: Mapping[str, Any], stream: Limited) -> dict[str, Any]:
    """The answer in the syntax asked for: `results` for rows and yes or no, `triples` for graphs."""
    answer = store.query(asked["query"], default_graphs=asked["default"], named_graphs=asked["named"])
    kind = "triples" if answer.triples is not None else "results"
    if not asked[kind]:
        return {"error": f"the answer is {'a graph' if kind == 'triples' else 'a table, or yes or no'}", "reason": "unacceptable", "kind": kind}
    if kind == "triples":
        stream.mark = b"\n"
    answer.write(stream, asked[kind])
    return {"type": asked[kind], "kind": kind}


def _graph(store: Store, asked: Mapping[str, Any], stream: Limited) -> dict[str, Any]:
    """A graph by its name, the union by "", or with no name all graphs."""
    if not store.dump(stream, asked["syntax"], asked["graph"]):
        return {"error": "there is no such graph", "remedy": "ask for one of those that SELECT DISTINCT ?g { GRAPH ?g {} } names", "reason": "unknown"}
    return {"type": asked["syntax"]}


def _page(store: Store, asked: Mapping[str, Any], stream: Limited) -> dict[str, Any]:
    """The first rows to be shown, as names and cells, or Turtle; `more` where some were left out."""
    answer, rows = store.query(asked["query"]), asked.get("rows", ROWS)
    if answer.triples is not None:
        triples, more = _few(answer.triples, rows)
        return {"turtle": turtle(triples, store.base).decode("utf-8"), "more": more}
    names = list(answer.names)
    found: list[list[Any]] = []
    letters = 0
    for row in answer:
        if len(found) == rows or letters > LETTERS:
            return {"names": names, "rows": found, "more": True}
        found.append([_cell(term) for term in row])
        letters += sum(len(cell["value"]) for cell in found[-1] if cell)
    return {"names": names, "rows": found, "more": False}


def _few(triples: Iterable[Any], rows: int) -> tuple[list[Any], bool]:
    """The first triples that are not too many letters together, and whether there are more."""
    found: list[Any] = []
    letters = 0
    for triple in triples:
        letters += len(str(triple.object))
        if len(found) == rows or letters > LETTERS:
            return found, True
        found.append(triple)
    return found, False


def _cell(term: Any) -> dict[str, str] | None:
    if term is None:
        return None
    kind = type(term).__name__
    value = str(getattr(term, "value", term))
    return {"type": kind, "value": value if len(value) <= LONGEST else value[:LONGEST] + "…"} | (
        {"datatype": term.datatype.value.rsplit("#", 1)[-1]} if kind == "Literal" else {}
    )


_DOES: dict[str, Callable[[Store, Mapping[str, Any], Limited], dict[str, Any]]] = {"query": _query, "graph": _graph, "page": _page}
assert {*_BETWEEN_ROWS} == {*RESULTS}


def frames(stream: BinaryIO) -> Iterable[bytes]:
    """What the frames of a stream hold, until it ends."""
    while len(head := stream.read(HEAD.size)) == HEAD.size:
        yield stream.read(HEAD.unpack(head)[1])


def _listen(inbox: SimpleQueue[bytes]) -> None:
    for frame in frames(sys.stdin.buffer):
        inbox.put(frame)
    os._exit(0)  # whoever asked is gone, also in the middle of an answer


def _pages(field: int) -> int:
    """Bytes that the process has reserved (0) or in memory (1), as Linux counts them."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[field]) * resource.getpagesize()


def _resident() -> int:
    try:
        return _pages(1)
    except OSError:  # macOS tells the peak instead; on Linux that would be the peak of whoever started the process
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _bound(memory: int) -> None:
    """Allow so many bytes beyond those that the open store has reserved."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS has no such limit
        taken = _pages(0)
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))


def main() -> None:
    """Answer until there is no one to ask."""
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 16)  # a small answer is one write
    os.dup2(2, 1)  # nothing else is taken for an answer

    def send(kind: bytes, data: bytes) -> None:
        out.write(HEAD.pack(kind, len(data)))
        out.write(data)

    def end(said: Mapping[str, Any]) -> None:
        send(END, json.dumps({**said, "memory": _resident()}).encode())
        out.flush()

    try:
        store = Store.open(Path(sys.argv[1]))
    except KgError as error:
        end({"error": error.message, "remedy": error.remedy})
        return
    inbox: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(inbox,), daemon=True).start()
    _bound(int(sys.argv[2]))
    end({})
    while True:
        try:
            end(answered(store, json.loads(inbox.get()), send))
        except MemoryError:
            os._exit(FULL)


if __name__ == "__main__":
    main()
