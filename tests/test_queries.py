"""Questions that ship: what they answer over the five reports, read from the texts, and that no answer adds up what does not belong together."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from asked import graph, ontology, seeds
from conftest import ROOT, Run
from test_sums import BULLETIN, PLAN, TABLE

from kg import asked, output, queries
from kg.errors import InputError
from kg.rdf import reference_quads
from kg.store import Store

NAMES = sorted(queries.shipped())
ALONE = [name for name in NAMES if not queries.question(name).builds]
BOHU, JIYUAN, WUHAI, LINHAI = "新疆维吾尔自治区/巴音郭楞蒙古自治州/博湖县", "河南省/济源市", "内蒙古自治区/乌海市", "浙江省/台州市/临海市"
ZHONGWEI = "宁夏回族自治区/中卫市"


def answers(store: Store, name: str, columns: str, **params: str) -> list[tuple[str, ...]]:
    """The rows of a question, the named columns only, each value as text."""
    return [tuple("" if row[one] is None else str(row[one].value) for one in columns.split()) for row in asked.answer(store, name, params)]


def test_every_question_is_told_in_two_languages() -> None:
    """There are fifteen or more; each has title, explanation and parameters in Chinese and English."""
    assert len(NAMES) >= 15
    for one in queries.shipped().values():
        for said in (one.title, one.about, *(parameter.said for parameter in one.parameters)):
            assert list(said) == ["zh", "en"]
            assert re.search(r"[\u4e00-\u9fff]", said["zh"]), one.name
            assert not re.search(r"^[\u4e00-\u9fff]", said["en"]), one.name


@pytest.mark.parametrize("name", ALONE)
def test_nothing_is_said_of_an_empty_graph(name: str) -> None:
    """Neither an empty store nor one of reference data alone gives rows, and none breaks a query."""
    for store in (Store.memory(), Store.memory(reference_quads(ontology()))):
        assert list(asked.answer(store, name, {})) == []


@pytest.fixture(scope="module")
def genres() -> Store:
    """The graph of the texts of all genres."""
    folder = ROOT / "tests" / "gold" / "genres" / "texts"
    return graph({file.name: file.read_text("utf-8") for file in sorted(folder.iterdir())})


@pytest.mark.parametrize("name", ALONE)
def test_questions_over_all_genres(genres: Store, name: str) -> None:
    """Each runs with its defaults, gives each row once and always in the same order."""
    first, again = ([tuple(map(str, row)) for row in asked.answer(genres, name, {})] for _ in range(2))
    assert first == again
    assert len(first) == len({*first})


def test_most_questions_find_something(genres: Store) -> None:
    """Over the genres only what their texts do not hold is left without an answer."""
    silent = [name for name in ALONE if not list(asked.answer(genres, name, {}))]
    assert {*silent} <= {"adopters-and-others", "under", "cited", "implausible", "totals", "recognised"}


# Of the seeds: question, parameters, columns, and the rows as the texts have them.
ROWS: list[tuple[str, dict[str, str], str, list[tuple[str, ...]]]] = [
    ("adopters", {"measure": "集团化办学"}, "place status", [(WUHAI, "Done"), (WUHAI, "Planned"), (JIYUAN, "Done")]),
    ("adopters", {"measure": "集团化办学", "region": "乌海市", "status": "Planned"}, "place basis", [(WUHAI, "home")]),
    ("adopters", {"measure": "县管校聘", "status": "Done"}, "place basis", [(JIYUAN, "home"), (LINHAI, "inferred")]),
    ("spending", {"region": "博湖县"}, "year yuan", [("2020", "96980000"), ("2021", "119000000"), ("2022", "122000000"), ("2021", "100000")]),
    ("spending", {"region": "博湖县", "from": "2022"}, "indicator yuan", [("义务教育总投入", "122000000")]),
    ("spending", {"region": "乌海市"}, "yuan", []),  # 389 million since 2019 are no year's
    ("money", {"region": "乌海市"}, "yuan kind period", [("389000000", "Cumulative", "2019/")]),
    ("figures", {"region": "博湖县", "indicator": "录播教室数"}, "value unit", [("50", "间")]),
    ("figures", {"region": "博湖县", "indicator": "录播教室数", "parts": "yes"}, "value unit", [("50", "间"), ("50", "间")]),
    ("figures", {"region": "博湖县", "indicator": "工作室数"}, "value", [("16",)]),
    ("figures", {"region": BOHU, "indicator": "教职工数"}, "indicator value", [("专任教师数", "544"), ("教职工数", "746")]),
    (
        "totals", {"indicator": "教职工数", "region": "新疆维吾尔自治区"}, "indicator level total places",
        [("专任教师数", "county", "544", "1"), ("教职工数", "county", "746", "1")],
    ),
    ("totals", {"indicator": "教职工数", "region": "浙江省"}, "total", []),
    ("figures", {"indicator": "普惠性幼儿园覆盖率"}, "place value kind", [(WUHAI, "95.9", "Level")]),
    (
        "promises", {"until": "2016"}, "place what due verdict",
        [(f"{ZHONGWEI}/{one}", "义务教育均衡发展", due, "") for one, due in (("中宁县", "2014"), ("沙坡头区", "2014"), ("海原县", "2016"))],
    ),
    ("promises", {"until": "2013"}, "place", []),
    (
        "thresholds", {}, "place verdict value bound threshold",
        [(JIYUAN, "fails", "12", "ge", "20"), (WUHAI, "meets", "54", "ge", "50"), (WUHAI, "meets", "95.9", "ge", "80"), (JIYUAN, "meets", "98.45", "ge", "95")],
    ),
    ("implausible", {}, "text", []),  # 102.72 % of pupils kept can be: pupils come and go
    ("cited", {}, "title", []),
    ("from-to", {}, "place before after unit change", [(JIYUAN, "120", "12", "家", "90%")]),
    ("recognised", {}, "place status", [(WUHAI, "Planned"), (LINHAI, "Planned"), (WUHAI, "UnderWay"), (f"{WUHAI}/乌达区", "UnderWay")]),
    (
        "recognised", {"honour": "基本均衡"}, "place status period",
        [(f"{WUHAI}/乌达区", "Done", "2016"), (f"{WUHAI}/海勃湾区", "Done", "2016"), (f"{WUHAI}/海南区", "Done", "2016"), (BOHU, "Done", "2016-10")],
    ),
    ("between", {"from": "大洋中学"}, "from how to", [("临海市大洋中学", "pairedWith", "临海市尤溪中学")]),
    ("between", {"to": "大洋中学"}, "from", []),
    ("between", {"from": "第一小学"}, "how to", [("leads", "博湖县第三小学"), ("leads", "博湖县第二小学")]),
    ("mixed-statuses", {"region": "150300"}, "measure status", [
        ("学校布局调整", "Done"), ("学校布局调整", "Planned"), ("集团化办学", "Done"), ("集团化办学", "Planned"),
    ]),
    ("per-pupil", {}, "value", []),
    ("adopters-and-others", {}, "group year n mean", [("adopters", "", "1", "102.72")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "params", "columns", "rows"), ROWS, ids=[" ".join((name, *params.values())) for name, params, *_ in ROWS])
def test_questions_over_the_reports(name: str, params: dict[str, str], columns: str, rows: Sequence[tuple[str, ...]]) -> None:
    """The rows are those that the texts say."""
    assert answers(seeds(), name, columns, **params) == rows


LIMITED = [
    ("figures", {"parts": "yes"}, ("place",)),
    ("under", {"region": "新疆维吾尔自治区"}, ("where", "agent_label")),
    ("mixed-statuses", {}, ("place", "measure")),
    ("money", {}, ("place",)),
    ("promises", {"until": "2100"}, ("due",)),
]


@pytest.mark.parametrize(("name", "params", "order"), LIMITED, ids=[name for name, *_ in LIMITED])
@pytest.mark.parametrize("limit", [1, 3, 10, 10_000])
def test_a_limit_keeps_the_first(name: str, params: dict[str, str], order: tuple[str, ...], limit: int) -> None:
    """A limit keeps rows of the whole answer, in its order, and of the places (or years due) that come first in it; a large one changes nothing."""
    columns = " ".join((*order, "fact", "quote"))
    whole = answers(seeds(), name, columns, **params)
    found = answers(seeds(), name, columns, **params, limit=str(limit))
    assert len({row[len(order)] for row in whole}) > 3
    assert [row for row in whole if row in found] == found
    assert [row[: len(order)] for row in found] == [row[: len(order)] for row in whole][: len(found)]
    assert len(found) >= min(limit, len(whole))
    if name != "promises":  # which counts promises, each with all that was said later
        assert len(found) == min(limit, len(whole))


def test_a_limit_counts_only_what_is_asked_for() -> None:
    """Places that have nothing of the kind asked for do not use up the limit."""
    for kind in ("Adoption", "Outcome", "Relation"):
        assert [row for (row,) in answers(seeds(), "under", "kind", kind=kind, limit="1")] == [kind]
    assert len(answers(seeds(), "figures", "fact", limit="1")) == 1
    assert len(answers(seeds(), "figures", "fact", indicator="在校生数", parts="yes", limit="2")) == 2


def test_a_scope_names_each_restriction_once() -> None:
    """What restricts a figure stands in its scope once, however many ways lead to its indicator; without any the scope is empty."""
    for indicator in ("", "在校生数"):
        found = answers(seeds(), "figures", "indicator scope fact", indicator=indicator, parts="yes")
        assert len({fact for *_, fact in found}) == len(found)
        assert all(len({*scope.split("、")}) == len(scope.split("、")) for _, scope, _ in found)
        assert {scope for what, scope, _ in found if what == "小学在校生数"} == {"小学"}


def test_pupils_are_counted_once() -> None:
    """The 5,289 pupils of a county are neither added to those of its stages nor to a rate."""
    assert [value for what, value in answers(seeds(), "figures", "indicator value", region="博湖县") if what == "在校生数"] == ["5289"]
    assert ("在校生数", "5289", "1") in answers(seeds(), "totals", "indicator total places", indicator="在校生数")
    parts = answers(seeds(), "figures", "indicator value", region="博湖县", indicator="在校生数", parts="yes")
    assert {("初中在校生数", "1673"), ("小学在校生数", "3616")} <= {*parts}


def test_what_is_withheld() -> None:
    """Masked figures are listed without a value, all of the one report that masks."""
    found = answers(seeds(), "withheld", "place text unit quote")
    assert {place for place, *_ in found} == {LINHAI}
    assert [text for _, text, unit, quote in found if unit == "CNY" and "年度计划投资" in quote] == ["xxxx万元"]
    assert {text for _, text, _, quote in found if "占全市初中学生总数" in quote} == {"x所", "xx.x%"}


def test_shared_measures() -> None:
    """A measure done in three of the reports names each place once; reports whose place is only inferred do not count."""
    found = {measure: places.split("、") for measure, places in answers(seeds(), "shared-measures", "measure places")}
    assert {*found["教师招聘补充"]} == {WUHAI, BOHU, JIYUAN}
    assert {*found["集团化办学"]} == {WUHAI, JIYUAN}
    assert all(LINHAI not in places for places in found.values())
    assert "河南省" not in found.get("作业管理", [])  # 济源市 is part of it
    assert {n for (n,) in answers(seeds(), "shared-measures", "n", least="3")} == {"3"}


def test_problems_without_a_recommendation() -> None:
    """A problem that a later section answers is not listed; one that nothing answers is."""
    quotes = {quote for _, quote in answers(seeds(), "unanswered", "place quote")}
    assert "群众的满意度长期偏低" in quotes
    assert "校网布局还不够合理" not in quotes  # answered by 实施校网布局优化行动
    assert "一是优质教育资源配置不充分。" not in quotes


def test_everything_under_a_province() -> None:
    """Facts of the county and its schools come with the province, by name and by code, and none of elsewhere."""
    found = answers(seeds(), "under", "where agent_label kind fact")
    assert {where for where, *_ in found} == {BOHU}
    assert {"博湖县", "博湖县第一小学"} <= {agent for _, agent, *_ in found}
    assert {"Adoption", "Outcome", "Relation"} <= {kind for *_, kind, _ in found}
    assert answers(seeds(), "under", "where agent_label kind fact", region="650000") == found
    assert answers(seeds(), "under", "fact", region="浙江省", kind="Outcome") == []  # all its figures are masked


def test_why_the_graph_says_so() -> None:
    """A fact of any question is traced to document, offsets and rule, and the offsets give the quote."""
    ((fact,),) = answers(seeds(), "from-to", "fact")
    ((document, start, end, quote, rule),) = answers(seeds(), "why", "document start end quote rule", fact=fact)
    text = (ROOT / "seeds" / Path(document).name).read_text("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    assert text[int(start) : int(end)] == quote
    assert "由原来的120家压减为12家" in quote
    assert rule


# ---- invented counties: what the seeds do not hold


@pytest.fixture(scope="module")
def counties() -> Store:
    """The graph of a bulletin, a report and a table."""
    return graph({"a.txt": BULLETIN, "b.txt": PLAN, "c.txt": TABLE})


def test_totals_over_counties(counties: Store) -> None:
    """Pupils of counties are added, neither the parts of a table's total beside it, nor changes, nor rates."""
    found = answers(counties, "totals", "indicator level span total places", indicator="在校生数")
    assert found == [("在校生数", "county", "2022", str(183_000 + 91_000 + 100_000), "3")]


def test_money_stays_apart(counties: Store) -> None:
    """A year's money is neither planned, nor over years, nor for each pupil or month."""
    yearly = {place.rpartition("/")[2]: yuan for place, yuan in answers(counties, "spending", "place yuan")}
    assert yearly == {"合浦县": "520000000", "灵山县": "1260000000"}
    assert {value for (value,) in answers(counties, "per-pupil", "value")} == {"1980", "500"}
    kinds = {(yuan, kind, per) for yuan, kind, per in answers(counties, "money", "yuan kind per") if yuan in ("300", "500", "1980")}
    assert {kind for _, kind, _ in kinds} == {"Norm"}


def test_coverage_is_one_figure(counties: Store) -> None:
    """The official rate stands once; its change in points is of another kind."""
    found = answers(counties, "figures", "indicator kind value", indicator="普惠性幼儿园覆盖率")
    assert [value for name, kind, value in found if (name, kind) == ("普惠性幼儿园覆盖率", "Level")] == ["90.2"]


GOAL = "灵山县2021年教育工作计划\n2021年1月5日\n一、普及\n到2022年底,九年义务教育巩固率达到96%以上。\n二、学前\n到2022年底,普惠性幼儿园覆盖率达到90%以上。\n"
KEPT = "灵山县2022年教育工作总结\n2022年12月30日\n2022年,全县九年义务教育巩固率为97%,普惠性幼儿园覆盖率为85%。\n"


def test_promises_are_held_against_later_documents() -> None:
    """A target that a later report reaches is kept, one that it misses when due is short; an earlier report decides nothing."""
    store = graph({"goal.txt": GOAL, "kept.txt": KEPT})
    found = dict(answers(store, "promises", "what verdict", until="2022"))
    assert (found["九年义务教育巩固率"], found["普惠性幼儿园覆盖率"]) == ("kept", "short")
    earlier = graph({"goal.txt": GOAL, "kept.txt": KEPT.replace("2022", "2020")})
    assert {verdict for _, verdict in answers(earlier, "promises", "what verdict", until="2022")} == {""}


def test_policies_cited_by_two() -> None:
    """A policy cited in two documents counts both; a document of the same content is no second one."""
    text = "{}教育局2022年工作总结\n根据《中小学校岗位设置管理办法》,全县学校规范管理。\n"
    store = graph({"a.txt": text.format("灵山县"), "b.txt": text.format("合浦县")})
    assert answers(store, "cited", "title n") == [("中小学校岗位设置管理办法", "2")]
    assert answers(store, "cited", "title", least="3") == []


def test_figures_that_cannot_be_right() -> None:
    """A share above one hundred is listed with its flag."""
    store = graph({"a.txt": "灵山县2022年教育工作总结\n2022年,全县普惠性幼儿园覆盖率为190.2%。\n"})
    assert answers(store, "implausible", "text flag") == [("190.2%", "out-of-bounds")]


def test_adopters_and_others_say_how_many() -> None:
    """Each group has its number of places and a warning, year by year; a place that is not known to do it is with the others."""
    texts = {
        f"{n}.txt": f"{place}2022年教育工作总结\n2022年12月30日\n2022年,{did}全县九年义务教育巩固率为{rate}%。\n"
        for n, (place, did, rate) in enumerate([("灵山县", "全面推行集团化办学。", 97), ("合浦县", "全面推行集团化办学。", 95), ("玉州区", "", 91)])
    }
    texts["old.txt"] = "福绵区2019年教育工作总结\n2019年12月30日\n2019年,全县九年义务教育巩固率为80%。\n"
    found = answers(graph(texts), "adopters-and-others", "year group n mean warning")
    assert [row[:4] for row in found] == [("2019", "others", "1", "80"), ("2022", "adopters", "2", "96"), ("2022", "others", "1", "91")]
    assert all("no cause" in row[4] for row in found)


# ---- two builds


def test_changes_between_builds(tmp_path: Path, run_kg: Run) -> None:
    """What came, went and is said otherwise is listed with both sayings; the same build has no changes."""
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "a.txt").write_text("灵山县2022年教育工作总结\n全面推行集团化办学。2022年,新建学校3所。\n", "utf-8")
    (tmp_path / "c" / "b.txt").write_text("合浦县2022年教育工作总结\n2022年,新建学校5所。\n", "utf-8")
    assert run_kg("build", "c", "-o", "old", cwd=tmp_path).returncode == 0
    (tmp_path / "c" / "a.txt").write_text("灵山县2022年教育工作总结\n全面推行集团化办学。2022年,新建学校4所。\n", "utf-8")
    (tmp_path / "c" / "b.txt").unlink()
    assert run_kg("build", "c", "-o", "new", cwd=tmp_path).returncode == 0

    def changed(before: str, out: str) -> list[list[str]]:
        result = run_kg("query", "--name", "changes", "--param", f"before={before}", "-o", out, "--format", "csv", cwd=tmp_path)
        assert (result.returncode, result.stderr) == (0, "")
        return [row[:6] for row in csv.reader(io.StringIO(result.stdout))][1:]

    assert changed("new", "new") == []
    found = changed("old", "new")
    assert ["changed", "灵山县", "Outcome", "新建改扩建学校数", "Actual 3所 2022", "Actual 4所 2022"] in found
    assert ["went", "合浦县", "Outcome", "新建改扩建学校数", "Actual 5所 2022", ""] in found
    assert [row[3] for row in found if row[2] == "Outcome"] == ["新建改扩建学校数"] * 2
    assert all(row[3] != "集团化办学" for row in found)
    assert {row[0] for row in changed("new", "old")} == {"changed", "came"}


def test_changes_hold_what_differs(tmp_path: Path, run_kg: Run) -> None:
    """Of two builds only the facts that one of them lacks are put side by side, with their quotes, documents and names."""
    (tmp_path / "c").mkdir()
    for number in range(3):
        (tmp_path / "c" / f"{number}.txt").write_text(f"灵山县202{number}年教育工作总结\n202{number}年,新建学校{number + 3}所。建成食堂9个。\n", "utf-8")
    assert run_kg("build", "c", "-o", "old", cwd=tmp_path).returncode == 0
    (tmp_path / "c" / "1.txt").write_text("灵山县2021年教育工作总结\n2021年,新建学校8所。建成食堂9个。\n", "utf-8")
    assert run_kg("build", "c", "-o", "new", cwd=tmp_path).returncode == 0
    now, before = (Store.open(output.current(tmp_path / name).graph) for name in ("new", "old"))
    store = asked.differences(now, {"before": before})
    rows = store.query("SELECT ?g ?path ?quote { GRAPH ?g { ?fact edu:key ?key ; edu:evidence ?e . ?e oa:exact ?quote ; oa:hasSource/edu:path ?path } }")
    held = {(row["g"].value, Path(row["path"].value).name, row["quote"].value) for row in rows}
    now.close()
    before.close()
    assert held == {("urn:build:now", "1.txt", "2021年,新建学校8所。"), ("urn:build:before", "1.txt", "2021年,新建学校4所。")}


def test_changes_need_a_build_before(tmp_path: Path, built: Path, run_kg: Run) -> None:
    """Without the other folder, or with one that holds none, the call says what to do."""
    for params, said in ([], "before is not given"), (["--param", f"before={tmp_path}"], "no graph has been built there"):
        result = run_kg("query", "--name", "changes", *params, "-o", built)
        assert (result.returncode, result.stderr.count("\n")) == (2, 1)
        assert said in result.stderr


# ---- parameters


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("promises", {"until": "soon"}, "until=soon is not a year of four digits; write --param until=..."),
        ("cited", {"least": "-1"}, "least=-1 is not a whole number"),
        ("why", {"fact": "not an iri"}, "fact=not an iri is not an IRI"),
        ("adopters", {"mesure": "x"}, "mesure is not a parameter of adopters; it takes --param measure=..., --param status=..., --param region=..."),
        ("nothing", {}, "no query that ships is called 'nothing'; there are adopters, "),
    ],
)
def test_wrong_parameters(name: str, given: dict[str, str], said: str) -> None:
    """What a question does not take is refused with what it takes."""
    with pytest.raises(InputError) as error:
        asked.answer(seeds(), name, given)
    assert str(error.value).startswith(said)


@pytest.mark.parametrize("value", ['" } #', "\\", "'; DROP ALL", "\n", '"@zh ?x { {{region}} }'])
def test_values_are_only_values(value: str) -> None:
    """No value, however it is written, becomes a part of the query."""
    assert answers(seeds(), "adopters", "place", measure=value, region=value) == []


def test_questions_are_listed(run_kg: Run) -> None:
    """--list names every question with titles and defaults, and explains the one that is named."""
    lines = run_kg("query", "--list").stdout.splitlines()
    assert [line.split("  ")[0] for line in lines if not line.startswith(" ")] == NAMES
    assert "  --param measure=集团化办学  举措的名称,中文或英文 / name of the measure, Chinese or English" in lines
    one = run_kg("query", "--list", "--name", "adopters-and-others").stdout
    assert "This is no cause" in one
    assert "不说明因果" in one
