"""What documents say becomes quads as the contract has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kg import iri, output, quads, rdf, rules
from kg.iri import EDU, PREFIXES
from kg.model import Document, DocumentFacts, Evidence, Fact, Finding, Period, Quantity, Thing
from kg.rules import Ontology
from kg.store import Store, serialise, turtle

TEXT = """甲县教育局2023年工作总结
甲县推行集团化办学,投入3.89亿元,新建小学12所,占比95.50%。甲县第一小学与乙县第二小学结对。
教师由120名减为12名,力争覆盖率达xx%,教师缺口较大,下一步实施青苗计划。甲县获评义务教育优质均衡县。
依据《教育规划》,我县再建小学12所。
"""
COUNTY = Thing("region", "419001", "济源市")
ZONE = Thing("zone", "130100/石家庄高新技术产业开发区", "石家庄高新技术产业开发区")
HOME = Thing("region", "", "我县", region="c/b.txt")
SCHOOL = Thing("institution", "419001/第一小学", "济源市第一小学", ("第一小学",), "primary-school", "419001", sponsor="公办")
OTHER = Thing("institution", "130100/石家庄高新技术产业开发区/第二小学", "第二小学", (), "primary-school", ZONE.key)
GROUPS = Thing("measure", "group-schooling", "集团化办学")
NAMED = Thing("measure", "named/青苗计划", "青苗计划", ("青苗",), broader="teachers")
SCHOOLS = Thing("indicator", "schools-count", "学校数")
MINTED = Thing("indicator", "schools-count/新建小学数", "新建小学数", broader="schools-count")
HONOUR = Thing("honour", "quality-balance", "义务教育优质均衡")
POLICY = Thing("policy", "教育规划", "教育规划", issuers=(("region", "419001"),), identifier="甲政〔2020〕1号")
PRIMARY = Thing("concept", "stage/primary", "小学", type="stage")


def quoted(words: str, text: str = TEXT, nth: int = 0) -> Evidence:
    """The evidence of words of the text."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Evidence(start, start + len(words), words, 1, "一、主要做法")


def figure(number: str | None, unit: str, text: str, **more: object) -> Quantity:
    """A quantity."""
    return replace(Quantity(Decimal(number) if number else None, unit, text), **more)  # type: ignore[arg-type]


def facts_of(text: str) -> tuple[Fact, ...]:
    """Facts of every kind."""

    def fact(kind: str, agent: Thing, status: str, words: str, nth: int = 0, basis: str = "named") -> Fact:
        return Fact(kind, agent, basis, status, (quoted(words, text, nth),), f"rule-{kind.lower()}", asserted_in=2023)

    count = replace(fact("Outcome", COUNTY, "Actual", "新建小学12所"), indicator=MINTED, quantity_kind="Flow", quantity=figure("12.0", "所", "12所"))
    fall = fact("Outcome", COUNTY, "Actual", "教师由120名减为12名")
    wanted = fact("Withheld", COUNTY, "Target", "力争覆盖率达xx%")
    return (
        replace(fact("Adoption", COUNTY, "Done", "甲县推行集团化办学"), measure=GROUPS, extent="full", period=Period("2023", "2023-01-01", "2023-12-31")),
        replace(fact("Adoption", COUNTY, "Planned", "实施青苗计划"), measure=NAMED, due="2025", status_detail="recommended", concerns=(SCHOOL,)),
        replace(fact("Adoption", ZONE, "Done", "甲县推行集团化办学", basis="inferred"), measure=GROUPS, responsible=SCHOOL, voice="superior"),
        count,
        replace(count, evidence=(quoted("建小学12所", text, 1),), restates=3, restricted_to=(PRIMARY,)),
        replace(fall, indicator=SCHOOLS, quantity_kind="Level", quantity=figure("12", "名", "12名", from_value=Decimal(120)), flags=("wrong-unit",)),
        replace(fall, indicator=SCHOOLS, quantity_kind="Change", quantity=figure("108", "拃", "12名"), direction="down", change_of=5),
        replace(fact("Outcome", SCHOOL, "Actual", "占比95.50%"), indicator=SCHOOLS, quantity_kind="Share", quantity=figure("95.50", "%", "95.50%", per="生"),
                part_of=3, meets=("cv-primary",), fails=("quality-balance-2017/higher-degree-primary",), measure=GROUPS),
        replace(wanted, indicator=SCHOOLS, quantity=figure(None, "%", "xx%", comparator="ge"), quantity_kind="Share"),
        replace(fact("Shortcoming", COUNTY, "Problem", "教师缺口较大"), about=SCHOOLS, issue_kind="缺口", addressed_by=1),
        replace(fact("Relation", SCHOOL, "Done", "甲县第一小学与乙县第二小学结对"), predicate="pairedWith", object=OTHER),
        replace(fact("Relation", COUNTY, "UnderWay", "甲县获评义务教育优质均衡县"), predicate="evaluatedAs", object=HONOUR),
    )  # fmt: skip


def sample(path: str = "c/a.txt", text: str = TEXT) -> DocumentFacts:
    """A document with facts of every kind."""
    finding = Finding(
        COUNTY, "stated", "named in the title", "甲县教育局2023年工作总结", genre="总结", publisher="甲县教育局", issued="2023-12-01", date_basis="stated",
        identifiers=("甲教〔2023〕1号",), source="https://example.org/a?b=1", flags=("masked",),
        mentions=((COUNTY, quoted("甲县")), (SCHOOL, quoted("第一小学")), (GROUPS, quoted("集团化办学"))), cites=((POLICY, quoted("《教育规划》")),),
    )  # fmt: skip
    return DocumentFacts(Document(path, path.rpartition("/")[2], "0" * 64, text), finding, facts_of(text))


def homeless() -> DocumentFacts:
    """A document whose own region is never named."""
    finding = Finding(HOME, "none", "never named", "", date_basis="inferred", earliest="2022-01-01", latest="2022-12-31")
    fact = Fact("Adoption", HOME, "home", "Done", (quoted("推行集团化办学"),), "rule", measure=GROUPS)
    return DocumentFacts(Document("c/b.txt", "b.txt", "1" * 64, TEXT), finding, (fact,))


@dataclass(frozen=True)
class Entry:
    """What a build tells of a document."""

    path: str
    problem: str = ""
    lost: int = 0


ENTRIES = (Entry("c/a.txt", lost=2), Entry("c/b.txt"), Entry("c/c.pdf", "c/c.pdf: is encrypted; remove the password"))


def filled(ontology: Ontology, base: str = iri.BASE) -> Store:
    """A store of both documents with reference data and report."""
    store = Store.memory(rdf.reference_quads(ontology, base))
    for facts in (sample(), homeless()):
        store.replace(iri.document(facts.document.path, base), rdf.document_quads(facts, ontology, base))
    report = rdf.BuildReport(ontology, base)
    for entry in ENTRIES:
        report.add(entry)
    store.replace_lines(iri.build_graph(base), report.lines())
    return store


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The ontology that ships."""
    return rules.load()


@pytest.fixture(scope="session")
def store(ontology: Ontology) -> Store:
    """Both documents; tests may ask it, not change it."""
    return filled(ontology)


def asked(store: Store, pattern: str) -> list[tuple[str, ...]]:
    """The values of the variables of a pattern, sorted."""
    return sorted(tuple("" if term is None else term.value for term in row) for row in store.query(f"BASE <{iri.BASE}> SELECT * WHERE {{ {pattern} }}"))


def test_a_graph_per_document(ontology: Ontology) -> None:
    """All that a document says stands in the graph of its name, each statement once."""
    found = list(rdf.document_quads(sample(), ontology))
    assert {quad.graph_name.value for quad in found} == {iri.document("c/a.txt")}
    assert len(set(found)) == len(found)


def test_same_facts_same_quads(ontology: Ontology) -> None:
    """The same facts give the same quads in the same order."""
    assert list(rdf.document_quads(sample(), ontology)) == list(rdf.document_quads(sample(), ontology))


GROUP = TEXT.index("集团化办学")
SAID = {
    "the document": '<document/c/a.txt> a edu:Document ; edu:fileName "a.txt" ; edu:path "c/a.txt" ; dcterms:title "甲县教育局2023年工作总结"',
    "where and when": '<document/c/a.txt> edu:homeRegion <region/419001> ; dcterms:issued "2023-12-01"^^xsd:date ; dcterms:type "总结"',
    "its address": "<document/c/a.txt> dcterms:source <https://example.org/a?b=1>",
    "what it mentions": "<document/c/a.txt> edu:mentions <region/419001> , <institution/419001/第一小学> , <policy/教育规划>",
    "what it cites": "<document/c/a.txt> edu:cites <policy/教育规划> . <policy/教育规划> dcterms:title '教育规划' ; edu:issuedBy <region/419001>",
    "where first": f"?e edu:refersTo <measure/group-schooling> ; oa:exact '集团化办学' ; oa:start {GROUP} ; oa:end {GROUP + 5}",
    "an institution": '<institution/419001/第一小学> a edu:Institution ; skos:prefLabel "济源市第一小学"@zh ; edu:sponsor "公办"',
    "its type": "<institution/419001/第一小学> edu:institutionType/skos:broader edu:SchoolType",
    "one in a zone": "?i edu:locatedIn ?z ; skos:prefLabel '石家庄高新技术产业开发区第二小学'@zh ; skos:altLabel '第二小学'@zh . ?z a edu:FunctionalZone",
    "a named measure": "<measure/named/青苗计划> a edu:Measure ; skos:inScheme edu:NamedMeasureScheme ; skos:broader <measure/teachers>",
    "a minted indicator": "<indicator/schools-count/新建小学数> a edu:Indicator ; skos:broader <indicator/schools-count> ; edu:unit <unit/所>",
    "a minted unit": "<unit/拃> a edu:Unit ; skos:notation '拃' ; skos:prefLabel '拃'@zh",
    "an adoption": "?f a edu:Adoption ; edu:agent <region/419001> ; edu:measure <measure/group-schooling> ; edu:status edu:Done ; edu:extent 'full'",
    "its time": "?f a edu:Adoption ; edu:period '2023' ; edu:periodStart '2023-01-01'^^xsd:date ; edu:periodEnd '2023-12-31'^^xsd:date ; edu:assertedIn 2023",
    "its voice": "?f a edu:Adoption ; edu:voice 'superior' ; edu:responsible <institution/419001/第一小学>",
    "a plan": "?f a edu:Adoption ; edu:status edu:Planned ; edu:due '2025' ; edu:statusDetail 'recommended' ; edu:concerns <institution/419001/第一小学>",
    "a figure": "?f a edu:Outcome ; edu:value 12.0 ; edu:unit/skos:notation '所' ; edu:valueText '12所' ; edu:comparator 'eq' ; edu:quantityKind edu:Flow",
    "a percentage": "?f edu:value 95.5 ; edu:unit/skos:notation '%' ; edu:valueText '95.50%' ; edu:per '生'",
    "a restatement": "?f edu:restates ?g ; edu:restrictedTo <concept/stage/primary> . ?g edu:value 12.0",
    "a change": "?f edu:fromValue 120.0 ; edu:flag 'wrong-unit' . ?g edu:changeOf ?f ; edu:direction 'down' ; edu:quantityKind edu:Change",
    "a part": "?f edu:partOfOutcome/edu:value 12.0",
    "criteria": "?f edu:meets <criterion/basic-balance-2012/cv-primary> ; edu:fails <criterion/quality-balance-2017/higher-degree-primary>",
    "a withheld figure": "?f a edu:Withheld ; edu:valueText 'xx%' ; edu:unit/skos:notation '%' ; edu:status edu:Target ; edu:comparator 'ge'",
    "a shortcoming": "?f a edu:Shortcoming ; edu:about <indicator/schools-count> ; edu:issueKind '缺口' ; edu:addressedBy/edu:measure <measure/named/青苗计划>",
    "a relation": "?f a edu:Relation ; rdf:subject ?a ; rdf:predicate edu:pairedWith ; rdf:object ?b ; edu:status edu:Done . ?a edu:pairedWith ?b",
    "one under way": "?f a edu:Relation ; rdf:predicate edu:evaluatedAs ; rdf:object <honour/quality-balance> ; edu:status edu:UnderWay",
    "its words": "?f a edu:Shortcoming ; edu:evidence ?e . ?e oa:exact '教师缺口较大' ; oa:hasSource <document/c/a.txt> ; edu:paragraph 1",
    "a home never named": '<document/c/b.txt/home> a edu:Region ; skos:prefLabel "我县"@zh',
    "an inferred date": "<document/c/b.txt> edu:dateBasis 'inferred' ; edu:earliest '2022-01-01'^^xsd:date ; dcterms:title 'b.txt'",
    "the report": "<graph/build> a edu:Build ; prov:used <document/c/a.txt> ; edu:problem [ edu:path 'c/c.pdf' ; edu:message ?why ]",
    "lost characters": "<document/c/a.txt> edu:lostCharacters 2",
    "a region": "<region/419001> edu:adminCode '419001' ; edu:adminLevel 'county' ; edu:regionPath '河南省/济源市' ; edu:partOf <region/410000>",
    "a former region": "<region/110103> edu:lastYear 2009 ; edu:successor <region/110101>",
    "a zone": "<zone/130100/石家庄高新技术产业开发区> a edu:FunctionalZone ; edu:regionPath '河北省/石家庄市/石家庄高新技术产业开发区'",
    "a measure": "<measure/group-schooling> skos:inScheme edu:MeasureScheme ; skos:broader <measure/school-running> ; skos:altLabel '集团办学'@zh",
    "a unit": "<unit/%25> skos:notation '%' ; skos:exactMatch <http://qudt.org/vocab/unit/PERCENT>",
    "a criterion": "<criterion/basic-balance-2012/cv-primary> edu:comparator 'le' ; edu:value 0.65 ; edu:restrictedTo <concept/stage/primary>",
    "its standard": "?c edu:standard ?s . ?s a edu:PolicyDocument ; dcterms:identifier '教督〔2017〕6号' ; edu:issuedBy/skos:prefLabel '教育部'@zh",
}


@pytest.mark.parametrize("what", SAID)
def test_said(store: Store, what: str) -> None:
    """What a document, table or vocabulary says stands in the graph."""
    assert asked(store, SAID[what]) != []


UNSAID = {
    "a plan is no fact": "?a edu:adopts <measure/named/青苗计划>",
    "nor what is inferred": "<zone/130100/石家庄高新技术产业开发区> edu:adopts ?m",
    "nor what is under way": "?a edu:evaluatedAs ?b",
    "a withheld figure has no value": "?f a edu:Withheld ; edu:value ?v",
    "own voice goes without saying": "?f edu:voice 'own'",
    "a home never named has no code": "<document/c/b.txt/home> edu:adminCode ?c",
    "a zone has none either": "?z a edu:FunctionalZone ; edu:adminCode ?c",
    "labels have a language": "?s skos:prefLabel|skos:altLabel ?l FILTER(LANG(?l) = '')",
    "quotes have none": "?s edu:valueText|oa:exact|dcterms:title ?l FILTER(LANG(?l) != '' && !ISIRI(?l)) FILTER NOT EXISTS { ?s a owl:Ontology }",
    "no blank node": "?s ?p ?o FILTER(ISBLANK(?s) || ISBLANK(?o))",
}


@pytest.mark.parametrize("what", UNSAID)
def test_unsaid(store: Store, what: str) -> None:
    """What must not be said is not."""
    assert asked(store, UNSAID[what]) == []


def test_plain_triples(store: Store) -> None:
    """Plain triples stand beside facts that are done and whose agent is not inferred."""
    home, county = iri.resource("document/c/b.txt/home"), iri.resource("region/419001")
    assert asked(store, "?a edu:adopts ?m") == [(home, iri.resource("measure/group-schooling")), (county, iri.resource("measure/group-schooling"))]


def test_evidence_is_shared(store: Store) -> None:
    """Facts that quote the same span have one evidence."""
    assert len(asked(store, "?f edu:evidence ?e . ?e oa:exact '教师由120名减为12名'")) == 2
    assert len(asked(store, "?e oa:exact '教师由120名减为12名'")) == 1


NAMES = {
    "in full": (Thing("institution", "419001/济水一中", "济源市济水一中", region="419001"), "济源市济水一中"),
    "in short": (Thing("institution", "419001/济水一中", "济水一中", region="419001"), "济源市济水一中"),
    "nowhere": (Thing("institution", "-/教育部", "教育部"), "教育部"),
    "in no known region": (Thing("institution", "999999/第二小学", "第二小学", region="999999"), "第二小学"),
}


@pytest.mark.parametrize("what", NAMES)
def test_full_names(ontology: Ontology, what: str) -> None:
    """An institution has one name whichever way a text writes it."""
    thing, name = NAMES[what]
    assert rdf.full_name(thing, ontology) == name


def test_one_preferred_label(ontology: Ontology) -> None:
    """Two documents that write a name differently agree on it; what they write are other labels of it."""
    store, school = Store.memory(), iri.thing(SCHOOL)
    for path, label in (("c/a.txt", "济源市第一小学"), ("c/b.txt", "第一小学")):
        mentions = ((replace(SCHOOL, label=label, alt=()), quoted("第一小学")),)
        facts = DocumentFacts(Document(path, path, "0" * 64, TEXT), Finding(None, "none", "", "t", mentions=mentions), ())
        store.add(rdf.document_quads(facts, ontology))
    assert asked(store, "?i skos:prefLabel ?l") == [(school, "济源市第一小学")]
    assert asked(store, "?i skos:altLabel ?l") == [(school, "第一小学")]


def test_facts_are_told_apart(ontology: Ontology) -> None:
    """Facts that say the same in the same words keep a name each, by their order."""
    fact = sample().facts[0]
    one, other = rdf.keys([fact, fact])
    assert one != other
    assert rdf.keys([fact]) == [one]
    assert rdf.keys([sample().facts[1], fact, fact])[1:] == [one, other]


def test_keys_do_not_know_the_document(ontology: Ontology) -> None:
    """A key goes by what is said, not by document, base or span."""
    moved = [replace(fact, evidence=tuple(replace(e, start=e.start + 7, end=e.end + 7) for e in fact.evidence)) for fact in sample().facts]
    assert rdf.keys(moved) == rdf.keys(sample().facts)
    elsewhere = replace(homeless().facts[0], agent=replace(HOME, region="other.txt"))
    assert rdf.keys([elsewhere]) == rdf.keys(homeless().facts)


CHANGES = {
    "agent": {"agent": SCHOOL},
    "measure": {"measure": NAMED},
    "status": {"status": "Planned"},
    "period": {"period": Period("2022")},
    "quote": {"evidence": (quoted("推行集团化办学"),)},
    "kind": {"kind": "Shortcoming"},
}


@pytest.mark.parametrize("what", CHANGES)
def test_keys_know_what_is_said(what: str) -> None:
    """A fact that says something else has another key."""
    fact = sample().facts[0]
    assert rdf.keys([replace(fact, **CHANGES[what])]) != rdf.keys([fact])  # type: ignore[arg-type]


def test_key_stands_in_the_name(store: Store) -> None:
    """The key of a fact is the last part of its name."""
    rows = asked(store, "?f edu:key ?key")
    assert len(rows) == 13
    assert all(name.endswith(f"/f/{key}") for name, key in rows)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
def test_decimals_stay(number: Decimal) -> None:
    """The database gives back every decimal as it was written."""
    literal = quads.decimal(number) or ""
    line = f"<urn:a> <urn:value> {literal} <urn:g> .\n".encode()
    database = ox.Store()
    database.load(line, ox.RdfFormat.N_QUADS)
    (quad,) = database
    assert Decimal(quad.object.value) == number
    assert ox.serialize(database, format=ox.RdfFormat.N_QUADS) == line


@given(st.text())
def test_texts_are_written_as_the_database_writes_them(text: str) -> None:
    """Whatever a document says, its statements are the bytes that the database would write, so that kept and fresh ones are alike."""
    literal = ox.Literal(text)
    assert quads.quoted(literal.value) == str(literal)
    line = f"<urn:a> <urn:b> {quads.quoted(literal.value)} <urn:g> .\n".encode()
    (quad,) = quads.parsed(line)
    assert quad.object == literal
    assert [*quads.said(line)] == [("urn:a", "urn:b", text, "")]


def test_statements_are_read_as_the_database_reads_them(built: Path) -> None:
    """What is told of a document for the explorer is what the database holds of it, with the languages of names."""
    store = Store.open(output.current(built).graph)
    for graph in store.graphs():
        told = [(q.subject.value, q.predicate.value, q.object.value, getattr(q.object, "language", None) or "") for q in store.quads(graph)]
        assert sorted(quads.said(store.lines(graph))) == sorted(told)


@pytest.mark.parametrize(("number", "written"), [("3.89E+8", "389000000"), ("95.50", "95.5"), ("-0.0", "0"), ("0.650", "0.65"), ("1200", "1200")])
def test_canonical(number: str, written: str) -> None:
    """Decimals have no exponent and no idle zeros."""
    assert quads.canonical(Decimal(number)) == written


def test_turtle_round_trip(store: Store) -> None:
    """Two readers read the same triples from the Turtle that was written."""
    data = serialise(store.published(), "ttl")
    triples = {quad.triple for quad in store.published()}
    assert set(ox.parse(data, format=ox.RdfFormat.TURTLE)) == {ox.Quad(t.subject, t.predicate, t.object) for t in triples}
    again = "".join(f"{triple} .\n" for triple in triples)
    assert isomorphic(Graph().parse(data=data, format="turtle"), Graph().parse(data=again, format="nt"))


def test_used_reference(store: Store, ontology: Ontology) -> None:
    """Files show of the reference data what the documents name, with all it is described with, and no more."""
    shown = {quad.subject.value for quad in store.published() if quad.graph_name.value == iri.reference_graph()}
    for key in ("region/419001", "region/410000", "measure/school-running", "unit/%", "concept/stage/primary", "honour/recognition", "indicator/cv"):
        assert iri.resource(key) in shown
    assert {EDU + name for name in ("Adoption", "Fact", "adopts", "Done", "StatusScheme", "SchoolType", "MeasureScheme")} <= shown
    assert iri.resource("region/110101") not in shown
    assert len(shown) < 400


def test_other_base(ontology: Ontology) -> None:
    """With another base no resource keeps the usual one."""
    base = "https://example.org/kg/"
    store = filled(ontology, base)
    assert store.base == base
    assert not [quad for quad in store.quads() if iri.BASE in str(quad)]


def test_copy_of_a_document(ontology: Ontology) -> None:
    """A document with the same content as another says so."""
    bare = replace(sample(), facts=(), finding=replace(sample().finding, mentions=(), cites=()))
    found = list(rdf.document_quads(bare, ontology, same_as="c/b.txt"))
    same = [quad.object.value for quad in found if str(quad.predicate) == quads.node("edu:sameContentAs")]
    assert same == [iri.document("c/b.txt")]


def test_lone_surrogates(ontology: Ontology) -> None:
    """A file name that is no Unicode still gives quads."""
    assert list(rdf.document_quads(sample("c/\udce4.txt"), ontology))


def test_lean(ontology: Ontology) -> None:
    """A fact with its evidence takes about twenty quads."""
    many = list(rdf.document_quads(sample(), ontology))
    none = list(rdf.document_quads(replace(sample(), facts=()), ontology))
    assert (len(many) - len(none)) / len(sample().facts) < 25


# --- the vocabulary


def declared(ontology: Ontology, predicate: str) -> dict[str, set[tuple[str, str]]]:
    """Subject -> values with their languages, of a property in vocabulary.ttl."""
    found: dict[str, set[tuple[str, str]]] = {}
    for triple in ox.parse(path=str(ontology.folder / "vocabulary.ttl"), format=ox.RdfFormat.TURTLE):
        if str(triple.predicate) == quads.node(predicate):
            found.setdefault(triple.subject.value, set()).add((triple.object.value, getattr(triple.object, "language", None) or ""))
    return found


def own_terms(store: Store) -> Iterator[str]:
    """Every term of ours that a graph with every kind of fact uses."""
    for quad in store.quads():
        yield from (term.value for term in (quad.predicate, quad.object) if isinstance(term, ox.NamedNode) and term.value.startswith(EDU))


def test_every_term_is_declared(store: Store, ontology: Ontology) -> None:
    """Every term of ours in the graph is declared."""
    assert set(own_terms(store)) - set(declared(ontology, "rdf:type")) == set()


CONTRACT = """Document Region FunctionalZone Measure Institution PolicyDocument Honour Fact Adoption Outcome Withheld Shortcoming Relation Indicator Unit
Criterion Evidence fileName path sha256 mentions homeRegion dateBasis earliest latest cites flag adminCode adminLevel regionPath partOf
institutionType locatedIn sponsor issuedBy awardedBy level evidence status foundBy agentBasis key assertedIn voice statusDetail responsible
restates agent measure period due extent concerns restrictedTo value unit valueText indicator comparator quantityKind periodStart periodEnd
fromValue valueMax direction changeOf per partOfOutcome meets fails about issueKind addressedBy pairedWith memberOf leads mergedInto
campusOf cooperatesWith issued evaluatedAs adopts standard validIn refersTo paragraph heading page sameContentAs Done Planned Problem Actual
Target UnderWay Ended Level Flow Cumulative Change GrowthRate Share Norm""".split()


def test_every_term_of_the_contract(ontology: Ontology) -> None:
    """Every term that others rely on is declared."""
    assert {EDU + term for term in CONTRACT} - set(declared(ontology, "rdf:type")) == set()


def test_labels_and_definitions(ontology: Ontology) -> None:
    """Every class and property has label and definition in both languages, and stands under a term of a standard."""
    kinds, labels, definitions = (declared(ontology, name) for name in ("rdf:type", "rdfs:label", "skos:definition"))
    above = {**declared(ontology, "rdfs:subClassOf"), **declared(ontology, "rdfs:subPropertyOf")}
    owl = {(PREFIXES["owl"] + kind, "") for kind in ("Class", "ObjectProperty", "DatatypeProperty")}
    terms = [name for name, types in kinds.items() if types & owl]
    assert len(terms) > 100
    assert [name for name in terms if {language for _, language in labels.get(name, ())} != {"zh", "en"}] == []
    assert [name for name in terms if {language for _, language in definitions.get(name, ())} != {"zh", "en"}] == []
    assert [name for name in terms if not above.get(name)] == []


def test_no_blank_node_in_the_vocabulary(ontology: Ontology) -> None:
    """The vocabulary gives the same statements every time it is read."""
    first, second = (list(rdf.reference_quads(ontology)) for _ in range(2))
    assert first == second
    assert turtle(quad.triple for quad in first) == turtle(quad.triple for quad in reversed(second))
