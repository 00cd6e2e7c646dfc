"""Damaged bytes undone: runs of a text that were decoded one byte out of step."""

from __future__ import annotations

import math
import re
from functools import lru_cache

import opencc

from kg.words import TOTAL, dictionary

CJK = "\u3400-\u9fff"
SHIFTED = re.compile(rf"(?<=[{CJK}])\?(?=[^\s?]{{2,16}})")
LOST_NOTE = re.compile(r"\?[a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*\)(.)(.?)")
WIDE = str.maketrans(";!?,:()", "；！？，：（）")
LEADS = [bytes([b]) for b in range(0x81, 0xFF)]
MOST_LOST = 0.02  # of the characters; the most damaged of the reports seen have lost 0.6 %, and a text of question marks is past repair (2026-11)
LONGEST_WORD = 4  # characters
UNSEEN = 0.001  # times that a character is reckoned to occur that the dictionary does not have
LONGEST_RUN = 14  # characters tried after a lost byte; the damage seen ends at the next loss, at most 12 on (2026-11)


def repair(chars: list[str], origin: list[int]) -> tuple[list[str], list[int]]:
    """The characters with reversible damage repaired; a repaired character keeps the offset of what stood there."""
    text = "".join(chars)
    if not 0 < text.count("?") <= MOST_LOST * len(text):
        return chars, origin
    edits = sorted([*lost_notes(text), *shifted_runs(text)])
    out: list[str] = []
    where: list[int] = []
    at = 0
    for start, end, new in edits:
        if start < at:
            continue
        out.extend(text[at:start])
        where.extend(origin[at:start])
        out.extend(new)
        where.extend(origin[min(start + i * (end - start) // len(new), end - 1)] for i in range(len(new)))
        at = end
    out.extend(text[at:])
    where.extend(origin[at:])
    return out, where


def lost_notes(text: str) -> list[tuple[int, int, str]]:
    """Notes written across a character's border: the two bytes around the note belong together."""
    found = []
    for m in LOST_NOTE.finditer(text):
        before, options = text[max(0, m.start() - 3) : m.start()], candidates(m[1], m[2])
        ends = {new: m.end() if len(new) == 2 else m.end(1) for new in options}
        if options:
            best = max(options, key=lambda new: fit(before + new + text[ends[new] : m.end() + 2]))
            found.append((m.start(), ends[best], best))
    return found


def candidates(first: str, second: str) -> list[str]:
    """What the characters after a lost lead byte can have been."""
    out = []
    for lead in LEADS:
        for tail in (first, first + second):
            try:
                new = (lead + tail.encode("gb18030")).decode("gb18030")
            except (UnicodeDecodeError, UnicodeEncodeError):
                continue
            if all("\u4e00" <= c <= "\u9fff" for c in new):
                out.append(new)
    return out


def shifted_runs(text: str) -> list[tuple[int, int, str]]:
    """Runs after a lost byte, read again with the byte put back, where that makes likelier words."""
    found = []
    for m in SHIFTED.finditer(text):
        run = re.split(r"[\s?a-z]", text[m.end() : m.end() + LONGEST_RUN])[0].translate(WIDE)
        before = text[max(0, m.start() - 3) : m.start()]
        options = [(fit(before + new) - fit(before + old), used, new) for used, old, new in readings(run)]
        if options and max(options)[0] > 0:
            _, used, new = max(options)
            found.append((m.start(), m.end() + used, new))
    return found


def readings(run: str) -> list[tuple[int, str, str]]:
    """(characters used, as it stands, as it reads with a lead byte before it); at the run's end half a character may be lost."""
    out = []
    for used in range(2, len(run) + 1):
        try:
            tail = run[:used].encode("gb18030")
        except UnicodeEncodeError:
            break
        for lead in LEADS:
            for data in (lead + tail, lead + tail[:-1]) if used == len(run) else (lead + tail,):
                try:
                    new = data.decode("gb18030")
                except UnicodeDecodeError:
                    continue
                if all("\u4e00" <= c <= "\u9fff" or c in "”“、。，；" for c in new):
                    out.append((used, run[:used], new))
    return out


def fit(text: str) -> float:
    """The log-likelihood of a text's likeliest division into dictionary words."""
    known, plain = dictionary(), "".join(map(simple, text))
    for char in plain:
        known.meet(char)
    words = known.counts
    best = [0.0] + [-1e9] * len(plain)
    for i in range(len(plain)):
        here = best[i]
        for end in range(i + 1, min(i + LONGEST_WORD, len(plain)) + 1):
            count = words.get(plain[i:end], 0)
            if count or end == i + 1:
                likely = here + _log(count or UNSEEN) - _log(TOTAL)
                if likely > best[end]:
                    best[end] = likely
    return best[-1]


_log = lru_cache(maxsize=1 << 14)(math.log)


@lru_cache(maxsize=20_000)
def simple(char: str) -> str:
    """A character in simplified form."""
    return str(converter().convert(char))


@lru_cache(maxsize=1)
def converter() -> opencc.OpenCC:
    """OpenCC's traditional to simplified conversion, which keeps the length of every text tried."""
    return opencc.OpenCC("t2s")
