"""The ontology folder as quads: terms of our own, regions, zones, vocabularies and standards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from kg import iri
from kg.iri import BASE
from kg.model import Criterion, Region, Standard, Term
from kg.quads import GraphOf, Quad, Value, address, boolean, decimal, en, integer, node, parsed, read_turtle, resource, text, zh
from kg.rules import Ontology

# Where the terms of each kind of vocabulary belong: class, scheme, and the scheme of those that texts add.
KINDS = {
    "measure": ("edu:Measure", "edu:MeasureScheme", "edu:NamedMeasureScheme"),
    "indicator": ("edu:Indicator", "edu:IndicatorScheme", "edu:NamedIndicatorScheme"),
    "honour": ("edu:Honour", "edu:HonourScheme", "edu:NamedHonourScheme"),
    "unit": ("edu:Unit", "edu:UnitScheme", "edu:UnitScheme"),
    "institution": ("edu:InstitutionType", "edu:InstitutionTypeScheme", ""),
}
FIRST_TABLE = 2000  # the first year of the tables of regions: what stands there may be older


def reference_quads(ontology: Ontology, base: str = BASE) -> Iterator[Quad]:
    """The ontology, regions, zones, vocabularies and standards, in the graph of reference data."""
    return parsed(reference_lines(ontology, base))


def reference_lines(ontology: Ontology, base: str = BASE) -> bytes:
    """The same as N-Quads."""
    graph = GraphOf(iri.reference_graph(base))
    _vocabulary(graph, ontology)
    _regions(graph, ontology, base)
    for term in ontology.terms.values():
        _term(graph, term, ontology, base)
    for standard in ontology.standards:
        _standard(graph, standard, base)
    return graph.lines()


def used_reference(said: Iterable[Quad], reference: Iterable[Quad]) -> list[Quad]:
    """The part of the reference data that other quads need: what they name, and what that is described with."""
    known: dict[object, list[Quad]] = {}
    for quad in reference:
        known.setdefault(quad.subject, []).append(quad)
    wanted = [*{term for quad in said for term in (quad.subject, quad.predicate, quad.object) if term in known}]
    used: dict[object, list[Quad]] = {}
    while wanted:
        term = wanted.pop()
        if term not in used:
            used[term] = known[term]
            wanted += [other for quad in known[term] for other in (quad.predicate, quad.object) if other in known]
    return [quad for quads in used.values() for quad in quads]


def _vocabulary(graph: GraphOf, ontology: Ontology) -> None:
    for triple in read_turtle(ontology.folder / "vocabulary.ttl", "the vocabulary is"):
        graph.triple(triple)


def _regions(graph: GraphOf, ontology: Ontology, base: str) -> None:
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


def _region(graph: GraphOf, rows: list[Region], path: str, base: str) -> None:
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
    graph.say(name, "edu:partOf", resource(_region_name(now.parent, base)) if now.parent else None)
    if rows[0].first_year > FIRST_TABLE:
        graph.say(name, "edu:firstYear", integer(rows[0].first_year))
    graph.say(name, "edu:lastYear", integer(now.last_year or 0))
    graph.say(name, "edu:successor", *(resource(_region_name(code, base)) for code in now.successors if code != now.code))


def term_key(term: Term) -> str:
    """The path of a vocabulary term below the base."""
    if term.kind == "unit":
        return f"unit/{term.attrs['notation']}"
    if term.kind in ("institution", "restriction"):
        return f"concept/{term.scheme}/{term.id}"
    return f"{term.kind}/{term.id}"


def _term(graph: GraphOf, term: Term, ontology: Ontology, base: str) -> None:
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
        graph.say(name, "skos:broader", resource(iri.resource(term_key(broader), base)))
    special = {"indicator": _indicator, "unit": _unit, "institution": _institution_type}.get(term.kind)
    if special:
        special(graph, name, term, base)


def _indicator(graph: GraphOf, name: str, term: Term, base: str) -> None:
    attrs = term.attrs
    graph.say(name, "edu:quantityKind", node(f"edu:{attrs['kind']}") if attrs.get("kind") else None)
    graph.say(name, "edu:unit", _below(base, "unit", attrs.get("unit", "")))
    graph.say(name, "edu:unitKind", text(attrs.get("unit_kind", "")))
    graph.say(name, "edu:indicatorGroup", zh(attrs.get("group", "")))
    graph.say(name, "edu:per", text(attrs.get("per", "")))
    graph.say(name, "edu:better", text(attrs.get("direction", "")))
    graph.say(name, "edu:summable", boolean(attrs["sum"]) if "sum" in attrs else None)
    graph.say(name, "edu:minimum", decimal(_number(attrs.get("min"))))
    graph.say(name, "edu:maximum", decimal(_number(attrs.get("max"))))
    graph.say(name, "edu:restrictedTo", *(_restriction(base, said) for said in attrs.get("restrictions", ())))


def _unit(graph: GraphOf, name: str, term: Term, base: str) -> None:
    graph.say(name, "skos:notation", text(str(term.attrs["notation"])))
    graph.say(name, "skos:exactMatch", address(str(term.attrs.get("qudt", ""))))


def _institution_type(graph: GraphOf, name: str, term: Term, base: str) -> None:
    wide = "".join(part.capitalize() for part in str(term.attrs.get("type", "other")).split("_"))
    graph.say(name, "skos:broader", node(f"edu:{wide}Type"))


def _standard(graph: GraphOf, standard: Standard, base: str) -> None:
    name = iri.resource(f"policy/{standard.title}", base)
    graph.say(name, "rdf:type", node("edu:PolicyDocument"))
    graph.say(name, "dcterms:title", text(standard.title))
    graph.say(name, "dcterms:identifier", text(standard.identifier))
    for issuer in filter(None, standard.issuer.split("、")):
        body = iri.resource(f"institution/-/{issuer}", base)
        graph.say(name, "edu:issuedBy", resource(body))
        graph.say(body, "rdf:type", node("edu:Institution"))
        graph.say(body, "skos:prefLabel", zh(issuer))
        graph.say(body, "edu:institutionType", node("edu:GovernmentType"))
    for criterion in standard.criteria:
        _criterion(graph, criterion, name, base)


def _criterion(graph: GraphOf, criterion: Criterion, standard: str, base: str) -> None:
    name = iri.resource(f"criterion/{criterion.standard}/{criterion.id}", base)
    graph.say(name, "rdf:type", node("edu:Criterion"))
    graph.say(name, "skos:inScheme", node("edu:CriterionScheme"))
    graph.say(name, "skos:prefLabel", zh(criterion.label))
    graph.say(name, "edu:standard", resource(standard))
    graph.say(name, "edu:indicator", _below(base, "indicator", criterion.indicator))
    graph.say(name, "edu:comparator", text(criterion.comparator))
    graph.say(name, "edu:value", decimal(criterion.value))
    graph.say(name, "edu:unit", _below(base, "unit", criterion.unit))
    graph.say(name, "edu:per", text(criterion.per))
    graph.say(name, "edu:restrictedTo", *(_restriction(base, said) for said in criterion.restrictions))
    graph.say(name, "edu:validIn", _below(base, "region", criterion.valid_in))


def _below(base: str, kind: str, key: str) -> Value:
    return resource(iri.resource(f"{kind}/{key}", base)) if key else None


def _restriction(base: str, said: str) -> Value:
    """The concept of a restriction as the tables write it, such as stage:primary."""
    return _below(base, "concept", said.replace(":", "/", 1))


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
