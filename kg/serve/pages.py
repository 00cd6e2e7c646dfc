"""The pages that show the graph itself: home, table of facts, things, documents."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from kg import __version__
from kg.formats.html import WEB
from kg.serve import display, static
from kg.serve.explorer import FACETS, ORDERS, PORTION, Asked, Explorer, Fact, Thing
from kg.serve.words import Words
from kg.store import Statement, turtle

PAGE = 50
_EXPORTS = BoundedSemaphore(4)  # whole tables written at once, so that pages still find a thread
SLASHES = "/\\"  # two of them at the beginning of an address would lead off the site
TOP = 12
NUMBERS = frozenset({"thing", "subject", "object", "measure", "document"})
COLUMNS = ("kind", "subject", "predicate", "object", "value", "number", "unit", "period", "status", "marks", "quote", "document", "date", "paragraph", "iri")
FORMULA = ("=", "+", "@", "＝", "＋", "＠", "－")
NUMBER = re.compile(r"-\d+(?:\.\d+)?")
TURTLE = ("text/turtle", "application/x-turtle")

_ENVIRONMENT = jinja2.Environment(autoescape=True, loader=jinja2.FileSystemLoader(WEB / "pages"), trim_blocks=True, lstrip_blocks=True)


def explorer(request: Request) -> Explorer:
    """The explorer of the build that a request is answered from."""
    found: Explorer = request.scope["explorer"]
    return found


def words(request: Request) -> Words:
    """The words of the language asked for: by ?lang=, else by the cookie of the switch, else Chinese."""
    return Words(request.query_params.get("lang") or request.cookies.get("lang", ""))


def show(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page made of a template."""
    said = words(request)
    asked = request.query_params.get("lang")

    def name(thing: Thing | None) -> str:
        return display.label(thing, said)

    at = str(request.scope["path"]).lstrip(SLASHES)

    def link(**changed: object) -> str:
        query = {**request.query_params, **changed}
        return f"/{quote(at)}?{urlencode({k: v for k, v in query.items() if v not in ('', None, 0)})}"

    html = rendered(
        template, t=said, term=said.term, lang=said.language, english=said.english, path=request.url.path, static=f"/static/{static.version()}",
        version=__version__,
        name=name, link=link, d=display, url=lambda thing: display.address(thing, explorer(request)), key=explorer(request).key, request=request,
        mapped=explorer(request).kept.get("map") is not None, rebuilding=explorer(request).rebuilding,
        **values,
    )  # fmt: skip
    response = HTMLResponse(html, status_code=status, headers={"Vary": "Cookie, Accept"})
    if asked:
        response.set_cookie("lang", said.language, max_age=31_536_000, samesite="lax", httponly=True)
    return response


def rendered(template: str, **values: Any) -> str:
    """A template of the pages, filled."""
    return _ENVIRONMENT.get_template(template).render(values)


def failure(request: Request, status: int, message: str = "") -> Response:
    """The page, or for data the JSON, that says what went wrong and what to do."""
    known = {404: "notFound", 503: "notBuilt"}
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": message or words(request)(known.get(status, "failed"))}, status_code=status)
    similar: list[Thing] = []
    if status == 404 and request.url.path.startswith("/id/"):
        similar = explorer(request).search(request.url.path.rsplit("/", 1)[-1], limit=8)["things"]
    return show(request, "error.html", status=status, code=status, message=message, reason=known.get(status, "failed"), similar=similar)


def asked_of(request: Request) -> Asked:
    """The facts that the address asks for; a place or thing may be given by its key."""
    given: dict[str, Any] = {}
    for name in (*NUMBERS, "kind", "status", "words", "sort"):
        value = request.query_params.get(name, "")
        if name in NUMBERS:
            if not value:
                continue
            given[name] = _id_of(request, name, value)
        else:
            given[name] = value
    place = request.query_params.get("place", "")
    return Asked(**given, place=place.removeprefix("region/"), year=number(request, "year", 0, 0, 9999), down=request.query_params.get("down") == "1")


def _id_of(request: Request, name: str, value: str) -> int:
    if name == "document":
        found = explorer(request).document(explorer(request).iri(value))
        return int(found["id"]) if found else -1
    thing = explorer(request).by_key(value)
    return thing.id if thing else -1


def page_of(request: Request) -> int:
    """The number of the page asked for, from 1."""
    return number(request, "page", 1, 1, 1_000_000)


def number(request: Request, name: str, usual: int, least: int, most: int) -> int:
    """A number of the address, kept within bounds; the usual one where it is none."""
    given = request.query_params.get(name, "")
    return max(least, min(int(given[:9]), most)) if given.isascii() and given.isdecimal() else usual


def pages_of(total: int, size: int) -> int:
    """How many pages of a size hold all, at least one."""
    return max(1, -(-total // size))


async def body(request: Request, most: int) -> bytes:
    """What a request sends; 413 where it is more than so many bytes or does not say how many."""
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > most:
        raise HTTPException(413, f"at most {most} bytes")
    return await request.body()


# --- home ---


def home(request: Request) -> Response:
    """Counts, the best known places and measures, the newest documents and questions to begin with."""
    e = explorer(request)
    counts = e.remembered("home", lambda: {
        "documents": e.one("SELECT COUNT(*) FROM document"), "things": e.one("SELECT COUNT(*) FROM thing"), "facts": e.one("SELECT COUNT(*) FROM fact"),
        "kinds": [(row[0], row[1]) for row in e.rows("SELECT kind, COUNT(*) FROM fact GROUP BY kind ORDER BY 2 DESC")],
        "types": [(row[0], row[1]) for row in e.rows("SELECT type, COUNT(*) FROM thing GROUP BY type ORDER BY 2 DESC")],
        "newest": e.one("SELECT MAX(date) FROM document"),
    })  # fmt: skip
    return show(request, "home.html", counts=counts, regions=e.top("Region", TOP), measures=e.top("Measure", TOP), documents=e.documents(size=8))


# --- facts ---


def facts(request: Request) -> Response:
    """The table of facts, filtered and sorted, or the same as CSV."""
    e, asked = explorer(request), asked_of(request)
    if request.query_params.get("format") == "csv":
        if not _EXPORTS.acquire(blocking=False):
            raise HTTPException(503, words(request)("queryBusy"))
        return StreamingResponse(_csv(request, asked), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": "attachment; filename=facts.csv"})
    total = e.count(asked)
    facets = {name: named_facets(request, name, e.facets(asked, name)) for name in FACETS}
    chosen = {name: request.query_params.get(name, "") for name in (*FACETS, "thing", "subject", "object", "words", "sort", "down")}
    about = e.by_key(chosen["thing"] or chosen["subject"] or chosen["object"])
    rows = e.facts(asked, page_of(request), PAGE)
    pages = pages_of(total, PAGE)
    return show(request, "facts.html", facts=rows, total=total, pages=pages, page=page_of(request), facets=facets, chosen=chosen, orders=ORDERS, about=about)


def named_facets(request: Request, name: str, found: list[tuple[Any, int]]) -> list[tuple[str, str, int]]:
    """The values of a facet as addresses have them, with their names and counts."""
    e, said = explorer(request), words(request)
    if name in ("place", "measure"):
        things = e.things(value for value, _ in found)
        return [(e.key(things[value].iri), display.label(things[value], said), n) for value, n in found if value in things]
    if name == "document":
        rows = e.rows(f"SELECT id, iri, title FROM document WHERE id IN ({','.join('?' * len(found))})", *(value for value, _ in found))  # noqa: S608
        titles = {row["id"]: (e.key(row["iri"]), row["title"]) for row in rows}
        return [(*titles[value], n) for value, n in found]
    if name == "year":
        return [(str(value), str(value) if value else said("noYear"), n) for value, n in found if value]
    return [(value, said.term(name, value), n) for value, n in found]


def _csv(request: Request, asked: Asked) -> Iterator[str]:
    said = words(request)
    try:
        yield "\ufeff"
        lines = chain((COLUMNS,), _lines(request, asked, said))
        while rows := [*islice(lines, PORTION)]:
            text = io.StringIO()
            csv.writer(text).writerows([safe_cell(str(cell)) for cell in row] for row in rows)
            yield text.getvalue()
    finally:
        _EXPORTS.release()


def _lines(request: Request, asked: Asked, said: Words) -> Iterator[tuple[object, ...]]:
    for fact in explorer(request).every(asked):
        first: Mapping[str, Any] = fact.quotes[0] if fact.quotes else {"exact": "", "paragraph": ""}
        yield (
            said.term("kind", fact.kind), display.label(fact.subject, said), display.predicate(fact, said),
            display.label(fact.object, said) if fact.object else "", display.value(fact, said), fact.value, fact.unit, fact.period,
            said.term("status", fact.status), " ".join(text for text, _ in display.marks(fact, said)), first["exact"], fact.title, fact.date,
            first["paragraph"], fact.iri,
        )  # fmt: skip


def safe_cell(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    first = cell.lstrip()[:1]
    return f"'{cell}" if first in FORMULA or cell[:1] in "\t\r\n" and cell or (first == "-" and not NUMBER.fullmatch(cell)) else cell


# --- things ---


def thing(request: Request) -> Response:
    """The page of whatever has an IRI: a thing, a document or a fact; or its statements as Turtle."""
    e = explorer(request)
    key = e.named(str(request.path_params["key"]))
    if wants_turtle(request):
        return _turtle(request, e.iri(key))
    if e.document(e.iri(key)):
        return RedirectResponse(f"/documents/{key.removeprefix('document/')}", status_code=303)
    if fact := e.fact(e.iri(key)):
        document = e.document(fact.source)
        return show(request, "fact.html", fact=fact, document=document)
    found = e.by_key(key)
    if found is None:
        return _other(request, e.iri(key))
    asked = Asked(thing=found.id)
    kinds = [(kind, n, e.facts(Asked(thing=found.id, kind=kind), 1, 5)) for kind, n in e.facets(asked, "kind")]
    told = e.documents(found.id) if found.type == "Region" else []
    named = e.rows(
        "SELECT mention.*, title, date, iri FROM mention JOIN document ON document.id = document WHERE thing = ? ORDER BY date DESC LIMIT 20",
        found.id,
    )
    total = e.count(asked)
    return show(
        request, "thing.html", thing=found, kinds=kinds, total=total, told=told, named=named, aliases=e.aliases(found), neighbours=e.neighbour_counts(found.id)
    )


def wants_turtle(request: Request) -> bool:
    """Whether Turtle is asked for, by ?format=ttl or by a program that takes no HTML."""
    accept = request.headers.get("accept", "")
    return request.query_params.get("format") == "ttl" or (any(kind in accept for kind in TURTLE) and "text/html" not in accept)


def _turtle(request: Request, iri: str) -> Response:
    e = explorer(request)
    found = statements(e, iri)
    if not found:
        raise HTTPException(404)
    return Response(turtle(found, e.base), media_type="text/turtle; charset=utf-8", headers={"Vary": "Accept"})


def statements(e: Explorer, iri: str) -> list[Statement]:
    """All that the graph says of an IRI."""
    return e.store.about(iri)


def _other(request: Request, iri: str) -> Response:
    """Anything else that the graph says something of: evidence, units, concepts."""
    e = explorer(request)
    found = statements(e, iri)
    if not found:
        raise HTTPException(404)
    said = [(one.predicate.value, getattr(one.object, "value", str(one.object)), str(one.object).startswith("<")) for one in found]
    return show(request, "other.html", iri=iri, said=said, base=e.iri(""))


# --- documents ---


def documents(request: Request) -> Response:
    """All documents, newest first."""
    e = explorer(request)
    total = e.one("SELECT COUNT(*) FROM document")
    page = page_of(request)
    return show(request, "documents.html", documents=e.documents(page=page, size=PAGE), total=total, page=page, pages=pages_of(total, PAGE))


def document(request: Request) -> Response:
    """A document with all its facts marked in its text."""
    e = explorer(request)
    found = e.document(e.iri(e.named(f"document/{request.path_params['key']}")))
    if found is None:
        raise HTTPException(404)
    told = [*e.every(Asked(document=found["id"]))]
    chosen = request.query_params.get("fact", "")
    pieces, listed = _marked(e.text(found), told, chosen)
    return show(request, "document.html", document=found, pieces=pieces, facts=listed, chosen=chosen)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with the facts whose quotes cover it."""

    text: str
    facts: tuple[int, ...]  # their places in the list beside the text
    anchor: str = ""  # key of the fact whose quote begins here
    chosen: bool = False


def _marked(text: str, told: list[Fact], chosen: str) -> tuple[list[Piece], list[Fact]]:
    """A text in pieces, and the facts in the order of the text."""
    listed = sorted(told, key=lambda fact: (fact.quotes[0]["start"], fact.quotes[0]["end"], fact.row["id"]) if fact.quotes else (0, 0, 0))
    spans = [(quote["start"], quote["end"], n) for n, fact in enumerate(listed) for quote in fact.quotes]
    cuts = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end) if at <= len(text))})
    opened: dict[int, list[int]] = {}
    for start, end, n in spans:
        opened.setdefault(start, []).append(n)
        opened.setdefault(-end - 1, []).append(n)
    now: list[int] = []
    pieces = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        for n in opened.get(-a - 1, ()):
            now.remove(n)
        now.extend(opened.get(a, ()))
        begun = [listed[n].key for n in opened.get(a, ()) if listed[n].quotes[0]["start"] == a]
        anchor = next((key for key in begun if key == chosen), begun[0] if begun else "")
        pieces.append(Piece(text[a:b], tuple(sorted(now)), anchor, any(listed[n].key == chosen for n in now)))
    return pieces, listed


ROUTES = (
    ("/", home, ["GET"]),
    ("/facts", facts, ["GET"]),
    ("/id/{key:path}", thing, ["GET"]),
    ("/documents", documents, ["GET"]),
    ("/documents/{key:path}", document, ["GET"]),
)
