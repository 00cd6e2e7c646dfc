"""The page of promises: targets and plans set against what later documents say of the same agent, thing and scope."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.serve import display
from kg.serve.explorer import Explorer, Fact
from kg.serve.pages import explorer, page_of, pages_of, words
from kg.serve.shared import Area, answer, area_of, concept, line, name_of

PAGE = 25
KEPT = 50  # places whose promises are kept
AT_ONCE = 500  # things whose promises are in memory with all that is said of the same
VERDICTS = ("kept", "broken", "undecided", "open")
FIELDS = (
    "verdict", "reason", "agent", "promise", "restricted", "target", "due", "promised_in", "promised_on", "promise_quote", "later", "later_period", "later_in",
    "later_on", "later_quote", "promise_iri", "later_iri",
)  # fmt: skip
ABOUT = 0.05  # how far an approximate figure may be from what it stands for
PERIODS = ("Flow", "GrowthRate", "Change")  # kinds of figures that are of one period only
FULL = "full"

_SAID = "id kind status number comparator period due year flagged more date"
_ROWS = """SELECT fact.id, fact.kind, fact.status, fact.number, fact.comparator, fact.period, fact.due, fact.year, fact.flagged, fact_text.more, document.date,
 fact.document, fact.subject, fact.object, fact.predicate, fact.restricted, fact.unit, fact.per, fact.quantity_kind, fact.restates
 FROM fact INDEXED BY fact_by_subject JOIN fact_text ON fact_text.fact = fact.id JOIN document ON document.id = fact.document
 WHERE fact.subject BETWEEN ? AND ? AND fact.kind IN ({kinds}) AND fact.status IN ({states}) AND fact.object IS NOT NULL ORDER BY fact.id"""
FIGURES, MEASURES = "'Outcome', 'Withheld'", "'Adoption', 'Relation'"


@dataclass(frozen=True, slots=True)
class Said:
    """A target or what was said later, as far as judging needs it."""

    id: int
    kind: str
    status: str
    number: float | None
    comparator: str
    period: str
    due: str
    year: int
    flagged: bool
    more: str
    date: str

    def has(self, name: str) -> str:
        """A value that only some facts have."""
        found = re.search(rf'"{name}":"([^"]*)"', self.more or "")
        return found[1] if found else ""

    @property
    def until(self) -> int:
        """The year by which a promise is due, 0 where it has none."""
        years = re.findall(r"\d{4}", self.due or "") or re.findall(r"\d{4}", self.period or "")
        return int(years[-1]) if years else 0


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise with its verdict, the reason in a word of words.json, and the fact that decides (0 none)."""

    id: int
    code: str
    figure: bool
    verdict: str
    reason: str
    evidence: int
    due: int


Verdict = tuple[str, str, Said | None]
Wanted = tuple[float, float, bool]  # from, to, and whether it is known on which side of the target figures may lie


def promises(request: Request) -> Response:
    """Targets and plans with what became of them, decided ones first."""
    e, area = explorer(request), area_of(request)
    verdict, kind = request.query_params.get("verdict", ""), request.query_params.get("kind", "")
    found = judged(e, area, kind)
    counts = {name: len(found[name]) for name in VERDICTS}
    chosen = [one for name in VERDICTS if verdict in ("", name) for one in found[name]]
    page, pages = page_of(request), pages_of(len(chosen), PAGE)
    shown = chosen if request.query_params.get("format") == "csv" else chosen[(page - 1) * PAGE : page * PAGE]
    facts = e.by_number(number for one in shown for number in (one.id, one.evidence) if number)
    pairs = [(one, facts[one.id], facts.get(one.evidence)) for one in shown]
    more = {"promises": len(chosen), "counts": counts, "page": page, "pages": pages}
    return answer(
        request, "promises.html", "promises", FIELDS, [_row(request, *pair) for pair in pairs], more, pairs=pairs, counts=counts, total=len(chosen), page=page,
        pages=pages, verdicts=VERDICTS, verdict=verdict, kind=kind, chosen_place=name_of(request, e.by_key(area.key)),
    )  # fmt: skip


def _row(request: Request, one: Promise, said: Fact, later: Fact | None) -> tuple[Any, ...]:
    t = words(request)
    first = (
        t(one.verdict), t(one.reason), name_of(request, said.subject), name_of(request, said.object), said.restricted,
        display.value(said, t) or t.term("status", said.status), one.due or "", said.title, said.date, said.quote,
    )  # fmt: skip
    if later is None:
        return (*first, "", "", "", "", "", said.iri, "")
    return (*first, display.value(later, t) or t.term("status", later.status), later.period, later.title, later.date, later.quote, said.iri, later.iri)


def judged(e: Explorer, area: Area, kind: str) -> dict[str, list[Promise]]:
    """The promises of a place by their verdicts, newest first."""

    def make() -> dict[str, list[Promise]]:
        found: dict[str, list[Promise]] = {verdict: [] for verdict in VERDICTS}
        for one in _all(e):
            if area.holds(one.code) and kind in ("", "figures" if one.figure else "measures"):
                found[one.verdict].append(one)
        return found

    return e.remembered(("promises", area.prefix, kind), make, KEPT)


def _all(e: Explorer) -> list[Promise]:
    def make() -> list[Promise]:
        codes = {row["id"]: row["code"] or "" for row in e.rows("SELECT id, code FROM thing WHERE code <> ''")}
        better = {row["id"]: _better(e, row["iri"], row["broader"]) for row in e.rows("SELECT id, iri, broader FROM thing WHERE type = 'Indicator'")}
        found: list[tuple[str, Promise]] = []
        for first in range(1, (e.one("SELECT MAX(id) FROM thing") or 0) + 1, AT_ONCE):
            for kinds, promised, kept in ((FIGURES, "'Target'", "'Actual'"), (MEASURES, "'Planned'", "'Done', 'Problem'")):
                for row, promise, others in _pairs(e, first, kinds, promised, kept):
                    figure = kinds == FIGURES
                    verdict = target(promise, others, row["quantity_kind"], better.get(row["object"], "")) if figure else plan(promise, others)
                    evidence = verdict[2].id if verdict[2] else 0
                    known = Promise(promise.id, codes.get(row["subject"], ""), figure, verdict[0], verdict[1], evidence, promise.until)
                    found.append((promise.date or "", known))
        return [one for _, one in sorted(found, key=lambda pair: (pair[0], -pair[1].id), reverse=True)]

    return e.remembered("promises", make)


def _pairs(e: Explorer, first: int, kinds: str, promised: str, kept: str) -> Iterator[tuple[Row, Said, list[Said]]]:
    """The promises of some things, from a number on, each with what other documents say of the same."""
    between = first, first + AT_ONCE - 1
    told: dict[tuple[Any, ...], list[tuple[Row, Said]]] = {}
    for row in e.rows(_ROWS.format(kinds=kinds, states=promised), *between):
        if not row["restates"]:
            told.setdefault(_same(row), []).append((row, _said(row)))
    later: dict[tuple[Any, ...], list[tuple[int, Said]]] = {}
    for row in e.rows(_ROWS.format(kinds=kinds, states=kept), *between):
        if (same := _same(row)) in told:
            later.setdefault(same, []).append((row["document"], _said(row)))
    for same, those in told.items():
        for row, promise in those:
            yield row, promise, [one for document, one in later.get(same, ()) if document != row["document"]]


def _same(row: Row) -> tuple[Any, ...]:
    """What a promise and its evidence must have in common."""
    own = () if row["kind"] in ("Outcome", "Withheld") else (row["kind"], row["predicate"])
    return (*own, row["subject"], row["object"], row["restricted"], row["unit"], row["per"], row["quantity_kind"])


def _said(row: Row) -> Said:
    return Said(*(row[name] for name in _SAID.split()))


def _better(e: Explorer, iri: str, broader: str) -> str:
    return next((found for one in (iri, *line(e, broader)) if (found := concept(e, one).better)), "")


# --- what was promised as a figure ---


def target(promise: Said, told: Sequence[Said], kind: str, better: str) -> Verdict:
    """Whether later figures of the same agent, indicator, scope, unit and kind reach a target; `better` is more, less or unknown."""
    later, undated = _later(promise, told)
    if promise.number is None:
        return "undecided", "whyTargetHidden", later[0] if later else None
    if not later:
        return ("undecided", "whyUndatedDocument", undated[0]) if undated else ("open", "whyNone", None)
    if promise.flagged or any(one.flagged for one in later):
        return "undecided", "whyFlagged", later[0]
    known = [one for one in later if one.number is not None]
    if not known:
        return "undecided", "whyFigureHidden", later[0]
    wanted, due = _wanted(promise, better), promise.until
    if kind in PERIODS:
        return _of_period(promise, known, wanted, due)
    after = [one for one in known if due and one.year >= due]
    if after:
        return _decided([one for one in after if one.year == after[0].year], wanted)
    early = next((one for one in known if _fits(one, wanted)), None)
    if early:
        return "kept", "whyEarly" if due else "whyReached", early
    return ("open", "whyBeforeDue", known[-1]) if due else ("open", "whyUndated", known[-1])


def _of_period(promise: Said, known: Sequence[Said], wanted: Wanted, due: int) -> Verdict:
    """The same for what is of one period: only a figure of that period decides."""
    same = [one for one in known if (one.period == promise.period if "/" in (promise.period or "") else due and one.year == due and "/" not in one.period)]
    return _decided(same, wanted) if same else ("undecided", "whyPeriod", known[-1])


def _decided(told: Sequence[Said], wanted: Wanted) -> Verdict:
    verdicts = {_fits(one, wanted) for one in told}
    if len(verdicts) > 1:
        return "undecided", "whyDisagree", told[0]
    fits = verdicts.pop()
    if not fits and not wanted[2]:
        return "undecided", "whyDirection", told[0]
    return ("undecided", "whyBounds", told[0]) if fits is None else ("kept", "whyReached", told[0]) if fits else ("broken", "whyShort", told[0])


def _wanted(promise: Said, better: str) -> Wanted:
    """The figures that keep a promise; the very one where it is not said whether it is to be reached or not to be exceeded."""
    number, most = float(promise.number or 0), promise.has("value_max")
    if most:
        return number, float(most), True
    sense = {"up": "more", "down": "less"}.get(promise.has("direction"), better)
    if promise.comparator in ("ge", "gt"):
        return number, inf, True
    if promise.comparator in ("le", "lt"):
        return -inf, number, True
    spare = abs(number) * ABOUT if promise.comparator == "approx" else 0.0
    low, high = number - spare, number + spare
    return (low, inf, True) if sense == "more" else (-inf, high, True) if sense == "less" else (low, high, False)


def _fits(one: Said, wanted: Wanted) -> bool | None:
    """Whether a figure is among those wanted; None where its bounds leave it open."""
    if one.number is None:
        return None
    low = high = one.number
    if one.has("value_max"):
        high = float(one.has("value_max"))
    if one.comparator in ("ge", "gt"):
        high = inf
    elif one.comparator in ("le", "lt"):
        low = -inf
    elif one.comparator == "approx":
        low, high = low - abs(low) * ABOUT, high + abs(high) * ABOUT
    return True if wanted[0] <= low and high <= wanted[1] else False if high < wanted[0] or low > wanted[1] else None


# --- what was promised as a measure ---


def plan(promise: Said, told: Sequence[Said]) -> Verdict:
    """Whether later documents say that what was planned is done."""
    later, undated = _later(promise, told)
    if not later:
        return ("undecided", "whyUndatedDocument", undated[0]) if undated else ("open", "whyNone", None)
    done, lacking = [one for one in later if one.status == "Done"], [one for one in later if one.status == "Problem"]
    due = promise.until
    if done and lacking:
        return "undecided", "whyBoth", done[0]
    if done:
        if promise.has("extent") == FULL and done[-1].has("extent") in ("partial", "pilot"):
            return "undecided", "whyExtent", done[-1]
        late = bool(due and re.match(r"\d{4}", done[0].period or "") and done[0].year > due)
        return "kept", "whyLate" if late else "whyDone", done[0]
    overdue = [one for one in lacking if due and one.year >= due]
    return ("broken", "whyNotDone", overdue[0]) if overdue else ("open", "whyLacking", lacking[-1])


def _later(promise: Said, told: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    """What documents say that are surely later, in order of time, and what those say of which that is not known."""
    later, unknown = [], []
    for one in told:
        length = min(len(promise.date or ""), len(one.date or ""))
        if not length or (promise.date[:length] == one.date[:length] and len(promise.date) != len(one.date)):
            unknown.append(one)
        elif one.date > promise.date:
            later.append(one)
    return sorted(later, key=lambda one: (one.year, one.date, one.id)), unknown
