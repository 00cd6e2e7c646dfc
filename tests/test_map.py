"""The whole map: computed ahead of questions; its bytes, its names, and what becomes of it with a newer build."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import signal
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import graphs
import numpy as np
import pytest
from served import Served, mapped, put, served

from kg.formats.html import render
from kg.serve import ahead
from kg.serve.app import Guard, application
from kg.view import DOCUMENT_LINKS, project

COUNTY = "region/150301"
BLOCKED = """
import sys, threading
from pathlib import Path
from kg.cli import main
from kg.serve import ahead
ahead.KEPT["map"] = lambda e: (print("computing", flush=True), threading.Event().wait())
sys.exit(main(["serve", "-o", sys.argv[1], "--port", "0"]))
"""


@dataclass(frozen=True)
class Decoded:
    """The bytes of a map as what they stand for."""

    ids: list[int]
    points: list[tuple[float, float]]
    facts: list[int]
    links: list[tuple[int, int]]
    kinds: list[int]


def decoded(data: bytes) -> Decoded:
    """Read the bytes of a map as its description has them."""
    magic, version, things, links = struct.unpack_from("<4sIII", data)
    assert (magic, version, len(data)) == (b"KGMP", 1, 16 + things * 17 + links * 8)
    numbers = np.frombuffer(data, "<u4", offset=16, count=(len(data) - 16) // 4)
    points = np.frombuffer(data, "<f4", offset=16 + 4 * things, count=2 * things).reshape(-1, 2)
    ends = numbers[things * 4 : things * 4 + links * 2].reshape(-1, 2)
    return Decoded(
        numbers[:things].tolist(), [tuple(point) for point in points.tolist()], numbers[things * 3 : things * 4].tolist(),
        [tuple(pair) for pair in ends.tolist()], [*data[-things:]] if things else [],
    )  # fmt: skip


# ---- without a browser, in this process


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """The application of the two counties, of which nothing is prepared."""
    return application(put(graphs.sample(), tmp_path / "out"))


def ask(guard: Guard, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer of an application."""
    address, _, query = path.partition("?")
    said = [(b"host", b"localhost"), *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": address, "raw_path": address.encode(),
        "root_path": "", "query_string": query.encode(), "headers": said, "server": ("localhost", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}, body


def prepared(guard: Guard) -> Guard:
    """The application, once all is prepared that it was told to prepare."""
    guard.prepare()
    joined()
    return guard


def joined() -> None:
    """Wait for the threads that prepare."""
    for thread in threading.enumerate():
        if thread.name == "ahead":
            thread.join()


def test_before_it_is_computed(guard: Guard) -> None:
    """Until then the data are 503 with a time to come again, the page says so, and no tab leads to it; afterwards there is one."""
    for path in ("/api/map", "/api/map/names"):
        status, headers, body = ask(guard, path)
        assert (status, headers["retry-after"], headers["content-type"]) == (503, "1", "application/json")
        assert "正在计算" in json.loads(body)["error"]
    assert "正在计算" in ask(guard, "/map")[2].decode()
    assert 'href="/map"' not in ask(guard, "/")[2].decode()
    prepared(guard)
    assert ask(guard, "/api/map")[0] == 200
    assert "正在计算" not in ask(guard, "/map")[2].decode()
    assert 'href="/map"' in ask(guard, "/")[2].decode()


def test_slow_pages_are_asked_ahead(guard: Guard) -> None:
    """What pages remember of a build is there before anyone asks for them."""
    e = guard.app.state.explorer
    assert not e.cached
    prepared(guard)
    before = {*e.cached}
    assert {"home", "promises", "places"} <= before
    for path, _ in ahead.PAGES:
        assert ask(guard, path)[0] == 200
    assert {*e.cached} == before


def test_bytes_are_the_graph(guard: Guard) -> None:
    """All things of the graph, best known first, with types and facts; every pair that a line joins, those of documents left out."""
    graph = graphs.sample()
    view = project(graph.store, graph.texts)
    found = decoded(ask(prepared(guard), "/api/map")[2])
    said = json.loads(ask(guard, "/api/map/names")[2])
    keys = [graphs.BASE + key for key, *_ in said["things"]]
    nodes = sorted((replace(node, facts=0) if node.type == "Document" else node for node in view.nodes), key=lambda node: (-node.facts, node.iri))
    assert keys == [node.iri for node in nodes]
    assert found.facts == [node.facts for node in nodes]
    assert [said["types"][kind] for kind in found.kinds] == [node.type for node in nodes]
    assert [name[1:] for name in said["things"]] == [[node.label, *filter(None, [node.label_en])] for node in nodes]
    explorer = guard.app.state.explorer
    assert [explorer.things([number])[number].iri for number in found.ids] == keys
    known = [(row["subject"], row["object"]) for row in explorer.rows("SELECT * FROM edge") if row["predicate"] not in DOCUMENT_LINKS]
    ends = [(keys.index(e.subject), keys.index(e.object)) for e in view.edges if e.fact] + [(found.ids.index(a), found.ids.index(b)) for a, b in known]
    assert found.links == sorted({(min(pair), max(pair)) for pair in ends if pair[0] != pair[1]})
    assert len(set(found.points)) == len(nodes)


def test_places_are_those_of_the_page(tmp_path: Path) -> None:
    """Things stand where the page of one file has them."""
    graph = graphs.hub()
    page = re.search(r'<script id="graph" type="application/json">(.*?)</script>', render(project(graph.store, graph.texts)).decode("utf-8"))
    assert page is not None
    guard = prepared(application(put(graph, tmp_path / "out")))
    names = [key for key, *_ in json.loads(ask(guard, "/api/map/names")[2])["things"]]
    there = {node["key"]: (np.float32(node["x"]).item(), np.float32(node["y"]).item()) for node in json.loads(page[1])["nodes"]}
    assert dict(zip(names, decoded(ask(guard, "/api/map")[2]).points, strict=True)) == there


def test_names_come_in_parts(guard: Guard) -> None:
    """Any part of the names, or the one of a key; what asks for none is 400, an unknown key 404, each with its reason."""
    prepared(guard)
    every = json.loads(ask(guard, "/api/map/names")[2])
    some = json.loads(ask(guard, "/api/map/names?from=2&count=3")[2])
    assert (some["from"], some["things"]) == (2, every["things"][2:5])
    one = json.loads(ask(guard, f"/api/map/names?key={COUNTY}")[2])
    assert one["things"] == [every["things"][one["from"]]]
    assert one["things"][0][:2] == [COUNTY, "甲县"]
    assert json.loads(ask(guard, f"/api/map/names?from={len(every['things'])}")[2])["things"] == []
    for query in ("from=-1", "from=x", "from=²", "from=", "count=1001", "count=-1", f"from={len(every['things']) + 1}", "count=" + "9" * 5000):
        status, _, body = ask(guard, f"/api/map/names?{query}".replace("²", "%C2%B2"))
        assert (status, bool(json.loads(body)["error"])) == (400, True), query
    status, _, body = ask(guard, "/api/map/names?key=nothing")
    assert (status, bool(json.loads(body)["error"])) == (404, True)


def test_what_a_browser_has_is_not_sent_again(guard: Guard) -> None:
    """The tag of the build lets a browser keep the bytes."""
    _, headers, body = ask(prepared(guard), "/api/map")
    assert (headers["cache-control"], headers["content-type"]) == ("no-cache", "application/octet-stream")
    assert body
    again = ask(guard, "/api/map", if_none_match=headers["etag"])
    assert (again[0], again[2], again[1]["etag"]) == (304, b"", headers["etag"])
    assert ask(guard, "/api/map", if_none_match='"another"')[0] == 200


def test_a_newer_build_has_its_own(guard: Guard) -> None:
    """With the first question after a build its map is computed, and the older one is gone."""
    e = guard.app.state.explorer
    _, before, old = ask(prepared(guard), "/api/map")
    put(graphs.hub(), e.out)
    ask(guard, "/")
    joined()
    _, after, new = ask(guard, "/api/map")
    assert len(decoded(new).ids) == guard.app.state.explorer.one("SELECT COUNT(*) FROM thing") > e.one("SELECT COUNT(*) FROM thing") == len(decoded(old).ids)
    assert after["etag"] != before["etag"]


def test_a_map_that_comes_too_late_is_dropped(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A map finished after a newer build was taken up is never shown as that build's."""
    e = guard.app.state.explorer
    make = ahead.KEPT["map"]

    def late(one: Any) -> object:
        made = make(one)
        put(graphs.hub(), one.out)
        monkeypatch.setattr(guard, "prepare", lambda: None)
        assert ask(guard, "/api/map")[0] == 503
        return made

    monkeypatch.setitem(ahead.KEPT, "map", late)
    prepared(guard)
    assert guard.app.state.explorer is not e
    assert ask(guard, "/api/map")[0] == 503


def test_a_failure_is_one_line(guard: Guard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A map that cannot be computed is one line of the log and an error of its data; the server goes on, without a tab."""

    def broken(_: object) -> object:
        raise ValueError("first line\nsecond line")

    monkeypatch.setitem(ahead.KEPT, "map", broken)
    with caplog.at_level(logging.WARNING):
        prepared(guard)
    assert [record.getMessage() for record in caplog.records] == ["not prepared: map (ValueError: first line second line)"]
    status, _, body = ask(guard, "/api/map")
    assert (status, "没有算成" in json.loads(body)["error"]) == (500, True)
    home = ask(guard, "/")
    assert (home[0], 'href="/map"' in home[2].decode()) == (200, False)


def test_an_empty_graph_says_why(tmp_path: Path) -> None:
    """A graph without things has a map without things, and a page that says what to do."""
    guard = prepared(application(put(graphs.Graph(), tmp_path / "out")))
    assert decoded(ask(guard, "/api/map")[2]) == Decoded([], [], [], [], [])
    page = ask(guard, "/map")[2].decode()
    assert "kg build" in page
    assert "map.js" not in page


# ---- a server of its own


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_server_stops_while_it_computes(tmp_path: Path, how: signal.Signals) -> None:
    """A server that is told to stop does not wait for a map that never comes."""
    out = put(graphs.sample(), tmp_path / "out")
    with subprocess.Popen([sys.executable, "-c", BLOCKED, str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        lines = [process.stdout.readline() for _ in range(2)]
        address = next(line for line in lines if line.startswith("http")).strip()
        assert "computing\n" in lines
        assert Served(address, process).get("/").status == 200
        process.send_signal(how)
        try:
            process.wait(timeout=60)
        finally:
            process.kill()
        assert "Traceback" not in process.stderr.read()


def test_two_servers_send_the_same_bytes(tmp_path: Path) -> None:
    """The map is a function of the build alone."""
    out = put(graphs.sample(), tmp_path / "out")
    with served(out) as first, served(out) as second:
        one, two = (mapped(server).get("/api/map") for server in (first, second))
    assert one.body == two.body
    assert one.headers["ETag"] == two.headers["ETag"]
