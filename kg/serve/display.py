"""Facts in words: subject, predicate, object or value, what qualifies them, and the quote with the figure marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.serve.explorer import Explorer, Fact, Thing
from kg.serve.words import Words

SIGNS = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< ", "approx": "≈ "}
SIZES = ((100_000_000, "亿"), (10_000, "万"))


def label(thing: Thing | None, words: Words) -> str:
    """The name of a thing in the language of the page."""
    if thing is None:
        return words("unnamed")
    return (thing.label_en if words.english else "") or thing.label or words("unnamed")


def address(thing: Thing, explorer: Explorer) -> str:
    """The address of a thing's page."""
    return f"/id/{explorer.key(thing.iri)}"


def short(text: str, limit: int) -> str:
    """A text cut to a length."""
    return text if len(text) <= limit else f"{text[:limit]}…"


def predicate(fact: Fact, words: Words) -> str:
    """What a fact says of its subject, in words."""
    name = f"{fact.predicate} {fact.status}"
    said = words.term("predicate", name)
    return said if said != name else words.term("predicate", fact.predicate)


def number(text: str, unit: str, words: Words) -> str:
    """A number with separators; large sums of money in 亿 and 万 as Chinese readers write them."""
    if unit == "CNY" and not words.english:
        for size, word in SIZES:
            if abs(float(text)) >= size:
                return f"{round(float(text) / size, 6):g}{word}"
    whole, _, part = text.partition(".")
    return f"{int(whole):,}.{part}" if part else f"{int(whole):,}"


def unit(fact: Fact, words: Words) -> str:
    """The unit of a figure and what it is counted for."""
    plain = {"CNY": " yuan" if words.english else "元", "1": "", "%": "%"}
    text = plain.get(fact.unit, f" {fact.unit}" if words.english else fact.unit)
    return f"{text}/{fact.per}" if fact.per else text


def value(fact: Fact, words: Words) -> str:
    """The value of a figure with its bound and unit; of a withheld one that the source hides it, never a number."""
    if fact.kind == "Withheld":
        return words("withheld")
    if not fact.value:
        return ""
    figure = number(fact.value, fact.unit, words)
    if fact.value_max:
        figure = f"{figure}–{number(fact.value_max, fact.unit, words)}"
    return f"{SIGNS.get(fact.comparator, '')}{figure}{unit(fact, words)}"


def period(fact: Fact, words: Words) -> str:
    """When it holds, in words."""
    text = str(fact.period or "")
    if text == "asof":
        return words("asof")
    if re.fullmatch(r"\d{4}/", text):
        return words("since", year=text[:4])
    return text.replace("/", "–")


def chips(fact: Fact, words: Words) -> list[tuple[str, str]]:
    """The words beside a fact, each with the class that colours it."""
    found: list[tuple[str, str]] = []
    if fact.kind == "Withheld":
        found.append((words("withheld"), "withheld"))
    found += [(words.term("status", fact.status), str(fact.status).lower()), (period(fact, words), "")]
    found += [(words("due", due=fact.due), "")] if fact.due else []
    found += [(words.term("quantity", fact.quantity_kind), "")] if fact.quantity_kind else []
    found += [(words.term(name, getattr(fact, name)), "") for name in ("direction", "extent", "detail") if getattr(fact, name)]
    found += [(fact.issue_kind, "")]
    found += [(words.term("voice", fact.voice), "")] if fact.voice and fact.voice != "own" else []
    found += [(text, "") for text in fact.restricted_to]
    found += [(words("from", value=number(fact.from_value, fact.unit, words)), "")] if fact.from_value else []
    found += [(words("meets", name=name), "actual") for name in fact.meets] + [(words("fails", name=name), "problem") for name in fact.fails]
    found += [(words(name), "") for name, has in (("partOf", fact.part_of), ("changeOf", fact.change_of), ("restates", fact.restates)) if has]
    found += [(words("addressed"), "")] if fact.addressed_by else []
    found += [(words("schoolLevel"), "")] if fact.subject and fact.subject.type == "Institution" else []
    return [*((text, kind) for text, kind in found if text), *marks(fact, words)]


def marks(fact: Fact, words: Words) -> list[tuple[str, str]]:
    """Warnings beside a fact: its agent is inferred, its figure looks wrong."""
    inferred = [(f"? {words('inferred')}", "infer")] if fact.basis == "inferred" else []
    return inferred + [(f"! {words('flagged')}:{words.term('flag', flag)}", "flag") for flag in fact.flags]


def quoted(fact: Fact, quote: Mapping[str, Any]) -> tuple[str, str, str]:
    """A quote in three parts: before the figure, the figure as written, and behind it."""
    exact, written = str(quote["exact"]), str(fact.value_text or "")
    before, found, after = exact.partition(written) if written else (exact, "", "")
    return before, found, after


def date(document: Mapping[str, Any], words: Words) -> str:
    """The date of a document and on what it rests."""
    said = document["issued"] or "–".join(filter(None, (document["earliest"], document["latest"])))
    basis = {"inferred": words("inferredDate"), "manifest": words("manifest")}.get(document["date_basis"], "")
    return f"{said}{basis}" if said else words("undated")
