"""The explorer's index: the same after increments as after a fresh build, and found in it what people type."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kg.index import match, pairs
from kg.output import current
from kg.pipeline import build

REPORT = (
    "临海市教育局关于优质均衡发展情况的报告\n2022年，全市投入3.{number}亿元，新建学校{number}所，大力推进集团化办学。\n临海市第{name}中学托管西岭镇中学。\n"
)
NAMES = "〇一二三四五六七"
# What an index says, by names and without the numbers that rows happen to have.
SAID = (
    "SELECT iri, title, date, facts, (SELECT iri FROM thing WHERE id = region) FROM document ORDER BY iri",
    "SELECT iri, type, label, facts, said FROM thing ORDER BY iri",
    "SELECT thing.iri, alias.label FROM alias JOIN thing ON thing.id = thing GROUP BY 1, 2 ORDER BY 1, 2",
    """SELECT fact_text.iri, kind, status, value, (SELECT iri FROM thing WHERE id = subject), (SELECT iri FROM thing WHERE id = object),
       (SELECT iri FROM thing WHERE id = place), more FROM fact JOIN fact_text ON fact_text.fact = fact.id ORDER BY 1""",
    "SELECT iri, start, end, exact FROM quote JOIN fact_text USING (fact) ORDER BY 1, 2",
    "SELECT thing.iri, start FROM mention JOIN thing ON thing.id = thing ORDER BY 1, 2",
)


def report(number: int) -> str:
    """The text of one report."""
    return REPORT.format(number=number, name=NAMES[number])


def said(out: Path) -> list[list[tuple[object, ...]]]:
    """All that the index of a folder says."""
    with sqlite3.connect(current(out).index) as db:
        return [db.execute(sql).fetchall() for sql in SAID]


def hits(out: Path, query: str) -> set[str]:
    """The labels of the things found."""
    with sqlite3.connect(current(out).index) as db:
        return {row[0] for row in db.execute("SELECT label FROM thing WHERE id IN (SELECT rowid FROM thing_pairs WHERE thing_pairs MATCH ?)", (match(query),))}


def test_increments_leave_what_a_fresh_build_gives(tmp_path: Path) -> None:
    """Documents added, changed and removed leave the index that a build from nothing makes, search included."""
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(1, 5):
        (texts / f"{number}.txt").write_text(report(number), "utf-8")
    build([texts], tmp_path / "out")
    assert "临海市第三中学" in hits(tmp_path / "out", "第三中")
    (texts / "3.txt").unlink()
    (texts / "4.txt").write_text(report(7), "utf-8")
    (texts / "5.txt").write_text(report(5), "utf-8")
    build([texts], tmp_path / "out")
    build([texts], tmp_path / "fresh")
    assert said(tmp_path / "out") == said(tmp_path / "fresh")
    assert hits(tmp_path / "out", "第三中") == set()
    assert "临海市第七中学" in hits(tmp_path / "out", "七中学")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("双减", "落实“双减”政策"),
        ("義務教育", "义务教育"),
        ("５＋２", "5+2课后服务"),
        ("校聘", "县管校聘改革"),
        ("减", "双减"),
        ("KIMI", "kimi club 社团"),
    ],
)
def test_what_is_typed_is_found(query: str, text: str) -> None:
    """Any part of a text is found, whatever the width, script or quotation marks."""
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(body, tokenize='unicode61 remove_diacritics 0')")
        db.execute("INSERT INTO texts VALUES(?)", (pairs(text),))
        assert db.execute("SELECT COUNT(*) FROM texts WHERE texts MATCH ?", (match(query),)).fetchone() == (1,)


def test_what_cannot_be_searched_for() -> None:
    """Blanks and marks alone ask for nothing."""
    assert [match(text) for text in ("", "  ", '"', "——", "()*")] == [""] * 5
