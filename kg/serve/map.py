"""The whole map: where every thing of a build stands and what it is tied to, as one array of bytes, with names for what is looked at."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg.formats.html import UNDRAWN
from kg.layout import picture
from kg.serve.explorer import Explorer
from kg.serve.pages import explorer, show, words
from kg.view import DOCUMENT_LINKS

MAGIC, VERSION = b"KGMP", 1
MOST = 1000  # names in one answer
AGAIN = "1"  # seconds after which to ask again for what is being computed

_THINGS = "SELECT id, iri, type, label, label_en, code, facts FROM thing ORDER BY iri"
_OF_DOCUMENTS = f"predicate IN {DOCUMENT_LINKS!r}"
_LINKS = f"""SELECT subject, object FROM fact WHERE subject IS NOT NULL AND object IS NOT NULL
 UNION SELECT fact.subject, concern.thing FROM concern JOIN fact ON fact.id = concern.fact WHERE fact.subject IS NOT NULL
 UNION SELECT subject, object FROM edge WHERE NOT {_OF_DOCUMENTS}"""  # noqa: S608 - ours
_TOLD = f"SELECT DISTINCT subject, object FROM edge WHERE {_OF_DOCUMENTS}"  # noqa: S608 - ours


@dataclass(frozen=True, slots=True)
class Map:
    """The map of one build; things stand in one order throughout, most facts first, then by IRI."""

    data: bytes  # as `packed` has it
    types: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]  # key, label and, where there is one, English label of each thing
    places: dict[str, int]  # of keys in that order
    tag: str


def computed(e: Explorer) -> Map:
    """The map of the build that is open; the same for the same index."""
    rows = e.rows(_THINGS)
    number = {row["id"]: n for n, row in enumerate(rows)}
    links, told = ([(number[a], number[b]) for a, b in e.rows(sql) if a in number and b in number and a != b] for sql in (_LINKS, _TOLD))
    points = picture([(row["iri"], row["code"] or "", row["type"] in UNDRAWN) for row in rows], [*links, *told])  # told: which way documents stand
    order = sorted(range(len(rows)), key=lambda n: -rows[n]["facts"])
    rank = np.argsort(np.array(order, dtype=np.int64))
    pairs = np.unique(np.sort(rank[np.array(links, dtype=np.int64).reshape(-1, 2)], axis=1), axis=0)
    types = tuple(sorted({row["type"] for row in rows}))
    things = [rows[n] for n in order]
    names = tuple((e.key(row["iri"]), row["label"], *filter(None, [row["label_en"]])) for row in things)
    data = packed(
        [row["id"] for row in things], [points[n] for n in order], [row["facts"] for row in things], pairs, [types.index(row["type"]) for row in things]
    )
    return Map(data, types, names, {key: place for place, (key, *_) in enumerate(names)}, f'"{e.build.name}-{e.stamp:x}"')


def packed(ids: Any, points: Any, facts: Any, links: Any, types: Any) -> bytes:
    """Bytes, little-endian: magic, version, number of things and of links (16 bytes), then column by column the numbers of the things in the index (uint32),
    x and y (float32 each), numbers of facts (uint32), pairs of places (uint32 each), and types (uint8): a script reads each column where it lies."""
    columns = ((ids, "<u4"), (points, "<f4"), (facts, "<u4"), (links, "<u4"), (types, "u1"))
    return struct.pack("<4sIII", MAGIC, VERSION, len(ids), len(links)) + b"".join(np.array(column, dtype=kind).tobytes() for column, kind in columns)


def _found(request: Request) -> Map:
    """The map of the build that is open; 503 while it is being computed, 500 where that failed."""
    kept = explorer(request).kept
    if "map" not in kept:
        raise HTTPException(503, words(request)("mapComputing"), {"Retry-After": AGAIN})
    if kept["map"] is None:
        raise HTTPException(500, words(request)("mapFailed"))
    found: Map = kept["map"]
    return found


def whole(request: Request) -> Response:
    """All things and links as bytes; nothing where the browser has them."""
    found = _found(request)
    headers = {"ETag": found.tag, "Cache-Control": "no-cache"}
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.data, media_type="application/octet-stream", headers=headers)


def names(request: Request) -> Response:
    """The names of some things, from a place on or of one key, and the types by the numbers that the bytes have for them."""
    found = _found(request)
    start, count = _bounded(request, "from", 0, len(found.names)), _bounded(request, "count", MOST, MOST)
    if key := request.query_params.get("key", ""):
        if key not in found.places:
            raise HTTPException(404, f"there is no {key[:200]}")
        start, count = found.places[key], 1
    said = {"build": found.tag, "types": found.types, "from": start, "things": found.names[start : start + count]}
    return JSONResponse(said, headers={"ETag": found.tag, "Cache-Control": "no-cache"})


def _bounded(request: Request, name: str, usual: int, most: int) -> int:
    given = request.query_params.get(name, str(usual))
    if not (given.isascii() and given.isdecimal() and len(given) < 10 and int(given) <= most):
        raise HTTPException(400, f"{name} is a number from 0 to {most}")
    return int(given)


def page(request: Request) -> Response:
    """The picture of the whole graph; where there is nothing to draw, why."""
    return show(request, "map.html", empty=not explorer(request).one("SELECT EXISTS (SELECT 1 FROM thing)"))


ROUTES = (
    ("/map", page, ["GET"]),
    ("/api/map", whole, ["GET"]),
    ("/api/map/names", names, ["GET"]),
)
