"""What documents say and how a build went, as quads: one graph each, beside that of the reference data."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Protocol

from kg import __version__, iri
from kg.iri import BASE
from kg.model import DocumentFacts, Evidence, Fact, Finding, Period, Quantity, Region, Thing, replaced
from kg.quads import GraphOf, Quad, Value, address, canonical, day, decimal, integer, node, offset, parsed, resource, text, zh
from kg.reference import KINDS, reference_quads, used_reference
from kg.rules import Ontology

__all__ = ["BuildReport", "Read", "document_lines", "document_quads", "holds", "keys", "reference_quads", "used_reference"]

TOLD = 5_000  # documents of which a build report tells at a time
KEY_LENGTH = 16  # hexadecimal digits: two facts of one document collide once in 10^13 documents of a thousand facts


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


def document_lines(facts: DocumentFacts, ontology: Ontology, base: str = BASE, *, same_as: str = "") -> bytes:
    """All that a document says as N-Quads, in the graph named by the document; `same_as` is the path of an earlier one with the same content."""
    page = _Page(facts, ontology, base)
    page.document(same_as)
    for number, fact in enumerate(facts.facts):
        page.fact(number, fact)
    return page.graph.lines()


def document_quads(facts: DocumentFacts, ontology: Ontology, base: str = BASE, *, same_as: str = "") -> Iterator[Quad]:
    """The same as the database has it."""
    return parsed(document_lines(facts, ontology, base, same_as=same_as))


class BuildReport:
    """What was read and what could not be, and what it was read with, in the graph of the build report."""

    def __init__(self, ontology: Ontology, base: str = BASE) -> None:
        self.base, self.name = base, iri.build_graph(base)
        self.graph = GraphOf(self.name)
        self.graph.say(self.name, "rdf:type", node("edu:Build"))
        self.graph.say(self.name, "edu:version", text(__version__))
        self.graph.say(self.name, "edu:ontologyDigest", text(ontology.digest))

    def add(self, entry: Read) -> None:
        """Tell of a document."""
        say, source = self.graph.say, iri.document(entry.path, self.base)
        if entry.problem:
            problem = f"{self.name}/problem/{iri.path(entry.path)}"
            say(self.name, "edu:problem", resource(problem))
            say(problem, "rdf:type", node("edu:ReadingProblem"))
            say(problem, "edu:path", text(entry.path))
            say(problem, "edu:message", text(entry.problem))
        else:
            say(self.name, "prov:used", resource(source))
            say(source, "edu:lostCharacters", integer(entry.lost))

    def lines(self) -> bytes:
        """What was told since this was last asked, as N-Quads."""
        told, self.graph = self.graph.lines(), GraphOf(self.name)
        return told

    def of(self, entries: Iterable[Read]) -> Iterator[bytes]:
        """The report on documents as N-Quads, some thousand documents at a time."""
        for number, entry in enumerate(entries, 1):
            self.add(entry)
            if number % TOLD == 0:
                yield self.lines()
        yield self.lines()


class _Page:
    """The graph of one document in the making."""

    def __init__(self, facts: DocumentFacts, ontology: Ontology, base: str) -> None:
        self.facts, self.ontology, self.base = facts, ontology, base
        self.source = iri.document(facts.document.path, base)
        self.graph = GraphOf(self.source)
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
            self.say(source, "edu:sameContentAs", resource(iri.document(same_as, self.base)))
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
            self.say(name, "oa:start", offset(evidence.start))
            self.say(name, "oa:end", offset(evidence.end))
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
        elif thing.kind == "honour":  # of the vocabulary, as the text has it: 国家义务教育发展基本均衡县(市)
            self.say(name, "skos:altLabel", *map(zh, thing.alt))
        return resource(name)

    def minted(self, thing: Thing) -> _Describe | None:
        """How a thing that only the text knows is described; None for what the vocabularies and tables know."""
        if thing.kind == "institution":
            return self.institution
        if thing.kind == "policy":
            return self.policy
        if thing.kind == "zone" and not _region_row(thing.key, self.ontology):
            return self.zone
        if iri.is_home(thing):
            return self.home
        if thing.kind in KINDS and "/" in thing.key:
            return self.concept
        return None

    def institution(self, name: str, thing: Thing) -> None:
        """An organisation with its kind and place."""
        self.say(name, "rdf:type", node("edu:Institution"))
        label = full_name(thing, self.ontology)
        self.labels[name] = label
        self.labelled(name, replaced(thing, label=label, alt=(thing.label, *thing.alt)))
        self.say(name, "edu:institutionType", self.below("concept/institution", thing.type))
        region = Thing("zone" if "/" in thing.region else "region", thing.region, _region_name(thing.region, self.ontology))
        self.say(name, "edu:locatedIn", self.thing(region) if thing.region else None)
        self.say(name, "edu:sponsor", text(thing.sponsor))

    def zone(self, name: str, thing: Thing) -> None:
        """A functional zone that no table has, under its host."""
        host, _, own = thing.key.partition("/")
        self.say(name, "rdf:type", node("edu:Region"))
        self.say(name, "rdf:type", node("edu:FunctionalZone"))
        self.labelled(name, replaced(thing, label=own))
        self.say(name, "edu:partOf", self.below("region", host))

    def policy(self, name: str, thing: Thing) -> None:
        """A policy document by its title."""
        self.say(name, "rdf:type", node("edu:PolicyDocument"))
        self.say(name, "dcterms:title", text(thing.label))
        self.say(name, "dcterms:identifier", text(thing.identifier))
        self.say(name, "edu:issuedBy", *(self.below(kind, key) for kind, key in thing.issuers))

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
        self.say(name, "skos:broader", self.below(thing.kind, thing.broader))
        if thing.kind == "honour":
            self.say(name, "edu:level", text(thing.type))
            self.say(name, "edu:awardedBy", *(self.below(kind, key) for kind, key in thing.issuers))

    def labelled(self, name: str, thing: Thing) -> None:
        self.say(name, "skos:prefLabel", zh(thing.label))
        self.say(name, "skos:altLabel", *(zh(label) for label in thing.alt if label != thing.label))

    def below(self, kind: str, key: str) -> Value:
        """The node of a kind and key; nothing where there is no key."""
        return resource(iri.resource(f"{kind}/{key}", self.base)) if key else None

    def fact(self, number: int, fact: Fact) -> None:
        """One fact with all that qualifies it."""
        name = self.names[number]
        self.say(name, "rdf:type", node(f"edu:{fact.kind}"))
        self.say(name, "edu:evidence", *(resource(self.evidence(one)) for one in fact.evidence))
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
        named = self.below("unit", notation)
        if named is not None and notation not in self.units:
            name = iri.resource(f"unit/{notation}", self.base)
            self.say(name, "rdf:type", node("edu:Unit"))
            self.say(name, "skos:inScheme", node(KINDS["unit"][1]))
            self.say(name, "skos:notation", text(notation))
            self.say(name, "skos:prefLabel", zh(notation))
        return named

    def counted_in(self, indicator: Thing | None, unit: str) -> None:
        """An indicator that the text adds is counted as the text counts it."""
        if indicator and self.minted(indicator):
            self.say(iri.thing(indicator, self.base), "edu:unit", self.below("unit", unit))

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
        return None if number is None else resource(self.names[number])

    def criterion(self, name: str) -> Value:
        """The node of a criterion, by its id alone or after that of its standard."""
        return self.below("criterion", self.criteria.get(name, name))


def full_name(institution: Thing, ontology: Ontology) -> str:
    """The name of an institution with that of its region before it: one in all documents, however short a text writes it."""
    code = institution.region
    name = institution.key.removeprefix(f"{code or '-'}/")
    return institution.label if name == institution.key else _region_name(code, ontology) + name


def _region_name(code: str, ontology: Ontology) -> str:
    row = _region_row(code, ontology)
    return row.name if row else code.partition("/")[2]


def _region_row(code: str, ontology: Ontology) -> Region | None:
    rows = ontology.zones if "/" in code else ontology.regions
    at = bisect_right(rows, code, key=attrgetter("code")) - 1  # the latest version of several
    return rows[at] if rows and rows[at].code == code else None


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
