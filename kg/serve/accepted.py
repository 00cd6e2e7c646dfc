"""What a client accepts, and which syntax is best for it: HTTP's Accept with weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RESULTS: Mapping[str, Sequence[str]] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
TRIPLES: Mapping[str, Sequence[str]] = {
    "ttl": ("text/turtle", "application/x-turtle"),
    "nt": ("application/n-triples",),
    "nq": ("application/n-quads",),
    "trig": ("application/trig",),
    "jsonld": ("application/ld+json",),
    "xml": ("application/rdf+xml",),
}
QUADS: Mapping[str, Sequence[str]] = {name: TRIPLES[name] for name in ("trig", "nq", "jsonld")}
WITH_PAGE: Mapping[str, Sequence[str]] = {**TRIPLES, "html": ("text/html", "application/xhtml+xml")}
CHARSET = frozenset({"text/csv", "text/tab-separated-values", "text/turtle"})


def best(accept: str, syntaxes: Mapping[str, Sequence[str]]) -> str:
    """The syntax that a client likes best, the first of those it likes equally; "" where it takes none.

    >>> best("text/csv;q=0.5, application/sparql-results+xml", RESULTS)
    'xml'
    >>> best("", RESULTS), best("*/*;q=0.1, text/*", RESULTS), best("image/png", RESULTS)
    ('json', 'csv', '')
    """
    liked = dict(reversed(ranges(accept))) or {"*/*": 1.0}
    weights = {name: max(_weight(liked, types[0]), *(liked.get(other, 0.0) for other in types)) for name, types in syntaxes.items()}
    name = max(weights, key=lambda name: weights[name])
    return name if weights[name] > 0 else ""


def media(syntax: str, syntaxes: Mapping[str, Sequence[str]]) -> str:
    """The media type of a syntax, with its charset where it has one."""
    name = syntaxes[syntax][0]
    return f"{name}; charset=utf-8" if name in CHARSET else name


def types(*families: Mapping[str, Sequence[str]]) -> str:
    """The media types of families of syntaxes, to be told."""
    return ", ".join(names[0] for syntaxes in families for names in syntaxes.values())


def ranges(accept: str) -> list[tuple[str, float]]:
    """The ranges of an Accept header with their weights; a weight that is none counts as 0.

    >>> ranges("text/csv; charset=utf-8; q=0.5, */*;q=x,")
    [('text/csv', 0.5), ('*/*', 0.0)]
    """
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [piece[2:].strip() for piece in parameters if piece.startswith("q=")]
        if name:
            found.append((name, _number(weights[0]) if weights else 1.0))
    return found


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def _weight(liked: Mapping[str, float], media: str) -> float:
    """The weight of the most specific range that a media type is in; other names of a syntax count only where they are written out."""
    return next((liked[name] for name in (media, f"{media.partition('/')[0]}/*", "*/*") if name in liked), 0.0)
