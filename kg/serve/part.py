"""A part of the graph in the shape in which the scripts hold all of it: nodes, links, facts and documents that name each other by their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.serve.explorer import Explorer, Fact, Thing
from kg.view import DOCUMENT_LINKS

MOST_FACTS = 2000  # carried by the links of one part
FIGURES = ("measured", "withheld")
FIGURE_KINDS = "('Outcome', 'Withheld')"
TEXTS = ("status", "period", "due", "value", "unit", "comparator", "per", "quantity_kind", "basis", "predicate", "kind")
OWN = ("asserted_in", "value_max", "from_value", "value_text", "direction", "extent", "issue_kind", "voice", "detail", "rule", "key", "flags")
LISTS = ("restricted_to", "meets", "fails")
ABOUT = ("title", "path", "file_name", "publisher", "issued", "earliest", "latest", "date_basis", "genre", "source", "identifiers", "flags")

_BESIDE = """SELECT object AS other, predicate FROM fact WHERE subject = :id AND object IS NOT NULL
 UNION ALL SELECT subject, predicate FROM fact WHERE object = :id AND subject IS NOT NULL
 UNION ALL SELECT concern.thing, 'concerns' FROM fact JOIN concern ON concern.fact = fact.id WHERE fact.subject = :id
 UNION ALL SELECT fact.subject, 'concerns' FROM concern JOIN fact ON fact.id = concern.fact WHERE concern.thing = :id AND fact.subject IS NOT NULL
 UNION ALL SELECT object, predicate FROM edge WHERE subject = :id
 UNION ALL SELECT subject, predicate FROM edge WHERE object = :id"""
_AMONG = """SELECT fact.subject, fact.predicate, fact.object, fact.id AS fact, fact.status, fact.basis, fact.flagged FROM fact
  WHERE fact.subject IN ({0}) AND fact.object IN ({0})
 UNION ALL SELECT fact.subject, 'concerns', concern.thing, fact.id, fact.status, fact.basis, fact.flagged FROM concern JOIN fact ON fact.id = concern.fact
  WHERE concern.thing IN ({0}) AND fact.subject IN ({0})
 UNION ALL SELECT subject, predicate, object, NULL, '', '', 0 FROM edge WHERE subject IN ({0}) AND object IN ({0})"""


class Part:
    """Collects things, facts and lines; each is held once."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.places: dict[int, int] = {}  # of things, by their numbers
        self.nodes: list[dict[str, Any]] = []
        self.facts: list[dict[str, Any]] = []
        self.links: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.documents: list[dict[str, Any]] = []
        self._facts: dict[int, int] = {}
        self._documents: dict[int, int] = {}
        self.truncated = False

    def add(self, things: Iterable[Thing]) -> list[int]:
        """The places of things."""
        return [self._node(thing) for thing in things]

    def _node(self, thing: Thing | None) -> int:
        if thing is None:
            return -1
        if thing.id not in self.places:
            self.places[thing.id] = len(self.nodes)
            found = {"id": len(self.nodes), "key": self.explorer.key(thing.iri), "type": thing.type, "label": thing.label, "rank": 0, "degree": thing.facts}
            more = {"en": thing.label_en, "path": thing.path, "facts": thing.facts, "code": thing.code, "detail": thing.detail, "definition": thing.definition}
            self.nodes.append(found | {name: value for name, value in more.items() if value})
        return self.places[thing.id]

    def tell(self, facts: Iterable[Fact]) -> list[int]:
        """The places of facts, with all that they name."""
        return [self._fact(fact) for fact in facts]

    def _fact(self, fact: Fact) -> int:
        number = fact.row["id"]
        if number not in self._facts:
            ends = {name: self._node(getattr(fact, name)) for name in ("subject", "object", "place", "measure")}
            document = self._document(fact.row["document"])
            found = {name: fact.row[name] for name in TEXTS} | {name: fact.row["more"][name] for name in (*OWN, *LISTS) if name in fact.row["more"]}
            found |= {"at": self.explorer.key(fact.iri), "year": fact.row["year"], "concerns": self.add(fact.concerns)}
            found["quotes"] = [[document, q["start"], q["end"], q["heading"] or "", q["paragraph"] or 0, q["page"] or 0, q["exact"]] for q in fact.quotes]
            self._facts[number] = len(self.facts)
            self.facts.append({name: value for name, value in (found | ends).items() if value not in ("", None, [])})
        return self._facts[number]

    def _document(self, number: int) -> int:
        if number not in self._documents:
            row = self.explorer.rows("SELECT * FROM document WHERE id = ?", number)[0]
            self.document(self.explorer.described(dict(row)))
        return self._documents[number]

    def document(self, found: Mapping[str, Any]) -> int:
        """The place of a document."""
        if found["id"] not in self._documents:
            self._documents[found["id"]] = len(self.documents)
            key = self.explorer.key(found["iri"])
            more = {name: found[name] for name in ABOUT if found[name]}
            self.documents.append({"key": key, "node": self._node(self.explorer.by_key(key)), "region": self._node(found["region"]), **more})
        return self._documents[found["id"]]

    def join(self, numbers: Iterable[int]) -> None:
        """Add all lines among things, with the facts that they stand for."""
        listed = ",".join(str(number) for number in sorted(numbers))
        self.lines([dict(row) for row in self.explorer.rows(_AMONG.format(listed))])

    def lines(self, edges: Sequence[Mapping[str, Any]]) -> list[str]:
        """Add lines between two things each: one link for all that say the same of the same two; the ids of their links."""
        wanted = [edge["fact"] for edge in edges if edge["fact"] and edge["fact"] not in self._facts]
        room = max(0, MOST_FACTS - len(self.facts))
        self.truncated = self.truncated or len(wanted) > room
        for start in range(0, min(len(wanted), room), 500):
            self.tell(self.explorer.facts_by_id(wanted[start : min(start + 500, room)]))
        things = self.explorer.things(edge[name] for edge in edges for name in ("subject", "object"))
        return [self._line(edge, things) for edge in edges if edge["subject"] in things and edge["object"] in things]

    def _line(self, edge: Mapping[str, Any], things: Mapping[int, Thing]) -> str:
        ends = self._node(things[edge["subject"]]), self._node(things[edge["object"]])
        key = (*ends, edge["predicate"], edge["status"] or "")
        link = self.links.setdefault(key, {"id": f"e{len(self.links)}", "from": key[0], "to": key[1], "predicate": key[2], "status": key[3], "facts": []})
        if edge["fact"]:
            link["inferred"] = link.get("inferred", True) and edge["basis"] == "inferred"
            link["flagged"] = link.get("flagged", True) and bool(edge["flagged"])
            if edge["fact"] in self._facts and self._facts[edge["fact"]] not in link["facts"]:
                link["facts"].append(self._facts[edge["fact"]])
        return str(link["id"])

    def json(self) -> dict[str, Any]:
        """All of it, with the aliases and the number of figures of each thing."""
        listed = ",".join(map(str, sorted(self.places)))
        for row in self.explorer.rows(f"SELECT DISTINCT thing, label FROM alias WHERE thing IN ({listed}) ORDER BY thing, label"):  # noqa: S608 - numbers
            self.nodes[self.places[row[0]]].setdefault("alias", []).append(row[1])
        sql = f"SELECT subject, COUNT(*) FROM fact WHERE kind IN {FIGURE_KINDS} AND subject IN ({listed}) GROUP BY subject"  # noqa: S608 - numbers
        for node in self.nodes:
            node["figures"] = 0
        for row in self.explorer.rows(sql):
            self.nodes[self.places[row[0]]]["figures"] = row[1]
        links = [{name: value for name, value in link.items() if value is not False and value not in ("", [])} for link in self.links.values()]
        return {
            "base": self.explorer.iri(""), "nodes": self.nodes, "links": links, "facts": self.facts, "documents": self.documents, "mentions": [],
            "truncated": self.truncated,
        }  # fmt: skip


def counts(explorer: Explorer, thing: Thing, without: Sequence[int] = ()) -> dict[str, int]:
    """How many neighbours a thing has by each kind of line, those of documents too, leaving some out."""
    listed = ",".join(map(str, [thing.id, *without]))
    sql = f"SELECT predicate, COUNT(DISTINCT other) FROM ({_BESIDE}) WHERE other NOT IN ({listed}) GROUP BY predicate ORDER BY predicate"  # noqa: S608 - ours
    return {row[0]: row[1] for row in explorer.db.execute(sql, {"id": thing.id})}


def usual(found: Iterable[str]) -> list[str]:
    """The kinds of lines that are followed unless others are asked for: facts and structure, else figures, else what documents name."""
    names = [*found]
    plain = [name for name in names if name not in (*FIGURES, *DOCUMENT_LINKS)]
    return plain or [name for name in names if name in FIGURES] or names


def neighbours(explorer: Explorer, thing: Thing, predicates: Sequence[str], limit: int) -> tuple[list[int], int]:
    """The numbers of the best known neighbours by some kinds of lines, and how many there are."""
    marks = {f"p{n}": name for n, name in enumerate(predicates)}
    where = f"other <> :id AND predicate IN ({', '.join(f':{name}' for name in marks)})"
    sql = f"""SELECT other FROM (SELECT DISTINCT other FROM ({_BESIDE}) WHERE {where}) JOIN thing ON thing.id = other
      ORDER BY thing.facts DESC, thing.iri LIMIT :limit"""  # noqa: S608 - ours
    given = {"id": thing.id, "limit": limit, **marks}
    total = explorer.db.execute(f"SELECT COUNT(DISTINCT other) FROM ({_BESIDE}) WHERE {where}", given).fetchone()[0]  # noqa: S608 - ours
    return [row[0] for row in explorer.db.execute(sql, given)], int(total)
