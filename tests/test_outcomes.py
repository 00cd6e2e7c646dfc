"""Figures of single sentences: value, unit, origin, period and indicator."""

from __future__ import annotations

import pytest
from asked import told

Found = tuple[str, str, str, str, str]


def figures(text: str) -> list[Found]:
    """Value, unit, origin, period and indicator of each figure of a text about a county, in order."""
    facts = told(text, region="331082", date="2024-02-01").facts
    out = []
    for fact in facts:
        if fact.kind == "Outcome" and fact.quantity and fact.indicator:
            q = fact.quantity
            out.append((f"{q.value:f}", q.unit, f"{q.from_value:f}" if q.from_value else "", fact.period.edtf if fact.period else "", fact.indicator.label))
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全县家长满意度由2020年的86.7%升至2023年的94.2%。", [("94.2", "%", "86.7", "2020/2023", "满意度")]),
        ("专任教师从2019年的120名增加到2022年底的156名。", [("156", "名", "120", "2019/2022", "专任教师数")]),
        ("2023年发放资助资金1936.5万元。", [("19365000.0", "CNY", "", "2023", "发放资助资金")]),
        (
            "2021年至2023年,教育支出依次为7亿元、8亿元和9亿元。",
            [(f"{n}00000000", "CNY", "", str(year), "一般公共预算教育支出") for n, year in ((7, 2021), (8, 2022), (9, 2023))],
        ),
        (
            "2023年民办小学计划招生900人,初中400人。",
            [("900", "人", "", "2023", "民办小学计划招生数"), ("400", "人", "", "2023", "民办初中计划招生数")],
        ),
        ("大班额2019年还有87个。", [("87", "个", "", "2019", "大班额数")]),
        ("2023年抽调教职工14人次支援社区。", [("14", "人次", "", "2023", "抽调教职工数")]),
        ("2023年通过特岗计划、人才引进补充教师28名。", [("28", "名", "", "2023", "引进补充教师数")]),
        ("2023年音乐教师还缺31名。", [("31", "名", "", "2023", "音乐教师缺额")]),
        ("2023年尚缺音乐教师31名,教师周转房还差90套。", [("31", "名", "", "2023", "音乐教师缺额"), ("90", "套", "", "2023", "教师周转房缺额")]),
        ("2023年教师紧缺,招进96名。", [("96", "名", "", "2023", "招进教师数")]),
        ("2023年\n▶ 36所:2022年以来新建的乡镇学校", [("36", "所", "", "2022/", "新建的乡镇学校数")]),
        ("2023年编印剪纸、皮影、快板等读本26种。", [("26", "种", "", "2023", "读本数")]),
        (
            "2021—2023年投入9亿元。三年教育支出分别为7亿元、8亿元、9亿元。",
            [("900000000", "CNY", "", "2021/2023", "投入")]
            + [(f"{n}00000000", "CNY", "", str(year), "一般公共预算教育支出") for n, year in ((7, 2021), (8, 2022), (9, 2023))],
        ),
        ("2023年参与学生从4.2万人增长到8.9万人。", [("89000.0", "人", "42000.0", "2023", "参与课后服务学生数")]),
        ("2023年生师比小学18.1∶1、初中12.6∶1。", [("18.1", "1", "", "2023", "生师比小学"), ("12.6", "1", "", "2023", "生师比初中")]),
        ("2023年三门、西岭两镇有4所学校。", [("4", "所", "", "2023", "学校数")]),
        ("2023年名师大讲堂举办42期。", [("42", "期", "", "2023", "名师大讲堂举办数")]),
        ("2023年开展专递课堂教学1.9万课时。", [("19000.0", "课时", "", "2023", "开展专递课堂教学数")]),
        ("全市城乡差距系数由0.58降至0.43。", [("0.43", "1", "0.58", "", "城乡差距系数")]),
        (
            "2023年校际差异系数收窄，小学、初中分别为0.31、0.27。",
            [("0.31", "1", "", "2023", "校际差异系数"), ("0.27", "1", "", "2023", "校际差异系数")],
        ),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_figures(text: str, expected: list[Found]) -> None:
    """A sentence gives its figures and no others."""
    assert figures(text) == expected


@pytest.mark.parametrize("text", ["功能室配备不足的有9所。", "面积最低的学校只有3.2平方米。", "最高的一项达0.49倍。"])
def test_what_describes_the_thing_counted_is_no_bound_of_the_figure(text: str) -> None:
    """不足的 and 最低的 say what is counted and not that there are fewer."""
    assert {f.quantity.comparator for f in told(text, region="331082").facts if f.quantity} == {"eq"}
