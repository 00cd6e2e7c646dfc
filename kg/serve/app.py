"""The web application: which address shows what, in which language, under which rules of safety."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import InputError, StoreError
from kg.limited import Limits, Pool
from kg.serve import ahead, analysis, api, asking, finding, map, ontology, pages, sparql, static
from kg.serve.explorer import Explorer

LOCAL = ("127.0.0.1", "localhost", "[::1]", "::1")
LEAST_COMPRESSED = 1024  # bytes of an answer that is worth it
LONGEST_HEAD = 1 << 20  # bytes of an address and headers: uvicorn else refuses what is over 64 KB whenever it comes in more than one piece
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def application(out: Path, hosts: Sequence[str] = LOCAL, origins: Sequence[str] = (), limits: Limits | None = None) -> Guard:
    """The explorer of the graph built under a folder, for requests to these host names alone, so that no name of elsewhere is bound to this address.

    Pages of other origins may read what the endpoint answers where their origin is named, or * is; those of the hosts may otherwise.
    """
    routes = [*pages.ROUTES, *analysis.ROUTES, *api.ROUTES, *finding.ROUTES, *asking.ROUTES, *sparql.ROUTES, *map.ROUTES, *ontology.ROUTES, *static.ROUTES]
    routed = [Route(path, view, methods=[*methods]) for path, view, methods in routes]
    app = Starlette(routes=routed, exception_handlers=_HANDLERS, lifespan=_living)
    app.router.redirect_slashes = False
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*hosts], www_redirect=False)
    app.add_middleware(GZipMiddleware, minimum_size=LEAST_COMPRESSED, compresslevel=5)
    app.state.explorer, app.state.pool = Explorer(out), Pool(limits)
    app.state.origins = frozenset(origins or hosts)
    return Guard(app)


@asynccontextmanager
async def _living(app: Starlette) -> AsyncIterator[None]:
    """Have processes for queries at hand as long as the application runs."""
    app.state.pool.begin(app.state.explorer.build.graph)
    yield
    await app.state.pool.close()


class Guard:
    """Adds the headers of safety to every answer, and gives each question one build, the newest, to the end."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def prepare(self) -> None:
        """Begin to make what is asked of the build that is open."""
        ahead.start(self.app)

    def _newest(self) -> Explorer:
        """The explorer of the last good build."""
        e: Explorer = self.app.state.explorer
        if e.outdated:
            with suppress(StoreError):  # a build that cannot be read leaves the one that is open
                e = self.app.state.explorer = Explorer(e.out)
                self.app.state.pool.follow(e.build.graph)
                self.prepare()
        return e

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        scope["explorer"] = self._newest()

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((name.lower().encode(), value.encode()) for name, value in HEADERS.items())]
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


async def _failed(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = pages.failure(request, status, str(getattr(error, "detail", "") or ""))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _unbuilt(request: Request, error: Exception) -> Response:
    return pages.failure(request, 503, str(error))


_HANDLERS: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {HTTPException: _failed, StoreError: _unbuilt, 500: _failed}


def serve(out: Path, host: str, port: int, tell: Callable[[str], None], *, origins: Sequence[str] = (), limits: Limits | None = None) -> None:
    """Serve the explorer until it is stopped; `tell` hears the address as soon as it answers."""
    app = application(out, LOCAL if host in LOCAL else ("*",), origins, limits)
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(f"{host}:{port} cannot be listened on ({os.strerror(error.errno or 0)})", remedy="name another with --host and --port") from error
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http="h11",
            h11_max_incomplete_event_size=LONGEST_HEAD,
            log_level="warning",
            lifespan="on",
            access_log=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
    )
    app.prepare()
    shown = f"[{host}]" if ":" in host else host
    tell(f"http://{shown}:{listener.getsockname()[1]}/")
    server.run(sockets=[listener])
