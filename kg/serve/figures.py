"""The pages of indicators: figures of one kind, unit, denominator and scope set side by side, and never added up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from sqlite3 import Row
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.serve import charts, display
from kg.serve.explorer import Explorer, Fact
from kg.serve.pages import explorer, page_of, pages_of, words
from kg.serve.shared import Area, answer, area_of, called, concept, kin, line, name_of

LISTED, GROUPS, BARS, LINES = 100, 8, 25, 6  # of a list, and of one page
LONGEST = 18  # characters of a label
KEPT = 8  # indicators whose figures are kept: there may be tens of thousands of one
TOLD = 40  # lines of the table of what stands
LISTS = ("indicator", "figures", "withheld", "regions", "variants", "iri")
FIELDS = (
    "indicator", "said_as", "subject", "quantity_kind", "unit", "per", "restricted", "status", "comparator", "value", "value_max", "period", "due", "counted",
    "flagged", "document", "date", "quote", "iri",
)  # fmt: skip
BOUNDS = {"ge": "floors", "gt": "floors", "le": "ceilings", "lt": "ceilings"}
LEVELS = ("Level", "")  # kinds of figures that hold at the date of their document where they say no other
_YEAR = re.compile(r"(\d{4})(?:-\d\d)?(?:-\d\d)?(?:/(\d{4})(?:-\d\d)?(?:-\d\d)?)?$")
_FIGURES = """SELECT fact.id, fact.kind, fact.subject, fact.object, fact.status, fact.year, fact.unit, fact.number, fact.quantity_kind,
 fact.comparator, fact.per, fact.period, fact.flagged, fact.restricted, fact.part_of, fact.restates,
 document.date AS date, agent.type AS agent, agent.code AS code,
 thing.iri AS indicator, thing.broader AS broader FROM fact JOIN document ON document.id = fact.document JOIN thing ON thing.id = fact.object
 LEFT JOIN thing AS agent ON agent.id = fact.subject WHERE fact.kind IN ('Outcome', 'Withheld') AND fact.object IN ({marks}) ORDER BY fact.id"""

Figure = Row  # of _FIGURES


@dataclass(slots=True)
class Group:
    """Figures that may be set side by side: of one indicator, kind, unit, denominator, scope and sort of bound."""

    indicator: str  # IRI; ways of saying it in texts are one indicator
    kind: str
    unit: str
    per: str
    restricted: str
    bound: str
    figures: list[Figure] = field(default_factory=list)

    @property
    def same(self) -> tuple[str, ...]:
        """What makes it comparable but for the bound."""
        return self.indicator, self.kind, self.unit, self.per, self.restricted


@dataclass(frozen=True, slots=True)
class Standing:
    """What one place says of one group: its latest figures, which are one where it says one; and what does not count."""

    group: Group
    subject: int
    figures: tuple[Figure, ...]
    left: Counter[str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A group as the page shows it."""

    group: Group
    heading: str
    qualities: list[str]
    bars: charts.Svg
    lines: charts.Svg
    names: list[str]
    rows: list[tuple[Fact, str]]
    notes: list[str]


# --- the list ---


def indicators(request: Request) -> Response:
    """All indicators with how many figures there are of each; one of them with its figures where it is asked for."""
    if key := request.query_params.get("indicator", ""):
        return indicator(request, key)
    e, wanted = explorer(request), request.query_params.get("words", "").strip().lower()
    found = [one for one in _families(e) if not wanted or wanted in one["all"]]
    page, pages = page_of(request), pages_of(len(found), LISTED)
    shown = found[(page - 1) * LISTED : page * LISTED]
    lines = [(called(request, one["concept"]), one["n"], one["withheld"], one["regions"], len(one["variants"]), one["concept"].iri) for one in shown]
    more = {"indicators": len(found), "page": page, "pages": pages}
    return answer(
        request, "indicators.html", "indicators", LISTS, lines, more, found=shown, total=len(found), page=page, pages=pages, wanted=wanted,
        called=lambda one: called(request, one),
    )  # fmt: skip


def _families(e: Explorer) -> list[dict[str, Any]]:
    """Indicators with the ways texts say them, those with most figures first."""

    def make() -> list[dict[str, Any]]:
        counts = {
            row["object"]: row
            for row in e.rows(
                """SELECT object, COUNT(*) AS n, SUM(kind = 'Withheld') AS withheld, COUNT(DISTINCT subject) AS regions FROM fact
                WHERE kind IN ('Outcome', 'Withheld') AND object IS NOT NULL GROUP BY object"""
            )
        }
        found: dict[str, dict[str, Any]] = {}
        for row in e.rows("SELECT id, iri, label, broader FROM thing WHERE type = 'Indicator' ORDER BY facts DESC, label"):
            if row["id"] not in counts:
                continue
            iri = base(row["iri"], row["broader"])
            one = found.setdefault(iri, {"concept": concept(e, iri), "n": 0, "withheld": 0, "regions": 0, "variants": [], "all": ""})
            count = counts[row["id"]]
            one["n"] += count["n"]
            one["withheld"] += count["withheld"]
            one["regions"] = max(one["regions"], count["regions"])
            one["variants"] += [(row["iri"], row["label"])] if row["iri"] != iri else []
        for one in found.values():
            one["all"] = " ".join((one["concept"].label, one["concept"].label_en, *(label for _, label in one["variants"]))).lower()
        return sorted(found.values(), key=lambda one: (-one["n"], one["concept"].label))

    made: list[dict[str, Any]] = e.remembered("families", make)
    return made


def base(iri: str, broader: str) -> str:
    """The indicator that a way of saying it in a text belongs to."""
    return broader if broader and iri.startswith(f"{broader}/") else iri


# --- one indicator ---


def indicator(request: Request, key: str) -> Response:
    """The figures of an indicator and of those below it, group by group, across regions and over years."""
    e, area, iri = explorer(request), area_of(request), explorer(request).iri(key)
    numbers = kin(e, "Indicator", iri)
    if not numbers:
        raise HTTPException(404)
    found = _narrowed(e, area, iri, numbers)
    figures = [one for group in found for one in group.figures]
    shown = found[:GROUPS]
    drawn = [_drawn(request, group, several=len({one.indicator for one in found}) > 1) for group in shown]
    stand = standing(found) if area.code or request.query_params.get("format") == "json" else []
    told = stand[:TOLD] if area.code else []
    facts = e.by_number(one["id"] for single in told for one in single.figures[:3])
    things = e.things(single.subject for single in told)
    rows = [line for group in found for line in _lines(request, group)] if request.query_params.get("format") else []
    more = {"indicator": iri, "figures": len(figures), "groups": len(found), "standing": [_plain(e, single) for single in stand]}
    about = concept(e, iri)
    return answer(
        request, "indicator.html", "figures", FIELDS, rows, more, about=about, title=called(request, about), indicator_key=key, above=_above(e, iri),
        figures=len(figures), drawn=drawn, groups=len(found), stand=told, rest=len(stand) - len(told), facts=facts, things=things, area=area,
        called=lambda one: called(request, one), quality=lambda group: qualities(request, group), chosen_place=_place(request, area),
        own=sum(1 for one in figures if one["agent"] == "Institution"),
    )  # fmt: skip


def _narrowed(e: Explorer, area: Area, iri: str, numbers: Sequence[int]) -> list[Group]:
    """The groups of an indicator in a place, those of the very indicator before those below it."""

    def make() -> list[Group]:
        figures = [one for one in _figures(e, iri, numbers) if not area.code or (one["code"] and area.holds(one["code"]))]
        return sorted(grouped(figures), key=lambda group: group.indicator != iri)

    found: list[Group] = make() if area.code else e.remembered(("grouped", iri), make, KEPT)
    return found


def _place(request: Request, area: Area) -> str:
    return name_of(request, explorer(request).by_key(area.key)) if area.code else ""


def _above(e: Explorer, iri: str) -> list[Any]:
    return [concept(e, one) for one in line(e, iri)[1:]]


def _figures(e: Explorer, iri: str, numbers: Sequence[int]) -> list[Figure]:
    marks = ",".join("?" * len(numbers))
    return e.remembered(("figures", iri), lambda: e.rows(_FIGURES.format(marks=marks), *numbers), KEPT)


def grouped(figures: Iterable[Figure]) -> list[Group]:
    """Figures in their groups, most figures first; targets and withheld ones stand in the group they are compared with."""
    found: dict[tuple[str, ...], Group] = {}
    guests = []
    for one in figures:
        if one["kind"] == "Withheld" or one["status"] == "Target":
            guests.append(one)
        else:
            _add(found, one, BOUNDS.get(one["comparator"], ""))
    for one in guests:
        hosts = [bound for bound in ("", "floors", "ceilings") if (*_same(one), bound) in found]
        _add(found, one, hosts[0] if hosts else "")
    return sorted(found.values(), key=lambda group: (-len(group.figures), group.same, group.bound))


def _same(one: Figure) -> tuple[str, str, str, str, str]:
    return base(one["indicator"], one["broader"]), one["quantity_kind"], one["unit"], one["per"], one["restricted"]


def _add(found: dict[tuple[str, ...], Group], one: Figure, bound: str) -> None:
    same = _same(one)
    key = (*same, bound)
    if key not in found:
        found[key] = Group(*same, bound)
    found[key].figures.append(one)


def counts(one: Figure) -> str:
    """Why a figure does not count as the figure of its place: part, again, target or hidden; "" where it does."""
    if one["kind"] == "Withheld" or one["number"] is None:
        return "hidden"
    if one["status"] == "Target":
        return "target"
    return "again" if one["restates"] else "part" if one["part_of"] else ""


def when(one: Figure) -> tuple[str, str]:
    """What orders figures in time: the end of their period, else the date of their document."""
    date = one["date"] or ""
    return _end(one["period"] or "") or date, date


@lru_cache(4096)
def _end(period: str) -> str:
    return max(re.findall(r"\d{4}(?:-\d\d)*", period), default="")


def standing(found: Sequence[Group]) -> list[Standing]:
    """What each place says in each group: what counts, and of it the latest; different figures of one time all stand, for they are not added up."""
    out = []
    for group in found:
        told: dict[int, list[Figure]] = {}
        for one in group.figures:
            told.setdefault(one["subject"] or 0, []).append(one)
        for subject, figures in told.items():
            own = [one for one in figures if not counts(one)]
            if own:
                last = max(when(one)[0] for one in own)
                latest = {(one["number"], one["comparator"]): one for one in sorted(own, key=when) if when(one)[0] == last}
                out.append(Standing(group, subject, tuple(latest.values()), Counter(filter(None, map(counts, figures)))))
    return out


def _plain(e: Explorer, single: Standing) -> dict[str, Any]:
    group, thing = single.group, e.thing(single.subject)
    return {
        "subject": thing.label if thing else "", "subject_iri": thing.iri if thing else "", "indicator": group.indicator, "quantity_kind": group.kind,
        "unit": group.unit, "per": group.per, "restricted": group.restricted, "values": [one["number"] for one in single.figures],
        "comparators": [one["comparator"] for one in single.figures], "period": single.figures[0]["period"], "not_counted": dict(single.left),
    }  # fmt: skip


def qualities(request: Request, group: Group) -> list[str]:
    """What a group's figures have in common, in words."""
    said = words(request)
    unit = {"CNY": "yuan" if said.english else "元"}.get(group.unit, group.unit) or said("unitless")
    return [
        text
        for text in (
            said.term("quantity", group.kind) if group.kind else "", unit + (f"/{group.per}" if group.per else ""), group.restricted or said("allScopes"),
            said(group.bound) if group.bound else "",
        )
        if text
    ]  # fmt: skip


def _drawn(request: Request, group: Group, several: bool) -> Drawn:
    e, said = explorer(request), words(request)
    latest = _latest(group)
    shown = latest[:BARS]
    series, undrawn, places = _series(group)
    facts = e.by_number(one["id"] for one in (*shown, *(one for _, figures in series for one in figures)))
    title = f"{called(request, concept(e, group.indicator))} · {' · '.join(qualities(request, group))}"
    bars = [_bar(request, facts[one["id"]], one, group.indicator) for one in shown if one["id"] in facts]
    lines = [_line(request, name_of(request, facts[figures[0]["id"]].subject), figures, facts) for _, figures in series]
    notes = [said("barsCut", shown=len(shown), total=len(latest))] if len(latest) > len(shown) else []
    if lines:
        notes += [said("linesCut", shown=len(lines), total=places)] if places > len(lines) else []
        notes += [said("notDrawn", count=undrawn)] if undrawn else []
    rows = [(fact, counts(one)) for one in (*shown, *(one for _, figures in series for one in figures)) if (fact := facts.get(one["id"]))]
    return Drawn(
        group,
        called(request, concept(e, group.indicator)) if several else "",
        qualities(request, group),
        charts.bars(f"{said('acrossRegions')}: {title}", bars) if bars else charts.NOTHING,
        charts.lines(f"{said('overYears')}: {title}", lines, lambda n: display.number(f"{n:.10g}", group.unit, said)) if lines else charts.NOTHING,
        [one.name for one in lines],
        list({fact.row["id"]: (fact, why) for fact, why in rows}.values()),
        notes,
    )


def _latest(group: Group) -> list[Figure]:
    """The latest figures of each region, largest first, then its next target and what is withheld; nothing said again, no part beside its whole."""
    told: dict[int, list[Figure]] = {}
    for one in group.figures:
        if one["agent"] == "Region" and not one["restates"]:
            told.setdefault(one["subject"], []).append(one)
    found: list[tuple[float, list[Figure]]] = []
    for figures in told.values():
        actual = [one for one in figures if counts(one) in ("", "part")]
        whole = [one for one in actual if not counts(one)] or actual
        last = max((when(one)[0] for one in whole), default="")
        kept = {one["number"]: one for one in sorted(whole, key=when) if when(one)[0] == last}
        targets = sorted((one for one in figures if counts(one) == "target"), key=when)[-1:]
        hidden = [one for one in figures if counts(one) == "hidden"][:1]
        chosen = [*kept.values(), *targets, *hidden]
        found.append((max((one["number"] for one in kept.values()), default=float("-inf")), chosen))
    return [one for _, chosen in sorted(found, key=lambda pair: -pair[0]) for one in chosen]


def _series(group: Group) -> tuple[list[tuple[int, list[Figure]]], int, int]:
    """The figures of single years by region, those of most years first, with how many have no single year and how many regions there are."""
    told: dict[int, dict[tuple[int, float, str], Figure]] = {}
    undrawn = 0
    for one in group.figures:
        if one["agent"] != "Region" or one["restates"] or one["number"] is None:
            continue
        year = single_year(one)
        if not year:
            undrawn += 1
            continue
        told.setdefault(one["subject"], {})[year, one["number"], one["status"]] = one
    long = [(subject, list(figures.values())) for subject, figures in told.items() if len({year for year, _, _ in figures}) > 1]
    long.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    return long[:LINES], undrawn, len(long)


def single_year(one: Figure) -> int:
    """The year a figure is of, 0 where it has none or spans several; a school year counts as the year it begins in."""
    found = _YEAR.match(one["period"] or "")
    if found:
        first, last = int(found[1]), int(found[2] or found[1])
        return first if last - first <= (1 if "-" in one["period"] else 0) else 0
    at_date = one["quantity_kind"] in LEVELS and one["period"] in ("", "asof")
    return int(one["year"] or 0) if at_date else 0


def _bar(request: Request, fact: Fact, one: Figure, indicator: str) -> charts.Bar:
    said, why = words(request), counts(one)
    label = name_of(request, fact.subject)
    if one["indicator"] != indicator:
        label += f" · {name_of(request, fact.object)}"
    marks = [said.term("status", "Target")] if why == "target" else [said("partOf")] if why == "part" else []
    marks += [said("flagged")] if one["flagged"] else []
    text = " · ".join(filter(None, (display.value(fact, said), display.period(fact, said) or str(one["date"])[:4], *marks)))
    kind = f"{why}{' flag' if one['flagged'] else ''}".strip()
    return charts.Bar(label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…", one["number"], text, kind, f"/id/{explorer(request).key(fact.iri)}")


def _line(request: Request, name: str, figures: Sequence[Figure], facts: Mapping[int, Fact]) -> charts.Line:
    said = words(request)
    dots = []
    for one in figures:
        kind = f"{counts(one)}{' flag' if one['flagged'] else ''}".strip()
        fact = facts[one["id"]]
        dots.append(charts.Dot(single_year(one), one["number"], display.value(fact, said), kind, f"/id/{explorer(request).key(fact.iri)}"))
    known = [dot.at for dot in dots if not dot.kind.startswith("target")]
    joined = len(set(known)) == len(known) and all(not one["part_of"] for one in figures)
    return charts.Line(name, tuple(dots), joined)


def _lines(request: Request, group: Group) -> list[tuple[Any, ...]]:
    e = explorer(request)
    facts = [*e.by_number(one["id"] for one in group.figures).values()]
    why = {one["id"]: counts(one) for one in group.figures}
    return [
        (
            group.indicator, name_of(request, fact.object), name_of(request, fact.subject), group.kind, group.unit, group.per, group.restricted, fact.status,
            fact.comparator, fact.value, fact.value_max, fact.period, fact.due, not why[fact.row["id"]], bool(fact.flagged), fact.title, fact.date, fact.quote,
            fact.iri,
        )
        for fact in facts
    ]  # fmt: skip
