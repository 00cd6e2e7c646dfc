"""Figures that look wrong are flagged and kept; figures within a standard are told so."""

from __future__ import annotations

import pytest
from asked import told

from kg.model import Fact


def outcomes(text: str) -> list[Fact]:
    """The figures of a document with this text."""
    return [f for f in told(text).facts if f.kind == "Outcome"]


def flags(text: str) -> list[tuple[str, ...]]:
    """The flags of each figure."""
    return [f.flags for f in outcomes(text)]


FLAGGED = [
    ("普惠性幼儿园覆盖率达109%。", [("out-of-bounds",)]),
    ("义务教育巩固率达到95个百分点。", [("wrong-unit",)]),
    ("义务教育巩固率提高了3个百分点。", [()]),
    ("义务教育巩固率达102.72%。", [()]),
    ("教职工746人(其中:初中198人,小学548人)。", [(), (), ()]),
    ("教职工746人(其中:初中198人,小学558人)。", [("sum-mismatch",), (), ()]),
    ("在校生88617人,比上年减少1208人,降幅1.34%。", [(), (), ()]),
    ("在校生88617人,比上年减少1208人,降幅13.4%。", [(), (), ("change-mismatch",)]),
]


@pytest.mark.parametrize(("text", "expected"), FLAGGED)
def test_figures_that_look_wrong(text: str, expected: list[tuple[str, ...]]) -> None:
    """Outside the bounds of its indicator, parts that miss their whole, a rate that the amounts do not make; rounding is no fault."""
    assert flags(f"博湖县教育情况\n博湖县{text}") == expected


def test_two_figures_of_one_thing() -> None:
    """The same indicator of the same year with two values in two paragraphs; not where headings tell of two kinds of school."""
    same = "博湖县2022年教育统计公报\n一、综合\n2022年全县专任教师544人。\n二、队伍\n2022年全县专任教师564人。"
    other = same.replace("综合", "学前教育").replace("队伍", "普通高中")
    assert flags(same) == [("contradiction",), ("contradiction",)]
    assert flags(other) == [(), ()]


def test_what_is_later_than_its_document() -> None:
    """A figure said to be so after the day of writing."""
    assert flags("博湖县教育情况\n2024年全县已建成学校3所。\n博湖县教育局\n2023年5月4日") == [("future",)]


MEASURED = [
    ("公办园在园幼儿占比54%。", ("universal-preschool-2020/public",), ()),
    ("公办园在园幼儿占比46%。", (), ("universal-preschool-2020/public",)),
    ("小学校际差异系数0.53。", ("basic-balance-2012/cv-primary",), ("quality-balance-2017/cv-primary",)),
    ("校际差异系数0.53。", (), ()),
    ("小学平均班额49.6人。", (), ("quality-balance-2017/class-size-primary",)),
    ("小学平均班额27.3人。", (), ()),
    ("力争公办园在园幼儿占比达到54%。", (), ()),
    ("公办园在园幼儿占比不超过60%。", (), ()),
]


@pytest.mark.parametrize(("text", "meets", "fails"), MEASURED)
def test_figures_against_the_standards(text: str, meets: tuple[str, ...], fails: tuple[str, ...]) -> None:
    """Only a figure of the criterion's stage that is no target, and whose bound settles it; a mean proves nothing of each class."""
    (figure,) = outcomes(f"博湖县教育情况\n博湖县{text}")
    assert (figure.meets, figure.fails) == (meets, fails)


def test_a_share_of_those_who_rotate() -> None:
    """骨干教师 among the teachers who rotate are measured against the norm for them."""
    figures = outcomes("济源市教育情况\n济源市教师交流轮岗达到1500余人次,其中骨干教师占比12%。")
    assert figures[1].fails == ("quality-balance-2017/rotation-backbone",)


def test_a_problem_below_a_standard_is_about_its_criterion() -> None:
    """Where a figure of the same sentence fails one criterion, the problem is about that one."""
    facts = told("桥西区教育情况\n三、存在的问题\n一是小学校际差异系数0.53,高于0.50的国家标准。").facts
    (problem,) = [f for f in facts if f.kind == "Shortcoming"]
    assert problem.about is not None
    assert (problem.about.kind, problem.about.key, problem.issue_kind) == ("criterion", "quality-balance-2017/cv-primary", "不达标")
