"""Sentences of the five reports, each with what the graph must hold of it."""

from __future__ import annotations

import pytest
from asked import holds, seeds


def figure(text: str, says: str = "", agent: str = "", kind: str = "Outcome") -> str:
    """A pattern of a figure by its wording; `says` more of ?f."""
    whose = f'?f edu:agent/skos:prefLabel "{agent}"@zh .' if agent else ""
    return f'?f a edu:{kind} ; edu:valueText "{text}" . {whose} {says}'


def of(label: str) -> str:
    """That the figure ?f is of an indicator, or of one below it."""
    return f'?f edu:indicator/skos:broader? [ skos:prefLabel "{label}"@zh ] .'


def limited(*labels: str) -> str:
    """That ?f is restricted to concepts."""
    return " ".join(f'?f edu:restrictedTo [ skos:prefLabel "{label}"@zh ] .' for label in labels)


def comes(*measures: str) -> str:
    """That ?f comes of one of the measures."""
    listed = ", ".join(f'"{m}"@zh' for m in measures)
    return f"?f edu:measure/skos:prefLabel ?of . FILTER(?of IN ({listed}))"


def adopted(agent: str, measure: str, says: str = "", status: str = "Done") -> str:
    """A pattern of an adoption; `says` more of ?a."""
    return f'?a a edu:Adoption ; edu:agent/skos:prefLabel "{agent}"@zh ; edu:measure/skos:prefLabel "{measure}"@zh ; edu:status edu:{status} . {says}'


def related(subject: str, predicate: str, thing: str, says: str = "", status: str = "Done") -> str:
    """A pattern of a relation; `says` more of ?r."""
    ends = f'rdf:subject/skos:prefLabel "{subject}"@zh ; rdf:predicate edu:{predicate} ; rdf:object [ skos:prefLabel|dcterms:title ?thing ]'
    return f'?r a edu:Relation ; {ends} ; edu:status edu:{status} . {says} FILTER(STR(?thing) = "{thing}")'


def problem(agent: str, kind: str, quote: str) -> str:
    """A pattern of a shortcoming whose quote has some words."""
    said = f'edu:agent/skos:prefLabel "{agent}"@zh ; edu:issueKind "{kind}" ; edu:evidence/oa:exact ?q'
    return f'?s a edu:Shortcoming ; {said} . FILTER(CONTAINS(?q, "{quote}"))'


CUMULATIVE, FLOW, LEVEL, SHARE, GROWTH = (f"?f edu:quantityKind edu:{kind} ." for kind in ("Cumulative", "Flow", "Level", "Share", "GrowthRate"))
SINCE_2019 = '?f edu:period "2019/" ; edu:periodStart "2019-01-01"^^xsd:date .'
PROJECTS = ("校舍安全工程", "智慧校园", "功能教室建设", "教育信息化")
CLOSED, APPROVED = limited("省级", "结项"), limited("省级", "立项")

SENTENCES = [
    (
        "索引号 and 公开日期",
        [
            '?d dcterms:identifier "11150300011554519Q/2023-00718" ; dcterms:publisher "乌海市教育局"',
            '?d dcterms:identifier "11150300011554519Q/2023-00718" ; dcterms:issued "2023-02-01"^^xsd:date ; edu:dateBasis "stated"',
        ],
    ),
    ("三区通过基本均衡国家认定", [related(r, "evaluatedAs", "义务教育基本均衡", '?r edu:period "2016" .') for r in ("乌达区", "海南区", "海勃湾区")]),
    ("以乌达区接收优质均衡评估认定为重点", [related("乌达区", "evaluatedAs", "义务教育优质均衡", '?r edu:period "2022" .', "UnderWay")]),
    (
        "累计投入3.89亿元",
        [figure("3.89亿元", f"{CUMULATIVE} {SINCE_2019} {comes(*PROJECTS)}", "乌海市"), *(adopted("乌海市", m, '?a edu:period "2019/" .') for m in PROJECTS)],
    ),
    ("全部实行划片就近免试入学", [adopted("乌海市", "划片就近免试入学", '?a edu:extent "full" .')]),
    (
        "新改扩建幼儿园12所,关停3所",
        [
            figure("12所", f"{CUMULATIVE} {SINCE_2019} {of('新增幼儿园数')}", "乌海市"),
            figure("3所", f"{CUMULATIVE} {SINCE_2019} {of('关停幼儿园数')}", "乌海市"),
        ],
    ),
    (
        "公办园54%,普惠性95.9%",
        [
            figure(text, f'{LEVEL} ?f edu:period "asof" ; edu:meets/edu:standard [] . {of(label)}', "乌海市")
            for text, label in (("54%", "公办园在园幼儿占比"), ("95.9%", "普惠性幼儿园覆盖率"))
        ],
    ),
    ("优秀教师仍集中于名优学校", [problem("乌海市", "不均衡", "优秀教师分布不均")]),
    ("专用教室数量不足、面积不达标、使用率低", [problem("乌海市", kind, "音乐、美术专用教室") for kind in ("缺口", "不达标", "质量")]),
    ("撤并农村小规模学校27个", [figure("27个", f"{limited('农村')} {comes('学校撤并')} {of('撤并学校数')}", "济源市")]),
    (
        "投入9亿元,新增学位1.5万个",
        [
            figure("9亿元", f"{FLOW} {comes('学校新建改扩建')}", "济源市"),
            figure("1.5万个", f"{FLOW} ?f edu:value 15000.0 . {of('新增学位数')}", "济源市"),
            *(
                f'?d edu:mentions [ a edu:Institution ; skos:prefLabel "济源市{school}"@zh ]'
                for school in ("东湖小学", "实验小学", "延庆外国语学校", "北海实验小学", "黄河路小学", "济水一中玉泉校区", "一中附中")
            ),
        ],
    ),
    ("巩固率102.72%", [figure("102.72%", f'{LEVEL} {limited("义务教育")} ?f edu:period "asof" . FILTER NOT EXISTS {{ ?f edu:flag [] }}', "济源市")]),
    ("分配生名额", [adopted("济源市", "优质高中招生指标到校")]),
    ("随迁子女100%入学", [figure("100%", f"{LEVEL} {limited('随迁子女')} {comes('随迁子女入学')}", "济源市")]),
    (
        "由120家压减为12家,压减率90%",
        [
            figure("12家", f"{LEVEL} ?f edu:fromValue 120.0 . {comes('学科类培训机构压减')}", "济源市"),
            figure("90%", f'{GROWTH} ?f edu:direction "down" ; edu:changeOf/edu:valueText "12家" .', "济源市"),
            figure("100%", f"{LEVEL} {of('营转非完成率')}", "济源市"),
        ],
    ),
    (
        "交流轮岗1500余人次,骨干教师占比12%",
        [
            figure("1500余人次", f'{CUMULATIVE} ?f edu:comparator "ge" . {comes("教师交流轮岗")}', "济源市"),
            figure("12%", f'{SHARE} ?f edu:partOfOutcome/edu:valueText "1500余人次" ; edu:fails/edu:value 20.0 .', "济源市"),
        ],
    ),
    (
        "名师和骨干 by level",
        [
            figure(text, f"{FLOW} {limited(level)} {of(label)}", "济源市")
            for text, level, label in (
                ("95人", "省级", "名师数"),
                ("507人", "省级", "骨干教师数"),
                ("808人", "市级", "骨干教师数"),
                ("40人", "市级", "名师数"),
            )
        ],
    ),
    (
        "课题 by phase",
        [
            figure(text, f"{CUMULATIVE} {phase} {of('教研课题数')}", "济源市")
            for text, phase in (("39个", CLOSED), ("54个", APPROVED), ("75个", CLOSED), ("72个", APPROVED))
        ],
    ),
    ("归雁计划招聘374名", [figure("374名", f'{CUMULATIVE} ?f edu:period "2020/" . {comes("归雁计划")}', "济源市")]),
    ("率先启动领导体制改革", [adopted("济源市", "党组织领导的校长负责制")]),
    (
        "按照教育厅、财政厅通知精神",
        [
            '?d edu:cites/dcterms:title "自治区教育厅、财政厅关于印发进一步推进义务教育均衡发展试点县(区)实施方案(试行)的通知"',
            *(
                related(f"宁夏回族自治区{body}", "issued", "自治区教育厅、财政厅关于印发进一步推进义务教育均衡发展试点县(区)实施方案(试行)的通知")
                for body in ("教育厅", "财政厅")
            ),
        ],
    ),
    ("规划建设第九小学和第七中学", [f'?d edu:mentions [ a edu:Institution ; skos:prefLabel "中卫市{s}"@zh ]' for s in ("第九小学", "第七中学")]),
    ("投资xxxx万元", [figure("xxxx万元", "?f edu:unit/skos:notation 'CNY' . FILTER NOT EXISTS { ?f edu:value [] }", "临海市", "Withheld")]),
    (
        "確保甲、乙於2014年,丙於2016年實現…",
        [
            related(place, "evaluatedAs", "义务教育均衡发展", f'?r edu:period "{year}" .', "Planned")
            for place, year in (("沙坡头区", "2014"), ("中宁县", "2014"), ("海原县", "2016"))
        ],
    ),
    (
        "民办初中在校生占全市xx.x%",
        [figure("x所", kind="Withheld"), figure("xx.x%", f"{SHARE} {limited('民办', '初中')}", "临海市", "Withheld")],
    ),
    ("计划近期出台", [related("临海市", "issued", "关于选聘责任督学的通知", status="Planned")]),
    ("大洋中学结对尤溪中学", [related("临海市大洋中学", "pairedWith", "临海市尤溪中学")]),
    (
        "初中1所,小学6;教职工746人(其中…)",
        [
            figure(text, f'{LEVEL} {limited(stage)} ?f edu:partOfOutcome/edu:valueText "{whole}" .', "博湖县")
            for text, stage, whole in (("1所", "初中", "7所"), ("6", "小学", "7所"), ("198人", "初中", "746人"), ("548", "小学", "746人"))
        ],
    ),
    (
        "2020—2022 义务教育总投入",
        [
            figure(text, f'{FLOW} ?f edu:period "{year}" . {of("义务教育总投入")}', "博湖县")
            for text, year in (("9698万元", "2020"), ("1.19亿元", "2021"), ("1.22亿元", "2022"))
        ],
    ),
    (
        "录播室50间 twice, 16个教学能手工作室 twice",
        [figure("50间", f'?f edu:restates/edu:valueText "50间" . {of("录播教室数")}', "博湖县"), figure("16个", "?f edu:restates/edu:value 16.0 .", "博湖县")],
    ),
    (
        "发展共同体",
        [
            related(f"博湖县第{a}小学", "leads", f"博湖县第{b}小学") for a, b in (("一", "二"), ("一", "三"), ("六", "四"), ("六", "五"))
        ],
    ),
]  # fmt: skip
NEVER = [
    ("海南区 is not 海南省", '?d edu:mentions [ a edu:Region ; skos:prefLabel "海南省"@zh ]'),
    ("merging small schools is not running them", adopted("济源市", "乡村小规模学校建设")),
    ("all migrants at school is no share of public schools", figure("100%", of("随迁子女公办就读比例"), "济源市")),
    ("no withheld figure has a value", "?f a edu:Withheld ; edu:value []"),
    ("no report says that a place is recognised as 优质均衡", '?r edu:status edu:Done ; rdf:object/skos:prefLabel "义务教育优质均衡"@zh'),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "patterns"), SENTENCES, ids=[name for name, _ in SENTENCES])
def test_the_graph_holds_what_a_sentence_says(sentence: str, patterns: list[str]) -> None:
    """Each pattern is found in the graph of the reports."""
    assert [p for p in patterns if not holds(seeds(), p)] == [], sentence


@pytest.mark.parametrize(("reason", "pattern"), NEVER, ids=[name for name, _ in NEVER])
def test_the_graph_does_not_hold(reason: str, pattern: str) -> None:
    """What the sentences do not say is not in it."""
    assert not holds(seeds(), pattern), reason
