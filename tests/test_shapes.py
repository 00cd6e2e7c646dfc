"""The shapes let a right graph pass and catch each way of breaking one."""

from __future__ import annotations

import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Graph
from test_rdf import filled, homeless, sample

from kg import iri, rdf, rules, shapes
from kg.errors import RuleError
from kg.rules import Ontology
from kg.store import Store, serialise

HEAD = f"BASE <{iri.BASE}> " + " ".join(f"PREFIX {name}: <{space}>" for name, space in iri.PREFIXES.items())


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    """The ontology that ships."""
    return rules.load()


@pytest.fixture(scope="module")
def store(ontology: Ontology) -> Store:
    """A graph with every kind of fact."""
    return filled(ontology)


@pytest.fixture(scope="module")
def unbroken(store: Store) -> bytes:
    """What its files show."""
    return serialise(store.published(), "nt")


@pytest.fixture(scope="module")
def rule(ontology: Ontology) -> Graph:
    """The shapes."""
    return Graph().parse(ontology.folder / "shapes.ttl", format="turtle")


def test_unbroken(store: Store, ontology: Ontology) -> None:
    """A graph with every kind of fact conforms; what is flagged is listed and breaks nothing."""
    report = shapes.validate(store, ontology)
    assert report.violations == ()
    assert report.conforms
    (flag,) = report.flags
    assert (flag.document, flag.reason, flag.quote, flag.value) == ("c/a.txt", "wrong-unit", "教师由120名减为12名", "12名")
    assert report.lines[-1] == "0 violations, 1 facts flagged"


def test_reference_data(ontology: Ontology, rule: Graph) -> None:
    """All regions, zones, vocabularies and standards that ship conform."""
    data = Graph().parse(data=serialise(rdf.reference_quads(ontology), "nt"), format="nt")
    assert list(shapes.check(data, rule)) == []


# What is done to the graph, and words of the message that must come of it.
BREAKS = {
    "no evidence": ("DELETE { ?f edu:evidence ?e } WHERE { ?f a edu:Adoption ; edu:evidence ?e }", "a fact stands on evidence"),
    "evidence is no Evidence": ("DELETE WHERE { ?e a edu:Evidence }", "a fact stands on evidence"),
    "no status": ("DELETE { ?f edu:status ?s } WHERE { ?f a edu:Outcome ; edu:status ?s }", "a fact has one status"),
    "a status of another kind": ("DELETE { ?f edu:status edu:Done } INSERT { ?f edu:status edu:Target } WHERE { ?f a edu:Adoption ; edu:status edu:Done }",
                                 "an adoption is Done, Planned or Problem"),
    "two agents": ("INSERT { ?f edu:agent <region/410000> } WHERE { ?f a edu:Adoption }", "an adoption has one agent"),
    "agent is a measure": ("DELETE { ?f edu:agent ?a } INSERT { ?f edu:agent ?m } WHERE { ?f edu:agent ?a ; edu:measure ?m }", "has one agent"),
    "no rule": ("DELETE WHERE { ?f edu:foundBy ?r }", "a fact names the rule"),
    "unknown basis": ("DELETE { ?f edu:agentBasis ?b } INSERT { ?f edu:agentBasis 'guess' } WHERE { ?f edu:agentBasis ?b }", "named, home or inferred"),
    "key of another form": ("DELETE { ?f edu:key ?k } INSERT { ?f edu:key 'XYZ' } WHERE { ?f edu:key ?k }", "a fact has one key"),
    "a withheld figure with a value": ("INSERT { ?f edu:value 12.0 } WHERE { ?f a edu:Withheld }", "a withheld figure never has a value"),
    "no value": ("DELETE { ?f edu:value ?v } WHERE { ?f a edu:Outcome ; edu:value ?v }", "an outcome has one decimal value"),
    "an integer value": ("DELETE { ?f edu:value ?v } INSERT { ?f edu:value 12 } WHERE { ?f a edu:Outcome ; edu:value ?v }", "an outcome has one decimal value"),
    "a range upside down": ("INSERT { ?f edu:valueMax 1.0 } WHERE { ?f a edu:Outcome }", "not above its upper value"),
    "no unit": ("DELETE { ?f edu:unit ?u } WHERE { ?f a edu:Outcome ; edu:unit ?u }", "an outcome has one unit"),
    "unknown comparator": ("DELETE { ?f edu:comparator ?c } INSERT { ?f edu:comparator '>=' } WHERE { ?f edu:comparator ?c }", "a comparator is eq"),
    "unknown kind of quantity": ("INSERT { ?f edu:quantityKind edu:Done } WHERE { ?f a edu:Outcome }", "the kind of quantity is one of those listed"),
    "a figure not in its quote": ("DELETE { ?f edu:valueText ?t } INSERT { ?f edu:valueText '13所' } WHERE { ?f edu:valueText ?t }", "its value as written"),
    "a period in words": ("DELETE { ?f edu:period ?p } INSERT { ?f edu:period '去年' } WHERE { ?f edu:period ?p }", "a period is EDTF or asof"),
    "an end before its start": ("DELETE { ?f edu:periodEnd ?p } INSERT { ?f edu:periodEnd '2020-01-01'^^xsd:date } WHERE { ?f edu:periodEnd ?p }",
                                "the first day is a date not after the last"),
    "a part of a thing": ("INSERT { ?f edu:partOfOutcome <region/419001> } WHERE { ?f a edu:Outcome }", "a part is of an outcome"),
    "unknown flag": ("INSERT { ?f edu:flag 'odd' } WHERE { ?f a edu:Outcome }", "the flag of a fact is one of those listed"),
    "unknown kind of problem": ("DELETE { ?f edu:issueKind ?k } INSERT { ?f edu:issueKind '困难' } WHERE { ?f edu:issueKind ?k }", "the kind of a problem"),
    "a problem about nothing": ("DELETE { ?f edu:about ?a } WHERE { ?f a edu:Shortcoming ; edu:about ?a }", "a shortcoming is about"),
    "unknown predicate": ("DELETE { ?f rdf:predicate ?p } INSERT { ?f rdf:predicate edu:adopts } WHERE { ?f rdf:predicate ?p }", "the predicate of a relation"),
    "evaluated as a region": ("DELETE { ?f rdf:object ?o } INSERT { ?f rdf:object <region/419001> } WHERE { ?f rdf:predicate edu:evaluatedAs ; rdf:object ?o }",
                              "evaluatedAs to an honour"),
    "adopts without a fact": ("INSERT DATA { <region/410000> edu:adopts <measure/group-schooling> }", "edu:adopts stands only beside an adoption that is Done"),
    "adopts beside a plan": ("DELETE { ?f edu:status edu:Done } INSERT { ?f edu:status edu:Planned } WHERE { ?f a edu:Adoption ; edu:status edu:Done }",
                             "edu:adopts stands only beside an adoption that is Done"),
    "adopts by inference": ("DELETE { ?f edu:agentBasis ?b } INSERT { ?f edu:agentBasis 'inferred' } WHERE { ?f a edu:Adoption ; edu:agentBasis ?b }",
                            "edu:adopts stands only beside an adoption that is Done"),
    "paired without a fact": ("DELETE WHERE { ?f rdf:predicate edu:pairedWith }", "a plain triple stands only beside a relation"),
    "a quote too long": (f"DELETE {{ ?e oa:exact ?x }} INSERT {{ ?e oa:exact '{'长' * 301}' }} WHERE {{ ?e oa:exact ?x }}", "at most 300 characters"),
    "an empty span": ("DELETE { ?e oa:end ?n } INSERT { ?e oa:end ?b } WHERE { ?e oa:start ?b ; oa:end ?n }", "before its end"),
    "a quote of no document": ("DELETE WHERE { ?e oa:hasSource ?d }", "evidence is of one document"),
    "a region without code": ("DELETE WHERE { ?r edu:adminCode ?c }", "a region has code, level and path"),
    "a code of five digits": ("DELETE { ?r edu:adminCode ?c } INSERT { ?r edu:adminCode '41900' } WHERE { ?r edu:adminCode ?c }", "code has six digits"),
    "a zone with a code": ("INSERT { ?z edu:adminCode '130199' } WHERE { ?z a edu:FunctionalZone }", "a functional zone has no administrative code"),
    "unknown level": ("DELETE { ?r edu:adminLevel ?l } INSERT { ?r edu:adminLevel 'town' } WHERE { ?r edu:adminLevel ?l }", "province, prefecture or county"),
    "a school without type": ("DELETE WHERE { ?i edu:institutionType ?t }", "an institution has a type"),
    "two names for one measure": ("INSERT { ?m skos:prefLabel '别名'@zh } WHERE { ?m a edu:Measure }", "a concept has a label, one a language"),
    "a measure in no scheme": ("DELETE { ?m skos:inScheme ?s } WHERE { ?m a edu:Measure ; skos:inScheme ?s }", "a concept stands in a scheme"),
    "an indicator with a long name": (f"INSERT {{ ?i skos:prefLabel '{'长' * 31}'@zh }} WHERE {{ ?i a edu:Indicator }}", "at most 30 characters"),
    "an indicator without unit": ("DELETE { ?i edu:unit ?u } WHERE { ?i a edu:Indicator ; edu:unit ?u }", "an indicator has a unit or a kind of unit"),
    "a unit without notation": ("DELETE WHERE { ?u skos:notation ?n }", "a unit has one notation"),
    "a criterion without value": ("DELETE { ?c edu:value ?v } WHERE { ?c a edu:Criterion ; edu:value ?v }", "a criterion has one value"),
    "a policy without title": ("DELETE { ?p dcterms:title ?t } WHERE { ?p a edu:PolicyDocument ; dcterms:title ?t }", "a policy document has a title"),
    "a document without digest": ("DELETE WHERE { ?d edu:sha256 ?s }", "one SHA-256 digest"),
    "a document flagged oddly": ("INSERT { ?d edu:flag 'odd' } WHERE { ?d a edu:Document }", "a document is flagged masked, template or spam"),
    "a stated date without date": ("DELETE WHERE { ?d dcterms:issued ?i }", "a stated date has dcterms:issued"),
    "a document mentions a fact": ("INSERT { ?d edu:mentions ?f } WHERE { ?d a edu:Document . ?f a edu:Outcome }", "what a document mentions is"),
    "a build without version": ("DELETE WHERE { ?b edu:version ?v }", "a build has the version of the program"),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKS)
def test_broken(unbroken: bytes, rule: Graph, what: str) -> None:
    """Each way of breaking the graph is caught, and said in both languages."""
    update, words = BREAKS[what]
    data = Graph().parse(data=unbroken, format="nt")
    size = set(data)
    data.update(f"{HEAD} {update}")
    assert set(data) != size
    found = [violation for violation in shapes.check(data, rule) if words in violation.message]
    assert found
    assert all(violation.message_zh for violation in found)


def test_home_never_named(ontology: Ontology) -> None:
    """A home region that is never named conforms without a code."""
    store = Store.memory(rdf.reference_quads(ontology))
    store.add(rdf.document_quads(homeless(), ontology))
    assert shapes.validate(store, ontology).violations == ()


def test_broken_store(ontology: Ontology) -> None:
    """A report names what is wrong and where, shortened by the usual prefixes."""
    facts = replace(sample(), facts=tuple(replace(fact, found_by="") for fact in sample().facts[:1]))
    store = Store.memory([*rdf.reference_quads(ontology), *rdf.document_quads(facts, ontology)])
    report = shapes.validate(store, ontology)
    (name,) = rdf.keys(facts.facts)
    assert not report.conforms
    assert report.lines == [f"violation  document/c/a.txt/f/{name}  edu:foundBy  a fact names the rule that found it", "1 violations, 0 facts flagged"]


def test_portions(ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph checked a little at a time gives the same report."""
    facts = [replace(one, facts=tuple(replace(fact, found_by="") for fact in one.facts)) for one in (sample(), homeless())]
    store = Store.memory(rdf.reference_quads(ontology))
    for one in facts:
        store.add(rdf.document_quads(one, ontology))
    whole = shapes.validate(store, ontology)
    monkeypatch.setattr(shapes, "PORTION", 1)
    assert shapes.validate(store, ontology) == whole
    assert len(whole.violations) == len(facts[0].facts) + 1


def test_offline(store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched to check a graph."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert shapes.validate(store, ontology).conforms


@pytest.mark.parametrize(("text", "words"), [(None, "the shapes are missing"), ("edu:a sh:b", "not valid Turtle"), ("<urn:x> a", "not valid Turtle")])
def test_unreadable_shapes(tmp_path: Path, store: Store, ontology: Ontology, text: str | None, words: str) -> None:
    """Shapes that cannot be read are named with a remedy."""
    shutil.copy(ontology.folder / "vocabulary.ttl", tmp_path)
    if text is not None:
        (tmp_path / "shapes.ttl").write_text(text, "utf-8")
    with pytest.raises(RuleError, match=rf"shapes.ttl(:\d+)?: {words}.*; "):
        shapes.validate(store, replace(ontology, folder=tmp_path))


@pytest.mark.parametrize(("text", "words"), [(None, "the vocabulary is missing"), ("@prefix a: <urn:a> .\na:x a", r"not valid Turtle")])
def test_unreadable_vocabulary(tmp_path: Path, ontology: Ontology, text: str | None, words: str) -> None:
    """A vocabulary that cannot be read is named with a remedy."""
    if text is not None:
        (tmp_path / "vocabulary.ttl").write_text(text, "utf-8")
    with pytest.raises(RuleError, match=rf"vocabulary.ttl(:\d+)?: {words}.*; "):
        list(rdf.reference_quads(replace(ontology, folder=tmp_path)))
