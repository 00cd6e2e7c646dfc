"""The tables of the property graph: labels, types of edges and their properties, and where in RDF each comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

TYPES = ("text", "number", "integer", "date", "boolean")


@dataclass(frozen=True, slots=True)
class Property:
    """A column: its name and type in the databases, the RDF property it comes from, and what of that is taken."""

    name: str
    source: str
    type: str = "text"
    take: str = "one"  # one, many (joined), local (last part of an IRI), zh or en (label), aliases, names (labels of what it leads to), iris, type, computed


@dataclass(frozen=True, slots=True)
class Link:
    """An edge without a sentence of its own: its type, and the RDF property it comes from."""

    type: str
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of nodes of one label, or of edges of one type between two labels; the first columns are iri, or from and to."""

    name: str
    columns: tuple[Property, ...]
    ends: tuple[str, str] | None = None

    @property
    def file(self) -> str:
        """The name of its file without ending: Region, or ADOPTION.Region.Measure."""
        return ".".join((self.name, *(self.ends or ())))


def _p(name: str, source: str, type: str = "text", take: str = "one") -> Property:
    return Property(name, source, type, take)


def _many(name: str, source: str) -> Property:
    return Property(name, source, take="many")


IRI = _p("iri", "", take="computed")
NAME = _p("name", "skos:prefLabel", take="zh")
ENGLISH = _p("nameEn", "skos:prefLabel", take="en")
ALIASES = _p("aliases", "skos:altLabel", take="aliases")
SCHEME = _p("scheme", "skos:inScheme", take="local")
DEFINITION = _p("definition", "skos:definition")
NOTATION = _p("notation", "skos:notation")
TITLE = _p("name", "dcterms:title")
IDENTIFIERS = _many("identifiers", "dcterms:identifier")
QUANTITY_KIND = _p("quantityKind", "edu:quantityKind", take="local")
FROM, TO = _p("from", "", take="computed"), _p("to", "", take="computed")
DOCUMENT = _p("document", "oa:hasSource")

# The span of a document that something stands on.
SPAN = (
    DOCUMENT, _p("quote", "oa:exact"), _p("startOffset", "oa:start", "integer"), _p("endOffset", "oa:end", "integer"),
    _p("paragraph", "edu:paragraph", "integer"), _p("heading", "edu:heading"), _p("page", "edu:page", "integer"),
)  # fmt: skip
OTHER_QUOTES = _p("otherQuotes", "edu:evidence", take="computed")
FACT = (
    _p("factKey", "edu:key"), _p("status", "edu:status", take="local"), _p("statusDetail", "edu:statusDetail"), _p("period", "edu:period"),
    _p("periodStart", "edu:periodStart", "date"), _p("periodEnd", "edu:periodEnd", "date"), _p("due", "edu:due"),
    _p("assertedIn", "edu:assertedIn", "integer"), _p("agentBasis", "edu:agentBasis"), _p("voice", "edu:voice"), _p("foundBy", "edu:foundBy"),
    _many("flags", "edu:flag"),
)  # fmt: skip
# What a fact that is an edge cannot lead to by an edge.
LED_TO = tuple(_p(name, f"edu:{name}", take="iris") for name in ("concerns", "restrictedTo", "responsible", "restates"))
MEASURED = (
    _p("valueText", "edu:valueText"), _p("unit", "edu:unit", take="names"), _p("comparator", "edu:comparator"), QUANTITY_KIND,
    _p("direction", "edu:direction"), _p("per", "edu:per"), _p("fromValue", "edu:fromValue", "number"),
)  # fmt: skip

SHARED: Mapping[str, tuple[Property, ...]] = {
    "Concept": (IRI, NAME, ENGLISH, ALIASES, SCHEME, NOTATION),
    "Criterion": (
        IRI, NAME, SCHEME, _p("comparator", "edu:comparator"), _p("value", "edu:value", "number"), _p("per", "edu:per"),
    ),
    "Honour": (IRI, NAME, ENGLISH, ALIASES, SCHEME, DEFINITION, _p("level", "edu:level")),
    "Indicator": (
        IRI, NAME, ENGLISH, ALIASES, SCHEME, QUANTITY_KIND, _p("unitKind", "edu:unitKind"), _p("indicatorGroup", "edu:indicatorGroup"), _p("per", "edu:per"),
        _p("better", "edu:better"), _p("summable", "edu:summable", "boolean"), _p("minimum", "edu:minimum", "number"), _p("maximum", "edu:maximum", "number"),
    ),
    "Institution": (IRI, NAME, ALIASES, _p("institutionType", "edu:institutionType", take="names"), _p("sponsor", "edu:sponsor")),
    "Measure": (IRI, NAME, ENGLISH, ALIASES, _many("weakNames", "skos:hiddenLabel"), SCHEME, DEFINITION, _p("source", "dcterms:source")),
    "PolicyDocument": (IRI, TITLE, IDENTIFIERS),
    "Region": (
        IRI, NAME, ALIASES, _p("code", "edu:adminCode"), _p("level", "edu:adminLevel"), _p("path", "edu:regionPath"),
        _p("zone", "rdf:type", "boolean", "type"), _p("firstYear", "edu:firstYear", "integer"), _p("lastYear", "edu:lastYear", "integer"),
    ),
    "Thing": (IRI, _p("name", "", take="computed")),  # what is only named by its IRI
    "Unit": (IRI, NAME, ENGLISH, ALIASES, SCHEME, NOTATION, _p("exactMatch", "skos:exactMatch")),
}  # fmt: skip
OF_DOCUMENTS: Mapping[str, tuple[Property, ...]] = {
    "Document": (
        IRI, TITLE, _p("fileName", "edu:fileName"), _p("path", "edu:path"), _p("sha256", "edu:sha256"), _p("genre", "dcterms:type"),
        _p("publisher", "dcterms:publisher"), _p("issued", "dcterms:issued"), _p("dateBasis", "edu:dateBasis"), _p("earliest", "edu:earliest"),
        _p("latest", "edu:latest"), IDENTIFIERS, _p("source", "dcterms:source"), _many("flags", "edu:flag"),
    ),
    "Outcome": (
        IRI, _p("name", "edu:valueText"), *FACT, _p("value", "edu:value", "number"), _p("valueMax", "edu:valueMax", "number"), *MEASURED, *SPAN,
    ),
    "Shortcoming": (
        IRI, _p("name", "edu:issueKind"), *FACT, _p("issueKind", "edu:issueKind"), _p("addressedBy", "edu:addressedBy", take="iris"), *SPAN,
    ),
    "Withheld": (IRI, _p("name", "edu:valueText"), *FACT, *MEASURED, *SPAN),
}  # fmt: skip
NODES: Mapping[str, tuple[Property, ...]] = dict(sorted({**SHARED, **OF_DOCUMENTS}.items()))

_LABELLED = (Link("RESTRICTED_TO", "edu:restrictedTo"),)
_OF_FACTS = (
    Link("HAS_AGENT", "edu:agent"), *_LABELLED, Link("CONCERNS", "edu:concerns"), Link("RESPONSIBLE", "edu:responsible"), Link("RESTATES", "edu:restates"),
)  # fmt: skip
_OF_FIGURES = (
    *_OF_FACTS, Link("HAS_INDICATOR", "edu:indicator"), Link("OF_MEASURE", "edu:measure"), Link("HAS_UNIT", "edu:unit"), Link("MEETS", "edu:meets"),
    Link("FAILS", "edu:fails"), Link("PART_OF_OUTCOME", "edu:partOfOutcome"), Link("CHANGE_OF", "edu:changeOf"),
)  # fmt: skip
_BROADER = (Link("BROADER", "skos:broader"),)
LINKS: Mapping[str, tuple[Link, ...]] = {
    "Concept": _BROADER,
    "Criterion": (
        Link("OF_STANDARD", "edu:standard"), Link("HAS_INDICATOR", "edu:indicator"), Link("HAS_UNIT", "edu:unit"), *_LABELLED,
        Link("VALID_IN", "edu:validIn"),
    ),
    "Document": (Link("HOME_REGION", "edu:homeRegion"), Link("SAME_CONTENT_AS", "edu:sameContentAs")),
    "Honour": (*_BROADER, Link("AWARDED_BY", "edu:awardedBy")),
    "Indicator": (*_BROADER, Link("HAS_UNIT", "edu:unit"), *_LABELLED),
    "Institution": (Link("LOCATED_IN", "edu:locatedIn"),),
    "Measure": _BROADER,
    "Outcome": _OF_FIGURES,
    "PolicyDocument": (Link("ISSUED_BY", "edu:issuedBy"),),
    "Region": (Link("PART_OF", "edu:partOf"), Link("SUCCESSOR", "edu:successor")),
    "Shortcoming": (*_OF_FACTS, Link("ABOUT", "edu:about"), Link("ADDRESSED_BY", "edu:addressedBy")),
    "Withheld": _OF_FIGURES,
}  # fmt: skip

_EDGE = (FROM, TO)
_PLAIN = (*_EDGE, DOCUMENT)
_PLACED = (*_EDGE, IRI, *SPAN)
_SAID = (*_EDGE, IRI, *FACT)
RELATIONS = ("campusOf", "cooperatesWith", "evaluatedAs", "issued", "leads", "memberOf", "mergedInto", "pairedWith")
PLACED = {"MENTIONS": "edu:mentions", "CITES": "edu:cites", "STATED_IN": "edu:evidence"}


def edge_type(name: str) -> str:
    """The type of the edges that a property of the ontology gives.

    >>> edge_type("pairedWith")
    'PAIRED_WITH'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def _edges() -> dict[str, tuple[Property, ...]]:
    found: dict[str, tuple[Property, ...]] = {link.type: _PLAIN for links in LINKS.values() for link in links}
    found |= dict.fromkeys(PLACED, _PLACED)
    found["ADOPTION"] = (*_SAID, _p("extent", "edu:extent"), *LED_TO, *SPAN, OTHER_QUOTES)
    found |= {edge_type(name): RELATION for name in RELATIONS}
    return dict(sorted(found.items()))


RELATION = (*_SAID, *LED_TO, *SPAN, OTHER_QUOTES)
EDGES: Mapping[str, tuple[Property, ...]] = _edges()
# Ends that a type of edge has in any graph, for databases that want to know before the first edge comes.
USUAL_ENDS: Mapping[str, tuple[str, str]] = {
    "ABOUT": ("Shortcoming", "Measure"), "ADDRESSED_BY": ("Shortcoming", "Outcome"), "ADOPTION": ("Region", "Measure"),
    "AWARDED_BY": ("Honour", "Institution"), "BROADER": ("Measure", "Measure"), "CAMPUS_OF": ("Institution", "Institution"),
    "CHANGE_OF": ("Outcome", "Outcome"), "CITES": ("Document", "PolicyDocument"), "CONCERNS": ("Outcome", "Institution"),
    "COOPERATES_WITH": ("Institution", "Institution"), "EVALUATED_AS": ("Region", "Honour"), "FAILS": ("Outcome", "Criterion"),
    "HAS_AGENT": ("Outcome", "Region"), "HAS_INDICATOR": ("Outcome", "Indicator"), "HAS_UNIT": ("Outcome", "Unit"), "HOME_REGION": ("Document", "Region"),
    "ISSUED": ("Region", "PolicyDocument"), "ISSUED_BY": ("PolicyDocument", "Institution"), "LEADS": ("Institution", "Institution"),
    "LOCATED_IN": ("Institution", "Region"), "MEETS": ("Outcome", "Criterion"), "MEMBER_OF": ("Institution", "Institution"),
    "MENTIONS": ("Document", "Region"), "MERGED_INTO": ("Institution", "Institution"), "OF_MEASURE": ("Outcome", "Measure"),
    "OF_STANDARD": ("Criterion", "PolicyDocument"), "PAIRED_WITH": ("Institution", "Institution"), "PART_OF": ("Region", "Region"),
    "PART_OF_OUTCOME": ("Outcome", "Outcome"), "RESPONSIBLE": ("Outcome", "Institution"), "RESTATES": ("Outcome", "Outcome"),
    "RESTRICTED_TO": ("Outcome", "Concept"), "SAME_CONTENT_AS": ("Document", "Document"), "STATED_IN": ("Outcome", "Document"),
    "SUCCESSOR": ("Region", "Region"), "VALID_IN": ("Criterion", "Region"),
}  # fmt: skip


def node_table(label: str) -> Table:
    """The table of the nodes of a label."""
    return Table(label, NODES[label])


def edge_table(kind: str, start: str, end: str) -> Table:
    """The table of the edges of a type between two labels; a relation that the ontology adds is held as the others are."""
    return Table(kind, EDGES.get(kind, RELATION), (start, end))
