"""Plain text of any encoding: bytes -> text with \\n line ends and no BOM, nothing else changed."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from kg.errors import InputError
from kg.readers.reading import Reading

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GUESSES = ["gb18030", "big5", "big5hkscs", "utf_16_le", "utf_16_be"]
CONTROLS = frozenset(map(chr, [*range(9), *range(14, 32), 127]))
MOST_CONTROLS = 0.01  # pictures and programs have 5 % and more, the dirtiest reports seen have none
EVERYDAY = 0.9  # of the characters of simplified reports, 0.98 and more are in GB 2312; of Big5 read as GB18030, 0.7 and less
STRANGE = re.compile("[^\t-\r -~\u00a0-\u024f\u2000-\u2bff\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U000323af]")
MOST_STRANGE = 0.3  # outside Latin, Chinese and their marks: noise read as UTF-16 has half, damaged reports a hundredth


def read(data: bytes) -> Reading:
    """Give the text of `data`, or say why it is none."""
    text = decode(data)
    if not text.strip():
        raise InputError("the file holds no text", remedy="leave it out")
    if _controls(text) > MOST_CONTROLS * len(text) or len(STRANGE.findall(text)) > MOST_STRANGE * len(text):
        raise InputError("the file is no text", remedy="convert it to txt, html, pdf or docx, or leave it out")
    return Reading(text)


def decode(data: bytes) -> str:
    """Decode by mark, as UTF-8, as GB18030 where that gives everyday characters, else by what the bytes look like."""
    return _decoded(data).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\0" in data:  # UTF-16 without its mark has them in its digits and line ends, pictures and programs too
        readings = (data.decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be", "gb18030"))
        return min(readings, key=lambda text: (_controls(text), -_everyday(text)))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")  # U+FFFD for what cannot be read
    if _everyday(text) >= EVERYDAY:
        return text
    best = from_bytes(data, cp_isolation=GUESSES, enable_fallback=False).best()
    return text if best is None else data.decode(best.encoding, "replace")


def _controls(text: str) -> int:
    return sum(map(text.count, CONTROLS))


def _everyday(text: str) -> float:
    """Give the share of characters that everyday simplified Chinese has."""
    return len(text.encode("gb2312", "ignore").decode("gb2312").replace("\0", "")) / len(text)
