"""The graph against its shapes (SHACL), and the figures that look implausible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyshacl
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.term import Node

from kg import iri
from kg.errors import RuleError
from kg.quads import read_turtle
from kg.reference import used_reference
from kg.rules import Ontology
from kg.store import Store, serialise

PORTION = 20_000  # quads checked at once: the checker takes time and memory that grow faster than the graph

_FLAGGED = """
SELECT ?fact ?flag ?file ?exact ?value WHERE {
  ?fact edu:flag ?flag ; edu:evidence ?evidence . ?evidence oa:exact ?exact ; oa:hasSource/edu:path ?file .
  OPTIONAL { ?fact edu:valueText ?value } } ORDER BY ?file ?fact ?flag ?exact
"""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing that is not as its shape requires."""

    focus: str  # IRI
    path: str  # IRI of the property, "" where the thing as a whole is wrong
    value: str
    message: str
    message_zh: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """One fact that looks implausible, and why."""

    fact: str  # IRI
    reason: str
    document: str  # path
    quote: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong with a graph, and what looks wrong with what it says."""

    violations: tuple[Violation, ...]
    flags: tuple[Flag, ...]
    base: str = iri.BASE

    @property
    def conforms(self) -> bool:
        """Whether every shape is kept to."""
        return not self.violations

    @property
    def lines(self) -> list[str]:
        """The report, one thing a line."""
        found = [self._line(violation) for violation in self.violations]
        found += [f"flag  {flag.document}  {flag.reason}  {flag.value}  {flag.quote}" for flag in self.flags]
        return [*found, f"{len(self.violations)} violations, {len(self.flags)} facts flagged"]

    def _line(self, one: Violation) -> str:
        said = f"violation  {self._short(one.focus)}  {self._short(one.path)}  {one.message}"
        return f"{said}: {self._short(one.value)}" if one.value else said

    def _short(self, name: str) -> str:
        return iri.prefixed(name).removeprefix(self.base)


def validate(store: Store, ontology: Ontology) -> Report:
    """Check what the graph's files show against the shapes of the ontology folder; nothing is fetched."""
    shapes = _shapes(ontology.folder / "shapes.ttl")
    found = {violation for portion in _portions(store) for violation in check(portion, shapes)}
    return Report(tuple(sorted(found)), tuple(flags(store)), store.base)


def flags(store: Store) -> Iterator[Flag]:
    """The facts that carry a flag, in the order of documents."""
    for row in store.query(_FLAGGED):
        yield Flag(row["fact"].value, row["flag"].value, row["file"].value, row["exact"].value, row["value"].value if row["value"] else "")


def check(data: Graph, shapes: Graph) -> Iterator[Violation]:
    """What of a graph is not as the shapes require."""
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    if not isinstance(report, Graph):
        raise RuleError(f"the shapes cannot be used ({text.strip()})", path="shapes.ttl", remedy="mend the shape it names")
    for result in report.objects(None, SH.result):
        said = sorted(str(message) for message in report.objects(result, SH.resultMessage))
        english = [message for message in said if message.isascii()]  # messages of queries come back without their language
        chinese = [message for message in said if not message.isascii()]
        focus, path, value = (report.value(result, name) for name in (SH.focusNode, SH.resultPath, SH.value))
        yield Violation(_text(focus), _text(path), _text(value), "; ".join(english or chinese), "; ".join(chinese))


def _text(node: Node | None) -> str:
    return "" if node is None else str(node)


def _shapes(file: Path) -> Graph:
    return Graph().parse(data=serialise(read_turtle(file, "the shapes are"), "nt"), format="nt")


def _portions(store: Store) -> Iterator[Graph]:
    """The graphs of documents, some at a time, each time with the reference data they need."""
    reference = iri.reference_graph(store.base)
    known = store.quads(reference)
    said = []
    names = [name for name in store.graphs() if name != reference]
    for name in names:
        said += store.quads(name)
        if len(said) >= PORTION or name == names[-1]:
            yield Graph().parse(data=serialise([*said, *used_reference(said, known)], "nt"), format="nt")
            said = []
