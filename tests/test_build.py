"""The same documents give the same bytes, and a build that fails leaves the last good graph."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import ROOT, Run

from kg import output
from kg.errors import InputError, StoreError
from kg.pipeline import Report, build

FILES = ("graph.ttl", "graph.trig", "graph.html")
REPORT = "乌海市教育局关于义务教育优质均衡发展情况的报告\n2022年，全市投入3.89亿元，新建学校{number}所，大力推进集团化办学。\n"


def contents(out: Path) -> dict[str, bytes]:
    """Give the files that people see in an output folder."""
    return {file.name: file.read_bytes() for file in sorted(out.iterdir()) if file.is_file()}


def corpus(folder: Path, numbers: range) -> Path:
    """Write one small report for each number."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number}.txt").write_text(REPORT.format(number=number), "utf-8")
    return folder


def quads(out: Path, run_kg: Run) -> str:
    """Give all that the database of an output folder holds."""
    result = run_kg("export", "nq", "-o", out)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_exports_are_what_the_seeds_give(built: Path) -> None:
    """The committed files are those that a build of the seeds writes, byte for byte."""
    assert {name: (ROOT / "exports" / name).read_bytes() == (built / name).read_bytes() for name in FILES} == dict.fromkeys(FILES, True)


SURROUNDINGS = {
    "again": {},
    "hash seed 0": {"PYTHONHASHSEED": "0"},
    "hash seed 1, Kiritimati": {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"},
    "ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Latin 1, west of Greenwich": {"LC_ALL": "en_US.ISO-8859-1", "TZ": "America/Adak"},
}


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_surroundings_do_not_matter(tmp_path: Path, built: Path, run_kg: Run, seeds: Path, surroundings: str) -> None:
    """Hash seeds, time zones and locales change no byte of the files, nor of what is printed."""
    result = run_kg("build", seeds, "-o", tmp_path / "out", **SURROUNDINGS[surroundings])
    assert result.returncode == 0, result.stderr
    assert "乌海市" in result.stdout
    assert contents(tmp_path / "out") == contents(built)


def test_hash_seeds_do_not_matter_in_other_genres(tmp_path: Path, run_kg: Run) -> None:
    """Documents with other turns of phrase than those of the seeds give the same bytes under any hash seed."""
    for seed in ("2", "3", "4"):
        assert run_kg("build", ROOT / "tests/gold/genres/texts", "-o", tmp_path / seed, PYTHONHASHSEED=seed).returncode == 0
    assert contents(tmp_path / "2") == contents(tmp_path / "3") == contents(tmp_path / "4")


def test_order_and_place_of_files_do_not_matter(tmp_path: Path, built: Path, run_kg: Run, seeds: Path) -> None:
    """Files named one by one in any order, and from another folder, give the same bytes."""
    shutil.copytree(seeds, tmp_path / "elsewhere" / "seeds")
    files = sorted((tmp_path / "elsewhere" / "seeds").iterdir(), key=lambda file: file.name[::-1])
    result = run_kg("build", *(file.relative_to(tmp_path / "elsewhere") for file in files), "-o", tmp_path / "out", cwd=tmp_path / "elsewhere")
    assert result.returncode == 0, result.stderr
    assert contents(tmp_path / "out") == contents(built)


def test_no_place_of_this_machine(built: Path) -> None:
    """No file names the folder it was built in."""
    for data in contents(built).values():
        assert str(ROOT).encode() not in data
        assert str(built.parent).encode() not in data


def test_a_build_says_why_it_does_all_again(tmp_path: Path, run_kg: Run) -> None:
    """With other rules or another base every document is worked on again, and the summary says what has changed."""
    texts, rules = corpus(tmp_path / "corpus", range(2)), tmp_path / "rules"
    shutil.copytree(ROOT / "ontology", rules)
    call = ("build", texts, "-o", tmp_path / "out", "--ontology", rules)
    assert "(2 new or changed" in run_kg(*call).stdout
    with (rules / "vocabularies" / "measures.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[term]]\nid = "walking-bus"\nlabel = "步行巴士"\nlabel_en = "walking bus"\n')
    again = run_kg(*call).stdout
    assert "(2 new or changed" in again
    assert again.rstrip().endswith("; all were worked on again: another ontology")
    assert run_kg(*call, "--base-iri", "https://example.org/id/").stdout.rstrip().endswith(": another base of IRIs")
    assert "(0 new or changed" in run_kg(*call, "--base-iri", "https://example.org/id/").stdout


def test_only_what_changed_is_worked_on(tmp_path: Path, run_kg: Run) -> None:
    """New, changed and removed documents are worked on, and the graph is the one that a fresh build gives."""
    texts = corpus(tmp_path / "corpus", range(4))
    assert build([texts], tmp_path / "out").fresh == 4
    (texts / "0.txt").unlink()
    (texts / "1.txt").write_text(REPORT.format(number=100), "utf-8")
    corpus(texts, range(4, 6))
    report = build([texts], tmp_path / "out")
    assert (report.fresh, report.removed, len(report.entries)) == (3, 1, 5)
    (texts / "4.txt").unlink()
    assert build([texts], tmp_path / "out").removed == 1
    report = build([texts], tmp_path / "out")
    assert (report.fresh, report.removed, len(report.entries)) == (0, 0, 4)
    build([texts], tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")
    assert quads(tmp_path / "out", run_kg) == quads(tmp_path / "fresh", run_kg)


def test_equal_documents_count_once(tmp_path: Path, run_kg: Run) -> None:
    """A copy says that it is one and gives no facts; when the first goes, the copy takes its place."""
    texts = corpus(tmp_path / "corpus", range(1))
    shutil.copy(texts / "0.txt", texts / "copy.txt")
    first, copy = build([texts], tmp_path / "out").entries
    assert (first.same_as, copy.same_as) == ("", "corpus/0.txt")
    assert copy.counts == {}
    assert b"edu:sameContentAs" in contents(tmp_path / "out")["graph.ttl"]
    (texts / "0.txt").unlink()
    (alone,) = build([texts], tmp_path / "out").entries
    assert alone.counts == first.counts
    build([texts], tmp_path / "fresh")
    assert quads(tmp_path / "out", run_kg) == quads(tmp_path / "fresh", run_kg)


def test_a_changed_manifest_counts_as_a_change(tmp_path: Path) -> None:
    """A document of which the manifest says something new is worked on again."""
    texts = corpus(tmp_path / "corpus", range(2))
    table = tmp_path / "corpus" / "known.csv"
    for date, fresh in (("2023-01-01", 2), ("2023-01-01", 0), ("2024", 1)):
        table.write_text(f"file,date\n0.txt,{date}\n", "utf-8")
        report = build([texts], tmp_path / "out", manifest_file=table)
        assert (report.fresh, len(report.entries)) == (fresh, 2)


def test_other_files_stay(tmp_path: Path) -> None:
    """Above the limit, or when told so, the three files are taken away rather than left stale, and nothing else is touched."""
    texts = corpus(tmp_path / "corpus", range(1))
    build([texts], tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    build([texts], tmp_path / "out", files="never")
    assert list(contents(tmp_path / "out")) == ["notes.txt"]
    build([texts], tmp_path / "out", files="always")
    assert sorted(contents(tmp_path / "out")) == sorted([*FILES, "notes.txt"])


def test_texts_are_kept(tmp_path: Path) -> None:
    """The decoded text of each document is kept with the build, and texts that nothing needs go."""
    texts = corpus(tmp_path / "corpus", range(2))
    build([texts], tmp_path / "out")
    (texts / "0.txt").unlink()
    (texts / "1.txt").write_bytes("另\r\n一份报告，投入3亿元。".encode("gb18030"))
    report = build([texts], tmp_path / "out")
    assert [report.build.text(entry) for entry in report.entries] == ["另\n一份报告，投入3亿元。"]
    build([texts], tmp_path / "out")
    assert len(list((tmp_path / "out" / "store" / "texts").glob("*/*"))) == 1


def test_unreadable_documents_stop_no_other(tmp_path: Path, run_kg: Run) -> None:
    """A file without text is named in the report and in the graph, and the others are built."""
    texts = corpus(tmp_path / "corpus", range(2))
    (texts / "picture.txt").write_bytes(bytes(range(256)))
    result = run_kg("build", texts, "-o", tmp_path / "out")
    assert result.returncode == 1
    assert result.stderr.startswith("kg: corpus/picture.txt: the file is no text; ")
    assert "2 documents" in result.stdout.splitlines()[-1]
    assert "picture.txt" in quads(tmp_path / "out", run_kg)


def unchanged(out: Path, before: dict[str, bytes]) -> None:
    """The last good build is still the one that is found, and nothing of the failed one is left."""
    assert contents(out) == before
    good = output.current(out)
    assert good.graph.is_dir()
    assert {path.name for path in (out / "store").iterdir()} == {good.name, "current.json", "lock", "texts"}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A small good build, `tmp_path/out`, of `tmp_path/corpus`."""
    build([corpus(tmp_path / "corpus", range(3))], tmp_path / "out")
    return tmp_path / "out"


def test_nothing_readable(tmp_path: Path, good: Path) -> None:
    """A build in which nothing can be read is refused, and the last good graph stays."""
    before = contents(good)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "picture.txt").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="picture.txt"):
        build([tmp_path / "other"], good)
    unchanged(good, before)


def test_two_builds_at_once(tmp_path: Path, good: Path, run_kg: Run) -> None:
    """A second build into the same folder is refused with one line."""
    before = contents(good)
    with output.begin(good):
        result = run_kg("build", tmp_path / "corpus", "-o", good)
        assert result.returncode == 2
        assert result.stderr.splitlines() == [f"kg: {good}: another build is at work there; wait until it ends, or name another folder with -o"]
        assert run_kg("query", "ASK { ?s ?p ?o }", "-o", good).returncode == 0
    unchanged(good, before)


def test_a_reader_holds_no_build_up(tmp_path: Path, good: Path) -> None:
    """A build waits the moment for which one that reads holds the folder."""
    with (good / "store" / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        release = threading.Timer(0.1, fcntl.flock, (lock, fcntl.LOCK_UN))
        release.start()
        with output.begin(good):
            assert output.at_work(good)
        release.join()
    assert not output.at_work(good)


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from kg.cli import main
sys.exit(main(sys.argv[2:]))
"""


LIMIT = "File too large; raise the file size limit (ulimit -f) or use another disk"


@pytest.mark.parametrize(("most", "said"), [(1, LIMIT), (5_000, LIMIT), (100_000, LIMIT)])
def test_full_disk(tmp_path: Path, good: Path, most: int, said: str) -> None:
    """When no more can be written, one line says so and the last good graph stays."""
    before = contents(good)
    texts = corpus(tmp_path / "corpus", range(2, 9))
    call = [sys.executable, "-c", LIMITED, str(most), "build", str(texts), "-o", str(good)]
    result = subprocess.run(call, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 2
    assert result.stderr == f"kg: {good}: cannot be written: {said}; the last good graph is untouched\n"
    unchanged(good, before)


def test_output_folder_that_cannot_be_made(tmp_path: Path, run_kg: Run) -> None:
    """A file in the place of the output folder is named with a remedy."""
    texts = corpus(tmp_path / "corpus", range(1))
    (tmp_path / "taken").write_text("")
    for place in (tmp_path / "taken", tmp_path / "taken" / "below"):
        result = run_kg("build", texts, "-o", place)
        assert result.returncode == 2
        assert len(result.stderr.splitlines()) == 1
        assert f"{tmp_path / 'taken'}" in result.stderr
        assert "name a folder with -o" in result.stderr


@pytest.mark.parametrize("below", ["", "store"])
def test_output_folder_without_permission(tmp_path: Path, good: Path, below: str) -> None:
    """A folder that may not be written is named with a remedy, and can still be asked."""
    before = contents(good)
    texts = corpus(tmp_path / "corpus", range(4))
    (good / below).chmod(0o555)
    try:
        result = humbly("build", str(texts), "-o", str(good))
        asked = humbly("query", "ASK { ?s ?p ?o }", "-o", str(good))
    finally:
        (good / below).chmod(0o755)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "Permission denied; change its permissions or name another folder with -o" in result.stderr
    assert asked.returncode == 0, asked.stderr
    unchanged(good, before)


# Root may read and write anything unless it gives that up (setpriv is in every Debian and Ubuntu).
MIGHT = "-dac_override,-dac_read_search"
HUMBLE = ["setpriv", f"--bounding-set={MIGHT}", f"--inh-caps={MIGHT}"] if os.getuid() == 0 else []


def humbly(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `kg` as one whom permissions bind."""
    return subprocess.run([*HUMBLE, sys.executable, "-m", "kg", *arguments], capture_output=True, encoding="utf-8", check=False)


KILLED = """
import os, signal, sys
from pathlib import Path
from kg.pipeline import build
left = int(sys.argv[1])
def heard(event, arguments):
    global left
    if event == "os.rename":
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(heard)
build([Path(sys.argv[2])], Path(sys.argv[3]))
"""


def test_killed_at_every_step(tmp_path: Path, good: Path, run_kg: Run) -> None:
    """Killed before any of its renames, a build leaves the old graph or the new one, whole, and the next build cleans up."""
    texts = corpus(tmp_path / "corpus", range(2, 5))
    (texts / "0.txt").unlink()
    fresh: Report = build([texts], tmp_path / "fresh")
    old, new = contents(good), contents(tmp_path / "fresh")
    old_quads, new_quads = quads(good, run_kg), quads(tmp_path / "fresh", run_kg)
    seen, step = [], 0
    while True:
        out = tmp_path / f"out-{step}"
        shutil.copytree(good, out)
        ended = subprocess.run([sys.executable, "-c", KILLED, str(step), str(texts), str(out)], capture_output=True, check=False).returncode
        is_new = quads(out, run_kg) == new_quads
        assert is_new or quads(out, run_kg) == old_quads
        assert contents(out) == (new if is_new else old)  # asking it has finished what was half shown
        seen.append(is_new)
        if ended == 0:
            break
        again = build([texts], out)
        assert (contents(out), again.quads) == (new, fresh.quads)
        assert {path.name for path in (out / "store").glob("build-*")} <= {again.build.name, output.current(good).name, "build-2"}
        step += 1
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (False, True)
    assert seen.count(True) > 2  # killed between the step and the last file shown, too


def test_damaged_manifest_of_the_store(good: Path) -> None:
    """A store that does not say which build is good is named with a remedy."""
    (good / "store" / "current.json").write_text("{")
    with pytest.raises(StoreError, match=r"current.json: does not say which build is the good one; remove"):
        output.current(good)
