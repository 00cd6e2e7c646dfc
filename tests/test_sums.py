"""Sums that users ask for: figures of one kind, time and denominator, no part beside its whole and nothing that is said twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from asked import graph, seeds, values

from kg.store import Store

# What a figure must be to be added up: of its own, said once, stated as a fact, exact enough to count and for nothing in particular.
OWN = "FILTER NOT EXISTS { ?f edu:partOfOutcome [] } FILTER NOT EXISTS { ?f edu:restates [] } FILTER NOT EXISTS { ?f edu:per [] } ?f edu:status edu:Actual ."


def total(store: Store, says: str) -> Decimal:
    """The sum of the figures ?f that are what `says`."""
    ((found,),) = values(store, f"SELECT (SUM(?v) AS ?sum) WHERE {{ ?f a edu:Outcome ; edu:value ?v . {says} {OWN} }}")
    return Decimal(found or 0)


def by_region(store: Store, says: str) -> dict[str, Decimal]:
    """The same, by the region that the figures are of."""
    query = f"""SELECT ?region (SUM(?v) AS ?sum) WHERE {{
      ?f a edu:Outcome ; edu:value ?v ; edu:agent/skos:prefLabel ?region . {says} {OWN} }} GROUP BY ?region"""
    return {region: Decimal(found) for region, found in values(store, query)}


PUPILS = '?f edu:quantityKind edu:Level ; edu:indicator [ skos:prefLabel "在校生数"@zh ] .'
MONEY = "?f edu:unit/skos:notation 'CNY' ; edu:quantityKind ?kind . FILTER(?kind IN (edu:Flow, edu:Cumulative))"
ROOMS = '?f edu:indicator/skos:broader? [ skos:prefLabel "录播教室数"@zh ] .'


def in_(region: str) -> str:
    """That ?f is of a region."""
    return f'?f edu:agent/skos:prefLabel "{region}"@zh .'


# Of the seeds: question, what a figure must be, and the truth.
SEEDS = [
    ("pupils of 博湖县", PUPILS + in_("博湖县"), 5289),
    ("teachers of 博湖县", '?f edu:indicator [ skos:prefLabel "专任教师数"@zh ] . ?f edu:quantityKind edu:Level .' + in_("博湖县"), 544),
    ("staff of 博湖县", '?f edu:indicator [ skos:prefLabel "教职工数"@zh ] .' + in_("博湖县"), 746),
    ("schools of 博湖县", '?f edu:indicator [ skos:prefLabel "学校数"@zh ] .' + in_("博湖县"), 7),
    ("recording rooms of 博湖县", ROOMS + in_("博湖县"), 50),
    ("studios of 博湖县", '?f edu:indicator/skos:broader? [ skos:prefLabel "工作室数"@zh ] .' + in_("博湖县"), 16),
    (
        "money for compulsory education in 2022",
        '?f edu:indicator [ skos:prefLabel "义务教育总投入"@zh ] ; edu:period "2022" ; edu:quantityKind edu:Flow .' + in_("博湖县"),
        122_000_000,
    ),
    ("money since 2019 of 乌海市", MONEY + in_("乌海市") + '?f edu:period "2019/" .', 389_000_000),
    ("tutoring institutions left in 济源市", '?f edu:indicator [ skos:prefLabel "校外培训机构数"@zh ] ; edu:quantityKind edu:Level .' + in_("济源市"), 12),
    ("teachers who rotated in 济源市", "?f edu:unit/skos:notation '人次' ; edu:measure/skos:prefLabel '教师交流轮岗'@zh .", 1500),
    ("projects closed", '?f edu:restrictedTo [ skos:prefLabel "结项"@zh ] .', 39 + 75),
    ("projects approved", '?f edu:restrictedTo [ skos:prefLabel "立项"@zh ] .', 54 + 72),
    ("backbone teachers at the level of the province", '?f edu:restrictedTo [ skos:prefLabel "省级"@zh ] , [ skos:prefLabel "骨干教师"@zh ] .', 507),
    ("share of affordable kindergartens", '?f edu:indicator [ skos:prefLabel "普惠性幼儿园覆盖率"@zh ] ; edu:quantityKind edu:Level .', Decimal("95.9")),
]  # fmt: skip


@pytest.mark.parametrize(("question", "says", "truth"), SEEDS, ids=[question for question, _, _ in SEEDS])
def test_sums_over_the_reports(question: str, says: str, truth: Decimal) -> None:
    """The sum is the truth."""
    assert total(seeds(), says) == truth, question


def test_money_is_not_one_column() -> None:
    """What is spent in a year, over years and in no stated time stay apart, and no withheld sum counts."""
    query = f"""SELECT ?region ?kind ?period (SUM(?v) AS ?sum) WHERE {{
      ?f a edu:Outcome ; edu:value ?v ; edu:agent/skos:prefLabel ?region ; edu:period ?period . {MONEY} {OWN} }} GROUP BY ?region ?kind ?period"""
    found = {(region, kind.rpartition("#")[2], period): Decimal(v) for region, kind, period, v in values(seeds(), query)}
    assert found[("乌海市", "Cumulative", "2019/")] == 389_000_000
    assert [found[("博湖县", "Flow", year)] for year in ("2020", "2022")] == [96_980_000, 122_000_000]
    assert all(region != "临海市" for region, _, _ in found)


def test_who_has_a_measure() -> None:
    """A place counts once, where its report says so itself and it is known whose report it is."""
    query = 'SELECT DISTINCT ?region WHERE { ?r edu:adopts [ skos:prefLabel "县管校聘"@zh ] ; skos:prefLabel ?region }'
    assert values(seeds(), query) == [("济源市",)]


BULLETIN = """灵山县2022年教育事业统计公报
一、综合
全县共有各级各类学校412所,比上年减少6所。在校生18.3万人,比上年增加0.4万人,增长2.2%。专任教师9800人,其中初中3100人、小学4900人。
二、学前教育
全县有幼儿园160所,其中普惠性幼儿园140所,占全县幼儿园总数的87.5%。普惠性幼儿园覆盖率90.2%,比上年提高0.8个百分点。
三、经费
2022年,全县教育投入12.6亿元,比上年增长5%。生均教学仪器设备值1980元。乡村教师生活补助标准为每月300元。每生每学期补助伙食费500元。
"""
PLAN = """合浦县2022年教育工作总结
2022年,全县在校生9.1万人。落实教育投入5.2亿元。计划投资2.4亿元新建学校3所。2019年以来累计投入教育资金14亿元。
"""
TABLE = """北流市2022年义务教育基本情况
表1 2022年各县(市、区)义务教育情况
县(市、区) | 小学(所) | 在校生(人)
玉州区 | 60 | 70000
福绵区 | 40 | 30000
合计 | 100 | 100000
"""


@pytest.fixture(scope="module")
def counties() -> Store:
    """The graph of a bulletin, a report and a table."""
    return graph({"a.txt": BULLETIN, "b.txt": PLAN, "c.txt": TABLE})


def test_pupils_by_region(counties: Store) -> None:
    """Neither changes, nor rates of growth, nor parts of a table's total are added."""
    found = by_region(counties, PUPILS + '?f edu:period "2022" .')
    assert [found.pop(region) for region in ("灵山县", "合浦县")] == [183_000, 91_000]
    assert sum(found.values()) == 100_000


def test_teachers(counties: Store) -> None:
    """Those of stages are parts of all."""
    assert total(counties, '?f edu:indicator/skos:broader? [ skos:prefLabel "专任教师数"@zh ] .') == 9800


def test_money_of_a_year(counties: Store) -> None:
    """Sums per pupil or month, plans and what was spent over years are not in it."""
    found = by_region(counties, MONEY + '?f edu:quantityKind edu:Flow ; edu:period "2022" .')
    assert found == {"灵山县": 1_260_000_000, "合浦县": 520_000_000}


def test_coverage_is_one_figure(counties: Store) -> None:
    """The official rate, not the share of kindergartens nor the change."""
    rate = '?f edu:quantityKind edu:Level ; edu:indicator/skos:broader? [ skos:prefLabel "普惠性幼儿园覆盖率"@zh ] .'
    assert values(counties, f"SELECT ?v WHERE {{ ?f edu:value ?v . {rate} {OWN} }}") == [("90.2",)]
