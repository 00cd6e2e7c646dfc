"""Terms and quads as the database has them, made so that it gives them back unchanged."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from kg.errors import RuleError
from kg.iri import PREFIXES

Quad = ox.Quad
Triple = ox.Triple
Value = ox.NamedNode | ox.BlankNode | ox.Literal | None

_DAY = {10: "xsd:date", 7: "xsd:gYearMonth", 4: "xsd:gYear"}
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_turtle(file: Path, what: str) -> list[ox.Triple]:
    """The triples of a file of the ontology folder; `what` begins the message where it is missing."""
    try:
        return [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)]
    except FileNotFoundError as error:
        raise RuleError(f"{what} missing", path=file, remedy="restore the file from the release") from error
    except SyntaxError as error:
        raise RuleError(f"not valid Turtle ({error.msg})", path=file, line=error.lineno, remedy="mend the line") from error


@lru_cache(maxsize=1 << 12)
def node(name: str) -> ox.NamedNode:
    """The node of a prefixed name.

    >>> node("edu:Done").value
    'https://w3id.org/edukg/ontology#Done'
    """
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def text(value: str) -> Value:
    """A literal without language; nothing for an empty text."""
    return ox.Literal(_SURROGATE.sub("\ufffd", value)) if value else None


def zh(value: str) -> Value:
    """A Chinese literal."""
    return ox.Literal(_SURROGATE.sub("\ufffd", value), language="zh") if value else None


def en(value: str) -> Value:
    """An English literal."""
    return ox.Literal(value, language="en") if value else None


def integer(value: int) -> Value:
    """A whole number; nothing for 0, which stands for unknown."""
    return ox.Literal(str(value), datatype=node("xsd:integer")) if value else None


def offset(value: int) -> Value:
    """A whole number that may be 0."""
    return ox.Literal(value)


def boolean(value: object) -> Value:
    """True or false."""
    return ox.Literal(bool(value))


def decimal(value: Decimal | None) -> Value:
    """A decimal as the database writes it.

    >>> decimal(Decimal("95.50")).value, decimal(Decimal("3.89E+8")).value
    ('95.5', '389000000')
    """
    return None if value is None else ox.Literal(canonical(value), datatype=node("xsd:decimal"))


def canonical(value: Decimal) -> str:
    """A decimal without exponent, idle zeros or a sign before zero."""
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def day(value: str) -> Value:
    """A date, month or year by the length of its ISO form."""
    return ox.Literal(value, datatype=node(_DAY[len(value)])) if len(value) in _DAY else text(value)


def address(value: str) -> Value:
    """A web address as a resource, anything else as text."""
    try:
        return ox.NamedNode(value) if _ADDRESS.fullmatch(value) else text(value)
    except ValueError:
        return text(value)


class GraphOf:
    """Quads of one graph, each said once."""

    def __init__(self, name: str) -> None:
        self.name = ox.NamedNode(name)
        self._said: dict[ox.Quad, None] = {}

    @property
    def quads(self) -> list[ox.Quad]:
        return list(self._said)

    def say(self, subject: str, predicate: str, *values: Value) -> None:
        """Say something of a subject; what is None is left unsaid."""
        for value in values:
            if value is not None:
                self._said[ox.Quad(resource(subject), node(predicate), value, self.name)] = None

    def triple(self, triple: ox.Triple) -> None:
        self._said[ox.Quad(triple.subject, triple.predicate, triple.object, self.name)] = None


@lru_cache(maxsize=1 << 14)
def resource(name: str) -> ox.NamedNode:
    return ox.NamedNode(name)
