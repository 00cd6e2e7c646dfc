"""Files that Spark reads and writes: by their address on any file system that Hadoop knows, or under a folder that all machines see."""

from __future__ import annotations

import os
import pickle
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from kg import documents
from kg.documents import LEFTOVERS, MOST_BYTES, WILD, Source
from kg.engines.session import reason, tasks
from kg.errors import InputError, KgError, StoreError
from kg.formats.extras import library

PER_TASK = 500  # documents of a task: some ten seconds of work

Opened = Iterator[tuple[Source, bytes | KgError]]
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]+:/.*")
_GLOBBED = re.compile(r"[{}\[\]*?\\]")


@dataclass(frozen=True, slots=True)
class Files:
    """Files spread over partitions."""

    table: Any  # key string, given binary, size long: what `open` takes
    open: Callable[[str, bytes | None, int], Opened]  # called by the workers' Python
    listed: Any = None  # key string, size long, of all of them, where some may be missing from the table


def is_address(source: str) -> bool:
    """Whether a source is an address such as hdfs://host/folder, not a path of this machine."""
    return bool(_ADDRESS.fullmatch(source))


def here(sources: Sequence[str], leave_out: Sequence[Path]) -> list[Source]:
    """The files of sources that are paths of this machine; none where they are addresses."""
    if not any(map(is_address, sources)):
        return documents.find(sources, leave_out=leave_out)
    if not all(map(is_address, sources)):
        raise InputError("addresses and folders of this machine cannot be read in one build", remedy="write folders as addresses too: file:///folder")
    return []


def spread(spark: Any, found: Sequence[Source]) -> Files:
    """Files of this machine: only the list is spread; each task opens its files itself, by the same rules as without Spark."""
    parts = max(len(found) // PER_TASK, min(len(found), tasks(spark)))
    rows = spark.sparkContext.parallelize([(source.path, pickle.dumps(source), 0) for source in found], parts)
    return Files(spark.createDataFrame(rows, "key string, given binary, size long", verifySchema=False), open_here)


def open_here(key: str, given: bytes | None, size: int) -> Opened:
    """The document of a file that this machine sees."""
    source: Source = pickle.loads(given or b"")  # noqa: S301 - of the process that gave the work
    yield source, _loaded(source)


def _loaded(source: Source) -> bytes | KgError:
    try:
        return documents.load(source)
    except InputError as error:
        return error


@dataclass(frozen=True, slots=True)
class Root:
    """Where documents are: how the addresses of its files begin, and the corpus that this stands for."""

    start: str
    corpus: str
    only: str = ""  # the one file that is meant

    def name(self, key: str) -> str:
        """The path of a file in the corpus, "" where it is not under this root."""
        return f"{self.corpus}/{key.removeprefix(self.start)}".lstrip("/") if self.holds(key) else ""

    def holds(self, key: str) -> bool:
        """Whether a file is under this root and no leftover of other programs."""
        parts = key.removeprefix(self.start).split("/")
        return key.startswith(self.start) and self.only in ("", key) and not any(part.startswith((".", *LEFTOVERS)) for part in parts)


@dataclass(frozen=True, slots=True)
class Opener:
    """Gives documents of files that Spark has read, called as those of folders are."""

    roots: tuple[Root, ...]

    def __call__(self, key: str, given: bytes | None, size: int) -> Opened:
        """The document of a file, or all those of an archive; without bytes, why there are none."""
        name = max((root.name(key) for root in self.roots), key=lambda name: (name.count("/"), name))
        source = Source(unicodedata.normalize("NFC", name), PurePosixPath(key).name)
        if not name:
            return
        if size > MOST_BYTES:
            yield source, InputError(f"the file is larger than {MOST_BYTES >> 20} MB", path=source.path, remedy="split it")
        elif given is None:
            yield source, InputError("the file cannot be read", path=source.path, remedy="check that it exists and may be read")
        elif source.file.suffix.lower() == ".zip":
            yield from _members(source, given)
        else:
            yield source, bytes(given)


def _members(source: Source, data: bytes) -> Opened:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "archive.zip")
        file.write_bytes(data)
        before = len(f"{file.parent.name}/{file.name}")
        try:
            for found in documents.find([file]):
                member = replace(found, path=source.path + found.path[before:])
                yield member, _loaded(member)
        except InputError as error:
            yield source, InputError(error.message, path=source.path, remedy=error.remedy)


def addressed(spark: Any, sources: Sequence[str]) -> Files:
    """Files by their addresses: Spark lists them, and reads each in the task that works on it; it passes by what it cannot read, which must be told apart."""
    functions = library("pyspark.sql.functions", "spark")
    found = [pair for source in sources for pair in _roots(spark, source)]
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("ignoreCorruptFiles", "true").option("ignoreMissingFiles", "true")
    listed = reader.load([escaped(place) for _, place in found])
    key, size, fits = functions.col("path").alias("key"), functions.col("length").alias("size"), functions.col("length") <= MOST_BYTES
    table = listed.filter(fits).select(key, functions.col("content").alias("given"), size)
    return Files(table, Opener(tuple(root for root, _ in found)), listed.select(key, size))


def _roots(spark: Any, source: str) -> Iterator[tuple[Root, str]]:
    """The folders and files that a source means, each with the address that Spark knows it by."""
    if "**" in source:
        raise InputError("** is no pattern of Hadoop", path=source, remedy="name the folder: what is below it is read")
    wild = any(char in source for char in WILD)
    files, place = _file_system(spark, source)
    with _reached(source):
        found = [files.getFileStatus(place)] if files.exists(place) else list((wild and files.globStatus(place)) or ())
        fixed = source[: min(source.index(char) for char in WILD if char in source)].rpartition("/")[0] + "/" if wild else ""
        above = str(files.makeQualified(_path(spark, fixed)).toString()) if wild else ""
    if not found:
        raise InputError("nothing matches" if wild else "no such file or folder", path=source, remedy="check the address")
    for status in found:
        name = str(status.getPath().toString())
        if status.isDirectory():
            yield Root(name.rstrip("/") + "/", PurePosixPath(str(status.getPath().getName())).name), name
        else:
            parent = above or name.rpartition("/")[0]
            yield Root(parent.rstrip("/") + "/", parent.rstrip("/").rpartition("/")[2], name), name


def _path(spark: Any, place: str) -> Any:
    return spark._jvm.org.apache.hadoop.fs.Path(place)


def _file_system(spark: Any, place: str) -> tuple[Any, Any]:
    """The file system of an address, and the address as it wants it."""
    with _reached(place):
        path = _path(spark, place)
        return path.getFileSystem(spark._jsc.hadoopConfiguration()), path


@contextmanager
def _reached(place: str) -> Iterator[None]:
    try:
        yield
    except library("py4j.protocol", "spark").Py4JJavaError as error:
        remedy = "check the address, and that Spark has the library and the settings of its file system"
        raise InputError(f"cannot be reached ({reason(error)})", path=place, remedy=remedy) from error


def address(out: str) -> str:
    """A path of this machine as an address; an address as it is."""
    return out.rstrip("/") if is_address(out) else f"file://{os.path.abspath(out)}"


def refuse_existing(spark: Any, out: str) -> None:
    """Leave alone what is there already."""
    files, place = _file_system(spark, out)
    with _reached(out):
        if files.exists(place):
            raise StoreError("is there already", path=out, remedy="name another place with -o, or remove it")


def remove(spark: Any, out: str) -> None:
    """Take away what a build that failed has written."""
    with suppress(InputError, ConnectionError, library("py4j.protocol", "spark").Py4JError):  # Spark has ended, and what ended it matters more
        files, place = _file_system(spark, out)
        files.delete(place, True)


def escaped(place: str) -> str:
    """An address in which no character stands for others."""
    return _GLOBBED.sub(r"\\\g<0>", place)
