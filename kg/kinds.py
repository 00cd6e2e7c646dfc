"""What kind of figure each is: a level, a flow, a cumulative amount, a share, a norm or a change; and for each of what it counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.dating import Dating
from kg.drafts import Draft
from kg.indicators import Indicators
from kg.model import Period
from kg.scope import Scope
from kg.values import CNY, RATES, either
from kg.words import marked

LEVEL, FLOW, CUMULATIVE, CHANGE, GROWTH, SHARE, NORM = "Level", "Flow", "Cumulative", "Change", "GrowthRate", "Share", "Norm"
CHANGES = (CHANGE, GROWTH)
FIRST = 2  # words at the beginning of a clause of which a verb says what is done, whatever the dictionary takes it for
LISTED = ("、", "和", "及", "与")
ONE_YEAR = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?:/\d{4}-0[1-8])?")  # a year, a month, a day or a school year


class Kinds:
    """Settles kinds by the words of kinds.toml, else by the kind of the vocabulary's indicator."""

    def __init__(self, words: Mapping[str, Any], indicators: Indicators) -> None:
        self.words, self.indicators = words, indicators
        flow, share, cumulative = words["flow"], words["share"], words["cumulative"]
        self.verbs, self.stock, self.acts = frozenset(flow["verbs"]), frozenset(flow["stock"]), frozenset(flow["units"])
        self.share = re.compile(f"(?:{either(share['words'])})|({either(share['not'])})")
        self.of = re.compile(share["before"])
        self.norm = re.compile(words["norm"]["says"])
        self.always, self.years = re.compile(either(cumulative["always"])), re.compile(cumulative["years"])
        self.per = Denominators(words["per"])

    def settle(self, d: Draft, before: Draft | None, scope: Scope) -> None:
        """Gives a draft its denominator and its kind, as far as its own words tell; the time may still make a flow cumulative."""
        f = d.figure
        lead = d.phrase if d.rule == "outcome-table" else scope.clean[scope.outline.clause(f.start)[0] : f.start]
        if d.kind not in CHANGES:
            d.per = self.per.read(lead, d.unit) or self._goes_on(d, before, scope)
        if not d.kind:
            d.kind = self._rate(d, lead) if d.unit in RATES else self._amount(d, before, scope, lead)

    def lasting(self, d: Draft, when: Period | None, scope: Scope, dating: Dating) -> str:
        """The kind of a draft at its time: what is done since a time or over several years is cumulative."""
        if d.kind != FLOW:
            return d.kind
        over = when is not None and "/" in when.edtf and not ONE_YEAR.fullmatch(when.edtf)
        first, at = scope.outline.period_sentence(d.figure.start)[0], d.figure.start
        if over or self.always.search(scope.clean, first, at):
            return CUMULATIVE
        cues = list(self.years.finditer(scope.clean, first, at))
        single = [w for w in dating.timeline.inside(cues[-1].end(), at) if ONE_YEAR.fullmatch(w.period.edtf)] if cues else []
        return CUMULATIVE if cues and not single else FLOW

    def _goes_on(self, d: Draft, before: Draft | None, scope: Scope) -> str:
        """The denominator of the figure before, where this one only names another class: 小学每生每年650元,初中850元."""
        if before is None or not before.per or before.unit != d.unit or d.figure.start - before.figure.end > 8:
            return ""
        inner = scope.clean[before.figure.end : d.figure.start].strip("、,和及与为达到")
        return before.per if not inner or inner in self.indicators.classes else ""

    def _rate(self, d: Draft, lead: str) -> str:
        """The kind of a percentage or ratio: a share where the last word that says which is one of shares."""
        said = (list(self.share.finditer(lead)) or list(self.share.finditer(d.phrase))) if d.unit == "%" else []
        if (said and not said[-1][1]) or (d.unit == "%" and self.of.search(lead)):
            return SHARE
        known = self._known(d)
        return known if known in (GROWTH, NORM) else LEVEL

    def _amount(self, d: Draft, before: Draft | None, scope: Scope, lead: str) -> str:
        """The kind of a count or a sum of money."""
        things, times = self.per.parts(d.per)
        if things or self.norm.search(lead[-14:]) or (d.unit == CNY and times & set(self.words["norm"]["times"])):
            return NORM
        if d.from_value is not None:
            return LEVEL
        known = self._known(d)
        if d.unit == CNY:
            return LEVEL if known == LEVEL else FLOW
        if known in (CUMULATIVE, NORM):
            return known
        return self._said(d, before, scope) or (FLOW if known == FLOW or d.unit in self.acts else LEVEL)

    def _said(self, d: Draft, before: Draft | None, scope: Scope) -> str:
        """Whether the words before a figure tell of an act or of a stock; one that is part of another or goes on a list is what that one is."""
        if d.rule == "outcome-table":
            return ""
        start = scope.outline.clause(d.figure.start)[0]
        floor = before.figure.end if before and before.figure.end > start else start
        tokens = marked(scope.clean[floor : d.figure.start])
        name = self.indicators.nearest_label(d.phrase, d.noun, d.unit)
        for i, (word, mark) in reversed(list(enumerate(tokens))):
            if word in self.stock:
                return LEVEL
            if word in self.verbs and word not in name and ((mark.startswith("v") and mark != "vn") or i < FIRST or i == len(tokens) - 1):
                return FLOW
        governed = d.phrase.removeprefix(d.noun) if d.phrase.startswith(d.noun) else d.phrase.removesuffix(d.noun)
        if governed in self.verbs:
            return FLOW
        other = d.part_of or (before if floor > start and scope.clean.startswith(LISTED, floor) else None)
        return other.kind if other and other.kind in (FLOW, LEVEL) and other.unit != CNY else ""

    def _known(self, d: Draft) -> str:
        """The kind of the vocabulary's indicator that a draft's phrase names."""
        return self.indicators.kind(d.phrase, d.noun, d.unit)


class Denominators:
    """Reads what each of which a figure is for: 每生每年 is 生·年."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.things, self.times = words["things"], words["times"]
        self.never, self.no_mean = tuple(words["never_behind"]), frozenset(words["no_mean"])
        unit, joined = either([*self.things, *self.times]), either(words["joined"])
        self.pattern = re.compile(f"{words['before']}(?:{joined})?({unit})|({unit}){words['behind']}(?!衡)")

    def read(self, lead: str, unit: str) -> str:
        """The denominator that the words before a figure give, things before times; "" where they give none. Of rates only times, of schools no mean."""
        found = [m[1] or m[2] for m in self.pattern.finditer(lead) if not m[0].endswith(self.never) and (m[1] or unit not in self.no_mean)]
        found = [w for w in found if unit not in RATES or w in self.times]
        things = dict.fromkeys(self.things[w] for w in found if w in self.things)
        times = dict.fromkeys(self.times[w] for w in found if w not in self.things)
        return "·".join([*list(things)[-1:], *list(times)[-1:]])

    def parts(self, per: str) -> tuple[set[str], set[str]]:
        """The things and the times of a denominator."""
        said = set(per.split("·")) - {""}
        times = said & set(self.times.values())
        return said - times, times
