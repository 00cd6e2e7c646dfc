"""How fast the explorer answers on a large graph: `python benchmarks/serve.py OUT [TIMES]`.

OUT is a folder built by `kg build`; without one, fifteen copies of each document of `seeds/` and `tests/gold/genres` are built first, each with a line of its
own, which makes two million statements. Printed are how long the server computes the map and how its pages answer meanwhile; then, for every kind of page and
of data, asked for again and again with other things in one thread, the first request, the median and the 95th percentile in milliseconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from served import Served, served  # noqa: E402 - found by the line above

from kg.pipeline import build  # noqa: E402
from kg.serve.explorer import Explorer  # noqa: E402

COPIES = 15
TIMES = 60
WORDS = ("双减", "县管校聘", "教育局", "集团", "巩固率", "第一小学", "義務教育", "减", "5+2", "没有这个词")


def corpus(folder: Path) -> None:
    """Copies of the texts at hand, each with a line that no other has."""
    texts = [file.read_text("utf-8") for part in ("seeds", "tests/gold/genres/texts") for file in sorted((ROOT / part).glob("*.txt"))]
    for number in range(COPIES * len(texts)):
        text = texts[number % len(texts)]
        (folder / f"{number:05d}.txt").write_text(f"{text}\n备案序列第{number}件。\n", "utf-8")


def addresses(e: Explorer) -> Iterator[tuple[str, list[str]]]:
    """Each kind of page or data with addresses to ask for."""

    def keys(sql: str, *values: object) -> list[str]:
        return [quote(e.key(row[0])) for row in e.rows(sql, *values)]

    best = "SELECT iri FROM thing WHERE type = ? ORDER BY facts DESC LIMIT 40"
    regions, measures, indicators, schools = (keys(best, kind) for kind in ("Region", "Measure", "Indicator", "Institution"))
    documents = keys("SELECT iri FROM document ORDER BY id LIMIT 60")
    yield "home", ["/"]
    yield "facts", [f"/facts?place={key}" for key in regions] + [f"/facts?measure={key}&status=Done" for key in measures]
    yield "facts, sorted", [f"/facts?place={key}&sort=value" for key in regions]
    yield "facts, by words", [f"/facts?words={quote(word)}" for word in WORDS]
    yield "a thing", [f"/id/{key}" for key in (*regions, *measures, *schools)]
    yield "a document", [f"/documents/{key.removeprefix('document/')}" for key in documents]
    yield "matrix", ["/matrix", *(f"/matrix?page={page}" for page in (2, 3))]
    yield "an indicator", [f"/indicators?indicator={key}" for key in indicators]
    yield "indicators", ["/indicators"]
    yield "timeline", ["/timeline", *(f"/timeline?place={key}" for key in regions)]
    yield "spread", [f"/spread?measure={key}" for key in measures]
    yield "the map", ["/api/map", *(f"/api/map/names?from={start}&count=200" for start in range(0, 1000, 200))]
    yield "promises", ["/promises", "/promises?page=2"]
    yield "search", [f"/api/search?q={quote(word)}" for word in WORDS]
    yield "neighbours", [f"/api/ego/{key}" for key in (*regions, *measures, *schools)]
    yield "a path", [f"/api/path?from={a}&to={b}" for a, b in zip(regions, reversed(measures), strict=False)]
    yield "facets", [f"/api/facets?place={key}" for key in regions]


def measured(address: str, paths: Sequence[str], times: int) -> list[float]:
    """Milliseconds of the first request and of the others, with the answer read whole."""
    chosen = random.Random(1)  # noqa: S311 - which page comes when
    out = []
    for _ in range(times + 1):
        started = time.perf_counter()
        with urlopen(Request(address + chosen.choice(paths).lstrip("/"))) as answer:  # noqa: S310 - our own server
            answer.read()
        out.append(1000 * (time.perf_counter() - started))
    return out


def prepared(server: Served) -> None:
    """Ask for pages until the map is computed, and print how long that took, how long they took, and how large it is."""
    started, meanwhile = time.perf_counter(), [0.0]
    while server.get("/api/map/names?count=0").status == 503:
        meanwhile += measured(server.address, ("/facts", "/documents", f"/api/search?q={quote(WORDS[0])}"), 2)
    meanwhile.sort()
    print(f"map after {time.perf_counter() - started:.1f} s, {len(server.get('/api/map').body)} bytes; 95 % of {len(meanwhile)} requests meanwhile within "
          f"{meanwhile[int(len(meanwhile) * 0.95)]:.0f} milliseconds", flush=True)  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(arguments[0]) if arguments else Path(scratch) / "out"
        if not arguments:
            texts = Path(scratch) / "texts"
            texts.mkdir()
            corpus(texts)
            report = build([texts], out, files="never")
            print(f"{len(report.entries)} documents, {report.quads} statements")
        e = Explorer(out)
        print(f"{e.one('SELECT COUNT(*) FROM fact')} facts, {e.one('SELECT COUNT(*) FROM thing')} things")
        print(f"{'':<18}{'first':>8}{'median':>8}{'95 %':>8}  milliseconds")
        with served(out) as server:
            prepared(server)
            for name, paths in addresses(e):
                first, *rest = measured(server.address, paths, int(arguments[1]) if len(arguments) > 1 else TIMES)
                rest.sort()
                print(f"{name:<18}{first:>8.0f}{rest[len(rest) // 2]:>8.0f}{rest[int(len(rest) * 0.95)]:>8.0f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
