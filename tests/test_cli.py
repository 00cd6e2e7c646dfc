"""The commands: what they print, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import Run

from kg.formats import FORMATS

FIVE = "SELECT ?file WHERE { ?d a edu:Document ; edu:fileName ?file } ORDER BY ?file"

WRONG_CALLS = {
    "build": "Missing argument 'SOURCE...'; see kg build --help",
    "build nowhere": "nowhere: no such file or folder; check the spelling and the folder you are in",
    "build empty": "empty: no documents there; name a file, a folder or a glob that holds reports",
    "build no*where": "no*where: nothing matches; check the pattern; ** goes through folders",
    "build picture.txt": "{folder}/picture.txt: the file is no text; convert it to txt, html, pdf or docx, or leave it out",
    "build a.txt --wat": "No such option: --wat",
    "build a.txt --files maybe": "--files maybe is unknown; use auto, always, never",
    "build a.txt --manifest nowhere.csv": "nowhere.csv: the manifest cannot be read (No such file or directory); check",
    "build a.txt --manifest wrong.csv": "wrong.csv:1: no column is called 'datum'; there are file, region, date,",
    "build a.txt --ontology nowhere": "nowhere",
    "build a.txt -o a.txt": "a.txt",
    "buidl a.txt": "No such command 'buidl'. Did you mean 'build'?; see kg --help",
    "query": "say which query to run; give it as 'SELECT ...', with --file q.rq or with --name NAME, one of the three",
    "query ASK{} -o nowhere": "nowhere: no graph has been built there; run `kg build SOURCE -o` with that folder, or name another with -o",
    "query --file nowhere.rq": "nowhere.rq: the query cannot be read",
    "query --name nothing": "no query that ships is called 'nothing'; there are",
    "query --name nothing --param x": "",
    "explain nowhere.txt": "nowhere.txt: no such file or folder",
    "explain picture.txt": "{folder}/picture.txt: the file is no text",
    "evaluate empty": "",
    "export": "Missing argument 'FORMAT'; see kg export --help",
    "validate -o empty": "empty: no graph has been built there",
    "check --ontology nowhere": "nowhere",
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_wrong_calls(tmp_path: Path, run_kg: Run, call: str) -> None:
    """A wrong call ends with 2 and one line on standard error that names what is wrong and says what to do."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("全市新建学校3所。", "utf-8")
    (tmp_path / "picture.txt").write_bytes(bytes(range(256)))
    (tmp_path / "wrong.csv").write_text("file,datum\n")
    result = run_kg(*call.split(), cwd=tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("kg: " + WRONG_CALLS[call].format(folder=tmp_path.name))
    assert not (tmp_path / "exports" / "graph.ttl").exists()


def test_broken_rules(tmp_path: Path, run_kg: Run) -> None:
    """Mistakes in the ontology folder are named with file and line, each on a line of its own."""
    (tmp_path / "a.txt").write_text("全市新建学校3所。", "utf-8")
    (tmp_path / "ontology" / "rules").mkdir(parents=True)
    (tmp_path / "ontology" / "rules" / "bad.toml").write_text('[[rule]]\nid = "a\n')
    result = run_kg("build", "a.txt", "--ontology", "ontology", cwd=tmp_path)
    assert result.returncode == 2
    assert "bad.toml:2: " in result.stderr
    assert all(line.startswith("kg: ") and "; " in line for line in result.stderr.splitlines())


def test_version_and_help(run_kg: Run) -> None:
    """Version and help are data; a call without a command shows the help."""
    assert run_kg("--version").stdout.startswith("edukg 0.")
    assert "build" in run_kg("--help").stdout
    assert "build" in run_kg().stdout + run_kg().stderr


def test_build_says_what_and_why(built: Path, run_kg: Run, seeds: Path, tmp_path: Path) -> None:
    """A build prints each document's region and date with the reason, and what was found; no progress where nobody looks."""
    result = run_kg("build", seeds, "-o", tmp_path / "out")
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["seeds/000_4c89030b2e56e27e.txt", "region", "date", "found"]
    assert lines[1].startswith("  region  乌海市 (")
    assert len(lines) == 5 * 4 + 1
    assert run_kg("build", seeds, "-o", tmp_path / "out", "-q").stdout.splitlines() == [lines[-1].replace("5 new", "0 new")]


def test_query_formats(built: Path, run_kg: Run, seeds: Path) -> None:
    """The same answer comes as table, CSV, TSV and SPARQL JSON."""
    names = sorted(file.name for file in seeds.iterdir())

    def ask(*more: str) -> str:
        result = run_kg("query", FIVE, "-o", built, *more)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout

    assert [line.strip() for line in ask().splitlines()] == ["file", "-" * len(names[0]), *names, "(5 rows)"]
    assert list(csv.reader(io.StringIO(ask("--format", "csv")))) == [["file"], *([name] for name in names)]
    assert ask("--format", "csv", "--bom").startswith("\ufefffile")
    assert ask("--format", "tsv").splitlines() == ["?file", *(f'"{name}"' for name in names)]
    answer = json.loads(ask("--format", "json"))
    assert [row["file"] for row in answer["results"]["bindings"]] == [{"type": "literal", "value": name} for name in names]


def test_query_gives_graphs(built: Path, run_kg: Run) -> None:
    """CONSTRUCT gives Turtle."""
    result = run_kg("query", "CONSTRUCT { ?d a edu:Document } WHERE { ?d a edu:Document }", "-o", built)
    assert result.stdout.count("edu:Document") == 5
    assert run_kg("query", FIVE, "-o", built, "--format", "ttl").returncode == 2
    assert run_kg("query", "CONSTRUCT WHERE { ?d a edu:Document }", "-o", built, "--format", "csv").returncode == 2


@pytest.mark.parametrize("surroundings", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "en_US.ISO-8859-1"}], ids=str)
def test_query_in_chinese(built: Path, run_kg: Run, tmp_path: Path, surroundings: dict[str, str]) -> None:
    """Chinese in a query and in its answer passes any locale, from the call, a file and standard input."""
    text = 'SELECT ?l { ?r edu:adminCode ?c ; skos:prefLabel ?l FILTER(STR(?l) = "乌海市") } LIMIT 1'
    (tmp_path / "q.rq").write_text(text, "utf-8")
    for arguments, given in ([[text], None], [["--file", tmp_path / "q.rq"], None], [["--file", "-"], text]):
        result = run_kg("query", *arguments, "-o", built, "--format", "csv", given=given, **surroundings)
        assert result.stdout.splitlines() == ["l", "乌海市"], result.stderr


@pytest.mark.parametrize(
    "text",
    ["SELECT", "SELECT ?x WHERE { ?x nope:y ?z }", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "INSERT DATA { <a:a> <a:a> <a:a> }"],
)
def test_wrong_queries(built: Path, run_kg: Run, text: str) -> None:
    """A query that cannot or may not be run ends with 2 and one line."""
    result = run_kg("query", text, "-o", built)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1


def test_explain(run_kg: Run, seeds: Path) -> None:
    """An explanation quotes the document and names rules."""
    result = run_kg("explain", seeds / "000_4c89030b2e56e27e.txt")
    assert (result.returncode, result.stderr) == (0, "")
    assert "乌海" in result.stdout


def test_check(run_kg: Run) -> None:
    """Every example of the ontology that ships holds."""
    result = run_kg("check")
    assert (result.returncode, result.stderr) == (0, "")


def test_validate(built: Path, run_kg: Run) -> None:
    """The graph of the seeds violates no shape."""
    result = run_kg("validate", "-o", built)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout


def test_export(built: Path, run_kg: Run, tmp_path: Path) -> None:
    """A format goes to standard output, or to a file, and gives what the build wrote."""
    assert run_kg("export", "ttl", "-o", built).stdout.encode() == (built / "graph.ttl").read_bytes()
    assert run_kg("export", "trig", tmp_path / "a.trig", "-o", built).stdout == ""
    assert (tmp_path / "a.trig").read_bytes() == (built / "graph.trig").read_bytes()
    assert run_kg("export", "html", tmp_path / "a.html", "-o", built).returncode == 0
    assert (tmp_path / "a.html").read_bytes() == (built / "graph.html").read_bytes()
    wrong = run_kg("export", "docx", "-o", built)
    assert (wrong.returncode, wrong.stderr.splitlines()) == (2, [f"kg: no format is called 'docx'; there are {', '.join(FORMATS)}"])
    assert run_kg("export", "nq", tmp_path / "no" / "a.nq", "-o", built).returncode == 2
