"""Sources -> documents: which files there are, what each is called, and its text."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import readers
from kg.errors import InputError
from kg.model import Document

# A process takes about 110 MB, and 1.2 MB more for a thousand characters of dense figures (2026-11): 400 MB are reached at a book of 400 pages.
LONGEST = 700_000  # characters of one document: ordinary text of that length takes a process to 400 MB (2026-11)
MOST_TEXT = 8 * 2**20  # bytes of plain text or of a page, whose markup may be ten times its text
MOST_BYTES = 64 * 2**20  # of one file, pictures and all, and what a member of an archive may unpack to
WILD = "*?["
LEFTOVERS = ("~$", "Thumbs.db", "desktop.ini")  # what office programs and Windows leave beside documents


@dataclass(frozen=True, slots=True)
class Source:
    """Where the bytes of one document are."""

    path: str  # the document's identity: corpus folder and path below it
    place: str  # of its file; there may be millions, and a Path takes four times the memory
    member: str = ""  # its name inside the archive that the file is

    @property
    def file(self) -> Path:
        """The file that it is or is in."""
        return Path(self.place)

    @property
    def name(self) -> str:
        """What its ending is told by: its name inside the archive, else that of its file."""
        return self.member or os.path.basename(self.place)


def find(sources: Sequence[str | Path], *, leave_out: Sequence[Path] = ()) -> list[Source]:
    """Give the documents under files, folders, archives and globs, sorted by path; `leave_out` names files and folders to pass by."""
    banned = {os.path.realpath(path) for path in leave_out}
    by_place: dict[tuple[str, str], Source] = {}
    for source in sources:
        for found in _under(str(source), banned):
            place = (os.path.realpath(found.place), found.member)
            by_place[place] = max(found, by_place.get(place, found), key=lambda one: (one.path.count("/"), one.path))
    if not by_place:
        raise InputError("no documents there", path=" ".join(map(str, sources)) or None, remedy="name a file, a folder or a glob that holds reports")
    return _unique(sorted(by_place.values(), key=lambda one: one.path))


def load(source: Source) -> bytes:
    """Give the bytes of a source."""
    try:
        if source.member:
            return _member(source)
        mode = source.file.stat().st_mode
        if stat.S_ISDIR(mode):
            return _folder(source)
        if not stat.S_ISREG(mode):  # reading a pipe or a device may never end
            raise InputError("no file of data, but a pipe or a device", path=source.path, remedy="leave it out, or write what it gives to a file")
        if source.file.suffix.lower() == ".zip":
            raise InputError("the archive is damaged or holds no documents", path=source.path, remedy="pack it anew or leave it out")
        if source.file.stat().st_size > MOST_BYTES:
            raise InputError(f"the file is larger than {MOST_BYTES >> 20} MB", path=source.path, remedy="split it")
        return source.file.read_bytes()
    except OSError as error:
        what = "folder" if os.path.isdir(source.place) else "file"
        raise InputError(f"the {what} cannot be read ({error.strerror or error})", path=source.path, remedy="check that it exists and may be read") from error


def read(source: Source, data: bytes, known: Mapping[str, str] | None = None) -> Document:
    """Give the document whose bytes are `data`; an InputError names it when it holds no text."""
    if len(data) > MOST_TEXT and readers.kind(data, source.name) in ("plain", "html"):
        raise InputError(f"the text is larger than {MOST_TEXT >> 20} MB", path=source.path, remedy="split it")
    try:
        reading = readers.read(data, source.name)
    except InputError as error:
        raise InputError(error.message, path=source.path, remedy=error.remedy) from error
    if len(reading.text) > LONGEST:
        raise InputError(f"the text has {len(reading.text):,} characters, more than {LONGEST:,}", path=source.path, remedy="split it")
    return Document(
        path=source.path,
        file_name=source.path.rpartition("/")[2].rpartition("!")[2],
        sha256=digest(data),
        text=reading.text,
        title=reading.title,
        issued=reading.issued,
        pages=reading.pages,
        known=known or {},
    )


def documents(sources: Sequence[str | Path], known: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[Document]:
    """Read every document under the sources, one at a time; the first that holds no text raises."""
    for source in find(sources):
        yield read(source, load(source), (known or {}).get(source.path))


def digest(data: bytes) -> str:
    """Give the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _under(source: str, banned: set[str]) -> Iterator[Source]:
    path = Path(source)
    if path.is_dir():
        root = path.resolve()
        for file in _walk(root, banned):
            yield from _file(file, root.name, "" if file == root else file.relative_to(root).as_posix())
    elif path.exists():
        yield from _single(path, banned)
    elif any(char in source for char in WILD):
        yield from _matching(source, banned)
    else:
        raise InputError("no such file or folder", path=source, remedy="check the spelling and the folder you are in")


def _matching(pattern: str, banned: set[str]) -> Iterator[Source]:
    hits = sorted(glob.glob(pattern, recursive=True))
    if not hits:
        raise InputError("nothing matches", path=pattern, remedy="check the pattern; ** goes through folders")
    fixed = pattern[: min(pattern.index(char) for char in WILD if char in pattern)]
    root = Path(fixed[: fixed.rfind("/") + 1] or ".").resolve()  # the last folder named without a wildcard is the corpus
    for hit in map(Path, hits):
        if hit.is_dir():
            if "**" not in pattern:
                yield from _under(str(hit), banned)
        elif not _passed_by(hit, banned):
            file = hit.absolute()
            yield from _file(file, root.name, Path(os.path.relpath(file.parent.resolve(), root), file.name).as_posix())


def _single(path: Path, banned: set[str]) -> Iterator[Source]:
    if os.path.realpath(path) not in banned:
        folder = path.parent.resolve()
        yield from _file(folder / path.name, folder.name, path.name)


def _walk(root: Path, banned: set[str]) -> Iterator[Path]:
    """The files below a folder, and the folders that cannot be read; links are followed last, so that a file goes by its own place if it has one there."""
    waiting, links, seen = [root], list[Path](), set[str]()
    while waiting or links:
        folder = waiting.pop() if waiting else links.pop(0)
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            yield folder  # `load` says why
            continue
        for entry in entries:
            if _passed_by(entry, banned):
                continue
            if not os.path.isdir(entry):
                yield entry
            else:
                (links if entry.is_symlink() else waiting).append(entry)


def _passed_by(path: Path, banned: set[str]) -> bool:
    return path.name.startswith((".", *LEFTOVERS)) or os.path.realpath(path) in banned


def _file(file: Path, corpus: str, below: str) -> Iterator[Source]:
    path = _normal(_spelled(f"{corpus}/{below}".strip("/"))) or "/"
    members = _members(file) if file.suffix.lower() == ".zip" else []
    for info in members:
        yield Source(f"{path}!/{_normal(_name(info))}", str(file), info.filename)
    if not members:
        yield Source(path, str(file))


def _members(file: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(file) as archive:
            return [info for info in archive.infolist() if not info.is_dir() and not _hidden(_name(info))]
    except (OSError, zipfile.BadZipFile):
        return []  # `load` says so of the archive as a whole


def _folder(source: Source) -> bytes:
    """Say why a folder cannot be read."""
    os.listdir(source.place)
    raise InputError("the folder could not be read a moment ago", path=source.path, remedy="build again")


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX", *LEFTOVERS)) for part in name.split("/"))


def _name(info: zipfile.ZipInfo) -> str:
    """Give a member's name; Chinese Windows writes it in GBK without saying so, and zipfile reads that as cp437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _member(source: Source) -> bytes:
    try:
        with zipfile.ZipFile(source.place) as archive:
            if archive.getinfo(source.member).file_size > MOST_BYTES:
                raise InputError(f"the member is larger than {MOST_BYTES >> 20} MB", path=source.path, remedy="split it")
            return archive.read(source.member)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, KeyError, EOFError) as error:
        raise InputError(f"the archive's member cannot be unpacked ({error})", path=source.path, remedy="unpack it yourself and build the folder") from error


def _spelled(path: str) -> str:
    """Give a file's path as its bytes say, whatever encoding the locale claims for file names."""
    raw = os.fsencode(path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "backslashreplace")  # so that two such names stay two


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _unique(found: list[Source]) -> list[Source]:
    for one, two in zip(found, found[1:], strict=False):
        if one.path == two.path:
            raise InputError(f"two files would both be called {one.path}: {one.place} and {two.place}", remedy="rename one of the folders")
    return found
