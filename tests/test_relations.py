"""Relations as reports state them."""

from __future__ import annotations

import pytest
from asked import told

HOME = "330483"  # 桐乡市

Triple = tuple[str, str, str]


def related(text: str, home: str = HOME, status: str = "Done") -> set[Triple]:
    """The relations of a status that a text states, by the names of things less their region's."""
    facts = told(text, region=home).facts
    return {
        (f.agent.label.removeprefix("桐乡市") or f.agent.label, f.predicate, f.object.label.removeprefix("桐乡市"))
        for f in facts
        if f.kind == "Relation" and f.object and f.status == status
    }


STATED: list[tuple[str, set[Triple]]] = [
    ("凤鸣小学对口帮扶河山小学。", {("凤鸣小学", "pairedWith", "河山小学")}),
    ("河山小学由凤鸣小学托管。", {("凤鸣小学", "pairedWith", "河山小学")}),
    ("河山小学在凤鸣小学的帮扶下进步明显。", {("凤鸣小学", "pairedWith", "河山小学")}),
    ("凤鸣小学结对河山小学、茅盾中学结对石门中学。", {("凤鸣小学", "pairedWith", "河山小学"), ("茅盾中学", "pairedWith", "石门中学")}),
    (
        "茅盾中学、振东中学分别与石门中学、高桥中学结对。",
        {("茅盾中学", "pairedWith", "石门中学"), ("振东中学", "pairedWith", "高桥中学")},
    ),
    ("我市与四川省小金县、新疆沙雅县建立结对帮扶关系。", {("桐乡市", "pairedWith", "小金县"), ("桐乡市", "pairedWith", "沙雅县")}),
    ("凤鸣小学领办河山小学、石门小学。", {("凤鸣小学", "leads", "河山小学"), ("凤鸣小学", "leads", "石门小学")}),
    ("河山小学由凤鸣小学领办。", {("凤鸣小学", "leads", "河山小学")}),
    ("以凤鸣小学为核心校,联合河山小学组建共同体。", {("凤鸣小学", "leads", "河山小学")}),
    ("凤鸣小学为牵头校,河山小学、石门小学为成员校。", {("凤鸣小学", "leads", "河山小学"), ("凤鸣小学", "leads", "石门小学")}),
    (
        "第一小学与第二、第三小学,第六小学与第四小学分别组成发展共同体。",
        {("第一小学", "leads", "第二小学"), ("第一小学", "leads", "第三小学"), ("第六小学", "leads", "第四小学")},
    ),
    ("河山小学加入凤鸣小学教育集团。", {("河山小学", "memberOf", "凤鸣小学教育集团")}),
    ("将河山小学纳入实验小学教育集团管理。", {("河山小学", "memberOf", "实验小学教育集团")}),
    ("凤鸣小学教育集团成立三年。去年,河山小学入盟。", {("河山小学", "memberOf", "凤鸣小学教育集团")}),
    ("凤鸣小学教育集团下辖河山小学、石门小学。", {("河山小学", "memberOf", "凤鸣小学教育集团"), ("石门小学", "memberOf", "凤鸣小学教育集团")}),
    ("将河山小学整体并入凤鸣小学。", {("河山小学", "mergedInto", "凤鸣小学")}),
    ("撤销河山小学,学生并入凤鸣小学。", {("河山小学", "mergedInto", "凤鸣小学")}),
    ("河山小学与石门小学合并为凤鸣小学。", {("河山小学", "mergedInto", "凤鸣小学"), ("石门小学", "mergedInto", "凤鸣小学")}),
    ("凤鸣小学滨河校区启用。", {("凤鸣小学滨河校区", "campusOf", "凤鸣小学")}),
    ("河山小学是凤鸣小学的分校。", {("河山小学", "campusOf", "凤鸣小学")}),
    ("凤鸣小学与浙江师范大学签订合作协议。", {("凤鸣小学", "cooperatesWith", "浙江师范大学")}),
    ("凤鸣小学与河山小学结为友好学校。", {("凤鸣小学", "cooperatesWith", "河山小学")}),
    ("市教育局会同市财政局印发《甲办法》。", {("教育局", "issued", "甲办法"), ("财政局", "issued", "甲办法")}),
    ("市政府成立专班,出台《甲方案》和《乙细则》。", {("人民政府", "issued", "甲方案"), ("人民政府", "issued", "乙细则")}),
    ("《浙江省教育厅关于甲的通知》", {("浙江省教育厅", "issued", "浙江省教育厅关于甲的通知")}),
    ("凤鸣小学被评为“浙江省绿色学校”“嘉兴市健康学校”。", {("凤鸣小学", "evaluatedAs", "浙江省绿色学校"), ("凤鸣小学", "evaluatedAs", "嘉兴市健康学校")}),
    ("凤鸣小学先后获得省级名校、书香之家等荣誉称号。", {("凤鸣小学", "evaluatedAs", "省级名校"), ("凤鸣小学", "evaluatedAs", "书香之家")}),
    ("我市又被省教育厅列为教育评价改革试点县。", {("桐乡市", "evaluatedAs", "教育评价改革试点县")}),
    ("2016年顺利通过国家义务教育发展基本均衡县评估认定。", {("桐乡市", "evaluatedAs", "义务教育基本均衡")}),
    ("凤鸣小学对河山小学开展组团式帮扶。", {("凤鸣小学", "pairedWith", "河山小学")}),
    ("河山小学委托凤鸣小学管理。", {("凤鸣小学", "pairedWith", "河山小学")}),
    (
        "凤鸣小学与河山小学、茅盾中学与石门中学实行“五同步”管理,茅盾中学校园一体化管理。",
        {("凤鸣小学", "pairedWith", "河山小学"), ("茅盾中学", "pairedWith", "石门中学")},
    ),
    ("学校\t学生数\t结对学校\n河山小学\t320\t凤鸣小学(城区)\n合计\t320\t—", {("凤鸣小学", "pairedWith", "河山小学")}),
    ("支援学校|受援学校\n凤鸣小学|河山小学", {("凤鸣小学", "pairedWith", "河山小学")}),
    (
        "集团名称 | 牵头校 | 成员校\n凤鸣小学教育集团 | 凤鸣小学 | 河山小学",
        {("凤鸣小学", "leads", "河山小学"), ("凤鸣小学", "leads", "凤鸣小学教育集团"), ("河山小学", "memberOf", "凤鸣小学教育集团")},
    ),
    ("由凤鸣小学牵头,联合石门片区5所村小组建凤鸣教育共同体。", {("凤鸣小学", "leads", "凤鸣教育共同体")}),
    ("河山小学、石门小学等六校组成城东教育共同体。", {("河山小学", "memberOf", "城东教育共同体"), ("石门小学", "memberOf", "城东教育共同体")}),
    ("河山小学是凤鸣小学教育集团的成员校。", {("河山小学", "memberOf", "凤鸣小学教育集团")}),
    ("《甲方案》出台。2021年,《乙办法》正式印发。", {("桐乡市", "issued", "甲方案"), ("桐乡市", "issued", "乙办法")}),
    ("桐乡市委、市政府出台《甲意见》。", {("委", "issued", "甲意见"), ("人民政府", "issued", "甲意见")}),
    ("我市被省政府授予“教育工作先进县”称号。", {("桐乡市", "evaluatedAs", "教育工作先进县")}),
    ("“李红数学名师工作室”被认定为嘉兴市名师工作室。", {("李红数学名师工作室", "evaluatedAs", "嘉兴市名师工作室")}),
    ("桐乡市是省级教育评价改革先行区。", {("桐乡市", "evaluatedAs", "省级教育评价改革先行区")}),
    ("凤鸣小学通过省级智慧校园验收。", {("凤鸣小学", "evaluatedAs", "省级智慧校园")}),
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_what_is_stated(text: str, expected: set[Triple]) -> None:
    """A sentence gives the relations that it states and no others."""
    assert related(text) == expected


UNSTATED = [
    "凤鸣小学与河山小学同时开学。",
    "认真学习《甲办法》,转发《乙通知》。",
    "国家先后出台《甲办法》。",
    "全市12所乡镇中心小学被评为省级示范小学。",
    "凤鸣小学尚未通过省级智慧校园验收。",
    "凤鸣小学教师到河山小学听课。",
    "凤鸣小学《劳动课程》受到欢迎。",
    "与浙江师范大学的支教合作已于2022年底到期。",
    "学校 | 班数 | 学生数\n凤鸣小学 | 12 | 520",
]


@pytest.mark.parametrize("text", UNSTATED)
def test_what_is_not_stated(text: str) -> None:
    """Nothing is made of names that merely stand together, nor of what is denied."""
    assert related(text) == set()


def test_all_districts() -> None:
    """三区 stands for the three districts of a city that has three."""
    three = related("2016年三区均顺利通过自治区义务教育基本均衡发展县评估验收。", "150300")
    assert three == {(name, "evaluatedAs", "义务教育基本均衡") for name in ("海勃湾区", "海南区", "乌达区")}
    assert related("2016年四区均顺利通过自治区义务教育基本均衡发展县评估验收。", "150300") == {("乌海市", "evaluatedAs", "义务教育基本均衡")}


def test_counties_counted_together() -> None:
    """四县 stands for the four counties named before it; a list of short names is read by the number that closes it."""
    four = {"会泽县", "富源县", "罗平县", "师宗县"}
    text = "对会泽县、富源县、罗平县、师宗县复查。四县均已通过国家义务教育基本均衡发展县认定。"
    assert related(text, "530300") == {(name, "evaluatedAs", "义务教育基本均衡") for name in four}
    two = related("洛南、丹凤两县率先通过国家义务教育发展基本均衡县认定。", "611000")
    assert two == {(name, "evaluatedAs", "义务教育基本均衡") for name in ("洛南县", "丹凤县")}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("我市正在创建全国学前教育普及普惠县。", "UnderWay"),
        ("2022年我市接受国家学前教育普及普惠县评估认定。", "UnderWay"),
        ("力争2025年通过国家学前教育普及普惠县认定。", "Planned"),
        ("2021年通过国家学前教育普及普惠县认定。", "Done"),
    ],
)
def test_recognition_has_its_status(text: str, status: str) -> None:
    """Passed is done, applied for is under way, aimed at is planned."""
    assert related(text, status=status) == {("桐乡市", "evaluatedAs", "学前教育普及普惠")}
    assert all(related(text, status=other) == set() for other in {"Done", "UnderWay", "Planned"} - {status})
