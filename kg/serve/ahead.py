"""What the server asks of itself before others do: of every build, the pages that are slow at first, and the map."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from threading import Thread

from starlette.applications import Starlette
from starlette.requests import Request

from kg.serve import analysis, map, pages
from kg.serve.explorer import Explorer

PAGES = (("/", pages.home), ("/facts", pages.facts), *((path, view) for path, view, _ in analysis.ROUTES))
KEPT: dict[str, Callable[[Explorer], object]] = {"map": map.computed}

_LOG = logging.getLogger("uvicorn.error")


def start(app: Starlette) -> Thread:
    """A thread that prepares what is asked of the build that is open, and that no end of the server waits for."""
    thread = Thread(target=_prepare, args=(app, app.state.explorer), name="ahead", daemon=True)
    thread.start()
    return thread


def _prepare(app: Starlette, e: Explorer) -> None:
    for path, view in PAGES:
        _tried(app, e, path, partial(view, _request(app, e, path)))
    for name, make in KEPT.items():
        e.kept[name] = _tried(app, e, name, partial(make, e))


def _tried(app: Starlette, e: Explorer, name: str, make: Callable[[], object]) -> object:
    """What is made, None where that failed; nothing is made for a build that a newer one has replaced."""
    if app.state.explorer is not e:
        return None
    try:
        return make()
    except Exception as error:  # whatever it is, the pages that do without are served on
        if app.state.explorer is e:
            _LOG.warning("not prepared: %s (%s)", name, " ".join(f"{type(error).__name__}: {error}".split()))
        return None


def _request(app: Starlette, e: Explorer, path: str) -> Request:
    said = {"type": "http", "method": "GET", "scheme": "http", "server": ("localhost", 80), "query_string": b"", "headers": [], "path_params": {}}
    return Request({**said, "path": path, "app": app, "explorer": e})
