"""Lines that a page's width has broken, and which of them make one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

ENDED = "。；：！？.;:!?”）)》"
NUMERAL = r"[一二三四五六七八九十\d]{1,3}"
STARTS = re.compile(rf"{NUMERAL}、|\d{{1,2}}[.．](?!\d)|[（(]{NUMERAL}[）)]|第{NUMERAL}[章节条部]|[|\t·•●■◆▲]")
PAGE = re.compile(
    r"[\s·.]*(?:[—–\-]{1,2}\s*\d{1,4}\s*[—–\-]{1,2}|第\s*\d{1,4}\s*页(?:\s*[/共，,]*\s*\d{1,4}\s*页)?)[\s·.]*"
)  # a page's number on a line of its own
ROW = re.compile(r"[|\t]|\S[ \u3000]{2,}\S.*\S[ \u3000]{2,}\S|^[\s─━—=_*-]+$")  # of a table, or a rule above or below one
FULL = 0.75  # of the usual width: shorter lines end a paragraph
NARROW, WIDE = 36, 110  # half-width columns of a line that a page has broken
SHARE = 0.3  # of a text's lines are full and end inside a sentence where a page has broken them; in texts of one paragraph a line hardly any
LEAST = 6  # such lines
IN_TITLE = re.compile(r"《[^《》\n]{2,50}(\n[ \t\u3000]*)(?=[^《》\n]{1,50}》)")  # a line that ends inside the name of a paper
LONGER, FEW = 1.35, 0.1  # than usual, and the share of lines that may be
SENTENCE = re.compile("[，,。；;]")
INDENT = re.compile(r"[\u3000 \t]{2,}")
UNLINED = 300  # characters of a line from which on it is a text that has lost its line ends
TITLE = re.compile(r"[^。，；\s]{5,50}(?=[ \t\u3000])")
BORDER = re.compile(r"(?<=[。！？])[ \t\u3000]|[ \t\u3000](?=[ \t\u3000])")


def lined(text: str) -> str:
    """A text of the same length that, where it has lost its line ends, has them again: behind its title, in wide gaps and in gaps between sentences."""
    bare = text.strip()
    if len(bare) < UNLINED or "\n" in bare:
        return text
    start = text.index(bare)
    title = TITLE.match(text, start)
    at = title.end() if title else start
    return text[:at] + ("\n" if title else "") + BORDER.sub("\n", text[at + bool(title) :])


def gap(last: str, line: str, usual: int, indented: bool = False) -> str:
    """What stands between two visual lines: an end of paragraph, a blank between words of Latin script, or nothing.

    `usual` is the width of most lines; where paragraphs are `indented`, a line that is not goes on with the sentence before it, however short that is.
    """
    if last[-1] in ENDED or width(last) < FULL * usual and not (indented and SENTENCE.search(last)) or STARTS.match(line):
        return "\n"
    return " " if last[-1].isascii() and last[-1].isalpha() and line[0].isascii() and line[0].isalpha() else ""


def usual_width(lines: Iterable[str]) -> int:
    """The width that a fifth of the lines reach, in half-width columns."""
    widths = sorted(map(width, lines))
    return widths[len(widths) * 4 // 5] if widths else 0


def width(line: str) -> int:
    """The columns that a line takes: two for a Chinese character."""
    return 2 * len(line) - len(line.encode("ascii", "ignore"))


def joined(text: str) -> Iterator[tuple[int, int]]:
    """The spans of a text to leave out that it may read as paragraphs: line ends inside them, and numbers of pages; none in a text that no page has broken."""
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text) if m[0].strip()]
    body = [(a, b) for a, b in lines if not PAGE.fullmatch(text, a, b)]
    usual = usual_width(text[a:b].strip() for a, b in body)
    if not _broken([text[a:b].strip() for a, b in body], usual):
        yield from (m.span(1) for m in IN_TITLE.finditer(text))
        return
    yield from ((a, min(b + 1, len(text))) for a, b in lines if PAGE.fullmatch(text, a, b))
    begun = [a for a, _ in body if INDENT.match(text, a)]
    for (a, b), (c, d) in zip(body, body[1:], strict=False):
        last, line = text[a:b], text[c:d]
        between = PAGE.sub("", text[b:c]).strip()
        goes_on = len(begun) >= LEAST and a >= begun[0] and not INDENT.match(line)
        if not between and not ROW.search(last) and not ROW.search(line) and gap(last.strip(), line.strip(), usual, goes_on) == "":
            if text[b:c].count("\n") == 1 or PAGE.search(text, b, c):
                yield b, c


def _broken(lines: Sequence[str], usual: int) -> bool:
    """Whether a page's width has broken the lines: few are much longer than most, and many full ones end inside a sentence."""
    if not NARROW <= usual <= WIDE or sum(width(line) > usual * LONGER for line in lines) > FEW * len(lines):
        return False
    inside = sum(line[-1] not in ENDED and width(line) >= FULL * usual for line in lines)
    return inside >= max(LEAST, SHARE * len(lines))
