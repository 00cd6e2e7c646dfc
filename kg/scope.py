"""Whom a passage speaks of."""

from __future__ import annotations

import bisect
import re
from functools import cached_property

from kg.deixis import Subject
from kg.model import Thing
from kg.names import government
from kg.spans import between
from kg.speakers import LONGEST_OFFICE
from kg.subjects import LONGEST_OPENING, Subjects

LEFT = ("company", "university", "media")  # what a sentence that it opens goes on about no longer behind a semicolon
FEATURED = ("school", "kindergarten")  # what has classes and grounds of its own
BULLET = re.compile(r"[▲△●■◆◎★▶○◇□·]\s*")  # the mark of a paragraph that tells of the place it opens with


class Scope(Subjects):
    """The scope of every position of one document."""

    @cached_property
    def topics(self) -> dict[int, Subject | None]:
        """What has been answered of sentences: the topic each goes on with."""
        return {}

    def subject(self, at: int) -> Subject:
        """Whom a position is about; of several that share its clause the first."""
        one = self._subject(at)
        group = self.group_of.get(one) if one.start < at else None
        return group[0] if group and not self.deixis.measured.match(self.clean, self.ends[one.start]) else one

    def _subject(self, at: int) -> Subject:
        """Whom a position is about: named in its sentence, else pointed at, the topic of its paragraph, its speaker, a heading, the document's own."""
        first, _ = self.outline.period_sentence(at)
        return (
            self._described(at)
            or self._featured(first, at)
            or self.pointed(at)
            or self._within(first, at)
            or self._goes_on_about(first)
            or self._topic(first)
            or self._speaker(at)
            or self._heading_subject(at)
            or self.default
        )

    def agents(self, at: int) -> list[Subject]:
        """All whom a position is about: the members of a coordination (甲县、乙县和丙县 …) that is the subject of its clause, else the one subject."""
        one = self._subject(at)
        first = self.outline.clause(at)[0]
        near = between(self.groups, first, at, key=lambda g: g[0].start)
        group = next((g for g in reversed(near) if g[-1].start < at), None)
        if group and (one.start <= group[-1].start or one in group) and self._is_subject(group[0].start, group[0].start + 1):
            return group
        whole = self.group_of.get(one, [one])  # 甲县、乙县包乡包村,劝回…: a later clause of their sentence is about all of them
        goes_on = whole[-1] is one and self.outline.period_sentence(at)[0] <= whole[0].start < at
        return whole if goes_on and self._is_subject(whole[0].start, whole[0].start + 1) else [one]

    def where(self, start: int, end: int) -> Subject | None:
        """Whom a clause that names nobody before clean[start:end] says behind it: 校长职级制在全市没有破题."""
        first, last = self.outline.clause(start)
        behind = (s for s in between(self.subjects, end, last) if self.clean.endswith(tuple(self.deixis.words["inside"]), first, s.start))
        return None if between(self.subjects, first, start) else next(behind, None)

    def partner(self, subject: Subject, at: int) -> list[Subject]:
        """The school of the document's own region that one of elsewhere does something with, told of in a later clause: 外省某小学与本县小学结对,线上开课."""
        pair = self._pair(at, self.outline.clause(at)[0])
        joined = len(pair) > 1 and self.clean.startswith(tuple(self.deixis.words["together"]), self.ends[pair[0].start])
        return self.inside(pair) if joined and any(s.thing == subject.thing for s in pair) else []

    def below(self, start: int, end: int) -> list[Subject]:
        """The regions below the document's own that are subjects in clean[start:end], each once."""
        found: dict[str, Subject] = {}
        for s in between(self.subjects, start, end):
            if self.lies_below(s):
                found.setdefault(s.thing.key, s)
        return list(found.values())

    def place_of(self, at: int) -> Subject:
        """The region that the heading or mark above a position names, or the document's own."""
        heading = self._heading_subject(at)
        return heading if heading and not heading.school else self.home

    def region_of(self, at: int) -> Subject:
        """The region a position is about where a school is its subject: the last named before it in its sentence, by heading, or the document's own."""
        first, _ = self.outline.period_sentence(at)
        named = [s for s in between(self.subjects, first, at + 1) if not s.school]
        heading = self._heading_subject(at)
        return named[-1] if named else heading if heading and not heading.school else self.default

    def _within(self, first: int, at: int) -> Subject | None:
        """The last subject named in clean[first:at]; an institution of an earlier clause only where the sentence opens with it or no semicolon lies between."""
        passed: set[Thing] = set()
        low, high = bisect.bisect_left(self.subject_starts, first), bisect.bisect_right(self.subject_starts, at)
        for s in reversed(self.subjects[low:high]):
            if 0 <= s.end < at:
                continue
            if ";" not in self.clean[s.start : at] or self._outlasts(s, first, passed):
                return s
            if s.school:
                passed.add(s.thing)  # 甲校…;乙校…;: a part that names no school is about none of them
        return None

    def _outlasts(self, s: Subject, first: int, passed: set[Thing]) -> bool:
        """Whether a semicolon does not end what is said of a subject: a school opens the sentence alone, a place is not but compared (平均47人,乙县18人;)."""
        if s.school:
            return s.thing.type not in LEFT and self._opens(first, s.start) and not passed - {s.thing}
        part = max(self.clean.rfind(";", 0, s.start) + 1, s.start - LONGEST_OFFICE)
        return not (self._has_figure(s.start, self.ends.get(s.start, s.start)) and re.search(r"\d", self.clean[part : s.start]))

    def _described(self, at: int) -> Subject | None:
        """The institution that a clause describes before it names it: 总投资1亿元的第八小学."""
        i = bisect.bisect_right(self.subject_starts, at)
        if i < len(self.subjects) and self.subjects[i].school and self.subjects[i].start < self.outline.clause(at)[1]:
            start = self._chain_start(self.subjects[i].start)
            return self.subjects[i] if self.clean[start - 1] == "的" else None
        return None

    def _featured(self, first: int, at: int) -> Subject | None:
        """The one school that a bracket or clauses behind it tell of: 新建某校(54个班), 建成某校,占地42亩,设计36个班."""
        last = next(reversed(between(self.mentions, first, at)), None)
        end = self.ends[last.start] if last else 0
        if last is None or not last.school or self.name_to[end].type not in FEATURED or self._coordinated(last.start, end):
            return None
        behind = self.clean[end:at]
        if behind.startswith("(") and ")" not in behind:
            return last
        rest, *clauses = behind.split(",")
        told = bool(clauses) and len(rest) <= LONGEST_OPENING and ";" not in behind and all(map(self.deixis.features.match, clauses))
        return last if told else None

    def pointed(self, at: int) -> Subject | None:
        """Whom 该县 or 这所学校 goes back to: the last mention of its kind in the paragraph or the one before."""
        found = list(self.deixis.that.finditer(self.clean, self.outline.period_sentence(at)[0], at))
        if not found or between(self.subjects, found[-1].start() + 1, at + 1):
            return None
        word = found[-1][0]
        if self.deixis.the_group.search(word) and (i := bisect.bisect_left(self.subject_starts, found[-1].start())) < len(self.subjects):
            return self.subjects[i] if self.subjects[i].start == found[-1].start() else None
        if (own := self.own.get("school")) and word.startswith(tuple(self.deixis.words["whole"])) and self.deixis.school.search(word):
            return own
        school = self.deixis.school.search(word) is not None
        level = next((w for w in self.deixis.words["levels"] if w in word), "")
        low = self.outline.passages[max(0, self.outline.index(at) - 1)].start
        back = reversed(between(self.mentions, low, found[-1].start()))
        either = word in self.deixis.words["either"]
        return next((s for s in back if either or s.school == school and (school or s.thing.label.endswith(level))), None)

    def _goes_on_about(self, sentence: int) -> Subject | None:
        """The school that a sentence of the paragraph opened with, where one begins as if it went on about it: 现有教学班62个."""
        if not self.deixis.goes_on.match(self.clean, sentence):
            return None
        low = self.outline.passage(sentence).start
        before = [s for s in between(self.subjects, low, sentence) if s.school]
        return next((s for s in before if self._opens(self.outline.period_sentence(s.start)[0], s.start)), None)

    def _topic(self, sentence: int) -> Subject | None:
        """The region that an earlier sentence of the paragraph opened with, unless it or one since has named another; a school is not spoken of for so long."""
        low = self.outline.passage(sentence).start
        passed: list[int] = []
        found, at = None, sentence
        if self.deixis.moves_on.match(self.clean, sentence):
            return None
        while at > low and at not in self.topics:
            passed.append(at)
            first, _ = self.outline.period_sentence(at - 1)
            own = self._within(first, at - 1)
            if own and not (own.school and self.default.thing.kind == "region"):
                opening = self.subjects[bisect.bisect_left(self.subject_starts, first)]
                several = any(s.thing != opening.thing for s in between(self.subjects, first, at) if self._is_name(s) and not s.school)
                named = self._is_name(opening) and not opening.school and not several and self._opens(first, opening.start)
                found = opening if named else None if own.basis == "named" else own
                break
            at = first if first < at else low
        self.topics.update(dict.fromkeys(passed, found or self.topics.get(at)))
        return self.topics.get(sentence)

    def _is_name(self, subject: Subject) -> bool:
        """Whether a subject is written by its name and not by a word such as 全省."""
        at = subject.start
        return subject.basis == "named" and (at in self.place_from or at in self.name_from)

    def _heading_subject(self, at: int) -> Subject | None:
        """The place or institution that a heading above, or the paragraph's own opening (甲县:), names first."""
        p = self.outline.passage(at)
        spans = [*((h.start, h.end) for h in p.headings), *([(p.start, colon)] if 0 <= (colon := self.clean.find(":", p.start, p.start + 24)) else [])]
        if (m := BULLET.match(self.clean, p.start)) and m.end() in self.place_from:
            spans.append((m.end(), self.place_from[m.end()].end))
        for start, end in (span for span in reversed(spans) if not self._addressed(*span)):
            i = bisect.bisect_left(self.subject_starts, start)
            s = self.subjects[i] if i < len(self.subjects) else None
            below = start >= self.outline.title  # above it stands the name of the site, or of the school that the title tells of
            if s and s.start < end and s.basis == "named" and s.start - start < 8 and (s.school or below):
                return s
        return None

    def _addressed(self, start: int, end: int) -> bool:
        """Whether a line is but the name of an authority that the text is addressed to: 某省教育厅:"""
        return start in self.name_from and any(government(self.name_to[at]) for at in (end - 1, end) if at in self.name_to)
