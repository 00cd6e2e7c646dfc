"""The division of short windows of clean text into words, as jieba does it without guessing, with the kinds of words it knows.

jieba's dictionary is read as far as it is needed, and its words found in one pass over a window; importing jieba itself takes a second, and its own division
twice as long (2026-11). `tests/test_words.py` holds every window to what jieba says of it.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import accumulate

from kg.later import files_of

CACHE = 50_000  # windows kept; a report has a few hundred
TOTAL = 60_101_967  # of all counts of the dictionary (jieba 0.42)
FIRST = "\n\u4e00 "  # where its order begins
LAST = "\U0010ffff"  # comes behind every character
FREQUENT = 100  # the weight of a vocabulary word that jieba does not know: that of a common noun
BLOCK = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._]+)")  # what jieba looks up in its dictionary when it marks words
PLAIN = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+)")  # and when it does not
SPACE = re.compile(r"(\r\n|\s)")
LATIN, NUMBER = re.compile("[a-zA-Z0-9]"), re.compile(r"[\.0-9]")
UNKNOWN, FOREIGN, NUMERAL = "x", "eng", "m"  # jieba's marks

Marked = tuple[tuple[str, str], ...]


class Dictionary:
    """jieba's words; those that begin with a character are read when that is first met, for a text needs few of them."""

    def __init__(self, text: str) -> None:
        """`text`: a word, its count and its kind a line; from the first Chinese numeral on in the order of the words' first characters."""
        self.text, self.low = text, text.index(FIRST) + 1
        self.counts: dict[str, int] = {}  # how often each stands in jieba's corpus; the beginnings of words with 0
        self.marks: dict[str, str] = {}  # kind of word
        self.known: set[str] = set()  # characters whose words are read
        self._lines = cache(self._lines_of)
        self._take(text[: self.low])

    def meet(self, char: str) -> None:
        """Read the words that begin with a character."""
        if char not in self.known:
            self._take(self.text[slice(*self._lines(char))])
            self.known.add(char)

    def count(self, word: str) -> int:
        """How often a word stands in jieba's corpus, 0 where it does not know it."""
        if word:
            self.meet(word[0])
        return self.counts.get(word, 0)

    def __contains__(self, word: str) -> bool:
        """Whether jieba knows a word; nothing is read for it."""
        start, end = self._lines(word[:1])
        return word in self.marks or self.text.find(f"\n{word} ", start - 1, end) >= 0

    def _lines_of(self, char: str) -> tuple[int, int]:
        """Where the lines of the words that begin with a character stand."""
        return self._place(char), self._place(char + LAST)

    def _place(self, start: str) -> int:
        """Where the first line is whose first character does not come before `start`."""
        low, high, text = self.low, len(self.text), self.text
        while low < high:
            middle = text.rfind("\n", low - 1, (low + high) // 2) + 1 or low
            if text[middle] < start:
                low = text.find("\n", middle, high) + 1 or high
            else:
                high = middle
        return low

    def _take(self, lines: str) -> None:
        flat = lines.split()  # word, count, mark; word, count, mark …
        words = flat[::3]
        self.counts.update(zip(words, map(int, flat[1::3]), strict=True))
        self.marks.update(zip(words, map(sys.intern, flat[2::3]), strict=True))
        _begin(self.counts, words)


@lru_cache(maxsize=1)
def dictionary() -> Dictionary:
    """The dictionary that ships with jieba."""
    return Dictionary((files_of("jieba") / "dict.txt").read_text("utf-8"))


def _begin(counts: dict[str, int], words: Iterable[str]) -> None:
    """Add the beginnings of words that are no words themselves, with 0."""
    for word in words:
        part = word[:-1]
        while part and part not in counts:
            counts[part] = 0
            part = part[:-1]


class Divider:
    """Divides windows, with words of a vocabulary beside jieba's own, as nouns."""

    def __init__(self, labels: Iterable[str] = ()) -> None:
        self.dictionary = known = dictionary()
        self.common, self.marks = known.counts, known.marks
        self.own = dict.fromkeys(sorted({label for label in labels if label not in known}), FREQUENT)
        self.total = math.log(TOTAL + FREQUENT * len(self.own))
        _begin(self.own, [*self.own])
        self.marked = lru_cache(maxsize=CACHE)(self._marked)
        self.words = lru_cache(maxsize=CACHE)(self._words)

    def _marked(self, text: str) -> Marked:
        """The words of a short window with their kinds."""
        found: list[tuple[str, str]] = []
        for i, part in enumerate(BLOCK.split(text)):
            if i % 2:
                found.extend((word, self._mark(word)) if latin == "" else (latin, FOREIGN) for word, latin in self._divided(part))
            else:
                for piece in SPACE.split(part):
                    if SPACE.match(piece):
                        found.append((piece, UNKNOWN))
                    else:
                        found.extend((char, NUMERAL if NUMBER.match(char) else FOREIGN if LATIN.match(piece) else UNKNOWN) for char in piece)
        return tuple(found)

    def _words(self, text: str) -> tuple[str, ...]:
        """The words of a short window."""
        found: list[str] = []
        for i, part in enumerate(PLAIN.split(text)):
            if i % 2:
                found.extend(word or latin for word, latin in self._divided(part))
            else:
                for piece in SPACE.split(part):
                    found.extend([piece] if SPACE.match(piece) else piece)
        return tuple(found)

    def _mark(self, word: str) -> str:
        return "n" if self.own.get(word) else self.marks.get(word, UNKNOWN)

    def _divided(self, block: str) -> Iterator[tuple[str, str]]:
        """The words of the likeliest division of a block; single Latin letters and digits that stand together come as one, in second place."""
        latin, at = "", 0
        route = self._route(block)
        while at < len(block):
            word = block[at : route[at]]
            at = route[at]
            if len(word) == 1 and LATIN.match(word):
                latin += word
                continue
            if latin:
                yield "", latin
                latin = ""
            yield word, ""
        if latin:
            yield "", latin

    def _route(self, block: str) -> list[int]:
        """Where the likeliest word that begins at each position ends: with the rest of the block it has the highest log-likelihood."""
        for char in block:
            self.dictionary.meet(char)
        size, common, own, total = len(block), self.common.get, self.own.get, self.total
        ends, scores = [0] * size, [0.0] * (size + 1)
        for start in range(size - 1, -1, -1):
            best, end = -math.inf, start + 1
            for last in range(start + 1, size + 1):
                word = block[start:last]
                count = common(word)
                if not count:
                    count = own(word, count)
                if count is None:
                    break
                if count and (score := math.log(count) - total + scores[last]) >= best:
                    best, end = score, last
            scores[start], ends[start] = best if best > -math.inf else scores[start + 1] - total, end
        return ends


@lru_cache(maxsize=1)
def _plain() -> Divider:
    return Divider()


def marked(text: str) -> Marked:
    """The words of a short window with their kinds."""
    return _plain().marked(text)


def words(text: str) -> tuple[str, ...]:
    """The words of a short window."""
    return _plain().words(text)


def frequency(word: str) -> int:
    """How often a word stands in jieba's corpus, 0 where it does not know it."""
    return dictionary().count(word)


def edges(text: str, low: int, high: int) -> set[int]:
    """Where the words of text[low:high] begin and end."""
    return {*accumulate(map(len, words(text[max(0, low) : high])), initial=max(0, low))}
