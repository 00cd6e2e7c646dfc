"""Terms and statements as N-Quads writes them, in the form in which the database gives them back unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from kg.errors import RuleError
from kg.iri import PREFIXES

Quad = ox.Quad
Triple = ox.Triple
Value = str | None  # a term in N-Quads, None for what is left unsaid

_DAY = {10: "xsd:date", 7: "xsd:gYearMonth", 4: "xsd:gYear"}
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_SPECIAL = re.compile('[\x00-\x1f"\\\\\x7f\ud800-\udfff]')
_ESCAPED = re.compile(r"\\(?:u([0-9A-F]{4})|(.))")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_MEANT = {written[1]: char for char, written in _ESCAPES.items()}


def read_turtle(file: Path, what: str) -> list[ox.Triple]:
    """The triples of a file of the ontology folder; `what` begins the message where it is missing."""
    try:
        return [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)]
    except FileNotFoundError as error:
        raise RuleError(f"{what} missing", path=file, remedy="restore the file from the release") from error
    except SyntaxError as error:
        raise RuleError(f"not valid Turtle ({error.msg})", path=file, line=error.lineno, remedy="mend the line") from error


@lru_cache(maxsize=1 << 12)
def node(name: str) -> str:
    """The node of a prefixed name.

    >>> node("edu:Done")
    '<https://w3id.org/edukg/ontology#Done>'
    """
    prefix, _, local = name.partition(":")
    return resource(PREFIXES[prefix] + local)


def resource(name: str) -> str:
    """The node of an IRI."""
    return f"<{name}>"


def quoted(value: str) -> str:
    r"""A text in quotation marks, escaped as canonical N-Triples has it; half a character, which no file can hold, becomes U+FFFD.

    >>> print(quoted('5"\n'))
    "5\"\n"
    """
    return f'"{_SPECIAL.sub(_escaped, value)}"' if _SPECIAL.search(value) else f'"{value}"'


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    return _ESCAPES.get(char) or ("\ufffd" if char >= "\ud800" else f"\\u{ord(char):04X}")


def text(value: str) -> Value:
    """A literal without language; nothing for an empty text."""
    return quoted(value) if value else None


def zh(value: str) -> Value:
    """A Chinese literal."""
    return f"{quoted(value)}@zh" if value else None


def en(value: str) -> Value:
    """An English literal."""
    return f"{quoted(value)}@en" if value else None


def _typed(value: str, kind: str) -> str:
    return f"{quoted(value)}^^{node(kind)}"


def integer(value: int) -> Value:
    """A whole number; nothing for 0, which stands for unknown."""
    return offset(value) if value else None


def offset(value: int) -> Value:
    """A whole number that may be 0."""
    return _typed(str(value), "xsd:integer")


def boolean(value: object) -> Value:
    """True or false."""
    return _typed("true" if value else "false", "xsd:boolean")


def decimal(value: Decimal | None) -> Value:
    """A decimal as the database writes it.

    >>> decimal(Decimal("95.50"))
    '"95.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    return None if value is None else _typed(canonical(value), "xsd:decimal")


def canonical(value: Decimal) -> str:
    """A decimal without exponent, idle zeros or a sign before zero.

    >>> canonical(Decimal("3.89E+8"))
    '389000000'
    """
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def day(value: str) -> Value:
    """A date, month or year by the length of its ISO form."""
    return _typed(value, _DAY[len(value)]) if len(value) in _DAY else text(value)


def address(value: str) -> Value:
    """A web address as a resource, anything else as text."""
    try:
        return str(ox.NamedNode(value)) if _ADDRESS.fullmatch(value) else text(value)
    except ValueError:
        return text(value)


class GraphOf:
    """Statements of one graph, each said once."""

    def __init__(self, name: str) -> None:
        self.name = resource(name)
        self._said: dict[str, None] = {}

    def say(self, subject: str, predicate: str, *values: Value) -> None:
        """Say something of a subject; what is None is left unsaid."""
        for value in values:
            if value is not None:
                self._said[f"<{subject}> {node(predicate)} {value}"] = None

    def triple(self, triple: ox.Triple) -> None:
        """Say what a triple of the database says."""
        self._said[str(triple)] = None

    def lines(self) -> bytes:
        """The statements as N-Quads, sorted."""
        return lines(self._said, self.name)


def lines(triples: Iterable[str], graph: str) -> bytes:
    """Triples as the N-Quads of a graph, sorted."""
    end = f" {graph} .\n"
    return "".join([f"{triple}{end}" for triple in sorted(triples)]).encode()


def parsed(lines: bytes) -> Iterator[Quad]:
    """The quads of N-Quads."""
    return ox.parse(lines, format=ox.RdfFormat.N_QUADS, lenient=True)


def said(lines: bytes) -> Iterator[tuple[str, str, str, str]]:
    """Subject, predicate, object and its language of each line of N-Quads as lines() writes them, in a third of the time of parsed(); IRIs without brackets."""
    for line in lines.decode().split("\n"):
        if line:
            subject, predicate, rest = line.split(" ", 2)
            term = rest[: rest.rindex(" <")]  # before the graph
            if term[0] == "<":
                yield subject[1:-1], predicate[1:-1], term[1:-1], ""
            else:
                end = term.rindex('"')
                value, language = term[1:end], term[end + 2 :] if term[end + 1 : end + 2] == "@" else ""
                yield subject[1:-1], predicate[1:-1], _ESCAPED.sub(_unescaped, value) if "\\" in value else value, language


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _MEANT[found[2]]


def union(lines: bytes, graph: str) -> bytes:
    """The N-Triples of N-Quads that all belong to one graph."""
    return lines.replace(f" {resource(graph)} .\n".encode(), b" .\n")
