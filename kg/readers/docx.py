"""Word files (.docx): paragraphs and tables in their order, a table row as | cell | cell |."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.opc.exceptions import OpcError
from docx.table import Table
from lxml.etree import LxmlError

from kg.errors import InputError
from kg.readers.reading import Reading


def read(data: bytes) -> Reading:
    """Give the text of a .docx, one paragraph or table row a line."""
    try:
        text = "\n".join(line for block in Document(io.BytesIO(data)).iter_inner_content() for line in _lines(block))
    except (OpcError, LxmlError, zipfile.BadZipFile, LookupError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"the Word file is damaged ({type(error).__name__})", remedy="open it and save it anew as .docx") from error
    if not text.strip():
        raise InputError("the Word file holds no text", remedy="if it holds pictures of text, run text recognition (OCR) first")
    return Reading(text + "\n")


def _lines(block: object) -> Iterator[str]:
    if not isinstance(block, Table):
        yield from str(getattr(block, "text", "")).replace("\r", "\n").split("\n")
        return
    for row in block.rows:
        cells = list(dict.fromkeys(cell._tc for cell in row.cells))  # a merged cell comes once for each column it spans
        texts = {cell._tc: " ".join(cell.text.split()) for cell in row.cells}
        yield "| " + " | ".join(texts[cell] for cell in cells) + " |"
