"""The projection, the layout and the page, the last in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import browser as browsers
import graphs
import pyoxigraph as ox
import pytest
from browser import Opener, Visit
from conftest import ROOT
from playwright.sync_api import Browser

from kg.formats.html import bundle, folding, packed, render, stylesheet, write_html
from kg.layout import BOX, positions
from kg.view import View, project

# What a picture has drawn: share of pixels that are not background, and the box around them as shares of the canvas.
INK = """() => {
  const canvas = document.querySelector('#canvas canvas');
  const { width, height } = canvas;
  if (!width || !height) return { share: 0 };
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  let [count, left, right, top, bottom] = [0, width, 0, height, 0];
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
    if (data[(y * width + x) * 4 + 3] < 40) continue;
    count += 1;
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  const box = canvas.getBoundingClientRect();
  return { share: count / (width * height), box: [left / width, right / width, top / height, bottom / height],
    within: box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight };
}"""
COLOURED = """(name) => {
  const [r, g, b] = getComputedStyle(document.documentElement).getPropertyValue(name).trim().match(/[0-9a-f]{2}/g).map((part) => parseInt(part, 16));
  const canvas = document.querySelector('#canvas canvas');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    const gap = Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b);
    if (gap < 12 && data[at + 3] > 250) count += 1;
  }
  return count;
}"""
BETWEEN_SCHOOLS = """edukg.picture.edges.get().filter((edge) => [edge.from, edge.to].every((id) => /第[一二]小学$/.test(edukg.source.label(id))))"""
CENTRED = """(key) => {
  const picture = edukg.picture;
  const at = picture.network.canvasToDOM(picture.network.getPositions()[edukg.source.byKey.get(key).id]);
  return Math.abs(at.x - picture.box.clientWidth / 2) < 40 && Math.abs(at.y - picture.box.clientHeight / 2) < 40;
}"""
# How many lines cross the strip between two things, where most of them can be told apart.
CURVES = """([from, to]) => {
  const { network, source } = { ...edukg.picture, source: edukg.source };
  const places = network.getPositions();
  const [a, b] = [from, to].map((key) => places[source.byKey.get(key).id]);
  network.moveTo({ position: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, scale: 400 / Math.hypot(b.x - a.x, b.y - a.y), animation: false });
  network.redraw();
  const canvas = document.querySelector('#canvas canvas');
  const ratio = canvas.width / canvas.clientWidth;
  const [p, q] = [a, b].map((place) => network.canvasToDOM(place));
  const [dx, dy] = [(q.x - p.x) / 400, (q.y - p.y) / 400];
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const inked = (x, y) => data.data[(Math.round(y * ratio) * canvas.width + Math.round(x * ratio)) * 4 + 3] > 40;
  let most = 0;
  for (let along = 170; along <= 230; along += 1) {
    let [runs, bare] = [0, 9];
    for (let aside = -120; aside <= 120; aside += 1) {
      const now = inked(p.x + dx * along - dy * aside, p.y + dy * along + dx * aside);
      if (now && bare > 8) runs += 1;
      bare = now ? 0 : bare + 1;
    }
    most = Math.max(most, runs);
  }
  return most;
}"""
PIXEL = """(key) => {
  const { network } = edukg.picture;
  const at = network.canvasToDOM(network.getPositions()[edukg.source.byKey.get(key).id]);
  const canvas = document.querySelector('#canvas canvas');
  const ratio = canvas.width / canvas.clientWidth;
  const found = [...canvas.getContext('2d').getImageData(Math.round(at.x * ratio), Math.round(at.y * ratio), 1, 1).data];
  return '#' + found.slice(0, 3).map((part) => part.toString(16).padStart(2, '0')).join('');
}"""
SPOT = """(key) => {
  const { network, box } = edukg.picture;
  const at = network.canvasToDOM(network.getPositions()[edukg.source.byKey.get(key).id]);
  const { left, top } = box.getBoundingClientRect();
  return { x: left + at.x, y: top + at.y };
}"""
FOCUS = """(() => {
  const one = document.activeElement;
  const parts = ['.top', '#filters', '#canvas', '#panel', '.status'];
  return { part: parts.findIndex((part) => one.closest(part)), visible: getComputedStyle(one).outlineStyle !== 'none', body: one === document.body };
})()"""
AXE = ROOT / ".node" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })"
PAGES = {
    "graph": "#tab=graph&n=region%2F150301", "table": "#tab=table&n=region%2F150301", "text": "#tab=text&doc=document%2Fa.txt", "about": "#tab=about",
}  # fmt: skip
WIDE, NARROW_SCREEN = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NAMELESS = """[...document.querySelectorAll('button, input')].filter((one) =>
  !(one.textContent.trim() || one.getAttribute('aria-label') || one.placeholder || one.labels?.[0]?.textContent)).length"""
NARROW = """document.documentElement.scrollWidth <= innerWidth
  && [...document.querySelectorAll('.page')].every((page) => page.scrollWidth <= innerWidth)"""
WRITE = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
import graphs
from kg.formats.html import write_html
from kg.view import project
graph = graphs.sample()
write_html(project(graph.store, graph.texts), Path(sys.argv[3]))
"""
TEXT_HITS = "[...document.querySelectorAll('.hit')].map((hit) => hit.innerText)"


def of(graph: graphs.Graph) -> View:
    """The view of a graph made for tests."""
    return project(graph.store, graph.texts)


@pytest.fixture(scope="module")
def sample() -> View:
    """The view of two counties."""
    return of(graphs.sample())


@pytest.fixture(scope="module")
def large() -> View:
    """The view of two thousand nodes."""
    return of(graphs.large())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, sample: View, large: View) -> dict[str, Path]:
    """The pages of all graphs made for tests."""
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "hostile": graphs.hostile(),
        "hub": graphs.hub(),
        "wheel": graphs.hub(5000),
        "single": graphs.single(),
        "quiet": graphs.quiet(),
        "empty": graphs.Graph(),
    }
    views = {"sample": sample, "large": large} | {name: of(graph) for name, graph in made.items()}
    for name, view in views.items():
        write_html(view, folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in views}


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Opener]:
    """A function that opens a page."""
    with browsers.visits(chromium) as opener:
        yield opener


# ---- projection


def test_rows_carry_what_the_graph_says(sample: View) -> None:
    """A figure keeps value, unit, comparator, period, indicator and the place it is about."""
    row = next(row for row in sample.rows if row.value == "389000000")
    assert (row.unit, row.comparator, row.period, row.year, row.flags) == ("CNY", "eq", "2020/", 2020, ("大额",))
    assert (row.predicate, row.object, row.place) == ("measured", graphs.BASE + "indicator/investment", graphs.BASE + "region/150301")


def test_quotes_are_cut_from_the_text(sample: View) -> None:
    """Every quote is what the document holds at its offsets."""
    texts = {source.iri: source.text for source in sample.documents}
    assert all(texts[quote.document][quote.start : quote.end] == quote.exact for row in sample.rows for quote in row.quotes)


def test_withheld_has_no_value(sample: View) -> None:
    """A withheld figure has its words but never a value."""
    (row,) = (row for row in sample.rows if row.kind == "Withheld")
    assert (row.value, row.value_text, row.status) == ("", "xxxx万元", "Target")


def test_no_label_is_an_iri(sample: View, large: View) -> None:
    """Nodes are called by their names."""
    assert not [node for view in (sample, large) for node in view.nodes if re.search(r"https?:|/|^[0-9a-f]{6,}$", node.label)]


def test_same_place_has_its_path(sample: View) -> None:
    """A school knows the path of the region it stands in."""
    assert next(node.path for node in sample.nodes if node.label == "乙县第二小学") == "东省/丁市/乙县"


# ---- layout


def test_no_two_nodes_overlap(large: View) -> None:
    """Nearly all nodes have room for their labels."""
    nodes = [node for node in large.nodes if node.type in ("Region", "Measure", "Institution")]
    index = {node.iri: number for number, node in enumerate(nodes)}
    links = [(index[edge.subject], index[edge.object]) for edge in large.edges if edge.subject in index and edge.object in index]
    places = positions([node.iri for node in nodes], links, {number: node.code for number, node in enumerate(nodes)})
    ordered = sorted(places)
    close = sum(1 for at, (x, y) in enumerate(ordered) for a, b in ordered[at + 1 : at + 40] if a - x < BOX[0] * 0.5 and abs(b - y) < BOX[1] * 0.5)
    assert close < len(nodes) * 0.02


def test_layout_is_stable() -> None:
    """One county more in a hundred moves the median node by less than a twentieth of the width."""
    before, after = (of(graphs.large(counties, 3, 40)) for counties in (100, 101))
    old, new = (_places(view) for view in (before, after))
    moves = sorted(((old[key][0] - new[key][0]) ** 2 + (old[key][1] - new[key][1]) ** 2) ** 0.5 for key in old)
    width = max(x for x, _ in old.values()) - min(x for x, _ in old.values())
    assert moves[len(moves) // 2] < width * 0.05


def test_more_nodes_than_forces_can_place() -> None:
    """Nodes beyond the forced ones stand beside a neighbour."""
    places = positions([f"n{number}" for number in range(3100)], [(0, number) for number in range(1, 3100)], {})
    assert len(set(places)) > 3000


# ---- the page as bytes


def test_same_view_same_bytes(tmp_path: Path) -> None:
    """Two processes with different hash seeds, time zones and locales write the same bytes."""
    pages = []
    for seed, zone, locale in (("1", "UTC", "C"), ("2", "Asia/Shanghai", "C.UTF-8")):
        dest = tmp_path / f"{seed}.html"
        root = Path(__file__).parent.parent
        subprocess.run(
            [sys.executable, "-c", WRITE, str(root), str(root / "tests"), str(dest)],
            check=True, env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PATH": "/usr/bin:/bin", "PYTHONUTF8": "0"},
        )  # fmt: skip
        pages.append(dest.read_bytes())
    assert pages[0] == pages[1]


def test_page_is_small(files: dict[str, Path]) -> None:
    """Two thousand nodes and five thousand facts with their texts stay under five megabytes."""
    assert files["large"].stat().st_size < 5_000_000


def test_data_cannot_end_their_element(files: dict[str, Path]) -> None:
    """The page has no closing script tag but its own, and no line separator in its data."""
    page = files["hostile"].read_text("utf-8")
    assert page.count("</script") == 5
    assert "\u2028" not in page.split('id="graph"')[1].split("</script")[0]


def test_too_large_a_page_leaves_texts_out(sample: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit a page keeps every quote but not the documents around them."""
    monkeypatch.setattr("kg.formats.html.LIMIT", 100)
    page = render(sample).decode("utf-8")
    assert "全面推行县管校聘" in page
    assert "甲县教育局2023年工作总结\\n一、主要做法" not in page


def test_packed_data_come_back() -> None:
    """Small data stay readable, large data are compressed."""
    assert json.loads(packed({"a": "</script>\u2028"})) == {"a": "</script>\u2028"}
    assert len(packed({"a": "长" * 2_000_000})) < 20_000


def test_folding_is_limited_to_what_occurs() -> None:
    """The table holds the traditional forms of the characters of the texts and no others."""
    old, new = folding(["义务"])
    assert dict(zip(old, new, strict=True)).get("義") == "义"
    assert "學" not in old


def test_styles_and_scripts_hold_no_address() -> None:
    """Nothing in style or script of the page asks for a file."""
    assert "url(" not in stylesheet()
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", bundle())


# ---- the page in a browser


def test_offline_page_draws(files: dict[str, Path], visit: Opener) -> None:
    """A page opened without network asks for nothing, reports no error and shows a picture inside the window."""
    for name in ("sample", "large"):
        seen = visit(files[name], offline=True).ready()
        ink = seen.until(f"(() => {{ const ink = ({INK})(); return ink.share > 0.01 && ink; }})()")
        assert ink["within"]
        assert ink["box"][0] > 0.005 and ink["box"][1] < 0.995 and ink["box"][2] > 0.005 and ink["box"][3] < 0.995
        assert (seen.requests, seen.errors) == ([], [])


@pytest.mark.parametrize("tab", ["graph", "table", "text", "about"])
def test_markup_in_names_stays_text(files: dict[str, Path], visit: Opener, tab: str) -> None:
    """Names, titles and quotes with markup are shown as they are and run nothing."""
    seen = visit(files["hostile"], f"#tab={tab}&n=region%2F150301").ready()
    seen.page.locator("[data-tab=text]").click()
    seen.page.locator(".entry").first.click()
    seen.page.locator("#query").fill("onerror")
    seen.until("document.querySelectorAll('.hit').length > 0")
    seen.page.locator("#query").press("Enter")
    assert seen.page.evaluate("window.hacked") is None
    assert seen.page.evaluate("document.querySelectorAll('img, iframe, a[href^=javascript]').length") == 0
    assert "<img src=x onerror=" in seen.text("#panel")
    assert (seen.requests, seen.errors) == ([], [])


def test_search_waits_for_the_input_method(files: dict[str, Path], visit: Opener) -> None:
    """Nothing is searched while characters are being composed; the finished word finds its measure."""
    seen = visit(files["sample"]).ready()
    compose = """(word) => {
      const input = document.getElementById('query');
      input.focus();
      input.dispatchEvent(new CompositionEvent('compositionstart'));
      input.value = 'xian guan';
      input.dispatchEvent(new InputEvent('input', { isComposing: true }));
      const during = document.getElementById('hits').hidden;
      input.value = word;
      input.dispatchEvent(new CompositionEvent('compositionend', { data: word }));
      return during;
    }"""
    assert seen.page.evaluate(compose, "县管校聘") is True
    assert seen.until(f"({TEXT_HITS})[0]").startswith("县管校聘")


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("教育局", "甲县教育局"),
        ("縣管校聘", "县管校聘"),
        ("５＋２", "5+2课后服务"),
        ("均衡编班", "阳光分班"),
        ("集团化办学覆盖", None),
        ("音乐教师", "音乐教师数量不足"),
        ("义务教育均衡", "乙縣義務教育均衡發展情況"),
    ],
)
def test_search_finds(files: dict[str, Path], visit: Opener, query: str, hit: str | None) -> None:
    """Names, aliases, quotes and titles are found in any width and script; what is nowhere is said to be nowhere."""
    seen = visit(files["sample"]).ready()
    seen.page.locator("#query").fill(query)
    seen.until("!document.getElementById('hits').hidden")
    hits = seen.page.evaluate(TEXT_HITS)
    assert any(hit in text for text in hits) if hit else not hits
    assert hit or query in seen.text("#hits")


def test_search_leads_to_the_quote(files: dict[str, Path], visit: Opener) -> None:
    """Enter opens the first hit: the node is centred, named, and its quotes stand in the document."""
    seen = visit(files["sample"]).ready()
    seen.page.locator("#query").fill("县管校聘")
    seen.until("document.querySelector('.hit')")
    seen.page.locator("#query").press("Enter")
    assert seen.until("document.querySelector('#panel h2')?.innerText") == "县管校聘"
    assert seen.text("#panel .quote .words").strip("“”") in graphs.REPORT + graphs.TRADITIONAL
    seen.until(CENTRED, "measure/county-managed")


def test_quote_is_marked_in_its_document(files: dict[str, Path], visit: Opener) -> None:
    """The reference under a quote opens the document with that quote marked, rare characters before it or not."""
    seen = visit(files["sample"], "#n=institution%2F150301%2F%E5%90%89%E7%A5%A5%E5%B0%8F%E5%AD%A6").ready()
    quote = seen.text("#panel .quote .words").strip("“”")
    seen.page.locator("#panel .reference button").first.click()
    seen.until("document.querySelector('.body-text')")
    assert "".join(seen.page.locator(".body-text mark.chosen").all_inner_texts()) == quote
    assert seen.page.locator(".body-text").inner_text().strip() == graphs.REPORT.strip()


def test_a_mark_leads_back_to_its_fact(files: dict[str, Path], visit: Opener) -> None:
    """A marked passage of a document opens the fact it stands for."""
    seen = visit(files["sample"], "#tab=text&doc=document%2Fa.txt").ready()
    seen.until("document.querySelector('.body-text mark')")
    seen.page.locator(".body-text mark", has_text="阳光分班尚未启动").click()
    assert "阳光分班" in seen.until("document.querySelector('#chosen-fact')?.innerText")


def test_type_filter_counts_and_is_restored(files: dict[str, Path], visit: Opener) -> None:
    """A type switched off takes its number and its colour away, and the address brings the state back."""
    seen = visit(files["sample"]).ready()
    shown = "Number(document.getElementById('status').innerText.match(/\\d+/)[0])"
    before = seen.page.evaluate(shown)
    said = int(seen.page.locator("li:has([data-facet=types-Measure]) .count").inner_text())
    assert said == 4
    assert seen.until(f"({COLOURED})('--type-Measure')")
    seen.page.locator("[data-facet=types-Measure]").uncheck()
    assert seen.page.evaluate(shown) == before - said
    seen.until(f"({COLOURED})('--type-Measure') === 0")
    again = visit(files["sample"], seen.page.evaluate("location.hash")).ready()
    assert again.page.evaluate(shown) == before - said
    assert "举措" in again.text("#status")


def test_planned_and_lacking_look_different(files: dict[str, Path], visit: Opener) -> None:
    """Three facts between two schools are three curves, the planned one dashed, and three facts in the panel."""
    seen = visit(files["sample"], "#n=institution%2F150301%2F%E7%AC%AC%E4%B8%80%E5%B0%8F%E5%AD%A6").ready()
    lines = seen.page.evaluate(BETWEEN_SCHOOLS)
    assert len({json.dumps([line["smooth"], line["dashes"]]) for line in lines}) == 3
    assert sum(bool(line["dashes"]) for line in lines) == 1
    assert seen.page.locator("#panel .fact", has_text="乙县第二小学").count() == 3


@pytest.mark.parametrize(("hidden", "curves"), [("", 3), ("&states=Planned", 2)])
def test_parallel_facts_are_separate_curves(files: dict[str, Path], visit: Opener, hidden: str, curves: int) -> None:
    """Three facts between two schools are three lines of pixels with background between them; a filtered one is gone."""
    seen = visit(files["sample"], "#types=Region,Measure,Honour,Indicator,Document" + hidden).ready()
    keys = seen.page.evaluate("edukg.source.nodes.filter((node) => /第[一二]小学$/.test(node.label)).map((node) => node.key)")
    assert seen.page.evaluate(CURVES, keys) == curves


def test_withheld_inferred_and_flagged_are_said(files: dict[str, Path], visit: Opener) -> None:
    """A masked figure reads withheld, an inferred place inferred, an implausible figure flagged."""
    seen = visit(files["sample"], "#tab=table").ready()
    table = seen.text("#page-table")
    assert all(word in table for word in ("原文隐去", "推断", "存疑", "≥ 98.5%", "3.89亿元"))
    assert "xxxx" not in "".join(seen.page.locator("td.colValue").all_inner_texts())


def test_hub_expands_by_fifty(files: dict[str, Path], visit: Opener) -> None:
    """A hub adds fifty neighbours, says how many are left, and folds them again."""
    seen = visit(files["hub"], "#types=Document,Measure").ready()
    seen.page.locator("#query").fill("甲县")
    seen.until("document.querySelector('.hit')")
    seen.page.locator("#query").press("Enter")
    drawn = "edukg.picture.nodes.length"
    assert seen.page.evaluate(drawn) == 1
    seen.page.get_by_role("button", name="展开邻居").click()
    assert "251" in seen.until("document.querySelector('#panel [role=status]')?.innerText")
    assert seen.page.evaluate(drawn) == 51
    seen.page.get_by_role("button", name="收起").click()
    seen.until(f"{drawn} === 1")


def test_paths_are_sentences(files: dict[str, Path], visit: Opener) -> None:
    """A second node gives the ways to it as facts in words; where there is none, that is said."""
    seen = visit(files["sample"], "#n=institution%2F150301%2F%E5%90%89%E7%A5%A5%E5%B0%8F%E5%AD%A6&to=region%2F150302").ready()
    assert "位于" in seen.until("document.querySelector('.paths')?.innerText")
    other = visit(files["sample"], "#n=honour%2Fmodel&to=region%2F150302&hide=region%2F150301").ready()
    assert "四步之内没有路径" in other.until("document.querySelector('#panel .hint')?.innerText")


def test_shift_click_finds_the_way(files: dict[str, Path], visit: Opener) -> None:
    """A click and a Shift-click on two nodes list the facts between them and light up their lines, and no others."""
    seen = visit(files["sample"]).ready()
    keys = seen.page.evaluate("edukg.source.nodes.filter((node) => /^(吉祥|𠮷祥)小学$|第二小学$/.test(node.label)).map((node) => node.key)")
    for key, pressed in zip(keys, ([], ["Shift"]), strict=True):
        spot = seen.page.evaluate(SPOT, key)
        for name in pressed:
            seen.page.keyboard.down(name)
        seen.page.mouse.click(spot["x"], spot["y"])
        for name in pressed:
            seen.page.keyboard.up(name)
        seen.until("(key) => [edukg.source.byKey.get(key).id].some((id) => location.hash.includes(encodeURIComponent(edukg.source.nodes[id].key)))", key)
    assert "位于" in seen.until("document.querySelector('.paths')?.innerText")
    ways, lit = seen.until(
        "edukg.picture.way.size && [[...edukg.picture.way], edukg.picture.edges.get().filter((edge) => edge.color.opacity === 1).map((edge) => edge.id)]"
    )
    assert sorted(ways) == sorted(lit)
    assert len(lit) < seen.page.evaluate("edukg.picture.edges.length")


def test_table_filters_sorts_and_saves(files: dict[str, Path], visit: Opener) -> None:
    """The rows of a filtered, sorted table are the rows of its CSV, which opens with a byte order mark."""
    seen = visit(files["sample"], "#tab=table").ready()
    seen.page.locator("[data-column=colPlace]").fill("甲县")
    seen.page.locator("th.colValue .sort").click()
    seen.page.locator("th.colValue .sort").click()
    with seen.page.expect_download() as download:
        seen.page.locator("#csv").click()
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]
    assert [row[0] for row in rows] == seen.page.locator("td.colSubject").all_inner_texts()
    assert rows[0][3] == "3.89亿元"
    seen.page.locator("tbody tr").first.click()
    assert "教育投入" in seen.until("document.querySelector('#chosen-fact')?.innerText")
    seen.page.get_by_role("button", name="在图中查看").click()
    seen.until(CENTRED, "region/150301")


def test_region_tree_filters_all(files: dict[str, Path], visit: Opener) -> None:
    """A region of the tree leaves its own facts in table and CSV, with the number it announced."""
    seen = visit(files["sample"], "#tab=table").ready()
    choice = seen.page.locator("[data-facet='region-东省/丁市/乙县']")
    said = int(choice.locator("xpath=following-sibling::*").inner_text())
    choice.click()
    assert seen.page.locator("td.colPlace").all_inner_texts() == ["东省/丁市/乙县"] * said
    with seen.page.expect_download() as download:
        seen.page.locator("#csv").click()
    assert len(list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))) == said + 1


def test_keyboard_reaches_everything(files: dict[str, Path], visit: Opener) -> None:
    """Search, results, canvas and panel are used without a mouse, and the focus is always visible."""
    seen = visit(files["sample"]).ready()
    keys = seen.page.keyboard
    keys.press("/")
    keys.insert_text("小学")
    seen.until("document.querySelectorAll('.hit').length > 2")
    keys.press("ArrowDown")
    assert seen.page.evaluate("document.querySelectorAll('.hit')[1].getAttribute('aria-selected')") == "true"
    keys.press("Enter")
    name = seen.until("document.querySelector('#panel h2')?.innerText")
    seen.page.locator("#canvas").focus()
    keys.press("ArrowRight")
    seen.until(f"document.querySelector('#panel h2')?.innerText !== {json.dumps(name)}")
    keys.press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "panel"
    keys.press("Tab")
    assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    keys.press("Escape")
    seen.until("document.getElementById('panel').hidden")


def test_focus_goes_through_the_page(files: dict[str, Path], visit: Opener) -> None:
    """Tab goes from the head to the filters, the picture, the panel and the status line, always in sight."""
    seen = visit(files["sample"], "#n=region%2F150301").ready()
    seen.page.evaluate("document.activeElement.blur()")
    steps = []
    for _ in range(300):
        seen.page.keyboard.press("Tab")
        step = seen.page.evaluate(FOCUS)
        if step["body"]:
            break
        steps.append(step)
    assert all(step["visible"] for step in steps)
    order = [step["part"] for step in steps if step["part"] >= 0]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_rules_of_accessibility(files: dict[str, Path], visit: Opener, scheme: str, size: str) -> None:
    """axe-core finds nothing to object to on any page (WCAG 2.1 A and AA)."""
    assert AXE.exists(), "axe-core is missing: make axe"
    found = []
    for tab, fragment in PAGES.items():
        seen = visit(files["sample"], fragment, color_scheme=scheme, viewport=WIDE if size == "wide" else NARROW_SCREEN).ready()
        seen.page.evaluate(AXE.read_text("utf-8"))
        result = seen.page.evaluate(RULES)
        assert len(result["passes"]) > 10
        found += [(tab, rule["id"], rule["nodes"][0]["target"], rule["nodes"][0]["failureSummary"]) for rule in result["violations"]]
    assert found == []


def test_every_page_is_pictured(built: Path, visit: Opener) -> None:
    """Pictures of every page of the five reports, large and small, in both schemes and languages, are kept to be looked at."""
    folder = ROOT / "tests" / "screenshots"
    folder.mkdir(exist_ok=True)
    for size, viewport in (("1440x900", WIDE), ("390x844", NARROW_SCREEN)):
        for lang, scheme in (("zh", "light"), ("en", "dark")):
            seen = visit(built / "graph.html", f"#lang={lang}", viewport=viewport, color_scheme=scheme).ready()
            for tab in PAGES:
                seen.page.locator(f"[data-tab={tab}]").click()
                if tab == "text":
                    seen.page.locator(".entry").first.click()
                    seen.until("document.querySelector('.body-text mark')")
                seen.page.screenshot(path=folder / f"{tab}-{size}-{lang}-{scheme}.png")
            assert seen.errors == []


def test_type_colours_stand_out() -> None:
    """Every type has a colour that stands out from the page by three to one in both schemes, and a shape of its own."""
    style, shapes = (ROOT / "kg/web/style.css").read_text("utf-8"), (ROOT / "kg/web/dom.js").read_text("utf-8")
    for scheme in re.findall(r"--page: (#\w+)(.*?)--type-Other", style, re.DOTALL):
        for name, colour in re.findall(r"--type-(\w+): (#\w{6})", scheme[1]):
            assert _contrast(colour, scheme[0]) >= 3, (name, colour)
    outlines = re.findall(r'^  \w+: "(M[^"]+)"', shapes, re.MULTILINE)
    assert len(set(outlines)) == len(outlines) == 9


def test_controls_have_names(files: dict[str, Path], visit: Opener) -> None:
    """Every button and field of every page has a name for a screen reader."""
    seen = visit(files["sample"], "#tab=table&n=region%2F150301").ready()
    assert seen.page.evaluate(NAMELESS) == 0


def test_small_screen(files: dict[str, Path], visit: Opener) -> None:
    """On a telephone nothing scrolls sideways, the table comes first and the panel is a sheet at the bottom."""
    seen = visit(files["sample"], viewport={"width": 390, "height": 844}).ready()
    assert seen.page.evaluate("document.body.dataset.page") == "table"
    for tab in ("table", "text", "about", "graph"):
        seen.page.locator(f"[data-tab={tab}]").click()
        assert seen.page.evaluate(NARROW)
    seen.until(f"({INK})().share > 0.005")
    seen.page.locator("[data-tab=table]").click()
    seen.page.get_by_label("排序").select_option("-colValue")
    assert seen.page.locator("td.colValue").first.inner_text() == "3.89亿元"
    seen.page.get_by_text("按列筛选").click()
    seen.page.get_by_label("筛选“对象”").press_sequentially("集团")
    assert set(seen.page.locator("td.colObject").all_inner_texts()) == {"集团化办学", "甲县教育集团"}
    seen.page.locator("tbody tr").first.click()
    seen.until("!document.getElementById('panel').hidden")
    box = seen.page.locator("#panel").bounding_box()
    assert box and box["x"] == 0 and box["width"] == 390 and abs(box["y"] + box["height"] - 844) < 2


def test_large_graph_on_a_small_screen(files: dict[str, Path], visit: Opener) -> None:
    """Two thousand things can be used on a telephone: nothing is wider than the screen, the picture is drawn, a hit opens its sheet."""
    seen = visit(files["large"], "#tab=graph", viewport=NARROW_SCREEN).ready()
    assert seen.page.evaluate("edukg.source.nodes.length > 2000 && edukg.source.facts.length > 5000")
    seen.until(f"({INK})().share > 0.005")
    seen.page.locator("#query").fill("第7号教育改革举措")
    seen.until("document.querySelector('.hit')")
    assert seen.page.evaluate(NARROW)
    seen.page.locator(".hit").first.click()
    assert seen.until("document.querySelector('#panel h2')?.innerText") == "第7号教育改革举措"
    box = seen.page.locator("#panel").bounding_box()
    assert box and box["width"] == 390 and box["height"] < 844 * 0.7


def test_english(files: dict[str, Path], visit: Opener) -> None:
    """The switch turns the page and the names that have one into English and back."""
    seen = visit(files["sample"]).ready()
    seen.page.locator("#lang").click()
    assert "figure" in seen.text("#legend") or "facts" in seen.text("#legend")
    seen.page.locator("#query").fill("school groups")
    assert "school groups" in seen.until(f"({TEXT_HITS})[0]")
    seen.page.locator("#query").press("Escape")
    seen.page.locator("#lang").click()
    assert seen.text("[data-tab=table]") == "事实表"


def test_picture_is_saved(files: dict[str, Path], visit: Opener) -> None:
    """The picture is saved at twice the size of the canvas with a strip for legend and source."""
    seen = visit(files["sample"]).ready()
    with seen.page.expect_download() as download:
        seen.page.locator("#png").click()
    data = Path(download.value.path()).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20]) == 2 * seen.page.evaluate("document.getElementById('canvas').clientWidth")
    assert seen.errors == []


def test_everything_hidden_says_so(files: dict[str, Path], visit: Opener) -> None:
    """When filters leave nothing, the page says why and one click brings all back."""
    seen = visit(files["sample"], "#types=Region,Institution,Measure,Honour,Indicator,Document").ready()
    assert "全部被筛选隐藏" in seen.text("#notice")
    seen.page.locator("#restore").click()
    assert seen.until("edukg.picture.nodes.length") == 12


def test_what_is_cut_is_said(files: dict[str, Path], visit: Opener) -> None:
    """A large graph draws 1,500 nodes, says so, and finds the others."""
    seen = visit(files["large"]).ready()
    assert seen.page.evaluate("edukg.picture.nodes.length") == 1500
    assert "1,500 / 2,130" in seen.text("#notice")
    hidden = seen.page.evaluate("edukg.source.nodes.find((node) => node.type === 'Institution' && !edukg.picture.shown.ids.has(node.id)).label")
    seen.page.locator("#query").fill(hidden)
    seen.until("document.querySelector('.hit')")
    seen.page.locator("#query").press("Enter")
    assert hidden in seen.until("document.querySelector('#panel h2')?.innerText")
    seen.until("edukg.picture.shown.ids.has(edukg.source.nodes.find((node) => node.label === document.querySelector('#panel h2').innerText).id)")


def test_labels_never_overlap(files: dict[str, Path], visit: Opener) -> None:
    """No two labels of a picture touch, zoomed in or out."""
    seen = visit(files["large"]).ready()
    for factor in (1, 3, 3):
        seen.page.evaluate("(factor) => edukg.picture.zoomBy(factor)", factor)
        boxes = seen.until("edukg.picture.labels.length > 10 && edukg.picture.labels.map((label) => label.box)")
        ordered = sorted(boxes)
        overlaps = [(a, b) for at, a in enumerate(ordered) for b in ordered[at + 1 :] if a[2] > b[0] and a[3] > b[1] and a[1] < b[3]]
        assert not overlaps
        width, height = seen.page.evaluate("[edukg.picture.box.clientWidth, edukg.picture.box.clientHeight]")
        assert all(left >= 0 and top >= 0 and right <= width and bottom <= height for left, top, right, bottom in boxes)


@pytest.mark.parametrize(("name", "words"), [("empty", "kg build"), ("single", "甲县")])
def test_nearly_nothing(files: dict[str, Path], visit: Opener, name: str, words: str) -> None:
    """An empty graph says why and what to run; a single node is drawn."""
    seen = visit(files[name]).ready()
    assert words in seen.text("#notice") if name == "empty" else seen.page.evaluate("edukg.picture.nodes.length") == 1
    assert seen.errors == []


def test_broken_data_are_reported(files: dict[str, Path], visit: Opener, tmp_path: Path) -> None:
    """A damaged file shows what is wrong instead of a blank page."""
    broken = tmp_path / "broken.html"
    broken.write_bytes(files["sample"].read_bytes().replace(b'{"base"', b"{base"))
    seen = visit(broken)
    assert "图谱数据无法读取" in seen.until("document.querySelector('.broken')?.innerText")
    assert "JSON" in seen.text(".broken")


def test_without_scripts(files: dict[str, Path], visit: Opener) -> None:
    """Without scripts the page still lists facts and counts."""
    seen: Visit = visit(files["sample"], java_script_enabled=False)
    assert "全面推行县管校聘" in seen.text(".noscript")
    assert "原文隐去" in seen.text(".noscript")


def test_dark_page_is_dark(files: dict[str, Path], visit: Opener) -> None:
    """The page follows the system's dark scheme, and the button turns it."""
    seen = visit(files["sample"], color_scheme="dark").ready()
    background = "getComputedStyle(document.body).backgroundColor"
    dark = seen.page.evaluate(background)
    seen.page.locator("#theme").click()
    assert dark != seen.page.evaluate(background)


@pytest.mark.parametrize(("chosen", "facts"), [("", 21), ("&n=honour%2Fmodel", 1)])
def test_shown_facts_are_saved(files: dict[str, Path], visit: Opener, sample: View, chosen: str, facts: int) -> None:
    """The picture's facts, or those of the chosen node, are saved as CSV, and as Turtle that says nothing the graph does not say."""
    seen = visit(files["sample"], "#tab=graph" + chosen).ready()
    facts = min(facts, len(sample.rows))
    saved = {}
    for name in ("shown-csv", "shown-ttl"):
        with seen.page.expect_download() as download:
            seen.page.locator(f"#{name}").click()
        saved[name] = Path(download.value.path()).read_bytes()
    assert saved["shown-csv"].startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(saved["shown-csv"].decode("utf-8-sig"))))) == facts + 1
    said = {(quad.subject, quad.predicate, quad.object) for quad in ox.parse(saved["shown-ttl"], ox.RdfFormat.TURTLE)}
    known = {(quad.subject, quad.predicate, quad.object) for quad in graphs.sample().store}
    assert said - known == set()
    if not chosen:
        scopes = {triple for triple in known if triple[1].value.endswith(("#restrictedTo", "#meets", "#fails"))}
        assert scopes
        assert scopes <= said
    assert sum(1 for _, predicate, _ in said if predicate.value.endswith("#evidence")) == facts


def test_what_is_hidden_has_its_undo(files: dict[str, Path], visit: Opener) -> None:
    """Each filter, each folded type and each node hidden by hand stands in the status line, and a click there brings it back."""
    seen = visit(files["sample"], "#region=东省%2F丁市%2F甲县&states=Planned").ready()
    notes = seen.page.locator(".note")
    assert {"地区:甲县 ×", "状态:不含计划 ×"} <= set(notes.all_inner_texts())
    notes.filter(has_text="地区:甲县").click()
    notes.filter(has_text="不含计划").click()
    assert seen.page.evaluate("[...new URLSearchParams(location.hash.slice(1)).keys()].filter((key) => ['region', 'states'].includes(key)).length") == 0
    spot = seen.page.evaluate(SPOT, "honour/model")
    drawn = seen.page.evaluate("edukg.picture.nodes.length")
    seen.page.mouse.click(spot["x"], spot["y"], button="right")
    seen.until("(drawn) => edukg.picture.nodes.length === drawn - 1", drawn)
    notes.filter(has_text="手动隐藏 1 个").click()
    seen.until("(drawn) => edukg.picture.nodes.length === drawn", drawn)
    notes.filter(has_text="指标").click()
    seen.until("(drawn) => edukg.picture.nodes.length === drawn + 5", drawn)


def test_folded_figures_are_counted(files: dict[str, Path], visit: Opener) -> None:
    """A badge counts the figures folded into a thing and tells of flagged and withheld ones; unfolded they stand on lines of their own."""
    seen = visit(files["sample"]).ready()
    badge = "edukg.picture.badges.get(edukg.source.byKey.get('region/150301').id)"
    found = seen.page.evaluate(badge)
    assert (found["count"], set(found["marks"])) == (6, {"!", "×"})
    seen.page.locator("[data-facet=types-Indicator]").check()
    assert seen.page.evaluate(f"{badge} ?? null") is None
    predicates = seen.page.evaluate("edukg.picture.shown.links.map((link) => link.predicate)")
    assert {"measured", "withheld"} <= set(predicates)


def test_three_kinds_of_silence(files: dict[str, Path], visit: Opener) -> None:
    """A place without a document, a thing of which nothing is said and a withheld figure read and look different."""
    seen = visit(files["quiet"], "#loose=1").ready()
    kinds = seen.page.evaluate("Object.fromEntries(edukg.source.nodes.map((node) => [node.label, node.silent]))")
    assert (kinds["甲县"], kinds["乙县"], kinds["乙县第一小学"]) == ("", "fileless", "mentioned")
    colour = seen.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--type-Region').trim()")
    assert seen.page.evaluate(PIXEL, "region/150301") == colour
    assert seen.page.evaluate(PIXEL, "region/150302") != colour
    assert all(word in seen.text("#legend") for word in ("无文件", "未提及", "原文隐去", "推断", "存疑"))
    for region, column, word in (("甲县", "没有这个词", "未提及"), ("丙县", "", "无文件")):
        other = visit(files["quiet"], f"#tab=table&region=东省%2F丁市%2F{region}&c.colQuote={column}").ready()
        assert word in other.text("#page-table .hint")
    styles = set()
    for name, fragment, selector in (
        ("quiet", "#n=region%2F150302", ".hint.fileless"), ("quiet", "#n=institution%2F150302%2F%E4%B8%80%E5%B0%8F", ".hint.mentioned"),
        ("sample", "#n=region%2F150301", ".value.withheld"),
    ):  # fmt: skip
        page = visit(files[name], fragment).ready().page
        styles.add(
            page.locator(f"#panel {selector}").first.evaluate(
                "(one) => { const { borderLeftStyle, borderTopStyle } = getComputedStyle(one); return borderLeftStyle + borderTopStyle; }"
            )
        )
    assert len(styles) == 3


def test_all_hits_can_be_reached(files: dict[str, Path], visit: Opener) -> None:
    """A search with many hits says how many there are and lists more when asked."""
    seen = visit(files["hub"]).ready()
    seen.page.locator("#query").fill("号举措")
    seen.until("document.querySelectorAll('.hit').length > 8")
    assert "节点 300" in seen.text("#hits")
    seen.page.locator(".hit", has_text="另有 292 个").first.click()
    seen.until("document.querySelectorAll('.hit').length > 100")


def test_five_thousand_neighbours(files: dict[str, Path], visit: Opener) -> None:
    """A thing with five thousand neighbours is drawn with those that fit, which is said, and all its facts are in panel and table."""
    seen = visit(files["wheel"], "#n=region%2F150301").ready()
    assert seen.page.evaluate("edukg.picture.nodes.length") == 1500
    assert "1,500 / 5,001" in seen.text("#notice")
    assert seen.page.locator("#panel .fact").count() == 5
    assert "另外 4,995 条" in seen.text("#panel section:has(.fact)")
    seen.page.locator("[data-tab=table]").click()
    assert "5,000" in seen.text("#row-count")
    assert seen.errors == []


def test_long_and_turned_names(files: dict[str, Path], visit: Opener) -> None:
    """A name of ten thousand letters is short in the picture and whole in the panel; marks of direction and line breaks stay inside their name."""
    seen = visit(files["hostile"], "#tab=graph&loose=1").ready()
    keys = seen.page.evaluate("edukg.source.nodes.filter((node) => node.label.length > 9000).map((node) => node.key)")
    assert seen.page.evaluate("Math.max(...edukg.picture.labels.map((label) => label.box[2] - label.box[0]))") < 400
    seen.page.evaluate("(key) => edukg.open(edukg.source.byKey.get(key).id)", keys[0])
    assert len(seen.until("document.querySelector('#panel .long')?.innerText")) == 10_000
    assert seen.page.evaluate(NARROW)
    seen.page.locator("[data-tab=table]").click()
    cells = seen.page.locator("td.colObject bdi").all_inner_texts()
    assert any("\u202e倒写" in cell for cell in cells)
    assert any("行" in cell and "隔" in cell for cell in cells)


def test_hidden_facts_of_a_thing_are_said(files: dict[str, Path], visit: Opener) -> None:
    """The panel says how many facts the filters keep from it, and one click brings them."""
    seen = visit(files["sample"], "#n=region%2F150301&kinds=Outcome,Withheld").ready()
    assert "另有 6 条事实被筛选隐藏" in seen.text("#panel")
    seen.page.locator("#panel .hint button", has_text="清除筛选").click()
    seen.until("document.querySelectorAll('#panel .fact').length > 6")


def test_missing_texts_are_said(visit: Opener, sample: View, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A page too large for the texts says so where they would stand."""
    monkeypatch.setattr("kg.formats.html.LIMIT", 100)
    write_html(sample, tmp_path / "bare.html")
    seen = visit(tmp_path / "bare.html", "#tab=text").ready()
    assert "没有收入文档全文" in seen.text("#page-text")


def test_print_is_light_and_whole(files: dict[str, Path], visit: Opener) -> None:
    """On paper a dark page is light, has no controls, and nothing of a document or of the panel is cut off."""
    seen = visit(files["sample"], "#tab=text&doc=document%2Fa.txt&n=region%2F150301", color_scheme="dark", viewport={"width": 900, "height": 400}).ready()
    seen.until("document.querySelector('.body-text mark') && document.querySelector('#panel .fact')")
    seen.page.evaluate("addEventListener('beforeprint', () => { window.onPaper = getComputedStyle(document.body).color; })")
    dark = seen.page.evaluate("getComputedStyle(document.body).color")
    seen.page.pdf()
    assert seen.until("window.onPaper") != dark == seen.page.evaluate("getComputedStyle(document.body).color")
    seen.page.emulate_media(media="print")
    for selector in (".tabs", "#filters", ".documents", "#panel .row", ".status"):
        assert not seen.page.locator(selector).first.is_visible(), selector
    clipped = "[...document.querySelectorAll('#page-text, .text, .body-text, #panel, .stage')].filter((one) => one.scrollHeight > one.clientHeight + 2).length"
    assert seen.page.evaluate(clipped) == 0
    assert seen.page.evaluate("document.documentElement.scrollHeight > 1000")


def test_nothing_moves_by_itself(files: dict[str, Path], visit: Opener) -> None:
    """Who asked for less motion gets none: no animation or transition runs, and the picture jumps to a found thing."""
    seen = visit(files["sample"], reduced_motion="reduce").ready()
    seen.page.locator("#query").fill("县管校聘")
    seen.until("document.querySelector('.hit')")
    seen.page.locator("#query").press("Enter")
    assert seen.page.evaluate("document.getAnimations().length") == 0
    assert seen.page.evaluate(CENTRED, "measure/county-managed")


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def _places(view: View) -> dict[str, tuple[float, float]]:
    found = re.search(r'<script id="graph" type="application/json">(.*?)</script>', render(view).decode("utf-8"))
    assert found
    return {node["key"]: (node["x"], node["y"]) for node in json.loads(found[1])["nodes"] if node["type"] != "Document"}
