"""Web pages: the article without navigation, with its title and date where the page states them."""

from __future__ import annotations

import logging
import re

import trafilatura
from trafilatura.metadata import extract_metadata

from kg.errors import InputError
from kg.readers.plain import decode
from kg.readers.reading import Reading

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what goes wrong is said by an InputError
logging.getLogger("htmldate").setLevel(logging.CRITICAL)
DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
GB = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936"}  # all read as GB18030, which contains them
# The page's own date only, and no default upper bound: that would be today.
DATE = {"original_date": True, "extensive_search": False, "max_date": "2100-12-31"}


def read(data: bytes) -> Reading:
    """Give the article of a page; its h1 is the title and not in the text."""
    page = _page(data)
    text = trafilatura.extract(page, include_comments=False, include_tables=True, favor_recall=True, date_extraction_params=dict(DATE))
    text = text or trafilatura.html2txt(page)
    if not text or not text.strip():
        raise InputError("the page holds no text", remedy="save the article itself, or leave the file out")
    about = extract_metadata(page, date_config=dict(DATE))
    return Reading(text.strip("\n") + "\n", title=about.title or "", issued=about.date or "")


def _page(data: bytes) -> str:
    declared = DECLARED.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    if name and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("gb18030" if name in GB else name)
        except (LookupError, UnicodeDecodeError):
            pass  # the page declares what it is not: look at the bytes instead
    return decode(data)
