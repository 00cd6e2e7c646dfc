"""The ontology folder read once: vocabularies, tables, standards, word lists and rules, with all mistakes reported together."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import RuleError
from kg.model import Criterion, Region, Standard, Term
from kg.prefilter import PIECE, refuse_unreadable

TERM_KEYS = ("id", "label", "label_en", "alt", "broader", "scheme", "definition", "source")
NEEDS_EXAMPLES = ("weak", "problem")


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what must come out of it, each as one line of `kg explain` says it."""

    text: str
    gives: tuple[str, ...] = ()
    home: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of ontology/rules, with the texts it must and must not match."""

    id: str
    kind: str  # the file's kind: relation, programme, …
    says: str
    pattern: str
    examples: tuple[Example, ...]
    never: tuple[str, ...]
    attrs: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Ontology:
    """All that the ontology folder holds."""

    folder: Path
    terms: Mapping[str, Term]
    regions: tuple[Region, ...]
    zones: tuple[Region, ...]
    towns: Mapping[str, tuple[str, ...]]
    standards: tuple[Standard, ...]
    words: Mapping[str, Mapping[str, Any]]  # lexicon/*.toml by stem
    rules: tuple[Rule, ...]
    digest: str

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Term, ...]]:
        """Vocabulary terms by kind."""
        out: dict[str, list[Term]] = {}
        for t in self.terms.values():
            out.setdefault(t.kind, []).append(t)
        return {k: tuple(v) for k, v in out.items()}

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Written unit -> notation."""
        return {w: str(t.attrs["notation"]) for t in self.by_kind.get("unit", ()) for w in (t.label, str(t.attrs["notation"]), *t.alt) if w}


def ontology_folder() -> Path:
    """The folder that ships: inside an installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    return here / "ontology" if (here / "ontology").is_dir() else here.parent / "ontology"


def load(folder: Path | None = None) -> Ontology:
    """The ontology of a folder (None: the one that ships); RuleError names every mistake with file:line and remedy."""
    folder = folder or ontology_folder()
    if not folder.is_dir():
        raise RuleError("there is no ontology folder here", path=folder, remedy="name a folder with vocabularies/, tables/, lexicon/ and rules/")
    problems: list[str] = []
    terms = {f"{t.kind}/{t.id}": t for t in _terms(folder, problems)}
    _check_terms(terms, problems)
    ontology = Ontology(
        folder,
        terms,
        tuple(_regions(folder / "tables/regions.csv", problems)),
        tuple(_regions(folder / "tables/zones.csv", problems)),
        _towns(folder / "tables/towns.csv", problems),
        tuple(_standards(folder, problems)),
        _words(folder, problems),
        tuple(_rules(folder, problems)),
        digest(folder),
    )
    problems.extend([*_unknown_measures(ontology), *_rules_twice(ontology)])
    if problems:
        raise RuleError("\n".join(problems))
    return ontology


def _rules_twice(ontology: Ontology) -> Iterator[str]:
    first: dict[str, Rule] = {}
    for rule in ontology.rules:
        other = first.setdefault(rule.id, rule)
        if other is not rule:
            yield f"{rule.file}:{rule.line}: there is a rule '{rule.id}' already, at {other.file}:{other.line}; call one of them otherwise"


def _unknown_measures(ontology: Ontology) -> Iterator[str]:
    for rule in ontology.rules:
        if rule.kind == "measure" and f"measure/{rule.attrs.get('measure')}" not in ontology.terms:
            yield f"{rule.file}:{rule.line}: rule '{rule.id}' is of '{rule.attrs.get('measure', '')}', which is no measure; name one that is"


def misspelt(ontology: Ontology, error: re.error) -> RuleError:
    """The mistake of the lexicon behind a pattern that cannot be read, with its file and line where one entry is to blame."""
    remedy = "mend it; it is a regular expression of Python's"
    for file in _files(ontology.folder, "lexicon", []):
        for text in strings(file.data):
            try:
                re.compile(text)
            except re.error as e:
                if text in str(error.pattern):
                    at = file.text.find(text)
                    return RuleError(f"a pattern cannot be read: {e}", path=file.name, line=file.text.count("\n", 0, max(0, at)) + 1, remedy=remedy)
    return RuleError(f"a pattern cannot be read: {error} in {str(error.pattern)[:80]}", path=ontology.folder, remedy=remedy)


def strings(value: Any) -> Iterator[str]:
    """All texts that an entry or table of TOML holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def digest(folder: Path) -> str:
    """A digest over all files of the folder, in order of their paths."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


ENTRY = re.compile(r"(?m)^[ \t]*(\w+)[ \t]*=[ \t]*([\"'])(.*?)\2")


class File:
    """A TOML file of the ontology that knows on which line each entry stands."""

    def __init__(self, path: Path, folder: Path, problems: list[str]) -> None:
        self.name, self.problems = path.relative_to(folder).as_posix(), problems
        self.text = path.read_text("utf-8")
        self.lines: dict[tuple[str, str], int] = {}  # key and value of an entry -> where it stands first
        try:
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as e:
            self.data = {}
            where = re.search(r"line (\d+)", str(e))
            self.problem(int(where[1]) if where else 1, f"not valid TOML: {e}", "mend the line; strings stand in '…' or \"…\", keys are plain letters")

    def line(self, key: str, value: str) -> int:
        """The line on which `key = "value"` stands, else 1."""
        if not self.lines:
            for m in ENTRY.finditer(self.text):
                self.lines.setdefault((m[1], m[3]), m.start(1))
        at = self.lines.get((key, value), 0)
        return self.text.count("\n", 0, at) + 1

    def problem(self, line: int, what: str, remedy: str) -> None:
        """Notes a mistake."""
        self.problems.append(f"{self.name}:{line}: {what}; {remedy}")


def _files(folder: Path, part: str, problems: list[str]) -> Iterator[File]:
    for path in sorted((folder / part).glob("*.toml")):
        yield File(path, folder, problems)


def _terms(folder: Path, problems: list[str]) -> Iterator[Term]:
    for file in _files(folder, "vocabularies", problems):
        kind = str(file.data.get("scheme", ""))
        if file.data and not kind:
            file.problem(1, "no scheme is named", 'begin the file with scheme = "measure" or the like')
        for entry in file.data.get("term", []):
            yield from _term(file, kind, entry)


def _term(file: File, kind: str, entry: dict[str, Any]) -> Iterator[Term]:
    line = file.line("id", str(entry.get("id", "")))
    if not entry.get("id") or not entry.get("label"):
        file.problem(line, "a term without id or label", "give both")
        return
    if any(entry.get(k) for k in NEEDS_EXAMPLES) and not (entry.get("examples") and entry.get("never")):
        file.problem(line, f"term '{entry['id']}' needs context but has no examples", "give sentences in examples and in never")
        return
    known = {k: entry[k] for k in TERM_KEYS if k in entry} | {"alt": tuple(entry.get("alt", ()))}
    attrs = {k: v for k, v in entry.items() if k not in TERM_KEYS}
    known.setdefault("scheme", kind)
    yield Term(kind=kind, attrs=attrs, file=file.name, line=line, **known)


def _check_terms(terms: Mapping[str, Term], problems: list[str]) -> None:
    owners: dict[str, Term] = {}
    for term in terms.values():
        if term.broader and f"{term.kind}/{term.broader}" not in terms:
            problems.append(f"{term.file}:{term.line}: '{term.id}' stands under '{term.broader}', which is no {term.kind}; name one that is")
        if term.kind == "measure":
            for label in (term.label, *term.alt, *term.attrs.get("weak", ()), *term.attrs.get("problem", ())):
                other = owners.setdefault(label, term)
                if other is not term:
                    problems.append(f"{term.file}:{term.line}: label '{label}' belongs to '{other.id}' already; a label names one measure only")


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.exists():
        problems.append(f"tables/{path.name}:1: the table is missing; restore it from the release")
        return
    with path.open(encoding="utf-8", newline="") as f:
        yield from enumerate(csv.DictReader(f), start=2)


def _regions(path: Path, problems: list[str]) -> Iterator[Region]:
    for line, r in _rows(path, problems):
        try:
            last = int(r["last_year"]) if r["last_year"] else None
            yield Region(
                r["code"],
                r["name"],
                r["level"],
                r["parent"],
                r["short"],
                int(r["first_year"]),
                last,
                tuple(r["successors"].split()),
                tuple(a for a in r["alt"].split("|") if a),
            )
        except (KeyError, ValueError) as e:
            problems.append(
                f"tables/{path.name}:{line}: a row that cannot be read ({e}); its columns are code,name,level,parent,short,first_year,last_year,successors,alt"
            )


def _towns(path: Path, problems: list[str]) -> Mapping[str, tuple[str, ...]]:
    return {r["name"]: tuple(r["codes"].split()) for _, r in _rows(path, problems)}


def _standards(folder: Path, problems: list[str]) -> Iterator[Standard]:
    for file in _files(folder, "standards", problems):
        d = file.data
        if d:
            yield Standard(
                d["id"],
                d["label"],
                d.get("title", d["label"]),
                d.get("document_number", ""),
                d.get("issuer", ""),
                tuple(_criteria(file, d["id"], d.get("criterion", []))),
            )


def _criteria(file: File, standard: str, entries: Iterable[dict[str, Any]]) -> Iterator[Criterion]:
    for c in entries:
        try:
            yield Criterion(
                c["id"],
                standard,
                c["label"],
                c["indicator"],
                c["comparator"],
                Decimal(c["value"]),
                c["unit"],
                tuple(c.get("restrict", ())),
                c.get("per", ""),
                c.get("valid_in", ""),
            )
        except (KeyError, InvalidOperation, TypeError) as e:
            file.problem(file.line("id", str(c.get("id", ""))), f"criterion '{c.get('id', '')}' lacks or misspells {e}", "see ontology/README.md")


def _words(folder: Path, problems: list[str]) -> Mapping[str, Mapping[str, Any]]:
    return {Path(f.name).stem: f.data for f in _files(folder, "lexicon", problems)}


def _rules(folder: Path, problems: list[str]) -> Iterator[Rule]:
    for file in _files(folder, "rules", problems):
        kind = str(file.data.get("kind", ""))
        for entry in file.data.get("rule", []):
            yield from _rule(file, kind, entry)


def _rule(file: File, kind: str, entry: dict[str, Any]) -> Iterator[Rule]:
    line = file.line("id", str(entry.get("id", "")))
    missing = [k for k in ("id", "says", "pattern", "examples", "never") if not entry.get(k)]
    if missing:
        file.problem(line, f"rule '{entry.get('id', '')}' has no {', '.join(missing)}", "a rule without examples does not load")
        return
    try:
        refuse_unreadable(PIECE.sub("(?:x)", entry["pattern"]))
    except re.error as e:
        file.problem(line, f"the pattern of rule '{entry['id']}' cannot be read: {e}", "mend it; it is a regular expression of Python's")
        return
    examples = tuple(Example(e, ()) if isinstance(e, str) else Example(e["text"], tuple(e.get("gives", ())), e.get("home", "")) for e in entry["examples"])
    attrs = {k: v for k, v in entry.items() if k not in ("id", "says", "pattern", "examples", "never")}
    yield Rule(entry["id"], kind, entry["says"], entry["pattern"], examples, tuple(entry["never"]), attrs, file.name, line)
