"""Stated problems: what they are about, of which kind, and what answers them."""

from __future__ import annotations

import pytest
from asked import told

from kg.model import Fact

REPORT = """灵山县2021年教育工作汇报
一、主要做法
灵山县补齐了学位缺口,全面推行课后服务。
二、存在的问题
一是县城学位缺口近5000个。二是集团化办学、“县管校聘”动作偏慢。三是音乐、美术专用教室数量不足、面积不达标、使用率低。
三、下一步打算
再组建教育集团3个,推进集团化办学。新增学位7800个,招聘教师不少于550名。
"""


def problems(text: str) -> list[Fact]:
    """Its stated problems."""
    return [f for f in told(text).facts if f.kind == "Shortcoming"]


def said(text: str) -> list[tuple[str, str]]:
    """Their kinds and what they are about."""
    return [(f.issue_kind, f.about.key if f.about else "") for f in problems(text)]


def test_a_section_of_problems() -> None:
    """Each problem is one fact of the region: not the gap that was closed, and each of three aspects of one facility."""
    found = problems(REPORT)
    assert [(f.issue_kind, f.about.key if f.about else "") for f in found] == [
        ("缺口", "school-places-gap"),
        ("停滞", "group-schooling"),
        ("停滞", "county-manage-school-hire"),
        ("缺口", "art-rooms"),
        ("不达标", "art-rooms"),
        ("质量", "art-rooms"),
    ]
    assert {(f.agent.label, f.status) for f in found} == {("灵山县", "Problem")}


def test_what_answers_a_problem() -> None:
    """A plan about the same measure, or the figure that the lexicon knows to answer it; nothing where no plan does."""
    everything = told(REPORT).facts
    answers = {f.about.key: f.addressed_by for f in everything if f.kind == "Shortcoming" and f.about}
    places, groups = answers["school-places-gap"], answers["group-schooling"]
    assert places is not None
    assert "7800个" in everything[places].evidence[0].exact
    assert groups is not None
    assert "推进集团化办学" in everything[groups].evidence[0].exact
    assert answers["art-rooms"] is None


ELSEWHERE = [
    ("平和县“县管校聘”至今未开展。", [("未启动", "county-manage-school-hire")]),
    ("榆中县初中综合差异系数为0.51,高于0.45的国家标准。", [("不达标", "cv")]),
    ("盂县滞拨营养膳食补助资金317.6万元。", [("违规", "misused-funds")]),
    ("平和县在校生不足百人的学校有92所。", []),
    ("平和县没有问题。", []),
    ("平和县要解决教师缺编问题。", []),
    ("平和县将补充教师缺口113名。", []),
]


@pytest.mark.parametrize(("text", "expected"), ELSEWHERE)
def test_problems_outside_such_sections(text: str, expected: list[tuple[str, str]]) -> None:
    """A clause that says what is lacking is enough; one that bounds a number, solves or plans is not."""
    assert said(text) == expected


def test_the_measure_of_a_sentence_goes_on() -> None:
    """Clauses that name only another county speak of the measure named before."""
    found = problems("漳州市调研报告\n“县管校聘”进展不平衡,平和县至今未开展,长泰区开展了一轮,后因编制冻结而中断。")
    assert [(f.agent.label, f.issue_kind) for f in found] == [("漳州市", "停滞"), ("平和县", "未启动"), ("长泰区", "停滞")]
    assert {f.about.key for f in found if f.about} == {"county-manage-school-hire"}


def test_what_a_problem_is_restricted_to() -> None:
    """Stage and place of the clause."""
    (found,) = problems("三、存在的问题\n一是农村小学音体美教师缺口约400名。")
    assert {c.label for c in found.restricted_to} == {"农村", "小学", "音体美教师"}
