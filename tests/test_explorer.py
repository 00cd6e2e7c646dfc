"""What the pages ask of a build: facts page by page, and answers that are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.index import FORM
from kg.pipeline import build
from kg.serve.explorer import REMEMBERED, Asked, Explorer


@pytest.fixture(scope="module")
def explorer(built: Path) -> Explorer:
    """The explorer of the seeds."""
    return Explorer(built)


def asked(e: Explorer) -> list[Asked]:
    """Facts as pages ask for them: all, of a kind, a place, a thing, a measure, a document, by words, sorted."""
    region, measure = e.top("Region", 1)[0], e.top("Measure", 1)[0]
    return [
        Asked(),
        Asked(kind="Outcome", status="Actual"),
        Asked(place=region.code),
        Asked(thing=region.id),
        Asked(measure=measure.id),
        Asked(document=1),
        Asked(words="学校"),
        Asked(kind="Outcome", sort="value", down=True),
        Asked(words="没有这个词"),
    ]


@pytest.mark.parametrize("size", [7, 50])
def test_pages_together_are_all_facts(explorer: Explorer, size: int) -> None:
    """However they are asked for, the pages hold each fact once, in the order of the whole, and as many as are counted."""
    for one in asked(explorer):
        whole = [fact.iri for fact in explorer.every(one)]
        pages = [[fact.iri for fact in explorer.facts(one, page, size)] for page in range(1, len(whole) // size + 3)]
        assert [iri for page in pages for iri in page] == whole
        assert {len(page) for page in pages[:-2]} <= {size}
        assert explorer.count(one) == len(whole)


def test_newest_documents_come_first(explorer: Explorer) -> None:
    """Unless they are sorted, facts come with those of the newest document first, and within it as the text has them."""
    told = [(fact.date or "", fact.row["document"], fact.row["ordinal"]) for fact in explorer.every(Asked())]
    in_text = sorted(told, key=lambda one: one[1:])
    assert told == sorted(in_text, key=lambda one: one[0], reverse=True)


def test_a_fact_has_its_quote(explorer: Explorer) -> None:
    """A fact of a page has the sentence that it is told by, as the text of its document has it."""
    for fact in explorer.facts(Asked(), 1, 50):
        document = explorer.document(fact.source)
        assert document and fact.quote
        first = fact.quotes[0]
        assert explorer.text(document)[first["start"] : first["end"]] == fact.quote


def test_what_is_of_the_whole_build_stays(explorer: Explorer) -> None:
    """What is made once for a whole build is not made again however many things are asked for; of those, the ones asked for last stay."""
    made: list[object] = []

    def make() -> int:
        made.append(None)
        return len(made)

    first = explorer.remembered("whole", make)
    for number in range(REMEMBERED + 5):
        explorer.remembered(("a part", number), make)
        explorer.remembered(("a part", 0), make)
    assert explorer.remembered("whole", make) == first
    count = len(made)
    explorer.remembered(("a part", 0), make)
    explorer.remembered(("a part", REMEMBERED + 4), make)
    assert len(made) == count
    explorer.remembered(("a part", 1), make)
    assert len(made) == count + 1


def test_an_index_of_another_form(tmp_path: Path) -> None:
    """A build whose index has other tables is refused with what to do, and the next build works on all documents again."""
    texts, out = tmp_path / "texts", tmp_path / "out"
    texts.mkdir()
    (texts / "a.txt").write_text("沁河县教育局关于办学情况的报告\n2023年,全县新建学校3所。\n", "utf-8")
    build([texts], out)
    said = out / "store/current.json"
    said.write_text(said.read_text("utf-8").replace(f'"index": "{FORM}"', '"index": "1"'), "utf-8")
    with pytest.raises(StoreError, match=r"another version.*; build the graph anew"):
        Explorer(out)
    report = build([texts], out)
    assert (report.fresh, report.changed) == (1, "another form of the index")
    assert Explorer(out).facts(Asked())
