"""The generated corpus: reproducible, cut from nobody's examples, and true to what it says it planted."""

from __future__ import annotations

import html
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import ROOT, Run

sys.path.append(str(ROOT / "benchmarks"))

import corpus  # noqa: E402
import planted  # noqa: E402
import reports  # noqa: E402
from wording import Sentence, fill  # noqa: E402

from kg.readers.plain import decode  # noqa: E402
from kg.rules import strings  # noqa: E402

SHARED = 8  # characters that the corpus and an example may not have in common
SOME = 400  # reports


@pytest.fixture(scope="module")
def written() -> list[corpus.Written]:
    """The first reports."""
    return [corpus.document(number) for number in range(SOME)]


def examples(data: Any) -> Iterator[str]:
    """The texts that rules and terms are tested by."""
    for key, value in data.items() if isinstance(data, dict) else ():
        if key in ("examples", "never"):
            yield from strings(value)
        else:
            for one in value if isinstance(value, list) else [value]:
                yield from examples(one)


def pieces(text: str) -> set[str]:
    """All runs of SHARED characters."""
    return {text[start : start + SHARED] for start in range(len(text) - SHARED + 1)}


def test_wording_is_of_its_own() -> None:
    """No template shares eight characters with an example of the ontology, unless they lie within a term."""
    tables = [tomllib.loads(file.read_text("utf-8")) for file in sorted((ROOT / "ontology").rglob("*.toml"))]
    taken = {piece for table in tables for text in examples(table) for piece in pieces(text)}
    names = {name for table in tables for term in table.get("term", ()) for name in (term["label"], *term.get("alt", ()))}
    terms = {piece for name in names for piece in pieces(name)}
    assert len(taken) > 4_000  # the examples have been found
    material = corpus.stock(0)
    fixed = [run for sentence in material.sentences for run in sentence.fixed()]
    lines = [*strings(material.genres["genre"]), *strings(material.genres["masthead"]), *strings(material.genres["headings"])]
    assert {piece: run for run in (*fixed, *lines) for piece in pieces(run) & taken - terms} == {}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """A report depends on its number and the seed, not on how many there are nor on the processes."""
    few, many = (corpus.generate(tmp_path / name / "reports", count, jobs=jobs) for name, count, jobs in (("few", 60, 1), ("many", 1_100, 2)))
    assert many.read_bytes().startswith(few.read_bytes())
    for line in few.read_text("utf-8").splitlines():
        path = json.loads(line)["path"]
        assert (tmp_path / "few/reports" / path).read_bytes() == (tmp_path / "many/reports" / path).read_bytes()
    assert max(len(list(folder.iterdir())) for folder in (tmp_path / "many/reports").iterdir()) == corpus.FOLDER
    assert corpus.document(7, seed=1).data != corpus.document(7, seed=0).data


def test_quotes_stand_in_the_text(written: list[corpus.Written]) -> None:
    """Each planted fact is quoted as the report has it."""
    quotes = 0
    for one in written:
        text = html.unescape(decode(one.data))
        for kind in ("adoptions", "outcomes", "withheld", "relations"):
            for fact in one.planted[kind]:
                assert fact["q"] in text, (one.path, fact)
                quotes += 1
    assert quotes > 40 * SOME


def test_size_and_shares(written: list[corpus.Written]) -> None:
    """A report has about 5 KB, three sentences in ten are distractors, and every sort of dirt and of genre comes."""
    assert 4_500 < sum(len(one.data) for one in written) / SOME < 5_500
    sentences = sum(sum(one.planted["sentences"].values()) for one in written)
    assert 0.28 < sum(reports.distractors(one.planted["genre"], one.planted["sentences"]) for one in written) / sentences < 0.33
    assert {name for one in written for name in one.planted["dirt"]} == {*corpus.DIRT}
    assert {one.planted["genre"] for one in written} == {genre["id"] for genre in corpus.stock(0).genres["genre"]}


def test_every_place_and_measure() -> None:
    """Every region of the register writes before any writes again, and every measure is drawn."""
    material = corpus.stock(0)
    assert len(material.order) == len({*material.order}) == len(material.places) > 3_100
    terms = tomllib.loads((ROOT / "ontology/vocabularies/measures.toml").read_text("utf-8"))["term"]
    assert {term for term, _ in material.measures} == {term["id"] for term in terms if not term.get("top")}
    said = {fact["m"] for number in range(2_000) for fact in corpus.document(number).planted["adoptions"]}
    assert {term for term, _ in material.measures} <= said


class Plain:
    """A scene that says one word for every slot and masks nothing."""

    def __init__(self, words: Any) -> None:
        self.rng, self.masked, self.words = Random(0), False, words

    def say(self, slot: str, sentence: Any) -> str:
        sentence.ends[slot] = slot
        return slot

    def sized(self, figure: Any, sentence: Any) -> Any:
        return figure

    def agent(self, who: str) -> str:
        return who


def test_changes_and_bounds() -> None:
    """A change is one figure with where it came from, and words of bounds are told."""
    material = corpus.stock(0)

    def outcomes(wanted: str) -> list[dict[str, Any]]:
        (sentence,) = [one for one in material.sentences if isinstance(one, Sentence) and any(wanted in run for run in one.fixed())]
        return [fact for kind, fact, _, _ in fill(sentence, Plain(material.words)).facts if kind == "outcomes"]

    (change, share) = outcomes("教师平均年龄由")
    assert float(change["f"]) > float(change["v"])
    assert share["u"] == "%"
    (most, least) = outcomes("大班比例控制在")
    assert (most["c"], least["c"], most["s"]) == ("le", "ge", "Target")


def test_a_build_is_scored(tmp_path: Path, run_kg: Run) -> None:
    """The score counts what a build found of what was planted, from the store and from N-Quads alike; facts planted elsewhere are wrong."""
    file = corpus.generate(tmp_path / "reports", 6)
    assert run_kg("build", tmp_path / "reports", "-o", tmp_path / "out", "--files", "never").returncode == 0
    assert run_kg("export", "nq", "-o", tmp_path / "out", tmp_path / "out.nq").returncode == 0
    stored, written = planted.score(file, tmp_path / "out"), planted.score(file, tmp_path / "out.nq")
    assert stored.counts == written.counts
    assert stored.counts["outcomes"].recall > 0.5
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    turned = [{**line, **{kind: lines[place - 1][kind] for kind in ("adoptions", "outcomes", "withheld", "relations")}} for place, line in enumerate(lines)]
    (tmp_path / "turned.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in turned), "utf-8")
    assert planted.score(tmp_path / "turned.jsonl", tmp_path / "out.nq").counts["outcomes"].precision < 0.1
