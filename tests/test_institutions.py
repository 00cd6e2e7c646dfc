"""Names of institutions as reports write them, and common nouns that are none."""

from __future__ import annotations

import pytest

from kg.extract import Engine
from kg.iri import thing as iri
from kg.model import Document, Thing
from kg.rdf import full_name
from kg.rules import load

ONTOLOGY = load()
ENGINE = Engine(ONTOLOGY)


def found(text: str, home: str) -> list[Thing]:
    """The institutions that a text about a region names."""
    finding = ENGINE.extract(Document("d", "d", "", text, known={"region": home})).finding
    return [t for t, _ in finding.mentions if t.kind == "institution"]


def names(text: str, home: str) -> set[str]:
    """Their full names."""
    return {full_name(t, ONTOLOGY) for t in found(text, home)}


NAMED = [
    ("新建榆中九中和恩玲中学。", "620123", {"榆中县第九中学", "榆中县恩玲中学"}),
    ("县一中、县职教中心、县实验小学、第四小学改造完成。", "532524", {"建水县第一中学", "建水县职教中心", "建水县实验小学", "建水县第四小学"}),
    ("第一小学与第二、第三小学组成共同体。", "652829", {"博湖县第一小学", "博湖县第二小学", "博湖县第三小学"}),
    ("望海镇中心小学由黄河路第三小学带。", "331082", {"临海市望海镇中心小学", "临海市黄河路第三小学"}),
    ("集团将接办北碚区蔡家岗第二小学。", "500109", {"北碚区蔡家岗第二小学"}),
    ("建设大路小学、解放路学校、和平小学、复兴小学开学。", "210106", {"铁西区建设大路小学", "铁西区解放路学校", "铁西区和平小学", "铁西区复兴小学"}),
    ("省教育厅、财政厅联合督查。", "510681", {"四川省教育厅", "四川省财政厅"}),
    ("县委、县政府高度重视,县教育局会同县财政局落实。", "360423", {"武宁县委", "武宁县人民政府", "武宁县教育局", "武宁县财政局"}),
    ("县教研室、县教师发展中心、县电教馆承办。", "360423", {"武宁县教研室", "武宁县教师发展中心", "武宁县电教馆"}),
    ("与浙江师范大学、嘉兴学院合作。", "330483", {"浙江师范大学", "嘉兴学院"}),
    ("西安交通大学附属中学托管高新区第三十五中学。", "610100", {"西安交通大学附属中学", "西安市高新区第三十五中学"}),
    ("《南方日报》、梅州市广播电视台报道。", "441400", {"南方日报", "梅州市广播电视台"}),
    ("由莱芜区的莲河学校承办。莱芜区教育局支持。", "370100", {"莱芜区莲河学校", "莱芜区教育局"}),
    ("东山小学另有滨河校区、城南校区两处。", "331082", {"临海市东山小学", "临海市东山小学滨河校区", "临海市东山小学城南校区"}),
    ("实验小学教育集团、第三中学教育集团挂牌。", "331082", {"临海市实验小学教育集团", "临海市第三中学教育集团"}),
    ("朝阳小学初中部、秀山学校新校区启用。", "331082", {"临海市朝阳小学", "临海市秀山学校"}),
    ("来源:临海市教育局 点击量:120\n今天开学。", "331082", {"临海市教育局"}),
    ("阿坝州马尔康中学、浠水县实验高级中学。", "510100", {"马尔康市马尔康中学", "浠水县实验高级中学"}),
]


@pytest.mark.parametrize(("text", "home", "expected"), NAMED)
def test_names_are_found_whole(text: str, home: str, expected: set[str]) -> None:
    """Each name of a text is found with its region, and nothing else is."""
    assert names(text, home) == expected


COMMON = [
    "全县现有小学67所、初中22所,涉及学校45所,走访学校23所。",
    "新建学校15所,撤销学校2所,消除大班额学校12所,办好每一所学校。",
    "各镇中心小学、各乡镇中心校、县城学校、村办幼儿园全部达标。",
    "推行名校带弱校,其中“一师一校”二十二个。",
    "平定县、盂县两县第一中学之外,教育部门要集中办学。",
    "学校图书馆、体育馆向社会开放,家长学校全覆盖。",
    "有关报道刊于县政府门户网站的教育频道。",
    "把家长的疑问当作学校的考题,让乡村学校活起来。",
]


@pytest.mark.parametrize("text", COMMON)
def test_common_nouns_are_no_names(text: str) -> None:
    """What only looks like a name gives no institution, save a government."""
    assert {t.type for t in found(text, "140321")} <= {"government"}


def test_one_iri_has_one_name() -> None:
    """However a text writes a school, its IRI and its full name are the same."""
    written = ["建水一中开学。", "建水县第一中学开学。", "县一中开学。", "建水县一中开学。"]
    things = [t for text in written for t in found(text, "532524")]
    assert {(iri(t), full_name(t, ONTOLOGY)) for t in things} == {(iri(things[0]), "建水县第一中学")}
    assert len(things) == len(written)


def test_a_level_word_means_the_region_of_that_level() -> None:
    """市教育局 in a county's report is the prefecture's; 县教育局 in a prefecture's report is nobody's unless a county was named."""
    assert names("市教育局通报。", "360423") == {"九江市教育局"}
    assert names("县教育局通报。", "360400") == set()
    assert names("武宁县:县教育局通报。", "360400") == {"武宁县教育局"}
