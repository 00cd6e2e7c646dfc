"""Windows are divided as jieba divides them."""

from __future__ import annotations

import jieba
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from jieba import posseg

from kg import words
from kg.words import Divider

REPORT = "".join(file.read_text("utf-8", "replace") for file in sorted((ROOT / "seeds").glob("*.txt")))
OWN = ("弹性离校", "银龄讲学", "走教点", "校")  # the last is in jieba's dictionary already

DIVIDER = Divider(OWN)
jieba.setLogLevel(60)
TAGGER = posseg.POSTokenizer(jieba.Tokenizer())
for word in OWN[:-1]:
    TAGGER.tokenizer.add_word(word, words.FREQUENT)


@st.composite
def windows(draw: st.DrawFn) -> str:
    """A window of a report, or of anything."""
    start, length = draw(st.integers(0, len(REPORT) - 1)), draw(st.integers(0, 30))
    return draw(st.sampled_from([REPORT[start : start + length], "".join(draw(st.lists(st.sampled_from([*OWN, "推行", "的", "A5", " ", "%"]), max_size=8)))]))


@settings(deadline=None)
@given(windows())
def test_divided_as_jieba_does(window: str) -> None:
    """Words and their kinds are jieba's own."""
    assert words.words(window) == tuple(jieba.cut(window, HMM=False))
    assert words.marked(window) == tuple((pair.word, pair.flag) for pair in posseg.cut(window, HMM=False))


@settings(deadline=None)
@given(windows())
def test_own_words_are_nouns(window: str) -> None:
    """With words of its own a window is divided as by a dictionary that has them, and others divide as before."""
    divided = DIVIDER.marked(window)
    assert "".join(word for word, _ in divided) == window
    assert [word for word, _ in divided] == [pair.word for pair in TAGGER.cut(window, HMM=False)]
    assert {kind for word, kind in divided if word in OWN[:-1]} <= {"n"}


def test_words_read_one_character_at_a_time_are_all_of_them() -> None:
    """Whatever is asked for first, the dictionary knows each of jieba's words, how often it stands and of what kind it is, and the beginnings of words."""
    jieba.initialize()
    known = words.dictionary()
    assert jieba.dt.total == words.TOTAL
    assert {word: known.count(word) for word in jieba.dt.FREQ} == jieba.dt.FREQ
    assert all(beginning in known.counts for beginning in jieba.dt.FREQ)
    unread = words.Dictionary(known.text)
    assert all((word in unread) == bool(count) for word, count in [*jieba.dt.FREQ.items()][::50])
    posseg.POSTokenizer().makesure_userdict_loaded()
    assert known.marks == {word: mark for word, mark in posseg.dt.word_tag_tab.items() if jieba.dt.FREQ.get(word)}


def test_no_character_is_too_strange() -> None:
    """What is no word at all stands nowhere in the corpus."""
    assert [words.frequency(word) for word in ("", "\U0010ffff", "\ud800", "\0", "\n", "中\n", " ")] == [0] * 7
