"""The served explorer's graph page, search box, data and questions: over HTTP, and in a real browser that may reach the server alone."""

from __future__ import annotations

import csv
import html
import io
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import browser as browsers
import graphs
import pytest
from browser import Opener as Open
from browser import Visit
from playwright.sync_api import Browser, Page
from served import Served, put, served
from test_view import COLOURED, INK

from kg import queries

COUNTY = "region/150301"
SHOWN = "edukg.picture.nodes.length"
LISTED = "document.querySelectorAll('#hits .hit').length"
HITS = "[...document.querySelectorAll('#hits .hit')].map((hit) => hit.innerText)"
SELECTED = "document.querySelector('#panel h2')?.innerText.trim()"
NARROW = "document.documentElement.scrollWidth <= innerWidth"
AT = """async (key) => {  // where a node stands on the screen, once the picture has taken the room that the panel leaves
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const picture = edukg.picture;
  const at = picture.network.canvasToDOM(picture.network.getPositions()[edukg.source.byKey.get(key).id]);
  const box = picture.box.getBoundingClientRect();
  return { x: box.x + at.x, y: box.y + at.y };
}"""
PLACE = "(key) => Object.values(edukg.picture.network.getPositions([edukg.source.byKey.get(key).id]))[0]"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the graphs made for tests."""
    return tmp_path_factory.mktemp("served")


@contextmanager
def serving(graph: graphs.Graph, out: Path) -> Iterator[Served]:
    """A server of a graph made for tests."""
    with served(put(graph, out)) as found:
        yield found


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    """A server of the two counties."""
    with serving(graphs.sample(), folder / "sample") as found:
        yield found


@pytest.fixture(scope="module")
def hub(folder: Path) -> Iterator[Served]:
    """A server of one place with three hundred measures."""
    with serving(graphs.hub(), folder / "hub") as found:
        yield found


@pytest.fixture(scope="module")
def hostile(folder: Path) -> Iterator[Served]:
    """A server of names that carry markup."""
    with serving(graphs.hostile(), folder / "hostile") as found:
        yield found


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """A function that opens a page of a server: `visit(server, path, **context options)`; requests to anywhere else are noted and refused."""
    with browsers.served_visits(chromium) as opened:
        yield opened


def drawn(seen: Visit) -> Visit:
    """The visit, once its picture is drawn and, on a wide screen, its panel."""
    seen.ready()
    seen.until(f"{SHOWN} > 0")
    return seen


def compose(page: Page, text: str) -> None:
    """Type as an input method does, leaving the composition open."""
    page.locator("#query").focus()
    page.evaluate(
        """(text) => {
          const input = document.getElementById('query');
          input.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
          input.value = text;
          input.dispatchEvent(new CompositionEvent('compositionupdate', { bubbles: true, data: text }));
          input.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true, data: text }));
        }""",
        text,
    )


# ---- data


def places(found: Any) -> bool:
    """Whether all that a part names by place is there."""
    nodes, facts, documents = (len(found[name]) for name in ("nodes", "facts", "documents"))
    ends = [end for link in found["links"] for end in (link["from"], link["to"])]
    told = [fact for link in found["links"] for fact in link.get("facts", ())]
    quoted = [quote[0] for fact in found["facts"] for quote in fact.get("quotes", ())]
    return all(end < nodes for end in ends) and all(fact < facts for fact in told) and all(place < documents for place in quoted)


@pytest.mark.parametrize(
    "path",
    [
        "/api/search?q=县管校聘", f"/api/node/{COUNTY}", f"/api/ego/{COUNTY}", f"/api/ego/{COUNTY}?hops=2", f"/api/ego/{COUNTY}?by=measured&limit=2",
        "/api/path?from=region/150301&to=region/150302", f"/api/facts?thing={COUNTY}", "/api/doc/a.txt", "/api/node/institution/150301/第一小学",
        "/api/ego/measure/after-school?limit=0",
    ],
)  # fmt: skip
def test_answers_have_one_shape(server: Served, path: str) -> None:
    """Every answer is a part of the graph that is whole in itself."""
    found = server.get(path)
    assert (found.status, found.headers["Content-Type"]) == (200, "application/json")
    assert places(found.json)
    assert found.json["nodes"]


def test_search_finds_names_and_quotes(server: Served) -> None:
    """Things come by name and alias, facts by quote, in any writing of the words."""
    found = server.get("/api/search?q=县管校聘").json
    assert [found["nodes"][n]["label"] for n in found["hits"]["things"]] == ["县管校聘"]
    assert found["count"] == {"things": 1, "facts": 2}
    assert {found["facts"][n]["quotes"][0][6] for n in found["hits"]["facts"]} == {"全面推行县管校聘", "推行縣管校聘"}
    for other in ("縣管校聘", "课后延时服务", "５＋２"):
        assert server.get(f"/api/search?q={other}").json["count"]["things"] == 1
    assert server.get("/api/search?q=小学&type=Measure").json["count"]["things"] == 0


@pytest.mark.parametrize("query", ["", "   ", "县" * 10_000, "''\"(*) AND OR NOT -", "\0", "%", "🙂", "a" * 10_000])
def test_any_search_has_an_answer(server: Served, query: str) -> None:
    """No search, however long or odd, is an error, neither as data nor as page."""
    asked = quote(query)
    assert server.get(f"/api/search?q={asked}").status == 200
    assert server.get(f"/search?q={asked}").status == 200


def test_a_long_address_may_come_in_pieces(server: Served) -> None:
    """A search of 100,000 bytes is answered however the network cuts it."""
    asked = f"GET /api/search?q={'a' * 100_000} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", urlsplit(server.address).port), timeout=60) as connection:
        connection.sendall(asked[:80_000])
        assert server.get("/api/search?q=a").status == 200  # by now the server has read the first piece
        connection.sendall(asked[80_000:])
        assert connection.makefile("rb").readline().startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "path",
    ["/api/node/region/999999", "/api/ego/nothing", "/api/path?from=region/150301&to=nothing", "/api/path", "/api/doc/nothing.txt", "/api/nothing"],
)
def test_what_is_nowhere_is_404(server: Served, path: str) -> None:
    """An unknown key is told as JSON."""
    found = server.get(path)
    assert found.status == 404
    assert found.json["error"]


@pytest.mark.parametrize(
    "path", ["limit=99999999999999999999", "limit=-1", "limit=x", "limit=²", "hops=9", "by=nothing", "by=" + "x" * 5000, "page=-1", "size=x"]
)
def test_parameters_have_bounds(server: Served, path: str) -> None:
    """A parameter beyond its bounds is brought back within."""
    assert server.get(f"/api/ego/{COUNTY}?{path}").status == 200
    assert server.get(f"/api/facts?{path}").status == 200


def test_an_ego_network_says_what_it_leaves_out(hub: Served) -> None:
    """The neighbours drawn, those there are and those left by each kind of line."""
    found = hub.get(f"/api/ego/{COUNTY}").json
    assert (len(found["added"]), found["total"], found["rest"], found["neighbours"]["adopts"], found["left"]["adopts"]) == (25, 300, 275, 300, 275)
    assert len(hub.get(f"/api/ego/{COUNTY}?limit=1000").json["added"]) == 200


def test_statuses_marks_and_figures_are_carried(server: Served) -> None:
    """Planned is a line of its own, an inferred agent is marked, and figures are folded in unless asked for."""
    found = server.get(f"/api/ego/{COUNTY}").json
    lines = [(found["nodes"][link["to"]]["label"], link.get("status"), link.get("inferred", False)) for link in found["links"] if link["predicate"] == "adopts"]
    assert {("集团化办学", "Done", True), ("集团化办学", "Planned", False), ("阳光分班", "Problem", False)} <= set(lines)
    assert "measured" not in {link["predicate"] for link in found["links"] if found["nodes"][link["to"]]["label"] == "教育投入"}
    assert found["nodes"][found["thing"]]["figures"] == 6


def test_lines_among_things_are_given(server: Served) -> None:
    """A list of keys gives the lines among them; what is no list of keys is refused."""
    found = server.get("/api/links", b'["region/150301", "measure/groups", "nothing"]').json
    assert [link["status"] for link in found["links"]] == ["Done", "Planned"]
    for wrong in (b"{}", b"[1]", b"[", b'["' + b"x" * 300_000 + b'"]'):
        assert server.get("/api/links", wrong).status in (400, 413)


def test_paths_and_none(server: Served, hub: Served) -> None:
    """The shortest ways come as lists of links with facts; where there is none, it is said."""
    found = server.get("/api/path?from=region/150301&to=region/150302").json
    named = [[found["nodes"][link["to"]]["label"] for one in way for link in found["links"] if link["id"] == one] for way in found["paths"]]
    assert ["县管校聘", "县管校聘"] in named
    assert server.get("/api/path?from=region/150301&to=honour/model&max=1").json["message"]
    assert hub.get("/api/path?from=measure/m1&to=measure/m2").json["paths"]
    assert hub.get("/api/path?from=measure/m1&to=measure/m1").json["paths"] == []


def test_spans_of_a_document_are_its_quotes(server: Served) -> None:
    """Each span cuts the quote of its fact out of the text."""
    found = server.get("/api/doc/document/a.txt").json
    assert len(found["spans"]) == 17
    for span in found["spans"]:
        assert found["text"][span["start"] : span["end"]] in [one[6] for one in found["facts"][span["fact"]]["quotes"]]


def test_keys_with_signs_have_pages(hostile: Served) -> None:
    """A key that holds percent signs leads to its page and its data."""
    key = "document/" + graphs.iri(f"document/{graphs.HOSTILE[1]}").value.rpartition("/id/document/")[2]
    assert hostile.get(f"/api/node/{key}").json["total"] == len(graphs.HOSTILE)
    assert hostile.get(f"/id/{key}").status == 303
    assert hostile.get(key.replace("document/", "/documents/", 1)).status == 200


# ---- pages without script


def test_search_is_a_page(server: Served) -> None:
    """The form leads to a page of things and quotes, narrowed by type."""
    page = server.get("/search?q=小学").text
    assert "/id/institution/150302/第二小学" in page
    assert "结对帮扶" in page
    assert "没有找到" in server.get("/search?q=绝无此词").text
    assert "请输入" in server.get("/search?q=").text
    assert "甲县第一小学" not in server.get("/search?q=小学&type=Measure").text.partition("<main")[2]


def ask(of: Served, query: str, form: str = "", **headers: str) -> Any:
    """The answer to a query."""
    return of.get("/query", urlencode({"query": query, "format": form}).encode(), **headers)


ADOPTED = "SELECT ?place ?measure { ?f a edu:Adoption ; edu:agent ?place ; edu:measure ?measure } ORDER BY ?place ?measure"
COUNTED = 'SELECT ?label (COUNT(*) AS ?n) { ?f edu:measure ?m . ?m skos:prefLabel ?label FILTER(lang(?label) = "zh") } GROUP BY ?label ORDER BY DESC(?n)'


def test_questions_are_answered_as_pages(server: Served) -> None:
    """A table whose IRIs lead to their pages, terms to the ontology; bars where it counts words, and a picture where it has two columns of things."""
    page = ask(server, ADOPTED).text
    assert '<a href="/id/measure/groups"' in page
    assert 'href="/graph?add=' in page
    assert "<rect" not in page
    assert '<a href="/ontology#Done"' in ask(server, "SELECT DISTINCT ?status { ?f edu:status ?status }").text
    assert ask(server, COUNTED).text.count("<rect") == 4
    assert "style=" not in ask(server, COUNTED).text
    assert "没有结果" in ask(server, "SELECT * { ?s edu:nothing ?o }").text
    assert "edu:Region" in ask(server, "CONSTRUCT { ?s a edu:Region } { ?s a edu:Region }").text.partition("<pre")[2]
    rows = list(csv.reader(io.StringIO(ask(server, COUNTED, "csv").body.decode("utf-8-sig"))))
    assert rows[0] == ["label", "n"]
    assert len(rows) == 5


def test_other_sites_cannot_ask(server: Served) -> None:
    """A query that another site sends through a reader's browser is refused."""
    assert ask(server, COUNTED, Sec_Fetch_Site="cross-site").status == 403
    assert ask(server, COUNTED, Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?x WHER { ?x }", "第 1 行,第 16 列"), ("SELECT *\n{ ?s ?p ?o", "第 2 行"), ("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }", "SERVICE"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", "第 1 行"), ("", "还没有写查询"), ("\0", "role=\"alert\""), ("SELECT * { ?s ?p ?o } # " + "x" * 200_000, "bytes"),
    ],
)  # fmt: skip
def test_wrong_questions_are_explained(server: Served, query: str, said: str) -> None:
    """What cannot be asked is said with its place; nothing is written or fetched."""
    found = ask(server, query)
    assert found.status in (400, 413)
    assert said in found.text


SILENT = {"per-pupil", "implausible", "cited"}  # of what the seeds hold nothing


def test_questions_that_ship_are_asked_from_the_page(built: Path) -> None:
    """Each stands on the page in either language, its fields filled, and is answered; one that needs two builds says how to ask it."""
    with served(built) as of:
        names = re.findall(r'href="/query\?name=([\w-]+)" data-question', of.get("/query").text)
        assert names == [*queries.shipped()]
        for name in names:
            one = queries.question(name)
            for language in ("zh", "en"):
                page = of.get(f"/query?name={name}&lang={language}").text
                assert {one.title[language], one.about[language]} <= {*re.split("[<>]", html.unescape(page))}
            if one.builds:
                assert f"kg query --name {name} --param before=" in page
                continue
            assert re.findall(r'name="p\.(\w+)" value="([^"]*)"', page) == [(parameter.name, parameter.default) for parameter in one.parameters]
            answer = of.get("/query", urlencode({"name": name}).encode(), Accept="application/json").json
            assert bool(answer["rows"]) == (name not in SILENT), name


def test_a_question_takes_its_values(built: Path) -> None:
    """A value of the form goes into the query and stays in its field; a wrong one is told; a question that is none is not found."""
    with served(built) as of:
        asked = {"name": "figures", "p.region": "博湖县", "p.indicator": "在校生数", "p.parts": "no"}
        page = of.get("/query", urlencode(asked).encode()).text
        assert 'name="p.region" value="博湖县"' in page
        assert "<td>5289</td>" in page
        rows = list(csv.reader(io.StringIO(of.get("/query", urlencode({**asked, "format": "csv"}).encode()).body.decode("utf-8-sig"))))
        assert ["在校生数", "5289"] in [row[1:3] for row in rows]
        wrong = of.get("/query", urlencode({"name": "promises", "p.until": "soon"}).encode())
        assert (wrong.status, "参数有误" in wrong.text, "until=soon" in wrong.text) == (400, True, True)
        assert of.get("/query?name=nothing").status == 404


def test_a_query_is_stopped(server: Served, folder: Path) -> None:
    """One that takes too long is told so on the page, and one of too many rows is cut and says so."""
    with served(folder / "sample", "--seconds", "0.5") as hasty:
        found = ask(hasty, SLOW)
    assert found.status == 400
    assert "0.5" in found.text.partition('role="alert"')[2].partition("</p>")[0]
    cut = ask(server, "SELECT ?b { ?a ?b ?c . ?d ?e ?f }", Accept="application/json").json
    assert (len(cut["rows"]), cut["more"]) == (10_000, True)


# ---- in a browser


def test_search_waits_for_the_input_method(server: Served, visit: Open) -> None:
    """Nothing is asked while letters are composed; then the hits come, with type and the match marked; Enter opens the first."""
    seen = visit(server, "/")
    asked: list[str] = []
    seen.page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    seen.until("document.getElementById('query').getAttribute('role') === 'combobox'")
    compose(seen.page, "xian guan")
    with seen.page.expect_response(re.compile("/api/search")) as got:
        seen.page.evaluate(
            """() => {
              const input = document.getElementById('query');
              input.value = '县管校聘';
              input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '县管校聘' }));
            }"""
        )
    assert "xian" not in got.value.url
    seen.until(f"{LISTED} >= 3")
    assert asked == [got.value.url]
    hits = seen.page.evaluate(HITS)
    assert "举措" in hits[0]
    assert seen.text("#hits mark") == "县管校聘"
    assert seen.page.locator("#hits .group").all_inner_texts() == ["节点", "原文"]
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.locator("#hits [aria-selected=true]").count() == 1
    seen.page.keyboard.press("ArrowUp")
    with seen.page.expect_navigation():
        seen.page.keyboard.press("Enter")
    assert seen.page.url.endswith("/id/measure/county-managed")
    assert seen.text("h1") == "县管校聘"
    assert (seen.errors, seen.requests) == ([], [])


def test_search_by_keys(server: Served, visit: Open) -> None:
    """A slash goes to the box, Escape clears it, no hit is said, and what was typed too fast for suggestions leads to all results."""
    seen = visit(server, "/")
    seen.until("document.getElementById('query').getAttribute('role') === 'combobox'")
    seen.page.keyboard.press("/")
    assert seen.page.evaluate("document.activeElement.id") == "query"
    seen.page.keyboard.insert_text("绝无此词")
    assert "没有找到" in seen.until("document.querySelector('#hits .hint')?.innerText")
    seen.page.keyboard.press("Escape")
    assert seen.page.evaluate("[document.getElementById('query').value, document.getElementById('hits').hidden]") == ["", True]
    seen.page.keyboard.insert_text("小学")
    with seen.page.expect_navigation():
        seen.page.keyboard.press("Enter")
    assert "/search?q=" in seen.page.url or "/id/" in seen.page.url
    assert seen.errors == []


def test_old_answers_are_dropped(server: Served, visit: Open) -> None:
    """The answer to what was typed before never replaces that to what is typed now."""
    seen = visit(server, "/")
    seen.until("document.getElementById('query').getAttribute('role') === 'combobox'")
    held: list[Any] = []
    seen.page.route("**/api/search?q=%E5%B0%8F*", lambda route: held.append(route))
    seen.page.keyboard.press("/")
    with seen.page.expect_request(re.compile("/api/search")):
        seen.page.keyboard.insert_text("小学")
    seen.page.evaluate("document.getElementById('query').value = ''")
    seen.page.keyboard.insert_text("县管校聘")
    seen.until(f"{LISTED} >= 3")
    for route in held:
        route.abort()
    assert "县管校聘" in seen.page.evaluate(HITS)[0]


def test_the_graph_begins_empty(server: Served, visit: Open) -> None:
    """An empty canvas offers things to begin with; one found by the box comes onto it and into the address."""
    seen = visit(server, "/graph").ready()
    assert seen.page.evaluate(SHOWN) == 0
    assert "甲县" in seen.text("#start")
    seen.page.keyboard.press("/")
    seen.page.keyboard.insert_text("甲县")
    seen.until(f"{LISTED} > 1")
    seen.page.keyboard.press("Enter")
    seen.until(f"{SHOWN} > 3")
    assert seen.until(SELECTED) == "甲县"
    assert seen.page.evaluate("document.getElementById('start').hidden")
    assert f"n={quote(COUNTY, safe='')}" in seen.page.url
    assert (seen.errors, seen.requests) == ([], [])


def test_a_deep_link_draws(server: Served, visit: Open) -> None:
    """The nodes of the address are drawn in colour, inside the window, with their neighbours; the panel has facts that lead to the document."""
    seen = drawn(visit(server, f"/graph?n={COUNTY}&n=region/150302&sel={COUNTY}"))
    ink = seen.until(f"(() => {{ const ink = ({INK})(); return ink.share > 0.01 && ink; }})()")
    assert ink["within"]
    assert all(0 <= edge <= 1 for edge in ink["box"])
    for name in ("--type-Region", "--type-Measure"):
        assert seen.page.evaluate(COLOURED, name) > 100
    assert seen.until(SELECTED) == "甲县"
    seen.until("document.querySelectorAll('#panel .fact').length > 5")
    link = seen.page.locator("#panel .reference a").first.get_attribute("href") or ""
    assert server.get(link.partition("#")[0]).status == 200
    assert f'id="{link.partition("#")[2]}"' in server.get(link.partition("#")[0]).text
    assert server.get(seen.page.locator("#panel a.permanent").first.get_attribute("href") or "").status == 200
    assert all(word in seen.text("#legend .entries") for word in ("计划、目标", "推断", "存疑"))
    assert seen.page.evaluate("edukg.picture.edges.get().filter((edge) => Array.isArray(edge.dashes)).length") >= 2
    assert (seen.errors, seen.requests) == ([], [])


def test_places_depend_on_the_address_alone(server: Served, visit: Open) -> None:
    """Two visits of one address draw every node at the same place."""
    address = f"/graph?n={COUNTY}&more={quote(f'{COUNTY}|measured|25')}&hide=measure/sunshine"
    where = [drawn(visit(server, address)).page.evaluate("edukg.picture.network.getPositions()") for _ in range(2)]
    assert where[0] == where[1]
    assert len({(at["x"], at["y"]) for at in where[0].values()}) == len(where[0]) > 8


def test_a_hub_is_opened_by_parts(hub: Served, visit: Open) -> None:
    """Counts come before nodes; 25 are drawn and the rest is said with a link to the table; more, collapse, undo and redo follow."""
    seen = drawn(visit(hub, f"/graph?n={COUNTY}"))
    assert seen.page.evaluate(SHOWN) == 26
    assert "275" in seen.text("#notice")
    assert seen.page.locator("#notice a").get_attribute("href") == f"/facts?thing={quote(COUNTY, safe='')}"
    seen.until(SELECTED)
    seen.page.get_by_role("button", name="展开邻居").click()
    seen.until("document.getElementById('expanding').open")
    assert "300" in seen.text("#expanding tbody tr")
    assert "其余 250 个以表格查看" in seen.text("#expanding tbody tr")
    seen.page.locator("[data-by=adopts]").click()
    seen.until(f"{SHOWN} === 51")
    assert "前 50 个,共 300 个" in seen.text("#notice")
    seen.page.get_by_role("button", name="展开邻居").click()
    seen.page.locator("#expand-usual").click()
    seen.until(f"{SHOWN} === 76")
    seen.page.get_by_role("button", name="收起").click()
    seen.until(f"{SHOWN} === 1")
    seen.page.locator("#undo").click()
    seen.until(f"{SHOWN} === 76")
    seen.page.locator("#redo").click()
    seen.until(f"{SHOWN} === 1")
    seen.page.go_back()
    seen.until(f"{SHOWN} === 76")
    assert (seen.errors, seen.requests) == ([], [])


def test_double_click_and_hide(server: Served, visit: Open) -> None:
    """A double click draws few neighbours at once; a hidden node goes and is counted; the address brings all back."""
    seen = drawn(visit(server, "/graph?n=measure/county-managed"))
    before = seen.page.evaluate(SHOWN)
    seen.until(SELECTED)
    at = seen.page.evaluate(AT, "region/150301")
    seen.page.mouse.dblclick(at["x"], at["y"])
    seen.until(f"{SHOWN} > {before}")
    assert seen.until(SELECTED) == "甲县"
    more = seen.page.evaluate(SHOWN)
    seen.page.get_by_role("button", name="隐藏此节点").click()
    seen.until(f"{SHOWN} === {more - 1}")
    assert "手动隐藏 1 个" in seen.text("#status")
    again = drawn(visit(server, seen.page.url.removeprefix(server.address)))
    assert again.page.evaluate(SHOWN) == more - 1
    assert seen.errors + again.errors == []


def test_a_dragged_node_stays_where_it_was_put(server: Served, visit: Open) -> None:
    """A node that was dragged stays there while others come; undo takes it back, and the address brings it there again."""
    seen = drawn(visit(server, "/graph?n=measure/county-managed"))
    seen.until(SELECTED)
    before = seen.page.evaluate(PLACE, "region/150301")
    at = seen.page.evaluate(AT, "region/150301")
    seen.page.mouse.move(at["x"], at["y"])
    seen.page.mouse.down()
    seen.page.mouse.move(at["x"] + 40, at["y"] + 30, steps=4)
    seen.page.mouse.up()
    seen.until("location.search.includes('put=')")
    put = seen.page.evaluate(PLACE, "region/150301")
    assert put != before
    count = seen.page.evaluate(SHOWN)
    after = seen.page.evaluate(AT, "region/150301")
    seen.page.mouse.dblclick(after["x"], after["y"])
    seen.until(f"{SHOWN} > {count}")
    assert seen.page.evaluate(PLACE, "region/150301") == put
    again = drawn(visit(server, seen.page.url.removeprefix(server.address)))
    assert again.page.evaluate(PLACE, "region/150301") == put
    for _ in range(2):
        again.page.get_by_role("button", name="撤销").click()
    again.until("!location.search.includes('put=')")
    assert again.page.evaluate(PLACE, "region/150301") == before
    assert seen.errors + again.errors == []


def test_a_double_click_on_a_busy_page(server: Served, visit: Open) -> None:
    """A page that is busy with the first click of two still takes both for a double click."""
    seen = drawn(visit(server, "/graph?n=measure/county-managed"))
    before = seen.page.evaluate(SHOWN)
    seen.until(SELECTED)
    at = seen.page.evaluate(AT, "region/150301")
    seen.page.evaluate(
        "addEventListener('pointerup', () => { for (const end = performance.now() + 600; performance.now() < end; ); }, { capture: true, once: true })"
    )
    seen.page.mouse.dblclick(at["x"], at["y"])
    seen.until(f"{SHOWN} > {before}")


def test_a_path_is_told(server: Served, visit: Open) -> None:
    """A second node with Shift gives the ways as sentences with quotes, their lines highlighted; no way is said."""
    seen = drawn(visit(server, "/graph?n=institution/150301/第一小学"))
    seen.until(SELECTED)
    seen.until("document.querySelectorAll('#panel .fact').length > 2")
    at = seen.page.evaluate(AT, "institution/150302/第二小学")
    seen.page.keyboard.down("Shift")
    seen.page.mouse.click(at["x"], at["y"])
    seen.page.keyboard.up("Shift")
    seen.until("document.querySelectorAll('#panel .paths li').length > 0")
    assert "结对帮扶" in seen.text("#panel .paths")
    assert "甲县第一小学结对帮扶乙县第二小学" in seen.text("#panel .paths")
    assert seen.page.evaluate("edukg.picture.way.size") >= 1
    assert "to=" in seen.page.url
    far = drawn(visit(server, "/graph?n=honour/model&n=region/150302&sel=honour/model&to=region/150302"))
    assert "四步之内没有路径" in far.until("document.querySelector('#panel .hint')?.innerText")
    assert seen.errors + far.errors == []


def test_a_path_brings_in_what_lies_between(server: Served, visit: Open) -> None:
    """Nodes on the way that were not drawn are drawn, and stay after a reload."""
    seen = drawn(visit(server, "/graph?add=region/150301+region/150302&sel=region/150301&to=region/150302"))
    seen.until("document.querySelectorAll('#panel .paths li').length > 1")
    seen.until(f"{SHOWN} >= 4")
    shown = seen.page.evaluate(SHOWN)
    again = drawn(visit(server, seen.page.url.removeprefix(server.address)))
    again.until(f"{SHOWN} === {shown}")
    assert seen.errors + again.errors == []


def test_the_server_gone(folder: Path, visit: Open) -> None:
    """When the server goes, a banner says so, the picture stays, and trying again says it again."""
    with serving(graphs.sample(), folder / "gone") as of:
        seen = drawn(visit(of, f"/graph?n={COUNTY}"))
        seen.until(SELECTED)
        seen.until("document.querySelectorAll('#panel .fact').length > 5")
        before = seen.page.evaluate(SHOWN)
        of.process.kill()
        of.process.wait()
        seen.page.evaluate("edukg.expand(edukg.source.byKey.get('measure/groups').id)")
        seen.until("!document.getElementById('banner').hidden")
        assert "连不上服务器" in seen.text("#banner")
        assert seen.page.evaluate(SHOWN) == before
        assert seen.page.evaluate(INK)["share"] > 0.005
        seen.page.get_by_role("button", name="重试").click()
        seen.until("!document.getElementById('banner').hidden")
        seen.page.keyboard.press("/")
        seen.page.keyboard.insert_text("甲县")
        assert "连不上服务器" in seen.until("document.querySelector('#hits [role=alert]')?.innerText")
        assert [error for error in seen.errors if "ERR_CONNECTION_REFUSED" not in error] == []


def test_errors_and_their_mending(server: Served, visit: Open) -> None:
    """An error of the server is told and can be tried again; what does not exist is told too; waiting shows that it waits."""
    seen = visit(server, "/graph").ready()
    held: list[Any] = []
    seen.page.route("**/api/ego/**", lambda route: held.append(route))
    seen.page.evaluate("void edukg.act('n', 'region/150301')")
    seen.until("!document.getElementById('skeleton').hidden")
    held.pop().fulfill(status=500, body="oops")
    seen.until("!document.getElementById('banner').hidden")
    assert seen.page.evaluate("document.getElementById('skeleton').hidden")
    seen.page.unroute("**/api/ego/**")
    seen.page.get_by_role("button", name="重试").click()
    seen.until(f"{SHOWN} > 3")
    assert seen.page.evaluate("document.getElementById('banner').hidden")
    lost = visit(server, "/graph?n=nothing").ready()
    lost.until("!document.getElementById('banner').hidden")
    assert "没有这个" in lost.text("#banner")


def test_markup_is_text(hostile: Served, visit: Open) -> None:
    """Names that carry markup are shown as they are, in suggestions, picture, panel, dialog, results and answers."""
    seen = drawn(visit(hostile, f"/graph?n={COUNTY}"))
    assert seen.until(SELECTED) == graphs.HOSTILE[0]
    seen.until("document.querySelectorAll('#panel .fact').length > 4")
    seen.page.get_by_role("button", name="展开邻居").click()
    seen.until("document.getElementById('expanding').open")
    assert graphs.HOSTILE[0][:39] in seen.text("#expanding h2")
    seen.page.keyboard.press("Escape")
    seen.page.keyboard.press("/")
    seen.page.keyboard.insert_text("img")
    seen.until(f"{LISTED} > 1")
    assert "<img" in seen.page.evaluate(HITS)[0]
    pages = [visit(hostile, "/search?q=img"), visit(hostile, "/graph"), visit(hostile, "/query?" + urlencode({"query": "SELECT ?l { ?s skos:prefLabel ?l }"}))]
    pages[-1].until("document.querySelectorAll('#answer td').length > 5")
    for one in (seen, *pages):
        assert one.page.evaluate("window.hacked === undefined && document.querySelectorAll('main img, main script').length === 0")
        assert (one.errors, one.requests) == ([], [])


@pytest.mark.parametrize("path", [f"/graph?n={COUNTY}", "/graph", "/search?q=小学", "/query"])
def test_pages_fit_a_phone(server: Served, visit: Open, path: str) -> None:
    """On a phone nothing scrolls sideways; a node that is tapped opens its panel as a sheet."""
    seen = visit(server, path, viewport={"width": 390, "height": 844}, has_touch=True)
    if "n=" in path:
        drawn(seen)
        assert seen.until(f"({INK})().share > 0.005")
        assert seen.page.locator("#panel").is_hidden()
        at = seen.page.evaluate(AT, COUNTY)
        seen.page.touchscreen.tap(at["x"], at["y"])
        seen.until("!document.getElementById('panel').hidden")
        box = seen.page.locator("#panel").bounding_box()
        assert box is not None
        assert box["width"] == 390
    if path == "/query":
        seen.ready().page.locator("[data-question][href$='=measures']").click()
        seen.until("document.querySelectorAll('#answer td').length > 0")
    assert seen.page.evaluate(NARROW)
    assert (seen.errors, seen.requests) == ([], [])


def test_questions_in_the_browser(server: Served, visit: Open) -> None:
    """A misspelled query is told with its place and the cursor goes there; a good one gives table and bars; a slow one can be stopped."""
    seen = visit(server, "/query").ready()
    seen.page.locator("#sparql").fill("SELECT ?x WHER { ?x }")
    seen.page.locator("#run").click()
    assert "第 1 行,第 16 列" in seen.until("document.querySelector('#answer [role=alert]')?.innerText")
    assert seen.page.evaluate("document.getElementById('sparql').selectionStart") == 15
    seen.page.locator("#sparql").fill(COUNTED)
    seen.page.locator("#run").click()
    seen.until("document.querySelectorAll('#answer rect').length === 4")
    assert seen.page.locator("#answer tbody tr").count() == 4
    seen.page.locator("#sparql").fill(ADOPTED)
    seen.page.locator("#run").click()
    seen.until("document.querySelector('#answer a[href^=\"/graph\"]')")
    with seen.page.expect_navigation():
        seen.page.locator("#answer a[href^='/graph']").click()
    drawn(seen).until(f"{SHOWN} >= 6")
    assert [error for error in seen.errors if "400" not in error] == []


def test_a_question_in_the_browser(server: Served, visit: Open) -> None:
    """A question that ships is answered when it is opened; other values ask again, and the query shows them."""
    seen = visit(server, "/query?name=adopters").ready()
    seen.until("document.getElementById('answer').children.length > 0")
    seen.page.locator("#p-measure").fill("县管校聘")
    seen.page.locator("#question button").first.click()
    seen.until("""document.getElementById('sparql').value.includes('"县管校聘"@zh')""")
    seen.until("document.querySelectorAll('#answer tbody tr').length > 0")
    assert (seen.errors, seen.requests) == ([], [])


def test_the_picture_is_saved(server: Served, visit: Open) -> None:
    """The picture comes as PNG; the page is in English where that is asked for."""
    seen = drawn(visit(server, f"/graph?n={COUNTY}&lang=en"))
    assert seen.text("#status").endswith("facts on their lines")
    with seen.page.expect_download() as got:
        seen.page.locator("#png").click()
    assert Path(got.value.path()).read_bytes().startswith(b"\x89PNG")
    assert (seen.errors, seen.requests) == ([], [])
