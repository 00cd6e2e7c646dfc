"""The division of short windows of clean text into words, as jieba does it, with the kinds of words it knows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import jieba
from jieba import posseg

CACHE = 50_000  # windows kept; a report has a few hundred
FREQUENT = 100  # the weight of a vocabulary word that jieba does not know: that of a common noun

jieba.setLogLevel(60)  # else it tells of its dictionary on stderr


class _Tokenizer(jieba.Tokenizer):  # type: ignore[misc]
    """jieba's own, which shares its dictionary, knows words beside it, and finds the likeliest division in one pass."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        super().__init__()
        jieba.initialize()
        self.FREQ, self.initialized = jieba.dt.FREQ, True
        self.own = {word: FREQUENT for word in words}
        self.beside = self.own | {part: 0 for word in self.own for end in range(1, len(word)) if not self.known(part := word[:end])}
        self.total = jieba.dt.total + sum(self.own.values())

    def known(self, word: str) -> bool:
        """Whether a word, or the beginning of one, is in the dictionary or among those beside it."""
        return word in self.FREQ or word in self.own

    def get_DAG(self, sentence: str) -> None:  # noqa: N802 - jieba's name
        """Nothing: calc() goes through the words itself."""

    def calc(self, sentence: str, DAG: None, route: dict[int, tuple[float, int]]) -> None:  # noqa: N803 - jieba's name
        """Where the likeliest division goes on from each position, and its log-likelihood from there."""
        end, common, beside = len(sentence), self.FREQ.get, self.beside
        total = math.log(self.total)
        route[end] = (0, 0)
        scores = [0.0] * (end + 1)
        for start in range(end - 1, -1, -1):
            best, at = -math.inf, start
            for last in range(start + 1, end + 1):
                word = sentence[start:last]
                count = common(word)
                if word in beside:
                    count = beside[word]
                if count is None:
                    break
                if count and (score := math.log(count) - total + scores[last]) >= best:
                    best, at = score, last - 1
            scores[start] = best if best > -math.inf else scores[start + 1] - total
            route[start] = (scores[start], at)


class _Tags(dict[str, str]):
    """The kinds of some words over those of all others."""

    def __init__(self, own: Mapping[str, str], common: Mapping[str, str]) -> None:
        super().__init__(own)
        self.common = common

    def get(self, word: str, default: Any = None) -> Any:
        """The kind of a word."""
        return self[word] if word in self else self.common.get(word, default)


class Divider:
    """Divides windows with the words of a vocabulary beside jieba's own, as nouns."""

    def __init__(self, labels: Iterable[str] = ()) -> None:
        jieba.initialize()
        own = sorted({label for label in labels if not jieba.dt.FREQ.get(label)})
        self.tokenizer = _Tokenizer(own)
        self.tagger = posseg.POSTokenizer.__new__(posseg.POSTokenizer)  # its constructor would read the dictionary once more
        self.tagger.tokenizer = self.tokenizer
        self.tagger.word_tag_tab = _Tags(dict.fromkeys(own, "n"), posseg.dt.word_tag_tab) if own else posseg.dt.word_tag_tab
        self.marked = lru_cache(maxsize=CACHE)(self._marked)
        self.words = lru_cache(maxsize=CACHE)(self._words)

    def _marked(self, text: str) -> tuple[tuple[str, str], ...]:
        """The words of a short window with their kinds."""
        return tuple([(p.word, p.flag) for p in self.tagger.cut(text, HMM=False)])

    def _words(self, text: str) -> tuple[str, ...]:
        """The words of a short window."""
        return tuple(self.tokenizer.cut(text, HMM=False))


@lru_cache(maxsize=1)
def _plain() -> Divider:
    return Divider()


def marked(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a short window with their kinds."""
    return _plain().marked(text)


def words(text: str) -> tuple[str, ...]:
    """The words of a short window."""
    return _plain().words(text)


def frequency(word: str) -> int:
    """How often a word stands in jieba's corpus, 0 where it does not know it."""
    jieba.initialize()
    return int(jieba.dt.FREQ.get(word, 0))
