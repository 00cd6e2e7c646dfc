"""A figure on its way to a fact: what is known of it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from kg.deixis import Subject
from kg.model import Period, Thing
from kg.values import Figure

RECENT = 100  # figures; none of the annotated reports has as many (2026-11)
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Draft:
    """One figure with what it counts, of whom, and what it hangs on."""

    figure: Figure
    unit: str
    phrase: str = ""  # what is counted, as an indicator's label
    noun: str = ""  # the counted noun alone
    subject: Subject | None = None
    item: str = ""  # the item of a list that 分别 gives the figure to
    from_value: Decimal | None = None
    from_start: int = -1
    origin: Figure | None = None  # the figure it came from: 由A增至B
    stated: int = -1  # where the first figure of its list stands, which time and subject go by
    kind: str = ""  # as kg/kinds.py names them, "" where nothing has settled it yet
    direction: str = ""
    per: str = ""
    part_of: Draft | None = None
    whole: str = ""  # the words that name what a share is of
    change_of: Draft | None = None
    comparator: str = "eq"
    value_max: Decimal | None = None
    coefficient: str = ""  # that its sentence named before it gave several
    rule: str = "outcome-count"
    period: Period | None = None  # where a table's head gives it
    status: str = ""  # planned or done, where a table's head says so
    restricted: tuple[Thing, ...] = ()
    drop: bool = False


def recent(items: Sequence[T], i: int) -> Sequence[T]:
    """The drafts, or their facts, before the one at `i` that it can hang on."""
    return items[max(0, i - RECENT) : i]


def draft(figure: Figure) -> Draft:
    """The draft of a figure as read."""
    return Draft(figure, figure.unit, comparator=figure.comparator, value_max=figure.value_max)
