"""Quantities stated in a text: what is counted, of whom, when, and how one figure hangs on another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from kg.indicators import Indicators
from kg.model import Fact, Period, Quantity, Thing
from kg.names import Name, words
from kg.scope import Scope, Subject
from kg.text import Text
from kg.times import Timeline, When
from kg.values import Figure, Numbers, either

LONGEST_PHRASE = 22


@dataclass(slots=True)
class Draft:
    """A figure on its way to a fact."""

    figure: Figure
    unit: str
    phrase: str = ""  # what is counted, as an indicator's label
    noun: str = ""  # the counted noun alone
    subject: Subject | None = None
    item: str = ""  # the item of a list that 分别 gives the figure to
    from_value: Decimal | None = None
    from_start: int = -1
    kind: str = "Level"
    direction: str = ""
    per: str = ""
    part_of: Draft | None = None
    change_of: Draft | None = None
    comparator: str = "eq"
    value_max: Decimal | None = None
    rule: str = "outcome-count"
    drop: bool = False
    span: tuple[int, int] = field(default=(0, 0))


class Outcomes:
    """Turns the figures of one document into Outcome and Withheld facts."""

    def __init__(self, words_: Mapping[str, Any], numbers: Numbers, indicators: Indicators, deixis: Mapping[str, Any]) -> None:
        self.w, self.numbers, self.indicators = words_, numbers, indicators
        self.verbs = frozenset(words_["verbs"])
        self.links = re.compile(f"(?:{either(words_['links'])}|[了的])$")
        self.openers = re.compile(f"(?:{either([*words_['openers'], *deixis['own'], *deixis['that']])}|[,、:;]|至|到)")
        self.up, self.down = (re.compile(words_["change_before"].replace("{words}", either(words_[k]))) for k in ("up", "down"))
        self.compared = re.compile(words_["compared"])
        self.to, self.merge = re.compile(words_["to"]), re.compile(words_["merge"])
        self.share_of = re.compile(words_["share_of"])
        self.coefficient = re.compile(words_["coefficient"])
        self.per = re.compile(words_["per"])
        self.not_before = re.compile(either(words_["not_before"]))
        self.time_lead = re.compile(
            r"^(?:(?:19|20)\d{2}[-—至到~]?(?:(?:19|20)?\d{2,4})?年?(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月|至|到|[底初末前]|以来|起|春季|秋季|学期|学年|期间|年度|内|间)+"
        )

    def drafts(self, text: Text, figures: Sequence[Figure], scope: Scope, names: Sequence[tuple[Name, Thing]]) -> list[Draft]:
        """The figures that count, with what they count."""
        clean = text.clean
        out = [
            Draft(f, f.unit, comparator=f.comparator, value_max=f.value_max, span=(f.start, f.end)) for f in figures if not scope.outline.passage(f.start).junk
        ]
        self._units(clean, out)
        out = [d for d in out if d.unit and self._counts(clean, d)]
        self._bounds(clean, out)
        self._pairs(clean, out)
        out = [d for d in out if not d.drop]
        for i, d in enumerate(out):
            d.subject = scope.subject(d.figure.start)
            self._phrase(clean, d, out[i - 1] if i else None, scope)
        self._respective(clean, out, scope, names)
        self._parts(clean, out, scope)
        return out

    # --- units ---

    def _units(self, clean: str, drafts: Sequence[Draft]) -> None:
        """Units of figures written without: those of a list, of coefficients, of 百分点 named once."""
        for i, d in enumerate(drafts):
            after, before = (drafts[i + 1] if i + 1 < len(drafts) else None), (drafts[i - 1] if i else None)
            joined = after is not None and re.fullmatch(r"(?:[、和与及,]|以及)", clean[d.figure.end : after.figure.start]) is not None
            if d.unit == "个" and joined and after and after.unit == "百分点":
                d.unit = after.unit
            if d.unit:
                continue
            if d.figure.shape == "words":
                continue
            lead = clean[max(0, d.figure.start - 24) : d.figure.start]
            if self.coefficient.search(lead) or (
                before is not None
                and before.unit == "1"
                and before.figure.shape == "arabic"
                and re.fullmatch(r"[、和与及]", clean[before.figure.end : d.figure.start])
            ):
                d.unit = "1"
            elif joined and after is not None and after.unit:
                d.unit = after.unit
            elif before is not None and before.unit not in ("", "%", "1", "CNY", "百分点") and self._listed(clean, before, d):
                d.unit = before.unit

    def _listed(self, clean: str, before: Draft, d: Draft) -> bool:
        """Whether a bare figure goes on a list whose unit was given: 初中198人,小学548."""
        between, follows = clean[before.figure.end : d.figure.start], clean[d.figure.end : d.figure.end + 1]
        return (
            len(between) <= 14
            and re.match(r"^[,、;][一-鿿级]{2,12}$", between) is not None
            and follows in ("", ",", ";", ")", "。", "、", "\n")
            and d.figure.scale <= before.figure.scale
        )

    def _counts(self, clean: str, d: Draft) -> bool:
        """Whether a figure is a quantity at all."""
        f = d.figure
        if d.unit in self.w["no_outcome_units"] or self.not_before.match(clean, f.end):
            return False
        if f.shape == "ratio":
            return any(w in clean[max(0, f.start - 8) : f.start] for w in self.w["ratio_words"])
        if f.shape == "words" and f.value is not None and f.value < 2:
            return False
        if f.shape == "words" and f.unit == "":
            return False
        if f.value == 0 and f.unit == "":
            return False
        return not (f.shape == "words" and clean[f.start - 1 : f.start] in "第这那哪")

    def _bounds(self, clean: str, drafts: Sequence[Draft]) -> None:
        """分别达到88%、96%以上: a bound after the last holds for all."""
        for d, after in zip(drafts, drafts[1:], strict=False):
            if (
                d.comparator == "eq"
                and after.comparator != "eq"
                and d.unit == after.unit
                and re.fullmatch(r"[、和与]", clean[d.figure.end : after.figure.start])
            ):
                d.comparator = after.comparator
            if (
                after.comparator == "eq"
                and d.comparator in ("ge", "le")
                and d.figure.start < d.figure.number[0]
                and re.fullmatch(r"[、和与]", clean[d.figure.end : after.figure.start])
            ):
                after.comparator = d.comparator

    def _pairs(self, clean: str, drafts: Sequence[Draft]) -> None:
        """由A增至B: one outcome with value B and origin A."""
        for d, after in zip(drafts, drafts[1:], strict=False):
            between = clean[d.figure.end : after.figure.start]
            if len(between) > 24 or re.search("[。;]", between) or d.unit != after.unit or d.figure.value is None:
                continue
            lead = clean[max(0, d.figure.start - 20) : d.figure.start]
            opened = max((lead.rfind(w) for w in self.w["from_words"]), default=-1)
            if opened >= 0 and not re.search("[,。;、]", lead[opened:]) and self.to.search(between.split(",")[-1]):
                after.from_value, after.from_start, d.drop = d.figure.value, max(0, d.figure.start - 20) + opened if d.figure.start >= 20 else opened, True
            elif self.merge.search(between) and not re.search("[,、]", between):
                after.from_value, after.from_start, d.drop = d.figure.value, d.figure.start, True

    # --- what is counted ---

    def _phrase(self, clean: str, d: Draft, before: Draft | None, scope: Scope) -> None:
        """The indicator's phrase of a figure, from its left or right."""
        f = d.figure
        start = d.from_start if d.from_start >= 0 else f.start
        left = self._left(clean, start, before, scope)
        lead = clean[scope.outline.clause(f.start)[0] : f.start]
        if per := [*self.per.finditer(lead)]:
            d.per = per[-1][0]
        if self._change(clean, d, before, lead) or self._share(clean, d, before, scope, lead):
            return
        phrase = self._placeless(self._strip(left), start, scope)
        if d.unit == "CNY":
            self._money(clean, d, phrase)
            return
        tokens = list(words(phrase))
        right = self._right(clean, f.end)
        while tokens and tokens[-1] in self.verbs and right:
            verb = tokens[-1]
            d.noun, d.phrase = right, (verb if len(verb) > 1 else "") + right
            break
        else:
            d.phrase, d.noun = (phrase, phrase) if len(phrase) > 1 else (right, right)
        if not d.phrase and before and before.figure.end > scope.outline.clause(f.start)[0] - 30:
            d.phrase, d.noun = before.phrase, before.noun
        if d.unit in ("%", "百分点", "1"):
            d.rule, d.kind = "outcome-rate", "Level"
            if d.unit == "%" and right and not (phrase and phrase.endswith(tuple(self.w["rates"]))) and clean[f.end : f.end + 1] == "的":
                d.phrase = d.noun = right.lstrip("的")
                d.kind = "Share"
        elif d.rule == "outcome-count":
            d.kind = "Flow" if any(t in self.verbs and len(t) > 1 for t in words(d.phrase)[:1]) else "Level"

    def _placeless(self, phrase: str, end: int, scope: Scope) -> str:
        """A phrase without the names of places that stand at its head."""
        names = sorted({scope.clean[p.start : p.end] for p in scope.places if p.start >= end - 40 and p.end <= end}, key=len, reverse=True)
        while name := next((n for n in names if phrase.startswith(n)), ""):
            phrase = self._strip(phrase[len(name) :])
        return phrase

    def _left(self, clean: str, start: int, before: Draft | None, scope: Scope) -> str:
        """The text left of a figure that may say what it counts."""
        low = scope.outline.clause(start)[0]
        if before and low < before.figure.end <= start:
            low = before.figure.end
        piece = clean[low:start]
        if piece.endswith(")") or ")" in piece:
            piece = re.sub(r"\([^()]*\)", "", piece)
        elif piece.count(")") == 0 and clean.rfind("(", low, start) >= 0:
            piece = piece[piece.rfind("(") + 1 :]
        if not piece.strip() and clean[start - 1 : start] == ")":
            opened = clean.rfind("(", 0, start)
            piece = clean[scope.outline.clause(opened)[0] : opened]
        if ")" in clean[low:start] and "(" not in clean[low:start]:
            opened = clean.rfind("(", 0, start)
            if opened >= 0 and start - opened < 40:
                piece = clean[scope.outline.clause(opened)[0] : opened] + clean[clean.rfind(")", 0, start) + 1 : start]
        return piece

    def _strip(self, phrase: str) -> str:
        """A phrase without what opens it (time, 全县, 其中) and what links it to the figure (达到, 为, 共有)."""
        phrase = phrase.strip(" \t|,;:、。(《》—-")
        while True:
            new = self.time_lead.sub("", phrase)
            if m := self.openers.match(new):
                new = new[m.end() :]
            if new == phrase:
                break
            phrase = new
        while m := self.links.search(phrase):
            if m.start() == 0 and len(phrase) <= 2:
                break
            phrase = phrase[: m.start()]
        phrase = phrase.split("、")[-1] if phrase.count("、") > 3 else phrase
        return phrase[-LONGEST_PHRASE:].strip("、的 ")

    def _right(self, clean: str, end: int) -> str:
        """The noun phrase that follows a figure: 撤并34所中小学校, 187名学生."""
        stop = re.compile(r"[,;:。!?\n]").search(clean, end)
        piece = clean[end : min(stop.start() if stop else len(clean), end + 16)]
        piece = re.split(r"[\d(《、]", piece)[0]
        out = ""
        for token in words(piece.removeprefix("的")):
            if token in self.verbs or (out and token in self.w["links"]):
                break
            out += token
            if out in self.indicators.nouns and len(out) >= 3:
                break
        return out.strip("的等")

    def _money(self, clean: str, d: Draft, phrase: str) -> None:
        d.rule, d.kind = "outcome-money", "Flow"
        nouns = self.w["money_nouns"]
        right = self._right(clean, d.figure.end)
        if any(n in phrase for n in nouns):
            d.phrase = phrase
        elif any(n in right for n in nouns):
            d.phrase = right
        else:
            d.phrase = phrase or right
        d.noun = next((n for n in nouns if n in d.phrase), d.phrase)
        if any(w in d.phrase for w in self.w["cumulative"]):
            d.kind = "Cumulative"
        if d.per:
            d.kind = "Norm"

    def _change(self, clean: str, d: Draft, before: Draft | None, lead: str) -> bool:
        """比上年减少412所, 增长0.69%, 提高3.2个百分点: a change of what was counted before."""
        if d.from_value is not None:
            d.kind = "Level"
            return False
        for direction, pattern in (("up", self.up), ("down", self.down)):
            m = pattern.search(lead)
            if m is None:
                continue
            compared = self.compared.search(lead[: m.end()]) is not None
            if d.unit not in ("百分点", "%") and not compared:
                continue
            head = self._strip(self.compared.split(lead[: m.start()])[0]) if compared else self._strip(lead[: m.start()])
            base = head if len(head) > 1 else (before.phrase if before else "")
            root = before
            while root is not None and root.kind in ("Change", "GrowthRate") and root.change_of is not None:
                root = root.change_of
            if len(head) <= 1 and root is not None:
                base = root.phrase
            d.change_of = root if len(head) <= 1 or (root is not None and head in root.phrase) else None
            d.kind = "GrowthRate" if d.unit == "%" else "Change"
            d.direction, d.rule = direction, "outcome-change"
            d.phrase, d.noun = f"{base}{m[1]}", base
            return True
        return False

    def _share(self, clean: str, d: Draft, before: Draft | None, scope: Scope, lead: str) -> bool:
        """占教师总数的12%: a share of what was counted before."""
        if d.unit != "%":
            return False
        m = self.share_of.search(lead)
        if m is None or d.from_value is not None:
            return False
        d.rule, d.kind = "outcome-share", "Share"
        head = self._strip(lead[: m.start()])
        if len(head) < 2 and before is not None:
            head = before.phrase
            d.part_of = before
        d.phrase, d.noun = f"{head}{self.w['share'][0]}", head
        return True

    # --- figures that hang together ---

    def _respective(self, clean: str, drafts: Sequence[Draft], scope: Scope, names: Sequence[tuple[Name, Thing]]) -> None:
        """小学、初中分别为A和B: each figure has its item of the list before."""
        i = 0
        while i < len(drafts):
            run = [drafts[i]]
            while (
                i + 1 < len(drafts)
                and re.fullmatch(r"(?:[、和与及,]|以及)[一-鿿]{0,2}", clean[drafts[i].figure.end : drafts[i + 1].figure.start])
                and drafts[i + 1].unit == run[0].unit
            ):
                i += 1
                run.append(drafts[i])
            i += 1
            first, _ = scope.outline.period_sentence(run[0].figure.start)
            lead = clean[first : run[0].figure.start]
            cut = max((lead.rfind(w) for w in self.w["respective"]), default=-1)
            if cut < 0 or len(lead) - cut > 30 or len(run) < 2:
                continue
            self._distribute(clean, run, first, first + cut, scope, drafts)

    def _distribute(self, clean: str, run: Sequence[Draft], first: int, cut: int, scope: Scope, drafts: Sequence[Draft]) -> None:
        places = [p for p in scope.places if first <= p.start < cut and p.code]
        institutions = [(n, t) for n, t in scope.names if first <= n.start < cut]
        chain = _coordinated(clean, [(p.start, p.end) for p in places], len(run))
        if chain is not None:
            for d, k in zip(run, chain, strict=True):
                d.subject = Subject(scope.region(places[k].code), "named", places[k].start)
                d.phrase, d.noun = self._shared(d, drafts)
            return
        chain = _coordinated(clean, [(n.start, n.end) for n, _ in institutions], len(run))
        if chain is not None:
            for d, k in zip(run, chain, strict=True):
                d.subject = Subject(institutions[k][1], "named", institutions[k][0].start)
            return
        items = re.search(r"([一-鿿\w]+(?:[、和与及,][一-鿿\w]+)+?)[^、和与及,]{0,0}[,(]?[^,;。]*$", clean[first:cut])
        parts = re.split("[、和与]", self._strip(clean[scope.outline.clause(cut)[0] if not items else first : cut]).split(",")[-1])
        parts = [p for p in parts if p]
        if len(parts) == len(run):
            tail = self.indicators.tail(parts[-1])
            for d, part in zip(run, parts, strict=True):
                label = part if part.endswith(tail) else f"{part}{tail}"
                change = d.kind in ("Change", "GrowthRate")
                d.item, d.phrase, d.noun = part, f"{label}{d.phrase[-2:] if change else ''}", part

    def _shared(self, d: Draft, drafts: Sequence[Draft]) -> tuple[str, str]:
        """What a figure of a list of places counts: its own phrase where it names an indicator, else that of the last level before it."""
        if self.indicators.nearest(d.phrase, d.noun, d.unit):
            return d.phrase, d.noun
        before = [
            x for x in drafts if x.figure.end <= d.figure.start and x.unit == d.unit and x.kind == "Level" and self.indicators.nearest(x.phrase, x.noun, x.unit)
        ]
        return (before[-1].phrase, before[-1].noun) if before else (d.phrase, d.noun)

    def _parts(self, clean: str, drafts: Sequence[Draft], scope: Scope) -> None:
        """其中 and brackets: parts of the figure before them."""
        for i, d in enumerate(drafts):
            if d.part_of is not None or d.kind in ("Change", "GrowthRate") or not i:
                continue
            clause = clean[scope.outline.clause(d.figure.start)[0] : d.figure.start]
            within = any(w in clause[:6] or w in clean[drafts[i - 1].figure.end : d.figure.start] for w in self.w["total_words"])
            opened = clean.rfind("(", 0, d.figure.start)
            bracket = opened > 0 and clean.find(")", opened, d.figure.start) < 0 and d.figure.start - opened < 60
            if within or bracket:
                whole = drafts[i - 1]
                if bracket:
                    whole = next((w for w in reversed(drafts[:i]) if w.figure.end <= opened), whole)
                elif whole.part_of is not None:
                    whole = whole.part_of
                d.part_of = whole if whole is not d else None
            elif (
                drafts[i - 1].part_of is not None
                and drafts[i - 1].unit == d.unit
                and clean[drafts[i - 1].figure.end : d.figure.start][:1] in ("、", ",")
                and _open_list(clean, drafts[i - 1], d)
            ):
                d.part_of = drafts[i - 1].part_of


def _open_list(clean: str, before: Draft, d: Draft) -> bool:
    return "," not in clean[before.figure.end + 1 : d.figure.start] and len(clean[before.figure.end : d.figure.start]) < 14 and clean[before.figure.end] == "、"


def _coordinated(clean: str, spans: Sequence[tuple[int, int]], size: int) -> list[int] | None:
    """The positions of the last `size` spans that stand in one coordination."""
    for last in range(len(spans) - 1, size - 2, -1):
        chosen = range(last - size + 1, last + 1)
        if all(re.fullmatch(r"[、和与及,]|以及", clean[spans[a][1] : spans[b][0]]) for a, b in zip(chosen, list(chosen)[1:], strict=False)):
            return list(chosen)
    return None


def facts(drafts: Sequence[Draft], text: Text, scope: Scope, timeline: Timeline, indicators: Indicators) -> list[Fact]:
    """The facts of the drafts; references between them are positions in this list."""
    where = {id(d): i for i, d in enumerate(drafts)}
    out = []
    for d in drafts:
        fact = one(d, text, scope, timeline, indicators)
        refs = {"part_of": d.part_of, "change_of": d.change_of}
        out.append(replace(fact, **{k: where[id(v)] for k, v in refs.items() if v is not None and id(v) in where}))  # type: ignore[arg-type]
    return restatements(out)


def one(d: Draft, text: Text, scope: Scope, timeline: Timeline, indicators: Indicators) -> Fact:
    """The fact of one draft."""
    f, subject = d.figure, d.subject or scope.default
    status = "Target" if scope.status.of(f.start, f.end) == "planned" else "Actual"
    start = d.from_start if d.from_start >= 0 else f.start
    evidence = scope.outline.evidence(min(start, f.number[0]), f.end)
    indicator, restricted = indicators.of(d.phrase, d.noun, d.unit, scope.clean[scope.outline.clause(f.start)[0] : f.start])
    when = time_of(d, scope, timeline)
    kind = d.kind
    if kind in ("Flow", "Level") and when and when.edtf.endswith("/"):
        kind = "Cumulative" if kind == "Flow" else kind
    quantity = Quantity(f.value, d.unit, text.quote(f.number[0], f.end), d.comparator, d.value_max, d.from_value, d.per)
    withheld = f.value is None
    return Fact(
        "Withheld" if withheld else "Outcome",
        subject.thing,
        subject.basis,
        status,
        (evidence,),
        "withheld" if withheld else d.rule,
        indicator=indicator,
        quantity=quantity,
        quantity_kind=kind,
        direction=d.direction,
        period=when,
        restricted_to=restricted,
    )


def time_of(d: Draft, scope: Scope, timeline: Timeline) -> Period | None:
    """The period of a figure: stated before it in its sentence, by a heading, or that of the document."""
    at = d.figure.start
    first, _ = scope.outline.period_sentence(at)
    if d.from_start >= 0:
        origin = next((w for w in timeline.inside(d.from_start, at) if re.fullmatch(r"\d{4}", w.period.edtf)), None)
        now = timeline.before(first, d.from_start)
        year = (now.period.edtf[:4] if now and now.period.edtf != "asof" else "") or (timeline.default.edtf[:4] if timeline.default else "") or timeline.year
        if origin and year and origin.period.edtf < year:
            return Period(f"{origin.period.edtf}/{year}", origin.period.start, f"{year}-12-31")
        at = d.from_start
    if d.kind in ("Change", "GrowthRate") and (base := re.search(r"((?:19|20)\d{2})年[^,。;]{0,8}$", scope.clean[max(first, at - 16) : at])):
        return Period(f"{base[1]}/", f"{base[1]}-01-01")
    when = timeline.before(first, at) or carried(timeline, scope, first)
    if when is not None:
        return when.period
    for h in reversed(scope.outline.passage(at).headings):
        inside = timeline.inside(h.start, h.end)
        if inside:
            return inside[-1].period
    return timeline.default


def carried(timeline: Timeline, scope: Scope, first: int) -> When | None:
    """The time of an earlier sentence that goes on: of a count's day (截至…), or where the sentence begins with 其中."""
    last = timeline.before(scope.outline.passage(first).start, first)
    if last is None or last.period.edtf == "asof":
        return None
    goes_on = scope.clean.startswith(tuple(scope.deixis.words["parts"]), first) or scope.clean.endswith(tuple(scope.deixis.words["as_of"]), 0, last.start)
    return last if goes_on else None


def restatements(facts_: list[Fact]) -> list[Fact]:
    """Figures said again of the same agent, tied to where they stood first."""
    seen: dict[tuple[str, Any, str], list[int]] = {}
    labels = [f.indicator.label if f.indicator else "" for f in facts_]
    out = []
    for i, f in enumerate(facts_):
        q = f.quantity
        if q is None or q.value is None or f.kind != "Outcome":
            out.append(f)
            continue
        key = (f.agent.key, q.value, q.unit)
        label = labels[i]
        first = next((j for j in seen.get(key, ()) if alike(labels[j], label)), None)
        seen.setdefault(key, []).append(i)
        out.append(replace(f, restates=first) if first is not None and q.value > 1 and f.status == facts_[first].status else f)
    return out


def alike(a: str, b: str) -> bool:
    """Whether two labels share most of their characters."""
    return bool(a and b) and (a in b or b in a or 2 * len(set(a) & set(b)) >= 1.2 * (len(set(a)) + len(set(b))) / 2)
