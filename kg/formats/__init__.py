"""One writer a format: a store and the texts of its documents -> the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.errors import InputError
from kg.formats.html import render
from kg.store import Store, serialise
from kg.view import project

Texts = Mapping[str, str]  # IRI of a document -> its decoded text


def write(form: str, store: Store, texts: Texts) -> bytes:
    """Give a graph in one of FORMATS."""
    if form not in FORMATS:
        raise InputError(f"no format is called {form!r}", remedy=f"there are {', '.join(FORMATS)}")
    return FORMATS[form](store, texts)


def _rdf(syntax: str) -> Callable[[Store, Texts], bytes]:
    return lambda store, texts: serialise(store.published(), syntax, store.base)


def _html(store: Store, texts: Texts) -> bytes:
    return render(project(store, texts))


FORMATS: Mapping[str, Callable[[Store, Texts], bytes]] = {
    "ttl": _rdf("ttl"),
    "trig": _rdf("trig"),
    "nq": _rdf("nq"),
    "jsonld": _rdf("jsonld"),
    "html": _html,
}
