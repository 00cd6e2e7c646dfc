"""Styles and scripts of the explorer: our modules, and vis-network out of pyvis's package; nothing from elsewhere."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.formats.html import VIS, WEB, stylesheet, words_module

TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@lru_cache
def content(name: str) -> bytes | None:
    """The bytes of a file by its name; None where there is none."""
    if name == "words.js":
        return words_module().encode("utf-8")
    if name == "style.css":
        return (stylesheet() + (WEB / "pages.css").read_text("utf-8")).encode("utf-8")
    if name == "vis-network.min.js":
        return (VIS / name).read_bytes()
    return (WEB / name).read_bytes() if name in _scripts() else None


@lru_cache
def _scripts() -> frozenset[str]:
    return frozenset(file.name for file in WEB.glob("*.js"))


@lru_cache
def version() -> str:
    """A digest of all files, by which browsers tell a newer one."""
    names = sorted({"words.js", "style.css", "vis-network.min.js", *(file.name for file in WEB.glob("*.js"))})
    return hashlib.sha256(b"".join(content(name) or b"" for name in names)).hexdigest()[:12]


def file(request: Request) -> Response:
    """One file, to be kept for a year where its address holds the version."""
    name = str(request.path_params["name"])
    data = content(name)
    if data is None:
        raise HTTPException(404)
    kept = "public, max-age=31536000, immutable" if request.path_params.get("version") == version() else "no-cache"
    return Response(data, media_type=TYPES["." + name.rsplit(".", 1)[-1]], headers={"Cache-Control": kept})


ROUTES = (("/static/{version}/{name}", file, ["GET"]),)
