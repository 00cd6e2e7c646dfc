"""A cluster gives what one machine gives, whatever happens to its machines meanwhile."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import files
import pytest
from conftest import ROOT, Run
from engines import PATIENCE, SparkWorker, free_ports, spark_cluster, spark_tasks, until

from kg.formats.property_graph import PropertyGraph
from kg.quads import parsed
from kg.store import Store

TEXTS = 8
WALKING_BUS = """
[[term]]
id = "walking-bus"
label = "步行巴士"
label_en = "walking bus"
broader = "campus-safety"
examples = ["在城区小学推行步行巴士"]
never = ["公交巴士准点到站"]
"""
SAID = "2022年，临海市推行步行巴士，家长轮流护送。"
WRITING = "text at"  # the stage that works on documents, as Spark calls it


@dataclass(frozen=True)
class Expected:
    """Documents, how they are built, and what one machine says of them."""

    corpus: Path
    options: tuple[str, ...]
    lines: list[bytes]
    problems: str


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, seeds: Path, run_kg: Run) -> Expected:
    """Reports, copies of them, files that are none, archives, and an ontology that does not ship; built by one machine."""
    folder = tmp_path_factory.mktemp("spark")
    corpus, ontology, manifest = folder / "文集 [1]", folder / "ontology", folder / "manifest.csv"
    shutil.copytree(seeds, corpus / "seeds")
    (corpus / "texts").mkdir()
    for file in sorted((ROOT / "tests/gold/genres/texts").glob("*.txt"))[:TEXTS]:
        shutil.copy(file, corpus / "texts")
    copied = (corpus / "seeds/001_007f729b95c24048.txt").read_bytes()
    (corpus / "again.txt").write_bytes(copied)
    (corpus / "new.txt").write_text(SAID, "utf-8")
    (corpus / "noise.txt").write_bytes(bytes(range(256)) * 20)
    (corpus / "packed.zip").write_bytes(files.archive({"说明/new.txt": SAID.encode(), "page.html": files.page(), "empty.txt": b""}))
    (corpus / "broken.zip").write_bytes(b"PK\x03\x04")
    shutil.copytree(ROOT / "ontology", ontology)
    with (ontology / "vocabularies/measures.toml").open("a", encoding="utf-8") as measures:
        measures.write(WALKING_BUS)
    manifest.write_text("file,publisher\ntexts/01-statistical-bulletin.txt,临海市教育局\n", "utf-8")
    options = ("--ontology", str(ontology), "--manifest", str(manifest))
    result = run_kg("build", corpus, "--no-store", "--nquads", folder / "all.nq", *options)
    assert result.returncode == 1, result.stderr
    return Expected(corpus, options, sorted((folder / "all.nq").read_bytes().splitlines()), result.stderr)


class Application:
    """A build on a cluster, at work."""

    def __init__(self, folder: Path, master: str, *arguments: str, at: str = "", **settings: str) -> None:
        """`at`: the address under which its output folder is written."""
        self.out, self.log, (self.port,) = folder / "out", folder / "log", free_ports(1)
        self.log.mkdir()
        settings = {
            "spark.driver.memory": "1g", "spark.executor.memory": "512m", "spark.local.dir": str(folder / "scratch"), "spark.ui.port": str(self.port),
            "spark.eventLog.enabled": "true", "spark.eventLog.dir": self.log.as_uri(), "spark.eventLog.rolling.enabled": "false",
            "spark.eventLog.compress": "false", **settings,
        }  # fmt: skip
        (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        call = [sys.executable, "-m", "kg", "build", *arguments, "--engine", "spark", "--master", master, "-o", at or str(self.out)]
        environment = {**os.environ, "SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1"}
        self.process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment)

    def busy(self, worker: SparkWorker) -> bool:
        """Whether a worker is at work on documents."""
        return any(task["status"] == "RUNNING" and task["executorId"] == worker.executor for task in spark_tasks(self.port, WRITING))

    def at_work(self, count: int) -> bool:
        """Whether so many workers were given documents."""
        return len({task["executorId"] for task in spark_tasks(self.port, WRITING)}) == count

    def ended(self) -> tuple[int | None, str, str]:
        """Exit code, output and errors, without what Spark logs."""
        output, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output, "".join(line for line in errors.splitlines(keepends=True) if line.startswith("kg: "))

    def tasks(self) -> list[dict[str, Any]]:
        """How each task ended."""
        lines = next(self.log.iterdir()).read_text("utf-8").splitlines()
        return [event for event in map(json.loads, lines) if event["Event"] == "SparkListenerTaskEnd"]

    def lines(self) -> list[bytes]:
        """All lines of N-Quads, sorted."""
        parts = sorted(self.out.glob("nquads/graph=*/part-*.gz"))
        return sorted(line for part in parts for line in gzip.decompress(part.read_bytes()).splitlines())

    def rows(self, name: str) -> Counter[frozenset[Any]]:
        """The rows of a table, each as its columns that are filled."""
        import pyarrow.parquet

        found = pyarrow.parquet.read_table(self.out / name).to_pylist()
        return Counter(frozenset((key, value) for key, value in row.items() if value is not None) for row in found)

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def applications() -> Iterator[list[Application]]:
    """Those begun in a test, ended after it."""
    begun: list[Application] = []
    yield begun
    for application in begun:
        application.close()


def projected(lines: list[bytes]) -> tuple[Counter[frozenset[Any]], Counter[frozenset[Any]]]:
    """The nodes and edges that exports for databases have."""
    from datetime import date

    found: tuple[Counter[frozenset[Any]], Counter[frozenset[Any]]] = (Counter(), Counter())
    for row in PropertyGraph(Store.memory(parsed(b"\n".join(lines)))).rows():
        edge = row.table.ends is not None
        names = {"from": "src", "to": "dst"} if edge else {"iri": "id"}
        values = {names.get(column.name, column.name): (column.type, value) for column, value in zip(row.table.columns, row.values, strict=True)}
        filled = {name: date.fromisoformat(str(value)) if kind == "date" else value for name, (kind, value) in values.items() if value is not None}
        found[edge][frozenset({**filled, "type" if edge else "label": row.table.name}.items())] += 1
    return found


def test_a_worker_that_is_killed_takes_nothing_with_it(tmp_path: Path, expected: Expected, applications: list[Application]) -> None:
    """After one of two workers is killed with a document in hand, lines, nodes and edges are those of one machine, and the same files are told of."""
    with spark_cluster(tmp_path) as (master, workers):
        application = Application(tmp_path, master, str(expected.corpus), *expected.options)
        applications.append(application)
        until(lambda: application.at_work(2) and application.busy(workers[0]), application.process)
        workers[0].signal_python(signal.SIGSTOP)  # so that what it has in hand stays there
        until(lambda: application.busy(workers[0]), application.process)
        workers[0].signal(signal.SIGKILL)
        code, output, errors = application.ended()
    assert (code, errors) == (1, expected.problems)
    assert output == f"17 documents (3 unreadable): {application.out}/nquads, {application.out}/nodes, {application.out}/edges\n"
    assert "ExecutorLostFailure" in {task["Task End Reason"]["Reason"] for task in application.tasks()}
    assert application.lines() == expected.lines
    assert (application.rows("nodes"), application.rows("edges")) == projected(expected.lines)
    assert any(b"/measure/walking-bus" in line and b"#measure>" in line for line in expected.lines)


def test_work_that_is_done_twice_counts_once(tmp_path: Path, expected: Expected, applications: list[Application]) -> None:
    """Files are read and written by their addresses on a file system that is not the machine's own; what a frozen worker has in hand is given to the other too,
    and stands there once when both have done it."""
    speculation = {"spark.speculation": "true", "spark.speculation.interval": "100ms", "spark.speculation.quantile": "0.3", "spark.speculation.multiplier": "1"}
    mounts = {f"spark.hadoop.fs.viewfs.mounttable.cluster.link./{name}": f"file://{to}" for name, to in (("given", expected.corpus.parent), ("made", tmp_path))}
    with spark_cluster(tmp_path) as (master, workers):
        given, made = f"viewfs://cluster/given/{expected.corpus.name}", "viewfs://cluster/made/out"
        application = Application(tmp_path, master, given, *expected.options, at=made, **speculation, **mounts)
        applications.append(application)
        until(lambda: application.at_work(2) and application.busy(workers[0]), application.process)
        workers[0].signal_python(signal.SIGSTOP)
        until(lambda: any(task["speculative"] and task["status"] == "RUNNING" for task in spark_tasks(application.port, WRITING)), application.process)
        workers[0].signal_python(signal.SIGCONT)
        assert application.ended()[::2] == (1, expected.problems)
    assert True in {task["Task Info"]["Speculative"] for task in application.tasks()}
    assert application.lines() == expected.lines


# As kg.engines.spark does it for more copies than every executor can know of.
MANY_COPIES = """
import sys
from kg.engines import spark
spark.FEW = -1
print(spark.build(sys.argv[1:2], sys.argv[2], master="local[1]"))
"""


def test_files_that_cannot_be_read_stop_no_other(tmp_path: Path) -> None:
    """A file whose checksum is wrong is told of; of documents that are equal, also of very many, the first path keeps its facts."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a.txt", "b.txt", "c.txt", "~$d.txt"):
        (corpus / name).write_text(SAID, "utf-8")
    (corpus / ".b.txt.crc").write_bytes(b"crc\0\0\0\x02\0" + bytes(4))  # what Hadoop keeps beside a file
    out, environment = tmp_path / "out", {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(tmp_path / "scratch")}
    call = [sys.executable, "-c", MANY_COPIES, f"file://{corpus}/[a-c~]*", str(out)]
    result = subprocess.run(call, capture_output=True, encoding="utf-8", env=environment, timeout=PATIENCE, check=False)
    said = "corpus/b.txt: the file cannot be read; check that it exists and may be read"
    assert (result.returncode, result.stdout) == (0, f"Spread(done=2, unreadable=1, problems=({said!r},))\n")
    lines = [line for part in out.glob("nquads/graph=documents/*.gz") for line in gzip.decompress(part.read_bytes()).decode().splitlines()]
    first, copy = (f"<https://w3id.org/edukg/id/document/corpus/{name}.txt>" for name in "ac")
    assert [line.split()[:3] for line in lines if "#sameContentAs>" in line] == [[copy, "<https://w3id.org/edukg/ontology#sameContentAs>", first]]


NO_JAVA = "spark needs Java 17 or newer; no Java was found; apt-get install openjdk-17-jre-headless, or set JAVA_HOME"
NO_RULES = "there is no ontology folder here; name a folder with vocabularies/, tables/, lexicon/ and rules/"
WRONG: list[tuple[tuple[str, ...], dict[str, str], str]] = [
    (("--master", "spark://127.0.0.1:{port}"), {}, "no Spark master answers at spark://127.0.0.1:{port}; check the address, and that the master runs"),
    ((), {"PATH": "/nowhere", "JAVA_HOME": ""}, NO_JAVA),
    ((), {"PYTHONPATH": "{folder}/without"}, "spark needs pyspark, which is not installed; pip install 'edukg[spark]'"),
    (("-o", "{folder}"), {}, "{folder}: is there already; name another folder with -o, or remove it"),
    (("--no-store",), {}, "--no-store is not for --engine spark; leave it out; docs/scale.md tells what is written"),
    (("{folder}/none",), {}, "{folder}/none: no such file or folder; check the spelling and the folder you are in"),
    (("hdfs://host/reports",), {}, "addresses and folders of this machine cannot be read in one build; write folders as addresses too: file:///folder"),
    (("--ontology", "{folder}/none"), {}, f"{{folder}}/none: {NO_RULES}"),
]


@pytest.mark.parametrize(("arguments", "environment", "complaint"), WRONG)
def test_what_is_missing_is_said_in_one_line(
    arguments: tuple[str, ...], environment: dict[str, str], complaint: str, tmp_path: Path, seeds: Path, run_kg: Run
) -> None:
    """One line on standard error says what is wrong and what to do, and the call is at fault."""
    (tmp_path / "without/pyspark").mkdir(parents=True)
    (tmp_path / "without/pyspark/__init__.py").write_text("raise ImportError\n")  # stands before the one that is installed
    given = {"port": free_ports(1)[0], "folder": tmp_path}
    options = ["-o", str(tmp_path / "out"), *(argument.format(**given) for argument in arguments)]
    result = run_kg("build", seeds, "--engine", "spark", *options, **{name: value.format(**given) for name, value in environment.items()})
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"kg: {complaint.format(**given)}\n")
