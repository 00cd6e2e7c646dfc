"""Texts that a page's width has broken into lines."""

from __future__ import annotations

from asked import told

PAGES = """靖 远 县 人 民 政 府
关于义务教育均衡发展的自查报告
一、基本情况
靖远地处白银市东北部,全县国土面积大,川区和山区差别也大。现有小
学81所,另有教学点57个。在校生42316人,其中小学29874人,初中
12442人;进城务工人员随迁子女2230人。专任教师2571名,其中小
学教师1468名。
— 1 —
二、主要做法
(一)钱往学校投。尽管县里是“吃饭财政”,教育仍然优先安排,推行集
团化办学。改建、新建农村寄宿制学校22所,建成食堂64个,另有项
— 2 —
目79个正在建设。
(二)把老师留住。近年来招聘教师386名,培训教师多批,落实各项补
助,按离县城远近发放。
"""


def test_words_and_figures_are_whole_again() -> None:
    """A word broken at the end of a line counts as one, over a page's number too, and its quote is the original's with the break."""
    facts = told(PAGES, region="620421").facts
    found = {str(f.quantity.value): (f.indicator.label, f.evidence[0].exact) for f in facts if f.quantity and f.indicator}
    assert found["81"][0].endswith("小学数")
    assert "小\n学81所" in found["81"][1] and found["81"][1] in PAGES
    assert found["1468"][0] == "小学教师数"
    assert "项\n— 2 —\n目79个" in found["79"][1]
    assert {f.measure.label for f in facts if f.measure} >= {"集团化办学"}


def test_headings_and_short_lines_stay_apart() -> None:
    """A heading is none of the paragraph above it, and the title's spaced characters are one name."""
    finding = told(PAGES).finding
    assert finding.title == "靖远县人民政府关于义务教育均衡发展的自查报告"
    assert finding.home is not None
    assert finding.home.label == "靖远县"


UNEVEN = """靖远县教育局
关于第18号提案的答复

  你们提出的《关于缓解城区小学入学压力的提
案》收悉,答复如
下:
  目前全县有小学81所、初中19所,教学
点57个,在校生42316
人,其中城区五所小学就占了一大半,最大的乌兰
小学开了68个班。
  一、关于学位问题
  近三年我县筹措资金2.86亿元,其中债券资金1.5
亿元,先后建成两所小学,改扩建农村学校,
共增加学位3930个。城区教师到农村小学支教每年80人左右,时间不少于一学年,补助按月发
放。
  二、关于师资问题
  在编教师2571名,其中小学教师
1468名。
"""


def test_lines_of_uneven_width_go_on_where_paragraphs_are_indented() -> None:
    """A line that is not indented goes on with the one before, short or long; a heading of its own does not, and a matter (关于…问题) is no problem."""
    facts = told(UNEVEN, region="620421").facts
    found = {str(f.quantity.value): (f.quantity.unit, f.status) for f in facts if f.quantity}
    assert found["42316"] == ("人", "Actual")
    assert found["150000000.0"][1] == found["3930"][1] == "Actual"
    assert {f.status for f in facts} == {"Actual", "Done"}


def test_a_title_broken_inside_the_name_of_a_paper_is_whole() -> None:
    """The name of a paper that a line's end cuts is one policy."""
    text = "靖远县人民政府办公室\n关于印发《靖远县创建义务教育优质均衡\n发展县实施方案》的通知\n各镇人民政府:\n现印发你们,请抓好落实。\n"
    issued = [f for f in told(text, region="620421").facts if f.predicate == "issued" and f.object]
    assert [f.object.label for f in issued if f.object] == ["靖远县创建义务教育优质均衡发展县实施方案"]


def test_lists_of_short_lines_are_no_paragraph() -> None:
    """Lines that end where a writer ended them stay: a list of schools is not run together."""
    schools = "\n".join(f"{name}小学" for name in ("东湾", "北湾", "五合", "刘川", "糜滩", "乌兰", "大芦", "高湾", "平堡", "三滩"))
    facts = told(f"靖远县学校名单\n{schools}\n新建学校3所。", region="620421")
    labels = {thing.label for thing, _ in facts.finding.mentions if thing.kind == "institution"}
    assert all("小学" not in label.removesuffix("小学") for label in labels)


def test_blanks_inside_words_are_none() -> None:
    """A page that has scattered blanks says what it says without them, and what blanks part stays apart."""
    text = "靖远县第一小 学托 管东湾小学,各校开展课后服 务。\n记者 周某某 摄影 吴某某\n"
    facts = told(text, region="620421").facts
    assert {f.measure.label for f in facts if f.measure} == {"委托管理", "课后服务"}
    assert [(f.agent.label, f.object.label) for f in facts if f.object] == [("靖远县第一小学", "靖远县东湾小学")]


CELLS = "指标 2020年 2025年 属性 巩固率（%） 99.1 99.5 约束性 在校生（万人） 9.86 9.4 预期性 公办园在园幼儿占比（%） 47.2 ≥52 约束性"
STACKED = "专栏1 靖远县教育主要指标\n" + CELLS.replace(" ", "\n") + "\n"
SPACED = """表2 样本学校教师离岗意愿（%）
学校类型     想调入县城     无离岗打算
县城学校      6.4            93.6
乡镇学校     21.7          70.1
教 学 点     33.5         54.7
"""


def test_a_unit_on_a_line_of_its_own_belongs_to_the_head_above() -> None:
    """Heads whose units stand below them, in a table of one cell a line, give each figure its place and unit."""
    cells = "表1 各县情况 地区 小学 （所） 专任教师 （人） 大班额比例 （%） 靖远县 38 2204 0.35 会宁县 52 1986 1.82 景泰县 31 1472 0.4 平川区 36 1863 0.18"
    facts = told("白银市公报\n" + cells.replace(" ", "\n") + "\n", region="620400").facts
    found = {(f.agent.label, str(f.quantity.value), f.quantity.unit) for f in facts if f.quantity}
    assert {("靖远县", "38", "所"), ("会宁县", "1986", "人"), ("平川区", "0.18", "%")} <= found


def test_a_table_of_one_cell_a_line_is_one() -> None:
    """Where a page gives a table's cells one below the other, each figure has its row, its column's year and its unit."""
    facts = told(f"某县规划\n{STACKED}", region="620421", date="2021-12-16").facts
    found = {(str(f.quantity.value), f.quantity.unit, f.period.edtf, f.status) for f in facts if f.quantity and f.period}
    assert found == {
        ("99.1", "%", "2020", "Actual"),
        ("99.5", "%", "2025", "Target"),
        ("98600.00", "人", "2020", "Actual"),
        ("94000.0", "人", "2025", "Target"),
        ("47.2", "%", "2020", "Actual"),
        ("52", "%", "2025", "Target"),
    }


def test_a_table_of_blanks_with_its_unit_in_the_caption() -> None:
    """Blanks inside a cell do not part it, and the caption's unit is that of all figures."""
    facts = told(f"甲\n{SPACED}", region="620421").facts
    assert sorted(str(f.quantity.value) for f in facts if f.quantity and f.quantity.unit == "%") == ["21.7", "33.5", "54.7", "6.4", "70.1", "93.6"]


BROKEN = """附表 某区建设计划
单位：班、个、万元
序号\t项目名称\t性质\t规模\t学位\t总投资\t年度投资
1\t靖远县第四小学\t新
建\t36\t1620\t14800\t6200
2\t靖远县第五中学\t新建\t30\t1500\t19650\t8000
3\t靖远县第六小学\t改扩
建\t12\t540\t3860\t2100
"""


def test_a_row_broken_inside_a_cell_is_whole() -> None:
    """The rows that a line end has broken give their figures too, the last of the units above the table is that of all that are left."""
    facts = told(BROKEN, region="620421").facts
    found = {(f.agent.label, int(f.quantity.value), f.quantity.unit) for f in facts if f.quantity}
    assert {("靖远县第四小学", 36, "班"), ("靖远县第六小学", 540, "个"), ("靖远县第四小学", 62_000_000, "CNY"), ("靖远县第六小学", 38_600_000, "CNY")} <= found
    assert len(found) == 12


def test_a_table_parted_by_blanks_is_one_where_words_of_its_head_are_written_apart() -> None:
    """地  区 is one cell, and a head whose cells are closer than those of its rows has as many."""
    text = """2023年临海市教育公报
地  区    小学（所） 初中（所） 在校生（万人）
椒江区       24         17         3.35
黄岩区       29         21         2.31
路桥区       22         19         1.98
"""
    facts = told(text, region="331000").facts
    assert [(f.agent.label, f.quantity.text) for f in facts if f.quantity and f.found_by == "outcome-table"][:3] == [
        ("椒江区", "24"),
        ("椒江区", "17"),
        ("椒江区", "3.35"),
    ]
