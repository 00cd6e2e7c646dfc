"""The page of the ontology at the path of its IRI: what each class, property, term and rule means; also as one file without a server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from kg import __version__, rules
from kg.formats.html import WEB
from kg.handbook import Entry, Handbook, handbook
from kg.reference import term_key
from kg.serve.pages import rendered, show, wants_turtle, words
from kg.serve.words import LANGUAGES, Words

TURTLE = "text/turtle; charset=utf-8"


@lru_cache
def _book() -> Handbook:
    return handbook(rules.load())


def page(request: Request) -> Response:
    """The ontology as a page, or as Turtle for who asks for that."""
    if wants_turtle(request):
        return Response((rules.ontology_folder() / "vocabulary.ttl").read_bytes(), media_type=TURTLE, headers={"Vary": "Accept"})
    return show(request, "ontology.html", turtle="/ontology?format=ttl", at=lambda term: f"/id/{quote(term_key(term))}", **_values(words(request)))


def alone(language: str) -> str:
    """The same page as one file that needs no server, in a language."""
    said = Words(language)
    style = Markup("".join((WEB / name).read_text("utf-8") for name in ("style.css", "pages.css")))  # noqa: S704 - our own files
    return rendered("ontology_alone.html", t=said, lang=said.language, version=__version__, style=style, turtle="", at=None, **_values(said))


def _values(said: Words) -> dict[str, Any]:
    book = _book()
    members: dict[str, list[Entry]] = defaultdict(list)
    for entry in book.of("concept"):
        for above in {*entry.types, *entry.above}:
            members[above].append(entry)
    known = {entry.name for entry in book.entries}
    other = next(language for language in LANGUAGES if language != said.language)
    return {
        "book": book, "members": members, "known": known, "other": other, "anchor": term_key, "pairs": _pairs,
        "depth": lambda term: book.depths[f"{term.kind}/{term.id}"],
    }  # fmt: skip


def _pairs(examples: Iterable[Any] | None) -> list[tuple[str, str]]:
    """Examples as texts and what comes out of them."""
    return [(one, "") if isinstance(one, str) else (one.text, "; ".join(one.gives)) for one in examples or ()]


ROUTES = (("/ontology", page, ["GET"]),)
