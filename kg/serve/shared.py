"""What the pages of analysis share: the places and groups they are narrowed to, and their answers as page, JSON or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg.iri import EDU, PREFIXES
from kg.serve import display
from kg.serve.explorer import BELOW, LAST, Explorer, Thing, beginning
from kg.serve.pages import explorer, safe_cell, show, statements, words

DEEPEST = 8  # steps up a vocabulary


@dataclass(frozen=True, slots=True)
class Area:
    """A place that a page is narrowed to: itself and all below it, told by their codes."""

    key: str = ""
    code: str = ""

    @property
    def prefix(self) -> str:
        """How the codes of all its places begin."""
        return beginning(self.code)

    def holds(self, code: str) -> bool:
        """Whether a place of this code is in it."""
        return not self.code or code.startswith(self.prefix)

    def condition(self, column: str) -> tuple[str, list[Any]]:
        """The same in SQL, for a column that holds the number of a place."""
        if not self.code:
            return "1", []
        return f"{column} IN ({BELOW})", [self.prefix, self.prefix + LAST]


@dataclass(frozen=True, slots=True)
class Place:
    """A region with how much is known of it."""

    thing: Thing
    adoptions: int
    documents: int

    @property
    def level(self) -> str:
        """province, prefecture, county or zone."""
        code = self.thing.code
        return "zone" if "/" in code else "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def area_of(request: Request) -> Area:
    """The place that the address asks for."""
    key = request.query_params.get("place", "")
    return Area(key, key.removeprefix("region/")) if key.startswith("region/") else Area()


def places(e: Explorer) -> list[Place]:
    """All regions of the graph, most adoptions first."""
    sql = """SELECT id, (SELECT COUNT(*) FROM fact WHERE place = thing.id AND kind = 'Adoption') AS told,
             (SELECT COUNT(*) FROM document WHERE region = thing.id) AS documents FROM thing WHERE type = 'Region' ORDER BY told DESC, code, iri"""

    def make() -> list[Place]:
        rows = e.rows(sql)
        things: dict[int, Thing] = {}
        for at in range(0, len(rows), 500):
            things |= e.things(row["id"] for row in rows[at : at + 500])
        return [Place(things[row["id"]], row["told"], row["documents"]) for row in rows]

    found: list[Place] = e.remembered("places", make)
    return found


def choices(e: Explorer) -> list[tuple[str, str, int]]:
    """The provinces, and below them the prefectures and what is under no prefecture, to choose from: key, name and depth."""

    def make() -> list[tuple[str, str, int]]:
        named: dict[str, tuple[str, int]] = {}
        for place in places(e):
            code, path = place.thing.code, place.thing.path.split("/")
            if len(code) != 6:
                continue
            named.setdefault(f"{code[:2]}0000", (path[0], 0))
            if len(path) > 1:
                middle = len(path) > 2 or code.endswith("00")
                named.setdefault(f"{code[:4]}00" if middle else code, (path[1], 1))
        return [(f"region/{code}", name, depth) for code, (name, depth) in sorted(named.items())]

    found: list[tuple[str, str, int]] = e.remembered("choices", make)
    return found


# --- vocabularies: a broader concept may be in no document, so it is no thing of the index ---


@dataclass(frozen=True, slots=True)
class Concept:
    """A measure or indicator as the vocabulary has it."""

    iri: str
    label: str = ""
    label_en: str = ""
    broader: str = ""
    better: str = ""  # more or less, where that can be said


def concept(e: Explorer, iri: str) -> Concept:
    """What the graph says of a concept."""

    def make() -> Concept:
        said: dict[str, str] = {}
        for quad in statements(e, iri):
            name, value = quad.predicate.value, quad.object
            if hasattr(value, "value"):
                tag = getattr(value, "language", None) or ""
                said.setdefault(name + (f"@{tag[:2]}" if tag else ""), value.value)
        label = PREFIXES["skos"] + "prefLabel"
        return Concept(iri, said.get(f"{label}@zh", ""), said.get(f"{label}@en", ""), said.get(PREFIXES["skos"] + "broader", ""), said.get(EDU + "better", ""))

    found: Concept = e.remembered(("concept", iri), make)
    return found


def line(e: Explorer, iri: str) -> list[str]:
    """A concept and those above it, nearest first."""
    found: list[str] = []
    while iri and iri not in found and len(found) < DEEPEST:
        found.append(iri)
        iri = concept(e, iri).broader
    return found


def kin(e: Explorer, kind: str, iri: str) -> list[int]:
    """The things of a type that are a concept or below it."""

    def make() -> dict[str, list[int]]:
        below: dict[str, list[int]] = {}
        for row in e.rows("SELECT id, iri, broader FROM thing WHERE type = ? ORDER BY id", kind):
            for one in dict.fromkeys((row["iri"], *(line(e, row["broader"]) if row["broader"] else ()))):
                below.setdefault(one, []).append(row["id"])
        return below

    found: dict[str, list[int]] = e.remembered(f"kin {kind}", make)
    return found.get(iri, [])


def groups(e: Explorer, kind: str) -> list[Concept]:
    """The concepts that others of a type are below, by name."""

    def make() -> list[Concept]:
        tops = {one for row in e.rows("SELECT DISTINCT broader FROM thing WHERE type = ? AND broader <> ''", kind) for one in line(e, row[0])}
        return sorted((concept(e, one) for one in tops), key=lambda found: found.label)

    found: list[Concept] = e.remembered(f"groups {kind}", make)
    return found


def called(request: Request, found: Concept) -> str:
    """The name of a concept in the language of the page."""
    return (found.label_en if words(request).english else "") or found.label or explorer(request).key(found.iri)


# --- answers ---


def answer(
    request: Request, template: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], more: Mapping[str, Any], **values: Any
) -> Response:
    """The page; with ?format=csv or json the rows that it shows as data; `more` goes to the JSON beside them."""
    wanted = request.query_params.get("format", "")
    if wanted == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows([safe_cell("" if cell is None else str(cell)) for cell in row] for row in rows)
        headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
        return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
    if wanted == "json":
        return JSONResponse({**more, "rows": [dict(zip(columns, row, strict=True)) for row in rows]})
    return show(request, template, choices=choices(explorer(request)), place=request.query_params.get("place", ""), **values)


def name_of(request: Request, thing: Thing | None) -> str:
    """The name of a thing in the language of the page."""
    return display.label(thing, words(request)) if thing else ""
