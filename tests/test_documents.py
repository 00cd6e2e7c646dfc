"""Files of every kind become documents with a stable name and unchanged text."""

from __future__ import annotations

import codecs
import os
import random
import shutil
from pathlib import Path

import files
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import documents, manifest
from kg.errors import InputError
from kg.readers import plain, read

TEXT = "全县投入3.89亿元，建成“学校”12所。\n二、主要做法\n"
LONG = "\n".join(files.PARAGRAPHS) + "\n"


def write(folder: Path, *names: str, data: bytes = TEXT.encode()) -> Path:
    """Put a file of each name under a folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def paths(*sources: str | Path) -> list[str]:
    """Give what the documents under the sources are called."""
    return [source.path for source in documents.find(sources)]


SPELLINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8 marked": ("utf-8", codecs.BOM_UTF8),
    "utf-16-le marked": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16-be marked": ("utf-16-be", codecs.BOM_UTF16_BE),
    "utf-16-le": ("utf-16-le", b""),
    "utf-16-be": ("utf-16-be", b""),
    "utf-32-le marked": ("utf-32-le", codecs.BOM_UTF32_LE),
    "gb18030": ("gb18030", b""),
    "gbk": ("gbk", b""),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("text", [TEXT, LONG, LONG * 50], ids=["short", "long", "very long"])
def test_encodings(spelling: str, text: str) -> None:
    """A report is read alike in every encoding it may come in."""
    encoding, mark = SPELLINGS[spelling]
    assert plain.read(mark + text.encode(encoding)).text == text


def test_traditional_big5() -> None:
    """Big5 is told from GBK by what its characters would be."""
    text = "全縣投入三億元，推動義務教育優質均衡發展，新建學校十二所。\n" * 4
    assert plain.read(text.encode("big5")).text == text


def test_damaged_bytes_are_marked() -> None:
    """A byte that cannot be read becomes U+FFFD and costs the line it is in at most."""
    data = LONG.encode("gb18030")
    text = plain.read(data[:9] + b"\xff" + data[9:]).text
    assert "\ufffd" in text
    assert text.endswith(LONG.partition("，覆盖")[2])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_utf8_is_unchanged(text: str) -> None:
    """Whatever is UTF-8 is read as it stands."""
    assert plain.decode(text.removeprefix("\ufeff").encode()) == text.removeprefix("\ufeff")


@pytest.mark.parametrize(("ends", "read_as"), [("\r\n", "\n"), ("\r", "\n"), ("\n", "\n"), ("\x85", "\x85"), ("\u2028", "\u2028")])
def test_line_ends(ends: str, read_as: str) -> None:
    """Line ends become \\n, and nothing else does."""
    assert plain.read(f"全县教育{ends}二".encode()).text == f"全县教育{read_as}二"


NO_TEXT = {
    "empty.txt": b"",
    "blank.txt": b" \n\t\n",
    "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "noise.md": random.Random(7).randbytes(4000),
    "noise-without-zeros.txt": random.Random(7).randbytes(4000).replace(b"\0", b"\1"),
    "broken.pdf": b"%PDF-1.4\n%%EOF\n",
    "broken.docx": b"PK\x03\x04 no archive",
    "empty.docx": files.archive({"a.xml": b"<a/>"}),
    "empty.html": b"<html><body></body></html>",
    "pictures-only.pdf": files.pdf([[]]),
    "broken.zip": b"PK\x03\x04 no archive",
    "empty.zip": files.archive({}),
}


@pytest.mark.parametrize("name", NO_TEXT)
def test_no_text(tmp_path: Path, name: str) -> None:
    """A file without text is refused in one line with its name and a remedy."""
    write(tmp_path / "corpus", name, data=NO_TEXT[name])
    (source,) = documents.find([tmp_path / "corpus"])
    with pytest.raises(InputError) as caught:
        documents.read(source, documents.load(source))
    assert str(caught.value).startswith(f"corpus/{name}: ")
    assert "; " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_cut_pdf() -> None:
    """A PDF cut anywhere gives text or says that it is damaged, and nothing else."""
    data = files.pdf([files.PARAGRAPHS, files.PARAGRAPHS])
    for end in range(5, len(data), 97):
        try:
            assert read(data[:end], "a.pdf").text
        except InputError as error:
            assert "PDF" in error.message


def test_html() -> None:
    """A page gives its article and table without navigation, and its title and date, whatever GB it declares."""
    reading = read(files.page(), "a.htm")
    assert reading.text.splitlines()[:4] == list(files.PARAGRAPHS)
    assert "| 小学 | 36 |" in reading.text
    assert "政务公开" not in reading.text
    assert (reading.title, reading.issued) == ("关于义务教育优质均衡发展情况的报告", "2023-05-18")
    assert read(files.page("utf-8", "gb2312"), "a.html") == reading


def test_docx() -> None:
    """A Word file gives paragraphs and table rows in their order."""
    rows = ["| 学段 | 学校数 |", "| 小学 | 36 |"]
    assert read(files.word(), "a.docx").text.splitlines() == [*files.PARAGRAPHS[:2], *rows, *files.PARAGRAPHS[2:]]
    assert read(files.word(), "a.doc") == read(files.word(), "a.docx")


def test_pdf() -> None:
    """A PDF gives whole paragraphs without page heads and numbers, across pages, and where each page starts."""
    cut = [(line[:20], line[20:]) if len(line) > 20 else (line,) for line in files.PARAGRAPHS]
    lines = [part for parts in cut for part in parts if part]
    pages = [["某县教育局", *lines[:4], "— 1 —"], ["某县教育局", *lines[4:6], "— 2 —"], ["某县教育局", *lines[6:], "— 3 —"]]
    reading = read(files.pdf(pages), "a.pdf")
    assert reading.text.splitlines() == list(files.PARAGRAPHS)
    assert [reading.text[start:].startswith(page[1]) for start, page in zip(reading.pages, pages, strict=True)] == [True] * 3


def test_old_word_names_both_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without antiword and LibreOffice a .doc is refused with the names of both."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"antiword.*LibreOffice"):
        read(b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc")


def test_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document is called by corpus folder and path, however it was named in the call and wherever the folder lies."""
    write(tmp_path / "here" / "corpus", "b.txt", "a.txt", "sub/c.txt")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    expected = ["corpus/a.txt", "corpus/b.txt", "corpus/sub/c.txt"]
    assert paths(tmp_path / "here" / "corpus") == paths(tmp_path / "there" / "corpus") == expected
    monkeypatch.chdir(tmp_path / "here" / "corpus")
    assert paths(".") == paths("../corpus/") == paths("**/*.txt") == expected
    assert paths("a.txt", "./b.txt") == paths("*.txt") == expected[:2]
    assert paths("a.txt", ".", str(tmp_path / "here" / "corpus" / "sub")) == expected


def test_names_are_composed(tmp_path: Path) -> None:
    """A name written in two ways is one name."""
    write(tmp_path / "corpus", "cafe\u0301.txt")
    assert paths(tmp_path / "corpus") == ["corpus/caf\u00e9.txt"]


def test_passed_by(tmp_path: Path) -> None:
    """Hidden files, office leftovers, the output folder and links back are no documents."""
    corpus = write(tmp_path / "corpus", "a.txt", ".hidden", ".git/x.txt", "~$a.docx", "exports/graph.ttl")
    (corpus / "again").symlink_to(corpus)
    found = documents.find([corpus], leave_out=[corpus / "exports"])
    assert [source.path for source in found] == ["corpus/a.txt"]


def test_archive(tmp_path: Path) -> None:
    """An archive's members are documents, their names read as GBK where zip does not say."""
    write(tmp_path / "corpus", "all.zip", data=files.archive({"县/a.txt": TEXT.encode(), "__MACOSX/a.txt": b"x", "b.txt": LONG.encode()}))
    found = documents.find([tmp_path / "corpus"])
    assert [source.path for source in found] == ["corpus/all.zip!/b.txt", "corpus/all.zip!/县/a.txt"]
    document = documents.read(found[1], documents.load(found[1]))
    assert (document.text, document.file_name) == (TEXT, "a.txt")
    old = files.archive({"x.txt": TEXT.encode()}).replace(b"x.txt", "县".encode("gbk") + b".tx")
    write(tmp_path / "old", "all.zip", data=old)
    assert paths(tmp_path / "old") == ["old/all.zip!/县.tx"]


@pytest.mark.parametrize("source", ["nowhere", "no*where", "empty", "empty/**/*.txt"])
def test_nothing_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """A source without documents is named."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"^[^:]*(nowhere|no\*where|empty)[^:]*: .*; "):
        documents.find([source])


def test_one_name_for_two(tmp_path: Path) -> None:
    """Two corpora of one name that hold a file of one name are refused."""
    one, two = write(tmp_path / "1" / "corpus", "a.txt"), write(tmp_path / "2" / "corpus", "a.txt")
    with pytest.raises(InputError, match="two files would both be called corpus/a.txt"):
        documents.find([one, two])


def test_bytes_in_names(tmp_path: Path) -> None:
    """A file name in GBK is read as such."""
    (tmp_path / "corpus").mkdir()
    try:
        with open(os.fsencode(tmp_path / "corpus") + b"/\xcf\xd8.txt", "wb") as stream:
            stream.write(TEXT.encode())
    except OSError:  # macOS refuses such names
        return
    assert paths(tmp_path / "corpus") == ["corpus/县.txt"]


def test_manifest(tmp_path: Path) -> None:
    """The manifest is read in any encoding, and names files by any ending of their path."""
    table = tmp_path / "m.csv"
    table.write_bytes('file,region,date,publisher\r\na.txt,乌海市,2023-05,"教育局, 督导室"\r\nsub/a.txt,,,\r\n\r\n'.encode("gb18030"))
    with pytest.raises(InputError, match="m.csv:2: 'a.txt' may be c/a.txt or c/sub/a.txt; write the longer path"):
        manifest.read(table, ["c/a.txt", "c/sub/a.txt"])
    table.write_bytes(table.read_bytes().replace(b"\na.txt", b"\nc/a.txt"))
    assert manifest.read(table, ["c/a.txt", "c/sub/a.txt"]) == {
        "c/a.txt": {"region": "乌海市", "date": "2023-05", "publisher": "教育局, 督导室"},
        "c/sub/a.txt": {},
    }


BAD_MANIFESTS = {
    "file,regoin\na.txt,x\n": "m.csv:1: no column is called 'regoin'; there are file, region",
    "region\nx\n": "m.csv:1: the first line must name each column once and `file` among them",
    "": "m.csv:1: the first line must name",
    "file,date\nb.txt,2023\n": "m.csv:2: no document is called 'b.txt'",
    "file,date\na.txt,2023-02-30\n": "m.csv:2: '2023-02-30' is no date; write 2023, 2023-05 or 2023-05-18",
    "file,date\na.txt,05/18/2023\n": "m.csv:2: '05/18/2023' is no date",
    "file,period\na.txt,last year\n": "m.csv:2: 'last year' is no period",
    "file,url\na.txt,javascript:x\n": "m.csv:2: 'javascript:x' is no address",
    "file,date\na.txt\n": "m.csv:2: 1 cells where the first line names 2 columns",
    "file\na.txt\n\na.txt\n": "m.csv:4: c/a.txt has a line already",
    'file\n"a.txt\n': "m.csv:2: no CSV table",
}


@pytest.mark.parametrize("table", BAD_MANIFESTS)
def test_bad_manifest(tmp_path: Path, table: str) -> None:
    """A mistake in the manifest is named with file and line and what to do."""
    file = tmp_path / "m.csv"
    file.write_text(table)
    with pytest.raises(InputError) as caught:
        manifest.read(file, ["c/a.txt"])
    assert BAD_MANIFESTS[table] in str(caught.value)


def test_all_mistakes_of_a_manifest(tmp_path: Path) -> None:
    """All that is wrong with a manifest is said at once."""
    file = tmp_path / "m.csv"
    file.write_text("file,date\nb.txt,2023\na.txt,soon\n")
    with pytest.raises(InputError) as caught:
        manifest.read(file, ["c/a.txt"])
    assert len(str(caught.value).splitlines()) == 2
