"""The pages of the served explorer that show the graph itself, asked over HTTP."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path

import graphs
import pytest
from conftest import Run
from served import Served, put, served

from kg import output
from kg.serve.pages import safe_cell


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Served]:
    """A server of the seeds' graph."""
    with served(built) as found:
        yield found


@pytest.mark.parametrize("path", ["/", "/facts", "/documents", "/id/region/150300", "/id/measure/group-schooling"])
def test_pages_are_safe_and_bilingual(server: Served, path: str) -> None:
    """Every page forbids scripts from elsewhere, and comes in Chinese and in English."""
    found = server.get(path)
    assert found.status == 200
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert 'lang="zh-CN"' in found.text
    assert 'lang="en"' in server.get(f"{path}?lang=en").text


def test_every_iri_has_its_page(server: Served) -> None:
    """A place, a fact and a unit have pages; a document's IRI leads to its text; a name of nothing is 404 with similar names."""
    place = server.get("/id/region/652829")
    assert "博湖县" in place.text
    fact = place.text.partition('class="link permanent" href="')[2].partition('"')[0]
    assert server.get(fact).status == 200
    assert server.get("/id/unit/所").status == 200
    to = server.get("/id/document/seeds/004_c0f40378ba5061d4.txt")
    assert (to.status, to.headers["Location"]) == (303, "/documents/seeds/004_c0f40378ba5061d4.txt")
    lost = server.get("/id/measure/集团化办学")
    assert lost.status == 404
    assert "/id/measure/group-schooling" in lost.text


def test_turtle_by_content_negotiation(server: Served) -> None:
    """Who asks for Turtle gets the statements about the thing."""
    found = server.get("/id/region/652829", Accept="text/turtle")
    assert found.headers["Content-Type"].startswith("text/turtle")
    assert "博湖县" in found.text


def test_facts_are_filtered_sorted_and_saved(server: Served) -> None:
    """The CSV holds the rows asked for and opens in a spreadsheet; planned is told from done, withheld figures have no number."""
    data = server.get("/facts?place=region/150300&kind=Outcome&sort=value&format=csv").body
    assert data.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    values = [float(row["number"]) for row in rows]
    assert values == sorted(values)
    assert {row["subject"] for row in rows} == {"乌海市"}
    hidden = list(csv.DictReader(io.StringIO(server.get("/facts?kind=Withheld&format=csv").body.decode("utf-8-sig"))))
    assert {(row["value"], row["number"]) for row in hidden} == {("原文隐去", "")}


def test_a_document_marks_its_facts(server: Served) -> None:
    """Each fact has a mark in the text, each mark leads to its fact."""
    page = server.get("/documents/seeds/004_c0f40378ba5061d4.txt").text
    keys = [part.partition('"')[0] for part in page.split('id="f-')[1:]]
    assert len(keys) > 100
    assert all(f'href="#t-{key}"' in page for key in keys)
    assert "5289" in page.partition("<mark")[2]


def test_what_is_nowhere(server: Served) -> None:
    """An address of nothing, a page beyond the last and a filter that fits nothing have states of their own."""
    assert server.get("/nothing").status == 404
    assert server.get("/documents/nothing.txt").status == 404
    assert "没有符合条件的事实" in server.get("/facts?page=99999").text
    assert "没有符合条件的事实" in server.get("/facts?place=region/000000").text
    assert server.get("/static/x/../../cli.py").status == 404


ODD = [
    "/facts?year=99999999999999999999",
    "/facts?year=²",
    "/api/facts?year=①",
    "/timeline?year=²",
    f"/facts?page={'9' * 5000}",
    f"/documents?page={'9' * 5000}",
    f"/static/v/{'a' * 300}.js",
    "/facts?words=%22%22*%00(",
    "/search?q=NEAR(",
    "//example.org/a",
    "/id/%00",
    "/facts?sort=nothing&down=1",
]


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:30])
def test_odd_addresses_have_an_answer(server: Served, path: str) -> None:
    """Numbers that are none, names of nothing and searches for marks are answered, under the rules of safety; no link leads off the site."""
    found = server.get(f"/{path.lstrip('/')}" if not path.startswith("//") else path)
    assert found.status < 500
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert 'href="//' not in found.text


def test_only_this_machine_is_answered(server: Served) -> None:
    """A request that calls the server by another name gets nothing, so that no page from elsewhere can ask by a name bound to this address."""
    assert server.get("/", Host="example.org").status == 400
    assert server.get("/api/search?q=双减", Host="example.org:80").status == 400
    assert server.get("/", Host="localhost").status == 200


def test_a_whole_table_is_saved(server: Served) -> None:
    """The CSV of all facts has as many rows as the page says."""
    rows = list(csv.DictReader(io.StringIO(server.get("/facts?format=csv").body.decode("utf-8-sig"))))
    assert f"共 {len(rows):,} 条" in server.get("/facts").text
    assert len({row["iri"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "path", ["/facts?format=csv", "/facts", "/api/search?q=%E6%95%99", "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%20200"]
)
def test_answers_are_compressed_for_those_who_take_it(server: Served, path: str) -> None:
    """A browser that accepts gzip gets a long answer in fewer bytes, and what they hold is what others get."""
    plain, packed = server.get(path), server.get(path, **{"Accept-Encoding": "gzip"})
    assert plain.headers.get("Content-Encoding") is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2


def test_formulas_are_no_formulas() -> None:
    """A cell that a spreadsheet would take for a formula is saved as a text, a negative number as a number."""
    assert [safe_cell(cell) for cell in ("=1+1", " =1", "＝1", "+1", "@a", "-1+1", "-1.5", "3%", "")] == [
        "'=1+1",
        "' =1",
        "'＝1",
        "'+1",
        "'@a",
        "'-1+1",
        "-1.5",
        "3%",
        "",
    ]


def test_names_with_signs_have_pages(tmp_path: Path, run_kg: Run) -> None:
    """A document whose name holds percent and question marks is found by its link, and so is its page in the other language."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "100%25?#é.txt").write_text("临海市教育工作总结\n2022年，全市新建学校3所。\n", "utf-8")
    assert run_kg("build", tmp_path / "texts", "-o", tmp_path / "out").returncode == 0
    with served(tmp_path / "out") as server:
        link = re.findall(r'href="(/documents/[^"]+)"', server.get("/documents").text)[0]
        page = server.get(link)
        assert page.status == 200
        other = re.findall(r'id="lang" href="([^"]+)"', page.text)[0]
        assert 'lang="en"' in server.get(other).text


def test_a_build_at_work_is_told(tmp_path: Path) -> None:
    """While a build is being made pages show the last one and say so; a killed one is not spoken of."""
    out = put(graphs.sample(), tmp_path / "out")
    said = "图谱正在重新生成"
    with served(out) as server:
        with output.begin(out):
            assert said in server.get("/").text
            assert server.get("/facts").status == 200
        (out / "store" / "build-99").mkdir()
        assert said not in server.get("/").text
