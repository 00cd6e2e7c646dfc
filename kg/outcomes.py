"""Quantities stated in a text: what is counted, of whom, when, and how one figure hangs on another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.adoptions import Measure
from kg.bodies import by_name
from kg.counted import LISTED, REACH, Counted, Counting
from kg.dating import Dating
from kg.deixis import Subject
from kg.drafts import Draft, draft, recent
from kg.indicators import Indicators
from kg.kinds import CHANGES, LEVEL, SHARE, Kinds
from kg.model import Fact, Period, Quantity, replaced
from kg.names import Name
from kg.places import Place
from kg.restrictions import Restrictions
from kg.scope import Scope
from kg.spans import between
from kg.tables import Tables
from kg.text import Text
from kg.ties import Ties
from kg.times import Timeline, When, period
from kg.values import CLOSE, CNY, JOINT, PEOPLE, POINTS, RATES, Figure, Numbers, either, same_unit

LONGEST_LEAD = 8  # characters between 由 and the first figure of a list of origins
ITEM = re.compile(r"(?:[、和与及]|以及)[一-鿿]{0,2}|,")  # between the figures of a list, the last two perhaps with 达到 or 为
LONGEST_BOX = 30  # characters that say what a figure in a box of facts counts
CLAUSE = re.compile("[,;。:\n]")
LARGE = 10_000  # from here on a number is said without a measure word
GROUP = "education-group"
SCHOOLS, HEADS = "所", PEOPLE | {"人次"}


class Outcomes:
    """Turns the figures of one document into Outcome and Withheld facts."""

    def __init__(
        self,
        words: Mapping[str, Mapping[str, Any]],
        numbers: Numbers,
        indicators: Indicators,
        restrictions: Restrictions,
        labels: Iterable[str],
        tables: Tables,
    ) -> None:
        """`words`: the lexicon by file; `labels`: those of measures."""
        self.w, self.numbers, self.indicators, self.restrictions, self.tables = words["outcomes"], numbers, indicators, restrictions, tables
        words_, deixis = self.w, words["scope"]
        self.counting = Counting(words_, [*deixis["own"], *deixis["that"]], indicators, [*indicators.heads, *labels])
        self.kinds, self.ties = Kinds(words["kinds"], indicators), Ties(words["ties"], words["kinds"], self.counting)
        self.to, self.merge, self.taking = (re.compile(words_[k]) for k in ("to", "merge", "taking"))
        self.zero_rate = re.compile(f"(?:{either(words_['rates'])})(?:{either(words_['links'])})*$")
        self.paid, self.people = re.compile(words_["paid"]), re.compile(either(words_["people"]))
        extremes = words["numbers"]["between"]["extremes"]
        self.extreme, again = re.compile(f"(?:{either(extremes)})$"), either([*words_["from_words"], *extremes])
        self.another = re.compile(f"[,、;][一-鿿]{{0,4}}(?:{again})")
        self.coefficient, self.coefficients = re.compile(words_["coefficient"]), re.compile(either(words_["coefficients"]))
        self.counties = re.compile(words_["counties"])
        self.not_before = re.compile(f"{either(words_['not_before'])}|{words_['not_before_counting']}")
        self.all_years = re.compile(words["times"]["all_years"])
        self.coin_word, self.towns = re.compile(either(words_["coin_words"])), re.compile(words_["towns"])

    def drafts(self, text: Text, figures: Sequence[Figure], scope: Scope, timeline: Timeline) -> list[Draft]:
        """The figures that count, with what they count: those of tables, and those of running text."""
        clean = text.clean
        cells = self.tables.drafts(scope, timeline)
        taken = {d.figure.end for d in cells}
        out = [draft(self._coin(clean, f)) for f in figures if f.end not in taken and not scope.outline.passage(f.start).junk]
        self._units(clean, out)
        out = [d for d, last in zip(out, [None, *out], strict=False) if d.unit and self._counts(clean, d, last)]
        self._bounds(clean, out)
        self._pairs(clean, out)
        out = [d for d in out if not d.drop]
        for i, d in enumerate(out):
            d.subject = scope.subject(d.figure.start)
            if d.unit == SCHOOLS and d.subject.school and d.subject.thing.type != GROUP:  # a school has no schools
                d.subject = scope.region_of(d.figure.start)
            self._phrase(clean, d, out[i - 1] if i else None, scope)
            if i and out[i - 1].from_start == d.from_start >= 0:  # 由A、B提高到C、D
                d.phrase, d.noun = out[i - 1].phrase, out[i - 1].noun
            if self.counties.search(d.noun) and scope.lies_below(d.subject):  # 对甲县、乙县等5个县: a county has no counties
                d.subject = scope.default
        self._respective(clean, out, scope, timeline)
        self._coefficients(out)
        out = sorted([*out, *cells], key=lambda d: d.figure.start)
        self.ties.settle(out, scope)
        for i, d in enumerate(out):
            self.kinds.settle(d, out[i - 1] if i else None, scope)
            self.restrictions.settle(d, recent(out, i), scope)
        return out

    # --- units ---

    def _coin(self, clean: str, f: Figure) -> Figure:
        """A figure in a measure word that is money where no noun follows and its clause speaks of it: 每人5块, not 黑板5块."""
        if f.unit != self.w["coin"] or clean[f.end : f.end + 1].isalpha():
            return f
        return replaced(f, unit=CNY) if self.coin_word.search(CLAUSE.split(clean[max(0, f.start - 24) : f.start])[-1]) else f

    def _units(self, clean: str, drafts: Sequence[Draft]) -> None:
        """Units of figures written without: those of a list, of coefficients, of 百分点 named once."""
        for d, following in reversed(list(zip(drafts, drafts[1:], strict=False))):
            lacks = not d.unit and d.figure.shape != "words" and following.unit and JOINT.fullmatch(clean, d.figure.end, following.figure.start)
            if lacks and not self.coefficient.search(clean, max(0, d.figure.start - 24), d.figure.start):  # 差异系数为0.45,七项指标
                d.unit = following.unit
        for i, d in enumerate(drafts):
            after, before = (drafts[i + 1] if i + 1 < len(drafts) else None), (drafts[i - 1] if i else None)
            joined = after is not None and JOINT.fullmatch(clean, d.figure.end, after.figure.start) is not None
            if d.unit == "个" and joined and after and after.unit == POINTS:
                d.unit = after.unit
            if d.unit:
                continue
            d.unit = self._spoken(clean, d.figure)
            if d.unit or d.figure.shape == "words":
                continue
            lead = clean[max(0, d.figure.start - 24) : d.figure.start]
            one_more = before is not None and before.unit == "1" and before.figure.shape == "arabic" and self._one_more(clean, before.figure, d.figure)
            d.coefficient = (
                before.coefficient or self._coefficient_before(clean, before.figure.start)
                if before is not None and one_more
                else self._coefficient_of(clean, d)
            )
            if d.figure.value == 0 and self.zero_rate.search(lead):
                d.unit = "%"
            elif d.coefficient or self.coefficient.search(lead) or one_more:
                d.unit = "1"
            elif before is not None and before.unit not in ("", CNY, *RATES) and self._listed(clean, before, d):
                d.unit = before.unit

    def _one_more(self, clean: str, before: Figure, f: Figure) -> bool:
        """Whether a bare number goes on a list of coefficients: 0.31、0.27, is what one becomes (由0.52降到0.41), or begins another such (,初中由0.47…)."""
        small = f.value is not None and f.value < 1 and (self.another.fullmatch(clean, before.end, f.start) or self.to.fullmatch(clean, before.end, f.start))
        return bool(CLOSE.fullmatch(clean, before.end, f.start) or small)

    def _coefficient_of(self, clean: str, d: Draft) -> str:
        """The coefficient that the sentence of a bare decimal below one behind 为 has named: 差异系数收窄,甲县分别为0.31、0.27."""
        if d.figure.value is None or d.figure.value >= 1 or not clean.endswith(tuple(self.w["links"]), 0, d.figure.start):
            return ""
        return self._coefficient_before(clean, d.figure.start)

    def _coefficient_before(self, clean: str, at: int) -> str:
        """The fullest name of a coefficient in the sentence before a position."""
        return max((m[0] for m in self.coefficients.finditer(clean, clean.rfind("。", 0, at) + 1, at)), key=len, default="")

    def _coefficients(self, drafts: Sequence[Draft]) -> None:
        """小学、初中分别为0.31、0.27: each is a coefficient of what its own words say."""
        for d in drafts:
            if d.unit != "1" or not d.coefficient or self.coefficients.search(d.phrase):
                continue
            whose = self.extreme.sub("", d.phrase)  # 初中最高0.41
            if not d.phrase or d.noun in self.indicators.classes or whose != d.phrase:
                d.phrase, d.noun = f"{whose}{d.coefficient}", d.coefficient

    def _spoken(self, clean: str, f: Figure) -> str:
        """The unit of a large number said without one: 花了四亿八, 二十一万中小学生."""
        if f.value is None or f.value < LARGE:
            return ""
        if self.paid.search(clean, max(0, f.start - 8), f.start):
            return CNY
        return "人" if self.people.match(clean, f.end) else ""

    def _listed(self, clean: str, before: Draft, d: Draft) -> bool:
        """Whether a bare figure goes on a list whose unit was given: 初中198人,小学548."""
        inner, follows = clean[before.figure.end : d.figure.start], clean[d.figure.end : d.figure.end + 1]
        return (
            len(inner) <= 14
            and re.match(r"^[,、;][一-鿿级]{2,12}$", inner) is not None
            and follows in ("", ",", ";", ")", "。", "、", "\n")
            and d.figure.scale <= before.figure.scale
        )

    def _counts(self, clean: str, d: Draft, before: Draft | None) -> bool:
        """Whether a figure is a quantity at all."""
        f = d.figure
        if d.unit in self.w["no_outcome_units"] or self.not_before.match(clean, f.end):
            return False
        if f.shape == "ratio":
            goes_on = before is not None and before.figure.shape == "ratio" and f.start - before.figure.end < 16
            return goes_on or any(w in clean[max(0, f.start - 12) : f.start] for w in self.w["ratio_words"])
        if f.shape == "words" and (f.value is not None and f.value < 2 or self.towns.match(clean, f.end)):
            return False
        if f.shape == "words" and d.unit == "":
            return False
        if f.value == 0 and d.unit == "":
            return False
        return not (f.shape == "words" and clean[f.start - 1 : f.start] in "第这那哪")

    def _bounds(self, clean: str, drafts: Sequence[Draft]) -> None:
        """分别达到88%、96%以上: a bound after the last holds for all."""
        for d, after in zip(drafts, drafts[1:], strict=False):
            if d.comparator == "eq" and after.comparator != "eq" and d.unit == after.unit and CLOSE.fullmatch(clean, d.figure.end, after.figure.start):
                d.comparator = after.comparator
            if (
                after.comparator == "eq"
                and d.comparator in ("ge", "le")
                and d.figure.start < d.figure.number[0]
                and CLOSE.fullmatch(clean, d.figure.end, after.figure.start)
            ):
                after.comparator = d.comparator

    def _paired_lists(self, clean: str, drafts: Sequence[Draft]) -> None:
        """分别由A、B提高到C、D: as many outcomes as the second list has members, each from its own origin."""
        joined = [CLOSE.fullmatch(clean, d.figure.end, after.figure.start) is not None for d, after in zip(drafts, drafts[1:], strict=False)]
        for i, d in enumerate(drafts):
            if i and joined[i - 1]:
                continue
            size = next((n for n in range(1, len(joined) - i + 1) if not joined[i + n - 1]), 0)
            last = i + size - 1
            if size < 2 or joined[last + 1 : last + size] != [True] * (size - 1):
                continue
            opened = max((clean.rfind(w, max(0, d.figure.start - LONGEST_LEAD), d.figure.start) for w in self.w["from_words"]), default=-1)
            inner = clean[drafts[last].figure.end : drafts[last + 1].figure.start]
            if opened < 0 or re.search("[,。;、]", clean[opened : d.figure.start]) or self.to.fullmatch(inner) is None:
                continue
            for origin, reached in zip(drafts[i : last + 1], drafts[last + 1 : last + 1 + size], strict=True):
                reached.from_value, reached.from_start, reached.origin, origin.drop = origin.figure.value, opened, origin.figure, True

    def _pairs(self, clean: str, drafts: Sequence[Draft]) -> None:
        """由A增至B: one outcome with value B and origin A."""
        self._paired_lists(clean, drafts)
        for d, after in zip(drafts, drafts[1:], strict=False):
            inner = clean[d.figure.end : after.figure.start]
            if len(inner) > 24 or re.search("[。;]", inner) or d.unit != after.unit or d.figure.value is None:
                continue
            low = max(0, d.figure.start - 20)
            opened = max((clean.rfind(w, low, d.figure.start) for w in self.w["from_words"]), default=-1)
            last = inner.rsplit(",", 1)
            grows = self.to.search(last[-1]) is not None and (len(last) == 1 or self.to.fullmatch(last[-1]) is not None)
            if opened >= 0 and d.from_value is None and not re.search("[,。;、]", clean[opened : d.figure.start]) and grows:
                after.from_value, after.from_start, after.origin, d.drop = d.figure.value, opened, d.figure, True
            elif (m := self.merge.search(inner)) and not re.search("[,、]", inner) and not (m["anew"] and self._parted(clean, d, after)):
                after.from_value, after.from_start, after.origin, d.drop = d.figure.value, d.figure.start, d.figure, True

    def _parted(self, clean: str, d: Draft, after: Draft) -> bool:
        """Whether those merged are counted for themselves: 把9所村小整合成3所寄宿制学校; 12所学校整合为5所 is one change."""
        lead = clean[max(0, d.figure.start - REACH) : d.figure.start]
        return self.taking.search(lead) is not None or bool(self.counting.right(clean, after.figure.end))

    # --- what is counted ---

    def _phrase(self, clean: str, d: Draft, before: Draft | None, scope: Scope) -> None:
        """What a figure counts, as an indicator's phrase and noun."""
        f, counting = d.figure, self.counting
        if (boxed := self._boxed(clean, f)) and (told := counting.strip(boxed[0])):
            d.phrase, d.noun, d.stated = told, told, boxed[1]
            d.rule = "outcome-money" if d.unit == CNY else "outcome-rate" if d.unit in RATES else d.rule
            return
        start = d.from_start if d.from_start >= 0 else f.start
        clause = scope.outline.clause(f.start)[0]
        lead = clean[clause : f.start]
        first = scope.outline.period_sentence(f.start)[0]
        before_clause = self._announced(scope, f.start) + clean[first:clause]
        near = before is not None and before.figure.end > scope.outline.clause(max(clause - 1, first))[0] and before.figure.end > first
        mentions = self._mentions(scope, start - LISTED, f.start)
        told = counting.nameless(counting.earlier(before_clause), f.start, clean, mentions)
        if self.ties.phrase(clean, d, before, lead, "" if near else told):
            return
        piece = counting.lead(scope.outline, start, before.figure.end if before else 0)
        phrase = counting.nameless(counting.strip(piece), start, clean, mentions)
        right = counting.right(clean, f.end, quoted=scope.outline.text.quotes(f.end, f.end + 1))
        if not right and d.origin and (goes := self.to.search(clean[d.origin.end : f.start])):
            right = counting.right(clean, d.origin.end, d.origin.end + goes.start())
        if d.unit == CNY:
            found = counting.amount(phrase, right or counting.sum_of(clean, f.end), before_clause)
            d.rule = "outcome-money"
        elif d.unit in RATES:
            found = Counted(phrase, phrase)
            d.rule = "outcome-rate"
            if d.unit == "%" and right and (not phrase or not phrase.endswith(tuple(self.w["rates"])) and clean[f.end : f.end + 1] == "的"):
                found, d.kind = Counted(right, right), SHARE
            elif counting.says_nothing(phrase) or not (phrase.endswith(tuple(self.w["rates"])) or self.indicators.mentions(phrase)):
                topic = counting.nameless(counting.topic(before_clause), f.start, clean, mentions)
                found = Counted(topic or phrase, topic if counting.says_nothing(phrase) else phrase)
        else:
            found = self._named(scope, start, clause) or counting.count(phrase, right)
        d.phrase, d.noun = found.phrase, found.noun
        if not d.noun:
            near = near and phrase not in self.w["totals"]
            self._inherit(d, before, found.verb or counting.predicate(clean, f.end) if d.unit != CNY else "", told, near)
        elif d.noun in self.indicators.classes and d.unit != SCHOOLS:
            self._complete(d, before, before_clause)

    def _boxed(self, clean: str, f: Figure) -> tuple[str, int] | None:
        """What stands behind a figure that opens a line with a colon, and where it ends: ▶27所:2021年以来新建的学校."""
        line = clean.rfind("\n", 0, f.start) + 1
        if not clean.startswith(":", f.end) or re.search(r"[\w,。;:]", clean[line : f.start]):
            return None
        end = clean.find("\n", f.end)
        told = clean[f.end + 1 : end if end >= 0 else len(clean)]
        return (told, f.end + 1 + len(told)) if 1 < len(told) <= LONGEST_BOX and not re.search(r"[。;:]|\d(?![\d年月日—-])", told) else None

    @staticmethod
    def _mentions(scope: Scope, low: int, high: int) -> list[Place | Name]:
        """The places and institutions that a stretch of the text names."""
        return [*between(scope.places, low, high), *(n for n, _ in between(scope.names, low, high, key=by_name))]

    def _named(self, scope: Scope, start: int, clause: int) -> Counted | None:
        """What stands in quotation marks right before a figure: 特岗计划60人."""
        quoted = next(((a, b) for a, b in scope.outline.text.quotes(clause, start) if b == start), None)
        return Counted(scope.clean[quoted[0] : quoted[1]], scope.clean[quoted[0] : quoted[1]]) if quoted else None

    def _announced(self, scope: Scope, at: int) -> str:
        """What the mark of a list's item announces before its sentence: 4.消防改造。"""
        headings = [h for h in scope.outline.passage(at).headings[-1:] if "\n" not in scope.clean[h.end : at]]
        return f"{self.counting.mark.sub('', headings[-1].text)}:" if headings and self.counting.mark.match(headings[-1].text) else ""

    def _inherit(self, d: Draft, before: Draft | None, verb: str, told: str, near: bool) -> None:
        """What a figure without a noun of its own counts: what the figure before it counts, else what the clauses before speak of, else what its verb does."""
        people = before is not None and {d.unit, before.unit} <= HEADS
        if before is not None and d.unit in HEADS and before.noun in self.w["members"]:
            d.noun = self.w["members"][before.noun]
        elif before is not None and before.noun and (near or not told) and (before.unit == d.unit or people):
            d.noun = before.noun
        else:
            things = (told, self.indicators.last_noun(told)) if d.unit in self.w["counts_things"] else ()
            known = next((t for t in things if same_unit(self.indicators.unit(t), d.unit)), "")
            d.noun = known or verb or self.w["unit_nouns"].get(d.unit) or told or (before.noun if before else "")
        d.phrase = d.noun if d.unit in RATES or d.noun == verb else f"{verb}{d.noun}"

    def _complete(self, d: Draft, before: Draft | None, sentence: str) -> None:
        """小学在校生613人, 初中420人: the rest of a shortened phrase is that of the figure before it, or what the clause before speaks of."""
        other = ""
        if before is not None and before.unit == d.unit:
            other = self.indicators.replaced(before.phrase, d.noun)
        if before is not None and other:
            d.phrase = before.phrase.replace(other, d.noun)
        elif before is not None and before.unit == d.unit and before.noun not in self.indicators.classes:
            d.phrase = d.noun + before.noun
        elif tail := self.counting.earlier(sentence):
            d.phrase = d.noun + tail.replace(d.noun, "")

    # --- lists ---

    def _respective(self, clean: str, drafts: Sequence[Draft], scope: Scope, timeline: Timeline) -> None:
        """小学、初中分别为A和B: each figure has its item of the list before."""
        i = 0
        while i < len(drafts):
            run = [drafts[i]]
            while (
                i + 1 < len(drafts)
                and ITEM.fullmatch(clean[drafts[i].figure.end : drafts[i + 1].figure.start])
                and (drafts[i + 1].unit == run[0].unit or drafts[i + 1].direction)
            ):
                i += 1
                run.append(drafts[i])
            i += 1
            first, _ = scope.outline.period_sentence(run[0].figure.start)
            if len(run) > 1 and run[0].direction and self._change_each(run, recent(drafts, i - len(run))):
                continue
            lead = clean[first : run[0].figure.start]
            cut = max((lead.rfind(w) for w in self.w["respective"]), default=-1)
            if len(run) < 2:
                continue
            if cut < 0 or len(lead) - cut > 30:
                self._each(clean, run, scope)
                continue
            told = [d.figure.end for d in recent(drafts, i - len(run)) if d.figure.end >= first]
            whens = timeline.inside(max(told, default=first), first + cut)
            if not whens and self.all_years.search(lead):  # 2020—2022年投入9亿元。三年教育支出分别为A、B、C
                whens = timeline.inside(scope.outline.passage(first).start, first)
            self._years(run, whens)
            self._distribute(clean, run, first, first + cut, scope, drafts)

    def _each(self, clean: str, run: Sequence[Draft], scope: Scope) -> None:
        """甲校、乙校生均面积仅为A、B: as many figures as the clause names schools, each is that of one, said or not."""
        at, joints = run[0].figure.start, zip(run, run[1:], strict=False)
        named = between(scope.names, scope.outline.clause(at)[0], at, key=by_name)
        chain = _coordinated(clean, [(n.start, n.end) for n, _ in named], len(named))
        if chain is not None and len(named) == len(run) and all(JOINT.fullmatch(clean, a.figure.end, b.figure.start) for a, b in joints):
            for d, (name, thing) in zip(run, named, strict=True):
                d.subject = Subject(thing, "named", name.start)

    @staticmethod
    def _years(run: Sequence[Draft], whens: Sequence[When]) -> None:
        """2021年至2023年依次为A、B、C: each figure has its year."""
        spans = [range(int(m[1]), int(m[2]) + 1) for w in whens if (m := re.fullmatch(r"(\d{4})/(\d{4})", w.period.edtf))]
        single = [int(w.period.edtf) for w in whens if re.fullmatch(r"\d{4}", w.period.edtf)]
        years = next((years for years in (*reversed(spans), single) if len(years) == len(run) and len({*years}) == len(run)), None)
        for d, year in zip(run, years or (), strict=False):
            d.period, d.phrase, d.noun = period(str(year)), run[0].phrase, run[0].noun

    def _change_each(self, run: Sequence[Draft], earlier: Sequence[Draft]) -> bool:
        """分别为A、B, 比上年提高C、D: each change is that of its level; False where the levels before are fewer or not alike."""
        levels = [d for d in earlier if not d.direction][-len(run) :]
        if len(levels) < len(run) or (len({d.unit for d in levels}) > 1 and [d.unit for d in levels] != [d.unit for d in run]):
            return False
        for d, level in zip(run, levels, strict=True):
            said = d.phrase.removeprefix(d.noun)
            d.change_of, d.noun, d.phrase, d.subject = level, level.phrase, f"{level.phrase}{said}", level.subject
        return True

    def _distribute(self, clean: str, run: Sequence[Draft], first: int, cut: int, scope: Scope, drafts: Sequence[Draft]) -> None:
        clause = max(first, scope.outline.clause(cut)[0])
        low = clause if JOINT.search(clean, clause, cut) else first  # 甲县、乙县更低,分别为: the list is that of the clause before
        places = [p for p in between(scope.places, low, cut) if p.code]
        institutions = between(scope.names, low, cut, key=by_name)
        chain = _coordinated(clean, [(p.start, p.end) for p in places], len(run))
        if chain is not None:
            for d, k in zip(run, chain, strict=True):
                d.subject = Subject(scope.register.thing(places[k].code), "named", places[k].start)
                d.phrase, d.noun = self._shared(d, drafts, first)
            return
        chain = _coordinated(clean, [(n.start, n.end) for n, _ in institutions], len(run))
        if chain is not None:
            for d, k in zip(run, chain, strict=True):
                d.subject = Subject(institutions[k][1], "named", institutions[k][0].start)
            return
        items = re.search(r"([一-鿿\w]+(?:[、和与及,][一-鿿\w]+)+?)[,(]?[^,;。]*$", clean[first:cut])
        parts = re.split("[、和与]", self.counting.strip(clean[scope.outline.clause(cut)[0] if not items else first : cut]).split(",")[-1])
        parts = [p for p in parts if p]
        if len(parts) == len(run):
            tail = self.indicators.tail(parts[-1])
            for d, part in zip(run, parts, strict=True):
                label = part if part.endswith(tail) else f"{part}{tail}"
                change = d.kind in CHANGES
                d.item, d.phrase, d.noun = part, f"{label}{d.phrase[-2:] if change else ''}", part

    def _shared(self, d: Draft, drafts: Sequence[Draft], first: int) -> tuple[str, str]:
        """What a figure of a list of places counts: its own phrase where it names an indicator, else that of the last level before it."""
        if self.indicators.nearest(d.phrase, d.noun, d.unit):
            return d.phrase, d.noun
        before = [
            x
            for x in recent(drafts, drafts.index(d))
            if x.figure.end <= d.figure.start
            and x.unit == d.unit
            and x.kind not in (*CHANGES, SHARE)
            and (x.figure.start >= first or self.indicators.nearest(x.phrase, x.noun, x.unit))
        ]
        return (before[-1].phrase, before[-1].noun) if before else (d.phrase, d.noun)


def _coordinated(clean: str, spans: Sequence[tuple[int, int]], size: int) -> list[int] | None:
    """The positions of the last `size` spans that stand in one coordination."""
    for last in range(len(spans) - 1, size - 2, -1):
        chosen = range(last - size + 1, last + 1)
        if all(JOINT.fullmatch(clean, spans[a][1], spans[b][0]) for a, b in zip(chosen, list(chosen)[1:], strict=False)):
            return list(chosen)
    return None


def facts(drafts: Sequence[Draft], text: Text, scope: Scope, dating: Dating, made: Outcomes, measures: Sequence[Measure]) -> list[Fact]:
    """The facts of the drafts that `made` gave; references between them are positions in this list."""
    where = {id(d): i for i, d in enumerate(drafts)}
    out: list[Fact] = []
    for i, d in enumerate(drafts):
        refs = {"part_of": d.part_of, "change_of": d.change_of}
        found: dict[str, Any] = {k: where[id(v)] for k, v in refs.items() if v is not None and id(v) in where}
        measure = made.ties.measure(drafts, i, measures, scope, [f.measure for f in recent(out, i)])
        out.append(one(d, text, scope, dating, made, measure=measure, **found))
    return made.ties.restatements(out, drafts, scope)


def one(d: Draft, text: Text, scope: Scope, dating: Dating, made: Outcomes, **found: Any) -> Fact:
    """The fact of one draft; `found` is what it is tied to."""
    f, subject = d.figure, d.subject or scope.default
    start = d.from_start if d.from_start >= 0 else f.start
    evidence = scope.outline.evidence(min(start, f.number[0]), f.end)
    when = time_of(d, dating)
    status = "Target" if (d.status or scope.status.of(f.start, f.end, dating.said(when), figure=True)) == "planned" else "Actual"
    quantity = Quantity(f.value, d.unit, text.quote(f.number[0], f.end), d.comparator, d.value_max, d.from_value, d.per)
    withheld = f.value is None
    return Fact(
        "Withheld" if withheld else "Outcome",
        subject.thing,
        subject.basis,
        status,
        (evidence,),
        "withheld" if withheld else d.rule,
        indicator=made.indicators.of(d.phrase, d.noun, d.unit),
        quantity=quantity,
        quantity_kind=made.kinds.lasting(d, when, scope, dating),
        direction=d.direction,
        period=when,
        restricted_to=d.restricted,
        **found,
    )


def time_of(d: Draft, dating: Dating) -> Period | None:
    """The period of a figure."""
    if d.period:
        return d.period
    at = d.stated if d.stated >= 0 else d.figure.start
    moved = d.from_start >= 0 or d.kind in CHANGES
    if moved and (found := dating.change(at, d.from_start)):
        return found
    found = dating.period(d.from_start if d.from_start >= 0 else at)
    return dating.level(found) if d.kind == LEVEL and d.unit == "%" and d.from_value is None else found
