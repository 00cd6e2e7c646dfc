"""Which region a document is about: each clue alone, and which clue wins over which."""

from __future__ import annotations

import pytest
from asked import told

BODY = "2022年，全县投入教育经费3.89亿元，新建学校12所。\n"


def home(text: str, path: str = "reports/one.txt", **known: str) -> tuple[str, str, str]:
    """The region, basis and reason found for a text."""
    found = told(text, path, **known).finding
    return (found.home.key if found.home else ""), found.home_basis, found.home_why


@pytest.mark.parametrize(
    ("text", "path", "known", "expected"),
    [
        (BODY, "reports/one.txt", {"region": "331082"}, ("331082", "manifest", "manifest")),
        ("临海市2022年教育工作总结\n" + BODY, "reports/one.txt", {}, ("331082", "stated", "head")),
        ("浙江省政府教育督导组反馈临海市学前教育检查意见\n" + BODY, "reports/one.txt", {}, ("331082", "stated", "head")),
        ("教育工作总结\n" + BODY * 8 + "来源：临海市教育局\n" + BODY * 8, "reports/one.txt", {}, ("331082", "stated", "publisher")),
        ("教育工作总结\n" + BODY * 8 + "临海市教育局\n2023年1月5日\n", "reports/one.txt", {}, ("331082", "stated", "signature")),
        ("索引号：11331082002685123A/2023-00012\n" + BODY, "reports/one.txt", {}, ("331082", "stated", "credit code")),
        (BODY + "主办单位：某单位 网站标识码：3310820017\n", "reports/one.txt", {}, ("331082", "inferred", "site code")),
        (
            "临海市教育局 | 首页 | 机构 | 公开 | 服务 | 互动\n当前位置：首页 > 正文\n\n教育工作总结\n" + BODY,
            "reports/one.txt",
            {},
            ("331082", "inferred", "site"),
        ),
        (BODY, "reports/浙江省/台州市/临海市总结.txt", {}, ("331082", "inferred", "file or folder name")),
        (BODY * 8 + "临海市有小学20所，临海市还有初中9所。\n" + BODY * 8, "reports/one.txt", {}, ("331082", "inferred", "places named")),
        (
            "全市寄宿制学校建设现场推进会在临海市召开\n" + BODY * 8 + "会前,台州学院与临海市人民政府签了协议。\n(台州市教育局供稿)\n",
            "reports/one.txt",
            {},
            ("331000", "stated", "signature"),
        ),
        (
            "定西市教育局\n关于转发《临海市教育局工作报告》的通知\n附件\n我市教育有进步。\n" + BODY * 8,
            "reports/one.txt",
            {},
            ("331082", "stated", "forwarded paper"),
        ),
        ("台州年鉴(2021)\n教育\n【概况】2020年,临海市有小学3所,临海市比温岭市多1所。\n" + BODY, "reports/one.txt", {}, ("331082", "inferred", "places named")),
        ("浙江省教育厅\n首页 | 机构 | 公开\n临海:办好村里的学校\n" + BODY, "reports/one.txt", {}, ("331082", "stated", "head")),
        ("2022年工作总结 " + BODY.strip() * 12 + "临海市教育局 2023年1月5日", "reports/one.txt", {}, ("331082", "stated", "signature")),
        ("陕西省教育厅\n关于眉县学前教育的反馈意见\n\n眉县人民政府:\n你县学前教育有进步。\n", "reports/one.txt", {}, ("610326", "stated", "addressee")),
        ("督 导 反 馈 书\n发出:台州市人民政府教育督导室\n送达:临海市人民政府\n县里教育有进步。\n", "reports/one.txt", {}, ("331082", "stated", "addressee")),
        ("今年以来眉县教育有进步。眉县教育局发放问卷。\n" + BODY, "reports/one.txt", {}, ("610326", "stated", "head")),
        ("今年建成县城小学,提高县级统筹,代县长走访。\n" + BODY, "reports/one.txt", {}, ("", "none", "no clue")),
        (BODY, "reports/one.txt", {}, ("", "none", "no clue")),
    ],
    ids=lambda x: x[2] if isinstance(x, tuple) else "",
)
def test_each_clue_settles_the_region(text: str, path: str, known: dict[str, str], expected: tuple[str, str, str]) -> None:
    """One clue is enough, and the document says which it was."""
    assert home(text, path, **known) == expected


def test_short_names_in_a_closed_list_are_places() -> None:
    """长沙、娄底、怀化等地 names three cities, the first of which shares its short name with a county in it."""
    mentions = told("长沙、娄底、怀化等地前来考察。", region="430922").finding.mentions
    assert {thing.key for thing, _ in mentions} == {"430100", "431300", "431200"}


@pytest.mark.parametrize(
    ("text", "path", "known", "code"),
    [
        ("台州市信息公开平台 · 临海市\n发布机构:临海市教育局\n名称:临海市教育局关于2022年工作的总结\n" + BODY, "reports/one.txt", {}, "331082"),
        ("临海市2022年教育工作总结\n" + BODY, "台州市/椒江区.txt", {}, "331082"),
        ("【浙江省教育厅·经验交流】\n\n临海市：办好家门口的学校\n\n" + BODY, "reports/one.txt", {}, "331082"),
        (
            "浙江省教育厅\nZHEJIANG EDUCATION\n请输入关键字 搜索\n首页 机构 新闻 公开 服务 互动 数据\n当前位置 市县传真 典型经验\n学习园地 第九期\n编读往来\n"
            "典型经验 | 临海市：办好家门口的学校\n信息来源：临海市教育局 发布时间：2023-12-08\n\n" + BODY,
            "reports/one.txt",
            {},
            "331082",
        ),
        (
            "台州日报　数字报\n2023年12月08日　星期五　返回首页　|　版面导航　|　标题导航\n\n放学后的校园也精彩\n\n□本报记者　某某\n\n"
            + BODY
            + "2020年9月，临海市成立教育集团。区里推出课程1260门，今年3月临海市又添了教室。\n\n"
            "本版导读：▲我市12名教师获评先进\n版权所有　台州日报社　未经授权不得转载\n",
            "reports/one.txt",
            {},
            "331082",
        ),
        ("临海市2022年教育工作总结\n" + BODY, "reports/one.txt", {"region": "浙江省/台州市/温岭市"}, "331081"),
        (BODY * 8 + "临海市有小学20所，临海市还有初中9所。\n" + BODY * 8, "浙江省/one.txt", {}, "331082"),
        (BODY * 8 + "临海市有小学20所，临海市还有初中9所。\n" + BODY * 8, "云南省/one.txt", {}, "530000"),
    ],
    ids=[
        "title behind a label over the platform of its city",
        "title over file name",
        "title over the column it stands in",
        "title far below the head of a site",
        "text over the paper of its city",
        "manifest over title",
        "text inside the folder's province",
        "folder over names in the text",
    ],
)
def test_clues_have_an_order(text: str, path: str, known: dict[str, str], code: str) -> None:
    """What the user says wins over the title, the title over the path, the path over what the text happens to name, save a place inside it."""
    assert home(text, path, **known)[0] == code
