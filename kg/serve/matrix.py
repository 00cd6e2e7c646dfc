"""The page that sets regions against measures: who says what of which measure, and who says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from kg.serve.explorer import Explorer, Thing
from kg.serve.pages import explorer, number, page_of, pages_of, words
from kg.serve.shared import Area, Place, answer, area_of, called, groups, kin, name_of, places

ROWS, COLUMNS = 40, 30
SIGNS = {"Done": "●", "Planned": "○", "Problem": "✕"}
FIELDS = ("region", "path", "code", "measure", "state", "level", "documents", "newest", "facts", "inferred", "region_iri", "measure_iri")

CELLS = """SELECT fact.place AS place, fact.object AS measure, fact.status AS status, COALESCE(agent.type, '') = 'Institution' AS own, COUNT(*) AS facts,
 COUNT(DISTINCT fact.document) AS documents, MAX(document.date) AS newest, MIN(fact.basis = 'inferred') AS inferred
 FROM fact JOIN document ON document.id = fact.document LEFT JOIN thing AS agent ON agent.id = fact.subject
 WHERE fact.kind = 'Adoption' AND fact.place IN ({places}) AND fact.object IN ({measures}) GROUP BY 1, 2, 3, 4 ORDER BY newest DESC, own, status"""
HIDDEN = """SELECT place, measure, COUNT(*) FROM fact WHERE kind = 'Withheld' AND place IN ({places}) AND measure IN ({measures}) GROUP BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A status in a cell as it is shown, and where its quotes are."""

    kind: str
    sign: str
    text: str
    year: str
    title: str
    href: str
    guess: bool = False


@dataclass(slots=True)
class Cell:
    """What is known of a region and a measure: statuses, newest document first, those of its schools behind its own."""

    region: Place
    measure: Thing
    said: list[Mapping[str, Any]] = field(default_factory=list)
    hidden: int = 0  # withheld figures about the measure
    marks: list[Mark] = field(default_factory=list)

    @property
    def empty(self) -> str:
        """Why nothing is said: its documents do not mention it, or there is no document."""
        return "" if self.said or self.hidden else "notMentioned" if self.region.documents else "noFile"


def matrix(request: Request) -> Response:
    """Regions in rows, measures in columns, with all that documents say of each pair."""
    e, area = explorer(request), area_of(request)
    group = request.query_params.get("group", "")
    all_rows = [place for place in places(e) if area.holds(place.thing.code)]
    columns = _columns(e, area, group)
    widths = pages_of(len(columns), COLUMNS)
    page, across = page_of(request), number(request, "across", 1, 1, widths)
    pages = pages_of(len(all_rows), ROWS)
    rows = all_rows[(page - 1) * ROWS : page * ROWS]
    measures = list(_in_order(e, columns[(across - 1) * COLUMNS : across * COLUMNS]))
    table = _cells(e, rows, measures)
    more = {"regions": len(all_rows), "measures": len(columns), "page": page, "pages": pages}
    if request.query_params.get("format"):
        lines = [line for row in table for cell in row for line in _lines(request, cell)]
    else:
        lines, table = [], _marked(request, table)
    options = [(e.key(one.iri), called(request, one)) for one in groups(e, "Measure")]
    return answer(
        request, "matrix.html", "matrix", FIELDS, lines, more, table=table, measures=measures, regions=len(all_rows), total=len(columns), page=page,
        pages=pages, across=across, widths=widths, group=group, options=options, signs=SIGNS,
        unplaced=e.remembered("unplaced", lambda: e.one("SELECT COUNT(*) FROM fact WHERE kind = 'Adoption' AND place IS NULL")),
    )  # fmt: skip


def _columns(e: Explorer, area: Area, group: str) -> list[int]:
    where, values = area.condition("place")
    sql = f"SELECT object, COUNT(*) AS n FROM fact WHERE kind = 'Adoption' AND place IS NOT NULL AND {where} GROUP BY object ORDER BY n DESC, object"  # noqa: S608
    counts: Counter[int] = e.remembered(("columns", area.prefix), lambda: Counter({row[0]: row[1] for row in e.rows(sql, *values) if row[0]}))
    wanted = set(kin(e, "Measure", e.iri(group))) if group else None
    return [measure for measure, _ in counts.most_common() if wanted is None or measure in wanted]


def _in_order(e: Explorer, numbers: Sequence[int]) -> list[Thing]:
    things = e.things(numbers)
    return [things[number] for number in numbers if number in things]


def _cells(e: Explorer, rows: Sequence[Place], measures: Sequence[Thing]) -> list[list[Cell]]:
    table = {(place.thing.id, measure.id): Cell(place, measure) for place in rows for measure in measures}
    marks = {"places": ",".join("?" * len(rows)), "measures": ",".join("?" * len(measures))}
    values = [*(place.thing.id for place in rows), *(measure.id for measure in measures)]
    for found in e.rows(CELLS.format(**marks), *values):
        table[found["place"], found["measure"]].said.append(dict(found))
    for place, measure, count in e.rows(HIDDEN.format(**marks), *values):
        table[place, measure].hidden = count
    return [[table[place.thing.id, measure.id] for measure in measures] for place in rows]


def _marked(request: Request, table: list[list[Cell]]) -> list[list[Cell]]:
    """The same cells with their marks."""
    e, said = explorer(request), words(request)
    terms = {status: said.term("status", status) for status in SIGNS}
    own, hidden, undated, title = said("schoolLevel"), said("withheld"), said("undated"), said("cellTitle")
    measures = [f"measure={quote(e.key(cell.measure.iri))}" for cell in table[0]] if table else []
    for row in table:
        region = quote(e.key(row[0].region.thing.iri)) if row else ""
        for cell, measure in zip(row, measures, strict=True):
            for one in cell.said:
                status, newest = one["status"], one["newest"] or undated
                href = f"/facts?{'place' if one['own'] else 'subject'}={region}&{measure}&kind=Adoption&status={status}"
                text = f"{own} {terms.get(status, status)}" if one["own"] else terms.get(status, status)
                about = title.replace("{documents}", str(one["documents"])).replace("{date}", newest)
                kind = f"{status.lower()} own" if one["own"] else status.lower()
                cell.marks.append(Mark(kind, SIGNS.get(status, "·"), text, one["newest"][:4] if one["newest"] else undated, about, href, bool(one["inferred"])))
            if cell.hidden:
                cell.marks.append(Mark("withheld", "", hidden, "", "", f"/facts?subject={region}&{measure}&kind=Withheld"))
    return table


def _lines(request: Request, cell: Cell) -> list[tuple[Any, ...]]:
    said, thing = words(request), cell.region.thing
    first = (name_of(request, thing), thing.path, thing.code, name_of(request, cell.measure))
    last = (thing.iri, cell.measure.iri)
    if cell.empty:
        return [(*first, said(cell.empty), "", cell.region.documents, "", 0, "", *last)]
    lines = [
        (*first, said.term("status", one["status"]), said("schoolLevel") if one["own"] else "", one["documents"], one["newest"], one["facts"],
         said("inferred") if one["inferred"] else "", *last)
        for one in cell.said
    ]  # fmt: skip
    return lines + ([(*first, said("withheld"), "", "", "", cell.hidden, "", *last)] if cell.hidden else [])
