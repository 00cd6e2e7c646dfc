"""Every page of the served explorer in a real browser: by the rules of accessibility, without sideways scroll or requests elsewhere, and kept as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from playwright.sync_api import Browser
from served import Served, mapped, served
from test_view import AXE, NARROW_SCREEN, RULES, WIDE

PAGES = {
    "home": "/",
    "facts": "/facts?kind=Outcome&sort=value",
    "thing": "/id/region/652829",
    "measure": "/id/measure/group-schooling",
    "documents": "/documents",
    "document": "/documents/seeds/004_c0f40378ba5061d4.txt",
    "graph": "/graph?n=region/652829",
    "map": "/map",
    "matrix": "/matrix",
    "indicators": "/indicators",
    "indicator": "/indicators?indicator=indicator/retention-rate",
    "timeline": "/timeline",
    "spread": "/spread?measure=measure/group-schooling",
    "promises": "/promises",
    "query": "/query",
    "question": "/query?name=promises",
    "ontology": "/ontology",
    "search": "/search?q=集团",
    "error": "/nothing",
}
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Served]:
    """A server of the seeds' graph."""
    with served(built) as found:
        yield mapped(found)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("size", "lang", "scheme"), [("1440x900", "zh", "light"), ("390x844", "en", "dark")])
def test_pages_can_be_read_by_anyone(server: Served, chromium: Browser, name: str, size: str, lang: str, scheme: str) -> None:
    """axe-core finds nothing to object to (WCAG 2.1 A and AA), the page fits its window and asks nobody but the server; its picture is kept to be looked at."""
    assert AXE.exists(), "axe-core is missing: make axe"
    viewport = WIDE if size == "1440x900" else NARROW_SCREEN
    context = chromium.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True)  # axe-core comes from outside the page
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    path = PAGES[name]
    page.goto(f"{server.address}{path.lstrip('/')}{'&' if '?' in path else '?'}lang={lang}", wait_until="networkidle")
    folder = ROOT / "tests" / "screenshots"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"served-{name}-{size}-{lang}-{scheme}.png")
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate(RULES)
    assert [(rule["id"], rule["nodes"][0]["target"], rule["nodes"][0]["failureSummary"]) for rule in result["violations"]] == []
    assert not page.evaluate(WIDER)
    assert [url for url in asked if not url.startswith((server.address, "data:", "blob:"))] == []
    context.close()
