"""A Spark session, or one line that says why there is none."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from kg.errors import InputError
from kg.formats.extras import library

JAVA = 17  # the oldest that Spark 4 runs on
REACH = 10  # seconds for a master to answer
PATIENCE = 300  # seconds for the first executor: a cluster may be busy with others
# Many small files a task, not the 32 of the usual 128 MB and 4 MB a file: 4,000 files of 5 kB went into 126 partitions of 2 to 32 files (14 s to read),
# by these into 6 of 42 to 792 (1.7 s), and by SparkContext.binaryFiles into one (Spark 4.3, two cores, 2026-11).
PACKING = {"spark.sql.files.maxPartitionBytes": "16m", "spark.sql.files.openCostInBytes": "16k"}
QUIET = {"spark.sql.debug.maxToStringFields": "200"}  # tables have more columns than Spark likes to print
SPREAD = 4  # tasks a core at least, so that all cores end together
UNICODE = "C.UTF-8"  # without it Java writes ? for the Chinese of file names

_MASTER = re.compile(r"spark://(.+)")
_REASON = re.compile(r"(?:Caused by: |^(?:: )?)(?:[\w.$]+(?:Exception|Error)): (.+)", re.MULTILINE)
_MISSING = re.compile(r"ModuleNotFoundError: (No module named '[\w.]+')")


@contextmanager
def session(master: str) -> Iterator[Any]:
    """A session on a master ("" for that of spark-submit or Spark's configuration, else all processors of this machine), stopped afterwards."""
    sql = library("pyspark.sql", "spark")
    _refuse_old_java()
    _refuse_unreachable(master)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("LC_ALL", UNICODE)
    builder = sql.SparkSession.builder.appName("edukg").config("spark.executorEnv.LC_ALL", UNICODE)
    builder = builder.config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    with told(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas 3, which nothing here asks for
        spark = (builder.master(master) if master else builder).getOrCreate()
        try:
            _await_executors(spark)
            for name, value in {**PACKING, **QUIET}.items():
                spark.conf.set(name, value)
            spark.conf.set("spark.sql.files.minPartitionNum", str(tasks(spark)))
            yield spark
        finally:
            spark.stop()


def tasks(spark: Any) -> int:
    """Into how many tasks work is parted at least."""
    return SPREAD * int(spark.sparkContext.defaultParallelism)


@contextmanager
def told() -> Iterator[None]:
    """Turn what Spark and Java raise into one line."""
    failures = (import_module("py4j.protocol").Py4JError, import_module("pyspark.errors").PySparkException)
    try:
        yield
    except (*failures, ConnectionError) as error:
        message, remedy = _told(str(error))
        raise InputError(message, remedy=remedy) from error


def reason(error: Exception) -> str:
    """What lies at the bottom of an error of Java."""
    found = [said for said in _REASON.findall(str(error)) if not said.startswith("Traceback")]
    return str(found[-1]).strip() if found else str(error).strip().partition("\n")[0]


def _told(text: str) -> tuple[str, str]:
    missing = _MISSING.search(text)
    if missing:
        return f"a worker's Python says {missing[1]}", "install edukg there, and name that Python with PYSPARK_PYTHON"
    return f"Spark stopped ({reason(Exception(text))})", "its log above, and that of the executors, says more"


def _refuse_old_java() -> None:
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=os.path.join(home, "bin") if home else None)
    said = subprocess.run([program, "-version"], capture_output=True, encoding="utf-8", errors="replace", check=False).stderr if program else ""
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < JAVA:
        found = f"{program} is Java {version[1]}" if version else "no Java was found"
        raise InputError(f"spark needs Java {JAVA} or newer; {found}", remedy="apt-get install openjdk-17-jre-headless, or set JAVA_HOME")


def _refuse_unreachable(master: str) -> None:
    """Say at once that nobody listens; Spark itself would try for a minute, and say so in a page of Java."""
    addresses = (_MASTER.fullmatch(master) or ["", ""])[1].split(",")
    if addresses != [""] and not any(map(_answers, addresses)):
        raise InputError(f"no Spark master answers at {master}", remedy="check the address, and that the master runs")


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH).close()
    except (OSError, ValueError):
        return False
    return True


def _await_executors(spark: Any) -> None:
    """Wait for the first executor of a standalone master; without one Spark would wait for ever. Other masters have queues, and limits of their own."""
    context, end = spark.sparkContext, time.monotonic() + PATIENCE
    if not _MASTER.fullmatch(context.master) or context.getConf().get("spark.dynamicAllocation.enabled") == "true":
        return
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:  # the driver counts as one
        if time.monotonic() > end:
            remedy = "start workers, or ask for less: spark.executor.memory, spark.cores.max"
            raise InputError(f"{context.master} gave no executor within {PATIENCE} s", remedy=remedy)
        time.sleep(0.2)
