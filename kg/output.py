"""The output folder: the last good build, and the one step that puts a new one in its place.

    OUT/graph.ttl .trig .html     what people open and commit; moved here right after the step
    OUT/store/current.json        names the good build; replaced last, by one rename: that is the step
    OUT/store/build-N/graph/      the graph as a database
    OUT/store/build-N/index.sqlite  what the explorer asks of it, with a search index
    OUT/store/build-N/files/      files of this build not yet moved to OUT; whoever comes next moves them
    OUT/store/build-N/documents.jsonl   one line a document: what was read and what it gave
    OUT/store/texts/              decoded texts, each named by its digest

A build that is killed leaves a folder that no `current.json` names; the next build removes it.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from kg.errors import StoreError

POLICIES = ("auto", "always", "never")  # when the files that people open are written
REMEDIES = {
    errno.ENOSPC: "free some space; the last good graph is untouched",
    errno.EDQUOT: "free some space; the last good graph is untouched",
    errno.EFBIG: "raise the file size limit (ulimit -f) or use another disk; the last good graph is untouched",
    errno.EACCES: "change its permissions or name another folder with -o",
    errno.EPERM: "change its permissions or name another folder with -o",
    errno.ENOENT: "make its folder first",
    errno.EROFS: "name a folder on a disk that can be written with -o",
    errno.ENOTDIR: "name a folder with -o",
    errno.EEXIST: "name a folder with -o",
}
FULL = "free some space, or raise the file size limit (ulimit -f); the last good graph is untouched"
MARK, MARKED = "export.txt", "Written by kg export, which replaces this folder as a whole.\n"
PATIENCE = 10  # times, a twentieth of a second apart, that a build asks for the lock of its folder
SAID = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)  # of the whole disk; the database says them in words only


@dataclass(frozen=True, slots=True)
class Entry:
    """What a build knows of one document."""

    path: str
    sha256: str = ""
    known: str = ""  # digest of what the manifest says of it
    same_as: str = ""  # path of an earlier document of the same content, whose facts are not taken twice
    text: str = ""  # digest of its decoded text
    region: str = ""
    region_why: str = ""
    date: str = ""
    date_why: str = ""
    lost: int = 0  # characters that could not be decoded
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""  # why it could not be read


@dataclass(frozen=True, slots=True)
class Build:
    """A good build: where it is and what it was made with."""

    out: Path
    name: str  # build-N, "" where nothing was built yet
    stamp: Mapping[str, str] = field(default_factory=dict)  # program version, ontology digest, base IRI
    files: tuple[str, ...] = ()
    quads: int = 0  # different statements, 0: not counted

    @property
    def graph(self) -> Path:
        """The folder of the database."""
        return self.out / "store" / self.name / "graph"

    @property
    def index(self) -> Path:
        """The file of the explorer's index."""
        return self.out / "store" / self.name / "index.sqlite"

    def entries(self) -> Iterator[Entry]:
        """The documents of the build, by path."""
        return (entry for entry in self.found() if not entry.problem)

    def found(self) -> Iterator[Entry]:
        """The same with those that could not be read."""
        if not self.name:
            return
        with (self.out / "store" / self.name / "documents.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield Entry(**json.loads(line))

    def text(self, entry: Entry) -> str:
        """The decoded text of a document, as evidence counts it."""
        return kept_text(self.out, entry.text)


def current(out: Path) -> Build:
    """Give the last good build under `out`, its files moved to their place if a kill came between."""
    build = _current(out)
    if not build.name:
        raise StoreError("no graph has been built there", path=out, remedy="run `kg build SOURCE -o` with that folder, or name another with -o")
    with reported(out), _lock(out, must=False) as held:
        if held and os.access(out, os.W_OK):
            _show(out, build)
    return build


def at_work(out: Path) -> bool:
    """Whether a build is being made under a folder just now."""
    try:
        handle = os.open(out / "store" / "lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _try_lock(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


class Work:
    """A new build in the making, beside the good one."""

    def __init__(self, out: Path, last: Build) -> None:
        self.out, self.last, self.published = out, last, False
        self.name = f"build-{int(last.name.removeprefix('build-') or 0) + 1}"
        self.folder = out / "store" / self.name
        self.files = self.folder / "files"
        self.files.mkdir(parents=True)
        (out / "store" / "texts").mkdir(exist_ok=True)
        self._entries = (self.folder / "documents.jsonl").open("w", encoding="utf-8", newline="\n")

    @property
    def graph(self) -> Path:
        """The folder of the database."""
        return self.folder / "graph"

    @property
    def build(self) -> Build:
        """This build as it stands, with all that was noted so far."""
        self._entries.flush()
        return Build(self.out, self.name)

    @property
    def index(self) -> Path:
        """The file of the explorer's index."""
        return self.folder / "index.sqlite"

    def add(self, entry: Entry) -> None:
        """Note what a document gave."""
        self._entries.write(json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":")) + "\n")

    def keep(self, text: str) -> str:
        """Keep a decoded text; gives the digest to ask for it by."""
        data = text.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(data).hexdigest()
        file = _text_file(self.out, digest)
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            half = file.with_suffix(".half")
            half.write_bytes(data)
            half.replace(file)
        return digest

    def text(self, entry: Entry) -> str:
        """The decoded text of a document, as evidence counts it."""
        return kept_text(self.out, entry.text)

    def publish(self, stamp: Mapping[str, str], quads: int = 0) -> Build:
        """Put this build, of so many different statements, in the place of the last good one."""
        self._entries.close()
        names = tuple(sorted(file.name for file in self.files.iterdir()))
        build = Build(self.out, self.name, stamp, names, quads)
        gone = sorted({*self.last.files} - {*names})
        _write(self.out / "store" / "current.json", {"build": self.name, "stamp": dict(stamp), "files": names, "gone": gone, "quads": quads})
        self.published = True
        _show(self.out, build)
        return build

    def close(self) -> None:
        """Remove what was made, unless it was published."""
        self._entries.close()
        if not self.published:
            shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def begin(out: Path) -> Iterator[Work]:
    """Begin a build under `out`; what is not published at the end is removed, and only one build may be at work there."""
    with reported(out):
        (out / "store").mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK):  # said now, not when the files are moved there
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(out))
        with _lock(out, must=True):
            last = _current(out)
            _show(out, last)
            _sweep(out, last)
            work = Work(out, last)
            try:
                yield work
            finally:
                work.close()


def replace(file: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file whole or not at all."""
    with replaced(file) as stream:
        stream.writelines([data] if isinstance(data, bytes) else data)


@contextmanager
def replaced(file: Path) -> Iterator[IO[bytes]]:
    """A stream that takes the place of a file, or of none, once all is written to it."""
    with reported(file):
        half = file.with_name(f".{file.name}.half")
        try:
            with half.open("wb") as stream:
                yield stream
            half.replace(file)
        finally:
            half.unlink(missing_ok=True)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """An empty folder that takes the place of another one, or of none, once it is filled; only a folder made so is replaced, or an empty one."""
    folder = Path(os.path.abspath(folder))
    half, old = (folder.with_name(f".{folder.name}.{word}") for word in ("half", "old"))
    with reported(folder):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
            raise StoreError("holds other files, which an export would replace", path=folder, remedy="name another folder, or remove it first")
        try:
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            yield half
            (half / MARK).write_text(MARKED, "utf-8")
            shutil.rmtree(old, ignore_errors=True)
            if folder.exists():
                folder.replace(old)
            half.replace(folder)
        finally:
            shutil.rmtree(half, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a StoreError with a remedy."""
    try:
        yield
    except OSError as error:
        code = error.errno or next((code for code in SAID if os.strerror(code) in str(error)), 0)
        place = path if code in SAID or not error.filename or str(error.filename).endswith(".half") else Path(str(error.filename))
        what = os.strerror(code) if code else str(error).splitlines()[0]
        raise StoreError(f"cannot be written: {what}", path=place, remedy=REMEDIES.get(code, "check the disk, or name another folder with -o")) from error
    except sqlite3.OperationalError as error:  # it tells of a full disk in words of its own
        raise StoreError(f"cannot be written: {error}", path=path, remedy=FULL) from error


def _current(out: Path) -> Build:
    file = out / "store" / "current.json"
    try:
        said: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return Build(out, said["build"], said["stamp"], tuple(said["files"]), said.get("quads", 0))
    except FileNotFoundError:
        return Build(out, "")
    except NotADirectoryError as error:
        raise StoreError("is a file, not a folder", path=out, remedy="name a folder with -o") from error
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError("does not say which build is the good one", path=file, remedy="remove the store folder and build anew") from error


def _show(out: Path, build: Build) -> None:
    """Move the files of a published build to where people look for them, and take away those it no longer writes."""
    staged = out / "store" / build.name / "files"
    if not build.name or not staged.is_dir():
        return
    for name in build.files:
        if (staged / name).exists():
            (staged / name).replace(out / name)
    said = json.loads((out / "store" / "current.json").read_text("utf-8"))
    for name in said.get("gone", ()):
        (out / name).unlink(missing_ok=True)
    staged.rmdir()


def _sweep(out: Path, good: Build) -> None:
    """Remove folders of killed and of older builds, and texts that no document has any more."""
    for folder in (out / "store").glob("build-*"):
        if folder.name != good.name:
            shutil.rmtree(folder)
    used = {entry.text for entry in good.entries()}
    for file in (out / "store" / "texts").glob("*/*"):
        if file.stem not in used:
            file.unlink()


def kept_text(out: Path, digest: str) -> str:
    """The decoded text that was kept under a digest, "" for none."""
    return _text_file(out, digest).read_bytes().decode("utf-8", "surrogatepass") if digest else ""


def _text_file(out: Path, digest: str) -> Path:
    return out / "store" / "texts" / digest[:2] / f"{digest}.txt"


def _write(file: Path, content: Mapping[str, object]) -> None:
    half = file.with_suffix(".half")
    with half.open("w", encoding="utf-8", newline="\n") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1, sort_keys=True)
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(file)


@contextmanager
def _lock(out: Path, *, must: bool) -> Iterator[bool]:
    """Hold the folder's lock; False where another has it or the folder may not be written; `must` True refuses then."""
    try:
        handle = os.open(out / "store" / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        if must or error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        yield False
        return
    try:
        held = _try_lock(handle) or (must and _wait(handle))
        if must and not held:
            raise StoreError("another build is at work there", path=out, remedy="wait until it ends, or name another folder with -o")
        yield held
    finally:
        os.close(handle)


def _wait(handle: int) -> bool:
    """Whether the lock is soon let go: one that only reads holds it for a moment."""
    for _ in range(PATIENCE):
        time.sleep(0.05)
        if _try_lock(handle):
            return True
    return False


def _try_lock(handle: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
