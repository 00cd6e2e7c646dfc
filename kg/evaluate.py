"""A built graph against annotated documents: precision, recall and F1 by kind of fact."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from kg.errors import InputError
from kg.readers.plain import decode
from kg.scoring import ATTRIBUTES, KINDS, Adopted, Agent, Count, Figure, Found, Names, Tie, compare, plain

PREFIXES = """
PREFIX edu: <https://w3id.org/edukg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
DOCUMENTS = "SELECT ?d ?file ?home WHERE { ?d a edu:Document ; edu:fileName ?file OPTIONAL { ?d edu:homeRegion ?home } }"
CODES = "SELECT ?x ?l WHERE { ?x a edu:Region ; edu:adminCode ?l }"
INSTITUTIONS = "SELECT ?x ?l WHERE { ?x a edu:Institution ; skos:prefLabel|skos:altLabel ?l }"
MEASURES = "SELECT ?x ?l WHERE { ?x a edu:Measure ; skos:prefLabel|skos:altLabel ?l }"
PREFERRED = "SELECT ?x ?l WHERE { ?x a edu:Measure ; skos:prefLabel ?l }"
NAMES = "SELECT ?x ?l WHERE { ?x skos:prefLabel|skos:altLabel|dcterms:title ?l }"
MENTIONS = "SELECT DISTINCT ?d ?x WHERE { ?d a edu:Document ; edu:mentions ?x }"
ADOPTIONS = """SELECT ?a ?m ?s ?d WHERE {
  ?f a edu:Adoption ; edu:agent ?a ; edu:measure ?m ; edu:status ?s ; edu:evidence/oa:hasSource ?d }"""
OUTCOMES = """SELECT ?f ?a ?i ?v ?from ?u ?c ?t ?s ?d ?q ?b ?n WHERE {
  ?f a edu:Outcome ; edu:value ?v ; edu:unit/skos:notation ?u ; edu:evidence ?e . ?e oa:hasSource ?d ; oa:exact ?q ; oa:start ?b ; oa:end ?n
  OPTIONAL { ?f edu:agent ?a } OPTIONAL { ?f edu:indicator ?i } OPTIONAL { ?f edu:fromValue ?from }
  OPTIONAL { ?f edu:comparator ?c } OPTIONAL { ?f edu:period ?t } OPTIONAL { ?f edu:status ?s } }"""
WITHHELD = """SELECT ?f ?u ?d ?q ?b ?n WHERE {
  ?f a edu:Withheld ; edu:unit/skos:notation ?u ; edu:evidence ?e . ?e oa:hasSource ?d ; oa:exact ?q ; oa:start ?b ; oa:end ?n }"""
RELATIONS = """SELECT ?a ?p ?o ?s ?d WHERE {
  ?f a edu:Relation ; rdf:subject ?a ; rdf:predicate ?p ; rdf:object ?o ; edu:evidence/oa:hasSource ?d OPTIONAL { ?f edu:status ?s } }"""
EVIDENCE = "SELECT ?file ?q ?b ?n WHERE { ?e oa:hasSource ?d ; oa:exact ?q ; oa:start ?b ; oa:end ?n . ?d edu:fileName ?file }"

Row = Mapping[str, Any]


class Queryable(Protocol):
    """Whatever answers SPARQL over the union of all named graphs, as kg.store does."""

    def query(self, query: str, *, use_default_graph_as_union: bool = False) -> Any:
        """The solutions of a SELECT query."""


@dataclass(slots=True)
class Score:
    """The counts of all documents together."""

    counts: dict[str, Count] = field(default_factory=lambda: dict.fromkeys(KINDS, Count()))
    attributes: dict[str, tuple[int, int]] = field(default_factory=lambda: dict.fromkeys(ATTRIBUTES, (0, 0)))
    evidence: tuple[int, int] = (0, 0)  # spans that equal their text, of how many
    missing: list[str] = field(default_factory=list)  # annotated documents that the graph does not have


def evaluate(store: Queryable, gold: Path, texts: Mapping[str, str]) -> Score:
    """Give the score of a graph against the annotations under `gold`; `texts` by the stem of the file's name."""
    found, score = read_graph(store), Score()
    for annotated in read_gold(gold):
        name = annotated["doc"]
        if name not in found:
            score.missing.append(name)
        counts, right = compare(annotated, found.get(name, Found()), texts.get(name))
        score.counts = {kind: score.counts[kind] + counts[kind] for kind in KINDS}
        score.attributes = {a: (score.attributes[a][0] + right[a][0], score.attributes[a][1] + right[a][1]) for a in ATTRIBUTES}
    score.evidence = check_evidence(store, texts)
    return score


def table(score: Score) -> str:
    """Give the score as lines of text."""
    lines = [f"{'kind':<16}{'precision':>10}{'recall':>8}{'F1':>7}   right/predicted/gold"]
    for kind, count in score.counts.items():
        if count.predicted or count.gold:
            figures = f"{count.precision:>10.3f}{count.recall:>8.3f}{count.f1:>7.3f}   {count.right}/{count.predicted}/{count.gold}"
            lines.append(f"{kind:<16}{figures}")
        else:
            lines.append(f"{kind:<16}{'none in gold, none found':>40}")
    lines.append("outcome attributes, of those found: " + ", ".join(f"{name} {right}/{of}" for name, (right, of) in score.attributes.items()))
    lines.append("evidence spans that equal their text: {} of {}".format(*score.evidence))
    if score.missing:
        lines.append("documents not in the graph: " + ", ".join(score.missing))
    return "\n".join(lines)


def read_gold(folder: Path) -> list[dict[str, Any]]:
    """Read the annotations under a folder, one JSON file a document."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise InputError("no annotations (*.json) there", path=folder, remedy="name the folder that holds them")
    return [_annotation(file) for file in files]


def read_texts(folder: Path) -> dict[str, str]:
    """Read the source documents under a folder, by stem."""
    try:
        return {file.stem: decode(file.read_bytes()) for file in sorted(folder.iterdir()) if file.is_file()}
    except OSError as error:
        raise InputError(f"the texts cannot be read ({error.strerror})", path=folder, remedy="name the folder of the source documents") from error


def read_graph(store: Queryable) -> dict[str, Found]:
    """Give what the graph says of each document, by the stem of its file's name."""
    reader = _Reader(store)
    for add in (reader.mentions, reader.adoptions, reader.outcomes, reader.withheld, reader.relations):
        add()
    return reader.found


def check_evidence(store: Queryable, texts: Mapping[str, str]) -> tuple[int, int]:
    """Count the spans that equal their text, and all whose text is there."""
    good = of = 0
    for row in _rows(store, EVIDENCE):
        text = texts.get(PurePosixPath(row["file"]).stem)
        if text is not None:
            of += 1
            good += text[int(row["b"]) : int(row["n"])] == row["q"]
    return good, of


def _annotation(file: Path) -> dict[str, Any]:
    try:
        annotation: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"no annotation ({error})", path=file, remedy="mend or remove it") from error
    lacking = [key for key in ("doc", "regions", "institutions", "measures", "outcomes", "relations") if key not in annotation]
    if lacking:
        raise InputError(f"the annotation lacks {', '.join(lacking)}", path=file, remedy="add it; lists may be empty")
    return annotation


class _Reader:
    """The answers of the graph, sorted so that ties in matching always fall alike."""

    def __init__(self, store: Queryable) -> None:
        self.store = store
        documents = {row["d"]: row for row in _rows(store, DOCUMENTS)}
        self.stems = {iri: PurePosixPath(row["file"]).stem for iri, row in documents.items()}
        self.homes = {iri: row["home"] for iri, row in documents.items()}
        self.found = {stem: Found() for stem in self.stems.values()}
        self.codes = {row["x"]: row["l"] for row in _rows(store, CODES)}
        self.names = self._labels(NAMES)

    def mentions(self) -> None:
        institutions = self._labels(INSTITUTIONS)
        for row, found in self._facts(MENTIONS):
            thing = row["x"]
            if thing in self.codes:
                found.regions.add(self.codes[thing])
            elif thing in institutions:
                found.institutions.append(institutions[thing])

    def adoptions(self) -> None:
        names, preferred = self._labels(MEASURES), self._labels(PREFERRED)
        seen = set()
        for row, found in self._facts(ADOPTIONS):
            key = (row["d"], row["a"], row["m"], row["s"])
            if key not in seen:
                seen.add(key)
                agent = self._agent(row["a"], row["d"])
                found.measures.append(Adopted(names.get(row["m"], frozenset()), preferred.get(row["m"], frozenset()), agent, _local(row["s"])))

    def outcomes(self) -> None:
        for rows, found in self._grouped(OUTCOMES):
            row = rows[0]
            figure = Figure(
                value=float(row["v"]),
                unit=row["u"],
                quote=row["q"],
                spans=_spans(rows),
                indicator=self.names.get(row["i"] or "", frozenset()),
                comparator=row["c"] or "eq",
                time=row["t"] or None,
                status=_local(row["s"]) if row["s"] else "actual",
                origin=None if row["from"] is None else float(row["from"]),
                agent=self._agent(row["a"], row["d"]) if row["a"] else None,
            )
            found.outcomes.append(figure)

    def withheld(self) -> None:
        for rows, found in self._grouped(WITHHELD):
            found.withheld.append(Figure(None, rows[0]["u"], rows[0]["q"], _spans(rows[:1])))

    def relations(self) -> None:
        seen = set()
        for row, found in self._facts(RELATIONS):
            key = (row["d"], row["a"], row["p"], row["o"])
            if key not in seen:
                seen.add(key)
                ends = self._agent(row["a"], row["d"]), self._agent(row["o"], row["d"])
                found.relations.append(Tie(_snake(row["p"]), *ends, _local(row["s"]) if row["s"] else "done"))

    def _labels(self, query: str) -> dict[str, Names]:
        labels = defaultdict(set)
        for row in _rows(self.store, query):
            labels[row["x"]].add(plain(row["l"]))
        return {iri: frozenset(names) for iri, names in labels.items()}

    def _facts(self, query: str) -> Iterator[tuple[Row, Found]]:
        rows = [row for row in _rows(self.store, query) if row["d"] in self.stems]
        for row in sorted(rows, key=lambda row: [str(value) for value in row.values()]):
            yield row, self.found[self.stems[row["d"]]]

    def _grouped(self, query: str) -> Iterator[tuple[list[Row], Found]]:
        """Give the rows of each fact, facts in the order of the text."""
        facts = defaultdict(list)
        for row, _ in self._facts(query):
            facts[row["f"]].append(row)
        for rows in sorted(facts.values(), key=lambda rows: (rows[0]["d"], min(int(row["b"]) for row in rows), rows[0]["f"])):
            yield rows, self.found[self.stems[rows[0]["d"]]]

    def _agent(self, iri: str, document: str) -> Agent:
        return Agent(self.codes.get(iri), self.names.get(iri, frozenset()), iri == self.homes[document])


def _rows(store: Queryable, query: str) -> Iterator[dict[str, Any]]:
    solutions = store.query(PREFIXES + query, use_default_graph_as_union=True)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: None if solution[name] is None else solution[name].value for name in names}


def _spans(rows: list[Row]) -> frozenset[tuple[int, int]]:
    return frozenset((int(row["b"]), int(row["n"])) for row in rows)


def _local(iri: str) -> str:
    return (re.split(r"[#/]", iri)[-1] if "://" in iri else iri).lower()


def _snake(iri: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", re.split(r"[#/]", iri)[-1]).lower()
