"""A document's text cleaned for matching, with the way back to the original."""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Sequence
from operator import itemgetter

from kg.columns import HELD, SPACE, columned
from kg.model import Document, Evidence
from kg.repair import converter, repair
from kg.spans import between
from kg.words import frequency, words
from kg.wrapping import joined, lined

WIDEST = 200  # characters of a quote of whole clauses
LONGEST_EVIDENCE = 300  # contract: a longer quote shows nothing
LONGEST_SENTENCE, LONGEST_PASSAGE = 500, 3000  # characters; the longest of the annotated reports have 372 and 1009 (2026-11), and longer ones are divided
SHARE_TRADITIONAL = 0.02  # a simplified text changes in under 0.1 % of its characters, a traditional one in over 20 % (2026-11)
BLANKS = re.compile(f"{SPACE.pattern}|{HELD}+")
NOTES_AT_LEAST = 3  # one bracketed syllable may be meant, three are a converter's notes
CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
NOTE = re.compile(rf"\([a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*\)|(?<=[{CJK}])\([a-z]{{1,6}}\)")
TONE = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")
QUOTES = {"“": 1, "”": -1, "‘": 1, "’": -1, "「": 1, "」": -1, "『": 1, "』": -1, '"': 0}
CLOSING = "".join(c for c, turn in QUOTES.items() if turn == -1)
TURN = re.compile(f"[\n{''.join(QUOTES)}]")
STOPS = "。！？!?；;"
MARK = re.compile(f"[\n《(》),:{STOPS}]")
WIDE = {0xFF01 + i: 0x21 + i for i in range(94)} | {ord("∶"): ord(":"), ord("﹪"): ord("%"), ord("．"): ord("."), ord("│"): ord("|"), ord("⁄"): ord("/")}


class Text:
    """The clean text of a document: simplified, half-width, without notes and quotation marks."""

    def __init__(self, document: Document, clean: str, origin: list[int], quoted: tuple[tuple[int, int], ...]) -> None:
        self.document, self.clean, self.origin, self.quoted = document, clean, origin, quoted
        self.sentence_starts = sentence_starts(clean)
        ends = [*self.sentence_starts[1:], len(clean)]
        self._sentences = [(a, a + len(clean[a:b].rstrip("\n"))) for a, b in zip(self.sentence_starts, ends, strict=True)]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that clean[start:end] stands for, with enclosing notes and quotation marks."""
        raw = self.document.text
        first, last = self.origin[start], self.origin[end - 1] + 1
        if note := NOTE.match(raw, last):
            last = note.end()
        if first and QUOTES.get(raw[first - 1]) == 1 and any(c in raw[first : last + 1] for c in CLOSING):
            first -= 1
        if last < len(raw) and QUOTES.get(raw[last]) == -1 and raw[first:last].count(raw[last]) < sum(raw[first:last].count(q) for q in "“‘「『"):
            last += 1
        return first, last

    def clean_at(self, start: int) -> int:
        """The clean position of a position in the original, or of the next one that was kept."""
        return min(bisect.bisect_left(self.origin, start), max(0, len(self.clean) - 1))

    def quote(self, start: int, end: int) -> str:
        """The original wording of clean[start:end]."""
        first, last = self.raw_span(start, end)
        return self.document.text[first:last]

    def sentence(self, at: int) -> tuple[int, int]:
        """The clean span of the sentence around a position."""
        return self._sentences[bisect.bisect_right(self.sentence_starts, at) - 1]

    def quotes(self, low: int, high: int) -> Sequence[tuple[int, int]]:
        """The quoted spans that begin in clean[low:high]."""
        return between(self.quoted, low, high, key=itemgetter(0))

    def evidence(self, start: int, end: int, context: tuple[int, int], place: tuple[int, str]) -> Evidence:
        """A quote that holds clean[start:end] and as much of its context as keeps it short."""
        first, last = widen(self.clean, start, end, context)
        while last > first and self.clean[last - 1] in " \t\n":
            last -= 1
        while first < last and self.clean[first] in " \t\n":
            first += 1
        b, e = self.raw_span(first, last)
        if e - b > LONGEST_EVIDENCE:
            b, e = self.raw_span(start, end)
            e = min(e, b + LONGEST_EVIDENCE)
        page = bisect.bisect_right(self.document.pages, b)
        return Evidence(b, e, self.document.text[b:e], place[0], place[1], page)


def sentence_starts(clean: str) -> list[int]:
    """Where sentences begin: after full stops, line ends and the like; in a long one after a comma, and in a very long one anywhere."""
    starts, depth = [0], 0
    for m in MARK.finditer(f"{clean}\n"):
        i, c = m.start(), m[0]
        while i - starts[-1] > 2 * LONGEST_SENTENCE:
            starts.append(starts[-1] + 2 * LONGEST_SENTENCE + 1)
        depth = 0 if c == "\n" else depth + (c in "《(") - (c in "》)" and depth > 0)
        if c == "\n" or (c in STOPS and not depth) or i - starts[-1] >= LONGEST_SENTENCE and (c in ",:" or i - starts[-1] == 2 * LONGEST_SENTENCE):
            starts.append(i + 1)
    return [s for s in starts if s < len(clean)] or [0]


def widen(clean: str, start: int, end: int, context: tuple[int, int]) -> tuple[int, int]:
    """clean[start:end] widened to whole clauses inside its context, up to about a hundred characters."""
    first, last = min(context[0], start), max(context[1], end)
    if last - first <= 110:
        return first, last
    low = max(first, end - WIDEST - 1)
    b = min(start, max(low, *(clean.rfind(mark, low, start) + 1 for mark in ",;:。")))
    high = max(end, min(last, b + WIDEST + 1))
    e = min([high, *(at for mark in ",;。" if (at := clean.find(mark, end, high)) >= 0)])
    return (b, e) if e - b <= WIDEST else (max(b, start - 80), min(e, end + 40))


def read(document: Document) -> Text:
    """The clean text of a document."""
    chars, origin = strip_notes(document.text)
    chars, origin = repair(chars, origin)
    text = simplify("".join(chars)).translate(WIDE)
    text = "".join(unicodedata.normalize("NFKC", c) if "\u2e80" <= c <= "\u2fdf" else c for c in text) if re.search("[\u2e80-\u2fdf]", text) else text
    text, origin = unwrapped(lined(text), origin)
    return drop_quotes(document, *squeeze(columned(text), origin))


def unwrapped(text: str, origin: list[int]) -> tuple[str, list[int]]:
    """A text that a page's width has broken into lines, as paragraphs."""
    out, where, at = [], [], 0
    for start, end in sorted(joined(text)):
        out.append(text[at:start])
        where += origin[at:start]
        at = max(at, end)
    return "".join([*out, text[at:]]), where + origin[at:]


def strip_notes(raw: str) -> tuple[list[str], list[int]]:
    """The characters of a text and their offsets, without pronunciation notes such as 義務(wù)."""
    notes = [m for m in NOTE.finditer(raw) if TONE.search(m[0])]
    if len(notes) < NOTES_AT_LEAST:
        return list(raw), list(range(len(raw)))
    keep: list[int] = []
    at = 0
    for m in NOTE.finditer(raw):
        keep.extend(range(at, m.start()))
        at = m.end()
    keep.extend(range(at, len(raw)))
    return [raw[i] for i in keep], keep


def simplify(text: str) -> str:
    """Traditional characters made simplified, one for one, if the text is traditional at all."""
    out = converter().convert(text)
    if len(out) != len(text):
        out = "".join(c if len(c) == 1 else o for o, c in ((o, converter().convert(o)) for o in text))
    changed = sum(a != b for a, b in zip(text, out, strict=True))
    return out if changed > SHARE_TRADITIONAL * max(1, len(text)) else text


WORD = re.compile(r"[0-9A-Za-z%.,]")
RUN = re.compile(f"[{CJK}]{{2}}")
COMMON = 50  # times that jieba's corpus has a word that a blank may have torn
WINDOW = 4  # characters on either side of a blank by which it is judged


def squeeze(text: str, origin: list[int]) -> tuple[str, list[int]]:
    """Spaces dropped at line ends, in figures and in letter-spaced text; wide gaps become one tab, others one space."""
    spaced = len(re.findall(f"(?<=[{CJK}]) (?=[{CJK}])", text)) > 0.2 * len(re.findall(f"[{CJK}]", text))
    out: list[str] = []
    where: list[int] = []
    at = 0
    for m in BLANKS.finditer(text):
        out.append(text[at : m.start()])
        where += origin[at : m.start()]
        mark = gap(text, m, spaced)
        if mark:
            out.append(mark)
            where.append(origin[m.start()])
        at = m.end()
    out.append(text[at:])
    where += origin[at:]
    return "".join(out), where


def gap(text: str, m: re.Match[str], spaced: bool) -> str:
    """What stands for a run of spaces."""
    before, after = text[m.start() - 1 : m.start()] or "\n", text[m.end() : m.end() + 1] or "\n"
    if "\n" in (before, after) or HELD in m[0]:
        return ""
    column = len(m[0]) >= 2 or ("\u3000" in m[0] and before.isdigit() and after.isdigit())
    if "\t" in m[0] or column:
        return "\t"
    latin = before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
    if latin:
        return " "
    single = (text[m.start() - 2 : m.start() - 1] or " ").isspace() and (text[m.end() + 1 : m.end() + 2] or " ").isspace()  # 县 政 府
    if WORD.match(before) or WORD.match(after) or spaced or single or not (before.isalpha() and after.isalpha()):
        return ""
    return "" if _torn(text[max(0, m.start() - WINDOW) : m.start()], text[m.end() : m.end() + WINDOW]) else " "


def _torn(left: str, right: str) -> bool:
    """Whether a blank stands inside a word: what is left of it on either side is one character that makes a word only with the other (结对托 管)."""
    around = f"{left[-2:]}|{right[:2]}"
    if SPACE.search(around) or not RUN.search(around):  # 字号:大 中 小
        return False
    before, after = words(left)[-1], words(right)[0]
    return min(len(before), len(after)) == 1 and frequency(before + after) >= COMMON


def drop_quotes(document: Document, text: str, origin: list[int]) -> Text:
    """The text without quotation marks, and the spans that stood between them."""
    clean: list[str] = []
    where: list[int] = []
    opened: list[int] = []
    quoted: list[tuple[int, int]] = []
    at = size = 0
    for m in TURN.finditer(text):
        clean.append(text[at : m.start()])
        where += origin[at : m.start()]
        size, at = size + m.start() - at, m.end()
        turn = QUOTES.get(m[0])
        if turn is None:
            opened.clear()
            clean.append("\n")
            where.append(origin[m.start()])
            size += 1
        elif turn == 1 or (turn == 0 and not opened):
            opened.append(size)
        elif opened:
            start = opened.pop()
            if start < size:
                quoted.append((start, size))
    clean.append(text[at:])
    where += origin[at:]
    where.append(len(document.text))
    return Text(document, "".join(clean), where, tuple(sorted(quoted)))
