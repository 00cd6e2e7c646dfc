"""How the figures of a document hang together: changes, shares and parts of one another, the same said again, and the measure that one comes of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from kg.adoptions import Measure
from kg.counted import Counting
from kg.drafts import RECENT, Draft, recent
from kg.kinds import CHANGE, CHANGES, CUMULATIVE, FLOW, GROWTH, LEVEL, SHARE
from kg.model import Fact, Thing, replaced
from kg.scope import Scope
from kg.spans import between
from kg.values import CNY, JOINT, PEOPLE, PERCENT, POINTS, RATES, either, same_unit

AMOUNTS = (LEVEL, FLOW, CUMULATIVE)
LONGEST_BRACKET = 60  # characters between the bracket that lists parts and a part
LONGEST_LIST = 120  # characters from a whole to the last of its parts
SUM_AT_LEAST = 20  # smaller numbers add up to one another by chance
MOST_ALIKE = 10  # figures of one value that a later one is compared with
BESIDE = 12  # characters around a figure that say what it is of


class Ties:
    """Ties figures by the words of ties.toml and kinds.toml."""

    def __init__(self, words: Mapping[str, Any], kinds: Mapping[str, Any], counting: Counting) -> None:
        self.words, self.counting = words, counting
        change, share, part = kinds["change"], kinds["share"], words["part"]
        self.directions = {k: re.compile(change["before"].replace("{words}", either(change[k]))) for k in ("up", "down")}
        self.gap = re.compile(change["gap"])
        self.rates = {k: re.compile(change["rate"].replace("{words}", either(change[k]))) for k in ("up", "down")}
        self.compared = re.compile(change["compared"])
        self.share_of, self.share_word = re.compile(share["of"]), share["words"][0]
        self.opens, self.ends = re.compile(part["opens"]), re.compile(either(part["ends"]))
        self.among = re.compile(part["among"])
        self.home, self.total = re.compile(part["home"]), re.compile(part["total"])
        self.reaches = re.compile(words["change"]["reaches"])
        self.begins, self.goes_on = re.compile(either(words["measure"]["begins"])), tuple(words["measure"]["goes_on"])

    # --- figures whose phrase is that of another ---

    def phrase(self, clean: str, d: Draft, before: Draft | None, lead: str, topic: str) -> bool:
        """Gives a draft the phrase of the figure it changes or is a share of; False where it has one of its own.

        `topic` is what the sentence speaks of before, where no figure of it does.
        """
        return self._goes_on(clean, d, before) or self._change(d, before, lead, topic) or self._share(d, before, lead, topic)

    def _goes_on(self, clean: str, d: Draft, before: Draft | None) -> bool:
        """Whether a figure is one more of a list of changes: 提高16.4、3.8个百分点."""
        if (
            before is None
            or not before.direction
            or (before.unit in RATES) != (d.unit in RATES)
            or not JOINT.fullmatch(clean[before.figure.end : d.figure.start])
        ):
            return False
        d.stated = before.stated if before.stated >= 0 else before.figure.start
        d.kind, d.direction, d.rule, d.phrase, d.noun, d.change_of = before.kind, before.direction, before.rule, before.phrase, before.noun, before.change_of
        return True

    def _change(self, d: Draft, before: Draft | None, lead: str, topic: str) -> bool:
        """比上年减少412所, 增长0.69%, 提高3.2个百分点: a change of what was counted before."""
        if d.from_value is not None:
            return False
        for direction, pattern in (*self.directions.items(), ("", self.gap)):
            m = pattern.search(lead)
            if m is None:
                continue
            compared = self.compared.search(lead[: m.end()]) is not None
            head = self.counting.strip(self.compared.split(lead[: m.start()])[0] if compared else lead[: m.start()])
            head = "" if self.counting.says_nothing(head) else head
            pair = before is not None and before.from_value is not None and before.unit == d.unit and not head
            if d.unit not in (POINTS, PERCENT) and not compared and not pair:
                continue
            root = changed(before)
            own = len(head) > 1
            base = head if own else topic or (root.phrase if root else "")
            d.change_of = root if root and (head in root.phrase if own else not topic) else None
            d.kind = GROWTH if d.unit == "%" else CHANGE
            d.direction, d.rule = direction, "outcome-change"
            d.phrase, d.noun = f"{base}{m[1]}", base
            return True
        return False

    def _share(self, d: Draft, before: Draft | None, lead: str, topic: str) -> bool:
        """占教师总数的12%: a share of what was counted before."""
        m = self.share_of.search(lead) if d.unit == "%" and d.from_value is None else None
        if m is None:
            return False
        d.rule, d.kind, d.whole = "outcome-share", SHARE, m["of"] or m["under"]
        head = self.counting.strip(lead[: m.start()])
        if len(head) < 2 or self.counting.says_nothing(head):
            head = topic or (before.phrase if before else head)
        d.phrase, d.noun = f"{head.removesuffix(self.share_word)}{self.share_word}", head
        return True

    # --- parts and late changes ---

    def settle(self, drafts: Sequence[Draft], scope: Scope) -> None:
        """Ties parts to their wholes and changes to their levels; the drafts are in order and have their phrases."""
        for i, d in enumerate(drafts):
            if d.rule == "outcome-table":
                continue
            self._late_change(scope.clean, d, drafts[i - 1] if i else None, drafts[i + 1] if i + 1 < len(drafts) else None)
            if d.part_of is None and d.kind not in CHANGES:
                d.part_of = self._whole(recent(drafts, i), d, scope) or self._named(drafts, i, scope)
        for i, d in enumerate(drafts):
            for part in add_up(scope.clean, d, drafts[i + 1 : i + 1 + RECENT]):
                part.part_of = d

    def _late_change(self, clean: str, d: Draft, before: Draft | None, after: Draft | None) -> None:
        """压减率90% after the two figures that make it; 增加120人,达到5289人."""
        direction = next((k for k, pattern in self.rates.items() if pattern.search(d.phrase)), "")
        if d.unit == "%" and direction and d.from_value is None:
            d.kind, d.direction = GROWTH, direction
            if before is not None and before.from_value is not None and beside(clean, before, d):
                d.change_of = before
        elif d.kind in CHANGES and d.change_of is None and after is not None and after.kind not in CHANGES and alike(d, after):
            if self.reaches.match(clean[d.figure.end : after.figure.start]):
                d.change_of = after

    def _whole(self, earlier: Sequence[Draft], d: Draft, scope: Scope) -> Draft | None:
        """The figure whose parts a bracket or 其中 lists, where this one is among them."""
        clean, at = scope.clean, d.figure.start
        low = scope.outline.passage(at).start
        opened = clean.rfind("(", max(low, at - LONGEST_BRACKET), at)
        if opened >= 0 and ")" not in clean[opened:at]:
            whole = next((w for w in reversed(earlier) if w.figure.end <= opened), None)
            if whole and opened - whole.figure.end <= 2:
                return whole if fits(whole, d) else None
        marks = [m for m in self.opens.finditer(clean, max(low, at - LONGEST_LIST), at) if clean.count(")", m.end(), at) <= clean.count("(", m.end(), at)]
        if not marks or (start := scope.outline.period_sentence(at)[0]) > marks[-1].end():
            return None
        mark = marks[-1]
        low = low if clean[mark.start() - 1] == "。" else max(low, scope.outline.period_sentence(mark.start())[0])
        whole = next((w for w in reversed(earlier) if low <= w.figure.start and w.figure.end <= mark.start() and fits(w, d)), None)
        if whole is None or self.ends.search(clean, max(start, mark.end()), at):
            return None
        whole = whole.part_of if whole.part_of is not None and fits(whole.part_of, d) else whole
        since = [w for w in earlier if w.figure.start >= mark.end() and w.kind not in CHANGES]
        direct = [w for w in since if w.part_of is whole]
        listed = all(w.part_of is whole or w.part_of in direct for w in since)
        return whole if listed and within(whole, [*direct, d]) else None

    def _named(self, drafts: Sequence[Draft], i: int, scope: Scope) -> Draft | None:
        """The figure of the whole that the words name: 占全县学校总数的20.5%, 专任教师中骨干教师86名."""
        d = drafts[i]
        first = scope.outline.clause(d.figure.start)[0]
        m = self.among.match(scope.clean[first : d.figure.start + 1])
        if d.whole:
            name = self.total.sub("", self.home.sub("", d.whole)) or self.counting.nameless(d.noun, d.figure.start, scope.clean, scope.places)
            all_ = self.home.match(d.whole)
            subject = scope.home.thing if all_ and all_[0] and d.subject else d.subject.thing if d.subject else None
        elif m:
            name, subject = self.counting.strip(m[1]), d.subject.thing if d.subject else None
        else:
            return None
        head = d.noun if d.whole else ""
        counted = drafts[i - 1] if i and head and drafts[i - 1].phrase == head else d
        near = drafts[max(0, i - RECENT) : i + RECENT]
        alike = [w for w in near if names(w, name) and w not in (d, counted) and w.subject and w.subject.thing == subject]
        found = [w for w in alike if fits(w, d) and fits(w, counted)]
        exact = bool(d.whole)
        return min(
            found,
            key=lambda w: (exact and w.phrase.removesuffix("数") != name, w.figure.start > d.figure.start, abs(w.figure.start - d.figure.start)),
            default=None,
        )

    # --- facts ---

    def restatements(self, facts: Sequence[Fact], drafts: Sequence[Draft], scope: Scope) -> list[Fact]:
        """The facts, those that say again what an earlier one of the same agent says tied to it."""
        seen: dict[tuple[Any, ...], list[int]] = {}
        out = []
        for i, f in enumerate(facts):
            q = f.quantity
            if f.kind == "Outcome" and q and q.value is not None and f.quantity_kind not in CHANGES:
                key = (f.agent.key, q.value, "人" if q.unit in PEOPLE else q.unit, q.per, f.status)
                first = next((j for j in seen.get(key, ())[:MOST_ALIKE] if self._again(facts[j], drafts[j], f, drafts[i], scope)), None)
                seen.setdefault(key, []).append(i)
                f = f if first is None else replaced(f, restates=first)
            out.append(f)
        return out

    def _again(self, first: Fact, one: Draft, fact: Fact, d: Draft, scope: Scope) -> bool:
        """Whether two facts of one value are of one thing: told in two sentences, not of two times or classes, in words that meet."""
        sentence = scope.outline.period_sentence(d.figure.start)[0]
        periods = {f.period.edtf for f in (first, fact) if f.period and f.period.edtf != "asof"}
        stages = [{c.key for c in f.restricted_to if c.type not in ("level", "phase")} for f in (first, fact)]
        if one.figure.end > sentence or len(periods) > 1 or not (stages[0] <= stages[1] or stages[1] <= stages[0]):
            return False
        if (first.quantity_kind in AMOUNTS) != (fact.quantity_kind in AMOUNTS):
            return False
        value, same = d.figure.value or Decimal(0), root(first.indicator) == root(fact.indicator) != ""
        if d.unit not in (CNY, *RATES) and same and value >= self.words["again"]["large"]:
            return True
        if d.unit in RATES:
            return same and value != 100
        return value > 1 and shared(around(scope, one), around(scope, d)) >= self.words["again"]["shared"]

    def measure(self, drafts: Sequence[Draft], i: int, measures: Sequence[Measure], scope: Scope, earlier: Sequence[Thing | None]) -> Thing | None:
        """The measure that a figure comes of: of its own clause, of the figure it hangs on, begun in a clause before or paid for in the next.

        `earlier`: those of the figures right before it.
        """
        d, outline = drafts[i], scope.outline
        if d.rule == "outcome-table":
            return None
        at, (first, last) = d.figure.start, outline.clause(d.figure.start)
        low = drafts[i - 1].figure.end if i else 0
        high = drafts[i + 1].figure.start if i + 1 < len(drafts) else len(scope.clean)
        own = between(measures, max(low, first), min(high, last)) or between(measures, first, at)
        if own:
            return next((m for m in reversed(own) if m.start < at), own[0]).thing
        base = d.part_of or d.change_of or (drafts[i - 1] if i and outline.sentence(at)[0] <= low < first and self._goes_on_about(scope.clean, first) else None)
        before = recent(drafts, i)
        if base is not None and base in before:
            return earlier[before.index(base)]
        begun = [m for m in between(measures, max(low, outline.sentence(at)[0]), first) if self._begins(m, scope)]
        paid = (
            between(measures, last + 1, min(high, outline.clause(last + 1)[1]))
            if scope.clean[last : last + 1] == "," and d.unit == CNY and low <= outline.sentence(at)[0]
            else []
        )
        return begun[-1].thing if begun else paid[0].thing if paid else None

    def _goes_on_about(self, clean: str, first: int) -> bool:
        return clean.startswith(self.goes_on, first)

    def _begins(self, m: Measure, scope: Scope) -> bool:
        """Whether the clause of a measure says that it is carried out."""
        return self.begins.search(scope.clean, scope.outline.clause(m.start)[0], m.start) is not None


def changed(before: Draft | None) -> Draft | None:
    """The level that a change after a figure is the change of: the figure, or what it is the change of itself."""
    while before is not None and before.kind in CHANGES and before.change_of is not None:
        before = before.change_of
    return before


def alike(a: Draft, b: Draft) -> bool:
    """Whether two figures are in one unit, or both in percent or points."""
    return same_unit(a.unit, b.unit)


def beside(clean: str, a: Draft, b: Draft) -> bool:
    """Whether no sentence ends between two figures."""
    return not re.search("[。;\n]", clean[a.figure.end : b.figure.start])


def fits(whole: Draft, part: Draft) -> bool:
    """Whether one figure can be part of another: a smaller one in its unit, or a share of a number."""
    if whole.kind in CHANGES or whole.unit in RATES:
        return False
    if part.unit == "%":
        return part.kind == SHARE
    a, b = whole.figure.value, part.figure.value
    return (whole.unit == part.unit or {whole.unit, part.unit} <= PEOPLE) and (a is None or b is None or b <= a)


def within(whole: Draft, parts: Sequence[Draft]) -> bool:
    """Whether parts are no more than their whole together."""
    total = sum((p.figure.value or Decimal(0) for p in parts if p.unit != "%"), Decimal(0))
    return whole.figure.value is None or total <= whole.figure.value


def add_up(clean: str, whole: Draft, later: Sequence[Draft]) -> list[Draft]:
    """The next figures of a sentence, in the unit of one that is no part itself, that make it exactly: 在校生500人,小学300人,初中200人."""
    parts: list[Draft] = []
    left = whole.figure.value or Decimal(0)
    for d in later:
        alone = d.part_of is None and d.rule != "outcome-table"
        if whole.part_of is not None or whole.unit in RATES or whole.unit != d.unit or not (alone and beside(clean, whole, d) and fits(whole, d)):
            if d.kind in CHANGES or (d.part_of is not None and d.part_of in parts):
                continue
            break
        parts.append(d)
        left -= d.figure.value or Decimal(0)
        if left <= 0:
            break
    return parts if left == 0 and len(parts) > 1 and (whole.figure.value or 0) >= SUM_AT_LEAST else []


def names(d: Draft, name: str) -> bool:
    """Whether a figure's phrase says that it counts what a name names."""
    phrase = d.phrase.removesuffix("数")
    return len(name) > 1 and phrase.endswith(name)


def root(indicator: Thing | None) -> str:
    """The slug of the vocabulary that an indicator is or stands under, "" where it stands under none."""
    return "" if indicator is None or "/" in indicator.root else indicator.root


def around(scope: Scope, d: Draft) -> str:
    """The words beside a figure in its clause."""
    first, last = scope.outline.clause(d.figure.start)
    return scope.clean[max(first, d.figure.start - BESIDE) : d.figure.start] + "\0" + scope.clean[d.figure.end : min(last, d.figure.end + BESIDE)]


def shared(a: str, b: str) -> int:
    """How many characters the longest stretch common to two texts has."""
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size
