"""What the explorer asks of a graph, kept beside it in SQLite: things, facts, quotes and a search index over pairs of characters, document by document."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.repair import converter
from kg.view import Records, Row, View

FORM = "2"  # of the tables; a build with another is made anew
COMMIT = 500  # documents between two commits
PORTION = 10_000  # things whose names are in memory at once
MOST_IDS = 100_000  # things whose numbers are kept in mind: 25 MB
MAPPED = 1 << 40  # bytes of a file that whoever reads it may map, or as many as SQLite allows (2 GB): counting takes less than half the time (2026-11)
# What is counted over many facts is in narrow rows and in indexes that hold all that a count asks for; texts stand apart.
SCHEMA = """
CREATE TABLE document(
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, path TEXT, title TEXT, file_name TEXT, publisher TEXT, issued TEXT, earliest TEXT, latest TEXT,
  date_basis TEXT, date TEXT, genre TEXT, source TEXT, identifiers TEXT, flags TEXT, region INTEGER, text TEXT, facts INTEGER);
CREATE INDEX document_by_date ON document(date DESC, iri);
CREATE INDEX document_by_region ON document(region);
CREATE TABLE thing(
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, type TEXT, label TEXT, label_en TEXT, path TEXT, code TEXT, detail TEXT, broader TEXT, definition TEXT,
  facts INTEGER NOT NULL DEFAULT 0, said TEXT NOT NULL DEFAULT '');
CREATE INDEX thing_by_type ON thing(type, facts DESC);
CREATE INDEX thing_by_code ON thing(code) WHERE code <> '';
CREATE TABLE alias(thing INTEGER, document INTEGER, label TEXT, PRIMARY KEY(thing, document, label)) WITHOUT ROWID;
CREATE INDEX alias_by_document ON alias(document);
CREATE TABLE use(document INTEGER, thing INTEGER, facts INTEGER, PRIMARY KEY(document, thing)) WITHOUT ROWID;
CREATE INDEX use_by_thing ON use(thing, facts);
CREATE TABLE fact(
  id INTEGER PRIMARY KEY, document INTEGER, ordinal INTEGER, kind TEXT, subject INTEGER, predicate TEXT, object INTEGER, status TEXT, place INTEGER,
  year INTEGER, measure INTEGER, unit TEXT, value TEXT, number REAL, quantity_kind TEXT, comparator TEXT, per TEXT, period TEXT, due TEXT, basis TEXT,
  flagged INTEGER, restricted TEXT, part_of TEXT, restates TEXT, change_of TEXT);
CREATE INDEX fact_by_document ON fact(document, ordinal);
CREATE INDEX fact_by_subject ON fact(subject, kind);
CREATE INDEX fact_by_object ON fact(object, kind, subject, status, year, place, document);
CREATE INDEX fact_from_to ON fact(subject, object);
CREATE INDEX fact_by_place ON fact(place, kind, status, year, object, measure, document);
CREATE INDEX fact_by_measure ON fact(measure) WHERE measure IS NOT NULL;
CREATE INDEX fact_by_kind ON fact(kind, status, year);
CREATE TABLE fact_text(fact INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, more TEXT);
CREATE TABLE quote(
  fact INTEGER, n INTEGER, start INTEGER, end INTEGER, exact TEXT, paragraph INTEGER, heading TEXT, page INTEGER, PRIMARY KEY(fact, n)) WITHOUT ROWID;
CREATE TABLE concern(fact INTEGER, thing INTEGER, PRIMARY KEY(fact, thing)) WITHOUT ROWID;
CREATE INDEX concern_by_thing ON concern(thing);
CREATE TABLE mention(document INTEGER, thing INTEGER, start INTEGER, end INTEGER, exact TEXT, PRIMARY KEY(document, thing, start)) WITHOUT ROWID;
CREATE INDEX mention_by_thing ON mention(thing);
CREATE TABLE edge(document INTEGER, subject INTEGER, predicate TEXT, object INTEGER, PRIMARY KEY(document, subject, predicate, object)) WITHOUT ROWID;
CREATE INDEX edge_by_subject ON edge(subject);
CREATE INDEX edge_by_object ON edge(object);
CREATE VIRTUAL TABLE thing_pairs USING fts5(body, content='', tokenize="unicode61 remove_diacritics 0", detail=full);
CREATE VIRTUAL TABLE fact_pairs USING fts5(body, content='', tokenize="unicode61 remove_diacritics 0", detail=full);
"""
FACT_COLUMNS = 25
_QUOTED = "SELECT id, COALESCE((SELECT exact FROM quote WHERE fact = id AND n = 0), '') FROM fact WHERE document = ?"
MORE = (
    "value_max", "from_value", "value_text", "direction", "extent", "issue_kind", "voice", "detail", "rule", "key", "asserted_in", "addressed_by",
    "restricted_to", "meets", "fails", "flags", "responsible",
)  # fmt: skip

_CJK = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_MARKS = re.compile("[\"'“”‘’「」『』《》〈〉\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_PIECE = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")


@dataclass(frozen=True, slots=True)
class Rows:
    """What the index holds of a document: plain values, with IRIs where its tables have numbers, made where the document is worked on."""

    document: dict[str, object]
    region: str
    things: list[tuple[str, ...]]
    aliases: list[tuple[str, str, bool]]  # thing, label, whether reference data tell it
    uses: list[tuple[str, int]]  # thing, facts
    facts: list[tuple[Any, ...]]
    texts: list[tuple[str, str]]  # IRI of each fact, and what only some facts have
    quotes: list[tuple[Any, ...]]  # ordinal of the fact first
    concerns: list[tuple[int, str]]
    pairs: list[str]  # of each fact's quote, for the search index
    mentions: list[tuple[Any, ...]]
    edges: list[tuple[str, str, str]]


class Index:
    """The file, open for one build."""

    def __init__(self, file: Path, *, last: Path | None = None) -> None:
        """`last` is the index of the build that this one goes on from."""
        self.again = last is not None and last.exists()
        if last is not None and self.again:
            shutil.copyfile(last, file)
        self.db = connect(file)
        if self.again:
            self.db.execute("CREATE TEMP TABLE touched(thing INTEGER PRIMARY KEY)")  # what has to be counted and named anew
        else:
            self.db.executescript(SCHEMA)
        self.ids: dict[str, int] = {}
        self.waiting = 0

    def replace(self, document: str, rows: Rows, text: str) -> None:
        """Put the rows of a document in the place of all the index holds of it; `text` is the digest of its decoded text."""
        self.drop(document)
        number = self._insert("document", **rows.document, text=text)
        self._things(number, rows)
        if self.again:
            self.db.execute("INSERT OR IGNORE INTO touched SELECT thing FROM use WHERE document = ?", (number,))
        self.db.execute("UPDATE document SET region = ? WHERE id = ?", (self._id(rows.region), number))
        self._facts(number, rows)
        mentions = [(number, self._id(thing), *where) for thing, *where in rows.mentions]
        self.db.executemany("INSERT OR IGNORE INTO mention VALUES(?, ?, ?, ?, ?)", mentions)
        edges = [(number, self._id(subject), predicate, self._id(thing)) for subject, predicate, thing in rows.edges]
        self.db.executemany("INSERT OR IGNORE INTO edge VALUES(?, ?, ?, ?)", [edge for edge in edges if None not in edge])
        self.waiting += 1
        if self.waiting % COMMIT == 0:
            self.db.commit()
        if len(self.ids) > MOST_IDS:
            self.ids.clear()

    def drop(self, document: str) -> None:
        """Remove what a document says."""
        found = self.db.execute("SELECT id FROM document WHERE iri = ?", (document,)).fetchone()
        if found is None:
            return
        (number,) = found
        if self.again:
            self.db.execute("INSERT OR IGNORE INTO touched SELECT thing FROM use WHERE document = ?", found)
        gone = self.db.execute(_QUOTED, (number,)).fetchall()
        self.db.executemany("INSERT INTO fact_pairs(fact_pairs, rowid, body) VALUES('delete', ?, ?)", [(fact, pairs(quote)) for fact, quote in gone])
        for table in ("quote", "concern", "fact_text"):
            self.db.executemany(f"DELETE FROM {table} WHERE fact = ?", [(fact,) for fact, _ in gone])  # noqa: S608 - names of ours
        for table in ("fact", "mention", "edge", "use", "alias"):
            self.db.execute(f"DELETE FROM {table} WHERE document = ?", (number,))  # noqa: S608 - names of ours
        self.db.execute("DELETE FROM document WHERE id = ?", (number,))

    def finish(self) -> None:
        """Count the facts of each thing, forget things that no document names, and bring their search index up to date."""
        some = " WHERE id IN (SELECT thing FROM touched)" if self.again else " WHERE TRUE"
        self.db.execute(f"UPDATE thing SET facts = (SELECT COALESCE(SUM(facts), 0) FROM use WHERE use.thing = thing.id){some}")  # noqa: S608 - words of ours
        unused = [*self.db.execute(f"SELECT id, said FROM thing{some} AND id NOT IN (SELECT thing FROM use)")]  # noqa: S608
        self.db.executemany("INSERT INTO thing_pairs(thing_pairs, rowid, body) VALUES('delete', ?, ?)", [(i, pairs(said)) for i, said in unused if said])
        self.db.executemany("DELETE FROM alias WHERE thing = ?", [(i,) for i, _ in unused])
        self.db.executemany("DELETE FROM thing WHERE id = ?", [(i,) for i, _ in unused])
        last = self.db.execute("SELECT COALESCE(MAX(id), 0) FROM thing").fetchone()[0]
        for first in range(1, last + 1, PORTION):
            self._name(first, some)
        self.db.commit()
        if self.again:
            return
        self.db.execute("ANALYZE")
        self.db.commit()

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def _name(self, first: int, some: str) -> None:
        """Bring the search index up to date on a portion of the things, by all names that they have now."""
        sql = f"""SELECT id, said, label, label_en, (SELECT group_concat(DISTINCT label) FROM alias WHERE thing = thing.id) FROM thing
                  {some} AND id BETWEEN ? AND ?"""  # noqa: S608 - words of ours
        for number, said, *labels in self.db.execute(sql, (first, first + PORTION - 1)).fetchall():
            now = "\n".join(filter(None, labels))
            if now != said:
                if said:
                    self.db.execute("INSERT INTO thing_pairs(thing_pairs, rowid, body) VALUES('delete', ?, ?)", (number, pairs(said)))
                self.db.execute("INSERT INTO thing_pairs(rowid, body) VALUES(?, ?)", (number, pairs(now)))
                self.db.execute("UPDATE thing SET said = ? WHERE id = ?", (now, number))

    def _things(self, document: int, rows: Rows) -> None:
        sql = """INSERT INTO thing(iri, type, label, label_en, path, code, detail, broader, definition) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT(iri) DO UPDATE SET type = excluded.type, label = excluded.label RETURNING id"""
        for thing in rows.things:
            (self.ids[thing[0]],) = self.db.execute(sql, thing).fetchone()
        aliases = [(self.ids[iri], 0 if shared else document, label) for iri, label, shared in rows.aliases]
        self.db.executemany("INSERT OR IGNORE INTO alias VALUES(?, ?, ?)", aliases)
        self.db.executemany("INSERT OR REPLACE INTO use VALUES(?, ?, ?)", [(document, self.ids[iri], facts) for iri, facts in rows.uses])

    def _id(self, iri: str) -> int | None:
        if iri and iri not in self.ids:
            found = self.db.execute("SELECT id FROM thing WHERE iri = ?", (iri,)).fetchone()
            if found is None:
                return None
            self.ids[iri] = found[0]
        return self.ids.get(iri)

    def _facts(self, document: int, rows: Rows) -> None:
        (first,) = self.db.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM fact").fetchone()
        told = [
            (first + at, document, at, kind, self._id(subject), predicate, self._id(thing), status, self._id(place), year, self._id(measure), *rest)
            for at, (kind, subject, predicate, thing, status, place, year, measure, *rest) in enumerate(rows.facts)
        ]
        self.db.executemany(f"INSERT INTO fact VALUES({', '.join('?' * FACT_COLUMNS)})", told)  # noqa: S608 - marks only
        self.db.executemany("INSERT INTO fact_text VALUES(?, ?, ?)", [(first + at, *text) for at, text in enumerate(rows.texts)])
        self.db.executemany("INSERT INTO quote VALUES(?, ?, ?, ?, ?, ?, ?, ?)", [(first + at, *quote) for at, *quote in rows.quotes])
        self.db.executemany("INSERT OR IGNORE INTO concern VALUES(?, ?)", [(first + at, self._id(thing)) for at, thing in rows.concerns])
        self.db.executemany("INSERT INTO fact_pairs(rowid, body) VALUES(?, ?)", [(first + at, body) for at, body in enumerate(rows.pairs)])

    def _insert(self, table: str, **values: object) -> int:
        marks = ", ".join("?" * len(values))
        cursor = self.db.execute(f"INSERT INTO {table}({', '.join(values)}) VALUES({marks})", tuple(values.values()))  # noqa: S608 - names of ours
        return int(cursor.lastrowid or 0)


def rows(view: View, known: Records) -> Rows:
    """What the index holds of the view of one document; `known` is what the reference data tell."""
    source = view.documents[0]
    told: Counter[str] = Counter()
    for row in view.rows:
        told.update({iri for iri in (row.subject, row.object, row.measure, *row.concerns) if iri})
    document: dict[str, object] = {
        "iri": source.iri, "path": source.path, "title": source.title, "file_name": source.file_name, "publisher": source.publisher, "issued": source.issued,
        "earliest": source.earliest, "latest": source.latest, "date_basis": source.date_basis, "date": source.date, "genre": source.genre,
        "source": source.source, "identifiers": _json(source.identifiers), "flags": _json(source.flags), "facts": len(view.rows),
    }  # fmt: skip
    return Rows(
        document,
        source.region,
        [(n.iri, n.type, n.label, n.label_en, n.path, n.code, n.detail, n.broader, n.definition) for n in view.nodes],
        [(n.iri, label, n.iri in known) for n in view.nodes for label in n.aliases],
        [(n.iri, told[n.iri]) for n in view.nodes],
        [_fact(row) for row in view.rows],
        [(row.iri, _json({name: value for name in MORE if (value := getattr(row, name))})) for row in view.rows],
        [
            (at, n, q.start, q.end, q.exact, q.paragraph, q.heading, q.page)
            for at, row in enumerate(view.rows) for n, q in enumerate(row.quotes)
        ],
        [(at, thing) for at, row in enumerate(view.rows) for thing in row.concerns],
        [pairs(row.quotes[0].exact if row.quotes else "") for row in view.rows],
        [(m.thing, m.quote.start, m.quote.end, m.quote.exact) for m in view.mentions],
        [(e.subject, e.predicate, e.object) for e in view.edges if not e.fact],
    )  # fmt: skip


def _fact(row: Row) -> tuple[object, ...]:
    """A row of the table of facts but for its numbers; IRIs stand where those of things go."""
    return (
        row.kind, row.subject, row.predicate, row.object, row.status, row.place, row.year, row.measure, row.unit, row.value,
        float(row.value) if row.value else None, row.quantity_kind, row.comparator, row.per, row.period, row.due, row.basis, int(bool(row.flags)),
        " ".join(row.restricted_to), row.part_of, row.restates, row.change_of,
    )  # fmt: skip


def connect(file: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection to an index; one that only reads may be used by several threads, one at a time."""
    try:
        if read_only:
            db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            db.execute(f"PRAGMA mmap_size = {MAPPED}")
            return db
        db = sqlite3.connect(file)
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000;")  # a killed build is thrown away whole
        return db
    except sqlite3.OperationalError as error:
        raise StoreError(f"no index can be read ({error})", path=file, remedy="build the graph anew") from error


def fold(text: str) -> str:
    """A text as it is searched: in half width, lower case and simplified characters, without quotation marks."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()
    return plain if plain.isascii() else str(converter().convert(plain))


def pairs(text: str) -> str:
    """The words of a text for the search index: pairs of neighbouring Chinese characters, the last by itself too, and whole words of other scripts."""
    return " ".join(_pairs(fold(text)))


def _pairs(text: str) -> Iterator[str]:
    for m in _PIECE.finditer(text):
        piece = m[0]
        if re.match(f"[{_CJK}]", piece):
            yield from (piece[i : i + 2] for i in range(len(piece)))
        else:
            yield piece


def match(query: str) -> str:
    """A search as FTS5 asks for it: all its words, each a phrase of pairs; "" where nothing can be searched for."""
    phrases = []
    for word in fold(query).split():
        found = [*_pairs(word)]
        if len(found) > 1 and len(found[-1]) == 1 and re.match(f"[{_CJK}]", found[-1]):
            found.pop()  # 县管|管校|校聘: the last character alone stands only at the end of a run
        if found:
            phrases.append('"' + " ".join(found) + '"' + ("*" if len(found[-1]) == 1 or found[-1].isascii() else ""))
    return " AND ".join(phrases)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) if value else ""
