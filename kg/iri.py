"""Deterministic names of things: built from what a thing is, readable wherever an IRI may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from kg.errors import InputError
from kg.model import Thing

BASE = "https://w3id.org/edukg/id/"
EDU = "https://w3id.org/edukg/ontology#"
PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "edu": EDU,
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_BASE = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+", re.IGNORECASE)
# Letters and digits by a frozen version of Unicode, so that no Python names a thing otherwise; it knows CJK up to extension B, the ranges the rest.
_CATEGORY = unicodedata.ucd_3_2_0.category
_READABLE = ("L", "Nd", "Nl")  # 〇 is a letter number
_CJK = ((0x3400, 0x9FFF), (0x20000, 0x323AF))


def resource(key: str, base: str = BASE) -> str:
    """The IRI of a path of segments below the base.

    >>> resource("institution/419001/济水一中")
    'https://w3id.org/edukg/id/institution/419001/济水一中'
    >>> resource("unit/%")
    'https://w3id.org/edukg/id/unit/%25'
    """
    return root(base) + path(key)


def document(name: str, base: str = BASE) -> str:
    """The IRI of the document with a path in the corpus; also of the graph that holds all it says."""
    return resource(f"document/{name}", base)


def evidence(source: str, start: int, end: int) -> str:
    """The IRI of a span of a document, whose IRI is given."""
    return f"{source}/e/{start}-{end}"


def fact(source: str, key: str) -> str:
    """The IRI of a fact of a document, whose IRI is given, by the digest of what it says."""
    return f"{source}/f/{key}"


def home(source: str) -> str:
    """The IRI of the place a document calls its own without ever naming it."""
    return f"{source}/home"


def thing(one: Thing, base: str = BASE) -> str:
    """The IRI of whatever a fact can speak of."""
    if is_home(one):
        return home(document(one.region, base))
    return resource(f"{one.kind}/{one.key}", base)


def is_home(one: Thing) -> bool:
    """Whether a thing is a document's own region that is never named: it carries the document's path."""
    return one.kind == "region" and bool(one.region)


def prefixed(name: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """An IRI as a prefixed name, as it is where no prefix fits.

    >>> prefixed("https://w3id.org/edukg/ontology#Done")
    'edu:Done'
    """
    return next((f"{prefix}:{name.removeprefix(space)}" for prefix, space in prefixes.items() if name.startswith(space)), name)


def reference_graph(base: str = BASE) -> str:
    """The IRI of the graph of regions, vocabularies and the ontology."""
    return root(base) + "graph/reference"


def build_graph(base: str = BASE) -> str:
    """The IRI of the graph that reports on the build."""
    return root(base) + "graph/build"


@lru_cache(maxsize=8)
def root(base: str) -> str:
    """The base as all IRIs begin with it: absolute, ending in `/` or `#`."""
    if not _BASE.fullmatch(base):
        raise InputError(f"{base!r} is no base for IRIs", remedy="give an absolute one, such as https://example.org/id/")
    return base if base.endswith(("/", "#")) else f"{base}/"


@lru_cache(maxsize=1 << 16)
def path(key: str) -> str:
    """A key as the path of an IRI: `/` parts segments, all that could break an engine is percent-encoded."""
    return "/".join(map(_segment, unicodedata.normalize("NFC", key).split("/")))


def _segment(text: str) -> str:
    if text in (".", ".."):  # resolved away when an IRI is read
        return text.replace(".", "%2E")
    return "".join(char if _plain(char) else quote(char, safe="", errors="surrogatepass") for char in text)


def _plain(char: str) -> bool:
    return char in "-._~" or _CATEGORY(char).startswith(_READABLE) or any(low <= ord(char) <= high for low, high in _CJK)
