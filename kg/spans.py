"""What stands in a stretch of a text, found by position, so that a character of a long text costs no more than one of a short text."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")
LONGEST_ASIDE = 60  # characters in brackets
START: Callable[[Any], int] = attrgetter("start")


def between(items: Sequence[T], low: int, high: int, key: Callable[[T], int] = START) -> Sequence[T]:
    """Those of `items`, which are in the order of `key`, their start if nothing else is said, that lie in low…high, `high` itself left out."""
    first = bisect.bisect_left(items, low, key=key)
    return items[first : bisect.bisect_left(items, high, lo=first, key=key)]


class Spans:
    """Spans that may lie inside one another."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self.starts = [a for a, _ in ordered]
        self.ends = [*accumulate((b for _, b in ordered), max)]  # the last end of a span and all before it

    def hold(self, start: int, end: int) -> bool:
        """Whether text[start:end] lies inside one of them."""
        i = bisect.bisect_right(self.starts, start)
        return i > 0 and self.ends[i - 1] >= end

    def touch(self, start: int, end: int) -> bool:
        """Whether text[start:end] shares a character with one of them."""
        i = bisect.bisect_left(self.starts, end)
        return i > 0 and self.ends[i - 1] > start


def aside(clean: str, start: int, end: int, at: int, slack: int = 0) -> bool:
    """Whether clean[start:end] stands in brackets that close before `at`, with more than `slack` characters beside it: (去年计划引进80名)."""
    opened = clean.rfind("(", max(0, start - LONGEST_ASIDE), start)
    if opened < 0 or ")" in clean[opened:start]:
        return False
    closed = clean.find(")", end, at)
    return closed >= 0 and closed - opened - 1 > end - start + slack
