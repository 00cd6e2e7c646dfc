"""The pages that set facts side by side, asked over HTTP: nothing that may not be compared is, and nothing is added up."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from served import Served, served

from kg.serve import charts

PLAN = """博湖县<img src=x onerror=alert(1)>2021年教育工作计划
(2021年3月1日)
到2023年,全县义务教育巩固率达到98%以上。计划到2023年全县在校生控制在5000人以内。到2025年,教师培训经费提高到300万元。到2023年,学前三年毛入园率达到xx%。
到2022年,推行县管校聘改革。到2022年,全面推行集团化办学。计划到2024年,学前教育普及普惠率达到90%。
力争高中阶段毛入学率达到95%以上。
"""
REPORT = """博湖县2023年教育工作总结
(2023年12月20日)
2023年,全县义务教育巩固率达98.5%。2023年全县在校生5289人。2023年,学前三年毛入园率达到96%。高中阶段毛入学率达到94%。
全面推行<script>alert(1)</script>县管校聘改革。集团化办学尚未启动。
博湖县第一小学开展“5+2”课后服务。
"""
OTHER = """焉耆回族自治县2022年教育工作总结
(2022年12月20日)
2022年,全县义务教育巩固率达97.1%。2021年,全县义务教育巩固率达96.8%。2020年全县义务教育巩固率达95.0%。2022年全县在校生1.8万人。
全面推行县管校聘改革。
"""
PAGES = (
    "/matrix",
    "/indicators",
    "/indicators?indicator=indicator/students-count",
    "/timeline",
    "/spread",
    "/spread?measure=measure/teacher-rotation",
    "/promises",
)


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Served]:
    """A server of the seeds' graph."""
    with served(built) as found:
        yield found


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory, run_kg: Run) -> Iterator[Served]:
    """A server of two counties: what one planned in 2021 and said in 2023, and its neighbour's figures of three years."""
    folder = tmp_path_factory.mktemp("counties")
    for name, text in (("plan", PLAN), ("report", REPORT), ("other", OTHER)):
        (folder / "texts").mkdir(exist_ok=True)
        (folder / "texts" / f"{name}.txt").write_text(text, "utf-8")
    assert run_kg("build", folder / "texts", "-o", folder / "out").returncode == 0
    with served(folder / "out") as found:
        yield found


def rows(server: Served, path: str) -> list[dict[str, Any]]:
    """The rows of a page as JSON."""
    found: list[dict[str, Any]] = server.get(path + ("&" if "?" in path else "?") + "format=json").json["rows"]
    return found


@pytest.mark.parametrize("path", PAGES)
def test_pages_come_as_page_and_data(server: Served, path: str) -> None:
    """Each page is bilingual, without style or script in its elements, and has the same rows as JSON and as CSV for a spreadsheet."""
    chinese, english = server.get(path), server.get(path + ("&" if "?" in path else "?") + "lang=en")
    assert (chinese.status, english.status) == (200, 200)
    assert 'lang="en"' in english.text
    assert not re.search(r"<[^>]+ (style|on\w+)=", chinese.text)
    data = server.get(path + ("&" if "?" in path else "?") + "format=csv").body
    assert data.startswith("\ufeff".encode())
    told = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    if path != "/promises":  # the CSV has all of them, the JSON a page
        assert len(told) == len(rows(server, path))
    assert told


# --- matrix ---


def test_a_cell_has_all_statuses_of_its_pair(server: Served) -> None:
    """乌海 runs school groups and plans more of them: both are said, and each leads to its quote."""
    said = [row["state"] for row in rows(server, "/matrix?place=region/150300") if row["measure"] == "集团化办学" and row["region"] == "乌海市"]
    assert said == ["已实施", "计划"]
    page = server.get("/matrix?place=region/150300").text
    links = re.findall(r'href="(/facts\?subject=region/150300&amp;measure=measure/group-schooling[^"]*)"', page)
    assert len(links) == 2
    for link in links:
        assert "集团化办学" in server.get(link.replace("&amp;", "&")).text.partition("<tbody>")[2]


def test_silence_is_not_absence(server: Served) -> None:
    """A county whose report does not mention a measure is told from one of which there is no report, and from a withheld figure."""
    found = {(row["region"], row["measure"]): row for row in rows(server, "/matrix")}
    assert found["博湖县", "学校布局调整"]["state"] == "未提及"
    assert found["海勃湾区", "学校布局调整"]["state"] == "无文件"
    assert found["临海市", "结对帮扶"]["state"] == "原文隐去"
    page = server.get("/matrix").text
    assert all(f'class="{kind}"' in page for kind in ("not-mentioned", "no-file", "said withheld"))


def test_what_schools_do_is_theirs(counties: Served) -> None:
    """A school's own measure stands in its county's row as the school's."""
    (said,) = [row for row in rows(counties, "/matrix?place=region/652829") if row["measure"] == "5+2课后服务"]
    assert (said["state"], said["level"]) == ("已实施", "校级")
    assert "校级" in counties.get("/matrix?place=region/652829").text.partition("<tbody>")[2]


def test_the_newest_document_comes_first(counties: Served) -> None:
    """What was planned in 2021 and is lacking in 2023 begins with 2023."""
    said = [(row["state"], row["newest"]) for row in rows(counties, "/matrix") if (row["region"], row["measure"]) == ("博湖县", "集团化办学")]
    assert said == [("未落实", "2023-12-20"), ("计划", "2021-03-01")]


def test_the_matrix_is_narrowed(server: Served) -> None:
    """By a province with all below it, and by a group of measures; where nothing is left, a sentence says so."""
    assert {row["region"] for row in rows(server, "/matrix?place=region/150000")} == {"乌海市", "乌达区", "海勃湾区", "海南区"}
    measures = {row["measure"] for row in rows(server, "/matrix?group=measure/teachers")}
    assert "教师培训" in measures
    assert "学校布局调整" not in measures
    assert "显示 13 / 13 个地区、30 /" in server.get("/matrix").text
    assert "没有可以对照的内容" in server.get("/matrix?place=region/110000").text


# --- figures ---


def standing(server: Served, indicator: str, place: str = "region/652829") -> list[dict[str, Any]]:
    """What counts as the figures of a place."""
    found: list[dict[str, Any]] = server.get(f"/indicators?indicator={indicator}&place={place}&format=json").json["standing"]
    return found


def test_pupils_of_bohu(server: Served) -> None:
    """5,289: the pupils of both stages are parts of it and do not count."""
    found = [one for one in standing(server, "indicator/students-count") if one["unit"] == "人"]
    assert [(one["subject"], one["values"]) for one in found] == [("博湖县", [5289])]
    parts = {row["said_as"]: row["counted"] for row in rows(server, "/indicators?indicator=indicator/students-count&place=region/652829")}
    assert (parts["在校生数"], parts["初中在校生数"], parts["小学在校生数"]) == (True, False, False)
    page = server.get("/indicators?indicator=indicator/students-count&place=region/652829").text
    assert "5,289人" in page
    assert "10,578" not in page


def test_recording_rooms_of_bohu(server: Served) -> None:
    """50: they are told of twice."""
    (found,) = standing(server, "indicator/recording-rooms")
    assert (found["values"], found["not_counted"]) == ([50], {"again": 1})
    assert "重复表述 1" in server.get("/indicators?indicator=indicator/recording-rooms&place=region/652829").text


def test_nothing_is_mixed(server: Served) -> None:
    """Money of a year, since 2019 and at least so much stand in groups of their own, sums per head and withheld ones are no bars of them."""
    found = server.get("/indicators?indicator=indicator/funding-input&format=json").json["standing"]
    kinds = {(one["subject"], one["quantity_kind"], one["comparators"][0]): one["values"] for one in found if one["indicator"].endswith("/funding-input")}
    assert kinds["乌海市", "Cumulative", "eq"] == [389_000_000]
    assert kinds["博湖县", "Cumulative", "ge"] == [190_000_000]
    assert sorted(kinds["博湖县", "Flow", "eq"]) == [300_000, 8_050_000, 20_000_000]  # three sums, not one
    page = server.get("/indicators?indicator=indicator/funding-input").text
    for section in page.split('<section class="charted">')[1:]:
        chart = section.partition("<svg")[2].partition("</svg>")[0]
        assert not ("3.89亿" in chart and ("9亿元" in chart.replace("3.89亿元", "") or "≥" in chart))
    assert 'class="withheld"' in page
    assert not any(one["subject"] == "临海市" for one in found)


def test_years_make_a_line(counties: Served) -> None:
    """Three years of a county are a line with its numbers; a target is hollow and no line goes to it."""
    page = counties.get("/indicators?indicator=indicator/retention-rate").text
    assert page.count('class="line-of s0"') >= 2
    assert all(text in page for text in ("95%", "96.8%", "97.1%", "98.5%"))
    assert 'class="amount target"' in page
    assert "≥ 98%" in page


# --- time ---


def test_timeline_leads_to_facts(server: Served) -> None:
    """The number of each part is the number of facts it leads to; facts of unknown year are said."""
    page = server.get("/timeline?place=region/650000").text  # a province that no document names
    links = re.findall(r'<td class="figure"><a href="(/facts\?[^"]+)">([\d,]+)</a>', page)
    assert links
    for link, count in links[:6]:
        assert f"共 {count} 条" in server.get(link.replace("&amp;", "&")).text
    assert "条事实年份不明" in server.get("/timeline").text
    assert "没有符合条件的事实" in server.get("/timeline?place=region/110000").text


def test_timeline_of_a_measure(server: Served) -> None:
    """Its parts hold the facts of the measure, and so does where they lead."""
    page = server.get("/timeline?measure=measure/teacher-rotation").text
    links = re.findall(r'<td class="figure"><a href="(/facts\?[^"]+)">([\d,]+)</a>', page)
    assert links
    for link, count in links:
        assert f"共 {count} 条" in server.get(link.replace("&amp;", "&")).text


def test_a_measure_spreads(counties: Served) -> None:
    """Two counties have it done, in 2022 and 2023; squares stand under their province with the year in them."""
    path = "/spread?measure=measure/county-manage-school-hire"
    data = counties.get(f"{path}&format=json").json
    assert data["curve"] == [[2022, 1], [2023, 2]]
    assert [(row["region"], row["first_year"], row["state"]) for row in data["rows"]] == [("焉耆回族自治县", 2022, "已实施"), ("博湖县", 2023, "已实施")]
    page = counties.get(path).text
    tiles = re.findall(r'class="tile y\d"', page.partition('class="provinces"')[2])
    assert len(tiles) == 2
    assert "<h3>新疆维吾尔自治区</h3>" in page


# --- promises ---


def test_promises(counties: Served) -> None:
    """At least and at most are told apart, what is due or not, withheld or not said at all."""
    found = {row["promise"]: (row["verdict"], row["later_on"]) for row in rows(counties, "/promises")}
    assert found == {
        "九年义务教育巩固率": ("已兑现", "2023-12-20"),  # 98.5, at least 98
        "在校生数": ("未兑现", "2023-12-20"),  # 5,289, at most 5,000
        "学前三年毛入园率": ("无法判断", "2023-12-20"),  # the target is xx
        "毛入学率": ("尚不知", "2023-12-20"),  # 94, at least 95, but by when?
        "学前教育普及普惠率": ("尚不知", ""),
        "教师培训经费": ("尚不知", ""),
        "县管校聘": ("已兑现", "2023-12-20"),
        "集团化办学": ("未兑现", "2023-12-20"),
    }
    page = counties.get("/promises?verdict=kept").text
    assert page.count('<article class="pledge') == 2
    assert page.count('class="reference"') == 4  # both quotes of each
    assert "98%以上" in page and "98.5%" in page


def test_one_report_keeps_no_promise_of_its_own(server: Served) -> None:
    """No target of the seeds has a later document of the same place: nothing is kept, nothing is broken."""
    counts = server.get("/promises?format=json").json["counts"]
    assert (counts["kept"], counts["broken"]) == (0, 0)
    assert counts["open"] > 100
    assert "没有符合条件的目标或计划" in server.get("/promises?verdict=kept").text


# --- safety ---


def test_markup_in_texts_stays_text(counties: Served) -> None:
    """Titles and quotes with tags are shown as they are written."""
    page = counties.get("/promises").text
    assert "<img" not in page
    assert "<script>alert" not in page
    assert "&lt;img src=x" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    hostile = '"><script>alert(1)</script>'
    drawn = charts.bars(hostile, [charts.Bar(hostile, 1.0, hostile, "", f"/id/{hostile}")]) + charts.tiles(
        hostile, [charts.Tile(hostile, hostile, "y0", hostile)]
    )
    assert "<script" not in drawn


@pytest.mark.parametrize("path", ["/spread?measure=measure/nothing", "/indicators?indicator=indicator/nothing"])
def test_what_is_nowhere(server: Served, path: str) -> None:
    """A measure or indicator of nothing is not found."""
    assert server.get(path).status == 404
