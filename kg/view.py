"""The graph as nodes, edges, facts and documents with labels: the one projection that pictures, tables and imports use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from kg.iri import EDU, PREFIXES, prefixed

THINGS = ("Document", "Region", "FunctionalZone", "Institution", "Measure", "Honour", "PolicyDocument", "Indicator", "Criterion", "Unit")
LABELLED = ("edu:restrictedTo", "edu:meets", "edu:fails")  # what a row names by its label
FACTS = ("Adoption", "Outcome", "Withheld", "Shortcoming", "Relation")
NODE_TYPE = {"FunctionalZone": "Region", "PolicyDocument": "Policy"}
STRUCTURE = ("partOf", "locatedIn", "issuedBy", "awardedBy")
DOCUMENT_LINKS = ("mentions", "cites", "homeRegion")
QUALITIES = {  # of a row, by the property that tells each
    field: f"edu:{name}"
    for field, name in {
        "basis": "agentBasis", "rule": "foundBy", "key": "key", "period": "period", "due": "due", "asserted_in": "assertedIn", "value": "value",
        "value_max": "valueMax", "from_value": "fromValue", "value_text": "valueText", "comparator": "comparator", "per": "per",
        "direction": "direction", "extent": "extent", "voice": "voice", "detail": "statusDetail", "measure": "measure",
        "responsible": "responsible", "restates": "restates", "part_of": "partOfOutcome", "change_of": "changeOf", "addressed_by": "addressedBy",
    }.items()
}  # fmt: skip

_SELECT = "SELECT DISTINCT ?s ?p ?o WHERE { ?s a <%s> . ?s ?p ?o }"
_CONCEPT = PREFIXES["skos"] + "Concept"
_TYPE = PREFIXES["rdf"] + "type"
_TYPES = frozenset({*THINGS, *FACTS, "Evidence", "Concept"})
_YEAR = re.compile(r"\d{4}")
_short = lru_cache(maxsize=1 << 12)(prefixed)


class Queryable(Protocol):
    """Whatever answers SPARQL over the union of all named graphs, as pyoxigraph.Store does."""

    def query(self, text: str, /, *, use_default_graph_as_union: bool = False) -> Any:
        """The solutions of a SELECT query."""


@dataclass(frozen=True, slots=True)
class Node:
    """A thing that a picture can draw or a table can list."""

    iri: str
    type: str  # Region Institution Measure Honour Policy Indicator Criterion Document
    label: str  # "" where the graph has no name for it
    label_en: str = ""
    aliases: tuple[str, ...] = ()
    path: str = ""  # region path of the place itself, or of where the thing is
    facts: int = 0  # facts that name it
    code: str = ""  # administrative code of a region
    detail: str = ""  # label of the institution type
    broader: str = ""  # IRI
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two nodes; `fact` is "" for what the graph knows without a quote."""

    subject: str
    predicate: str
    object: str
    fact: str = ""
    status: str = ""
    inferred: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a document says it, in code points of its decoded text."""

    document: str
    start: int
    end: int
    exact: str
    paragraph: int = 0
    heading: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One fact as subject, predicate and object or value, with all that qualifies it."""

    iri: str
    kind: str
    subject: str  # IRI
    predicate: str
    object: str  # IRI, or "" where nothing but the value is said
    status: str
    quotes: tuple[Quote, ...]
    place: str  # IRI of the region the fact is about, "" unknown
    year: int  # of the period, else of the document; 0 unknown
    basis: str = ""
    rule: str = ""
    key: str = ""
    period: str = ""
    due: str = ""
    asserted_in: str = ""
    value: str = ""
    value_max: str = ""
    from_value: str = ""
    value_text: str = ""
    unit: str = ""
    comparator: str = ""
    per: str = ""
    quantity_kind: str = ""
    direction: str = ""
    extent: str = ""
    issue_kind: str = ""
    voice: str = ""
    detail: str = ""
    measure: str = ""  # IRI
    responsible: str = ""  # IRI
    concerns: tuple[str, ...] = ()  # IRIs
    restricted_to: tuple[str, ...] = ()  # labels
    meets: tuple[str, ...] = ()  # labels
    fails: tuple[str, ...] = ()  # labels
    flags: tuple[str, ...] = ()
    restates: str = ""  # IRIs of facts, here and below
    part_of: str = ""
    change_of: str = ""
    addressed_by: str = ""

    @property
    def document(self) -> str:
        """The IRI of the document that says so."""
        return self.quotes[0].document if self.quotes else ""


@dataclass(frozen=True, slots=True)
class Source:
    """A document with what is known of it and its decoded text ("" where the text was not kept)."""

    iri: str
    title: str
    file_name: str = ""
    path: str = ""
    text: str = ""
    region: str = ""  # IRI
    publisher: str = ""
    issued: str = ""
    earliest: str = ""
    latest: str = ""
    date_basis: str = ""
    genre: str = ""
    source: str = ""
    identifiers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def date(self) -> str:
        """The day it was issued, or the earliest it can have been."""
        return self.issued or self.earliest


@dataclass(frozen=True, slots=True)
class Mention:
    """The first place at which a document names a thing."""

    thing: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class View:
    """The whole projection, each part in a fixed order."""

    nodes: tuple[Node, ...]  # by IRI
    edges: tuple[Edge, ...]
    rows: tuple[Row, ...]  # by document and place in it
    documents: tuple[Source, ...]  # newest first
    mentions: tuple[Mention, ...]
    terms: Mapping[str, str]  # IRIs of what rows name by a label alone: restrictions and thresholds


class Record:
    """The statements about one resource, by prefixed property."""

    __slots__ = ("type", "values")

    def __init__(self, kind: str) -> None:
        self.type = kind
        self.values: dict[str, list[tuple[str, str]]] = {}

    def many(self, name: str) -> tuple[str, ...]:
        found = self.values.get(name, ())
        return tuple(sorted({value for value, _ in found})) if len(found) > 1 else tuple(value for value, _ in found)

    def one(self, *names: str) -> str:
        for name in names:
            if found := self.values.get(name):
                return min(found)[0]
        return ""

    def local(self, name: str) -> str:
        return local_name(self.one(name))

    def number(self, name: str) -> int:
        return int(self.one(name) or 0)

    def labels(self, language: str) -> list[str]:
        """The preferred labels in a language: more than one where documents name a thing of their own differently."""
        return [value for value, tag in sorted(self.values.get("skos:prefLabel", ())) if tag.split("-")[0] == language]

    def label(self, language: str) -> str:
        return next(iter(self.labels(language)), "")

    def name(self) -> str:
        return self.label("zh") or self.one("skos:prefLabel", "dcterms:title", "skos:notation", "edu:fileName")


Records = dict[str, Record]
Told = tuple[str, str, str, str]  # a statement: subject, predicate, object and its language


def project(store: Queryable, texts: Mapping[str, str] | None = None) -> View:
    """The view of a store; `texts` gives each document's decoded text by its IRI."""
    things = _records(store, THINGS)
    concepts = {**_collect(store, _CONCEPT, "Concept"), **things}
    return _assembled(concepts, things, _records(store, FACTS), _records(store, ("Evidence",)), texts or {})


def document_view(own: Records, known: Records) -> View:
    """The view of what one document says; `known` is what the reference data tell of the things it names."""
    things = {iri: record for iri, record in own.items() if record.type in THINGS}
    facts, evidence = ({iri: record for iri, record in own.items() if record.type in kinds} for kinds in (FACTS, ("Evidence",)))
    return _assembled({**known, **{iri: record for iri, record in own.items() if record.type not in ("Evidence", *FACTS)}}, things, facts, evidence, {})


def records(quads: Iterable[Any]) -> Records:
    """The statements of quads by what they are about; what has no type of ours is left out."""
    terms: Iterator[tuple[Any, Any, Any]] = ((quad.subject, quad.predicate, quad.object) for quad in quads)
    return gathered((subject.value, predicate.value, thing.value, getattr(thing, "language", None) or "") for subject, predicate, thing in terms)


def gathered(told: Iterable[Told]) -> Records:
    """The same of statements that are no objects of the database."""
    found: Records = {}
    for subject, predicate, value, language in told:
        record = found.get(subject)
        if record is None:
            record = found[subject] = Record("")
        if predicate == _TYPE:
            kind = value.removeprefix(EDU) if value.startswith(EDU) else "Concept" if value == _CONCEPT else ""
            if kind in _TYPES and record.type != "FunctionalZone" and (kind != "Concept" or not record.type):
                record.type = kind
        record.values.setdefault(_short(predicate), []).append((value, language))
    return {iri: record for iri, record in found.items() if record.type}


def _assembled(concepts: Records, things: Records, facts: Records, evidence: Records, texts: Mapping[str, str]) -> View:
    documents = tuple(_documents(things, texts))
    dates = {source.iri: source.date for source in documents}
    rows = tuple(sorted((_row(iri, record, evidence, concepts, dates) for iri, record in facts.items()), key=_reading_order))
    mentions = tuple(sorted(_mentions(evidence), key=lambda m: (m.thing, m.quote.document, m.quote.start)))
    edges = tuple(sorted({*_fact_edges(rows), *_structure(things)}, key=_edge_order))
    return View(_nodes(concepts, documents, rows, edges, mentions), edges, rows, documents, mentions, _terms(facts, concepts))


def local_name(iri: str) -> str:
    """The last part of an IRI: `Done` of `…/ontology#Done`; a plain word stays as it is."""
    return re.split(r"[#/]", iri)[-1] if iri.startswith(("http:", "https:")) else iri


def _records(store: Queryable, kinds: Iterable[str]) -> Records:
    found: Records = {}
    for kind in kinds:
        for iri, record in _collect(store, EDU + kind, kind).items():
            known = found.setdefault(iri, record)
            known.type = kind if kind == "FunctionalZone" else known.type
    return found


def _collect(store: Queryable, kind: str, name: str) -> Records:
    found: Records = {}
    for solution in store.query(_SELECT % kind, use_default_graph_as_union=True):
        subject, predicate, thing = solution["s"].value, solution["p"].value, solution["o"]
        record = found.setdefault(subject, Record(name))
        record.values.setdefault(prefixed(predicate), []).append((thing.value, getattr(thing, "language", None) or ""))
    return found


def _documents(things: Records, texts: Mapping[str, str]) -> list[Source]:
    found = [_document(iri, record, texts) for iri, record in things.items() if record.type == "Document"]
    return sorted(sorted(found, key=lambda source: source.iri), key=lambda source: source.date, reverse=True)


def _document(iri: str, record: Record, texts: Mapping[str, str]) -> Source:
    return Source(
        iri,
        title=record.one("dcterms:title", "edu:fileName"),
        file_name=record.one("edu:fileName"),
        path=record.one("edu:path"),
        text=texts.get(iri, ""),
        region=record.one("edu:homeRegion"),
        publisher=record.one("dcterms:publisher"),
        issued=record.one("dcterms:issued"),
        earliest=record.one("edu:earliest"),
        latest=record.one("edu:latest"),
        date_basis=record.one("edu:dateBasis"),
        genre=record.one("dcterms:type"),
        source=record.one("dcterms:source"),
        identifiers=record.many("dcterms:identifier"),
        flags=_flags(record),
    )


def _flags(record: Record) -> tuple[str, ...]:
    return tuple(local_name(flag) for flag in record.many("edu:flag"))


def _quotes(record: Record, evidence: Records) -> tuple[Quote, ...]:
    found = [_quote(evidence[iri]) for iri in record.many("edu:evidence") if iri in evidence]
    return tuple(sorted(found, key=lambda quote: (quote.document, quote.start, quote.end)))


def _quote(record: Record) -> Quote:
    return Quote(
        record.one("oa:hasSource"),
        record.number("oa:start"),
        record.number("oa:end"),
        record.one("oa:exact"),
        record.number("edu:paragraph"),
        record.one("edu:heading"),
        record.number("edu:page"),
    )


def _mentions(evidence: Records) -> Iterator[Mention]:
    for record in evidence.values():
        for thing in record.many("edu:refersTo"):
            yield Mention(thing, _quote(record))


def _row(iri: str, record: Record, evidence: Records, concepts: Records, dates: Mapping[str, str]) -> Row:
    quotes = _quotes(record, evidence)
    document = quotes[0].document if quotes else ""
    subject, predicate, thing = _triple(record)
    return Row(
        iri,
        record.type,
        subject,
        predicate,
        thing,
        record.local("edu:status"),
        quotes,
        place=_place(subject, document, concepts),
        year=_year(record.one("edu:periodStart", "edu:period"), record.one("edu:due"), record.one("edu:assertedIn"), dates.get(document, "")),
        **_qualities(record),
        restricted_to=_labels(record, LABELLED[0], concepts),
        meets=_labels(record, LABELLED[1], concepts),
        fails=_labels(record, LABELLED[2], concepts),
        unit=_unit(record, concepts),
    )


def _triple(record: Record) -> tuple[str, str, str]:
    if record.type == "Relation":
        return record.one("rdf:subject", "edu:agent"), record.local("rdf:predicate"), record.one("rdf:object")
    predicate, target = {
        "Adoption": ("adopts", "edu:measure"),
        "Outcome": ("measured", "edu:indicator"),
        "Withheld": ("withheld", "edu:indicator"),
        "Shortcoming": ("lacks", "edu:about"),
    }[record.type]
    return record.one("edu:agent"), predicate, record.one(target)


def _qualities(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {field: record.one(name) for field, name in QUALITIES.items()}
    found |= {"quantity_kind": record.local("edu:quantityKind"), "issue_kind": record.local("edu:issueKind")}
    return found | {"concerns": record.many("edu:concerns"), "flags": _flags(record)}


def _labels(record: Record, name: str, concepts: Records) -> tuple[str, ...]:
    return tuple(concepts[iri].name() for iri in record.many(name) if iri in concepts)


def _terms(facts: Records, concepts: Records) -> Mapping[str, str]:
    used = {iri for record in facts.values() for name in LABELLED for iri in record.many(name) if iri in concepts}
    return {concepts[iri].name(): iri for iri in sorted(used)}


def _unit(record: Record, concepts: Records) -> str:
    unit = concepts.get(record.one("edu:unit"))
    return unit.one("skos:notation", "skos:prefLabel") if unit else ""


def _place(subject: str, document: str, concepts: Records) -> str:
    agent = concepts.get(subject)
    if agent and NODE_TYPE.get(agent.type, agent.type) == "Region":
        return subject
    at = agent.one("edu:locatedIn") if agent else ""
    return at or (concepts[document].one("edu:homeRegion") if document in concepts else "")


def _year(*texts: str) -> int:
    return next((int(found[0]) for text in texts if (found := _YEAR.search(text))), 0)


def _reading_order(row: Row) -> tuple[str, int, int, str]:
    return (row.document, *((row.quotes[0].start, row.quotes[0].end) if row.quotes else (0, 0)), row.iri)


def _edge_order(edge: Edge) -> tuple[str, str, str, str]:
    return edge.subject, edge.object, edge.predicate, edge.fact


def _fact_edges(rows: Iterable[Row]) -> Iterator[Edge]:
    for row in rows:
        mark = (row.iri, row.status, row.basis == "inferred", bool(row.flags))
        if row.subject and row.object:
            yield Edge(row.subject, row.predicate, row.object, *mark)
        for thing in row.concerns:
            yield Edge(row.subject, "concerns", thing, *mark)


def _structure(things: Records) -> Iterator[Edge]:
    for iri, record in things.items():
        for name in DOCUMENT_LINKS if record.type == "Document" else STRUCTURE:
            for thing in record.many(f"edu:{name}"):
                yield Edge(iri, name, thing)


def _nodes(concepts: Records, documents: tuple[Source, ...], rows: tuple[Row, ...], edges: tuple[Edge, ...], mentions: tuple[Mention, ...]) -> tuple[Node, ...]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update({row.subject, row.object, row.measure, *row.concerns})
        counts[row.document] += 1
    used = {iri for iri in counts if iri} | {mention.thing for mention in mentions}
    used |= {iri for edge in edges if edge.predicate in DOCUMENT_LINKS for iri in (edge.subject, edge.object)}
    used |= {source.iri for source in documents}
    return tuple(_node(iri, concepts.get(iri), counts[iri], concepts) for iri in sorted(used))


def _node(iri: str, record: Record | None, facts: int, concepts: Records) -> Node:
    if record is None:
        return Node(iri, "Other", "", facts=facts)
    home = concepts.get(record.one("edu:locatedIn", "edu:homeRegion"), record)
    return Node(
        iri,
        NODE_TYPE.get(record.type, record.type),
        record.name(),
        label_en=record.label("en"),
        aliases=record.many("skos:altLabel"),
        path=home.one("edu:regionPath") or (home.name() if home is not record else ""),
        facts=facts,
        code=record.one("edu:adminCode"),
        detail=", ".join(_labels(record, "edu:institutionType", concepts)),
        broader=record.one("skos:broader"),
        definition=record.one("skos:definition"),
    )
