"""The page of the whole map in a real browser: drawn by WebGL2 or on a plain canvas, moved by mouse, fingers and keys, leading on to what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser as browsers
import graphs
import pytest
from browser import Opener, Visit
from playwright.sync_api import Browser
from served import Served, mapped, put, served
from test_map import COUNTY, decoded

WEBGL = "?draw=webgl"
PAINTERS = ["", WEBGL]
MANY = {"counties": 300, "schools": 9}
PIXELS = """(name) => {  // of a type's colour: how many, and how far they reach, in parts of the window
  const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const canvas = document.querySelector('#canvas .picture');
  Object.assign(probe.canvas, { width: canvas.width, height: canvas.height });
  edukg.draw();  // what WebGL draws can be read until the page is shown
  probe.drawImage(canvas, 0, 0);
  const [r, g, b] = getComputedStyle(document.documentElement).getPropertyValue(name).trim().match(/[0-9a-f]{2}/g).map((part) => parseInt(part, 16));
  const { data } = probe.getImageData(0, 0, canvas.width, canvas.height);
  const box = canvas.getBoundingClientRect();
  let [count, left, right, top, bottom] = [0, Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 250 || Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) > 12) continue;
    const [x, y] = [box.x + ((at / 4) % canvas.width) / devicePixelRatio, box.y + Math.floor(at / 4 / canvas.width) / devicePixelRatio];
    [count, left, right, top, bottom] = [count + 1, Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  return { count, box: [left / innerWidth, right / innerWidth, top / innerHeight, bottom / innerHeight] };
}"""
AT = """async (key) => {  // where a thing stands on the screen, once the picture has taken the room that is left
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const place = await edukg.places.placeOf(key);
  const [x, y] = edukg.lens.screen(edukg.places, place);
  const box = edukg.box.getBoundingClientRect();
  return { x: box.x + x, y: box.y + y, place };
}"""
CHOSEN = "!document.getElementById('panel').hidden && document.querySelector('#panel .row') && document.querySelector('#panel h2').innerText.trim()"
VIEW = "[edukg.lens.x, edukg.lens.y, edukg.lens.scale]"
NARROW = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the graphs made for tests."""
    return tmp_path_factory.mktemp("maps")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    """A server of the two counties, its map computed."""
    with served(put(graphs.sample(), folder / "sample")) as found:
        yield mapped(found)


@pytest.fixture(scope="module")
def many(folder: Path) -> Iterator[Served]:
    """A server of more things than a plain canvas draws."""
    with served(put(graphs.large(**MANY), folder / "many")) as found:
        yield mapped(found)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Opener]:
    """A function that opens a page of a server: `visit(server, path, **context options)`."""
    with browsers.served_visits(chromium) as opened:
        yield opened


@pytest.fixture
def flat(chromium: Browser) -> Iterator[Opener]:
    """The same in a browser without WebGL."""
    without = chromium.browser_type.launch(executable_path=browsers.executable(), args=[*browsers.ARGUMENTS, "--disable-3d-apis"])
    with browsers.served_visits(without) as opened:
        yield opened
    without.close()


def clean(seen: Visit) -> bool:
    """Whether the page asked nobody else and complained of nothing."""
    assert (seen.errors, seen.requests) == ([], [])
    return True


def in_colour(seen: Visit) -> bool:
    """Whether regions and measures are drawn in their colours, within the window."""
    for name in ("--type-Region", "--type-Measure"):
        found = seen.page.evaluate(PIXELS, name)
        assert found["count"] > 100
        assert all(0 < edge < 1 for edge in found["box"])
    return True


@pytest.mark.parametrize("how", PAINTERS)
def test_it_is_drawn(server: Served, visit: Opener, how: str) -> None:
    """Either way of drawing shows all things in the colours of the legend, says how many, and in what way it draws."""
    seen = visit(server, f"/map{how}").ready()
    assert seen.page.evaluate("edukg.painter.constructor.name") == ("WebGl" if how else "Flat")
    assert in_colour(seen)
    total = len(decoded(server.get("/api/map").body).ids)
    links = len(decoded(server.get("/api/map").body).links)
    assert seen.text("#status") == f"显示 {total} / 共 {total} 节点,{links} 条连线"
    assert ("SwiftShader" in seen.text("#notice")) is not bool(how)
    assert seen.page.locator(".menu [aria-current]").inner_text() == "全图"
    assert clean(seen)


@pytest.mark.parametrize("how", PAINTERS)
def test_it_follows_the_scheme(server: Served, visit: Opener, how: str) -> None:
    """Dark or light, symbols have the colours of the scheme at once."""
    seen = visit(server, f"/map{how}").ready()
    light = seen.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--type-Region')")
    seen.page.locator("#theme").click()
    assert seen.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--type-Region')") != light
    assert in_colour(seen)


def test_without_webgl_a_part_is_drawn(many: Served, flat: Opener) -> None:
    """A browser without WebGL says so and how many of how many are drawn; what is left out is found by the search."""
    seen = flat(many, "/map").ready()
    total = len(decoded(many.get("/api/map").body).ids)
    assert total > 3000
    assert "没有 WebGL2" in seen.text("#notice")
    assert f"3,000 个节点,共 {total:,} 个" in seen.text("#notice")
    assert seen.text("#status").startswith(f"显示 3,000 / 共 {total:,} 节点,")
    assert in_colour(seen)
    last = many.get(f"/api/map/names?from={total - 1}&count=1").json["things"][0]
    seen.page.evaluate("(key) => dispatchEvent(new CustomEvent('chosen', { detail: key, cancelable: true }))", last[0])
    assert seen.until(CHOSEN) == last[1]
    assert clean(seen)


def test_all_is_drawn_where_one_insists(many: Served, visit: Opener) -> None:
    """Without a graphics card a part is drawn, and a link draws all."""
    seen = visit(many, "/map").ready()
    assert "SwiftShader" in seen.text("#notice")
    with seen.page.expect_navigation():
        seen.page.locator("#notice a").click()
    seen.ready()
    total = len(decoded(many.get("/api/map").body).ids)
    assert seen.text("#status").startswith(f"显示 {total:,} / 共 {total:,} 节点,")
    assert seen.page.locator("#notice").is_hidden()
    assert in_colour(seen)
    assert clean(seen)


def test_a_lost_context_falls_back(many: Served, visit: Opener) -> None:
    """When the card stops drawing, the plain canvas goes on with a sentence that says so."""
    seen = visit(many, f"/map{WEBGL}").ready()
    seen.page.evaluate("edukg.lens.zoomBy(1.2)")
    before = seen.page.evaluate(VIEW)
    seen.page.evaluate("edukg.painter.gl.getExtension('WEBGL_lose_context').loseContext()")
    seen.until("edukg.painter.constructor.name === 'Flat'")
    assert "显卡停止了绘图" in seen.text("#notice")
    assert "3,000" in seen.text("#status")
    assert seen.page.evaluate(VIEW) == before
    assert in_colour(seen)


@pytest.mark.parametrize("how", PAINTERS)
def test_a_click_opens_the_panel(server: Served, visit: Opener, how: str) -> None:
    """A thing that is clicked tells its name, type and facts and leads to its page and onto the canvas; a click beside closes the panel."""
    seen = visit(server, f"/map{how}").ready()
    at = seen.page.evaluate(AT, COUNTY)
    seen.page.mouse.click(at["x"], at["y"])
    assert seen.until(CHOSEN) == "甲县"
    facts = decoded(server.get("/api/map").body).facts[at["place"]]
    assert seen.text("#panel .head p") == f"地区 · {facts} 条事实"
    links = [link.get_attribute("href") or "" for link in seen.page.locator("#panel .row a").all()]
    assert links[0] == f"/id/{COUNTY}"
    assert server.get(links[0]).status == 200
    seen.page.locator("#panel .close").click()
    seen.until("document.getElementById('panel').hidden")
    at = seen.page.evaluate(AT, COUNTY)
    seen.page.mouse.click(at["x"], at["y"])
    seen.until(CHOSEN)
    with seen.page.expect_navigation():
        seen.page.get_by_role("link", name="在画布中打开").click()
    seen.until("document.documentElement.dataset.ready === 'true' && edukg.picture.nodes.length > 3")
    assert seen.until("document.querySelector('#panel h2')?.innerText.trim()") == "甲县"
    assert clean(seen)


def test_pointing_names_a_thing(server: Served, visit: Opener) -> None:
    """A thing under the mouse is named, and the pointer says that it can be clicked."""
    seen = visit(server, "/map").ready()
    at = seen.page.evaluate(AT, "measure/sunshine")
    seen.page.mouse.move(at["x"], at["y"])
    seen.until("(place) => edukg.hovered === place && edukg.named.some((one) => one.id === place)", at["place"])
    assert seen.page.evaluate("getComputedStyle(edukg.box).cursor") == "pointer"
    seen.page.mouse.move(2, 2)
    seen.until("edukg.hovered === -1")


def test_names_alone_are_drawn_anew(server: Served, visit: Opener) -> None:
    """Pointing leaves the picture below the names as it is; one drawn without a graphics card has its lines as soon as it stands still."""
    seen = visit(server, f"/map{WEBGL}").ready()
    seen.until("!edukg.lens.moving && !edukg.drawing")
    seen.page.evaluate("""() => {
      const { gl } = edukg.painter;
      window.drawn = { points: 0, lines: 0 };
      for (const [name, kind] of [['drawArrays', 'points'], ['drawElements', 'lines']]) {
        const draw = gl[name].bind(gl);
        gl[name] = (...how) => { window.drawn[kind] += 1; draw(...how); };
      }
    }""")
    at = seen.page.evaluate(AT, COUNTY)
    seen.page.mouse.move(at["x"], at["y"])
    seen.until("(place) => edukg.hovered === place && edukg.named.some((one) => one.id === place)", at["place"])
    assert seen.page.evaluate("drawn") == {"points": 0, "lines": 0}
    seen.page.evaluate("edukg.lens.zoomBy(1.1); edukg.draw()")
    assert seen.page.evaluate("drawn.points") >= 1
    assert seen.until("drawn.lines > 0 && !edukg.lens.moving")


def test_a_link_restores_the_view(server: Served, visit: Opener) -> None:
    """The address keeps what is chosen and where the picture stands; going back undoes a choice."""
    seen = visit(server, "/map").ready()
    at = seen.page.evaluate(AT, COUNTY)
    seen.page.mouse.click(at["x"], at["y"])
    seen.until(CHOSEN)
    seen.page.mouse.move(at["x"], at["y"])
    seen.page.mouse.wheel(0, -600)
    seen.until("/n=.*at=/.test(location.hash) && location.hash.includes(String(edukg.lens))")
    again = visit(server, seen.page.url.removeprefix(seen.page.evaluate("location.origin"))).ready()
    assert again.until(CHOSEN) == "甲县"
    assert again.page.evaluate(VIEW) == pytest.approx(seen.page.evaluate(VIEW), rel=0.001, abs=0.06)
    seen.page.go_back()
    seen.until("document.getElementById('panel').hidden")
    lost = visit(server, "/map#n=nothing").ready()
    assert "没有这个" in lost.text("#banner")


def test_drag_and_wheel(server: Served, visit: Opener) -> None:
    """A drag takes the picture along and chooses nothing; what lies under the mouse stays there while the wheel turns."""
    seen = visit(server, "/map").ready()
    before = seen.page.evaluate(AT, COUNTY)
    seen.page.mouse.move(before["x"], before["y"])
    seen.page.mouse.down()
    seen.page.mouse.move(before["x"] + 60, before["y"] - 40, steps=4)
    seen.page.mouse.up()
    after = seen.page.evaluate(AT, COUNTY)
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((60, -40), abs=6)
    assert seen.page.locator("#panel").is_hidden()
    scale = seen.page.evaluate("edukg.lens.scale")
    seen.page.mouse.move(after["x"], after["y"])
    seen.page.mouse.wheel(0, -300)
    seen.until("(scale) => edukg.lens.scale > scale * 1.2", scale)
    now = seen.page.evaluate(AT, COUNTY)
    assert (now["x"], now["y"]) == pytest.approx((after["x"], after["y"]), abs=1)


def test_keys_alone(server: Served, visit: Opener) -> None:
    """Without a mouse: plus, minus, arrows and 0 move the picture, Enter opens what is in the middle, Escape closes it; a list has the best known."""
    seen = visit(server, "/map").ready()
    seen.page.locator("#canvas").focus()
    start = seen.page.evaluate(VIEW)
    seen.page.keyboard.press("+")
    assert seen.page.evaluate("edukg.lens.scale") == pytest.approx(start[2] * 1.3)
    seen.page.keyboard.press("-")
    assert seen.page.evaluate("edukg.lens.scale") == pytest.approx(start[2])
    seen.page.keyboard.press("ArrowRight")
    assert seen.page.evaluate("edukg.lens.x") == pytest.approx(start[0] + 80 / start[2])
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.evaluate("edukg.lens.y") == pytest.approx(start[1] + 80 / start[2])
    seen.page.keyboard.press("0")
    assert seen.page.evaluate(VIEW) == pytest.approx(start)
    seen.page.keyboard.press("Enter")
    assert seen.until(CHOSEN)
    seen.page.keyboard.press("Escape")
    seen.until("document.getElementById('panel').hidden")
    seen.page.locator("#best summary").focus()
    seen.page.keyboard.press("Enter")
    listed = seen.page.locator("#best li").all_inner_texts()
    best = [label for _, label, *_ in server.get("/api/map/names?count=50").json["things"]]
    assert [text.strip() for text in listed] == [label[:20] + ("…" if len(label) > 20 else "") for label in best]
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    assert seen.until(CHOSEN) == best[0]
    assert clean(seen)


def test_the_search_box_leads_here(server: Served, visit: Opener) -> None:
    """What the search finds is chosen and stands in the middle of the picture."""
    seen = visit(server, "/map").ready()
    seen.page.keyboard.press("/")
    seen.page.keyboard.insert_text("县管校聘")
    seen.until("document.querySelectorAll('#hits .hit').length > 1")
    seen.page.keyboard.press("Enter")
    assert seen.until(CHOSEN) == "县管校聘"
    at = seen.page.evaluate(AT, "measure/county-managed")
    box = seen.page.locator("#canvas").bounding_box()
    assert box is not None
    assert (at["x"], at["y"]) == pytest.approx((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), abs=40)
    assert "n=measure" in seen.page.url


def test_it_comes_up_by_itself(server: Served, visit: Opener) -> None:
    """A page opened too early says that the map is computed, and shows it as soon as it is; an error is told and can be tried again."""
    answers = [{"status": 503, "body": '{"error": "稍等"}', "headers": {"Retry-After": "0.01"}}, {"status": 500, "body": '{"error": "算错"}'}]
    held: list[Any] = []
    seen = visit(server, "/documents")
    seen.page.route("**/api/map", lambda route: held.append(route))
    seen.page.goto(f"{server.address}map")
    for number, answer in enumerate(answers):
        for _ in range(browsers.TRIES):
            if len(held) > number:
                break
            seen.page.wait_for_timeout(browsers.PAUSE)
        held[number].fulfill(**answer)
        seen.until("(text) => document.querySelector('main').innerText.includes(text)", json.loads(answer["body"])["error"])
    assert seen.page.locator("#skeleton").is_hidden()
    seen.page.unroute("**/api/map")
    seen.page.get_by_role("button", name="重试").click()
    seen.ready()
    assert seen.page.locator("#banner").is_hidden()
    assert in_colour(seen)


def test_an_open_page_takes_the_newer_map(folder: Path, visit: Opener) -> None:
    """Names of a newer build are never put to places of an older one: the page takes the newer map."""
    out = put(graphs.sample(), folder / "renewed")
    with served(out) as of:
        seen = visit(mapped(of), "/map").ready()
        put(graphs.hub(), out)
        mapped(of)
        seen.page.evaluate("dispatchEvent(new CustomEvent('chosen', { detail: 'measure/m7', cancelable: true }))")
        seen.until("document.getElementById('status').innerText.includes('302')")
        assert in_colour(seen)


def test_markup_is_text(folder: Path, visit: Opener) -> None:
    """Names that carry markup are shown as they are."""
    with served(put(graphs.hostile(), folder / "hostile")) as of:
        seen = visit(mapped(of), f"/map#n={COUNTY}").ready()
        assert seen.until(CHOSEN) == graphs.HOSTILE[0]
        assert "<img" in " ".join(seen.page.locator("#best li").all_text_contents())
        assert seen.page.evaluate("window.hacked === undefined && document.querySelectorAll('main img, main script').length === 0")
        assert clean(seen)


def test_it_fits_a_phone(server: Served, visit: Opener) -> None:
    """On a phone nothing scrolls sideways, a tap opens the panel as a sheet, and two fingers zoom."""
    seen = visit(server, "/map", viewport={"width": 390, "height": 844}, has_touch=True, device_scale_factor=2).ready()
    assert in_colour(seen)
    fingers = seen.page.context.new_cdp_session(seen.page)
    scale = seen.page.evaluate("edukg.lens.scale")
    for kind, gap in (("touchStart", 40), ("touchMove", 80), ("touchMove", 120)):
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": 195 + side * gap, "y": 420, "id": n} for n, side in enumerate((-1, 1))]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert seen.until("(scale) => edukg.lens.scale > scale * 2 && edukg.lens.scale / scale", scale) == pytest.approx(3, rel=0.1)
    seen.page.evaluate("edukg.fit()")
    at = seen.page.evaluate(AT, COUNTY)
    seen.page.touchscreen.tap(at["x"], at["y"])
    assert seen.until(CHOSEN) == "甲县"
    box = seen.page.locator("#panel").bounding_box()
    assert box is not None
    assert box["width"] == 390
    assert seen.page.evaluate(AT, COUNTY)["y"] < box["y"]
    assert seen.page.evaluate(NARROW)
    assert clean(seen)
