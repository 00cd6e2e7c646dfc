"""What pages ask of a built graph: things, facts, documents, neighbours and paths, read from the index beside the store."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from kg import index, output
from kg.errors import StoreError
from kg.iri import BASE, path
from kg.store import Store

FACT = """SELECT fact.*, fact_text.iri, fact_text.more, document.title AS title, document.date AS date, document.iri AS source
 FROM fact JOIN fact_text ON fact_text.fact = fact.id JOIN document ON document.id = fact.document"""
NUMBERS = "SELECT fact.id FROM fact JOIN document ON document.id = fact.document"
ORDERS = {
    "": "document.date DESC, fact.document, fact.ordinal",
    "subject": "(SELECT label FROM thing WHERE id = fact.subject)",
    "object": "(SELECT label FROM thing WHERE id = fact.object)",
    "value": "fact.number",
    "period": "fact.year",
    "status": "fact.status",
    "date": "document.date",
    "document": "document.title",
}
FACETS = ("kind", "status", "place", "measure", "document", "year")
PORTION = 500  # facts read at once where all are asked for
REMEMBERED = 2_000  # answers of a kind that are kept; of what addresses ask for, the one asked for longest ago goes first
MOST_HITS = 20
WIDEST = 400  # neighbours of one node that a search for paths goes through
FURTHEST, MOST_PATHS = 4, 5
MOST_STEPS = 2_000  # things whose neighbours a search for paths looks at


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the graph."""

    id: int
    iri: str
    type: str
    label: str
    label_en: str = ""
    path: str = ""
    code: str = ""
    detail: str = ""
    broader: str = ""
    definition: str = ""
    facts: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with the things it speaks of."""

    row: Mapping[str, Any]  # a row of the table of facts, with title, date and source of its document
    subject: Thing | None
    object: Thing | None
    measure: Thing | None
    place: Thing | None
    concerns: tuple[Thing, ...] = ()
    quotes: tuple[Mapping[str, Any], ...] = ()

    @property
    def quote(self) -> str:
        """The sentence that it is told by, "" where there is none."""
        return str(self.quotes[0]["exact"]) if self.quotes else ""

    def __getattr__(self, name: str) -> Any:
        """A column of its row, or what only some facts have."""
        row: Mapping[str, Any] = object.__getattribute__(self, "row")
        return row[name] if name in row else row["more"].get(name, "")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facts a page asks for; empty means any."""

    kind: str = ""
    status: str = ""
    place: str = ""  # the code of a region: it and all below it
    thing: int = 0  # subject, object, measure or concerned
    subject: int = 0
    object: int = 0
    measure: int = 0
    document: int = 0
    year: int = 0
    words: str = ""  # in its quote
    sort: str = ""
    down: bool = False

    def where(self, but: str = "") -> tuple[str, list[Any]]:
        """The condition in SQL with its values, leaving one of FACETS out."""
        said: list[tuple[str, str, list[Any]]] = [
            ("kind", "fact.kind = ?", [self.kind]),
            ("status", "fact.status = ?", [self.status]),
            ("place", f"fact.place IN ({BELOW})", [begin := beginning(self.place), begin + LAST]),
            ("thing", THING, [self.thing] * 4),
            ("subject", "fact.subject = ?", [self.subject]),
            ("object", "fact.object = ?", [self.object]),
            ("measure", "(fact.measure = ? OR (fact.kind = 'Adoption' AND fact.object = ?))", [self.measure] * 2),
            ("document", "fact.document = ?", [self.document]),
            ("year", "fact.year = ?", [self.year]),
            ("words", "fact.id IN (SELECT rowid FROM fact_pairs WHERE fact_pairs MATCH ?)", [index.match(self.words)]),
        ]
        used = [(sql, values) for name, sql, values in said if name != but and values[0]]
        return " AND ".join(sql for sql, _ in used) or "1", [value for _, values in used for value in values]


T = TypeVar("T")
BELOW = "SELECT id FROM thing WHERE type = 'Region' AND code >= ? AND code < ?"
LAST = "\U0010ffff"  # sorts behind all that codes hold
THING = "(fact.subject = ? OR fact.object = ? OR fact.measure = ? OR fact.id IN (SELECT fact FROM concern WHERE thing = ?))"


def published(out: Path) -> int:
    """When the last good build under a folder was put there, in nanoseconds; 0 where there is none."""
    file = out / "store" / "current.json"
    return file.stat().st_mtime_ns if file.exists() else 0


def beginning(code: str) -> str:
    """How the codes of a region and of all below it begin: a province's are told by two digits, a prefecture's by four."""
    return re.sub(r"(?:00){1,2}$", "", code) if len(code) == 6 else code


class Explorer:
    """The last good build under a folder, as it was taken up: who asks of it hears of no newer one halfway."""

    def __init__(self, out: Path) -> None:
        self.out, self.stamp = out, published(out)
        self.build = output.current(out)
        if self.build.stamp.get("index") != index.FORM:
            raise StoreError("was built by another version, whose index cannot be read", path=out, remedy="build the graph anew")
        self.store, self.base = Store.open(self.build.graph), self.build.stamp.get("base", BASE)
        self.local = threading.local()
        self.lock = threading.Lock()
        self.cached: dict[Any, dict[Any, Any]] = {}
        self.kept: dict[str, Any] = {}  # what is made ahead of questions and stays as long as the build; None what could not be made

    # --- which build ---

    @property
    def outdated(self) -> bool:
        """Whether there is a newer build."""
        return published(self.out) != self.stamp

    @property
    def rebuilding(self) -> bool:
        """Whether a newer build is being made just now."""
        return output.at_work(self.out)

    @property
    def db(self) -> sqlite3.Connection:
        """A connection of this thread to the index of the build."""
        if not hasattr(self.local, "db"):
            self.local.db = index.connect(self.build.index, read_only=True)
            self.local.db.row_factory = sqlite3.Row
        db: sqlite3.Connection = self.local.db
        return db

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """The rows of a query."""
        return self.db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        """The first value of the first row, None where there is none."""
        found = self.db.execute(sql, values).fetchone()
        return found[0] if found else None

    def remembered(self, key: str | tuple[Any, ...], make: Callable[[], T], most: int = REMEMBERED) -> T:
        """What does not change as long as the build does not, made once: of all of it by a name, or of a part by a name and what tells the part.

        Of the parts by one name so many are kept.
        """
        shelf = self.cached.setdefault(key if isinstance(key, str) else key[:1], {})
        with self.lock:
            if key in shelf:
                shelf[key] = known = shelf.pop(key)  # behind all others
                return cast(T, known)
        made = make()
        with self.lock:
            while len(shelf) >= most:
                del shelf[next(iter(shelf))]
            shelf[key] = made
        return made

    # --- things ---

    def key(self, iri: str) -> str:
        """The part of an IRI below the base, by which addresses of pages name a thing."""
        root = self.base if self.base.endswith(("/", "#")) else f"{self.base}/"
        return iri.removeprefix(root)

    def iri(self, key: str) -> str:
        """The IRI that such a part stands for."""
        root = self.base if self.base.endswith(("/", "#")) else f"{self.base}/"
        return root + key

    def named(self, decoded: str) -> str:
        """The key that the path of an address stands for, which comes without its percent signs."""
        return path(decoded)

    def thing(self, number: int | None) -> Thing | None:
        """A thing by its number."""
        return self.things([number]).get(number or 0)

    def by_key(self, key: str) -> Thing | None:
        """A thing by its key."""
        found = self.rows("SELECT * FROM thing WHERE iri = ?", self.iri(key))
        return _thing(found[0]) if found else None

    def things(self, numbers: Iterable[int | None]) -> dict[int, Thing]:
        """Things by their numbers."""
        wanted = sorted({number for number in numbers if number})
        marks = ",".join("?" * len(wanted))
        return {row["id"]: _thing(row) for row in self.rows(f"SELECT * FROM thing WHERE id IN ({marks})", *wanted)}  # noqa: S608 - question marks

    def aliases(self, thing: Thing) -> list[str]:
        """Other names of a thing."""
        return [row[0] for row in self.rows("SELECT DISTINCT label FROM alias WHERE thing = ? ORDER BY label", thing.id)]

    def top(self, kind: str, limit: int) -> list[Thing]:
        """The things of a type that most facts name."""
        return [_thing(row) for row in self.rows("SELECT * FROM thing WHERE type = ? ORDER BY facts DESC, label LIMIT ?", kind, limit)]

    def search(self, query: str, kind: str = "", page: int = 1, limit: int = MOST_HITS) -> dict[str, Any]:
        """Things by their names and facts by their quotes, best known first, with how many there are of each."""
        words = index.match(query)
        if not words:
            return {"things": [], "facts": [], "count": {"things": 0, "facts": 0}}
        of = "AND thing.type = ?" if kind else ""
        values = [words, *([kind] if kind else [])]
        found = f"FROM thing_pairs JOIN thing ON thing.id = thing_pairs.rowid WHERE thing_pairs MATCH ? {of}"
        order = "ORDER BY length(label) = ? DESC, facts DESC, length(label), label LIMIT ? OFFSET ?"
        things = self.rows(f"SELECT thing.* {found} {order}", *values, len(query.strip()), limit, (page - 1) * limit)  # noqa: S608 - ours
        asked = Asked(words=query)
        facts = [] if kind else self.facts(asked, page, limit)
        count = {"things": self.one(f"SELECT COUNT(*) {found}", *values), "facts": 0 if kind else self.count(asked)}  # noqa: S608 - ours
        return {"things": [_thing(row) for row in things], "facts": facts, "count": count}

    # --- facts ---

    def count(self, asked: Asked) -> int:
        """How many facts are asked for."""
        where, values = asked.where()
        sql = f"SELECT COUNT(*) FROM fact WHERE {where}"  # noqa: S608 - ours
        return int(self.remembered(("count", where, *values) if values else "count", lambda: self.one(sql, *values)))

    def facts(self, asked: Asked, page: int = 1, size: int = 50) -> list[Fact]:
        """One page of the facts asked for, newest document first unless they are sorted."""
        where, values = asked.where()
        skipped = (page - 1) * size
        if not asked.sort:  # only the facts of the documents that the page shows are put in order
            documents, skipped = self._shown(where, values, skipped, size)
            where += f" AND fact.document IN ({','.join('?' * len(documents))})"
            values += documents
        sql = f"{NUMBERS} WHERE {where} ORDER BY {_ordered(asked)} LIMIT ? OFFSET ?"
        return self.facts_by_id([row[0] for row in self.rows(sql, *values, size, skipped)])

    def _shown(self, where: str, values: Sequence[Any], skipped: int, size: int) -> tuple[list[int], int]:
        """The documents, newest first, that so many facts are of behind those skipped, and how many of theirs are skipped."""
        told = "SELECT id AS document, facts AS n FROM document WHERE facts > 0"
        if values:
            told = f"SELECT document, COUNT(*) AS n FROM fact WHERE {where} GROUP BY document"  # noqa: S608 - ours
        sql = f"SELECT document, n FROM ({told}) JOIN document AS source ON source.id = document ORDER BY source.date DESC, document"  # noqa: S608 - ours
        found: list[int] = []
        wanted = size
        for document, n in self.db.execute(sql, values):
            if not found and skipped >= n:
                skipped -= n
                continue
            wanted -= n if found else n - skipped
            found.append(document)
            if wanted <= 0:
                break
        return found, skipped

    def every(self, asked: Asked) -> Iterator[Fact]:
        """All facts asked for, in the order of `facts`; their numbers are found once, the facts portion by portion."""
        where, values = asked.where()
        numbers = [row[0] for row in self.rows(f"{NUMBERS} WHERE {where} ORDER BY {_ordered(asked)}", *values)]
        for start in range(0, len(numbers), PORTION):
            yield from self.facts_by_id(numbers[start : start + PORTION])

    def fact(self, iri: str) -> Fact | None:
        """A fact by its IRI."""
        return next(iter(self._facts(self.rows(f"{FACT} WHERE fact_text.iri = ?", iri))), None)

    def facts_by_id(self, numbers: Sequence[int]) -> list[Fact]:
        """Facts by their numbers, in that order."""
        marks = ",".join("?" * len(numbers))
        found = {fact.row["id"]: fact for fact in self._facts(self.rows(f"{FACT} WHERE fact.id IN ({marks})", *numbers))}
        return [found[number] for number in numbers if number in found]

    def by_number(self, numbers: Iterable[int]) -> dict[int, Fact]:
        """Any number of facts by their numbers."""
        wanted = [*dict.fromkeys(numbers)]
        return {fact.row["id"]: fact for start in range(0, len(wanted), PORTION) for fact in self.facts_by_id(wanted[start : start + PORTION])}

    def _facts(self, rows: Sequence[sqlite3.Row]) -> list[Fact]:
        marks, ids = ",".join("?" * len(rows)), [row["id"] for row in rows]
        concerned: dict[int, list[int]] = {}
        for fact, thing in self.rows(f"SELECT fact, thing FROM concern WHERE fact IN ({marks}) ORDER BY thing", *ids):  # noqa: S608 - question marks
            concerned.setdefault(fact, []).append(thing)
        quotes: dict[int, list[Mapping[str, Any]]] = {}
        for quote in self.rows(f"SELECT * FROM quote WHERE fact IN ({marks}) ORDER BY fact, n", *ids):  # noqa: S608 - question marks
            quotes.setdefault(quote["fact"], []).append(dict(quote))
        named = [row[name] for row in rows for name in ("subject", "object", "measure", "place")]
        things = self.things([*named, *(thing for found in concerned.values() for thing in found)])
        out = []
        for row in rows:
            said = {**dict(row), "more": json.loads(row["more"] or "{}")}
            subject, object_, measure, place = (things.get(said.pop(name) or 0) for name in ("subject", "object", "measure", "place"))
            out.append(
                Fact(
                    said,
                    subject,
                    object_,
                    measure,
                    place,
                    tuple(things[t] for t in concerned.get(row["id"], ()) if t in things),
                    tuple(quotes.get(row["id"], ())),
                )
            )
        return out

    def facets(self, asked: Asked, name: str, limit: int = 200) -> list[tuple[Any, int]]:
        """The values of one of FACETS among the facts asked for by all other conditions, most facts first."""
        where, values = asked.where(but=name)
        column = "COALESCE(fact.measure, CASE WHEN fact.kind = 'Adoption' THEN fact.object END)" if name == "measure" else f"fact.{name}"
        sql = f"SELECT {column} AS k, COUNT(*) AS n FROM fact WHERE {where} AND k IS NOT NULL GROUP BY k ORDER BY n DESC, k LIMIT {limit}"  # noqa: S608 - ours
        key = ("facets", name, where, *values) if values else f"facets {name}"
        return list(self.remembered(key, lambda: [(row[0], row[1]) for row in self.rows(sql, *values)]))

    # --- documents ---

    def documents(self, region: int = 0, page: int = 1, size: int = 50) -> list[dict[str, Any]]:
        """Documents, newest first, all or those of a region."""
        where, values = ("WHERE region = ?", [region]) if region else ("", [])
        sql = f"SELECT * FROM document {where} ORDER BY date DESC, iri LIMIT ? OFFSET ?"  # noqa: S608 - ours
        return [self.described(dict(row)) for row in self.rows(sql, *values, size, (page - 1) * size)]

    def document(self, iri: str) -> dict[str, Any] | None:
        """A document by its IRI."""
        found = self.rows("SELECT * FROM document WHERE iri = ?", iri)
        return self.described(dict(found[0])) if found else None

    def described(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row of the table of documents with its lists and its region."""
        lists = {name: json.loads(row[name] or "[]") for name in ("identifiers", "flags")}
        return {**dict(row), **lists, "region": self.thing(row["region"])}

    def text(self, document: Mapping[str, Any]) -> str:
        """The decoded text of a document."""
        return output.kept_text(self.build.out, document["text"])

    # --- neighbours and paths ---

    def edges(self, thing: int, limit: int = -1, predicate: str = "") -> list[dict[str, Any]]:
        """The lines at a thing: facts that tie it to another, and what the graph knows without a quote; best known neighbours first."""
        of = "AND predicate = :predicate" if predicate else ""
        sql = f"""SELECT * FROM (
            SELECT subject, predicate, object, id AS fact, status, basis, flagged FROM fact WHERE subject = :id AND object IS NOT NULL {of}
            UNION ALL SELECT subject, predicate, object, id, status, basis, flagged FROM fact WHERE object = :id AND subject IS NOT NULL {of}
            UNION ALL SELECT subject, predicate, object, NULL, '', '', 0 FROM edge WHERE (subject = :id OR object = :id) {of}
              AND predicate NOT IN ('mentions', 'cites', 'homeRegion'))
            ORDER BY (SELECT facts FROM thing WHERE thing.id = CASE WHEN subject = :id THEN object ELSE subject END) DESC, fact LIMIT :limit"""  # noqa: S608 - ours
        return [dict(row) for row in self.db.execute(sql, {"id": thing, "limit": limit, "predicate": predicate})]

    def neighbour_counts(self, thing: int) -> dict[str, int]:
        """How many neighbours a thing has by each kind of line."""
        found: dict[str, set[int]] = {}
        for edge in self.edges(thing):
            found.setdefault(edge["predicate"], set()).add(edge["object"] if edge["subject"] == thing else edge["subject"])
        return {name: len(others) for name, others in sorted(found.items())}

    def near(self, thing: int, limit: int = WIDEST) -> list[int]:
        """The numbers of the neighbours of a thing."""
        sql = """SELECT DISTINCT other FROM (
            SELECT object AS other FROM fact WHERE subject = :id AND object IS NOT NULL
            UNION ALL SELECT subject FROM fact WHERE object = :id AND subject IS NOT NULL
            UNION ALL SELECT object FROM edge WHERE subject = :id AND predicate NOT IN ('mentions', 'cites', 'homeRegion')
            UNION ALL SELECT subject FROM edge WHERE object = :id AND predicate NOT IN ('mentions', 'cites', 'homeRegion')) LIMIT :limit"""
        return [row[0] for row in self.db.execute(sql, {"id": thing, "limit": limit})]

    def between(self, one: int, other: int) -> dict[str, Any]:
        """One line between two neighbours: a fact where there is one."""
        sql = """SELECT subject, predicate, object, id AS fact, status, basis, flagged FROM fact WHERE subject = :a AND object = :b
            UNION ALL SELECT subject, predicate, object, id, status, basis, flagged FROM fact WHERE subject = :b AND object = :a
            UNION ALL SELECT subject, predicate, object, NULL, '', '', 0 FROM edge WHERE (subject = :a AND object = :b) OR (subject = :b AND object = :a)
            LIMIT 1"""
        return dict(self.db.execute(sql, {"a": one, "b": other}).fetchone())

    def paths(self, start: int, goal: int, furthest: int = FURTHEST) -> list[list[dict[str, Any]]]:
        """The shortest ways between two things, each a list of lines; none beyond `furthest` lines, and not through things with too many."""
        before: dict[int, list[int]] = {start: []}
        depth, queue = {start: 0}, deque([start])
        for _ in range(MOST_STEPS):
            if not queue or depth[queue[0]] >= min(furthest, depth.get(goal, furthest)):
                break
            at = queue.popleft()
            for other in self.near(at):
                if other not in depth:
                    depth[other] = depth[at] + 1
                    before[other] = []
                    queue.append(other)
                if depth[other] == depth[at] + 1 and len(before[other]) < MOST_PATHS:
                    before[other].append(at)
        ways = _unwound(before, start, goal) if goal in depth else []
        return [[self.between(a, b) for a, b in zip(way, way[1:], strict=False)] for way in ways]


def _ordered(asked: Asked) -> str:
    return ORDERS.get(asked.sort, ORDERS[""]) + (" DESC" if asked.down and asked.sort else "") + (", fact.id" if asked.sort else "")


def _unwound(before: Mapping[int, Sequence[int]], start: int, goal: int) -> list[list[int]]:
    """The ways from a start to a goal as the things on them."""
    ways: list[list[int]] = [[goal]]
    done: list[list[int]] = []
    while ways and len(done) < MOST_PATHS:
        way = ways.pop()
        if way[0] == start:
            done.append(way)
        else:
            ways.extend([other, *way] for other in before[way[0]])
    return done


def _thing(row: sqlite3.Row) -> Thing:
    return Thing(*(row[name] for name in ("id", "iri", "type", "label", "label_en", "path", "code", "detail", "broader", "definition", "facts")))
