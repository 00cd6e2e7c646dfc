"""The pages about time: facts by year, and how a measure spread from its first years on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.serve import charts, display
from kg.serve.explorer import Explorer
from kg.serve.pages import asked_of, explorer, words
from kg.serve.shared import Area, Place, answer, area_of, called, concept, kin, name_of, places

LAYERS = (
    ("Adoption", "Done"), ("Adoption", "Planned"), ("Adoption", "Problem"), ("Outcome", "Actual"), ("Outcome", "Target"), ("Withheld", ""), ("Shortcoming", ""),
    ("Relation", ""),
)  # fmt: skip
DRAWN = 40  # years
SHADES = 4
YEARS = ("year", "kind", "status", "facts")
SPREAD = ("region", "path", "code", "level", "first_year", "state", "iri")
CHOSEN = 120  # measures to choose from


# --- facts by year ---


def timeline(request: Request) -> Response:
    """Facts by year as stacked bars, by kind and status, each part leading to its facts."""
    e, area = explorer(request), area_of(request)
    measure, kind = request.query_params.get("measure", ""), request.query_params.get("kind", "")
    counts = _by_year(e, area, measure, kind)
    years = sorted({year for year, _ in counts if year}, reverse=True)
    layers = [layer for layer in LAYERS if any((year, layer) in counts for year in (*years, 0))]
    lines = [(year or "", *layer, counts[year, layer]) for year in (*years, 0) for layer in layers if (year, layer) in counts]
    undated = sum(count for (year, _), count in counts.items() if not year)
    title, said = words(request)("timeline"), words(request)
    bars = [(str(year), _parts(request, year, layers, counts), f"{sum(counts.get((year, layer), 0) for layer in layers):,}") for year in years[:DRAWN]]
    earlier = sum(count for (year, _), count in counts.items() if year and year in years[DRAWN:])
    measures = [(e.key(one.iri), name_of(request, one)) for one in e.remembered("best known", lambda: e.top("Measure", CHOSEN))]
    chosen = concept(e, e.iri(measure)) if measure else None
    return answer(
        request, "timeline.html", "timeline", YEARS, lines, {"undated": undated}, chart=charts.stacked(title, bars) if bars else charts.NOTHING, years=years,
        layers=layers, counts=counts, layer=lambda layer: layer_name(request, layer), link_of=lambda year, layer: _facts_link(request, year, layer), kind=kind,
        undated=undated, earlier=earlier, drawn=len(bars), measures=measures, measure=measure, chosen=called(request, chosen) if chosen else "",
        kinds=[(name, said.term("kind", name)) for name in dict.fromkeys(name for name, _ in LAYERS)], chosen_place=name_of(request, e.by_key(area.key)),
    )  # fmt: skip


def layer_name(request: Request, layer: tuple[str, str]) -> str:
    """A kind of fact with its status, in words."""
    said, (kind, status) = words(request), layer
    return said.term("kind", kind) + (f" · {said.term('status', status)}" if status else "")


def _by_year(e: Explorer, area: Area, measure: str, kind: str) -> dict[tuple[int, tuple[str, str]], int]:
    where, values = area.condition("place")
    if kind:
        where, values = f"{where} AND kind = ?", [*values, kind]
    if measure:
        own = e.by_key(measure)
        numbers = [own.id] if own else kin(e, "Measure", e.iri(measure))
        marks = ",".join("?" * len(numbers))
        where, values = f"{where} AND (measure IN ({marks}) OR kind = 'Adoption' AND object IN ({marks}))", [*values, *numbers, *numbers]

    def make() -> dict[tuple[int, tuple[str, str]], int]:
        found: dict[tuple[int, tuple[str, str]], int] = {}
        for year, name, status, count in e.rows(f"SELECT year, kind, status, COUNT(*) FROM fact WHERE {where} GROUP BY 1, 2, 3", *values):  # noqa: S608
            layer = (name, status) if (name, status) in LAYERS else (name, "")
            found[year or 0, layer] = found.get((year or 0, layer), 0) + count
        return found

    made: dict[tuple[int, tuple[str, str]], int] = e.remembered(("by year", area.prefix, measure, kind), make)
    return made


def _facts_link(request: Request, year: int, layer: tuple[str, str]) -> str:
    if asked_of(request).measure < 0:  # a group that is in no document: the table of facts knows its measures only
        return ""
    asked = {name: request.query_params.get(name, "") for name in ("place", "measure")}
    return "/facts?" + urlencode({name: value for name, value in {"year": year or "", "kind": layer[0], "status": layer[1], **asked}.items() if value})


def _parts(request: Request, year: int, layers: Sequence[tuple[str, str]], counts: Mapping[tuple[int, tuple[str, str]], int]) -> list[charts.Part]:
    return [
        charts.Part(count, layer[1] or layer[0], f"{year} {layer_name(request, layer)}: {count:,}", _facts_link(request, year, layer))
        for layer in layers
        if (count := counts.get((year, layer), 0))
    ]


# --- how a measure spread ---


def spread(request: Request) -> Response:
    """The first years of a measure as a curve and a map of squares; without a measure a list to choose from."""
    e, key = explorer(request), request.query_params.get("measure", "")
    if not key:
        return _choose(request)
    numbers = kin(e, "Measure", e.iri(key))
    if not numbers:
        raise HTTPException(404)
    own = e.by_key(key)
    states = _states(e, [own.id] if own else numbers)
    shown = [place for place in places(e) if place.documents or place.thing.id in states or place.adoptions]
    dated = sorted(year for year, status in states.values() if status == "Done" and year)
    curve = [(year, sum(one <= year for one in dated)) for year in sorted(set(dated))]
    shades = _shades(dated)
    wanted = request.query_params.get("format", "")
    lines = [(*_named(request, place), states[place.thing.id][0] or "", words(request).term("status", states[place.thing.id][1]), place.thing.iri)
             for place in _first(shown, states) if wanted]  # fmt: skip
    undated = sum(status == "Done" and not year for year, status in states.values())
    title = called(request, concept(e, e.iri(key)))
    more = {"curve": [list(step) for step in curve], "undated": undated}
    values = {
        "title": title, "measure": own, "key_": key, "curve": curve, "undated": undated, "named": _ranges(dated, shades),
        "chart": charts.steps(f"{title}: {words(request)('spreadCurve')}", curve), "provinces": _provinces(request, shown, states, shades),
        "listed": [(place, *states[place.thing.id]) for place in _first(shown, states)],
    }  # fmt: skip
    return answer(request, "spread.html", "spread", SPREAD, lines, more, **values)


def _choose(request: Request) -> Response:
    e = explorer(request)
    sql = """SELECT object, COUNT(DISTINCT CASE WHEN status = 'Done' THEN subject END) AS done, COUNT(DISTINCT CASE WHEN status = 'Planned' THEN subject END)
             AS planned, MIN(CASE WHEN status = 'Done' AND year > 0 THEN year END) AS first FROM fact WHERE kind = 'Adoption'
             AND subject = place GROUP BY object ORDER BY done DESC, planned DESC, object"""
    found = e.remembered("spread", lambda: [tuple(row) for row in e.rows(sql)])
    things = e.things(row[0] for row in found[:CHOSEN])
    listed = [(things[row[0]], *row[1:]) for row in found[:CHOSEN] if row[0] in things]
    lines = [(name_of(request, thing), done, planned, first or "", thing.iri) for thing, done, planned, first in listed]
    columns = ("measure", "done_regions", "planned_regions", "first_year", "iri")
    return answer(request, "spread.html", "measures", columns, lines, {"measures": len(found)}, choose=listed, total=len(found))


def _states(e: Explorer, numbers: Sequence[int]) -> dict[int, tuple[int, str]]:
    """What regions themselves say of a measure: the first year for which it is done (0 unknown), else that it is only planned or lacking."""
    marks = ",".join("?" * len(numbers))
    sql = f"""SELECT subject, status, MIN(NULLIF(year, 0)) AS first FROM fact WHERE kind = 'Adoption' AND object IN ({marks})
              AND subject = place GROUP BY 1, 2"""  # noqa: S608 - question marks
    found: dict[int, tuple[int, str]] = {}
    order = ("Problem", "Planned", "Done")
    rows = [row for row in e.rows(sql, *numbers) if row["status"] in order]
    for row in sorted(rows, key=lambda row: order.index(row["status"])):
        found[row["subject"]] = (row["first"] or 0, row["status"])
    return found


def _shades(dated: Sequence[int]) -> dict[int, str]:
    """A shade for each year, the earliest darkest; as many years in each as can be."""
    years = sorted(set(dated))
    return {year: f"y{n * SHADES // len(years)}" for n, year in enumerate(years)}


def _ranges(dated: Sequence[int], shades: Mapping[int, str]) -> list[tuple[str, str]]:
    found: dict[str, list[int]] = {}
    for year in sorted(set(dated)):
        found.setdefault(shades[year], []).append(year)
    return [(shade, str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}") for shade, years in found.items()]


def _first(shown: Sequence[Place], states: Mapping[int, tuple[int, str]]) -> list[Place]:
    order = {"Done": 0, "Planned": 1, "Problem": 2}
    told = [place for place in shown if place.thing.id in states]
    return sorted(told, key=lambda place: (order[states[place.thing.id][1]], states[place.thing.id][0] or 9999, place.thing.code))


def _named(request: Request, place: Place) -> tuple[str, str, str, str]:
    return name_of(request, place.thing), place.thing.path, place.thing.code, place.level


def _provinces(
    request: Request, shown: Sequence[Place], states: Mapping[int, tuple[int, str]], shades: Mapping[int, str]
) -> list[tuple[str, charts.Svg]]:  # fmt: skip
    """The squares of each province, by code."""
    said, e = words(request), explorer(request)
    measure = urlencode({"measure": request.query_params.get("measure", ""), "kind": "Adoption"})
    terms = {status: said.term("status", status) for status in ("Done", "Planned", "Problem")}
    undated, silent, unknown = said("undated"), said("notMentioned"), said("noFile")

    def tile(place: Place) -> charts.Tile:
        name, rounded, key = display.label(place.thing, said), place.level != "county", quote(e.key(place.thing.iri))
        if place.thing.id not in states:
            told = bool(place.documents)
            kind = "not-mentioned" if told else "no-file"
            return charts.Tile("" if told else "–", f"{name}: {silent if told else unknown}", kind, f"/id/{key}", rounded)
        year, status = states[place.thing.id]
        done = status == "Done"
        text = f"{year % 100:02d}" if year and done else {"Done": "?", "Planned": "○", "Problem": "✕"}[status]
        kind = shades[year] if year and done else "undated" if done else status
        return charts.Tile(text, f"{name}: {terms[status]} {year or undated}", kind, f"/facts?subject={key}&{measure}", rounded)

    found: dict[str, list[charts.Tile]] = {}
    for place in sorted(shown, key=lambda place: place.thing.code):
        found.setdefault(place.thing.path.split("/")[0] or display.label(place.thing, said), []).append(tile(place))
    return [(name, charts.tiles(name, those)) for name, those in found.items()]
