"""Readers: the bytes of a file -> its text; one module a format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from kg.readers.reading import Reading

FORMATS: Mapping[str, str] = {
    **dict.fromkeys((".html", ".htm", ".shtml", ".xhtml"), "html"),
    ".pdf": "pdf",
    ".docx": "docx",
    **dict.fromkeys((".doc", ".wps", ".rtf", ".odt"), "doc"),
}
# Names lie, above all .doc: the first bytes decide where they can.
SIGNATURES = ((b"%PDF-", "pdf"), (b"\xd0\xcf\x11\xe0", "doc"), (b"{\\rtf", "doc"))
HALVES = re.compile("[\ud800-\udfff]")  # of characters, which damaged PDFs hold; no file can be written with them
OLD = {".doc", ".wps", ".rtf"}


def read(data: bytes, name: str) -> Reading:
    """Give the text of a file, by its first bytes and the suffix of its name; what is unknown is plain text."""
    # Loaded when first needed: the HTML reader alone takes 0.1 s to import, and most corpora are plain text.
    reader = cast(Callable[[bytes], Reading], import_module(f"kg.readers.{kind(data, name)}").read)
    reading = reader(data)
    return replace(reading, text=HALVES.sub("\ufffd", reading.text), title=HALVES.sub("\ufffd", reading.title))


def kind(data: bytes, name: str) -> str:
    """The reader that a file is read with, called by its module."""
    suffix = PurePosixPath(name).suffix.lower()
    for signature, reader in SIGNATURES:
        if data.startswith(signature):
            return reader
    if suffix in OLD and data.startswith(b"PK\x03\x04"):
        return "docx"
    if suffix in OLD and b"<html" in data[:1024].lower():
        return "html"
    return FORMATS.get(suffix, "plain")
