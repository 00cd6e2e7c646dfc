"""The division of short windows of clean text into words, as jieba does it without guessing, with the kinds of words it knows.

jieba's dictionary is read in one go, and its words found in one pass over a window; importing jieba itself takes a second, and its own division twice as long
(2026-11). `tests/test_words.py` holds every window to what jieba says of it.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

CACHE = 50_000  # windows kept; a report has a few hundred
FREQUENT = 100  # the weight of a vocabulary word that jieba does not know: that of a common noun
BLOCK = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._]+)")  # what jieba looks up in its dictionary when it marks words
PLAIN = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+)")  # and when it does not
SPACE = re.compile(r"(\r\n|\s)")
LATIN, NUMBER = re.compile("[a-zA-Z0-9]"), re.compile(r"[\.0-9]")
UNKNOWN, FOREIGN, NUMERAL = "x", "eng", "m"  # jieba's marks

Marked = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """jieba's words."""

    counts: Mapping[str, int]  # how often each stands in its corpus; the beginnings of words with 0
    marks: Mapping[str, str]  # kind of word
    total: int


@lru_cache(maxsize=1)
def dictionary() -> Dictionary:
    """The dictionary that ships with jieba."""
    spec = find_spec("jieba")
    folder = Path((spec and spec.origin) or "").parent
    flat = (folder / "dict.txt").read_text("utf-8").split()  # word, count, mark; word, count, mark …
    words, counts, marks = flat[::3], [*map(int, flat[1::3])], [*map(sys.intern, flat[2::3])]
    flat.clear()
    found = dict(zip(words, counts, strict=True))
    _begin(found, words)
    return Dictionary(found, dict(zip(words, marks, strict=True)), sum(counts))


def _begin(counts: dict[str, int], words: Iterable[str], known: Mapping[str, int] | None = None) -> None:
    """Add the beginnings of words that are no words themselves, with 0; those that `known` has are left out."""
    for word in words:
        part = word[:-1]
        while part and part not in counts and not (known and part in known):
            counts[part] = 0
            part = part[:-1]


class Divider:
    """Divides windows, with words of a vocabulary beside jieba's own, as nouns."""

    def __init__(self, labels: Iterable[str] = ()) -> None:
        known = dictionary()
        self.common, self.marks = known.counts, known.marks
        self.own = dict.fromkeys(sorted({label for label in labels if not self.common.get(label)}), FREQUENT)
        self.total = math.log(known.total + FREQUENT * len(self.own))
        _begin(self.own, [*self.own], self.common)
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
        size, common, own, total = len(block), self.common.get, self.own, self.total
        ends, scores = [0] * size, [0.0] * (size + 1)
        for start in range(size - 1, -1, -1):
            best, end = -math.inf, start + 1
            for last in range(start + 1, size + 1):
                word = block[start:last]
                count = common(word)
                if word in own:
                    count = own[word]
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
    return dictionary().counts.get(word, 0)


def edges(text: str, low: int, high: int) -> set[int]:
    """Where the words of text[low:high] begin and end."""
    return {*accumulate(map(len, words(text[max(0, low) : high])), initial=max(0, low))}
