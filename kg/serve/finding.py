"""The pages for finding things: all results of a search, and the graph that begins empty."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kg.serve.api import LONGEST, asked_words
from kg.serve.explorer import MOST_HITS
from kg.serve.pages import explorer, page_of, pages_of, show

SUGGESTED = {"Region": 12, "Measure": 12, "Institution": 8}


def search(request: Request) -> Response:
    """A page of the things and facts that fit a search."""
    e, query = explorer(request), asked_words(request)
    kind = request.query_params.get("type", "")
    found = e.search(query, kind, page_of(request))
    types = [(name, n) for name, n in _types(request, query) if n]
    pages = pages_of(max(found["count"].values()), MOST_HITS)
    cut = len(request.query_params.get("q", "")) > LONGEST
    return show(request, "search.html", query=query, found=found, types=types, kind=kind, page=page_of(request), pages=pages, cut=cut, longest=LONGEST)


def _types(request: Request, query: str) -> list[tuple[str, int]]:
    e = explorer(request)
    names = e.remembered("types", lambda: [row[0] for row in e.rows("SELECT DISTINCT type FROM thing ORDER BY type")])
    return [(name, e.search(query, name, limit=1)["count"]["things"]) for name in names] if query else []


def graph(request: Request) -> Response:
    """The picture of the things that the address names; without any, what one may begin with."""
    e = explorer(request)
    return show(request, "graph.html", suggested=[(kind, e.top(kind, limit)) for kind, limit in SUGGESTED.items()])


ROUTES = (
    ("/search", search, ["GET"]),
    ("/graph", graph, ["GET"]),
)
