"""The words by which a text points at its own region or school, or at whom it named before; and whom a stretch of it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.model import Thing, record
from kg.values import either

DATE = r"(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?"


@record
class Subject:
    """Whom a stretch of text is about."""

    thing: Thing
    basis: str  # named home inferred
    start: int = -1  # where it is named, -1: nowhere near
    end: int = -1  # up to where it is the subject, -1: until another is named

    @property
    def school(self) -> bool:
        """Whether it is an institution and no region."""
        return self.thing.kind == "institution"


class Deixis:
    """The words of scope.toml by which a text points at its own region or at whom it named before."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words
        self.own, self.we, self.school = (re.compile(either(words[k])) for k in ("own", "we", "school"))
        self.personal = re.compile(either(words["personal"]))
        self.beside = re.compile(f"(?:{either(words['our_school'])})[^,。;\n]{{0,6}}(?:{either(words['with'])})$")
        self.both = re.compile(f"(?:{either(words['both'])})|(?P<divisions>{words['divisions']})")
        self.that, self.goes_on = re.compile(either(words["that"])), re.compile(either(words["school_goes_on"]))
        self.voice, self.the_school = re.compile(either(words["voice"])), re.compile(either(words["the_school"]))
        self.our_school, self.our_group = re.compile(either(words["our_school"])), re.compile(either(words["our_group"]))
        self.group_titled = re.compile(words["group_titled"])
        self.that_school = re.compile(words["that_school"])
        self.the_group = re.compile(words["the_group"])
        self.head_school = re.compile(either(words["head_school"]))
        self.among = re.compile(words["among"])
        self.features = re.compile(rf"{DATE}(?:{either(words['features'])})")
        self.moves_on = re.compile(either(words["moves_on"]))
        self.inspecting = re.compile(either(words["inspecting"]))
        self.list_mark = re.compile(words["list_mark"])
        self.owned = re.compile(words["owned"])
        self.visited, self.looked_at = re.compile(words["visited"]), re.compile(words["looked_at"])
        self.partner, self.paired = re.compile(either(words["together"])), re.compile(words["paired"])
        self.visitors = re.compile(words["visitors"])
        self.measured, self.governed = re.compile(words["measured"]), re.compile(words["governed"])
        self.posts = f"(?:{either(words['posts'])})"
        self.in_office = re.compile(rf"总?{self.posts}\s")
        self.office = re.compile(rf"{self.posts}\s{{0,3}}(?=(?P<name>[一-鿿]{{2,4}}))")
        self.speech = re.compile(rf"(?P<name>[一-鿿]{{2,4}}?)(?:{self.posts})?:(?=.)|【(?P<boxed>[一-鿿]{{2,4}}?)(?:{self.posts})?】")
        self.time_lead = re.compile(rf"[^一-鿿]*(?:{DATE}|{words['plan_time']})(?:{either(words['time_ends'])})*,?")

    def oblique(self, clean: str, start: int, end: int) -> bool:
        """Whether a word for the own region only measures, gives or gets something: 由省财政, 高于全市平均."""
        return clean.endswith(tuple(self.words["oblique_before"]), 0, start) or clean.startswith(tuple(self.words["not_after"]), end)

    def looks_at(self, clean: str, start: int, end: int) -> bool:
        """Whether somebody goes to a place to look at it: 考察组赴甲县看了新校舍."""
        return self.looked_at.match(clean, end) is not None and self.visited.search(clean, max(0, start - 2), start) is not None

    def joins(self, clean: str, start: int, end: int) -> bool:
        """Whether something is done with a place: 与甲区26所学校结对."""
        return self.partner.match(clean, max(0, start - 1)) is not None and self.paired.match(clean, end) is not None
