"""Rolls: lists under a line that says what all that stand on them are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.columns import LINE

LONGEST_LINE = 90  # characters of a line of a roll; a longer one is a paragraph


def rolls(clean: str, head: re.Pattern[str], annex: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """What those on a line of a roll are called, and the span of the line.

    `head` fits the line above a roll (group honour) or names it in a list of annexes (group number); `annex` fits the line that only numbers one.
    """
    named: dict[str, str] = {}
    label = ""
    for m in LINE.finditer(clean):
        line = m[0].strip()
        if number := annex.fullmatch(line):
            label = named.get(number["number"], label if not named else "")
        elif told := head.fullmatch(line):
            if told["number"]:
                named[told["number"]], label = told["honour"], ""
            else:
                label = told["honour"]
        elif len(line) > LONGEST_LINE or "。" in line:
            label = ""
        elif label:
            yield label, m.start(), m.end()


def listed(clean: str, start: int, end: int) -> int:
    """Where the members of a line begin: behind the colon that says whose they are (某市(3个):甲县、乙县), else where it begins."""
    return clean.find(":", start, end) + 1 or start


def in_brackets(clean: str, start: int, at: int) -> bool:
    """Whether a position of a line lies in brackets, which say something of a member and name none."""
    return clean.count("(", start, at) > clean.count(")", start, at)
