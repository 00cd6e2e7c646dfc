"""What a SPARQL endpoint that anyone may ask must stand: queries without end, too many at once, clients that go away, and builds underneath."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import graphs
import pytest
from served import Served, put, served
from test_endpoint import QUERY, YES, count, get, send

TRIES = 3_000  # looks at the processes, each of which takes milliseconds
PROCESSES = 4
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a ?d ?i DESC(?l)"
PATH = "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^(!<urn:x>))* ?b . ?b (!<urn:x>|^(!<urn:x>))* ?c . ?c (!<urn:x>)* ?d . ?e ?f ?g . ?h ?i ?j }"
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def answer(number: int) -> str:
    """A query that gives a number."""
    return f"SELECT (COUNT(*) * 0 + {number} AS ?n) {{ ?s a edu:Region }}"


def children(of: Served) -> dict[int, str]:
    """The processes that a server has started, with what they were called with."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout  # noqa: S607
    rows = [line.split(None, 3) for line in listed.splitlines()]
    return {int(row[0]): row[3] for row in rows if int(row[1]) == of.process.pid and "Z" not in row[2] and "kg.worker" in row[3]}


def resident(number: int) -> int:
    """The memory of a process in KiB."""
    return int(subprocess.run(["ps", "-o", "rss=", "-p", str(number)], capture_output=True, text=True, check=True).stdout)  # noqa: S607


def until(is_so: Callable[[], bool]) -> None:
    """Look until something is so."""
    for _ in range(TRIES):
        if is_so():
            return
    pytest.fail("it never came to be", pytrace=False)


def begun(of: Served, query: str, receiving: int = 0) -> socket.socket:
    """A connection on which a query was sent, and nothing read."""
    there = urlsplit(of.address)
    connection = socket.create_connection((there.hostname, there.port), timeout=60)
    if receiving:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receiving)
    body = query.encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: {there.netloc}\r\nContent-Type: {QUERY}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    connection.sendall(head.encode() + body)
    return connection


def status(connection: socket.socket) -> tuple[int, bytes]:
    """The status and all else that comes on a connection."""
    data = b""
    while piece := connection.recv(1 << 16):
        data += piece
    return int(data.split(None, 2)[1]), data


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small graph."""
    return put(graphs.sample(), tmp_path_factory.mktemp("limits") / "out")


@pytest.fixture(scope="module")
def hasty(out: Path) -> Iterator[Served]:
    """A server with narrow limits."""
    with served(out, "--seconds", "1.5", "--memory", "200", "--rows", "5000") as found:
        yield found


@pytest.fixture
def patient(out: Path) -> Iterator[Served]:
    """A server that stops nothing by itself in the time of a test."""
    with served(out, "--seconds", "3000", "--memory", "4000", "--workers", str(PROCESSES)) as found:
        until(lambda: len(children(found)) == PROCESSES)
        yield found


@pytest.mark.parametrize(("query", "said"), [(ENDLESS, "1.5 seconds"), (PATH, "1.5 seconds"), (SORTED, "memory"), (MANY, "too many rows")])
def test_a_query_has_an_end(hasty: Served, query: str, said: str) -> None:
    """A cross product, a path with both ends free, a sort of more than memory holds and an answer without end are stopped; the next is answered."""
    for _ in range(2):
        reply = get(hasty, query)
        assert reply.status == 500
        assert said in reply.json["error"]
        assert reply.json["remedy"]
        assert count(get(hasty, answer(7))) == 7
    until(lambda: len(children(hasty)) == PROCESSES)


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_rows_are_counted_in_every_syntax(hasty: Served, accept: str) -> None:
    """An answer of as many rows as are allowed is whole, one of more is refused and not cut."""
    few, many = ("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT " + str(limit) for limit in (5_000, 5_100))
    whole = get(hasty, few, accept)
    assert whole.status == 200
    assert whole.body.count({"application/sparql-results+json": b'"a":', "application/sparql-results+xml": b"<result>"}.get(accept, b"\n")) >= 5_000
    assert get(hasty, many, accept).status == 500


def test_a_deep_or_long_query_has_a_clear_end(hasty: Served) -> None:
    """Brackets without end and ten megabytes are refused, however they are sent."""
    for query in ("SELECT * {" + "{" * 200_000 + "}" * 200_000 + "}", "SELECT * { FILTER(" + "!" * 200_000 + "1) }"):
        assert "deep" in send(hasty, "POST", "/sparql", query, Content_Type=QUERY).json["error"]
    assert send(hasty, "POST", "/sparql", "ASK { ?s ?p '" + "县" * 3_500_000 + "' }", Content_Type=QUERY).status == 413
    assert count(get(hasty, answer(8))) == 8


def test_slow_queries_leave_room_for_quick_ones(patient: Served) -> None:
    """Of ten queries without end two go on and the others hear when to ask again; whoever asks little is answered all the while."""
    with ExitStack() as open_ones, ThreadPoolExecutor(20) as clients:
        slow = [open_ones.enter_context(begun(patient, f"{ENDLESS} # {number}")) for number in range(10)]
        replies = [clients.submit(status, connection) for connection in slow]
        assert [count(get(patient, answer(number))) for number in range(20)] == list(range(20))
        ended = as_completed(replies, timeout=60)
        refused = [next(ended).result() for _ in range(len(replies) - PROCESSES // 2)]
        assert [count(get(patient, answer(number))) for number in range(20)] == list(range(20))
        assert {code for code, _ in refused} == {503}
        assert all(b"retry-after: " in data.lower() for _, data in refused)
        assert sum(reply.done() for reply in replies) == len(refused)
        for connection in slow:
            connection.shutdown(socket.SHUT_RDWR)
        until(lambda: len(children(patient)) == PROCESSES)


def test_a_client_that_goes_away_frees_its_process(patient: Served) -> None:
    """A query that nobody waits for any more is killed."""
    before = children(patient)
    connection = begun(patient, ENDLESS)
    until(lambda: len(children(patient)) == PROCESSES + 1)
    connection.close()
    until(lambda: len(children(patient)) == PROCESSES)
    assert len({*before} - {*children(patient)}) == 1
    assert count(get(patient, answer(9))) == 9


def test_a_page_that_is_left_frees_its_process(patient: Served) -> None:
    """The same holds for the page with the editor."""
    there = urlsplit(patient.address)
    body = urlencode({"query": ENDLESS}).encode()
    connection = socket.create_connection((there.hostname, there.port))
    connection.sendall(f"POST /query HTTP/1.1\r\nHost: {there.netloc}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    until(lambda: len(children(patient)) == PROCESSES + 1)
    connection.close()
    until(lambda: len(children(patient)) == PROCESSES)


def test_a_slow_reader_holds_no_process(out: Path) -> None:
    """Where one process answers all, readers that take nothing of large answers do not keep others waiting, and get their answers whole."""
    large = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"  # beyond what sockets hold
    with served(out, "--workers", "1") as one, ExitStack() as open_ones:
        whole = send(one, "POST", "/sparql", large, Content_Type=QUERY).body
        slow = [open_ones.enter_context(begun(one, large, receiving=1 << 16)) for _ in range(5)]
        assert [count(get(one, answer(number))) for number in range(20)] == list(range(20))
        for connection in slow:
            code, data = status(connection)
            assert (code, data.partition(b"\r\n\r\n")[2]) == (200, whole)


def test_two_hundred_clients_at_once(patient: Served) -> None:
    """Each gets its own right answer, or hears when to ask again."""
    with ThreadPoolExecutor(200) as clients:
        replies = list(clients.map(lambda number: (number, get(patient, answer(number))), range(200)))
    assert all(count(reply) == number if reply.status == 200 else (reply.status, "Retry-After" in reply.headers) == (503, True) for number, reply in replies)
    assert sum(reply.status == 200 for _, reply in replies) > 0
    until(lambda: len(children(patient)) == PROCESSES)


def test_memory_is_given_back(patient: Served) -> None:
    """Large answers, refused ones and kills over and over leave the server and its processes as large as the first round did."""

    def round_of_work() -> int:
        for _ in range(3):
            assert get(patient, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000").status == 200
            assert get(patient, "SELECT nothing").status == 400
            with begun(patient, ENDLESS):
                until(lambda: len(children(patient)) == PROCESSES + 1)
            until(lambda: len(children(patient)) == PROCESSES)
        return sum(map(resident, (patient.process.pid, *children(patient))))

    send(patient, "GET", "/")
    round_of_work()
    first = round_of_work()
    assert [round_of_work() < first * 1.2 for _ in range(2)] == [True, True]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_the_server(out: Path, how: signal.Signals) -> None:
    """However the server ends, and whatever its processes are doing, they end too."""
    with served(out, "--seconds", "3000") as server:
        connection = begun(server, ENDLESS)
        until(lambda: len(children(server)) == PROCESSES + 1)
        numbers = [*children(server)]
        os.kill(server.process.pid, how)
        until(lambda: not any(_runs(number) for number in numbers))
        connection.close()


def _runs(number: int) -> bool:
    """Whether a process runs."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S607
    return bool(found) and not found.startswith("Z")


def test_a_killed_process_is_replaced(patient: Served) -> None:
    """Processes that something else ends are replaced, and queries answered."""
    for number in children(patient):
        os.kill(number, signal.SIGKILL)
    until(lambda: all(get(patient, YES).status == 200 for _ in range(PROCESSES)))
    assert count(get(patient, answer(3))) == 3


def test_a_build_underneath(tmp_path: Path) -> None:
    """After a new build the next query sees it, a query that runs goes on, and no process keeps the old one; two servers may have one store."""
    documents = "SELECT (COUNT(*) AS ?n) { ?d a edu:Document }"
    out = put(graphs.sample(), tmp_path / "out")
    with served(out, "--seconds", "3000") as server, served(out) as other:
        assert count(get(server, documents)) == count(get(other, documents)) == 2
        with begun(server, ENDLESS):
            until(lambda: len(children(server)) == PROCESSES + 1)
            for _ in range(2):
                put(graphs.hub(), out)
            assert count(get(server, documents)) == count(get(other, documents)) != 2
            until(lambda: sum("build-3" in call for call in children(server).values()) == PROCESSES)
            assert len(children(server)) == PROCESSES + 1
        until(lambda: len(children(server)) == PROCESSES)
        assert all("build-3" in call for call in children(server).values())


def test_a_store_that_is_gone(tmp_path: Path) -> None:
    """Where the store was taken away the answer says so, and a new build is answered from as soon as it is there."""
    out = put(graphs.sample(), tmp_path / "out")
    with served(out, "--workers", "1") as server:
        assert count(get(server, answer(5))) == 5
        shutil.rmtree(out / "store" / "build-1" / "graph")
        for number in children(server):
            os.kill(number, signal.SIGKILL)
        until(lambda: get(server, YES).status == 503)
        reply = get(server, YES)
        assert (reply.json["remedy"], "Retry-After" in reply.headers) == ("build it anew", True)
        put(graphs.sample(), out)
        assert count(get(server, answer(6))) == 6
