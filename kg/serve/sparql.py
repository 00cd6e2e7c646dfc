"""The endpoint: SPARQL 1.1 Protocol at /sparql, Graph Store Protocol at /store, to read only; what both are is described at /sparql and /.well-known/void."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kg.errors import StoreError
from kg.limited import Busy, Found, Pool, Stopped
from kg.serve import accepted, described
from kg.serve.accepted import QUADS, RESULTS, TRIPLES
from kg.serve.pages import explorer

LARGEST = 1 << 20  # bytes of a request
READ_ON = 64 << 20  # bytes of a request that are thrown away, so that whoever sends too much hears why
MOST_FIELDS = 10_000  # of a form or address
SLOWEST = 30  # seconds that a client may take to send a request, or to take the next of an answer
CHUNK = 1 << 16
AGAIN = "5"  # seconds after which to ask again
READING = ("GET", "HEAD", "OPTIONS")
EVERY = (*READING, "POST", "PUT", "DELETE", "PATCH")
# By the protocol a service that refuses to execute a query, or fails to, says 500, and a client may read from it nothing about the next try.
STATUS = {"malformed": 400, "forbidden": 403, "unknown": 404, "unacceptable": 406, "limit": 500}

_CLOSE = {"Connection": "close"}  # what else the request sends is not read

Handler = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """A request that is not answered, with the status to say so."""

    def __init__(self, status: int, error: str, remedy: str = "", *, headers: Mapping[str, str] | None = None, place: Mapping[str, int] | None = None) -> None:
        self.status, self.headers = status, headers
        self.said = {"error": error} | ({"remedy": remedy} if remedy else {}) | {**(place or {})}


class Delivery(Response):
    """An answer that is sent from its file, piece by piece, as fast as its reader takes it."""

    def __init__(self, pool: Pool, found: Found, media: str) -> None:
        super().__init__(media_type=None, headers={"Content-Type": media, "Content-Length": str(found.size)})
        self.pool, self.found = pool, found

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send it, and let go of it, whether it was taken or not."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            self.found.body.seek(0)
            while data := self.found.body.read(CHUNK if scope["method"] != "HEAD" else 0):
                async with asyncio.timeout(SLOWEST):
                    await send({"type": "http.response.body", "body": data, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            return  # the server closes what is not complete
        finally:
            self.pool.delivered(self.found)


def pool(request: Request) -> Pool:
    """The processes that answer queries."""
    found: Pool = request.app.state.pool
    return found


async def ask(request: Request, asked: Mapping[str, Any]) -> Found:
    """The answer to a question, given up when the client goes away."""
    return await _while_there(request, pool(request).ask(explorer(request).build.graph, asked))


async def _while_there(request: Request, asking: Coroutine[Any, Any, Found]) -> Found:
    await request.body()  # what comes after it is the end of the client
    task, gone = asyncio.ensure_future(asking), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        gone.cancel()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def told(handler: Handler, methods: Sequence[str]) -> Handler:
    """A handler whose refusals are told as JSON, whose answers pages of allowed origins may read, and that answers these methods alone."""

    async def answer(request: Request) -> Response:
        origin = _origin(request)
        try:
            if origin is None:
                raise Refused(403, "this origin may not ask", "start kg serve with --origin")
            response = await _answered(handler, methods, request)
        except Refused as refused:
            response = JSONResponse(refused.said, status_code=refused.status, headers=refused.headers)
        headers = MutableHeaders(raw=response.raw_headers)
        headers.setdefault("Cache-Control", "no-cache")
        headers["Vary"] = "Accept, Origin"
        if origin:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = "Retry-After, Allow"
        return response

    return answer


async def _answered(handler: Handler, methods: Sequence[str], request: Request) -> Response:
    allow = ", ".join(methods)
    if request.method == "OPTIONS":
        asked = request.headers.get("access-control-request-headers", "")
        preflight = {"Access-Control-Allow-Methods": allow, "Access-Control-Allow-Headers": asked or "Accept, Content-Type", "Access-Control-Max-Age": "600"}
        return Response(status_code=204, headers={"Allow": allow, **(preflight if "access-control-request-method" in request.headers else {})})
    if request.method not in methods:
        raise Refused(405, f"{request.method} is not answered here: the graph is read, not written", f"use {allow}", headers={"Allow": allow})
    try:
        await received(request)
        return await handler(request)
    except (Busy, StoreError) as error:
        raise Refused(503, error.message, error.remedy, headers={"Retry-After": AGAIN}) from error
    except Stopped as stopped:
        raise Refused(500, stopped.message, stopped.remedy) from stopped
    except ClientDisconnect:
        return Response(status_code=499)  # nobody hears it


def _origin(request: Request) -> str | None:
    """What the page that asks is told of who may read: its origin, * or, where no page asks, nothing; None where it may not ask."""
    asking, allowed = request.headers.get("origin", ""), request.app.state.origins
    if "*" in allowed:
        return "*"
    if not asking:
        fetched = request.headers.get("sec-fetch-site") == "cross-site" and request.headers.get("sec-fetch-mode") != "navigate"
        return None if fetched else ""
    name = asking.partition("://")[2]
    local = name.rpartition(":")[0] if not name.endswith("]") and ":" in name else name
    return asking if asking in allowed or local in allowed or name == request.headers.get("host") else None


def _refused(said: Mapping[str, Any]) -> Refused:
    """The refusal that a process asked for."""
    place = {name: said[name] for name in ("line", "column") if name in said}
    return Refused(STATUS[said["reason"]], said["error"], said.get("remedy", ""), place=place)


# --- SPARQL 1.1 Protocol ---


async def sparql(request: Request) -> Response:
    """The answer to the query of a request; without one what the service is, or for a reader with a browser the page to ask on."""
    fields = await _fields(request)
    if not fields and request.method != "POST":
        if accepted.best(request.headers.get("accept", ""), accepted.WITH_PAGE) == "html":
            return RedirectResponse("/query", status_code=303)
        return _described(request, described.service(request))
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in fields):
        raise Refused(403, "updates are refused: the graph is read, not written", "change the documents and run kg build")
    queries = [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        raise Refused(400, "one query is needed" if not queries else "only one query can be asked at once", "send it as the parameter query")
    return await _asked(request, queries[0], fields)


async def _asked(request: Request, query: str, fields: Sequence[tuple[str, str]]) -> Response:
    accept = request.headers.get("accept", "")
    asked = {
        "do": "query", "query": query, "results": accepted.best(accept, RESULTS), "triples": accepted.best(accept, TRIPLES),
        "default": [value for name, value in fields if name == "default-graph-uri"],
        "named": [value for name, value in fields if name == "named-graph-uri"],
    }  # fmt: skip
    if not asked["results"] and not asked["triples"]:
        raise Refused(406, "no such syntax is written", f"accept one of {accepted.types(RESULTS, TRIPLES)}")
    found = await ask(request, asked)
    return _delivered(request, found, RESULTS if found.said.get("kind") == "results" else TRIPLES)


def _delivered(request: Request, found: Found, syntaxes: Mapping[str, Sequence[str]]) -> Response:
    said = found.said
    if "error" not in said:
        return Delivery(pool(request), found, accepted.media(said["type"], syntaxes))
    pool(request).delivered(found)
    if said["reason"] == "unacceptable":
        said["remedy"] = f"accept one of {accepted.types(syntaxes)}"
    raise _refused(said)


async def _fields(request: Request) -> list[tuple[str, str]]:
    """All parameters of a request, of its address and of its form; a query sent by itself is one of them."""
    address = _parsed(request.url.query.encode("ascii", "replace"))
    if request.method != "POST":
        return address
    sent = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return [*address, *_parsed(sent)]
    if kind == "application/sparql-query":
        return [*address, ("query", _decoded(sent))]
    if kind == "application/sparql-update":
        return [("update", "")]
    raise Refused(415, "a query is sent as a form or by itself", "use Content-Type application/x-www-form-urlencoded or application/sparql-query")


async def received(request: Request) -> None:
    """Read what a request sends, which may be so much and take so long, and no more; `body` has it then."""
    data, size = bytearray(), 0
    try:
        async with asyncio.timeout(SLOWEST):
            async for piece in request.stream():
                size += len(piece)
                data += piece if size <= LARGEST else b""
                if size > READ_ON:
                    break
    except TimeoutError as error:
        raise Refused(408, "the request came too slowly", headers=_CLOSE) from error
    if size > LARGEST:
        raise Refused(413, f"a request may have {LARGEST} bytes", "ask for less at once", headers=_CLOSE)
    request._body = bytes(data)  # noqa: SLF001 - starlette's own place for it


def _parsed(form: bytes) -> list[tuple[str, str]]:
    try:
        return [(name, value) for name, value in parse_qsl(form.decode("ascii", "strict"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)]
    except ValueError as error:
        what = "is not UTF-8" if isinstance(error, UnicodeError) else "has too many parameters"
        raise Refused(400, f"the request {what}", "encode it as UTF-8 with percent signs") from error


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(400, f"the query is not UTF-8 (byte {error.start})", "send it as UTF-8") from error


# --- Graph Store Protocol ---


async def store(request: Request) -> Response:
    """A graph by ?graph=IRI, the union of all by ?default, or without either all graphs by their names."""
    given = [(name, value) for name, value in _parsed(request.url.query.encode("ascii", "replace")) if name in ("graph", "default")]
    if len(given) > 1 or any(name == "graph" and not value for name, value in given):
        raise Refused(400, "one graph is needed", "name it with ?graph=IRI, or the union of all with ?default")
    graph = None if not given else given[0][1] if given[0][0] == "graph" else ""
    syntaxes = QUADS if graph is None else TRIPLES
    syntax = accepted.best(request.headers.get("accept", ""), syntaxes)
    if not syntax:
        raise Refused(406, "no such syntax is written", f"accept one of {accepted.types(syntaxes)}")
    found = await ask(request, {"do": "graph", "graph": graph, "syntax": syntax, "rows": described.MOST_STATEMENTS})
    return _delivered(request, found, syntaxes)


# --- descriptions ---


async def void(request: Request) -> Response:
    """What is in the graph, as VoID."""
    e = explorer(request)
    if "void" not in e.kept:
        found = await ask(request, {"do": "page", "query": described.COUNTS})
        pool(request).delivered(found)
        if "error" in found.said:
            raise _refused(found.said)
        e.kept["void"] = found.said["rows"]
    return _described(request, described.data(request, e.kept["void"]))


def _described(request: Request, text: str) -> Response:
    syntax = accepted.best(request.headers.get("accept", ""), TRIPLES)
    if not syntax:
        raise Refused(406, "no such syntax is written", f"accept one of {accepted.types(TRIPLES)}")
    return Response(described.written(text, syntax), headers={"Content-Type": accepted.media(syntax, TRIPLES)})


ROUTES = (
    ("/sparql", told(sparql, (*READING, "POST")), EVERY),
    ("/store", told(store, READING), EVERY),
    ("/.well-known/void", told(void, READING), EVERY),
)
