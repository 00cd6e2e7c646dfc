"""Which figures meet or fail a threshold of the standards that ship."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kg.model import Criterion, Fact, Quantity, Thing, replaced
from kg.places import Register
from kg.rules import Ontology
from kg.values import PEOPLE

LEVELS = ("Level", "Share", "Norm")  # changes and flows are measured against no threshold
STAGES = {"stage/primary", "stage/junior"}  # criteria of these hold for no other; all other stages are in the name of the indicator
POPULATIONS = ("place", "sponsor", "group")  # restrictions that make a figure one of a part of the pupils or schools


class Criteria:
    """The criteria of ontology/standards by indicator."""

    def __init__(self, ontology: Ontology, register: Register) -> None:
        self.register, self.terms = register, ontology.terms
        self.ignored = tuple(ontology.words["criteria"]["per_time"])
        self.below_standard = ontology.words["criteria"]["issue"]
        self.of_each, self.parts = frozenset(ontology.words["criteria"]["of_each"]), ontology.words["criteria"]["part"]
        self.by_indicator: dict[str, list[Criterion]] = {}
        for standard in ontology.standards:
            for criterion in standard.criteria:
                self.by_indicator.setdefault(criterion.indicator, []).append(criterion)
        self.labels = {f"{c.standard}/{c.id}": c.label for all_ in self.by_indicator.values() for c in all_}

    def measure(self, facts: Sequence[Fact]) -> list[Fact]:
        """The facts with the criteria each meets and fails; problems of a figure that fails just one are about that criterion."""
        out = [self._measured(f, facts) for f in facts]
        return [self._about(f, out) if f.kind == "Shortcoming" and f.issue_kind == self.below_standard else f for f in out]

    def _measured(self, fact: Fact, facts: Sequence[Fact]) -> Fact:
        if fact.kind != "Outcome" or fact.status != "Actual" or fact.quantity_kind not in LEVELS or not fact.indicator or not fact.quantity:
            return fact
        slug = self._share(fact, facts)
        fitting = [c for c in self.by_indicator.get(slug or fact.indicator.root, ()) if self._fits(fact, fact.quantity, c, slug != "")]
        verdicts = [(f"{c.standard}/{c.id}", self._verdict(fact, fact.quantity, c)) for c in fitting]
        meets, fails = (tuple(name for name, met in verdicts if met is wanted) for wanted in (True, False))
        return replaced(fact, meets=meets, fails=fails) if meets or fails else fact

    def _share(self, fact: Fact, facts: Sequence[Fact]) -> str:
        """The indicator that a share of a whole is of: 骨干教师 among those who rotate; "" where the whole tells nothing."""
        whole = facts[fact.part_of].indicator if fact.part_of is not None else None
        if whole is None or fact.indicator is None:
            return ""
        found = (p["indicator"] for p in self.parts if p["whole"] in whole.label and p["part"] == fact.indicator.root)
        return next(found, "")

    def _verdict(self, fact: Fact, quantity: Quantity, criterion: Criterion) -> bool | None:
        """A mean within what each school or class must keep to proves nothing, nor does a total of years where each year counts."""
        met = verdict(quantity, criterion)
        lasting = fact.period is not None and fact.period.edtf.endswith("/")
        return None if lasting or (met and criterion.indicator in self.of_each) else met

    def _fits(self, fact: Fact, quantity: Quantity, criterion: Criterion, known: bool) -> bool:
        """Whether a figure is of what a criterion is about: indicator (`known` where a whole told it), unit, denominator, stage and place."""
        units = {quantity.unit, criterion.unit}
        return (
            (len(units) == 1 or units <= PEOPLE)
            and (known or (self._names(fact, quantity, criterion) and self._same_pupils(fact, criterion)))
            and (not criterion.valid_in or criterion.valid_in in self.register.ancestors(fact.agent.key))
        )

    def _names(self, fact: Fact, quantity: Quantity, criterion: Criterion) -> bool:
        """Whether the figure's label, with its denominator, names the criterion's indicator and no other denominator."""
        term, label = self.terms[f"indicator/{criterion.indicator}"], fact.indicator.label if fact.indicator else ""
        each = next((p for p in quantity.per.split("·") if p not in self.ignored), "")
        if each and each not in criterion.per:
            return False
        if fact.indicator and fact.indicator.key == term.id:
            return True
        return any(name in f"每{each}{label}" or name in f"{each}均{label}" for name in (term.label, *term.alt) if len(name) > 2)

    def _same_pupils(self, fact: Fact, criterion: Criterion) -> bool:
        """Whether a figure is of the criterion's stage, and of no narrower group or place than it and the indicator's own name."""
        said = {c.key for c in fact.restricted_to}
        wanted = {r.replace(":", "/", 1) for r in criterion.restrictions}
        staged = wanted & STAGES
        if staged and {key for key in said if key.startswith("stage/")} != staged:
            return False
        name = self.terms[f"indicator/{criterion.indicator}"].label
        return all(c.label in name for c in fact.restricted_to if c.type in POPULATIONS and c.key not in wanted)

    def _about(self, problem: Fact, facts: Sequence[Fact]) -> Fact:
        if problem.about is None or problem.about.kind != "indicator":
            return problem
        quote = problem.evidence[0]
        failed = {
            name
            for f in facts
            if f.fails and f.agent == problem.agent and f.indicator and problem.about.key in (f.indicator.key, f.indicator.broader)
            for e in f.evidence
            if e.start < quote.end and quote.start < e.end
            for name in f.fails
        }
        (name,) = failed if len(failed) == 1 else ("",)
        return replaced(problem, about=Thing("criterion", name, self.labels[name])) if name else problem


def verdict(quantity: Quantity, criterion: Criterion) -> bool | None:
    """Whether a figure is on the right side of a threshold; None where its bound leaves it open."""
    low, high = extent(quantity)
    want, value = criterion.comparator, criterion.value
    if want in ("le", "lt"):
        low, high, value = -high, -low, -value
    strict = want in ("lt", "gt")
    if low > value or (low == value and not strict):
        return True
    return False if high < value or (high == value and strict) else None


def extent(quantity: Quantity) -> tuple[Decimal, Decimal]:
    """The least and most that a figure may stand for."""
    value = quantity.value if quantity.value is not None else Decimal(0)
    endless = Decimal("Infinity")
    if quantity.comparator in ("ge", "gt"):
        return value, endless
    if quantity.comparator in ("le", "lt"):
        return -endless, value
    return value, quantity.value_max if quantity.value_max is not None else value
