"""Figures that look wrong: out of bounds, in a unit they cannot have, not adding up, of the future, or against another of the same text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kg.kinds import CHANGES
from kg.model import Fact, Quantity, Term, Thing, replaced
from kg.rules import Ontology
from kg.values import HUNDRED, POINTS, same_unit

OUT_OF_BOUNDS, SUM, CHANGE, FUTURE, CONTRADICTION = "out-of-bounds", "sum-mismatch", "change-mismatch", "future", "contradiction"
WRONG_UNIT = "wrong-unit"


class Plausibility:
    """Flags figures by the bounds of the indicator vocabulary and by arithmetic."""

    def __init__(self, ontology: Ontology) -> None:
        words = ontology.words["plausibility"]
        self.terms = ontology.terms
        self.by_label = {label: t for t in ontology.by_kind.get("indicator", ()) for label in (t.label, *t.alt)}
        self.populations = [
            (word, f"{t.scheme}/{t.id}", f"{t.scheme}/{t.id}" in words["everywhere"])
            for t in ontology.by_kind.get("restriction", ())
            if t.scheme in words["populations"]
            for word in (t.label, *t.alt)
            if len(word) > 1
        ]
        self.complete = [frozenset(keys) for keys in words["complete"]]
        self.reached = tuple(words["reached"])
        self.near = Decimal(words["near"])

    def flag(self, facts: Sequence[Fact], issued: str) -> list[Fact]:
        """The facts with their flags; `issued` is the date of the document, "" where it is not known."""
        flags: dict[int, set[str]] = defaultdict(set)
        for i, fact in enumerate(facts):
            flags[i].update(self._alone(fact, issued))
        for i in (*sums(facts, self.complete, self.near), *self._changes(facts)):
            flags[i].add(SUM if facts[i].quantity_kind not in CHANGES else CHANGE)
        for i in self._contradictions(facts):
            flags[i].add(CONTRADICTION)
        return [replaced(f, flags=tuple(sorted(flags[i]))) if flags[i] else f for i, f in enumerate(facts)]

    # --- one figure ---

    def _alone(self, fact: Fact, issued: str) -> Iterable[str]:
        if issued and fact.status in ("Actual", "Done") and fact.period and fact.period.start[: len(issued)] > issued:
            yield FUTURE
        quantity, indicator = fact.quantity, fact.indicator
        if fact.kind != "Outcome" or not quantity or quantity.value is None or not indicator or fact.quantity_kind in CHANGES:
            return
        before = fact.evidence[0].exact.partition(quantity.text)[0]
        if quantity.unit == POINTS and before.endswith(self.reached):  # 达到95个百分点: points tell how far a rate has moved, never where it stands
            yield WRONG_UNIT
        term = self.term(indicator)
        if (term and self._out(term, quantity)) or (fact.quantity_kind == "Share" and quantity.unit == "%" and not term and quantity.value > HUNDRED):
            yield OUT_OF_BOUNDS

    def term(self, indicator: Thing) -> Term | None:
        """The term of the vocabulary that an indicator is, or that its whole label is."""
        return self.terms.get(f"indicator/{indicator.key}") or self.by_label.get(indicator.label)

    @staticmethod
    def _out(term: Term, quantity: Quantity) -> bool:
        values = [v for v in (quantity.value, quantity.value_max, quantity.from_value) if v is not None]
        low, high = (Decimal(str(term.attrs[k])) if k in term.attrs else None for k in ("min", "max"))
        same = same_unit(quantity.unit, str(term.attrs.get("unit")))
        return same and any((low is not None and v < low) or (high is not None and v > high) for v in values)

    # --- changes ---

    def _changes(self, facts: Sequence[Fact]) -> Iterable[int]:
        """Changes that are not what the figures beside them make: of a figure given with its former value, or rate and amount of the same figure."""
        amounts: dict[int | None, Fact] = {f.change_of: f for f in facts if f.change_of is not None and f.quantity_kind == "Change" and exact(f.quantity)}
        for i, fact in enumerate(facts):
            base = facts[fact.change_of] if fact.change_of is not None else None
            if base is None or fact.quantity_kind not in CHANGES or not exact(fact.quantity) or not exact(base.quantity):
                continue
            former = self._former(base, amounts.get(fact.change_of))
            if former is not None and base.quantity and fact.quantity and not fits(fact, base.quantity, former):
                yield i

    @staticmethod
    def _former(base: Fact, amount: Fact | None) -> Decimal | None:
        """The value before a change: stated, else reckoned from the amount of the change."""
        if not base.quantity or base.quantity.value is None:
            return None
        if base.quantity.from_value is not None:
            return base.quantity.from_value
        if amount is None or not amount.quantity or amount.quantity.value is None or amount.quantity.unit != base.quantity.unit:
            return None
        return base.quantity.value + amount.quantity.value * (1 if amount.direction == "down" else -1)

    # --- figures of one thing ---

    def _contradictions(self, facts: Sequence[Fact]) -> Iterable[int]:
        """Figures of one indicator, agent, time and restriction that stand in two paragraphs with two values."""
        said: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for i, f in enumerate(facts):
            q = f.quantity
            if f.kind == "Outcome" and f.quantity_kind in ("Level", "Share") and exact(q) and q and f.part_of is None and self._settled(f):
                period = f.period.edtf if f.period else ""
                said[(f.agent, f.indicator, f.restricted_to, period, f.quantity_kind, q.unit, q.per, f.status)].append(i)
        for places in said.values():
            alike: dict[object, list[int]] = defaultdict(list)  # of figures written alike two paragraphs tell all
            for i in places:
                found = alike[facts[i].quantity]
                if facts[i].evidence[0].paragraph not in {facts[j].evidence[0].paragraph for j in found[:2]}:
                    found.append(i)
            others = [j for found in alike.values() for j in found[:2]]
            for i in places:
                if any(differs(facts[i], facts[j]) for j in others):
                    yield i

    def _settled(self, fact: Fact) -> bool:
        """Whether a figure is of an indicator of the vocabulary and of all it could be of: neither its sentence nor its headings speak of some only."""
        term = self.terms.get(f"indicator/{fact.indicator.key}") if fact.indicator else None
        if term is None or fact.period is None or fact.period.edtf == "asof":
            return False
        quote, said = fact.evidence[0], {c.key for c in fact.restricted_to}
        own = (term.label, *term.alt)
        return not any(
            (word in quote.heading or (word in quote.exact and not anywhere)) and key not in said and not any(word in label for label in own)
            for word, key, anywhere in self.populations
        )


def exact(quantity: Quantity | None) -> bool:
    """Whether a figure is one number and no bound."""
    return quantity is not None and quantity.value is not None and quantity.comparator in ("eq", "approx") and quantity.value_max is None


def fits(change: Fact, now: Quantity, former: Decimal) -> bool:
    """Whether a stated change is that from the former value, as far as its figures are rounded."""
    quantity = change.quantity
    if quantity is None or quantity.value is None or now.value is None or not former:
        return True
    slack = step(quantity) + (step(now) if quantity.unit == now.unit else Decimal(0))
    made = now.value - former
    if change.quantity_kind == "GrowthRate":
        made = made * HUNDRED / former
        slack += step(now) * 2 * HUNDRED / abs(former)
    elif not same_unit(quantity.unit, now.unit):
        return True
    return abs(abs(made) - quantity.value) <= slack


def step(quantity: Quantity) -> Decimal:
    """What one more in the last digit written would add: 0.1亿 for 3.2亿元."""
    m = re.search(r"\d+(?:\.(\d+))?", quantity.text.replace(",", "").replace("，", ""))
    if m is None or not quantity.value or not Decimal(m[0]):
        return Decimal(1)
    return quantity.value / Decimal(m[0]) * Decimal(1).scaleb(-len(m[1] or ""))


def sums(facts: Sequence[Fact], complete: Sequence[frozenset[str]], near: Decimal) -> Iterable[int]:
    """The wholes whose parts, where they look like all of it, make another sum."""
    parts: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.part_of is not None:
            parts[fact.part_of].append(fact)
    for i, found in parts.items():
        whole = facts[i].quantity
        alike = [f.quantity for f in found if f.quantity and whole and f.quantity.unit == whole.unit and f.quantity_kind == facts[i].quantity_kind]
        if whole is None or whole.value is None or len(alike) != len(found) or len(found) < 2 or not all(map(exact, (whole, *alike))):
            continue
        total = sum((q.value for q in alike if q.value is not None), Decimal(0))
        slack = (step(whole) + sum(map(step, alike), Decimal(0))) / 2
        off = abs(total - whole.value)
        if off > slack and off >= 1 and (off <= near * whole.value or whole_list(found, complete)):
            yield i


def whole_list(parts: Sequence[Fact], complete: Sequence[frozenset[str]]) -> bool:
    """Whether parts are restricted to what together makes a whole."""
    said = [frozenset(c.key for c in f.restricted_to) for f in parts]
    return any(len(parts) == len(keys) and frozenset().union(*said) >= keys and all(len(s & keys) == 1 for s in said) for keys in complete)


def differs(one: Fact, other: Fact) -> bool:
    """Whether two figures have other values, stand in other paragraphs and neither rounds the other."""
    a, b, p, q = one.quantity, other.quantity, one.evidence[0], other.evidence[0]
    if a is None or b is None or a.value is None or b.value is None or p.paragraph == q.paragraph:
        return False
    return abs(a.value - b.value) > max(step(a), step(b))
