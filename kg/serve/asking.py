"""The page for questions in SPARQL: an editor, questions to begin with, and the answer as table, bars or picture."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg import queries
from kg.errors import InputError
from kg.iri import EDU
from kg.limited import Busy, Stopped
from kg.serve import display
from kg.serve.explorer import Explorer
from kg.serve.pages import body, explorer, safe_cell, show, words
from kg.serve.sparql import ask, pool
from kg.serve.words import Words
from kg.worker import ROWS

LARGEST = 100_000  # bytes of a form
SHOWN = 500  # rows on the page; the CSV has all
BARS = 40
DRAWN = 60  # things in a picture
FIRST = "measures"  # the question whose query an empty editor shows
FIELD = "p."  # before the name of a parameter, so that it is no field of the form itself

_NUMBERS = frozenset({"integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger"})


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked: a query, and where it is one that ships, which, with its values; `wrong` says why it cannot be asked."""

    query: str
    question: queries.Question | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""

    @classmethod
    def of(cls, name: str, fields: Mapping[str, str]) -> Form:
        """The form of a question that ships, filled with the fields that are its parameters, else with its defaults."""
        question = queries.shipped().get(name)
        if question is None:
            raise HTTPException(404, f"no query that ships is called {name}"[:200])
        values = {one.name: fields.get(FIELD + one.name, one.default) for one in question.parameters}
        if question.builds:
            return cls(question.sparql, question, values)
        try:
            return cls(question.filled(values), question, values)
        except InputError as error:
            return cls("", question, values, error.message)


def page(request: Request) -> Response:
    """The editor, empty or with the query that the address holds."""
    given = request.query_params
    if name := given.get("name", ""):
        return _shown(request, Form.of(name, given), None)
    return _shown(request, Form(given.get("query", "")[:LARGEST]), None)


async def run(request: Request) -> Response:
    """The answer to the query of a form: as page, as JSON for the script, or as CSV."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise HTTPException(403, "queries are asked from this page")
    sent = await body(request, LARGEST)
    try:
        fields = {name: values[0] for name, values in parse_qs(sent.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20).items()}
    except ValueError as error:
        raise HTTPException(400, "too many fields") from error
    form = Form.of(fields["name"], fields) if "name" in fields else Form(fields.get("query", ""))
    found = {"error": form.wrong, "place": words(request)("queryWrong")} if form.wrong else await _found(request, form.query)
    return await run_in_threadpool(_answered, request, form, fields.get("format", ""), found)


def _answered(request: Request, form: Form, wanted: str, found: dict[str, Any]) -> Response:
    if "error" not in found:
        found = _told(explorer(request), found, words(request))
    status = 200 if "error" not in found else found.pop("status", 400)
    if wanted == "csv" and "rows" in found:
        return _csv(found)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({**found, "query": form.query}, status_code=status)
    return _shown(request, form, found, status)


async def _found(request: Request, query: str) -> dict[str, Any]:
    said = words(request)
    if not query.strip():
        return {"error": said("queryEmpty")}
    try:
        answer = await ask(request, {"do": "page", "query": query, "rows": ROWS})
    except Busy:
        return {"error": said("queryBusy"), "status": 503}
    except Stopped as error:
        return {"error": said("queryStopped", seconds=pool(request).limits.seconds), "detail": error.message}
    pool(request).delivered(answer)
    found = {name: value for name, value in answer.said.items() if name not in ("memory", "reason")}
    if "error" in found:
        place = said("queryPlace", line=found["line"], column=found["column"]) if "line" in found else ""
        return {**found, "place": place}
    return found


def _told(e: Explorer, found: dict[str, Any], said: Words) -> dict[str, Any]:
    """An answer with names and addresses for things of ours, bars and a picture where it has the columns for them."""
    if "turtle" in found:
        return found
    ours = _ours(e, found["rows"], said)
    for row in found["rows"]:
        for cell in row:
            if cell and cell["type"] == "NamedNode" and cell["value"].startswith(e.iri("")):
                key = e.key(cell["value"])
                cell |= {"href": f"/id/{key}", "text": ours.get(cell["value"], key)}
            elif cell and cell["type"] == "NamedNode" and cell["value"].startswith(EDU):
                name = cell["value"].removeprefix(EDU)
                cell |= {"href": f"/ontology#{name}", "text": f"edu:{name}"}
    count = len(found["rows"])
    note = said("queryRows", count=f"{count:,}") if not found["more"] else said("queryFirst", count=f"{count:,}")
    drawn = _picture(e, found["rows"], ours)
    return {**found, "shown": SHOWN, "note": note, "bars": _bars(found["rows"]), "picture": drawn}


def _ours(e: Explorer, rows: Sequence[Sequence[Any]], said: Words) -> dict[str, str]:
    iris = sorted({cell["value"] for row in rows for cell in row if cell and cell["type"] == "NamedNode"})
    found = {}
    for start in range(0, len(iris), 500):
        some = iris[start : start + 500]
        for row in e.rows(f"SELECT iri, label, label_en FROM thing WHERE iri IN ({','.join('?' * len(some))})", *some):  # noqa: S608 - question marks
            found[row["iri"]] = (row["label_en"] if said.english else "") or row["label"] or said("unnamed")
    return found


def _bars(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """The bars of an answer of one column of words and one of numbers: label, number, and share of the longest."""
    if not rows or len(rows[0]) != 2 or not all(all(row) for row in rows):
        return []
    numeric = [all(row[n].get("datatype") in _NUMBERS for row in rows) for n in (0, 1)]
    if numeric.count(True) != 1:
        return []
    n = numeric.index(True)
    values = [_finite(row[n]["value"]) for row in rows[:BARS]]
    if None in values:
        return []
    sizes = [abs(value or 0) for value in values]
    most = max(sizes, default=0) or 1
    return [{"label": _text(row[1 - n]), "value": row[n]["value"], "share": round(size / most, 4)} for row, size in zip(rows[:BARS], sizes, strict=True)]


def _finite(text: str) -> float | None:
    """The number that a text is; None where it is none or has no size."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _text(cell: dict[str, str]) -> str:
    return cell.get("text") or cell["value"]


def _picture(e: Explorer, rows: Sequence[Sequence[Any]], ours: dict[str, str]) -> str:
    """The address of a picture of an answer with two columns of things."""
    if not rows:
        return ""
    columns = [n for n in range(len(rows[0])) if all(row[n] is None or row[n]["value"] in ours for row in rows)]
    if len(columns) < 2:
        return ""
    keys = dict.fromkeys(e.key(row[n]["value"]) for row in rows for n in columns if row[n])
    return f"/graph?{urlencode({'add': ' '.join([*keys][:DRAWN])})}"


def _csv(found: dict[str, Any]) -> Response:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([found["names"], *([safe_cell(cell["value"]) if cell else "" for cell in row] for row in found["rows"])])
    headers = {"Content-Disposition": "attachment; filename=answer.csv"}
    return Response("\ufeff" + stream.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _shown(request: Request, form: Form, found: dict[str, Any] | None, status: int = 200) -> Response:
    return show(
        request, "sparql.html", status=status, query=form.query or queries.question(FIRST).sparql, question=form.question, values=form.values,
        wrong=form.wrong, found=found, questions=[*queries.shipped().values()], shown=SHOWN, short=display.short, field=FIELD,
    )  # fmt: skip


ROUTES = (
    ("/query", page, ["GET"]),
    ("/query", run, ["POST"]),
)
