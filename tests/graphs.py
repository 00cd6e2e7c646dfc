"""Small graphs by the contract, made for tests: invented facts about invented sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

import pyoxigraph as ox

BASE = "https://w3id.org/edukg/id/"
EDU = "https://w3id.org/edukg/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
PREFIX = {"edu": EDU, "rdf": RDF, "skos": SKOS, "dcterms": DCT, "oa": OA}

Value = str | int | ox.Literal | ox.NamedNode


def iri(key: str) -> ox.NamedNode:
    """The resource with a key below the base, or a prefixed name."""
    prefix, _, local = key.partition(":")
    if prefix in PREFIX:
        return ox.NamedNode(PREFIX[prefix] + local)
    return ox.NamedNode(BASE + re.sub(r"[^\w/.+~-]", lambda found: quote(found[0], safe=""), key))


class Graph:
    """A store that is filled sentence by sentence, as a build would fill it."""

    def __init__(self) -> None:
        self.store = ox.Store()
        self.texts: dict[str, str] = {}
        self.facts = 0

    def add(self, key: str, kind: str, graph: str = "graph/reference", **values: Value | Iterable[Value] | None) -> str:
        """A resource of a class with properties; `edu_agent="region/1"` is edu:agent."""
        self.say(key, "rdf:type", iri(kind), graph)
        for name, value in values.items():
            several = value if isinstance(value, list | tuple) else [value]
            for one in several:
                if one is not None:
                    self.say(key, name.replace("_", ":", 1), one, graph)
        return key

    def say(self, key: str, predicate: str, value: Value, graph: str) -> None:
        """One statement."""
        thing = value if isinstance(value, ox.Literal | ox.NamedNode) else ox.Literal(value)
        self.store.add(ox.Quad(iri(key), iri(predicate), thing, iri(graph)))

    def region(self, code: str, path: str, level: str, *alt: str) -> str:
        """An administrative region by its code."""
        name, part_of = path.split("/")[-1], {"county": code[:4] + "00", "prefecture": code[:2] + "0000"}.get(level)
        return self.add(
            f"region/{code}", "edu:Region", edu_adminCode=code, edu_adminLevel=level, edu_regionPath=path, skos_prefLabel=zh(name),
            skos_altLabel=[zh(one) for one in alt], edu_partOf=iri(f"region/{part_of}") if part_of else None,
        )  # fmt: skip

    def concept(self, key: str, kind: str, label: str, *alt: str, en: str = "") -> str:
        """A measure, indicator, honour or restriction."""
        return self.add(key, kind, skos_prefLabel=[zh(label), *([ox.Literal(en, language="en")] if en else [])], skos_altLabel=[zh(one) for one in alt])

    def school(self, key: str, label: str, region: str, *alt: str) -> str:
        """An institution."""
        return self.add(
            key, "edu:Institution", skos_prefLabel=zh(label), skos_altLabel=[zh(one) for one in alt], edu_institutionType="school",
            edu_locatedIn=iri(region),
        )  # fmt: skip

    def document(self, name: str, title: str, text: str, *, home: str = "", issued: str = "", mentions: Iterable[str] = ()) -> str:
        """A document whose text is kept."""
        key = f"document/{name}"
        self.texts[iri(key).value] = text
        return self.add(
            key, "edu:Document", key, dcterms_title=title, edu_fileName=name, edu_path=name, dcterms_issued=issued or None,
            edu_homeRegion=iri(home) if home else None, edu_mentions=[iri(one) for one in mentions],
        )  # fmt: skip

    def fact(self, document: str, kind: str, quote: str, **values: Value | Iterable[Value] | None) -> str:
        """A fact with a quote that the document's text holds."""
        start = self.texts[iri(document).value].index(quote)
        evidence = f"{document}/e/{start}-{start + len(quote)}"
        self.add(evidence, "edu:Evidence", document, oa_hasSource=iri(document), oa_exact=quote, oa_start=start, oa_end=start + len(quote))
        self.facts += 1
        key = f"{self.facts:06x}"
        given = {"edu_foundBy": "rule", "edu_agentBasis": "named", "edu_key": key, **values}
        return self.add(f"{document}/f/{key}", f"edu:{kind}", document, edu_evidence=iri(evidence), **given)

    def adopt(self, document: str, agent: str, measure: str, quote: str, status: str = "Done", **more: Value) -> str:
        """An Adoption."""
        return self.fact(document, "Adoption", quote, edu_agent=iri(agent), edu_measure=iri(measure), edu_status=iri(f"edu:{status}"), **more)

    def count(self, document: str, agent: str, indicator: str, quote: str, text: str, value: str | None, unit: str, **more: Value) -> str:
        """An Outcome, or a Withheld where the value is None."""
        number = ox.Literal(value, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")) if value else None
        given: dict[str, Value | Iterable[Value] | None] = {"edu_status": iri("edu:Actual"), "edu_comparator": "eq", **more}
        self.add(f"unit/{unit}", "edu:Unit", skos_notation=unit, skos_prefLabel=zh(unit))
        return self.fact(
            document, "Outcome" if value else "Withheld", quote, edu_agent=iri(agent), edu_indicator=iri(indicator), edu_value=number,
            edu_valueText=text, edu_unit=iri(f"unit/{unit}"), **given,
        )  # fmt: skip

    def relate(self, document: str, subject: str, predicate: str, thing: str, quote: str, status: str = "Done") -> str:
        """A Relation."""
        return self.fact(
            document, "Relation", quote, rdf_subject=iri(subject), rdf_predicate=iri(f"edu:{predicate}"), rdf_object=iri(thing), edu_agent=iri(subject),
            edu_status=iri(f"edu:{status}"),
        )  # fmt: skip


def zh(text: str) -> ox.Literal:
    """A Chinese label."""
    return ox.Literal(text, language="zh")


REPORT = """甲县教育局2023年工作总结
一、主要做法
全面推行县管校聘,积极探索集团化办学模式。开展“5+2”课后服务,覆盖率达98.5%以上。
2020年以来累计投入3.89亿元,新建幼儿园12所,在校生5289人。𠮷祥小学获评省级示范校。
甲县第一小学结对帮扶乙县第二小学,牵头组建甲县教育集团,甲县第一小学与乙县第二小学签订合作协议,托管乙县第二小学。
二、存在问题
音乐教师数量不足,阳光分班尚未启动。
三、下一步打算
到2025年实现集团化办学全覆盖,计划投资xxxx万元。力争优质均衡达标率达到100%。
"""
TRADITIONAL = "乙縣義務教育均衡發展情況\n我縣推行縣管校聘,并力爭開展集團化辦學。教育局牽頭落實。\n"


def sample() -> Graph:
    """Two counties, three schools, every kind of fact and status."""
    graph = Graph()
    for code, path, level in (
        ("150000", "东省", "province"), ("150300", "东省/丁市", "prefecture"), ("150301", "东省/丁市/甲县", "county"), ("150302", "东省/丁市/乙县", "county"),
    ):  # fmt: skip
        graph.region(code, path, level)
    for slug, label, alt, en in (
        ("county-managed", "县管校聘", "校聘改革", "county-managed teachers"), ("groups", "集团化办学", "集团办学", "school groups"),
        ("after-school", "5+2课后服务", "课后延时服务", "after-school service"), ("sunshine", "阳光分班", "均衡编班", "sunshine class assignment"),
    ):  # fmt: skip
        graph.concept(f"measure/{slug}", "edu:Measure", label, alt, en=en)
    for slug, label in (
        ("investment", "教育投入"), ("kindergartens", "新建幼儿园数"), ("pupils", "在校生数"), ("coverage", "课后服务覆盖率"), ("balance", "优质均衡达标率"),
    ):  # fmt: skip
        graph.concept(f"indicator/{slug}", "edu:Indicator", label)
    graph.concept("honour/model", "edu:Honour", "省级示范校")
    stage = graph.concept("concept/stage/compulsory", "skos:Concept", "义务教育")
    one = graph.school("institution/150301/第一小学", "甲县第一小学", "region/150301", "第一小学")
    two = graph.school("institution/150302/第二小学", "乙县第二小学", "region/150302")
    lucky = graph.school("institution/150301/吉祥小学", "𠮷祥小学", "region/150301")
    group = graph.school("institution/150301/教育集团", "甲县教育集团", "region/150301")
    graph.school("institution/150301/教育局", "甲县教育局", "region/150301")
    report = graph.document("a.txt", "甲县教育局2023年工作总结", REPORT, home="region/150301", issued="2023-12-01", mentions=["institution/150301/教育局"])
    county = "region/150301"
    graph.adopt(report, county, "measure/county-managed", "全面推行县管校聘")
    graph.adopt(report, county, "measure/groups", "积极探索集团化办学模式", edu_agentBasis="inferred")
    graph.adopt(report, county, "measure/groups", "到2025年实现集团化办学全覆盖", "Planned", edu_due="2025")
    graph.adopt(report, county, "measure/after-school", "开展“5+2”课后服务")
    graph.adopt(report, county, "measure/sunshine", "阳光分班尚未启动", "Problem")
    graph.count(report, county, "indicator/coverage", "覆盖率达98.5%以上", "98.5%", "98.5", "%", edu_comparator="ge", edu_restrictedTo=iri(stage))
    graph.count(report, county, "indicator/investment", "2020年以来累计投入3.89亿元", "3.89亿元", "389000000", "CNY", edu_period="2020/", edu_flag="大额")
    graph.count(report, county, "indicator/kindergartens", "新建幼儿园12所", "12所", "12", "所", edu_period="2020/")
    graph.count(report, county, "indicator/pupils", "在校生5289人", "5289人", "5289", "人")
    graph.count(report, county, "indicator/investment", "计划投资xxxx万元", "xxxx万元", None, "CNY", edu_status=iri("edu:Target"))
    graph.count(report, county, "indicator/balance", "力争优质均衡达标率达到100%", "100%", "100", "%", edu_status=iri("edu:Target"))
    graph.fact(report, "Shortcoming", "音乐教师数量不足", edu_agent=iri(county), edu_about=iri("indicator/pupils"), edu_issueKind="缺口")
    graph.relate(report, one, "pairedWith", two, "甲县第一小学结对帮扶乙县第二小学")
    graph.relate(report, one, "cooperatesWith", two, "甲县第一小学与乙县第二小学签订合作协议")
    graph.relate(report, one, "leads", two, "托管乙县第二小学", "Planned")
    graph.relate(report, one, "leads", group, "牵头组建甲县教育集团")
    graph.relate(report, lucky, "evaluatedAs", "honour/model", "𠮷祥小学获评省级示范校")
    other = graph.document("b.txt", "乙縣義務教育均衡發展情況", TRADITIONAL, home="region/150302")
    graph.adopt(other, "region/150302", "measure/county-managed", "推行縣管校聘", edu_agentBasis="home")
    graph.adopt(other, "region/150302", "measure/groups", "力爭開展集團化辦學", "Planned", edu_agentBasis="home")
    return graph


HOSTILE = (
    "<img src=x onerror=\"window.hacked=1\">", "</script><script>window.hacked=1</script>", "<a href=\"javascript:window.hacked=1\">href</a>",
    "行\u2028分\u2029隔", "{{7*7}}{% raw %}", "\u202e倒写", "长" * 10_000,
)  # fmt: skip


def hostile() -> Graph:
    """Names, titles, headings and texts that carry markup."""
    graph = Graph()
    graph.region("150301", "东省/丁市/" + HOSTILE[0], "county")
    text = "。".join(HOSTILE)
    report = graph.document(HOSTILE[1], HOSTILE[1], text, home="region/150301")
    for number, label in enumerate(HOSTILE):
        graph.concept(f"measure/{number}", "edu:Measure", label, label)
        graph.adopt(report, "region/150301", f"measure/{number}", label[:200], edu_flag=label[:50], edu_extent=label[:50])
    return graph


def large(counties: int = 220, schools: int = 8, measures: int = 150) -> Graph:
    """More than two thousand nodes and five thousand facts, each county with a report of its own."""
    graph = Graph()
    for number in range(measures):
        graph.concept(f"measure/m{number}", "edu:Measure", f"第{number}号教育改革举措", f"举措{number}")
    graph.concept("indicator/pupils", "edu:Indicator", "在校生数")
    for number in range(counties):
        _county(graph, number, schools, measures)
    return graph


def _county(graph: Graph, number: int, schools: int, measures: int) -> None:
    code = f"{11 + number // 10:02d}01{number % 10 + 1:02d}"
    region = graph.region(code, f"第{number // 10}省/第{number // 10}市/第{number}县", "county")
    chosen = [(number * 7 + step * step * 11) % measures for step in range(15)]
    lines = [f"第{number}县推行第{one}号教育改革举措,成效明显。" for one in chosen] + [f"第{one}小学在校生{one * 17 + number}人。" for one in range(schools)]
    report = graph.document(f"r{number:04d}.txt", f"第{number}县教育工作报告", "\n".join(lines), home=region, issued=f"20{number % 10 + 14}-03-01")
    for place, one in enumerate(dict.fromkeys(chosen)):
        graph.adopt(report, region, f"measure/m{one}", f"推行第{one}号教育改革举措", ("Done", "Planned", "Problem")[place % 3])
    for one in range(schools):
        school = graph.school(f"institution/{code}/第{one}小学", f"第{number}县第{one}小学", region)
        graph.count(report, school, "indicator/pupils", f"在校生{one * 17 + number}人", f"{one * 17 + number}人", str(one * 17 + number), "人")


def hub(leaves: int = 300) -> Graph:
    """One region with very many measures."""
    graph = Graph()
    graph.region("150301", "东省/丁市/甲县", "county")
    text = "\n".join(f"推行第{number}号举措。" for number in range(leaves))
    report = graph.document("hub.txt", "甲县举措一览", text, home="region/150301")
    for number in range(leaves):
        graph.concept(f"measure/m{number}", "edu:Measure", f"第{number}号举措")
        graph.adopt(report, "region/150301", f"measure/m{number}", f"推行第{number}号举措")
    return graph


def single() -> Graph:
    """One region, one document, no fact."""
    graph = Graph()
    graph.region("150301", "东省/丁市/甲县", "county")
    graph.document("one.txt", "无事实的文档", "这里什么也没有。", home="region/150301", mentions=["region/150301"])
    return graph


def quiet() -> Graph:
    """A county whose document says one thing of three, one that is only named, and a school of which nothing is said."""
    graph = Graph()
    graph.region("150301", "东省/丁市/甲县", "county")
    graph.region("150302", "东省/丁市/乙县", "county")
    graph.school("institution/150302/一小", "乙县第一小学", "region/150302")
    graph.concept("measure/m", "edu:Measure", "集团化办学")
    report = graph.document("q.txt", "甲县报告", "甲县推行集团化办学,参观了乙县第一小学。", home="region/150301")
    graph.adopt(report, "region/150301", "measure/m", "推行集团化办学")
    for place, thing in (("乙县", "region/150302"), ("乙县第一小学", "institution/150302/一小")):
        start = graph.texts[iri(report).value].index(place)
        graph.add(
            f"{report}/e/{start}-{start + len(place)}", "edu:Evidence", report, oa_hasSource=iri(report), oa_exact=place, oa_start=start,
            oa_end=start + len(place), edu_refersTo=iri(thing),
        )  # fmt: skip
    return graph


NASTY = "甲乙\x0b丙'丁\"戊,己\\庚|辛\u2028壬\n癸；𠮷\\"


def nasty() -> Graph:
    """A graph with whatever breaks files in a sentence and in names."""
    graph = Graph()
    graph.region("150301", "东省/丁市/甲县", "county", "a|b", "c\\d")
    graph.concept("measure/m", "edu:Measure", "‘举措’\\")
    graph.concept("indicator/i", "edu:Indicator", NASTY.replace("\n", " "))
    report = graph.document("n.txt", "题'目\"", NASTY + "\n" + NASTY + "3所", home="region/150301", issued="2023-05-01", mentions=["measure/m"])
    graph.adopt(report, "region/150301", "measure/m", NASTY)
    graph.count(report, "region/150301", "indicator/i", NASTY + "3所", "3所", "3", "所")
    return graph


def laden() -> Graph:
    """A graph whose facts have all that facts may have, and one of them two sentences."""
    graph = Graph()
    for code, name in (("150301", "甲县"), ("150302", "乙县")):
        graph.region(code, f"东省/丁市/{name}", "county")
    for key, kind in (("measure/m", "edu:Measure"), ("concept/stage/primary", "skos:Concept"), ("honour/h", "edu:Honour")):
        graph.concept(key, kind, key)
    first, second = "甲县推行集团化办学。", "乙县试点,教育局负责。"
    report = graph.document("f.txt", "报告", first + second, home="region/150301")
    more = {name: iri(f"region/15030{number}") for name, number in (("edu_concerns", 2), ("edu_responsible", 1))}
    more |= {"edu_restrictedTo": iri("concept/stage/primary"), "edu_due": "2025", "edu_voice": "superior", "edu_statusDetail": "under way"}
    adoption = graph.adopt(report, "region/150301", "measure/m", first, edu_extent="pilot", **more)
    graph.adopt(report, "region/150302", "measure/m", second, edu_restates=iri(adoption), **more)
    graph.say(adoption, "edu:evidence", iri(f"{report}/e/{len(first)}-{len(first + second)}"), report)
    graph.say(f"{report}/e/{len(first)}-{len(first + second)}", "edu:paragraph", 2, report)
    relation = {"rdf_subject": iri("region/150301"), "rdf_predicate": iri("edu:evaluatedAs"), "rdf_object": iri("honour/h")}
    graph.fact(report, "Relation", first, edu_status=iri("edu:Done"), **relation, **more)
    problem = {"edu_agent": iri("region/150302"), "edu_about": iri("measure/m"), "edu_addressedBy": iri(adoption)}
    graph.fact(report, "Shortcoming", second, edu_status=iri("edu:Problem"), edu_issueKind="缺口", **problem, **more)
    return graph
