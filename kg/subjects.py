"""Who is named as a subject in a text: places and institutions, and the words that point at them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from operator import itemgetter

from kg.deixis import Deixis, Subject
from kg.model import Thing
from kg.names import Name, government, holding
from kg.outline import Outline
from kg.places import Place, Register
from kg.spans import START, between
from kg.speakers import Speakers
from kg.status import Status

LONGEST_OPENING = 12  # characters before the subject that a sentence or paragraph opens with
VOICES = ("school", "education_group")  # whose a text may be that says 我校 or 集团
JOINT = re.compile("[、和及]|以及")


class Subjects:
    """The subjects of one document, in order."""

    def __init__(
        self,
        outline: Outline,
        status: Status,
        deixis: Deixis,
        places: Sequence[Place],
        names: Sequence[tuple[Name, Thing]],
        register: Register,
        home: Subject,
        own: Mapping[str, Subject],
    ) -> None:
        """`own`: the school and the education group that the text is by or about, by type."""
        self.outline, self.clean, self.status, self.deixis, self.register = outline, outline.clean, status, deixis, register
        self.home, self.own, self.places, self.names = home, own, places, names
        schools_own = deixis.voice.search(outline.clean) and next(iter(own), "") == "school"
        by_voice = VOICES if schools_own else VOICES[::-1]
        self.default = next((own[k] for k in by_voice if k in own), home)
        self.place_from, self.place_to = {p.start: p for p in places}, {p.end: p for p in places}
        self.chains: dict[int, int] = {}  # where the chain begins that ends at a place's end
        for p in places:
            before = self.place_to.get(p.start)
            self.chains[p.end] = self.chains.get(p.start, p.start) if before and not self._lies_in(before, p) else p.start
        self.short_place = {n.start: n.place for n, _ in names}
        self.name_from, self.name_to = {n.start: t for n, t in names}, {n.end: n for n, _ in names}
        inside = {i for n, _ in names for i in range(n.start, n.end)}
        regions = [Subject(self.register.thing(p.code), "named", p.start) for p in places if p.code and p.start not in inside]
        self.mentions = sorted(regions + [Subject(t, "named", n.start) for n, t in names if not government(n)], key=lambda s: s.start)
        self.ends = {p.start: p.end for p in places} | {n.start: n.end for n, _ in names}
        self.groups = self._groups()
        self.group_of = {one: g for g in reversed(self.groups) for one in g[1:]}
        self.chosen: dict[tuple[int, int], bool] = {}  # what _is_subject has answered
        self.speakers = Speakers(outline, deixis, places)
        self.subjects = self._subjects()
        self.subject_starts = [s.start for s in self.subjects]

    def followed_by_place(self, p: Place) -> bool:
        """Whether a place name goes on with a lower one: 乌海市|海南区, not 授予海南区|内蒙古自治区…称号."""
        return p.end in self.place_from and not self._lies_in(p, self.place_from[p.end])

    def _lies_in(self, p: Place, other: Place) -> bool:
        return bool(p.code) and bool(other.code) and other.code in self.register.ancestors(p.code)[1:]

    def _subjects(self) -> list[Subject]:
        """All stretches that name whom the following text is about, in order."""
        named = sorted([*self._regions(), *self._institutions()], key=lambda s: s.start)
        found = list(named)
        for m in self.deixis.own.finditer(self.clean):
            if not self._joins(m) and (self.deixis.oblique(self.clean, m.start(), m.end()) or self._led(named, m.start())):
                continue
            subject = self._local(m.group(), m.start()) or self._own(m.group(), m.start())
            if subject.thing == self.home.thing or self._is_subject(m.start(), m.end()):  # 入选全省典型案例 is not about the province
                found.append(subject)
        for m in self.deixis.both.finditer(self.clean):
            if self.deixis.oblique(self.clean, m.start(), m.end()):
                continue
            found.append(self._common(m.start()) if m["divisions"] else self._both(m[0], m.start()))
        for pattern, meant in (
            (self.deixis.we, self.default),
            (self.deixis.our_school, self.own.get("school")),
            (self.deixis.our_group, self.own.get("education_group")),
        ):
            if meant is None or not meant.school:
                continue
            for m in pattern.finditer(self.clean):
                if not self.clean[m.start() - 1 : m.start()].isalpha() or self._is_subject(m.start(), m.end()):
                    found.append(Subject(meant.thing, "home", m.start()))
        found.extend(self._head_school())
        told = [*self._the_named(self.deixis.the_group, "education_group"), *self._the_named(self.deixis.that_school, "school")]
        return sorted([*(s for s in found if not self._inspects(s)), *self._the_school(named), *told], key=lambda s: s.start)

    def _head_school(self) -> list[Subject]:
        """Where 总校 is the subject of a clause in a group's own text."""
        named = self.deixis.head_school.finditer(self.clean) if len(self.own) == len(VOICES) else ()
        found = [m for m in named if self._is_subject(m.start(), m.end())]
        return [Subject(self.own["school"].thing, "home", m.start(), self.outline.clause(m.end())[1]) for m in found]

    def _inspects(self, s: Subject) -> bool:
        """Whether what lies above the document's own place only looks at it: 省政府督导办组织复查."""
        above = self.register.ancestors(self.home.thing.key)[1:]
        return s.thing.key in above and self.deixis.inspecting.search(self.clean, s.start, self.outline.clause(s.start)[1]) is not None

    def _the_school(self, named: Sequence[Subject]) -> list[Subject]:
        """Where 学校 is a subject and means the document's own school: no other is named in the paragraph before."""
        own = self.own.get("school")
        if own is None:
            return []
        found = [m for m in self.deixis.the_school.finditer(self.clean) if self._is_subject(m.start(), m.end())]
        before = ([s for s in between(named, self.outline.passage(m.start()).start, m.start()) if s.school] for m in found)
        return [Subject(own.thing, "home", m.start()) for m, others in zip(found, before, strict=True) if all(s.thing == own.thing for s in others)]

    def _the_named(self, word: re.Pattern[str], kind: str) -> list[Subject]:
        """Where 集团 or 学校 is a subject and means the one that its paragraph has named, or where it opens that the one before it has, in others' texts."""
        found = [] if kind in self.own else [m.start() for m in word.finditer(self.clean) if self._is_subject(*m.span())]
        named = [(n.start, t) for n, t in self.names if n.type == kind]
        near = ((at, {t for _, t in between(named, self._told_since(at), at, key=itemgetter(0))}) for at in found)
        return [Subject(meant.pop(), "named", at) for at, meant in near if len(meant) == 1]

    def _told_since(self, at: int) -> int:
        """Where the paragraph of a position begins; where the position opens it (“学校开了…), the one before."""
        start = self.outline.passage(at).start
        before = self.outline.passages[max(0, self.outline.index(at) - 1)]
        return before.start if at - start <= len("“") and not before.heading else start

    def _regions(self) -> list[Subject]:
        """The places that are subjects; inside an institution's name only where the institution is their government."""
        inside = [n for n, _ in self.names]
        found = []
        for p in self.places:
            name = holding(inside, p.start)
            own = name is None or (name.start == p.start and government(name))
            if not own or not p.code or self.followed_by_place(p) or self._owner(p.end) or self.deixis.visitors.match(self.clean, p.end):
                continue
            if self._is_subject(p.start, p.end):
                until = self.outline.clause(p.end)[1] if self._inner(self._chain_start(p.start)) else -1
                found.append(Subject(self.register.thing(p.code), "named", p.start, until))
            elif self._has_figure(p.start, p.end):
                found.append(Subject(self.register.thing(p.code), "named", p.start, self.outline.clause(p.end)[1]))
        return found + [Subject(self.register.thing(code), "named", n.start) for n, code in self._bodies() if self._is_subject(n.start, n.end)]

    def _bodies(self) -> list[tuple[Name, str]]:
        """The organs of government that no place is named in (市教育局), each with the region it speaks for."""
        found = [(n, n.code or self.register.at_level(self.home.thing.key, n.level)) for n, _ in self.names if government(n) and n.start not in self.place_from]
        return [(n, code) for n, code in found if self.register.known(code)]

    def _institutions(self) -> list[Subject]:
        """The institutions that are subjects: alone, no government and not who reports."""
        acting = [(n, t) for n, t in self.names if not government(n) and n.kind.id not in self.deixis.words["reporting"]]
        alone = [(n, t) for n, t in acting if not self._coordinated(n.start, n.end) and not self.deixis.among.match(self.clean, n.end)]
        return [Subject(t, "named", n.start) for n, t in alone if self._is_subject(n.start, n.end)]

    def _both(self, word: str, at: int) -> Subject:
        """Whom 两校 means: of two schools the one of the document's own region, else the place that opens the sentence, else the document's own agent."""
        meant: list[Subject] = []
        if self.deixis.school.search(word):
            part = max(first := self.outline.period_sentence(at)[0], self.clean.rfind(";", first, at) + 1)
            meant = self.inside(self._pair(at, at)) or [s for s in between(self.mentions, part, at) if self.lies_below(s) and self._opens(part, s.start)]
        return next((Subject(s.thing, "named", at) for s in meant), Subject(self.default.thing, self.default.basis, at))

    def _pair(self, at: int, until: int) -> list[Subject]:
        """The two schools that the sentence of a position has named last before `until`; fewer where there are not so many."""
        return [s for s in between(self.mentions, self.outline.period_sentence(at)[0], until) if s.school][-2:]

    def _owner(self, end: int) -> bool:
        """Whether a place only says where an institution named right after it lies: 椒江区的白云小学."""
        return self.clean.startswith("的", end) and end + 1 in self.name_from

    def _coordinated(self, start: int, end: int) -> bool:
        """Whether an institution is one of several: what is said of them all is said of none."""
        ahead = self.clean[start - 1 : start] in ("、", "和", "及") and (start - 1 in self.name_to or start - 1 in self.place_to)
        behind = self.clean[end : end + 1] in ("、", "和", "及") or self.clean.startswith("等", end)
        return ahead or behind

    def _led(self, named: Sequence[Subject], at: int) -> bool:
        """Whether the clause has named its subject before it says 全市: 水富市在全市率先完成."""
        i = bisect.bisect_left(named, at, key=START) - 1
        return i >= 0 and not named[i].school and named[i].start >= self.outline.clause(at)[0]

    def _joins(self, m: re.Match[str]) -> bool:
        """Whether 我县 stands behind a place of elsewhere that it does something with: 外地22所学校同我县24所学校手拉手."""
        if not m[0].startswith(tuple(self.deixis.words["mine"])) or not self.clean.endswith(tuple(self.deixis.words["together"]), 0, m.start()):
            return False
        before = [p for p in between(self.places, self.outline.clause(m.start())[0], m.start()) if p.code]
        return bool(before) and self.home.thing.key not in self.register.ancestors(before[-1].code) and before[-1].code != self.home.thing.key

    def _is_subject(self, start: int, end: int) -> bool:
        """Whether a name can be whom the clause is about: near the clause's beginning, not behind a preposition or verb."""
        if (start, end) not in self.chosen:
            self.chosen[start, end] = self._leads(start, end)
        return self.chosen[start, end]

    def _leads(self, start: int, end: int) -> bool:
        words, at = self.deixis.words, start
        start = self._chain_start(start)
        if self.clean[start - 1 : start] in words["was"] and self.clean[start - 2 : start - 1] == "(":
            return False
        if self.clean.startswith(tuple(words["not_after"]), end):
            return False
        first = self.outline.clause(start)[0]
        acts = self.clean[start - 1 : start] == words["by"] and self.clean.startswith(tuple(words["acts"]), end)
        if acts or self.deixis.looks_at(self.clean, start, end) or self._inner(start) or self.clean.endswith(tuple(words["extremes"]), 0, start):
            return True
        lead = self.clean[first:start].rpartition("】")[2]
        while lead and (filler := next((w for w in words["fillers"] if lead.endswith(w)), "")):
            lead = lead[: len(lead) - len(filler)]
        lead = self.deixis.list_mark.sub("", lead.lstrip("◆●·■▲★—- \t】"))
        if not lead or self.deixis.time_lead.fullmatch(lead):
            return True
        if self.clean.endswith(tuple(words["not_subject_before"]), 0, start):
            return False
        if lead.endswith("的"):
            named = self.short_place.get(at) is not None or start in self.name_from
            return not self._governed(start, first, lead) and (named or len(lead) <= LONGEST_OPENING and not re.search(r"\d", lead))
        return lead.endswith("、") and self._goes_on(start - 1, first)

    def _governed(self, start: int, first: int, lead: str) -> bool:
        """Whether what stands behind 的 is with or under somebody else: 与乙市丙区的某小学结对, 吸收新开办的某小学加入."""
        owner = self.place_to.get(start - 1)
        beside = owner and self.clean.endswith(tuple(self.deixis.words["not_subject_before"]), first, self._chain_start(owner.start))
        return beside or self.deixis.governed.search(lead) is not None

    def _has_figure(self, start: int, end: int) -> bool:
        """Whether a figure right behind a place is its own: 甘孜为28%, 横州市的2所学校."""
        if (place := self.place_from.get(start)) and self._away(place.code) and self.deixis.joins(self.clean, self._chain_start(start), end):
            return bool(re.search(r"\d", self.clean[self.outline.clause(start)[0] : start]))  # 全区14所学校与甲县14所学校结对
        listed = self.clean[start - 1 : start] == "、" and not re.search(r"的\d[^、]{0,8}、$", self.clean[max(0, start - 12) : start])
        owns = not listed and self.deixis.owned.match(self.clean, end)
        return bool(owns or self.deixis.measured.match(self.clean, end))

    def _inner(self, start: int) -> bool:
        """Whether a place below the document's own stands behind 在: 轮岗在丁县没有开展."""
        place = self.place_from.get(start)
        if place is None or not place.code or not self.clean.endswith(tuple(self.deixis.words["inside"]), 0, start):
            return False
        return place.code != self.home.thing.key and self.home.thing.key in self.register.ancestors(place.code)

    def _goes_on(self, comma: int, first: int) -> bool:
        """Whether a list that goes on behind a comma began with a subject: 甲县、乙县 or 甲县12所、乙县8所."""
        before = self.place_to.get(comma) or next(reversed(between(self.places, first, comma)), None)
        if before is None or before.start < first or not self._is_subject(before.start, before.end):
            return False
        counted = before.end == comma or re.search(r"\d[^、\d]{0,6}$", self.clean[before.end : comma]) is not None
        return counted or self.clean.startswith(tuple(self.deixis.words["troubles_of"]), first)

    def _common(self, at: int) -> Subject:
        """Whom 三县合计 means: what lies above the places named before it in the paragraph, else the document's own agent."""
        before = [s for s in between(self.mentions, self.outline.passage(at).start, at) if s.thing.kind == "region"]
        above = self.register.region(before[-1].thing.key).parent if before else ""
        if above and above != self.home.thing.key and any(s.thing.key == above for s in self.mentions):
            return Subject(self.register.thing(above), "named", at)
        return Subject(self.default.thing, self.default.basis, at)

    def _local(self, word: str, at: int) -> Subject | None:
        """全县 in a passage about a county, in a document about something larger: that county."""
        home = self.home.thing
        if word.startswith(tuple(self.deixis.words["mine"])) or home.kind != "region" or not self.register.known(home.key):
            return None
        if self.register.at_level(home.key, next((w for w in self.deixis.words["levels"] if w in word), "")):
            return None
        near = [s for s in between(self.mentions, self.outline.passage(at).start, at) if not s.school]
        return Subject(near[-1].thing, "named", at) if near else self._heading_place(at) or self._speaker(at)

    def _heading_place(self, at: int) -> Subject | None:
        """The place that the nearest heading which names one opens with, the site's name above the title aside."""
        spans = [(h.start, h.end) for h in reversed(self.outline.passage(at).headings) if h.start >= self.outline.title]
        found = (next(iter(between(self.mentions, start, end)), None) for start, end in spans)
        return next((Subject(s.thing, "named", at) for s in found if s and not s.school), None)

    def _own(self, word: str, at: int) -> Subject:
        level = next((w for w in self.deixis.words["levels"] if w in word), "")
        home = self.home.thing
        if home.kind != "region" or not self.register.known(home.key):
            return Subject(home, self.home.basis, at)
        code = self.register.at_level(home.key, level) or home.key
        basis = self.home.basis if code == home.key else "named"
        return Subject(home if code == home.key else self.register.thing(code), basis, at)

    def lies_below(self, subject: Subject) -> bool:
        """Whether a subject is a region below the one that the document is of."""
        return subject.thing.kind == "region" and self.home.thing.key in self.register.ancestors(subject.thing.key)[1:]

    def inside(self, subjects: Sequence[Subject]) -> list[Subject]:
        """The one school of several that lies in the document's own region, where the others lie elsewhere: 本县小学和外省某小学."""
        away = [s for s in subjects if self._away(s.thing.region)]
        own = [s for s in subjects if s not in away]
        return own if len(own) == 1 and away and all(s.school for s in subjects) else []

    def _away(self, code: str) -> bool:
        """Whether a region is neither the document's own nor one in it."""
        return self.register.known(code) and self.home.thing.key not in self.register.ancestors(code)

    def _groups(self) -> list[list[Subject]]:
        """The coordinations of regions or of institutions, each with two members or more."""
        ends = self.ends
        out: list[list[Subject]] = []
        group: list[Subject] = []
        for s in self.mentions:
            joined = group and s.school == group[-1].school and JOINT.fullmatch(self.clean[ends[group[-1].start] : self._chain_start(s.start)])
            if not joined:
                out.append(group)
                group = []
            group.append(s)
        return [g for g in [*out, group] if len(g) > 1]

    def _chain_start(self, start: int) -> int:
        """Where the chain of place names that leads to a name begins: 乌海市|海南区."""
        start = self.chains.get(start, start)
        short = self.short_place.get(start, "")
        return start - len(short) if short and self.clean.endswith(short, 0, start) else start

    def _opens(self, first: int, start: int) -> bool:
        """Whether nothing but fillers stands between a sentence's beginning and a subject."""
        return "," not in self.clean[first:start] and (start - first <= LONGEST_OPENING or self.clean[self._chain_start(start) - 1] == "的")

    def _speaker(self, at: int) -> Subject | None:
        """The place that the one who speaks here answers for."""
        place = self.speakers.place(at)
        return Subject(self.register.thing(place.code), "named", place.start) if place else None
