"""What cannot be read is named, and nothing else is lost or held up by it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_build import REPORT, corpus, humbly
from test_documents import TEXT, paths, write

from kg import documents
from kg.errors import InputError

MANY = 9  # folders that link to each other: 9! ways through them


def refused(file: Path) -> str:
    """Give why the only document of a folder is not read."""
    (source,) = documents.find([file.parent])
    with pytest.raises(InputError) as error:
        documents.read(source, documents.load(source))
    return str(error.value)


def test_folders_that_may_not_be_read(tmp_path: Path) -> None:
    """Folders that may not be listed or entered, and files in them, are named with a remedy; the others are built."""
    texts = corpus(tmp_path / "corpus", range(2))
    for name, mode in (("closed", 0o000), ("no-entry", 0o444)):
        write(texts / name, "in.txt")
        (texts / name).chmod(mode)
    try:
        result = humbly("build", str(texts), "-o", str(tmp_path / "out"))
    finally:
        for name in ("closed", "no-entry"):
            (texts / name).chmod(0o755)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "kg: corpus/closed: the folder cannot be read (Permission denied); check that it exists and may be read",
        "kg: corpus/no-entry/in.txt: the file cannot be read (Permission denied); check that it exists and may be read",
    ]
    assert "2 documents (2 new or changed, 0 removed, 2 unreadable)" in result.stdout.splitlines()[-1]
    again = humbly("build", str(texts), "-o", str(tmp_path / "out"))
    assert (again.returncode, again.stderr) == (0, "")
    assert "4 documents (2 new or changed" in again.stdout.splitlines()[-1]


def test_a_corpus_that_may_not_be_read(tmp_path: Path) -> None:
    """Where the whole corpus is closed, that is the answer."""
    (texts := corpus(tmp_path / "corpus", range(1))).chmod(0)
    try:
        result = humbly("build", str(texts), "-o", str(tmp_path / "out"))
    finally:
        texts.chmod(0o755)
    assert result.returncode == 2
    assert result.stderr == "kg: corpus: the folder cannot be read (Permission denied); check that it exists and may be read\n"


def test_links_in_a_circle(tmp_path: Path) -> None:
    """Folders that link to each other are gone through once, each file by its own place; a link to itself is named."""
    texts = tmp_path / "corpus"
    for one in range(MANY):
        write(texts / f"{one}", "in.txt", data=REPORT.format(number=one).encode())
        for other in range(MANY):
            (texts / f"{one}" / f"to-{other}").symlink_to(f"../{other}")
    (texts / "a-link").symlink_to("8")
    assert paths(texts) == [f"corpus/{one}/in.txt" for one in range(MANY)]
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "self").symlink_to("self")
    assert refused(tmp_path / "alone" / "self").startswith("alone/self: the file cannot be read (Too many levels of symbolic links); ")


def test_a_link_out_of_the_corpus_is_followed(tmp_path: Path) -> None:
    """Folders that lie elsewhere are part of the corpus by their link, also one link behind another."""
    write(tmp_path / "elsewhere", "a.txt")
    write(tmp_path / "further", "b.txt")
    write(tmp_path / "corpus", "c.txt")
    (tmp_path / "corpus" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "on").symlink_to(tmp_path / "further")
    assert paths(tmp_path / "corpus") == ["corpus/c.txt", "corpus/link/a.txt", "corpus/link/on/b.txt"]


def test_pipes_and_devices(tmp_path: Path) -> None:
    """What may never end is not begun."""
    (tmp_path / "one").mkdir()
    os.mkfifo(tmp_path / "one" / "pipe.txt")
    assert refused(tmp_path / "one" / "pipe.txt").startswith("one/pipe.txt: no file of data, but a pipe or a device; ")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "zero.txt").symlink_to("/dev/zero")
    assert "a pipe or a device" in refused(tmp_path / "two" / "zero.txt")


def test_what_is_gone_when_it_is_read(tmp_path: Path) -> None:
    """A file that vanishes between being found and being read is named; one that was cut is read as it is."""
    texts = write(tmp_path / "corpus", "a.txt", "b.txt")
    gone, cut = documents.find([texts])
    (texts / "a.txt").unlink()
    (texts / "b.txt").write_bytes(TEXT.encode()[:31])  # within a character
    with pytest.raises(InputError, match=r"^corpus/a.txt: the file cannot be read \(No such file or directory\); "):
        documents.load(gone)
    assert documents.read(cut, documents.load(cut)).text.startswith(TEXT[:9])


@pytest.mark.skipif(os.name != "posix" or os.uname().sysname == "Darwin", reason="names are always UTF-8 there")
def test_names_in_no_encoding(tmp_path: Path) -> None:
    """Names that no encoding explains stay as many as they are."""
    (tmp_path / "corpus").mkdir()
    for name in (b"\xff\xfe.txt", b"\xff\xff.txt", b"\xbd\xcc\xd3\xfd.txt"):
        with open(os.path.join(os.fsencode(tmp_path), b"corpus", name), "wb") as stream:
            stream.write(TEXT.encode())
    assert len({*paths(tmp_path / "corpus")}) == 3
    assert "corpus/教育.txt" in paths(tmp_path / "corpus")


SIZES = {
    "a text": ("a.txt", (TEXT * (documents.LONGEST // len(TEXT) + 1)).encode(), "characters, more than 700,000; split it"),
    "a page": ("a.html", b"<p>" + b"<br>" * (documents.MOST_TEXT // 4), "the text is larger than 8 MB; split it"),
    "noise": ("a.txt", b"x" * (documents.MOST_TEXT + 1), "the text is larger than 8 MB; split it"),
}


@pytest.mark.parametrize("size", SIZES)
def test_no_report_is_so_long(tmp_path: Path, size: str) -> None:
    """What is longer than a book is refused before it takes the memory of all others."""
    name, data, said = SIZES[size]
    write(tmp_path / "corpus", name, data=data)
    assert refused(tmp_path / "corpus" / name).endswith(said)


def test_no_file_is_so_large(tmp_path: Path) -> None:
    """A file larger than any scan of a report is not even read."""
    (tmp_path / "corpus").mkdir()
    with (tmp_path / "corpus" / "a.pdf").open("wb") as stream:
        stream.truncate(documents.MOST_BYTES + 1)
    assert refused(tmp_path / "corpus" / "a.pdf").endswith("the file is larger than 64 MB; split it")
