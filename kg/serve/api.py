"""What scripts and other programs ask, as JSON: search, things, neighbours, paths, facts and documents, parts of the graph all in one shape."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg import index
from kg.serve import part, words
from kg.serve.explorer import FACETS, MOST_HITS, Asked, Explorer, Thing
from kg.serve.pages import asked_of, body, explorer, named_facets, number, page_of, pages_of

SEEN = 25  # neighbours drawn unless more are asked for
MOST = 200  # neighbours and facts in one answer
MOST_JOINED = 2000  # things between which lines are asked for
OF_EACH = 5  # facts of a kind, and neighbours of a neighbour
LONGEST = 200  # characters of a search that are searched for
LARGEST = 200_000  # bytes of a question


def search(request: Request) -> Response:
    """Things by name and facts by quote, and how many there are."""
    e, query = explorer(request), asked_words(request)
    found = e.search(query, request.query_params.get("type", ""), page_of(request), number(request, "limit", MOST_HITS, 1, MOST))
    shown = part.Part(e)
    hits = {"things": shown.add(found["things"]), "facts": shown.tell(found["facts"])}
    needles = index.fold(query).split()
    return _answer({"query": query, "needles": needles, "page": page_of(request), "count": found["count"], **shown.json(), "hits": hits})


def asked_words(request: Request) -> str:
    """What is searched for, cut to what can be."""
    return request.query_params.get("q", "").replace("\0", " ").strip()[:LONGEST]


def node(request: Request) -> Response:
    """A thing with its first facts of each kind, its documents, and how many neighbours it has by each kind of line."""
    e, thing = explorer(request), _thing(request)
    shown = part.Part(e)
    place = shown.add([thing])[0]
    asked, size = _about(e, thing), number(request, "size", OF_EACH, 1, MOST)
    kinds = [
        {"kind": kind, "count": n, "facts": shown.tell(e.facts(_about(e, thing, kind=kind), 1, size))}
        for kind, n in e.facets(asked, "kind")
    ]  # fmt: skip
    told = [shown.document(found) for found in e.documents(thing.id, size=OF_EACH * 4)] if thing.type == "Region" else []
    neighbours, usual = _beside(e, thing)
    said = {"thing": place, "kinds": kinds, "told": told, "total": e.count(asked), "neighbours": neighbours, "usual": usual}
    return _answer({**shown.json(), **said})


def _beside(e: Explorer, thing: Thing) -> tuple[dict[str, int], int]:
    """How many neighbours there are by each kind of line, and by all that are followed unless others are asked for."""
    counted = part.counts(e, thing)
    names = part.usual(counted)
    return counted, part.neighbours(e, thing, names, 1)[1] if names else 0


def ego(request: Request) -> Response:
    """A thing, its best known neighbours and all lines among them; and how many neighbours are left out."""
    e, thing = explorer(request), _thing(request)
    limit, hops = number(request, "limit", SEEN, 0, MOST), number(request, "hops", 1, 1, 2)
    counted = part.counts(e, thing)
    by = request.query_params.get("by", "")
    names = [name for name in counted if name == by] if by else part.usual(counted)
    near, total = part.neighbours(e, thing, names, limit) if names else ([], 0)
    added = [*near]
    for other in e.things(near if hops > 1 else []).values():
        further = part.neighbours(e, other, part.usual(part.counts(e, other)), OF_EACH)[0]
        added += [number for number in further if number not in added and number != thing.id][: max(0, MOST - len(added))]
    shown = part.Part(e)
    centre = shown.add([thing])[0]
    things = e.things(added)
    places = shown.add(things[number] for number in added)
    shown.join([thing.id, *added])
    said = {"thing": centre, "added": places, "neighbours": counted, "total": total, "rest": total - len(near), "limit": limit, "by": by}
    said["left"] = part.counts(e, thing, added)
    return _answer({**shown.json(), **said})


async def links(request: Request) -> Response:
    """All lines among the things whose keys are given as a list."""
    sent = await body(request, LARGEST)
    try:
        keys = json.loads(sent)
        json.dumps(keys, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "a list of keys is needed") from error
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys) or len(keys) > MOST_JOINED:
        raise HTTPException(400, f"a list of at most {MOST_JOINED} keys is needed")
    return await run_in_threadpool(_joined, explorer(request), keys)


def _joined(e: Explorer, keys: Iterable[str]) -> Response:
    found = [thing for key in keys if (thing := e.by_key(key))]
    shown = part.Part(e)
    shown.add(found)
    shown.join(thing.id for thing in found)
    return _answer(shown.json())


def path(request: Request) -> Response:
    """The shortest ways between two things, each a list of links with their facts; a message where there is none."""
    e = explorer(request)
    start, goal = (_known(e, request.query_params.get(name, "")) for name in ("from", "to"))
    ways = e.paths(start.id, goal.id, number(request, "max", 4, 1, 4)) if start.id != goal.id else []
    shown = part.Part(e)
    ends = shown.add([start, goal])
    told = [shown.lines(way) for way in ways]
    message = "" if told else words.Words(request.query_params.get("lang", ""))("noPath")
    return _answer({**shown.json(), "from": ends[0], "to": ends[1], "paths": told, "message": message})


def facts(request: Request) -> Response:
    """One page of the facts asked for."""
    e, asked = explorer(request), asked_of(request)
    size = number(request, "size", 50, 1, MOST)
    total = e.count(asked)
    shown = part.Part(e)
    told = shown.tell(e.facts(asked, page_of(request), size))
    return _answer({**shown.json(), "listed": told, "page": page_of(request), "pages": pages_of(total, size), "total": total})


def facets(request: Request) -> Response:
    """The values by which the facts asked for can be narrowed, with how many each would leave."""
    e, asked = explorer(request), asked_of(request)
    found = {name: named_facets(request, name, e.facets(asked, name)) for name in FACETS}
    return _answer({name: [{"value": value, "label": label, "count": n} for value, label, n in rows] for name, rows in found.items()})


def document(request: Request) -> Response:
    """A document with its text, its facts, and the spans of the text on which they stand."""
    e = explorer(request)
    key = e.named(str(request.path_params["key"]))
    found = e.document(e.iri(key)) or e.document(e.iri(f"document/{key}"))
    if found is None:
        raise HTTPException(404)
    shown = part.Part(e)
    place = shown.document(found)
    told = list(e.every(Asked(document=found["id"])))
    places = shown.tell(told)
    spans = [{"start": quote["start"], "end": quote["end"], "fact": n} for n, fact in zip(places, told, strict=True) for quote in fact.quotes]
    return _answer({**shown.json(), "document": place, "text": e.text(found), "spans": sorted(spans, key=lambda span: (span["start"], span["end"]))})


def _about(e: Explorer, thing: Thing, kind: str = "") -> Asked:
    """The facts of a thing; those of a document are the ones it states."""
    if thing.type == "Document" and (found := e.document(thing.iri)):
        return Asked(document=found["id"], kind=kind)
    return Asked(thing=thing.id, kind=kind)


def _thing(request: Request) -> Thing:
    e = explorer(request)
    return _known(e, e.named(str(request.path_params["key"])))


def _known(e: Explorer, key: str) -> Thing:
    found = e.by_key(key)
    if found is None:
        raise HTTPException(404, f"there is no {key[:LONGEST]}")
    return found


def _answer(said: dict[str, Any]) -> Response:
    return JSONResponse(said, headers={"Cache-Control": "no-cache"})


ROUTES = (
    ("/api/search", search, ["GET"]),
    ("/api/node/{key:path}", node, ["GET"]),
    ("/api/ego/{key:path}", ego, ["GET"]),
    ("/api/links", links, ["POST"]),
    ("/api/path", path, ["GET"]),
    ("/api/facts", facts, ["GET"]),
    ("/api/facets", facets, ["GET"]),
    ("/api/doc/{key:path}", document, ["GET"]),
)
