"""What a page says of the document itself."""

from __future__ import annotations

import pytest
from asked import told

from kg.model import Finding

PAPER = """灵山县人民政府办公室
关于印发《灵山县优质均衡发展实施方案》的通知
灵政办〔2021〕17号

各街道办事处:
《灵山县优质均衡发展实施方案》已经研究通过,现印发给你们。依据《县域义务教育优质均衡发展督导评估办法》(教督〔2017〕6号)制定。
灵山县人民政府办公室
2021年5月26日
"""
TABLE = """标 题: | 乌海市教育局推进义务教育优质均衡发展 | |||||
索 引 号: | 11150300011554519Q/2023-00718 | 发文字号: | |||
发文机构: | 教育局 | 信息分类: | 优化营商环境 | |||
成文日期: | 公开日期: | 2023-02-01 16:30:47 | 废止日期: | 有效性: | 有效 |
乌海市教育局推进县域义务教育优质均衡发展。
"""


def finding(text: str, **known: str) -> Finding:
    """What is known of a document with this text."""
    return told(text, **known).finding


def test_a_paper_with_number_and_signature() -> None:
    """A title of two lines, the number of its own and not the one it cites, the body that signs, the date of writing."""
    found = finding(PAPER)
    assert found.title == "灵山县人民政府办公室关于印发《灵山县优质均衡发展实施方案》的通知"
    assert (found.genre, found.publisher, found.identifiers) == ("通知", "灵山县人民政府办公室", ("灵政办〔2021〕17号",))
    assert (found.issued, found.date_basis, found.date_why) == ("2021-05-26", "stated", "written")
    assert {t.label: t.identifier for t, _ in found.cites}["县域义务教育优质均衡发展督导评估办法"] == "教督〔2017〕6号"


def test_a_table_of_metadata() -> None:
    """An index number and the full name of the publisher; an empty date of writing leaves the date of publication."""
    found = finding(TABLE)
    assert (found.title, found.publisher) == ("乌海市教育局推进义务教育优质均衡发展", "乌海市教育局")
    assert found.identifiers == ("11150300011554519Q/2023-00718",)
    assert (found.issued, found.date_why) == ("2023-02-01", "published")


def test_the_date_of_writing_wins() -> None:
    """Where both dates stand, the written one is the document's, and the other is told."""
    found = finding("甲报告\n发布日期:2023-05-04 来源:博湖县教育局\n博湖县开展教研。\n博湖县教育局\n2023年4月30日\n" + "附注\n" * 3)
    assert (found.issued, found.date_why, found.publisher) == ("2023-04-30", "written; published 2023-05-04", "博湖县教育局")


HEADS = [
    (
        "靖远县人民政府\nwww.example.org\n今天是 2024年3月10日 星期日\n我县召开义务教育优质均衡\n创建工作推进会\n发布时间:2024-03-07 作者:某某 阅读:36次\n",
        "我县召开义务教育优质均衡创建工作推进会",
        "",
    ),
    (
        "规划财务处\n本站首页 | 机构概况 | 下载中心\n位置: 首页>>正文\n\n东阳市2021年教育事业统计公报\n\n2022-04-25 10:29 (点击: 12)\n",
        "东阳市2021年教育事业统计公报",
        "公报",
    ),
    (
        "信息公开 | 邮箱登录 繁体版 ENGLISH\n\n靖远县2021年教育工作要点\n时间: 2021-02-10 来源:靖远县教育局\n字号:[ 大 中 小 ]\n",
        "靖远县2021年教育工作要点",
        "要点",
    ),
    (
        "会宁县教育局-校园新闻\n\n山塬上的铃声\n——会宁县办好小规模学校侧记\n2021-05-17 09:12 来源:会宁县教育局\n",
        "山塬上的铃声——会宁县办好小规模学校侧记",
        "报道",
    ),
    (
        "甘肃省人民政府教育督导委员会\n关于印发《2021年对市级人民政府履行\n教育职责评价报告》的通知\n甘政教督〔2022〕1号\n",
        "甘肃省人民政府教育督导委员会关于印发《2021年对市级人民政府履行教育职责评价报告》的通知",
        "报告",
    ),
    (
        "公开方式:主动公开\n文号:\n成文日期:2022-08-19\n效力状态:有效\n\n对靖远县政协第6号提案的答复\n\n王某某委员:\n",
        "对靖远县政协第6号提案的答复",
        "答复",
    ),
    (
        "教育简讯\n第14期\n\n靖远县教育局办公室编\t2022年5月31日\n━━━━━━━━━━━━━━━━\n\n各乡镇补短板的新做法\n\n",
        "各乡镇补短板的新做法",
        "",
    ),
    (
        "甘肃省人民政府教育督导委员会办公室\n甘教督函〔2023〕8号\n\n关于反馈靖远县学前教育普及普惠\n督导评估意见的函\n\n靖远县人民政府:\n",
        "关于反馈靖远县学前教育普及普惠督导评估意见的函",
        "通报",
    ),
    (
        "同心协力 真抓实干\n努力办好每一所家门口的学校\n(汇报材料)\n\n各位专家:\n",
        "同心协力 真抓实干努力办好每一所家门口的学校(汇报材料)",
        "汇报",
    ),
    (
        "第9卷第4期\t山乡教育\tVol.9\n2022年8月\tHill Schools\n文章编号:1009-0000(2022)04\n\n小规模学校往何处去\n——以靖远县为例\n\n甲某1\n",
        "小规模学校往何处去——以靖远县为例",
        "",
    ),
    (
        "1\n靖远县\n学校布局调整\n工作汇报\n汇报人:县教育局\n\n2\n目录\n",
        "靖远县学校布局调整工作汇报",
        "汇报",
    ),
    (
        "靖远县创建自评\n\n靖远县创建优质均衡发展县\n\n自评报告\n\n1\n靖远县创建自评\n\n2\n靖远县创建自评\n\n3\n靖远县创建自评\n\n",
        "靖远县创建优质均衡发展县自评报告",
        "报告",
    ),
]


@pytest.mark.parametrize(("head", "title", "genre"), HEADS)
def test_titles_are_told_from_page_furniture(head: str, title: str, genre: str) -> None:
    """Site names, rows of links, breadcrumbs and departments above a title are none, and a title of several lines is whole."""
    body = "全市教育系统围绕年度目标任务抓重点、补短板、强弱项,办学条件持续改善,教师队伍结构不断优化,群众满意度稳步提升,各项工作取得新的进展。"
    found = finding(f"{head}\n{body}\n")
    assert (found.title, found.genre) == (title, genre)


def test_a_date_in_brackets_below_the_title_is_that_of_writing() -> None:
    """Feedback spoken in November and published in January is of November."""
    found = finding("督导组对靖远县的督导反馈意见\n2017-01-20 来源:教育部\n(2016年11月26日)\n靖远县办学条件有改善。\n" + "附注\n" * 8)
    assert (found.issued, found.date_why) == ("2016-11-26", "written")


DATES = [
    ("靖远县教育工作汇报\n\n靖远县开展教研。\n" + "附注\n" * 3 + "靖远县教育局\n二〇一九年四月十一日\n", "2019-04-11"),
    ("靖远乡讯\n\n靖远县的学校\n\n靖远县开展教研。\n" + "附注\n" * 3 + "二○二三年十二月出版\n", "2023-12"),
    ("靖远县教育工作汇报\n靖远县教育局\n2021.6\n\n1\n靖远县开展教研。\n" + "附注\n" * 9, "2021-06"),
    ("2022年8月\t山乡教育\n\n靖远县的小学校\n\n收稿日期:2022-03-11\n\n靖远县开展教研。\n" + "附注\n" * 9, "2022-08"),
    ("靖远县的小学校\n\n2020年8月,靖远县开展教研。\n" + "附注\n" * 9, ""),
    ("靖远县2019年工作总结 2018年,靖远县开展教研。" + "学校办得更好。" * 60 + "靖远县教育局 2019年12月26日", "2019-12-26"),
]


@pytest.mark.parametrize(("text", "issued"), DATES)
def test_dates_stand_in_many_places(text: str, issued: str) -> None:
    """Spelt out, on a slide, in the head of a journal and behind a text without line ends; not in a sentence of the text."""
    assert finding(text).issued == issued


def test_a_text_says_where_it_has_its_figures_from() -> None:
    """The school year of a report's figures, and the year from which on a report is about, hold where nothing else is said."""
    year = told("靖远县自评报告\n文中数据均取自2022学年统计报表。\n全县有教师90名。\n", region="620421")
    since = told("关于教育工作的报告\n现就2021年以来全县教育工作情况报告如下:\n新建学校9所。\n", region="620421")
    assert [f.period.edtf for facts in (year, since) for f in facts.facts if f.quantity and f.period] == ["2022-09/2023-07", "2021/"]


@pytest.mark.parametrize(
    ("title", "period"),
    [("2022年济源市教育事业概况", "2022"), ("关于2023年1—9月全市教育工作进展的通报", "2023-01/2023-09"), ("济源市2021-2022学年教育统计", "2021-09/2022-07")],
)
def test_a_title_says_what_time_its_figures_are_of(title: str, period: str) -> None:
    """A figure without time has the year, the months or the school year of a periodical report."""
    facts = told(f"{title}\n全市新建学校3所。", region="419001").facts
    assert [f.period and f.period.edtf for f in facts if f.kind == "Outcome"] == [period]


BOUNDED = [
    ("济源市办学情况\n2020年以来,共招聘教师374名。", "2020", ""),
    ("济源市办学情况\n2020年以来,共招聘教师374名。今后,到2025年新建学校3所。", "2020", "2025"),
    ("济源市办学情况\n新建学校3所。", "", ""),
]


@pytest.mark.parametrize(("text", "earliest", "latest"), BOUNDED)
def test_an_undated_text_is_bounded_by_its_own_years(text: str, earliest: str, latest: str) -> None:
    """Not before what it says was done, not after what it says is due, and open where it says neither."""
    found = finding(text)
    assert (found.issued, found.earliest, found.latest) == ("", earliest, latest)
    assert found.date_basis == ("inferred" if earliest or latest else "")


def test_the_manifest_wins() -> None:
    """What the user knows stands in the place of what the page says."""
    found = finding(PAPER, date="2021-06", publisher="某局", genre="方案", url="https://example.org/a", region="419001")
    assert (found.issued, found.date_basis, found.publisher, found.genre) == ("2021-06", "manifest", "某局", "方案")
    assert (found.source, found.home and found.home.key) == ("https://example.org/a", "419001")


def test_the_manifest_says_what_time_a_text_is_about() -> None:
    """A figure without time has the period of the manifest."""
    facts = told("济源市教育情况\n济源市新建学校3所。", period="2021/2022").facts
    assert [f.period and f.period.edtf for f in facts if f.kind == "Outcome"] == ["2021/2022"]


def test_a_sample_page_with_advertising() -> None:
    """A page that offers a text to copy is a template, one whose head sells something is spam."""
    text = "免費代寫論文|彩票開獎直播|棋牌游戲|二維碼批發|考研資料|二手車估價\n前言:本站為你精心整理了調研報告范文,希望能為你提供參考\n調研報告\n我市開展教研。\nhttp://example.org/news/1.html\n"
    found = finding(text)
    assert set(found.flags) == {"spam", "template"}
    assert found.source == "http://example.org/news/1.html"


NAMELESS = [
    ("我市推行集团化办学。", "我市"),
    ("全县推行集团化办学。", "全县"),
    ("全省率先。本区推行集团化办学。", "本区"),
    ("推行集团化办学。", "本地"),
]


@pytest.mark.parametrize(("text", "label"), NAMELESS)
def test_a_home_region_without_name_is_called_as_the_text_calls_it(text: str, label: str) -> None:
    """One region of the document, by the document's own word for it."""
    home = finding(text).home
    assert home is not None
    assert (home.kind, home.key, home.label, home.region) == ("region", "", label, "c/d.txt")


@pytest.mark.parametrize("line", ["发布日期:2023-02-31", "发布日期:2023-13-01", "发布日期:2023-00-00"])
def test_a_day_that_never_was_is_no_date(line: str) -> None:
    """A misspelled date is no date."""
    assert finding(f"博湖县教育情况\n{line}\n博湖县开展教研。").issued == ""
