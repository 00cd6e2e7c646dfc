"""Which lines of a text a pattern can match at all, told by one look at each line for the words that any match of it must hold.

The idea is that of RE2's FilteredRE2: a pattern is taken apart into sets of words of which every match holds one each, and only lines that hold
one of each set are handed to it.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]  # patterns as the standard library itself reads them, without stubs
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from ahocorasick_rs import AhoCorasick

MOST = 400  # words of one set: a longer one tells little and costs much
AHEAD = 80  # characters behind a line that a pattern may look at
NEWLINE = ord("\n")
LOOKS_BEHIND = "(?<"  # of which only compiling tells whether it can be read
FIRST = 0xF0000  # of the private characters that stand for pieces
PIECE = re.compile(r"\{([a-z_]+)\}")  # what a pattern names instead of spelling it out: {agents}
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
BREAKS = (op.CATEGORY_SPACE, op.CATEGORY_NOT_DIGIT, op.CATEGORY_NOT_WORD)  # kinds of characters of which the end of a line is one
EMPTY = frozenset(("",))

Words = frozenset[str]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Needs:
    """What every match of a piece of a pattern holds: a word of each set; `whole` is all that it can match, None where that is too much."""

    whole: Words | None
    sets: tuple[Words, ...] = ()

    @property
    def all(self) -> tuple[Words, ...]:
        """Every set that tells something of a line."""
        return tuple(s for s in (*self.sets, self.whole) if s and "" not in s and not any("\n" in word for word in s))


class Prefilter(Generic[Key]):
    """Patterns by key, of which each looks only at lines where it can match."""

    def __init__(self, patterns: Iterable[tuple[Key, str]], pieces: Mapping[str, str] = MappingProxyType({})) -> None:
        """`pieces`: what {name} in a pattern stands for; each is taken apart once, however many patterns have it."""
        texts = [*patterns]
        self.patterns = [(key, filled(text, pieces)) for key, text in texts]
        self.compiled = [re.compile(text) if LOOKS_BEHIND in text else None for _, text in self.patterns]  # the others when a line may match
        reader = Reader(pieces)
        trees = [reader.tree(text) for _, text in texts]
        sets = [reader.needs(tree) for tree in trees]
        words = sorted({word for one in sets for wanted in one for word in wanted})
        self.bits = [1 << i for i in range(len(words))]
        bit = dict(zip(words, self.bits, strict=True))
        self.masks = [[sum(bit[word] for word in wanted) for wanted in one] for one in sets]
        self.by_line = [not reader.takes_newline(tree) for tree in trees]
        self.automaton = AhoCorasick(words)

    def matches(self, text: str) -> Iterator[tuple[Key, re.Match[str]]]:
        """Every match of every pattern, as if each had been tried on the whole text."""
        lines = self._lines(text)
        held = _union(holds for _, _, holds in lines)
        for number, ((key, written), masks, by_line) in enumerate(zip(self.patterns, self.masks, self.by_line, strict=True)):
            if all(held & mask for mask in masks):
                pattern = self.compiled[number] = self.compiled[number] or re.compile(written)
                for start, end in _stretches(lines, masks) if by_line else [(0, len(text) + 1)]:
                    for m in pattern.finditer(text, start, end + AHEAD):
                        if m.start() >= end:
                            break
                        yield key, m

    def _lines(self, text: str) -> list[tuple[int, int, int]]:
        """Start, end behind the line's end and the words of each line, as bits."""
        out, start = [], 0
        for line in text.split("\n"):
            found = {index for index, _, _ in self.automaton.find_matches_as_indexes(line, overlapping=True)}
            out.append((start, start := start + len(line) + 1, _union(self.bits[index] for index in found)))
        return out


def filled(pattern: str, pieces: Mapping[str, str]) -> str:
    """A pattern with its named pieces in their places."""
    return PIECE.sub(lambda m: pieces.get(m[1], m[0]), pattern)


def refuse_unreadable(pattern: str) -> None:
    """Raise re.error where a pattern is none; half the time of compiling it."""
    if LOOKS_BEHIND in pattern:
        re.compile(pattern)
    else:
        parser.parse(pattern)


def _stretches(lines: Sequence[tuple[int, int, int]], masks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where the lines stand that hold a word of each mask, those that follow each other together."""
    begun = behind = -1
    for start, end, holds in lines:
        if all(holds & mask for mask in masks):
            if behind != start:
                if begun >= 0:
                    yield begun, behind
                begun = start
            behind = end
    if begun >= 0:
        yield begun, behind


def _union(bits: Iterable[int]) -> int:
    out = 0
    for bit in bits:
        out |= bit
    return out


@cache
def _shortest(words: Words) -> Words:
    """The words without those that hold another of them."""
    return frozenset(w for w in words if not any(w[i:j] in words for i in range(len(w)) for j in range(i + 1, len(w) + (i > 0))))


def _characters(members: Sequence[tuple[Any, Any]]) -> Words | None:
    """The characters of a class; None where it is not a list of some."""
    return frozenset(chr(v) for _, v in members) if all(code is op.LITERAL for code, _ in members) else None


def _branch(ways: Sequence[Needs]) -> Needs:
    wholes = [way.whole for way in ways if way.whole is not None]
    if len(wholes) == len(ways):
        joined: Words = frozenset().union(*wholes)
        return Needs(joined if len(joined) <= MOST else None)
    best = [max(way.all, key=lambda words: (min(map(len, words)), -len(words)), default=EMPTY) for way in ways]
    return Needs(None, (frozenset().union(*best),))


def _repeat(least: int, most: int, part: Needs) -> Needs:
    if least == 0:
        return Needs(part.whole | EMPTY if most == 1 and part.whole is not None else None)
    return part if least == most == 1 else Needs(None, part.all)


class Reader:
    """Patterns as the standard library reads them, and what is told of them; a character of a private plane stands for each named piece."""

    def __init__(self, pieces: Mapping[str, str]) -> None:
        self.known: dict[int, Needs] = {}  # what each piece needs, and whether it can hold the end of a line
        self.breaks: dict[int, bool] = {}
        self.places = {name: chr(FIRST + i) for i, name in enumerate(sorted(pieces))}
        for name, place in self.places.items():
            piece = parser.parse(pieces[name])
            self.known[ord(place)], self.breaks[ord(place)] = self._sequence(piece), self.takes_newline(piece)

    def tree(self, pattern: str) -> Any:
        """What a pattern is made of."""
        return parser.parse(filled(pattern, self.places))

    def needs(self, tree: Any) -> tuple[Words, ...]:
        """The sets of words of which any match holds one each."""
        return () if tree.state.flags & re.IGNORECASE else tuple(map(_shortest, self._sequence(tree).all))

    def takes_newline(self, nodes: Iterable[tuple[Any, Any]]) -> bool:
        """Whether a match can hold the end of a line."""
        return any(self._takes(code, value) for code, value in nodes)

    def _sequence(self, nodes: Iterable[tuple[Any, Any]]) -> Needs:
        sets: list[Words] = []
        run, whole = EMPTY, True
        for code, value in nodes:
            part = self._node(code, value)
            sets += part.sets
            if part.whole is not None and len(run) * len(part.whole) <= MOST:
                run = frozenset(map("".join, product(run, part.whole)))
            else:
                sets.append(run)
                run, whole = part.whole or EMPTY, False
        return Needs(run, tuple(sets)) if whole else Needs(None, Needs(run, tuple(sets)).all)

    def _node(self, code: Any, value: Any) -> Needs:
        """What a node of a pattern needs."""
        if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
            return Needs(EMPTY)
        if code is op.LITERAL:
            return self.known.get(value) or Needs(frozenset((chr(value),)))
        if code is op.IN:
            if self._names(value):  # {a}|x is read as one class of characters
                return _branch([self._node(c, v) for c, v in value])
            return Needs(_characters(value))
        if inner := _inside(code, value):
            return self._sequence(inner)
        if code is op.BRANCH:
            return _branch([self._sequence(one) for one in value[1]])
        if code in REPEATS:
            return _repeat(value[0], value[1], self._sequence(value[2]))
        return Needs(None)

    def _names(self, members: Sequence[tuple[Any, Any]]) -> bool:
        """Whether a class of characters has pieces among its members."""
        return any(c is op.LITERAL and v in self.known for c, v in members)

    def _takes(self, code: Any, value: Any) -> bool:
        """Whether a node can match the end of a line."""
        if code in (op.AT, op.ASSERT, op.ASSERT_NOT, op.ANY):
            return False
        if code is op.LITERAL:
            return self.breaks.get(value, bool(value == NEWLINE))
        if code is op.IN:
            if self._names(value):
                return any(self._takes(c, v) for c, v in value)
            holds = any(c is op.LITERAL and v == NEWLINE or c is op.RANGE and v[0] <= NEWLINE <= v[1] or c is op.CATEGORY and v in BREAKS for c, v in value)
            return holds != (value[0][0] is op.NEGATE)
        if inner := _inside(code, value):
            return self.takes_newline(inner)
        if code is op.BRANCH:
            return any(map(self.takes_newline, value[1]))
        return self.takes_newline(value[2]) if code in REPEATS else True


def _inside(code: Any, value: Any) -> Any:
    """What stands inside a group; None where a node is none."""
    return value[-1] if code is op.SUBPATTERN else value if code is op.ATOMIC_GROUP else None
