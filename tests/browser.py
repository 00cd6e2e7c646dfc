"""A real browser for tests of pages: offline, watched for requests, errors and dialogs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from served import Served

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-unsafe-swiftshader",
]  # fmt: skip
TRIES = 400
READING = ("getImageData", "ReadPixels")  # complaints that a test reads a canvas, which is no fault of the page
PAUSE = 25  # milliseconds between two looks


@dataclass
class Visit:
    """A page that was opened, and what it did that it should not."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def until(self, script: str, argument: Any = None) -> Any:
        """The value of a script once it is true; the page forbids eval, so it is asked again and again."""
        for _ in range(TRIES):
            if value := self.page.evaluate(script, argument):
                return value
            self.page.wait_for_timeout(PAUSE)
        return pytest.fail(f"the page never came to: {script}\n" + "\n".join(self.errors), pytrace=False)

    def ready(self) -> Visit:
        """The visit, once the page has drawn itself."""
        self.until("document.documentElement.dataset.ready === 'true'")
        return self

    def text(self, selector: str) -> str:
        """The text of the first element found."""
        return self.page.locator(selector).first.inner_text()


def executable() -> str:
    """The path of the browser."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or pytest.fail("no browser: install chromium (Debian: apt-get install chromium fonts-noto-cjk) or Google Chrome", pytrace=False)


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser for as long as the block runs."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield opened
        opened.close()


Opener = Callable[..., Visit]


@contextmanager
def visits(opened: Browser) -> Iterator[Opener]:
    """A function that opens a file in a fresh context: `visit(path, hash="", **context options)`."""
    contexts = []

    def visit(path: Path, fragment: str = "", **options: Any) -> Visit:
        context = opened.new_context(**{"viewport": {"width": 1440, "height": 900}, "accept_downloads": True, **options})
        contexts.append(context)
        seen = Visit(context.new_page())
        address = path.resolve().as_uri()
        seen.page.on("request", lambda request: seen.requests.append(request.url) if not request.url.startswith((address, "data:", "blob:")) else None)
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("console", lambda message: seen.errors.append(message.text) if message.type in ("error", "warning") else None)
        seen.page.on("dialog", lambda dialog: (seen.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        seen.page.goto(address + fragment)
        return seen

    yield visit
    for context in contexts:
        context.close()


@contextmanager
def served_visits(opened: Browser) -> Iterator[Opener]:
    """A function that opens a page of a server: `visit(server, path, **context options)`; requests to anywhere else are noted and refused."""
    contexts = []

    def visit(of: Served, path: str, **options: Any) -> Visit:
        context = opened.new_context(**{"viewport": {"width": 1440, "height": 900}, "accept_downloads": True, **options})
        contexts.append(context)
        seen = Visit(context.new_page())

        def foreign(url: str) -> bool:
            return not url.startswith((of.address, "data:", "blob:"))

        context.route(foreign, lambda route: (seen.requests.append(route.request.url), route.abort()))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("console", lambda message: seen.errors.append(message.text) if _bad(message) else None)
        seen.page.on("dialog", lambda dialog: (seen.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        seen.page.goto(of.address + path.lstrip("/"))
        return seen

    yield visit
    for context in contexts:
        context.close()


def _bad(message: ConsoleMessage) -> bool:
    """Whether a page complains."""
    return message.type in ("error", "warning") and not any(word in message.text for word in READING)
