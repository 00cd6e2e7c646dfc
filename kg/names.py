"""Institutions named in a text: where each name begins and ends, of what kind it is and where it lies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import jieba
from jieba import posseg

from kg.model import Term, Thing
from kg.places import Place, Register
from kg.rules import Ontology
from kg.text import CJK, Text

LONGEST = 24  # characters before an ending that a name may take; the longest of the annotated names takes 19 (2026-11)


@dataclass(frozen=True, slots=True)
class Name:
    """An institution's name in a clean text."""

    start: int
    end: int
    stem: str  # the name less the region written before it
    code: str  # region written before it, "" where none is
    level: str  # 市 of 市教育局, "" where none
    kind: Term
    ending: str


class Namer:
    """Finds institution names by their endings, longest ending first."""

    def __init__(self, ontology: Ontology, register: Register) -> None:
        self.words = ontology.words["names"]
        self.register = register
        self.kinds: dict[str, Term] = {}
        self.common: set[str] = set()
        for term in ontology.by_kind.get("institution", ()):
            self.kinds.update({e: term for e in term.attrs.get("endings", ()) if e not in self.words["skip"]})
            self.common.update(term.attrs.get("generic", ()))
        for w in self.words["whole"]:
            self.kinds.setdefault(w, self._kind_of(w))
        self.stops = frozenset(self.words["stops"])
        self.bare = frozenset(self.words["bare"])
        self.generic = re.compile(f"(?:{'|'.join(sorted(map(re.escape, self.words['generic']), key=lambda w: (-len(w), w)))})*")
        self.towns = re.compile(self.words["towns"])

    def _kind_of(self, word: str) -> Term:
        for size in range(len(word), 0, -1):
            if word[-size:] in self.kinds:
                return self.kinds[word[-size:]]
        return next(iter(self.kinds.values()))

    @property
    def endings(self) -> Iterable[str]:
        """All endings and whole names, to be scanned for."""
        return self.kinds

    def find(self, text: Text, hits: Sequence[tuple[int, int, str]], places: Sequence[Place], taken: Sequence[tuple[int, int]]) -> list[Name]:
        """All names of the text, none inside another; `taken` spans (policy titles, junk) hold none."""
        ends: dict[int, tuple[int, str]] = {}
        for a, b, word in hits:
            if b not in ends or a < ends[b][0]:
                ends[b] = (a, word)
        names: list[Name] = []
        by_start = {p.start: p for p in places}
        by_end = {p.end: p for p in places}
        for end in sorted(ends):
            begin, word = ends[end]
            if any(a <= begin < b for a, b in taken) or self._goes_on(text.clean, end, word):
                continue
            name = self._name(text, begin, end, word, by_start, by_end, names)
            if name:
                while names and names[-1].end > name.start:
                    names.pop()
                names.append(name)
        return self._coordinated(text.clean, names)

    def _goes_on(self, clean: str, end: int, word: str) -> bool:
        if any(clean.startswith(w, end - k) for w in self.words["cuts"] for k in range(1, len(w)) if clean[end - k : end] == w[:k]):
            return True
        return word[-1] in "学校" and any(clean.startswith(w, end) for w in self.words["not_after"])

    def _name(
        self, text: Text, begin: int, end: int, word: str, by_start: Mapping[int, Place], by_end: Mapping[int, Place], names: Sequence[Name]
    ) -> Name | None:
        clean, kind = text.clean, self.kinds[word]
        if word in self.words["whole"]:
            return Name(begin, end, word, "", "", kind, word)
        start = self._start(text, begin, names, by_end, kind)
        place, stem_start = self._place(start, begin, by_start)
        stem = clean[stem_start:end]
        if (own := self._levelled(clean, stem_start, end, word, kind)) is not None:
            return own
        helps = clean.startswith(tuple(self.words["helps"]), end)
        government = kind.attrs.get("type") == "government"
        if place is None and not helps and not government and not self._common(stem, word) and self._clause(stem[: len(stem) - len(word)]):
            start = self._after_clause(stem_start, stem[: len(stem) - len(word)])
            place, stem_start = self._place(start, begin, by_start)
            stem = clean[stem_start:end]
            if start >= begin or self._clause(clean[start:begin]):
                return None
        quoted = any(a == start for a, _ in text.quoted)
        if self._refused(stem, word, kind, place, quoted) and not (helps and stem in self.bare):
            return None
        return Name(start, end, stem, place or "", "", kind, word)

    def _levelled(self, clean: str, start: int, end: int, word: str, kind: Term) -> Name | None:
        """市教育局, 县第三幼儿园: a name behind the word for a level."""
        level = next((w for w in self.words["levels"] if clean.startswith(w, start)), "")
        rest = clean[start + len(level) : end]
        if not level or not rest or not self._stands(clean, start):
            return None
        named = kind.attrs.get("type") in ("government", "other") or rest not in self.common or rest in self.bare or not self._common(rest, word)
        return Name(start, end, rest, "", level, kind, word) if named else None

    def _refused(self, stem: str, word: str, kind: Term, place: str | None, quoted: bool) -> bool:
        """Whether what looks like a name is a common noun."""
        government = kind.attrs.get("type") == "government"
        if place is not None:
            kept = stem.startswith(self.words["ordinal"]) or stem in self.bare or stem in self.words["with_place"]
            return not government and self._common(stem, word) and not kept
        if kind.id == "studio" and not quoted:
            return True
        return self._common(stem, word) or kind.id in self.words["need_place"] or (kind.id in self.words["need_stem"] and len(stem) - len(word) < 2)

    def _clause(self, head: str) -> bool:
        """Whether what stands before an ending is a piece of a clause and no name."""
        if not head or re.search(self.words["anchors"], head):
            return False
        return len(head) > 8 or any(len(w) > 1 and mark in self.words["clause_marks"] for w, mark in marked(head))

    def _after_clause(self, start: int, head: str) -> int:
        """Where the last word of a clause before a name ends."""
        at = end = start
        for word, mark in marked(head):
            at += len(word)
            if len(word) > 1 and mark in self.words["clause_marks"]:
                end = at
        return end if end > start else at

    def _stands(self, clean: str, start: int) -> bool:
        return not clean[start - 1 : start].isalpha() or clean[start - 1] in "在由对与和及向为从赴到经受被区"

    def _common(self, stem: str, word: str) -> bool:
        """Whether a name is a common noun: nothing but generic words before its ending."""
        if stem in self.common or stem in self.bare:
            return True
        head = stem[: len(stem) - len(word)]
        if re.fullmatch(r"第?[一二三四五六七八九十\d]+", head) or (not head and re.fullmatch(r"[一二三四五六七八九十].*", word)):
            return not head
        return not head or self.generic.fullmatch(head) is not None

    def _start(self, text: Text, begin: int, names: Sequence[Name], by_end: Mapping[int, Place], kind: Term) -> int:
        """Where a name begins that ends with the ending at `begin`."""
        clean = text.clean
        low = max(0, begin - LONGEST)
        for i in range(begin - 1, low - 1, -1):
            if not re.match(f"[{CJK}\\d·]", clean[i]):
                low = i + 1
                break
        if names and low <= names[-1].end <= begin:
            joined = self._joins(clean[names[-1].end : begin], kind)
            if joined:
                return names[-1].start
            low = names[-1].end
        quoted = [(a, b) for a, b in text.quoted if low <= a and b <= begin and begin - b <= 3 and b - a <= 8]
        tokens = words(clean[low:begin])
        at = begin
        for token in reversed(tokens):
            if at in by_end and at < begin:
                first = by_end[at]
                while first.start in by_end:
                    first = by_end[first.start]
                return max(low, first.start) if first.start >= low else at
            if token.isdigit() or token in self.stops and not self._inside(clean, at - len(token), at, begin, by_end, low):
                break
            at -= len(token)
        return min([at, *(a for a, _ in quoted if a >= low and kind.id in ("studio", "youth-centre"))])

    def _inside(self, clean: str, start: int, end: int, begin: int, by_end: Mapping[int, Place], low: int) -> bool:
        """Whether a stop is part of a name all the same: one character behind a place or town, or before a single character."""
        if end - start > 1 or clean[start] not in self.words["soft"]:
            return False
        towns = any(clean.endswith(w, low, start) for w in ("镇", "乡", "街道", "村"))
        return start in by_end or towns or (begin - end == 1 and clean[end] not in "市县区省镇乡")

    def _joins(self, between: str, kind: Term) -> bool:
        """Whether a name directly goes on to a longer one: 济水一中 + 玉泉 + 校区."""
        if kind.id == "campus":
            return len(between) <= 4 and not any(t in self.stops for t in words(between))
        return not between

    def _place(self, start: int, begin: int, by_start: Mapping[int, Place]) -> tuple[str | None, int]:
        """The region written at the beginning of a name, and where the stem begins."""
        code, at = None, start
        while at in by_start and by_start[at].end <= begin:
            place = by_start[at]
            code = place.code or code
            at = place.end
        return code, at

    def _coordinated(self, clean: str, names: list[Name]) -> list[Name]:
        """第二、第三小学 and 一中、二中: each short form is a name of its own."""
        out: list[Name] = []
        for name in names:
            word = re.search(r"(小学|中学|幼儿园|中|小|幼)$", name.stem)
            head = re.match(r"第?[一二三四五六七八九十]+", name.stem)
            if word and head and head.end() + len(word[0]) == len(name.stem):
                earlier = re.search(
                    rf"(?:(?<![一-鿿])|(?<=[与和及、由在县区市对]))((?:{head[0][0] if head[0][0] == '第' else ''}[一二三四五六七八九十]+[、和])+)$",
                    clean[max(0, name.start - 30) : name.start],
                )
                if earlier:
                    at = name.start - len(earlier[0])
                    for part in re.finditer(r"[^、和]+", earlier[1]):
                        out.append(replace(name, start=at + part.start(), end=at + part.end(), stem=part[0] + word[0]))
            out.append(name)
        return out

    def thing(self, name: Name, home: str, around: str) -> Thing:
        """The institution a name stands for, in a text about `home`, in a passage about `around`."""
        government = name.kind.attrs.get("type") == "government"
        code = name.code or (self.register.at_level(home, name.level) if name.level else "")
        stem = next((name.stem.removesuffix(p) for p in self.words["parts"] if name.stem.endswith(p) and len(name.stem) > len(p) + 2), name.stem)
        if not code and name.ending not in self.words["whole"] and name.kind.id not in ("university", "media", "company"):
            code = home if government or stem.startswith("第") else around or home
        canonical = self.canonical(stem) if government else stem
        prefix = self.register.name(code) if code and (name.code or name.level or government or stem.startswith("第")) else ""
        label = f"{prefix}{stem}"
        alt = {stem, f"{prefix}{canonical}", f"{name.level}{stem}" if name.level else stem} - {label}
        if code and not prefix:
            alt.add(f"{self.register.name(code)}{stem}")
        if code and self.register.region(code).short and name.code:
            alt.add(f"{self.register.region(code).short}{stem}")
        sponsor = ""
        return Thing("institution", f"{code or '-'}/{canonical}", label, tuple(sorted(alt)), name.kind.id, code, sponsor=sponsor)

    def canonical(self, stem: str) -> str:
        """One spelling for the several of one body."""
        same: Mapping[str, str] = self.words["same"]
        return same.get(stem, stem)


@lru_cache(maxsize=50_000)
def marked(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a short window with their kinds."""
    jieba.setLogLevel(60)
    return tuple((p.word, p.flag) for p in posseg.cut(text, HMM=False))


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a short window."""
    jieba.setLogLevel(60)
    return tuple(jieba.cut(text, HMM=False))
