"""The paragraphs of a clean text with the headings above them, and what on the page is no part of the document."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.model import Evidence, record, replaced
from kg.text import LONGEST_PASSAGE, LONGEST_SENTENCE, Text

CLAUSE_ENDS = re.compile("[,;:。!?\n]")
SENTENCE_ENDS = re.compile("[。!?\n]")
OF_PLACE = re.compile("[●■▲◆·○★]?\\s*[一-鿿]{1,9}[省市州盟县区旗]:")
LONGEST_OF_PLACE = 40
ABOVE = -1  # the level of a paper's parts
PAIR = re.compile("[^—→⇋↔。;:]{2,24}(?:—{1,2}|→|⇋|↔)[^—→⇋↔。;:]{2,24}")
BOXED = "【"
FIRST = r"(?=[(（]一[)）])"  # the first of the parts of a section
SEAMS = re.compile(rf"[。;]|(?<!\d):|{FIRST}")  # not in 18.1:1、
LONGEST_CLAUSE = 200  # characters; the longest of the annotated reports has 176 (2026-11), and a longer one is divided


@record
class Heading:
    """A heading: its level (0 highest but for the parts of a paper), text and span."""

    level: int
    text: str
    start: int
    end: int


@record
class Passage:
    """A run of clean text under one chain of headings: a paragraph, or the part of one behind an inline heading."""

    start: int
    end: int
    paragraph: int
    headings: tuple[Heading, ...]
    junk: bool = False
    heading: bool = False  # the line is nothing but a heading

    @property
    def path(self) -> str:
        """The headings joined as edu:heading has them."""
        return " > ".join(h.text for h in self.headings)


class Outline:
    """The passages of one text, and the clause and sentence around any position."""

    def __init__(self, text: Text, passages: Sequence[Passage]) -> None:
        self.text, self.clean, self.passages = text, text.clean, passages
        self.title = 0  # where the document's title stands, once that is known
        self.starts = [0, *(p.start for p in passages[1:])]
        self.clauses = Stretches(self.clean, CLAUSE_ENDS, LONGEST_CLAUSE)
        self.sentences = Stretches(self.clean, SENTENCE_ENDS, LONGEST_SENTENCE, self.clauses.starts)

    def index(self, at: int) -> int:
        """The ordinal of the passage a position lies in."""
        return bisect.bisect_right(self.starts, at) - 1

    def passage(self, at: int) -> Passage:
        """The passage a position lies in."""
        return self.passages[bisect.bisect_right(self.starts, at) - 1]

    def clause(self, at: int) -> tuple[int, int]:
        """The span between commas around a position."""
        return self.clauses.spans[bisect.bisect_right(self.clauses.starts, at) - 1]

    def sentence(self, at: int) -> tuple[int, int]:
        """The span between full stops around a position, inside its passage; a semicolon ends it too."""
        start, end = self.text.sentence(at)
        p = self.passage(at)
        return max(start, p.start) if p.start <= at else start, min(end, p.end) if at < p.end else end

    def period_sentence(self, at: int) -> tuple[int, int]:
        """The same, where semicolons do not end a sentence."""
        p = self.passages[bisect.bisect_right(self.starts, at) - 1]
        start, end = self.sentences.spans[bisect.bisect_right(self.sentences.starts, at) - 1]
        return min(at, max(p.start, start)), max(at, min(p.end, end))

    def evidence(self, start: int, end: int) -> Evidence:
        """The quote for clean[start:end]: it and as much of its sentence as keeps the quote short."""
        p = self.passage(start)
        return self.text.evidence(start, end, self.sentence(start), (p.paragraph, p.path))


class Stretches:
    """A text parted at marks, and where no mark stands for too long at the last of the `seams` before that, or anywhere: `spans` are without their marks."""

    def __init__(self, clean: str, marks: re.Pattern[str], longest: int, seams: Sequence[int] = ()) -> None:
        self.starts, self.ends = [0], list[int]()
        for first, last in (*((m.start(), m.end()) for m in marks.finditer(clean)), (len(clean), len(clean))):
            while first - self.starts[-1] > longest:
                limit = self.starts[-1] + longest
                seam = seams[bisect.bisect_right(seams, limit) - 1] if seams else limit
                self._part(*(2 * [seam if seam > self.starts[-1] else limit]))
            self._part(first, last)
        self.starts.pop()  # behind the last mark
        self.spans = [*zip(self.starts, self.ends, strict=True)]

    def _part(self, end: int, start: int) -> None:
        self.ends.append(end)
        self.starts.append(start)


def outline(text: Text, words: Mapping[str, Any]) -> Outline:
    """The passages of a text; one for the whole where it has no lines."""
    marks, address = [re.compile(p) for p in (words["part"], *words["levels"])], re.compile(words["address"])
    junk = [re.compile(p) for p in words["junk"]]
    out: list[Passage] = []
    chain: list[Heading] = []
    lines = [*re.finditer(r"[^\n]+", text.clean)]
    rows = [PAIR.fullmatch(m[0]) is not None for m in lines]
    for number, m in enumerate(lines, start=1):
        line = m[0]
        if rows[number - 1] and True in (*rows[max(0, number - 2) : number - 1], *rows[number : number + 1]):  # a list of pairs, no headings
            out.append(Passage(m.start(), m.end(), number, tuple(chain)))
            continue
        if is_junk(line, junk, words):
            out.append(Passage(m.start(), m.end(), number, (), junk=True))
            continue
        if _behind_list(text.clean, m.start(), chain) and not any(p.match(line) for p in marks):
            del chain[-2:]
        if address.match(line):
            chain.clear()
        out.extend(_line(text.clean, m.start(), m.end(), number, marks, chain, words["longest_heading"]))
    return Outline(text, [part for p in out for part in parts(text, p)] or [Passage(0, len(text.clean), 1, ())])


def parts(text: Text, passage: Passage) -> Iterator[Passage]:
    """A passage, or its sentences in several where it is very long: a page that has lost its line ends."""
    start = passage.start
    while passage.end - start > LONGEST_PASSAGE:
        stop = text.sentence(start + LONGEST_PASSAGE)[0]
        yield replaced(passage, start=start, end=stop)
        start = stop
    yield replaced(passage, start=start)


def is_junk(line: str, patterns: Sequence[re.Pattern[str]], words: Mapping[str, Any]) -> bool:
    """Whether a line belongs to the page: navigation, share buttons, imprint, link lists."""
    if line.count("。") < 2 and any(p.search(line) for p in patterns):
        return True
    cells = re.split(words["separators"], line)
    return len(cells) > words["links_at_least"] and all(len(c) <= 14 and not re.search(r"\d{2}|[。;:]", c) for c in cells)


def _line(clean: str, start: int, end: int, number: int, marks: Sequence[re.Pattern[str]], chain: list[Heading], longest: int) -> list[Passage]:
    """The passages of one line; `chain` is the headings in force and is changed."""
    out: list[Passage] = []
    at = start
    while at < end:
        found = next(((level, m) for level, p in enumerate(marks, ABOVE) if (m := p.match(clean, at))), None)
        if found is None:
            if at == start and plain_heading(clean[start:end]):
                _enter(chain, Heading(1 if any(h.level == 0 for h in chain) else 0, clean[start:end].rstrip(":"), start, end))
                out.append(Passage(start, end, number, tuple(chain), heading=True))
                return out
            break
        level, m = found
        stop = _heading_end(clean, m.end(), end, longest)
        while at == start and m[0].startswith(BOXED) and chain and OF_PLACE.match(clean, chain[-1].start):
            chain.pop()  # 【下步要求】 is no more of the place that the line before it told of
        if m[0].startswith(BOXED) and stop == end and all(h.level or clean.startswith(BOXED, h.start) for h in chain):
            level = 0  # a line of its own, under nothing: it heads what other marks part
        if stop is None:
            _enter(chain, Heading(level, m[0].strip(), at, m.end()))
            break
        _enter(chain, Heading(level, clean[at:stop].rstrip("。:】"), at, stop))
        out.append(Passage(at, stop, number, tuple(chain), heading=True))
        at = stop
    if at < end:
        out.extend(_inline(clean, at, end, number, marks, chain, longest))
    return out


def _inline(clean: str, at: int, end: int, number: int, marks: Sequence[re.Pattern[str]], chain: list[Heading], longest: int) -> list[Passage]:
    """The passages of running text: a mark after a full stop begins a new one."""
    out: list[Passage] = []
    whole = not chain or chain[0].level > 0  # a page that has lost its line ends: its sections begin inside the line
    for m in SEAMS.finditer(clean, at, end):
        here = m.end()
        found = next(((level, x) for level, p in enumerate(marks, ABOVE) if (level or whole) and (x := p.match(clean, here))), None)
        if found is None or here >= end:
            continue
        begin = out[-1].end if out else at
        if here > begin:
            out.append(Passage(begin, here, number, tuple(chain)))
        level, x = found
        stop = _heading_end(clean, x.end(), end, longest)
        _enter(chain, Heading(level, clean[here : stop or x.end()].rstrip("。:"), here, stop or x.end()))
    begin = out[-1].end if out else at
    if begin < end:
        out.append(Passage(begin, end, number, tuple(chain)))
    return out


def _heading_end(clean: str, at: int, end: int, longest: int) -> int | None:
    """Where the heading that begins at `at` ends: its first full stop, or the line's end; None for a heading without text."""
    m = re.compile(rf"[。】:;!?]|{FIRST}").search(clean, at, min(end, at + longest))
    if m:
        return m.end() if m[0] in "。】:" else None
    return end if end - at <= longest else None


def _behind_list(clean: str, start: int, chain: Sequence[Heading]) -> bool:
    """Whether a paragraph without mark stands, after an empty line, behind a list of items with text of their own that a line ending in a colon leads in."""
    if len(chain) < 2 or not clean.endswith("\n\n", 0, start):
        return False
    lead, item = chain[-2:]
    led = clean.endswith(":", lead.start, lead.end) and plain_heading(clean[lead.start : lead.end])
    return led and clean.find("\n\n", lead.end, start - 2) < 0 and clean[item.end : item.end + 1] not in ("", "\n")


def plain_heading(line: str) -> bool:
    """Whether a line without mark is a heading: short, without stop or figure, or ending in a colon, or headed by a place (某县:办好村校的路)."""
    if OF_PLACE.match(line) and len(line) <= LONGEST_OF_PLACE and not re.search("[。;!?|\t]|\\d{2}", line):
        return True
    return len(line) <= 24 and not re.search(r"[。;,!?|\t]|\d{3}", line) and (line.endswith(":") or len(line) <= 16 and not re.search(r"[\d《》:]", line))


def _enter(chain: list[Heading], heading: Heading) -> None:
    while chain and chain[-1].level >= heading.level:
        chain.pop()
    chain.append(heading)
