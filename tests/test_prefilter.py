"""A prefilter leaves nothing out: every match that a pattern has on the whole text is found, whatever lines it is not shown."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kg import rules
from kg.prefilter import PIECE, Prefilter, Reader

TEXTS = st.text(alphabet="甲乙丙丁,。\n", max_size=60)
PIECES = st.sampled_from(["甲", "乙丙", "[甲乙]", "[^,丙]", "[^。\n]", ".", r"\s", r"\d", "丁", r"\n", "(?<=甲)", "(?!丙)", "(?=乙)", "(?<!丁)", "$", "^"])
PATTERNS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda ways: f"(?:{'|'.join(ways)})"),
        st.tuples(inner, st.sampled_from(["?", "??", "{1,3}", "{2}", "{0,2}", "{0,2}?"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        inner.map(lambda one: f"(?P<a>{one})" if "(?P" not in one else one),
        inner.map(lambda one: f"(?>{one})"),
    ),
    max_leaves=8,
)


def needs(pattern: str) -> tuple[frozenset[str], ...]:
    """Give the sets of words of which any match of a pattern holds one each."""
    reader = Reader({})
    return reader.needs(reader.tree(pattern))


def within_a_line(pattern: str) -> bool:
    """Tell whether no match of a pattern can hold the end of a line."""
    reader = Reader({})
    return not reader.takes_newline(reader.tree(pattern))


def readable(pattern: str) -> re.Pattern[str] | None:
    """Give the pattern, None where it is none."""
    try:
        return re.compile(pattern)
    except re.error:
        return None


@given(st.lists(PATTERNS, min_size=1, max_size=3), TEXTS)
def test_every_match_is_found(patterns: list[str], text: str) -> None:
    """Matches are those that the patterns have themselves, in the order of the patterns."""
    compiled = [p for p in map(readable, patterns) if p]
    wanted = [(i, m.span(), m.groupdict()) for i, p in enumerate(compiled) for m in p.finditer(text)]
    assert [(i, m.span(), m.groupdict()) for i, m in Prefilter(enumerate(p.pattern for p in compiled)).matches(text)] == wanted


@given(PATTERNS, TEXTS)
def test_what_is_said_of_a_pattern_holds_for_its_matches(text_pattern: str, text: str) -> None:
    """A match holds a word of each set, and no end of a line where it is said that it cannot."""
    if pattern := readable(text_pattern):
        for m in pattern.finditer(text):
            assert all(any(word in m[0] for word in words) for words in needs(text_pattern))
            assert not (within_a_line(text_pattern) and "\n" in m[0])


def test_words_are_found_behind_options_and_alternatives() -> None:
    """Optional pieces join the words beside them; of several ways each gives its words; of two words the one inside the other is enough."""
    sets = needs("(?:甲|乙)(?:了)?丙[^,]*(?:帮扶|结对帮扶|带)")
    assert sorted(map(sorted, sets)) == [sorted(["甲丙", "甲了丙", "乙丙", "乙了丙"]), sorted(["帮扶", "带"])]
    assert needs("(?:甲|.)") == () == needs("[^甲]+")
    assert needs("(?i)AB") == ()


def test_a_named_piece_beside_a_character_is_no_character() -> None:
    """{piece}|丙 is either of two, and not a class of characters."""
    assert [m[0] for _, m in Prefilter([(0, "甲(?:{piece}|丙)")], {"piece": "(?:乙丁|丁)"}).matches("甲乙丁,甲丙\n甲丁\n丁")] == ["甲乙丁", "甲丙", "甲丁"]


@given(st.lists(PATTERNS, min_size=1, max_size=2), PATTERNS, TEXTS)
def test_a_named_piece_is_as_if_written_out(patterns: list[str], piece: str, text: str) -> None:
    """What holds for a pattern holds for one that names a part of it."""
    written = [f"(?:{piece.replace('(?P<a>', '(?:')})".join(("甲", one.replace("(?P<a>", "(?:"))) for one in patterns]
    if all(map(readable, written)):
        named = [f"甲{{piece}}{one.replace('(?P<a>', '(?:')}" for one in patterns]
        found = Prefilter(enumerate(named), {"piece": f"(?:{piece.replace('(?P<a>', '(?:')})"}).matches(text)
        assert [(i, m.span()) for i, m in found] == [(i, m.span()) for i, one in enumerate(written) for m in re.finditer(one, text)]


def test_rules_of_relations_look_at_few_lines() -> None:
    """Of the rules that ship nearly all say what they need."""
    told = [needs(PIECE.sub(".", r.pattern)) for r in rules.load().rules if r.kind == "relation"]
    assert sum(map(bool, told)) > len(told) / 2
