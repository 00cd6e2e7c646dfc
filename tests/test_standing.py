"""How far facts have got, by when they are due, and who says so."""

from __future__ import annotations

import pytest
from asked import told

DUE = [
    ("到2025年底,大班额占比控制在1%以内。", "2025"),
    ("力争“十四五”末普惠性幼儿园覆盖率达到90%以上。", "2025"),
    ("三年内招聘教师120名。", "2026"),
    ("2024年6月底前新增学位1200个。", "2024-06"),
    ("计划新增学位1200个。", ""),
    ("2016年以来将新增学位1200个。", ""),
]


@pytest.mark.parametrize(("text", "due"), DUE)
def test_by_when_a_target_is_due(text: str, due: str) -> None:
    """The time its sentence sets, counted from the document's year where it is a span; none that is over."""
    (target,) = [f for f in told(f"灵山县工作情况汇报\n一、下一步打算\n{text}\n灵山县教育局\n2023年5月4日").facts if f.kind == "Outcome"]
    assert (target.status, target.due) == ("Target", due)


def test_what_is_done_is_not_due() -> None:
    """A figure of the past has a period and no term."""
    (figure,) = [f for f in told("灵山县工作情况汇报\n2022年新增学位1200个。").facts if f.kind == "Outcome"]
    assert (figure.due, figure.period and figure.period.edtf) == ("", "2022")


VOICES = [
    ("山西省关于督导发现问题的通报\n平定县推行集团化办学。", "inspector"),
    ("山西省教育工作总结\n平定县推行集团化办学。", "superior"),
    ("平定县教育工作总结\n平定县推行集团化办学。", "own"),
    ("平定县教育工作总结\n青羊区推行集团化办学。", "other"),
    ("平定县集团化办学见闻\n本报讯(记者 王某)平定县推行集团化办学。", "other"),
]


@pytest.mark.parametrize(("text", "voice"), VOICES)
def test_who_says_so(text: str, voice: str) -> None:
    """An inspector's or superior's paper speaks of lower regions, a reporter and another county as others do."""
    assert {f.voice for f in told(text).facts if f.kind == "Adoption"} == {voice}


def test_a_directive_requires() -> None:
    """What a scheme lays down is required, what a survey suggests is recommended."""
    assert {f.status_detail for f in told("灵山县实施方案\n推行集团化办学。").facts if f.kind == "Adoption"} == {"required"}
    assert {f.status_detail for f in told("灵山县调研报告\n三、几点建议\n推行集团化办学。").facts if f.kind == "Adoption"} == {"recommended"}
