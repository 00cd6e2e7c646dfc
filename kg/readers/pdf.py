"""PDF: visual lines joined to paragraphs, page heads and feet dropped, the offset of each page kept."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from kg.errors import InputError
from kg.readers.reading import Reading
from kg.wrapping import gap, usual_width

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what goes wrong is said by an InputError
# What pypdf lets through on files that break the format.
BROKEN = (PyPdfError, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError)
NUMBER = re.compile(r"[\s—–\-·.第页/共]*\d{1,4}[\s—–\-·.第页/共\d]*")


def read(data: bytes) -> Reading:
    """Give the text of a PDF, one paragraph a line."""
    pages = _without_edges([_lines(page) for page in _pages(data)])
    if not any(pages):
        raise InputError("the PDF holds no text, only pictures of it", remedy="run text recognition (OCR) over it first")
    text, starts = _joined(pages)
    return Reading(text, pages=starts)


def _pages(data: bytes) -> list[str]:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("the PDF is locked by a password", remedy="save it without one")
        return [page.extract_text() for page in reader.pages]
    except BROKEN as error:
        raise InputError(f"the PDF is damaged ({type(error).__name__})", remedy="open it and save it anew") from error


def _lines(page: str) -> list[str]:
    return [line for raw in page.replace("\x00", "").splitlines() if (line := raw.strip())]


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Drop page numbers, and first and last lines that most pages share."""
    seen = Counter(line for page in pages for line in {_bare(edge) for edge in page[:1] + page[-1:]})
    often = {line for line, times in seen.items() if line and times >= 3 and times * 2 > len(pages)}
    return [_trimmed(page, often) for page in pages]


def _trimmed(page: list[str], often: set[str]) -> list[str]:
    def edge(line: str) -> bool:
        return bool(NUMBER.fullmatch(line)) or _bare(line) in often

    while page and edge(page[0]):
        page = page[1:]
    while page and edge(page[-1]):
        page = page[:-1]
    return page


def _bare(line: str) -> str:
    return re.sub(r"[\d\s—–-]", "", line)


def _joined(pages: list[list[str]]) -> tuple[str, tuple[int, ...]]:
    usual = usual_width(line for page in pages for line in page)
    parts: list[str] = []
    starts, length, last = [], 0, ""
    for page in pages:
        blank = gap(last, page[0], usual) if last and page else ""
        starts.append(length + len(blank))
        for line in page:
            blank = gap(last, line, usual) if last else ""
            parts += [blank, line]
            length += len(blank) + len(line)
            last = line
    return "".join(parts) + "\n", tuple(starts)
