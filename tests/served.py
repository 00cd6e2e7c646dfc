"""The explorer as a user has it: `kg serve` in a process of its own, asked over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pyoxigraph as ox
import pytest
from graphs import BASE, Graph

from kg import output
from kg.index import FORM, Index, rows
from kg.store import Store
from kg.view import document_view, records

TRIES = 10_000  # questions while a map is computed


class _Stay(HTTPRedirectHandler):
    """Follows no redirect, so that a test sees it."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        """Follow nothing."""


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        """The media type without its charset."""
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    address: str  # ends in /
    process: subprocess.Popen[str]

    def get(self, path: str, data: bytes | None = None, **headers: str) -> Answer:
        """The answer to a request; the path may hold Chinese, headers are written with _ for -."""
        asked = Request(self.address + quote(path.lstrip("/"), safe="/?&=%+#:;,"), data, {name.replace("_", "-"): value for name, value in headers.items()})  # noqa: S310
        try:
            with build_opener(_Stay()).open(asked, timeout=60) as got:
                return Answer(got.status, got.headers, got.read())
        except HTTPError as error:
            return Answer(error.code, error.headers, error.read())


def mapped(of: Served) -> Served:
    """The server, once it has computed its map."""
    for _ in range(TRIES):
        if of.get("/api/map/names?count=0").status != 503:
            return of
    return pytest.fail("the map was never computed", pytrace=False)


def put(graph: Graph, out: Path) -> Path:
    """Publish a graph made for tests under a folder as a build would."""
    quads = list(graph.store)
    named = {name: [quad for quad in quads if quad.graph_name == ox.NamedNode(name)] for name in (*graph.texts, BASE + "graph/reference")}
    with output.begin(out) as work:
        store = Store.create(work.graph)
        store.add(quads)
        store.close()
        index, known = Index(work.index), records(named[BASE + "graph/reference"])
        for document, text in graph.texts.items():
            index.replace(document, rows(document_view(records(named[document]), known), known), work.keep(text))
        index.finish()
        index.close()
        work.publish({"base": BASE, "index": FORM})
    return out


@contextmanager
def served(out: Path, *options: str) -> Iterator[Served]:
    """A server of the graph built under a folder, as long as the block runs."""
    call = [sys.executable, "-m", "kg", "serve", "-o", str(out), "--port", "0", *options]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:"), process.stderr.read() if process.stderr else ""
            yield Served(address, process)
        finally:
            process.terminate()
