"""What the endpoint's processes cost: `python benchmarks/endpoint.py OUT [TIMES]`.

OUT is a folder built by `kg build`. Each small query is asked of a process of the pool and of the store in this very process by turns, answers written as
JSON in both, and then over HTTP; printed are the medians in milliseconds and their ratio. Then a query without end is begun and killed again and again;
printed is how far behind its limit the kill comes, and how long it takes then until another process has opened the store and answered.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from served import Served, served  # noqa: E402 - found by the line above

from kg import output  # noqa: E402
from kg.limited import Limits, Pool, Stopped  # noqa: E402
from kg.store import Store  # noqa: E402

TIMES = 300
LIMIT = 0.5  # seconds
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
QUERIES = {
    "one lookup": "SELECT ?l { <{region}> skos:prefLabel ?l }",
    "yes or no": "ASK { <{region}> a edu:Region }",
    "a join": "SELECT ?m ?s { ?f edu:agent <{region}> ; edu:measure ?m ; edu:status ?s } LIMIT 20",
    "a count": "SELECT (COUNT(*) AS ?n) { ?f a edu:Adoption }",
}


class Sink:
    """Takes what is written, as the pool's own file does."""

    def write(self, data: bytes) -> int:
        """Take it."""
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def asked(query: str) -> dict[str, object]:
    """What a process is asked."""
    return {"do": "query", "query": query, "results": "json", "triples": "ttl", "default": [], "named": []}


async def timed(what: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds that something takes."""
    started = time.perf_counter()
    await what()
    return 1000 * (time.perf_counter() - started)


async def compared(pool: Pool, graph: Path, query: str, times: int) -> tuple[float, float]:
    """The median milliseconds in this process and in one of the pool, asked by turns."""
    store = Store.open(graph)

    async def here() -> None:
        store.query(query).write(Sink(), "json")

    async def there() -> None:
        pool.delivered(await pool.ask(graph, asked(query)))

    for _ in range(20):
        await there()
    both = [(await timed(here), await timed(there)) for _ in range(times)]
    return statistics.median(one for one, _ in both), statistics.median(other for _, other in both)


async def kills(graph: Path, times: int) -> tuple[list[float], list[float]]:
    """Milliseconds by which a kill comes after its limit, and from then until another process has answered."""
    pool = Pool(Limits(seconds=LIMIT, soon=LIMIT, quick=1))  # the next question waits for the replacement
    late, again = [], []
    pool.delivered(await pool.ask(graph, asked("ASK {}")))
    for _ in range(times):
        started = time.perf_counter()
        try:
            await pool.ask(graph, asked(ENDLESS))
        except Stopped:
            late.append(1000 * (time.perf_counter() - started - LIMIT))
        started = time.perf_counter()
        pool.delivered(await pool.ask(graph, asked("ASK {}")))
        again.append(1000 * (time.perf_counter() - started))
    await pool.close()
    return sorted(late), sorted(again)


def over_http(server: Served, query: str, times: int) -> float:
    """The median milliseconds of a request on a connection of its own."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        server.get(f"/sparql?{urlencode({'query': query})}")
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


async def measured(graph: Path, queries: dict[str, str], times: int) -> dict[str, tuple[float, float]]:
    """What each query takes here and there."""
    pool = Pool()
    pool.begin(graph)
    found = {name: await compared(pool, graph, query, times) for name, query in queries.items()}
    await pool.close()
    return found


def main(arguments: Sequence[str]) -> None:
    """Print both tables."""
    out, times = Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else TIMES
    graph = output.current(out).graph
    store = Store.open(graph)
    region = next(iter(store.query("SELECT ?r (COUNT(*) AS ?n) { ?f edu:agent ?r . ?r a edu:Region } GROUP BY ?r ORDER BY DESC(?n) LIMIT 1")))["r"].value
    queries = {name: query.replace("{region}", region) for name, query in QUERIES.items()}
    print(f"{len(store)} statements")
    found = asyncio.run(measured(graph, queries, times))
    print(f"{'':<12}{'in process':>12}{'a worker':>10}{'ratio':>8}{'HTTP':>8}  milliseconds, median of {times}")
    with served(out) as server:
        for name, (here, there) in found.items():
            print(f"{name:<12}{here:>12.3f}{there:>10.3f}{there / here:>8.1f}{over_http(server, queries[name], times):>8.2f}")
    late, again = asyncio.run(kills(graph, 10))
    print(f"killed {statistics.median(late):.0f} ms after its limit, {late[-1]:.0f} at most")
    print(f"another process has answered after {statistics.median(again):.0f} ms, {again[-1]:.0f} at most")


if __name__ == "__main__":
    main(sys.argv[1:])
