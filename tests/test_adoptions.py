"""Measures and who has them: which words of a text make an adoption and which only name something."""

from __future__ import annotations

import pytest
from asked import told

HAD = [
    ("临海市入选“县管校聘”改革试点县。", {("县管校聘", "临海市", "Done")}),
    ("东山镇中学被授予“心理健康教育特色学校”称号。", set()),
    ("东山镇中学获评全国校园足球特色学校、省级文明校园。", set()),
    ("根据《临海市集团化办学三年行动计划》,今年拨款3万元。", set()),
    ("临海市教育工作方案\n(一)教师强基工程。招聘教师90名。", {("教师强基工程", "临海市", "Planned")}),
    ("临海市学区建设实施方案\n一、工作基础\n临海市有学校9所。\n二、主要措施\n推行走教。", {("教师走教", "临海市", "Planned")}),
    ("临海市学区建设工作汇报\n一、主要措施\n推行走教。", {("教师走教", "临海市", "Done")}),
    ("从下个月起实行“红黄蓝”三色预警。", {("红黄蓝三色预警", "临海市", "Planned")}),
    ("校长职级制在全市还没有破题。", {("校长职级制", "临海市", "Problem")}),
    ("东山镇中学托管西岭镇中学。", {("委托管理", "临海市东山镇中学", "Done")}),
    (
        "东山镇中学、南坡镇中学分别托管西岭镇中学和北沟镇中学。",
        {("委托管理", "临海市东山镇中学", "Done"), ("委托管理", "临海市南坡镇中学", "Done")},
    ),
    ("全市优质学校托管薄弱学校12所。", {("委托管理", "临海市", "Done")}),
    ("“农村校长年薪制”没有政策依据。", set()),
    ("两年来实施“山乡集团化办学攻坚行动”,办好4所寄宿制学校。", {("山乡集团化办学攻坚行动", "临海市", "Done"), ("寄宿制学校建设", "临海市", "Done")}),
    ("课后实行“基础托管+社团”,免费托管到五点半。", {("基础托管+社团", "临海市", "Done")}),
    ("多校划片现阶段不考虑。", set()),
    ("“县管校聘”去年先在两镇试点,今年尚未全面推开。", {("县管校聘", "临海市", "Done"), ("县管校聘", "临海市", "Problem")}),
    ("全市工作从“有人管”到“管得好”转变。", set()),
    ("上海市静安区大宁路小学与东山镇小学结对,线上开设同步课堂。", {("结对帮扶", "静安区大宁路小学", "Done"), ("同步课堂", "临海市东山镇小学", "Done")}),
    ("新建城北学校(九年一贯制),推行走教。", {("教师走教", "临海市", "Done")}),
    ("东山镇中学与上海市静安区的市北初级中学结对帮扶。", {("结对帮扶", "临海市东山镇中学", "Done")}),
]


@pytest.mark.parametrize(("text", "expected"), HAD, ids=[text for text, _ in HAD])
def test_who_has_which_measure(text: str, expected: set[tuple[str, str, str]]) -> None:
    """A measure in a title that was won or is only followed is nobody's; a programme that a heading or a tail names is one."""
    facts = told(text, region="331082", date="2023-05-01").facts
    assert {(f.measure.label, f.agent.label, f.status) for f in facts if f.kind == "Adoption" and f.measure} == expected


def test_an_article_about_a_school_group() -> None:
    """What a text about a group says of 集团 is the group's, what it says of 学校 that of the school at its head; both by their short names."""
    text = """花开东山
——临海市东山小学教育集团的均衡之路
2019年,临海市以东山小学为龙头组建教育集团。集团推行教师交流轮岗,三年来集团内部轮岗教师138人次。
东山小学创办于1938年。学校开发校本课程68门。集团还与望海镇中心小学结对。集团现有教师214名。
"""
    facts = told(text, region="331082", date="2023-05-01").facts
    figures = {f.quantity.text: f.agent.label for f in facts if f.quantity}
    assert figures == {"138人次": "临海市东山小学教育集团", "68门": "临海市东山小学", "214名": "临海市东山小学教育集团"}
    assert ("教师交流轮岗", "临海市东山小学教育集团") in {(f.measure.label, f.agent.label) for f in facts if f.kind == "Adoption" and f.measure}


def test_a_plan_for_groups_is_no_groups_own() -> None:
    """A county's paper on 集团化办学 tells of the county, also where it names a group first and says 集团 again and again."""
    text = """临海市集团化办学三年行动计划
一、基础
我市已成立临海市东山小学教育集团、临海市西岭中学教育集团,集团覆盖学校9所,集团之间发展不平衡,集团内教师流动不畅,集团资源共享不够,集团章程还不健全。
二、任务
(一)共享资源。集团推行总校长制,集团成员校共享课程,集团建设录播教室22间。
"""
    agents = {f.quantity.text: f.agent.label for f in told(text).facts if f.quantity}
    assert agents["22间"] == "临海市"


def test_the_name_of_the_site_above_the_title_is_no_heading() -> None:
    """A county's story on a province's site tells of the county, also where a paragraph names nobody."""
    text = "浙江省人民政府网\n首页 新闻资讯 政务公开\n临海市:村校也有走教老师\n发布时间:2023-05-01\n山区开课难。推行教师走教,48名教师跑课。\n"
    facts = told(text).facts
    assert {f.agent.label for f in facts} == {"临海市"}
