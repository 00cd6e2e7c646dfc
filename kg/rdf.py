"""What documents say, what the ontology folder holds and how a build went, as quads: one graph each."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from kg import __version__, iri
from kg.errors import RuleError
from kg.iri import BASE, PREFIXES
from kg.model import Criterion, DocumentFacts, Evidence, Fact, Finding, Period, Quantity, Region, Standard, Term, Thing
from kg.rules import Ontology

Value = ox.NamedNode | ox.BlankNode | ox.Literal | None

# Where the terms of each kind of vocabulary belong: class, scheme, and the scheme of those that texts add.
KINDS = {
    "measure": ("edu:Measure", "edu:MeasureScheme", "edu:NamedMeasureScheme"),
    "indicator": ("edu:Indicator", "edu:IndicatorScheme", "edu:NamedIndicatorScheme"),
    "honour": ("edu:Honour", "edu:HonourScheme", "edu:NamedHonourScheme"),
    "unit": ("edu:Unit", "edu:UnitScheme", "edu:UnitScheme"),
    "institution": ("edu:InstitutionType", "edu:InstitutionTypeScheme", ""),
}
FIRST_TABLE = 2000  # the first year of the tables of regions: what stands there may be older
KEY_LENGTH = 16  # hexadecimal digits: two facts of one document collide once in 10^13 documents of a thousand facts

_DAY = {10: "xsd:date", 7: "xsd:gYearMonth", 4: "xsd:gYear"}
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Read(Protocol):
    """What a build tells of a document; the rest of what it knows is not for the graph."""

    @property
    def path(self) -> str:
        """Where it stands in the corpus."""

    @property
    def problem(self) -> str:
        """Why it could not be read, "" where it could."""

    @property
    def lost(self) -> int:
        """How many characters could not be decoded."""


def document_quads(facts: DocumentFacts, ontology: Ontology, base: str = BASE, *, same_as: str = "") -> Iterator[ox.Quad]:
    """All that a document says, in the graph named by the document; `same_as` is the path of an earlier one with the same content."""
    page = _Page(facts, ontology, base)
    page.document(same_as)
    for number, fact in enumerate(facts.facts):
        page.fact(number, fact)
    return iter(page.graph.quads)


def reference_quads(ontology: Ontology, base: str = BASE) -> Iterator[ox.Quad]:
    """The ontology, regions, zones, vocabularies and standards, in the graph of reference data."""
    graph = _Graph(iri.reference_graph(base))
    _vocabulary(graph, ontology)
    _regions(graph, ontology, base)
    for term in ontology.terms.values():
        _term(graph, term, ontology, base)
    for standard in ontology.standards:
        _standard(graph, standard, base)
    return iter(graph.quads)


def build_quads(entries: Iterable[Read], ontology: Ontology, base: str = BASE) -> Iterator[ox.Quad]:
    """What was read and what could not be, and what it was read with, in the graph of the build report."""
    name = iri.build_graph(base)
    graph = _Graph(name)
    graph.say(name, "rdf:type", node("edu:Build"))
    graph.say(name, "edu:version", text(__version__))
    graph.say(name, "edu:ontologyDigest", text(ontology.digest))
    for entry in sorted(entries, key=lambda entry: entry.path):
        source = iri.document(entry.path, base)
        if entry.problem:
            problem = f"{name}/problem/{iri.path(entry.path)}"
            graph.say(name, "edu:problem", ox.NamedNode(problem))
            graph.say(problem, "rdf:type", node("edu:ReadingProblem"))
            graph.say(problem, "edu:path", text(entry.path))
            graph.say(problem, "edu:message", text(entry.problem))
        else:
            graph.say(name, "prov:used", ox.NamedNode(source))
            graph.say(source, "edu:lostCharacters", integer(entry.lost))
    return iter(graph.quads)


def used_reference(said: Iterable[ox.Quad], reference: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The part of the reference data that other quads need: what they name, and what that is described with."""
    known: dict[object, list[ox.Quad]] = {}
    for quad in reference:
        known.setdefault(quad.subject, []).append(quad)
    wanted = [term for quad in said for term in (quad.subject, quad.predicate, quad.object) if term in known]
    used: dict[object, list[ox.Quad]] = {}
    while wanted:
        term = wanted.pop()
        if term not in used:
            used[term] = known[term]
            wanted += [other for quad in known[term] for other in (quad.predicate, quad.object) if other in known]
    return [quad for quads in used.values() for quad in quads]


def read_turtle(file: Path, what: str) -> list[ox.Triple]:
    """The triples of a file of the ontology folder; `what` begins the message where it is missing."""
    try:
        return [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)]
    except FileNotFoundError as error:
        raise RuleError(f"{what} missing", path=file, remedy="restore the file from the release") from error
    except SyntaxError as error:
        raise RuleError(f"not valid Turtle ({error.msg})", path=file, line=error.lineno, remedy="mend the line") from error


# --- terms


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


class _Graph:
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
                self._said[ox.Quad(_resource(subject), node(predicate), value, self.name)] = None

    def triple(self, triple: ox.Triple) -> None:
        self._said[ox.Quad(triple.subject, triple.predicate, triple.object, self.name)] = None


@lru_cache(maxsize=1 << 14)
def _resource(name: str) -> ox.NamedNode:
    return ox.NamedNode(name)


# --- documents


class _Page:
    """The graph of one document in the making."""

    def __init__(self, facts: DocumentFacts, ontology: Ontology, base: str) -> None:
        self.facts, self.base = facts, base
        self.source = iri.document(facts.document.path, base)
        self.graph = _Graph(self.source)
        self.say = self.graph.say
        self.criteria = {c.id: f"{c.standard}/{c.id}" for standard in reversed(ontology.standards) for c in standard.criteria}
        self.units = {str(term.attrs["notation"]) for term in ontology.by_kind.get("unit", ())}
        self.labels: dict[str, str] = {}  # of things described already
        self.names = [iri.fact(self.source, key) for key in keys(facts.facts)]

    def document(self, same_as: str) -> None:
        """The document itself, with what it mentions and cites."""
        document, finding, source = self.facts.document, self.facts.finding, self.source
        self.say(source, "rdf:type", node("edu:Document"))
        self.say(source, "edu:fileName", text(document.file_name))
        self.say(source, "edu:path", text(document.path))
        self.say(source, "edu:sha256", text(document.sha256))
        self.say(source, "dcterms:title", text(finding.title or document.file_name))
        self.say(source, "edu:homeRegion", self.thing(finding.home))
        if same_as:
            self.say(source, "edu:sameContentAs", ox.NamedNode(iri.document(same_as, self.base)))
        self.finding(finding)
        for thing, evidence in finding.mentions:
            self.mention("edu:mentions", thing, evidence)
        for thing, evidence in finding.cites:
            self.mention("edu:cites", thing, evidence)
            self.say(source, "edu:mentions", self.thing(thing))

    def finding(self, finding: Finding) -> None:
        """When, by whom and as what it was issued."""
        source = self.source
        self.say(source, "dcterms:type", text(finding.genre))
        self.say(source, "dcterms:publisher", text(finding.publisher))
        self.say(source, "dcterms:issued", day(finding.issued))
        self.say(source, "edu:dateBasis", text(finding.date_basis))
        self.say(source, "edu:earliest", day(finding.earliest))
        self.say(source, "edu:latest", day(finding.latest))
        self.say(source, "dcterms:identifier", *map(text, finding.identifiers))
        self.say(source, "dcterms:source", address(finding.source))
        self.say(source, "edu:flag", *map(text, finding.flags))

    def mention(self, predicate: str, thing: Thing, evidence: Evidence) -> None:
        """A thing that is named, and where first."""
        named = self.thing(thing)
        self.say(self.source, predicate, named)
        self.say(self.evidence(evidence), "edu:refersTo", named)

    def evidence(self, evidence: Evidence) -> str:
        """The name of a span, described."""
        name = iri.evidence(self.source, evidence.start, evidence.end)
        if name not in self.labels:
            self.labels[name] = ""
            self.say(name, "rdf:type", node("edu:Evidence"))
            self.say(name, "oa:hasSource", self.graph.name)
            self.say(name, "oa:exact", text(evidence.exact))
            self.say(name, "oa:start", ox.Literal(evidence.start))
            self.say(name, "oa:end", ox.Literal(evidence.end))
            self.say(name, "edu:paragraph", integer(evidence.paragraph))
            self.say(name, "edu:heading", text(evidence.heading))
            self.say(name, "edu:page", integer(evidence.page))
        return name

    def thing(self, thing: Thing | None) -> Value:
        """The node of a thing; what the vocabularies do not describe is described here."""
        if thing is None:
            return None
        name = iri.thing(thing, self.base)
        describe = self.minted(thing)
        if describe and name not in self.labels:
            self.labels[name] = thing.label
            describe(name, thing)
        elif describe and thing.kind != "policy":
            self.say(name, "skos:altLabel", *(zh(label) for label in (thing.label, *thing.alt) if label != self.labels[name]))
        return _resource(name)

    def minted(self, thing: Thing) -> _Describe | None:
        """How a thing that only the text knows is described; None for what the vocabularies and tables know."""
        if thing.kind == "institution":
            return self.institution
        if thing.kind == "policy":
            return self.policy
        if iri.is_home(thing):
            return self.home
        if thing.kind in KINDS and "/" in thing.key:
            return self.concept
        return None

    def institution(self, name: str, thing: Thing) -> None:
        """An organisation with its kind and place."""
        self.say(name, "rdf:type", node("edu:Institution"))
        self.labelled(name, thing)
        self.say(name, "edu:institutionType", self.resource("concept/institution", thing.type))
        self.say(name, "edu:locatedIn", self.resource("zone" if "/" in thing.region else "region", thing.region))
        self.say(name, "edu:sponsor", text(thing.sponsor))

    def policy(self, name: str, thing: Thing) -> None:
        """A policy document by its title."""
        self.say(name, "rdf:type", node("edu:PolicyDocument"))
        self.say(name, "dcterms:title", text(thing.label))
        self.say(name, "dcterms:identifier", text(thing.identifier))
        self.say(name, "edu:issuedBy", *(self.resource(kind, key) for kind, key in thing.issuers))

    def home(self, name: str, thing: Thing) -> None:
        """The place that the document calls its own and never names."""
        self.say(name, "rdf:type", node("edu:Region"))
        self.labelled(name, thing)

    def concept(self, name: str, thing: Thing) -> None:
        """A measure, indicator or honour that the text adds to the vocabulary."""
        kind, _, scheme = KINDS[thing.kind]
        self.say(name, "rdf:type", node(kind))
        self.labelled(name, thing)
        self.say(name, "skos:inScheme", node(scheme))
        self.say(name, "skos:broader", self.resource(thing.kind, thing.broader))
        if thing.kind == "honour":
            self.say(name, "edu:level", text(thing.type))
            self.say(name, "edu:awardedBy", *(self.resource(kind, key) for kind, key in thing.issuers))

    def labelled(self, name: str, thing: Thing) -> None:
        self.say(name, "skos:prefLabel", zh(thing.label))
        self.say(name, "skos:altLabel", *(zh(label) for label in thing.alt if label != thing.label))

    def resource(self, kind: str, key: str) -> Value:
        """The node of a kind and key; nothing where there is no key."""
        return _resource(iri.resource(f"{kind}/{key}", self.base)) if key else None

    def fact(self, number: int, fact: Fact) -> None:
        """One fact with all that qualifies it."""
        name = self.names[number]
        self.say(name, "rdf:type", node(f"edu:{fact.kind}"))
        self.say(name, "edu:evidence", *(_resource(self.evidence(one)) for one in fact.evidence))
        self.say(name, "edu:status", node(f"edu:{fact.status}"))
        self.say(name, "edu:foundBy", text(fact.found_by))
        self.say(name, "edu:agentBasis", text(fact.agent_basis))
        self.say(name, "edu:key", text(name.rpartition("/")[2]))
        self.say(name, "edu:assertedIn", integer(fact.asserted_in))
        self.say(name, "edu:voice", text(fact.voice if fact.voice != "own" else ""))
        self.say(name, "edu:statusDetail", text(fact.status_detail))
        self.say(name, "edu:responsible", self.thing(fact.responsible))
        self.say(name, "edu:flag", *map(text, fact.flags))
        self.say(name, "edu:restrictedTo", *map(self.thing, fact.restricted_to))
        self.say(name, "edu:restates", self.other(fact.restates))
        self.period(name, fact.period)
        {"Adoption": self.adoption, "Shortcoming": self.shortcoming, "Relation": self.relation}.get(fact.kind, self.outcome)(name, fact)

    def period(self, name: str, period: Period | None) -> None:
        if period:
            self.say(name, "edu:period", text(period.edtf))
            self.say(name, "edu:periodStart", day(period.start))
            self.say(name, "edu:periodEnd", day(period.end))

    def adoption(self, name: str, fact: Fact) -> None:
        """An agent and the measure it has taken, plans or lacks."""
        agent, measure = self.thing(fact.agent), self.thing(fact.measure)
        self.say(name, "edu:agent", agent)
        self.say(name, "edu:measure", measure)
        self.say(name, "edu:due", text(fact.due))
        self.say(name, "edu:extent", text(fact.extent))
        self.say(name, "edu:concerns", *map(self.thing, fact.concerns))
        if holds(fact):
            self.say(iri.thing(fact.agent, self.base), "edu:adopts", measure)

    def outcome(self, name: str, fact: Fact) -> None:
        """A figure, or one that the source withholds."""
        self.say(name, "edu:agent", self.thing(fact.agent))
        self.say(name, "edu:indicator", self.thing(fact.indicator))
        self.say(name, "edu:measure", self.thing(fact.measure))
        self.say(name, "edu:quantityKind", node(f"edu:{fact.quantity_kind}") if fact.quantity_kind else None)
        self.say(name, "edu:direction", text(fact.direction))
        self.say(name, "edu:due", text(fact.due))
        self.say(name, "edu:concerns", *map(self.thing, fact.concerns))
        self.say(name, "edu:changeOf", self.other(fact.change_of))
        self.say(name, "edu:partOfOutcome", self.other(fact.part_of))
        self.say(name, "edu:meets", *map(self.criterion, fact.meets))
        self.say(name, "edu:fails", *map(self.criterion, fact.fails))
        if fact.quantity:
            self.quantity(name, fact.quantity)
            self.counted_in(fact.indicator, fact.quantity.unit)

    def quantity(self, name: str, quantity: Quantity) -> None:
        withheld = quantity.value is None
        self.say(name, "edu:value", decimal(quantity.value))
        self.say(name, "edu:valueText", text(quantity.text))
        self.say(name, "edu:unit", self.unit(quantity.unit))
        self.say(name, "edu:comparator", text("" if withheld and quantity.comparator == "eq" else quantity.comparator))
        self.say(name, "edu:valueMax", None if withheld else decimal(quantity.value_max))
        self.say(name, "edu:fromValue", decimal(quantity.from_value))
        self.say(name, "edu:per", text(quantity.per))

    def unit(self, notation: str) -> Value:
        """The node of a unit; a measure word that the vocabulary lacks is described here."""
        named = self.resource("unit", notation)
        if named is not None and notation not in self.units:
            name = str(named.value)
            self.say(name, "rdf:type", node("edu:Unit"))
            self.say(name, "skos:inScheme", node(KINDS["unit"][1]))
            self.say(name, "skos:notation", text(notation))
            self.say(name, "skos:prefLabel", zh(notation))
        return named

    def counted_in(self, indicator: Thing | None, unit: str) -> None:
        """An indicator that the text adds is counted as the text counts it."""
        if indicator and self.minted(indicator):
            self.say(iri.thing(indicator, self.base), "edu:unit", self.resource("unit", unit))

    def shortcoming(self, name: str, fact: Fact) -> None:
        """What an agent says it lacks."""
        self.say(name, "edu:agent", self.thing(fact.agent))
        self.say(name, "edu:about", self.thing(fact.about or fact.measure or fact.indicator))
        self.say(name, "edu:issueKind", text(fact.issue_kind))
        self.say(name, "edu:concerns", *map(self.thing, fact.concerns))
        self.say(name, "edu:addressedBy", self.other(fact.addressed_by))

    def relation(self, name: str, fact: Fact) -> None:
        """How two things stand to each other."""
        subject, predicate, thing = self.thing(fact.agent), node(f"edu:{fact.predicate}"), self.thing(fact.object)
        self.say(name, "rdf:subject", subject)
        self.say(name, "rdf:predicate", predicate)
        self.say(name, "rdf:object", thing)
        self.say(name, "edu:due", text(fact.due))
        if holds(fact):
            self.say(iri.thing(fact.agent, self.base), f"edu:{fact.predicate}", thing)

    def other(self, number: int | None) -> Value:
        """The node of another fact of the document."""
        return None if number is None else _resource(self.names[number])

    def criterion(self, name: str) -> Value:
        """The node of a criterion, by its id alone or after that of its standard."""
        return self.resource("criterion", self.criteria.get(name, name))


class _Describe(Protocol):
    def __call__(self, name: str, thing: Thing, /) -> None: ...


def holds(fact: Fact) -> bool:
    """Whether a fact is said of a named agent as done, so that it may stand as a plain triple."""
    return fact.status == "Done" and fact.agent_basis != "inferred"


def keys(facts: Iterable[Fact]) -> list[str]:
    """A digest for each fact of a document: of what it says and quotes, and of its place among those that say and quote the same."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for fact in facts:
        said = _said(fact)
        found.append(hashlib.sha256("\x1f".join([*said, str(seen[said])]).encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH])
        seen[said] += 1
    return found


def _said(fact: Fact) -> tuple[str, ...]:
    thing = fact.object or fact.about or fact.measure if fact.kind not in ("Outcome", "Withheld") else fact.indicator
    quantity = fact.quantity
    value = "" if quantity is None else quantity.text if quantity.value is None else canonical(quantity.value)
    period = fact.period.edtf if fact.period else ""
    quote = fact.evidence[0].exact if fact.evidence else ""
    return (fact.kind, _name(fact.agent), fact.predicate, _name(thing), fact.status, value, period, quote)


def _name(thing: Thing | None) -> str:
    """What a thing is, wherever the document lies."""
    return "" if thing is None else "home" if iri.is_home(thing) else f"{thing.kind}/{thing.key}"


# --- reference data


def _vocabulary(graph: _Graph, ontology: Ontology) -> None:
    for triple in read_turtle(ontology.folder / "vocabulary.ttl", "the vocabulary is"):
        graph.triple(triple)


def _regions(graph: _Graph, ontology: Ontology, base: str) -> None:
    versions: dict[str, list[Region]] = {}
    for region in (*ontology.regions, *ontology.zones):
        versions.setdefault(region.code, []).append(region)
    latest = {code: rows[-1] for code, rows in versions.items()}
    for code, rows in versions.items():
        _region(graph, rows, _region_path(code, latest), base)


def _region_path(code: str, latest: Mapping[str, Region]) -> str:
    names: list[str] = []
    while code in latest and len(names) < 8:
        names.insert(0, latest[code].name)
        code = latest[code].parent
    return "/".join(names)


def _region_name(code: str, base: str) -> str:
    return iri.resource(f"{'zone' if '/' in code else 'region'}/{code}", base)


def _region(graph: _Graph, rows: list[Region], path: str, base: str) -> None:
    now, name = rows[-1], _region_name(rows[-1].code, base)
    graph.say(name, "rdf:type", node("edu:Region"))
    if now.level == "zone":
        graph.say(name, "rdf:type", node("edu:FunctionalZone"))
    else:
        graph.say(name, "edu:adminCode", text(now.code))
        graph.say(name, "edu:adminLevel", text(now.level))
    graph.say(name, "skos:prefLabel", zh(now.name))
    graph.say(name, "skos:altLabel", *(zh(alt) for row in rows for alt in (row.name, row.short, *row.alt) if alt != now.name))
    graph.say(name, "edu:regionPath", text(path))
    graph.say(name, "edu:partOf", ox.NamedNode(_region_name(now.parent, base)) if now.parent else None)
    if rows[0].first_year > FIRST_TABLE:
        graph.say(name, "edu:firstYear", integer(rows[0].first_year))
    graph.say(name, "edu:lastYear", integer(now.last_year or 0))
    graph.say(name, "edu:successor", *(ox.NamedNode(_region_name(code, base)) for code in now.successors if code != now.code))


def term_key(term: Term) -> str:
    """The path of a vocabulary term below the base."""
    if term.kind == "unit":
        return f"unit/{term.attrs['notation']}"
    if term.kind in ("institution", "restriction"):
        return f"concept/{term.scheme}/{term.id}"
    return f"{term.kind}/{term.id}"


def _term(graph: _Graph, term: Term, ontology: Ontology, base: str) -> None:
    name = iri.resource(term_key(term), base)
    kind, scheme, _ = KINDS.get(term.kind, ("skos:Concept", f"edu:{term.scheme.capitalize()}Scheme", ""))
    graph.say(name, "rdf:type", node(kind))
    graph.say(name, "skos:inScheme", node(scheme))
    graph.say(name, "skos:prefLabel", zh(term.label), en(term.label_en))
    graph.say(name, "skos:altLabel", *(zh(alt) for alt in term.alt if alt != term.label))
    graph.say(name, "skos:hiddenLabel", *(zh(weak) for weak in term.attrs.get("weak", ())))
    graph.say(name, "skos:definition", zh(term.definition))
    graph.say(name, "dcterms:source", text(term.source))
    broader = ontology.terms.get(f"{term.kind}/{term.broader}")
    if broader:
        graph.say(name, "skos:broader", ox.NamedNode(iri.resource(term_key(broader), base)))
    special = {"indicator": _indicator, "unit": _unit, "institution": _institution_type}.get(term.kind)
    if special:
        special(graph, name, term, base)


def _indicator(graph: _Graph, name: str, term: Term, base: str) -> None:
    attrs = term.attrs
    graph.say(name, "edu:quantityKind", node(f"edu:{attrs['kind']}") if attrs.get("kind") else None)
    graph.say(name, "edu:unit", _below(base, "unit", attrs.get("unit", "")))
    graph.say(name, "edu:unitKind", text(attrs.get("unit_kind", "")))
    graph.say(name, "edu:indicatorGroup", zh(attrs.get("group", "")))
    graph.say(name, "edu:per", text(attrs.get("per", "")))
    graph.say(name, "edu:better", text(attrs.get("direction", "")))
    graph.say(name, "edu:summable", ox.Literal(bool(attrs["sum"])) if "sum" in attrs else None)
    graph.say(name, "edu:minimum", decimal(_number(attrs.get("min"))))
    graph.say(name, "edu:maximum", decimal(_number(attrs.get("max"))))
    graph.say(name, "edu:restrictedTo", *(_restriction(base, said) for said in attrs.get("restrictions", ())))


def _unit(graph: _Graph, name: str, term: Term, base: str) -> None:
    graph.say(name, "skos:notation", text(str(term.attrs["notation"])))
    graph.say(name, "skos:exactMatch", address(str(term.attrs.get("qudt", ""))))


def _institution_type(graph: _Graph, name: str, term: Term, base: str) -> None:
    wide = "".join(part.capitalize() for part in str(term.attrs.get("type", "other")).split("_"))
    graph.say(name, "skos:broader", node(f"edu:{wide}Type"))


def _standard(graph: _Graph, standard: Standard, base: str) -> None:
    name = iri.resource(f"policy/{standard.title}", base)
    graph.say(name, "rdf:type", node("edu:PolicyDocument"))
    graph.say(name, "dcterms:title", text(standard.title))
    graph.say(name, "dcterms:identifier", text(standard.identifier))
    for issuer in filter(None, standard.issuer.split("、")):
        body = iri.resource(f"institution/-/{issuer}", base)
        graph.say(name, "edu:issuedBy", ox.NamedNode(body))
        graph.say(body, "rdf:type", node("edu:Institution"))
        graph.say(body, "skos:prefLabel", zh(issuer))
        graph.say(body, "edu:institutionType", node("edu:GovernmentType"))
    for criterion in standard.criteria:
        _criterion(graph, criterion, name, base)


def _criterion(graph: _Graph, criterion: Criterion, standard: str, base: str) -> None:
    name = iri.resource(f"criterion/{criterion.standard}/{criterion.id}", base)
    graph.say(name, "rdf:type", node("edu:Criterion"))
    graph.say(name, "skos:inScheme", node("edu:CriterionScheme"))
    graph.say(name, "skos:prefLabel", zh(criterion.label))
    graph.say(name, "edu:standard", ox.NamedNode(standard))
    graph.say(name, "edu:indicator", _below(base, "indicator", criterion.indicator))
    graph.say(name, "edu:comparator", text(criterion.comparator))
    graph.say(name, "edu:value", decimal(criterion.value))
    graph.say(name, "edu:unit", _below(base, "unit", criterion.unit))
    graph.say(name, "edu:per", text(criterion.per))
    graph.say(name, "edu:restrictedTo", *(_restriction(base, said) for said in criterion.restrictions))
    graph.say(name, "edu:validIn", _below(base, "region", criterion.valid_in))


def _below(base: str, kind: str, key: str) -> Value:
    return ox.NamedNode(iri.resource(f"{kind}/{key}", base)) if key else None


def _restriction(base: str, said: str) -> Value:
    """The concept of a restriction as the tables write it, such as stage:primary."""
    return _below(base, "concept", said.replace(":", "/", 1))


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
