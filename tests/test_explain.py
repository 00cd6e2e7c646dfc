"""Sentence by sentence: what a document gave, and what it left open."""

from __future__ import annotations

import csv
from pathlib import Path

from asked import ontology
from conftest import Run

from kg.explain import explain, sentences
from kg.extract import extract
from kg.model import Document

REPORT = """博湖县教育工作总结
博湖县全面推行集团化办学,新建学校3所。
今天天气很好。
希望小学的老师们都来了。他教了2个班。
博湖县教育局
2023年5月4日
"""
DOCUMENT = Document("c/d.txt", "d.txt", "", REPORT)


def test_every_sentence_is_there_once() -> None:
    """The sentences are the text, in order, each with its own offsets."""
    found = list(sentences(extract(DOCUMENT, ontology()), ontology()))
    assert [s.text for s in found] == [s for line in REPORT.split("\n") for s in line.replace("。", "。\n").split("\n") if s]
    assert all(REPORT[s.start : s.end] == s.text for s in found)
    assert sum(len(s.facts) for s in found) == len(extract(DOCUMENT, ontology()).facts)


def test_what_gave_nothing_is_marked() -> None:
    """A sentence that names something and gave no fact is marked with what it names, one that names nothing is not."""
    lines = list(explain(DOCUMENT, ontology()))
    assert lines[0] == "博湖县教育工作总结  [博湖县 (head); 2023-05-04 (written)]"
    assert any("Adoption 博湖县 集团化办学 Done" in line and "<measure-label vocabularies/measures.toml:" in line for line in lines)
    after = {line.split("  ", 1)[1]: lines[i + 1] for i, line in enumerate(lines[:-1]) if not line.startswith("    ")}
    assert not after["今天天气很好。"].startswith("    !")
    assert not after["希望小学的老师们都来了。"].startswith("    Adoption")


def test_coverage_and_unsettled(tmp_path: Path, run_kg: Run) -> None:
    """Both lists are of the documents built, again when nothing is new; the second can be filled in and given back."""
    (tmp_path / "a.txt").write_text("我市教育情况\n据说某校有300名学生吗。\n我市推行集团化办学。\n来源:某市教育局 发布日期:2023-05-04\n", "utf-8")
    (tmp_path / "b.txt").write_text(REPORT, "utf-8")
    build = ["build", tmp_path / "a.txt", tmp_path / "b.txt", "-o", tmp_path / "out"]
    lists = ["--coverage", tmp_path / "missed.tsv", "--unsettled", tmp_path / "open.csv"]
    first = run_kg(*build, *lists, "-q")
    assert (first.returncode, first.stderr) == (0, "")
    kept = {name: (tmp_path / name).read_bytes() for name in ("missed.tsv", "open.csv")}
    assert run_kg(*build, *lists, "-q").returncode == 0
    assert {name: (tmp_path / name).read_bytes() for name in kept} == kept
    with (tmp_path / "open.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["file"].rpartition("/")[2], row["region"], row["date"]) == ("a.txt", "", "2023-05-04")
    with (tmp_path / "missed.tsv").open(encoding="utf-8", newline="") as file:
        assert csv.DictReader(file, delimiter="\t").fieldnames == ["file", "start", "end", "sentence", "seen"]
    row["region"] = "河南省/济源市"
    with (tmp_path / "filled.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    again = run_kg(*build, *lists, "--manifest", tmp_path / "filled.csv")
    assert (again.returncode, again.stderr) == (0, "")
    assert "济源市 (manifest)" in again.stdout
    assert (tmp_path / "open.csv").read_text("utf-8").count("\n") == 1
