"""Institutions named in a text: where each name begins and ends, and of what kind it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.model import Term, record
from kg.places import ZONE, Place, Register
from kg.rules import Ontology
from kg.spans import Spans, between
from kg.text import CJK, Text
from kg.values import either
from kg.words import edges, frequency, marked, words

LONGEST = 24  # characters before an ending that a name may take; the longest of the annotated names takes 19 (2026-11)
LONGEST_NAME = 60  # characters of a whole name, which goes on from a shorter one
OWN = 3  # characters of a name's own that soft stops may be part of
LONGEST_BUREAU = 14  # characters of a bureau's name between its level and its last character
OUTSIDE = re.compile(f"[^{CJK}\\d·〇]")  # what is no part of a name
TOWN = 8  # characters of the longest name of a town that is looked for
RARE = 60  # a verb counted less often in jieba's corpus is a name when it stands alone before an ending (2026-11)
ONE = "一"
SHORT = 2  # characters of an ending that is an abbreviation: 附中, 一中
LISTED = 5  # characters before an ending that make a name where a list shows where it begins


Ends = dict[int, tuple[int, str]]  # where an ending ends -> where it begins, and the ending


@record
class Name:
    """An institution's name in a clean text."""

    start: int
    end: int
    stem: str  # the name less the region written before it
    code: str  # region written before it, "" where none
    level: str  # 市 of 市教育局, "" where none
    kind: Term
    ending: str
    place: str = ""  # the region as written, where it is not its full name

    @property
    def type(self) -> str:
        """school, government and so on."""
        return str(self.kind.attrs.get("type", ""))

    def founds(self, at: int) -> bool:
        """Whether what its ending says is there with it: 翠屏|教育共同体 is a community of schools."""
        return self.type == "education_group" and at == self.end - len(self.ending)


def holding(names: Sequence[Name], at: int) -> Name | None:
    """The name that a position lies in; names are in order."""
    return next((n for n in between(names, at - LONGEST_NAME, at + 1) if at < n.end), None)


class Places:
    """The places of one text by where they begin and end."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.by_start = {p.start: p for p in places}
        self.by_end = {p.end: p for p in places}

    def chain(self, end: int, low: int) -> int:
        """Where the run of places that ends at a position begins."""
        at = end
        while at in self.by_end and self.by_end[at].start >= low:
            at = self.by_end[at].start
        return at


class Namer:
    """Finds institution names by their endings, longest ending first."""

    def __init__(self, ontology: Ontology, register: Register) -> None:
        self.words = words = ontology.words["names"]
        self.register = register
        self.kinds: dict[str, Term] = {}
        self.common: set[str] = set()
        for term in ontology.by_kind.get("institution", ()):
            self.kinds.update({e: term for e in term.attrs.get("endings", ()) if e not in words["skip"]})
            self.common.update(term.attrs.get("generic", ()))
        self.whole = frozenset(words["whole"])
        for w in self.whole:
            self.kinds.setdefault(w, self._kind_of(w))
        self.cuts: dict[str, list[str]] = {}  # beginning of a longer word -> its rest
        for w in words["cuts"]:
            for k in range(1, len(w)):
                self.cuts.setdefault(w[:k], []).append(w[k:])
        self.longest_cut = max(map(len, words["cuts"]))
        self.no_town = frozenset(words["no_town"])
        self.apart = frozenset(f"{words['list_marks']}{words['parting']}0123456789")
        self.hard, self.bare = frozenset(words["hard"]), frozenset(words["bare"])
        self.stops = frozenset(words["stops"]).union(*ontology.words["relations"]["pieces"].values())
        self.single = self.bare | frozenset(words["with_place"])
        self.generic = re.compile(f"(?:{either(words['generic'])})*")
        self.plain = re.compile(f"(?:{either(words['plain'])})+$")
        self.groups = tuple(e for e, t in self.kinds.items() if t.attrs.get("type") == "education_group")
        self.heads = re.compile(f"(?:{either(words['named_heads'])})+")
        number, kinds = f"{words['ordinal']}?{words['numerals']}", either(words["numbered"])
        self.short_form = re.compile(f"({number})({kinds})")
        self.before_short = re.compile(rf"((?:{number}[{words['list_marks']}])+)$")
        self.before_list = re.compile(rf"(?:^|[^{CJK}]|[{words['list_leads']}])$")
        self.anchors, self.shared, self.several = (re.compile(words[k]) for k in ("anchors", "shared", "several"))
        self.counted, self.indefinite = re.compile(words["counted"]), re.compile(words["indefinite"])
        self.person = re.compile(f"[{words['surnames']}][{CJK}]{{1,2}}")
        self.classes, self.things = tuple(words["classes"]), tuple(words["things"])

    def _kind_of(self, word: str) -> Term:
        for size in range(len(word), 0, -1):
            if word[-size:] in self.kinds:
                return self.kinds[word[-size:]]
        return next(iter(self.kinds.values()))

    @property
    def endings(self) -> Iterable[str]:
        """All endings and whole names, to be scanned for."""
        return self.kinds

    def find(
        self, text: Text, hits: Sequence[tuple[int, int, str]], places: Sequence[Place], taken: Sequence[tuple[int, int]]
    ) -> tuple[list[Name], Ends, Places]:
        """The names of the text that their own endings show, none inside another, with the endings and the places; `taken` spans (junk) hold none."""
        ends: Ends = {}
        for a, b, word in hits:
            if b not in ends or a < ends[b][0]:
                ends[b] = (a, word)
        where, junk = Places([p for p in places if not self._part(text.clean, p)]), Spans(taken)
        names: list[Name] = []
        for end in sorted(ends):
            begin, word = ends[end]
            if junk.hold(begin, begin + 1) or self.goes_on(text.clean, end, word):
                continue
            name = self._name(text, begin, end, word, where, names)
            if name:
                while names and names[-1].end > name.start:
                    names.pop()
                names.append(name)
        return names, ends, where

    def _part(self, clean: str, place: Place) -> bool:
        """Whether a short form of a place is part of the name of a town or road: 南京路."""
        marks = (*self.words["towns"], *self.words["roads"])
        return not place.full and clean.startswith(marks, place.end) and clean[place.end + 1 : place.end + 2] not in self.no_town

    def goes_on(self, clean: str, end: int, word: str) -> bool:
        """Whether an ending is the beginning of a longer word: 小学|生."""
        if clean.startswith(tuple(self.words["not_after_but"]), end):
            return False
        if any(clean.startswith(rest, end) for k in range(1, self.longest_cut) for rest in self.cuts.get(clean[end - k : end], ())):
            return True
        return word.endswith(tuple(self.words["learning"])) and clean.startswith(tuple(self.words["not_after"]), end)

    def _name(self, text: Text, begin: int, end: int, word: str, where: Places, names: Sequence[Name]) -> Name | None:
        clean, kind = text.clean, self.kinds[word]
        if word in self.whole:
            return Name(begin, end, word, "", "", kind, word) if self._stands(clean, begin, end) else None
        begin = self._begin(clean, begin, end, where)
        if begin < 0 or clean[begin - 2 : begin + 1] and clean[begin - 2] == clean[begin] == ONE:  # 一村一幼
            return None
        word = clean[begin:end]
        start, sure = self._start(text, begin, end, names, where, kind)
        joined = bool(names) and start == names[-1].start
        place, stem_start = self._place(start, begin, where)
        if place is None and kind.attrs.get("type") == "government":
            start = stem_start = self._level_start(clean, start, begin, word)
        if (own := self._levelled(clean, stem_start, end, word, kind)) is not None:
            return own
        before = next((n for n in reversed(names[-2:]) if n.end <= start), None)
        listed = before is not None and before.end + 1 == start and clean[start - 1] in self.words["list_marks"]
        if before and listed and place is None and (heir := self._heir(before, start, end, clean[stem_start:end], kind, word)) is not None:
            return heir
        bare = self._alone(clean, (start, stem_start, begin, end), word, listed)
        if place is None and not (sure or joined or bare):
            start = stem_start = self._behind_clause(clean, start, begin, end, kind)
        unfit = word in self.words["celled"] and not bare
        if unfit or not 0 <= start >= end - LONGEST_NAME or self._described(clean, start, end, kind, listed, sure or joined):
            return None
        inner = next((a for a, b in text.quotes(start + 1, begin + 1) if b == end), start)
        if inner != start:  # 本表“小学”: a quotation is no part of the clause before it
            start, place = inner, None
            stem_start = start
        quoted = any(begin - b <= 1 for _, b in text.quotes(start, start + 1))
        stem, helped = clean[stem_start:end], clean.endswith(tuple(self.words["helps"]), 0, start)
        if (
            self.shared.match(stem)
            or self._several(stem)
            or not (joined or bare)
            and self._refused(stem, word, kind, place, quoted, sure, where.by_end.get(stem_start), helped)
        ):
            return None
        last = where.by_end.get(stem_start)
        return Name(start, end, stem, place or "", "", kind, word, last.name if place is not None and last and not last.full else "")

    def _alone(self, clean: str, marks: tuple[int, int, int, int], word: str, listed: bool) -> bool:
        """Whether a name needs no place: a common one in a list, cell or before a verb of relation, or more than an ending in a cell (川东学区)."""
        start, stem_start, begin, end = marks
        around = {clean[start - 1 : start], clean[end : end + 1]}
        cell = around <= {"|", "\t", "\n", ""}
        if word in self.words["celled"]:
            return cell and bool(around & {"|", "\t"}) and begin > stem_start and not clean[stem_start:begin].isdigit()
        return clean[stem_start:end] in self.bare and (listed or cell or clean.startswith(tuple(self.words["helps"]), end))

    def _described(self, clean: str, start: int, end: int, kind: Term, listed: bool, sure: bool) -> bool:
        """Whether a school is but described (一所河边小学) or is a number of them (安置区学校3所)."""
        if kind.attrs.get("type") not in ("school", "kindergarten"):
            return False
        return (
            not listed and self.counted.match(clean, end) is not None or not sure and self.indefinite.search(clean, max(0, start - LONGEST), start) is not None
        )

    def _several(self, stem: str) -> bool:
        """Whether a name is that of several, 河山镇三所中心小学; not where a town is called so."""
        found = self.several.search(stem)
        town = self.town(stem, 0, len(stem)) if found else None
        return found is not None and not (town and town[0] <= found.start() < town[1])

    def _begin(self, clean: str, begin: int, end: int, where: Places) -> int:
        """Where an ending begins that shares characters with a place (莱芜区|政府) or goes on a number (十|一中)."""
        if begin not in where.by_end:
            begin = next(
                (
                    i
                    for i in range(begin + 1, end)
                    if i in where.by_end and where.by_end[i].start < begin and (clean[i:end] in self.kinds or clean[i:end] in self.words["rests"])
                ),
                begin,
            )
        if clean[end - 1] in self.words["bureaus"]:
            bureau = self._bureau(clean, end - 1, where)
            begin = bureau if begin == end - 1 or 0 <= bureau < begin else begin
        while begin > 0 and clean[begin] in self.words["digits"] and clean[begin - 1] in self.words["digits"]:
            begin -= 1
        return begin

    def _bureau(self, clean: str, end: int, where: Places) -> int:
        """Where the name of a bureau begins behind its place or level (市|文化广电和旅游|局); -1 where it has neither."""
        for at in range(end - 1, max(0, end - LONGEST_BUREAU) - 1, -1):
            if not re.match(f"[{CJK}]", clean[at]) or clean[at] in self.words["bodies"]:
                break
            level = clean[at - 1 : at] in self.words["bureau_levels"] and not clean.endswith(tuple(self.words["no_level"]), 0, at)
            if end - at > 1 and clean[at] not in self.words["no_town"] and (at in where.by_end or level):
                tokens = words(clean[at : end + 1])
                inner = any(w in self.hard and w not in self.words["list_marks"] for w in tokens)
                return -1 if tokens[-1] in self.words["no_bureau"] or inner else at
        return -1

    def _level_start(self, clean: str, start: int, begin: int, word: str) -> int:
        """Where the name of an authority begins: with the level right before its ending, or that the ending begins with."""
        level = next((w for w in self.words["levels"] if clean.endswith(w, start, begin)), "")
        if level or any(self._level_of(word, level) for level in self.words["levels"]):
            return begin - len(level)
        return start

    def _level_of(self, word: str, level: str) -> bool:
        """Whether an ending begins with the word for a level: 县政府, 市委, but not 市场监管局."""
        rest = word.removeprefix(level)
        return rest != word and (rest in self.kinds or rest.startswith(tuple(self.words["rests"])))

    def _behind_clause(self, clean: str, start: int, begin: int, end: int, kind: Term) -> int:
        """Where a name begins before which there are words of a clause; -1 where all are."""
        if kind.attrs.get("type") == "government" or self._common(clean[start:end], clean[begin:end]) or not self._clause(clean[start:begin]):
            return start
        start = self._after_clause(start, clean[start:begin])
        return -1 if start >= begin or self._clause(clean[start:begin]) else start

    def _stands(self, clean: str, begin: int, end: int) -> bool:
        """Whether the division into words lets a word of few characters stand by itself (集中|办学 has no 中办)."""
        found = edges(clean, begin - 3, end + 3)
        return end - begin > 3 or ({begin, end} <= found or begin in found and end - begin == 3 and not clean.startswith(tuple(self.words["cuts"]), end - 1))

    def _levelled(self, clean: str, start: int, end: int, word: str, kind: Term) -> Name | None:
        """市教育局, 县第三幼儿园: a name behind the word for a level."""
        level = next((w for w in self.words["levels"] if clean.startswith(w, start)), "")
        rest = clean[start + len(level) : end]
        town = self.town(clean, start, end - len(word))
        if not level or not rest or clean.startswith(tuple(self.words["no_levels"]), start) or town and town[0] == start or self.shared.match(clean, start - 1):
            return None
        if clean[start:end] == word and not self._level_of(word, level):
            return None
        plain = len(rest) > len(word) and self.generic.fullmatch(clean[start : end - len(word)])
        if kind.attrs.get("type") in ("school", "education_group") and plain and not (rest in self.bare or self._led(rest)):  # 县|实验小学教育集团
            return None
        named = kind.attrs.get("type") in ("government", "other") or not self._common(rest, word) or self.told(rest, word)
        return Name(start, end, rest, "", level, kind, word) if named else None

    def _heir(self, before: Name, start: int, end: int, stem: str, kind: Term, word: str) -> Name | None:
        """自治区教育厅、财政厅, 市一中、二中: the second of a list has its level or place from the first."""
        town = self.town(before.stem, 0, len(before.stem))
        head, first = (before.stem[: town[1]], before.stem[town[1] :]) if town and not town[0] else ("", before.stem)
        both = kind.attrs.get("type") == before.type and (
            before.type == "government" and stem in self.kinds or all(self.short_form.fullmatch(s) is not None for s in (first, stem))
        )
        return replace(before, start=start, end=end, stem=f"{head}{stem}", kind=kind, ending=word) if both and (before.level or before.code or head) else None

    def told(self, stem: str, word: str) -> bool:
        """Whether behind a place or level word a stem tells one school: by a number, 实验 or the like."""
        head = stem[: len(stem) - len(word)]
        return stem in self.single or stem.startswith(self.words["ordinal"]) or bool(self.short_form.fullmatch(stem) or self.heads.fullmatch(head))

    def _refused(self, stem: str, word: str, kind: Term, place: str | None, quoted: bool, sure: bool, last: Place | None, helped: bool) -> bool:
        """Whether what looks like a name is a common noun; `last` is the place written right before it, `helped` says that a verb of relation is."""
        if kind.id == "studio" and (self._common(stem, word) or not quoted and place is None and not self._personal(stem[: -len(word)])):
            return True
        if place is not None:
            if kind.attrs.get("type") in ("government", "university", "other") or self.told(stem, word):
                return False
            short = last is not None and not last.full and stem in self.words["with_short"]
            if stem in self.words["with_short"] and helped or last is not None and ZONE in last.code and stem in self.words["with_zone"]:
                return False
            return self._common(stem, word) and not short and (stem in self.common or stem != word)
        if word in self.words["need_anchor"] and not sure and not self._called_after_town(stem[: -len(word)]):
            return True
        villages = helped and stem not in self.common and len(stem) - len(word) == OWN - 1 and stem[1] == "村"  # 托管中村初级中学
        if self._common(stem, word) and not villages or kind.id in self.words["need_place"] or word in self.words["need_place"]:
            return True
        return kind.id in self.words["need_stem"] and len(stem) - len(word) < 2

    def _called_after_town(self, head: str) -> bool:
        """Whether a town of the table is called so: 三斗坪|初中."""
        return len(head) >= OWN - 1 and any(f"{head}{mark}" in self.register.towns for mark in self.words["towns"])

    def _personal(self, head: str) -> bool:
        """Whether what stands before an ending is a person's name, with a subject or not: 王红梅数学|名师工作室."""
        name = head.removesuffix(next((w for w in self.words["subjects"] if head.endswith(w)), ""))
        return self.person.fullmatch(name) is not None

    def _clause(self, head: str) -> bool:
        """Whether what stands before an ending is a piece of a clause and no name."""
        if not head or self.anchors.search(head) or head in self.words["virtues"] or head in self.bare:
            return False
        parts = marked(head)
        if len(parts) == 1 and len(head) <= OWN and frequency(head) < RARE:
            return False
        return len(head) > 8 or any(len(w) > 1 and mark in self.words["clause_marks"] for w, mark in parts)

    def _after_clause(self, start: int, head: str) -> int:
        """Where the last word of a clause before a name ends."""
        at = end = start
        for word, mark in marked(head):
            at += len(word)
            if len(word) > 1 and mark in self.words["clause_marks"]:
                end = at
        return end if end > start else at

    def _common(self, stem: str, word: str) -> bool:
        """Whether a name is a common noun: nothing but generic words before its ending."""
        if stem in self.common or stem in self.bare:
            return True
        head = stem[: len(stem) - len(word)]
        if any(head.endswith(e) for e in self.words["with_short"]) and head not in self.common:
            return False
        if self._led(stem):
            return False
        town = self.town(stem, 0, len(head))
        if town != (0, len(head)) and self.plain.sub("", head).endswith((*self.classes, *self.things)):
            return True
        return not head or self.generic.fullmatch(head) is not None and not (town and town[0] == 0)

    def _led(self, stem: str) -> bool:
        """Whether a name is that of a group which a common or numbered school leads: 实验小学|教育集团."""
        schools = (stem.removesuffix(e) for e in self.groups if stem.endswith(e))
        return stem.endswith(self.groups) and any(school in self.bare or self.short_form.fullmatch(school) for school in schools)

    def _start(self, text: Text, begin: int, end: int, names: Sequence[Name], where: Places, kind: Term) -> tuple[int, bool]:
        """Where a name begins that ends with the ending at `begin`, and whether a place, list or longer name shows it."""
        low = self._reach(text.clean, begin)
        low = max((a for a, b in text.quotes(low, begin + 1) if end < b), default=low)  # 采取“中心校+教学点”模式
        if names:
            given, low = self._after(text.clean, low, begin, end, names[-1], kind)
            if given is not None:
                return given, True
        anchor = self._anchor(text.clean, low, begin, where)
        at, sure = (anchor, True) if anchor is not None else self._walk(text.clean, low, begin, where)
        near = text.quotes(max(low, begin - 9), begin) if kind.id in ("studio", "youth-centre") else ()
        quoted = [a for a, b in near if b <= begin and begin - b <= 1 and b - a <= 8 and text.clean[b:begin] not in self.hard]
        return (at, True) if sure else (min([at, *quoted]), False)

    def _after(self, clean: str, low: int, begin: int, end: int, before: Name, kind: Term) -> tuple[int | None, int]:
        """Where a name begins that goes on from the one before or stands beside it in a list, else None; and how far back it may begin."""
        if begin == before.end - len(before.ending):  # 小学|部: the same name with a longer ending
            return before.start, low
        if low <= before.end <= begin:
            if self._joins(before, clean[before.end : begin], kind, clean[begin:end]):
                return before.start, low
            low = before.end
        if before.end not in (low, low - 1) or clean[before.end] not in self.words["list_marks"]:
            return None, low
        low = before.end + 1
        listed = 0 < begin - low <= LISTED and clean[low] not in self.hard and not any(self._stops(w) for w in words(clean[low:begin]) if len(w) > 1)
        return low if listed else None, low

    def _walk(self, clean: str, low: int, begin: int, where: Places) -> tuple[int, bool]:
        """Where a name begins by the words before its ending: behind a stop, or with a place."""
        at = begin
        for token in self._tokens(clean, low, begin, where):
            if at in where.by_end or token.isdigit() or self._stops(token) and not self._inside(clean, at - len(token), at, begin, low):
                break
            at -= len(token)
        return (where.chain(at, low), True) if at in where.by_end and at > low else (at, False)

    def _anchor(self, clean: str, low: int, begin: int, where: Places) -> int | None:
        """Where a place or town begins that only a name of its own parts from the ending."""
        end = next((i for i in range(begin, low, -1) if i in where.by_end and where.by_end[i].start >= low), low)
        start = where.chain(end, low)
        town = self.town(clean, max(low, end), begin)
        if town:
            start, end = where.chain(town[0], low), town[1]
        inner = clean[end:begin]
        if end == low or len(inner) > LISTED or set(inner[:1]) & self.hard or set(inner) & self.apart and not (inner.isdigit() and len(inner) <= OWN):
            return None
        cut = any(self._stops(w) if len(w) > 1 else w in self.words["never_inside"] for w in words(inner))
        return None if cut or not town and self._clause(inner) else start

    def town(self, clean: str, low: int, begin: int) -> tuple[int, int] | None:
        """The last town of the table of townships before an ending."""
        for mark in self.words["towns"]:
            end = clean.rfind(mark, low, begin + len(mark)) + len(mark)  # the ending may begin with the mark: 那楼|镇中心学校
            for size in range(TOWN, len(mark), -1) if end > low + len(mark) else ():
                if end - size >= low and clean[end - size : end] in self.register.towns and clean[end : end + 1] not in self.no_town:
                    return end - size, end
        return None

    def _reach(self, clean: str, begin: int) -> int:
        low = max(0, begin - LONGEST)
        return max((m.end() for m in OUTSIDE.finditer(clean, low, begin)), default=low)

    def _tokens(self, clean: str, low: int, begin: int, where: Places) -> Iterable[str]:
        """The words before an ending, last first; places are words of their own."""
        edges = [x for i in range(low, begin) if i in where.by_start for x in (i, where.by_start[i].end)]
        edges += [low + x for m in re.finditer(self.words["parting"], clean[low:begin]) for x in m.span()]
        cuts = sorted({low, begin, *(x for x in edges if low < x < begin)})
        pieces = [(a, b) for a, b in zip(cuts, cuts[1:], strict=False)]
        for a, b in reversed(pieces):
            if a in where.by_start and where.by_start[a].end == b:
                yield clean[a:b]
                continue
            for word in reversed(words(clean[a:b])):  # a stop and a level may look like one word: 会同|县
                yield from (word[-1], word[:-1]) if word[-1] in self.words["levels"] and word[:-1] in self.stops else (word,)

    def _stops(self, token: str) -> bool:
        return token in self.stops or token in self.hard

    def _inside(self, clean: str, start: int, end: int, begin: int, low: int) -> bool:
        """Whether a stop is part of a name all the same: of a road's, behind a place or town, or next to one character that needs it."""
        if clean.startswith(tuple(self.words["begun_by_stop"]), start):
            return True
        if end - start > 1:
            before = words(clean[low:start])[-1:]
            own = clean[start:end] in self.words["virtues"] and before and not self._stops(before[0]) and before[0] not in self.kinds
            return bool(own) or clean.startswith(tuple(self.words["roads"]), end)
        if clean.startswith(self.words["ordinal"], end) and low < start < low + OWN and clean[low] not in self.hard:
            return True
        if clean[start] in self.hard:  # 会龙小学: before one character more some words of grammar are none
            like = self.words["namelike" if begin - end == 1 else "namelike_numbered"]
            one = begin - end == 1 or clean.startswith(self.words["ordinal"], end + 1)  # 都亭第一小学
            return one and clean[start] in like and clean[end] not in self.hard and clean[end] not in self.words["level_marks"]
        if any(clean.endswith(w, low, start) for w in self.words["towns"]):
            return True
        if end == begin and clean[start] in self.words["locatives"]:  # 金桥里|小学: two characters that make no word are a name
            own = words(clean[max(low, start - LISTED) : start])[-2:]
            if any(f"{clean[start - 1 : end]}{mark}" in self.register.towns for mark in self.words["towns"]):
                return True
            return len(own) > 1 and not any(len(w) > 1 or self._stops(w) or w in self.words["digits"] for w in own)
        if begin - end == 1 and clean[end] not in self.words["level_marks"]:
            return True
        if clean[start] in self.words["digits"] and clean[end] not in self.words["measures"] and begin - end > 1:
            return True
        return end - low <= OWN and begin - low > 1 and not set(clean[low:start]) & self.hard

    def _joins(self, before: Name, between: str, kind: Term, word: str) -> bool:
        """Whether a name directly goes on to a longer one: 济水一中 + 玉泉 + 校区."""
        if kind.id == "campus":
            return len(between) <= 4 and not any(self._stops(t) for t in words(between)) and not set(between) & (self.apart | self.hard)
        if not between or between.startswith(tuple(self.words["affiliated"])):
            return len(between) <= LISTED + OWN
        short = len(before.ending) == SHORT and kind.attrs.get("type") in ("school", "kindergarten")  # 师大附中|博才|实验中学
        if len(between) > OWN or not (short or word in self.words["second"]) or self.several.match(between) or self.generic.fullmatch(between):
            return False
        return not self._clause(between) and not any(self._stops(t) for t in words(between))

    def _place(self, start: int, begin: int, where: Places) -> tuple[str | None, int]:
        """The region written at the beginning of a name, and where the stem begins."""
        code, at = None, start
        while at in where.by_start and where.by_start[at].end <= begin:
            place = where.by_start[at]
            code = place.code or code or ""
            at = place.end
        return code, at


def government(name: Name) -> bool:
    """Whether an institution is an organ of government, which speaks for its region."""
    return name.type == "government"
