"""The division of short windows of clean text into words, as jieba does it, with the kinds of words it knows."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import lru_cache

import jieba
from jieba import posseg

CACHE = 50_000  # windows kept; a report has a few hundred
FREQUENT = 100  # the weight of a vocabulary word that jieba does not know: that of a common noun

jieba.setLogLevel(60)  # else it tells of its dictionary on stderr


@lru_cache(maxsize=CACHE)
def marked(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a short window with their kinds."""
    return tuple((p.word, p.flag) for p in posseg.cut(text, HMM=False))


@lru_cache(maxsize=CACHE)
def words(text: str) -> tuple[str, ...]:
    """The words of a short window."""
    return tuple(jieba.cut(text, HMM=False))


def frequency(word: str) -> int:
    """How often a word stands in jieba's corpus, 0 where it does not know it."""
    jieba.initialize()
    return int(jieba.dt.FREQ.get(word, 0))


class Divider:
    """Divides windows with the words of a vocabulary beside jieba's own, as nouns."""

    def __init__(self, labels: Iterable[str]) -> None:
        jieba.initialize()
        posseg.dt.makesure_userdict_loaded()
        tokenizer = copy.copy(jieba.dt)
        tokenizer.FREQ = dict(jieba.dt.FREQ)
        tokenizer.user_word_tag_tab = {}
        self.tagger = posseg.POSTokenizer.__new__(posseg.POSTokenizer)  # its constructor would read the dictionary once more
        self.tagger.tokenizer = tokenizer
        self.tagger.word_tag_tab = dict(posseg.dt.word_tag_tab)
        for label in sorted(labels):
            if not tokenizer.FREQ.get(label):
                tokenizer.add_word(label, FREQUENT)
                self.tagger.word_tag_tab[label] = "n"
        self.marked = lru_cache(maxsize=CACHE)(self._marked)

    def _marked(self, text: str) -> tuple[tuple[str, str], ...]:
        """The words of a short window with their kinds."""
        return tuple((p.word, p.flag) for p in self.tagger.cut(text, HMM=False))
