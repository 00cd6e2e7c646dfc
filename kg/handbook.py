"""The ontology folder as its readers look it up: classes, properties, terms, rules and standards, each with its examples, and a diagram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.iri import EDU, PREFIXES, prefixed
from kg.model import Standard, Term
from kg.quads import Triple, read_turtle
from kg.rules import Ontology, Rule

Both = Mapping[str, str]  # words by language: zh, en
Points = tuple[tuple[str, tuple[str, ...]], ...]  # properties, each with the classes of its values

_PREFIXES = {**PREFIXES, "sh": "http://www.w3.org/ns/shacl#"}
_KINDS = {"owl:Class": "class", "owl:ObjectProperty": "property", "owl:DatatypeProperty": "property", "skos:ConceptScheme": "scheme"}
_ABOVE = ("rdfs:subClassOf", "rdfs:subPropertyOf")
_FACT = "Fact"


@dataclass(frozen=True, slots=True)
class Entry:
    """A class, a property, a scheme or a concept of the vocabulary; names of the vocabulary itself are local, others prefixed."""

    name: str
    kind: str  # class property scheme concept
    label: Both
    definition: Both
    above: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    must: tuple[Both, ...] = ()  # what the shapes demand of it
    points: Points = ()  # its properties whose values are things of ours


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a word list that carries examples: where it stands, what it says, and the texts it must and must not find."""

    file: str
    name: str
    says: str
    words: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]  # text and what comes out of it
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A class of the diagram: its place and size in pixels, and its lines."""

    entry: Entry
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """From a line of one box to another box."""

    property: str
    start: tuple[int, int]
    end: tuple[int, int]
    of: str
    to: str


@dataclass(frozen=True)
class Handbook:
    """All of the ontology that people look up."""

    digest: str
    entries: tuple[Entry, ...]
    terms: Mapping[str, tuple[Term, ...]]  # by kind, narrower ones behind their broader one
    rules: tuple[Rule, ...]
    blocks: tuple[Block, ...]
    standards: tuple[Standard, ...]
    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    size: tuple[int, int] = (0, 0)
    depths: Mapping[str, int] = field(default_factory=dict)  # of terms, by kind and id

    def of(self, kind: str) -> tuple[Entry, ...]:
        """The entries of a kind, sorted by name."""
        return tuple(entry for entry in self.entries if entry.kind == kind)


def handbook(ontology: Ontology) -> Handbook:
    """What an ontology folder holds, in the order in which it is read; RuleError where a file is missing or wrong."""
    entries = _entries(ontology)
    terms, depths = _terms(ontology)
    boxes = _boxes([entry for entry in entries if entry.kind == "class"])
    size = (max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)) if boxes else (0, 0)
    blocks = tuple(block for name, content in sorted(ontology.words.items()) for block in _blocks(name, content, ()))
    return Handbook(ontology.digest, entries, terms, ontology.rules, blocks, ontology.standards, boxes, tuple(_lines(boxes)), size, depths)


# --- the vocabulary ---


def short(iri: str) -> str:
    """The local name of a term of ours, the prefixed name of another, the IRI where it has no prefix known."""
    return prefixed(iri, _PREFIXES).removeprefix("edu:")


class _Said:
    """Statements by subject and property."""

    def __init__(self, triples: Sequence[Triple]) -> None:
        self.of: dict[Any, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            self.of[triple.subject][short(triple.predicate.value)].append(triple.object)

    def all(self, subject: Any, name: str) -> list[Any]:
        return self.of[subject][name] if subject in self.of else []

    def names(self, subject: Any, *names: str) -> tuple[str, ...]:
        return tuple(short(found.value) for name in names for found in self.all(subject, name))

    def both(self, subject: Any, name: str) -> Both:
        return {found.language: found.value for found in self.all(subject, name)}

    def items(self, head: Any) -> Iterator[Any]:
        while first := self.all(head, "rdf:first"):
            yield first[0]
            head = self.all(head, "rdf:rest")[0]


def _entries(ontology: Ontology) -> tuple[Entry, ...]:
    said = _Said(read_turtle(ontology.folder / "vocabulary.ttl", "the vocabulary is"))
    shapes = _Said(read_turtle(ontology.folder / "shapes.ttl", "the shapes are"))
    demands = _demands(shapes)
    out = []
    for subject in list(said.of):
        if not subject.value.startswith(EDU):
            continue
        types = said.names(subject, "rdf:type")
        kind = next((_KINDS[name] for name in types if name in _KINDS), "concept")
        label = said.both(subject, "skos:prefLabel") or said.both(subject, "rdfs:label")
        name = short(subject.value)
        must, points = demands.get(name, ((), ()))
        out.append(
            Entry(
                name, kind, label, said.both(subject, "skos:definition"), said.names(subject, *_ABOVE, "skos:broader", "skos:inScheme"), types,
                said.names(subject, "rdfs:domain"), said.names(subject, "rdfs:range"), must, points,
            )
        )  # fmt: skip
    return tuple(sorted(out, key=lambda entry: entry.name.casefold()))


def _demands(shapes: _Said) -> dict[str, tuple[tuple[Both, ...], Points]]:
    """By class: the messages of its shapes, and its properties that point to things."""
    out: dict[str, tuple[tuple[Both, ...], Points]] = {}
    for shape in list(shapes.of):
        for target in shapes.names(shape, "sh:targetClass"):
            must, points = out.get(target, ((), ()))
            parts = shapes.all(shape, "sh:property")
            must += tuple(filter(None, (shapes.both(part, "sh:message") for part in (*parts, shape))))
            ends = [(shapes.names(part, "sh:path"), _ends(shapes, part)) for part in parts]
            points += tuple((path[0], end) for path, end in ends if path and end)
            out[target] = (must, points)
    return out


def _ends(shapes: _Said, part: Any) -> tuple[str, ...]:
    choice = [item for head in shapes.all(part, "sh:or") for item in shapes.items(head)]
    return tuple(name for one in (part, *choice) for name in shapes.names(one, "sh:class") if ":" not in name)


# --- terms and word lists ---


def _terms(ontology: Ontology) -> tuple[dict[str, tuple[Term, ...]], dict[str, int]]:
    out: dict[str, tuple[Term, ...]] = {}
    depths: dict[str, int] = {}
    for kind in sorted({term.kind for term in ontology.terms.values()}):
        below: dict[str, list[Term]] = defaultdict(list)
        mine = [term for term in ontology.terms.values() if term.kind == kind]
        known = {term.id for term in mine}
        for term in mine:
            below[term.broader if term.broader in known else ""].append(term)
        found = [*_down(below, "", 0)]
        out[kind] = tuple(term for term, _ in found)
        depths |= {f"{kind}/{term.id}": depth for term, depth in found}
    return out, depths


def _down(below: Mapping[str, Sequence[Term]], name: str, depth: int) -> Iterator[tuple[Term, int]]:
    for term in below.get(name, ()):
        yield term, depth
        yield from _down(below, term.id, depth + 1)


def _blocks(file: str, content: Any, path: tuple[str, ...]) -> Iterator[Block]:
    if isinstance(content, list):
        for item in content:
            if isinstance(item, dict):
                yield from _blocks(file, item, (*path, str(item["id"])) if "id" in item else path)
    elif isinstance(content, dict):
        if "examples" in content:
            words = content.get("words", ())
            examples = tuple(_example(example) for example in content["examples"])
            never = tuple(_example(text)[0] for text in content.get("never", ()))
            says = str(content.get("says" if path[:1] == ("block",) else "name", ""))
            yield Block(f"lexicon/{file}.toml", ".".join(path), says, tuple(words) if isinstance(words, list) else (), examples, never)
        for name, part in content.items():
            if name not in ("examples", "never"):
                yield from _blocks(file, part, (*path, name))


def _example(said: Any) -> tuple[str, str]:
    if isinstance(said, str):
        return said, ""
    gives = said.get("gives", said.get("part", ""))
    return said["text"], "; ".join(gives) if isinstance(gives, list) else str(gives)


# --- the diagram: where facts come from on the left, facts in the middle, what they speak of on the right ---

_WIDTH, _GAP, _ROW, _HEAD, _BETWEEN = 250, 130, 18, 26, 18
_ORIGIN = ("prov:", "oa:")  # classes below terms of these tell where facts come from


def _boxes(classes: Sequence[Entry]) -> tuple[Box, ...]:
    facts = sorted((entry for entry in classes if entry.name == _FACT or _FACT in entry.above), key=lambda entry: entry.name != _FACT)
    others = [entry for entry in classes if entry not in facts]
    origin = [entry for entry in others if any(name.startswith(_ORIGIN) for name in entry.above)]
    pointed = {name for entry in (*facts, *origin) for _, ends in entry.points for name in ends}
    spoken = [entry for entry in others if entry not in origin and (entry.points or entry.name in pointed)]
    out = []
    for column, entries in enumerate((origin, facts, spoken)):
        y = 0
        for entry in entries:
            height = _HEAD + _ROW * len(entry.points) + 8
            out.append(Box(entry, column * (_WIDTH + _GAP), y, _WIDTH, height))
            y += height + _BETWEEN
    return tuple(out)


def _lines(boxes: Sequence[Box]) -> Iterator[Line]:
    known = {box.entry.name: box for box in boxes}
    for box in boxes:
        for row, (name, ends) in enumerate(box.entry.points):
            for end in ends:
                to = known.get(end)
                if to and to.x != box.x:
                    ahead = to.x > box.x
                    start = (box.x + (box.width if ahead else 0), box.y + _HEAD + _ROW * row + _ROW // 2)
                    yield Line(name, start, (to.x + (0 if ahead else to.width), to.y + _HEAD // 2), box.entry.name, end)
