"""The one-file view beside pyvis as it comes, in the same browser: `python benchmarks/view.py [NODES…]` (500 2000 10000).

For generated graphs: bytes of the page, seconds from opening it to the first frame that can be used, and the 95th-percentile frame while it is dragged about;
then what the layout costs, and how far one document more moves it.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import browser as browsers  # noqa: E402
import graphs  # noqa: E402
from playwright.sync_api import Error, Page  # noqa: E402
from pyvis.network import Network  # noqa: E402

from kg.formats.html import UNDRAWN, render  # noqa: E402
from kg.layout import positions  # noqa: E402
from kg.view import View, project  # noqa: E402

SIZES = (500, 2_000, 10_000)
ROUNDS = 3  # of our page, whose median is taken; pyvis is opened once
WAIT = 120  # seconds that pyvis is given to show a graph
DRAGS, STRIDE = 80, 5  # steps of the mouse, pixels each
OURS = "document.documentElement?.dataset.ready === 'true'"
THEIRS = "document.getElementById('loadingBar')?.style.opacity === '0'"  # its bar fades when its physics have come to rest
FIRST = """
const look = () => (%s) ? requestAnimationFrame(() => requestAnimationFrame(() => { window.usable = performance.now(); })) : setTimeout(look, 5);
look();
"""
FRAMES = """
window.gaps = [];
let last = performance.now();
const next = (now) => { gaps.push(now - last); last = now; requestAnimationFrame(next); };
requestAnimationFrame(next);
"""


@dataclass(frozen=True)
class Measured:
    """What one page was like: its bytes, seconds to the first frame, milliseconds of the slow frames; infinite where it never came."""

    size: int
    first: float
    frame: float


def made(nodes: int) -> View:
    """A view of about so many nodes and two and a half times as many facts."""
    graph = graphs.large(nodes * 11 // 100, 8, nodes // 20)
    return project(graph.store, graph.texts)


def pyvis_page(view: View) -> bytes:
    """The same things and facts as a user of pyvis would draw them."""
    network = Network(cdn_resources="in_line")
    labels = {node.iri: node.label for node in view.nodes}
    quotes = {row.iri: row.quotes[0].exact for row in view.rows if row.quotes}
    for node in view.nodes:
        network.add_node(node.iri, label=node.label, title=node.path)
    for edge in view.edges:
        if edge.subject in labels and edge.object in labels:
            network.add_edge(edge.subject, edge.object, title=quotes.get(edge.fact, edge.predicate))
    page: str = network.generate_html()
    return page.encode()


def opened(data: bytes, ready: str, canvas: str) -> Measured:
    """Open a page in a browser of its own and measure it."""
    with tempfile.TemporaryDirectory() as folder, browsers.browser() as browser:
        file = Path(folder) / "page.html"
        file.write_bytes(data)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
        page = context.new_page()
        page.add_init_script(FIRST % ready)
        first = waited(page, file)
        if math.isinf(first):
            return Measured(len(data), first, math.inf)
        return Measured(len(data), first, dragged(page, canvas))


def waited(page: Page, file: Path) -> float:
    """Seconds to the first usable frame."""
    until = time.monotonic() + WAIT
    page.set_default_timeout(WAIT * 1000)
    try:
        page.goto(file.as_uri(), wait_until="commit")
        while time.monotonic() < until:
            with_handle = page.wait_for_selector("body", state="attached", timeout=max(1, (until - time.monotonic()) * 1000))
            if with_handle and (found := page.evaluate("window.usable ?? 0")):
                return float(found) / 1000
            page.wait_for_timeout(50)
    except Error:
        pass
    return math.inf


def dragged(page: Page, canvas: str) -> float:
    """Milliseconds that all but a twentieth of the frames stay under while the picture is dragged."""
    box = page.locator(canvas).first.bounding_box()
    if not box:
        return math.inf
    x, y = box["x"] + 8, box["y"] + 8
    page.evaluate(f"() => {{ {FRAMES} }}")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(DRAGS):
        page.mouse.move(x + step * STRIDE, y + step * STRIDE // 2)
    page.mouse.up()
    gaps = sorted(page.evaluate("window.gaps"))
    return float(gaps[int(len(gaps) * 0.95)]) if gaps else math.inf


def laid_out(view: View) -> tuple[float, int]:
    """Processor seconds of the layout, and the things that it places."""
    nodes = [node for node in view.nodes if node.type not in UNDRAWN]
    index = {node.iri: number for number, node in enumerate(nodes)}
    links = [(index[edge.subject], index[edge.object]) for edge in view.edges if edge.subject in index and edge.object in index]
    begun = time.process_time()
    positions([node.iri for node in nodes], links, {number: node.code for number, node in enumerate(nodes)})
    return time.process_time() - begun, len(nodes)


def moved() -> float:
    """How far one document more than a hundred moves the median thing, as a share of the width."""
    places = []
    for counties in (100, 101):
        graph = graphs.large(counties, 3, 40)
        view = project(graph.store, graph.texts)
        nodes = [node for node in view.nodes if node.type not in UNDRAWN]
        index = {node.iri: number for number, node in enumerate(nodes)}
        links = [(index[edge.subject], index[edge.object]) for edge in view.edges if edge.subject in index and edge.object in index]
        found = positions(list(index), links, {number: node.code for number, node in enumerate(nodes)})
        places.append(dict(zip(index, found, strict=True)))
    old, new = places
    width = max(x for x, _ in old.values()) - min(x for x, _ in old.values())
    return median(math.dist(old[iri], new[iri]) for iri in old) / width


def said(value: float, digits: int, more: str = "") -> str:
    """A figure for the table."""
    return f"over {WAIT} s" if math.isinf(value) and more == " s" else "–" if math.isinf(value) else f"{value:.{digits}f}{more}"


def main(sizes: list[int]) -> None:
    """Print the table."""
    print("| nodes, facts | | page | first usable frame | 95 % of frames under |\n| --- | --- | --- | --- | --- |")
    layouts = []
    for size in sizes:
        view = made(size)
        layouts.append(laid_out(view))
        data = render(view)
        runs = [opened(data, OURS, "#canvas canvas") for _ in range(ROUNDS)]
        ours = Measured(len(data), median(run.first for run in runs), median(run.frame for run in runs))
        theirs = opened(pyvis_page(view), THEIRS, "#mynetwork canvas")
        head = f"{len(view.nodes):,}, {len(view.rows):,}"
        for name, one in (("edukg", ours), ("pyvis", theirs)):
            print(f"| {head} | {name} | {one.size / 1e6:.2f} MB | {said(one.first, 2, ' s')} | {said(one.frame, 0, ' ms')} |")
        first = f"under {ours.first / WAIT:.3f}" if math.isinf(theirs.first) else f"{ours.first / theirs.first:.3f}"
        frame = "–" if math.isinf(theirs.frame) else f"{ours.frame / theirs.frame:.2f}"
        print(f"| | ratio | {ours.size / theirs.size:.2f} | {first} | {frame} |", flush=True)
    print()
    for seconds, count in layouts:
        print(f"layout of {count:,} things: {seconds:.2f} s of computing")
    print(f"one document more than a hundred moves the median thing by {moved():.2%} of the width")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or list(SIZES))
