"""Runs the examples of every rule, term and block: what they must find and what they must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kg.extract import Engine
from kg.extract import engine as made
from kg.model import Document, DocumentFacts, Fact, Term
from kg.rules import Rule, load


def check(folder: Path | None = None) -> list[str]:
    """One line `file:line: what failed` for each example that fails; RuleError where the folder cannot be read."""
    ontology = load(folder)
    engine = made(ontology)
    out = [*_blocks(engine), *_shortcomings(engine), *_details(engine), *_numbers(engine), *_kinds(engine), *_ties(engine), *_cues(engine)]
    for term in ontology.terms.values():
        if term.kind == "measure":
            out.extend(_term(engine, term))
    for rule in ontology.rules:
        out.extend(_rule(engine, rule))
    return out


def _facts(engine: Engine, text: str, home: str) -> DocumentFacts:
    return engine.extract(Document("example", "example", "", text, known={"region": home} if home else {}))


def _term(engine: Engine, term: Term) -> Iterator[str]:
    for text in term.attrs.get("examples", ()):
        if not _finds(engine, term, text):
            yield f"{term.file}:{term.line}: '{term.id}' is not found in its example '{text}'"
    for text in term.attrs.get("never", ()):
        if _finds(engine, term, text):
            yield f"{term.file}:{term.line}: '{term.id}' is found in '{text}', where it must not be"


def _finds(engine: Engine, term: Term, text: str) -> bool:
    return any(t.kind == "measure" and t.key == term.id for t, _ in _facts(engine, text, "").finding.mentions)


def _rule(engine: Engine, rule: Rule) -> Iterator[str]:
    for example in rule.examples:
        if not any(f.found_by == rule.id for f in _facts(engine, example.text, example.home).facts):
            yield f"{rule.file}:{rule.line}: rule '{rule.id}' finds nothing in its example '{example.text}'"
    for text in rule.never:
        if any(f.found_by == rule.id for f in _facts(engine, text, rule.examples[0].home).facts):
            yield f"{rule.file}:{rule.line}: rule '{rule.id}' finds something in '{text}', where it must not"


def _blocks(engine: Engine) -> Iterator[str]:
    patterns = dict(engine.numbers.blocks)
    for block in engine.words["numbers"]["block"]:
        for text in block["examples"]:
            if not patterns[block["id"]].search(text) or engine.numbers.find(text):
                yield f"lexicon/numbers.toml:1: block '{block['id']}' does not hide the figure of '{text}'"
        for text in block["never"]:
            if not engine.numbers.find(text):
                yield f"lexicon/numbers.toml:1: block '{block['id']}' hides the figure of '{text}', which must count"


def _shortcomings(engine: Engine) -> Iterator[str]:
    file = "lexicon/shortcomings.toml:1"
    words = engine.words["shortcomings"]
    for kind in words["kind"]:
        for text in kind["examples"]:
            if kind["name"] not in _problems(engine, text):
                yield f"{file}: problem '{kind['id']}' is not found in its example '{text}'"
        for text in kind["never"]:
            if kind["name"] in _problems(engine, text):
                yield f"{file}: problem '{kind['id']}' is found in '{text}', where it must not be"
    for text in words["section"]["examples"]:
        if not _problems(engine, text):
            yield f"{file}: no problem is found in the example '{text}'"
    for text in words["section"]["never"]:
        if _problems(engine, text):
            yield f"{file}: a problem is found in '{text}', where it must not be"


def _problems(engine: Engine, text: str) -> set[str]:
    return {f.issue_kind for f in _facts(engine, text, "").facts if f.kind == "Shortcoming"}


def _details(engine: Engine) -> Iterator[str]:
    for example in engine.words["standing"]["detail"]["examples"]:
        found = {f.status_detail for f in _facts(engine, example["text"], "").facts if f.kind == "Adoption"}
        if found != {example["gives"]}:
            yield f"lexicon/standing.toml:1: '{example['text']}' gives {sorted(found)}, not '{example['gives']}'"


def _numbers(engine: Engine) -> Iterator[str]:
    words, pattern = engine.words["imprint"]["number"], engine.imprints.number
    for text in words["examples"]:
        if not pattern.fullmatch(text):
            yield f"lexicon/imprint.toml:1: '{text}' is not read as a document's number"
    for text in words["never"]:
        if pattern.search(text):
            yield f"lexicon/imprint.toml:1: a document's number is found in '{text}', where it must not be"


def _kinds(engine: Engine) -> Iterator[str]:
    file, words = "lexicon/kinds.toml:1", engine.words["kinds"]
    for block in (b for b in words.values() if "kind" in b):
        for text in block["examples"]:
            if block["kind"] not in {f.quantity_kind for f in _figures(engine, text)}:
                yield f"{file}: no figure of '{text}' is {block['kind']}"
        for text in block["never"]:
            if block["kind"] in {f.quantity_kind for f in _figures(engine, text)}:
                yield f"{file}: a figure of '{text}' is {block['kind']}, which none must be"
    for example in words["per"]["examples"]:
        found = {f.quantity.per for f in _figures(engine, example["text"]) if f.quantity}
        if found != {example["gives"]}:
            yield f"{file}: the figures of '{example['text']}' are for {sorted(found)}, not '{example['gives']}'"


def _ties(engine: Engine) -> Iterator[str]:
    file = "lexicon/ties.toml:1"
    for name, block in engine.words["ties"].items():
        for example in block["examples"]:
            if (example["part"], example["of"]) not in _tied(engine, name, example["text"]):
                yield f"{file}: '{example['part']}' is not tied to '{example['of']}' in '{example['text']}'"
        for text in block["never"]:
            if found := _tied(engine, name, text):
                yield f"{file}: {sorted(found)} are tied in '{text}', where nothing must be"


def _tied(engine: Engine, name: str, text: str) -> set[tuple[str, str]]:
    """The figures that hang on another, or on a measure, with what they hang on."""
    facts = _figures(engine, text)
    others = [{"part": f.part_of, "change": f.change_of, "again": f.restates}.get(name) for f in facts]
    tied = {(_written(f), _written(facts[other])) for f, other in zip(facts, others, strict=True) if other is not None}
    return tied | {(_written(f), f.measure.label) for f in facts if name == "measure" and f.measure}


STANDS = {"Done": "done", "Actual": "done", "Planned": "planned", "Target": "planned", "Problem": "problem"}
SAYS: Mapping[str, Callable[[Fact], str]] = {
    "status": lambda fact: STANDS[fact.status],
    "period": lambda fact: fact.period.edtf if fact.period else "",
    "agent": lambda fact: fact.agent.label,
    "indicator": lambda fact: fact.indicator.label if fact.indicator else "",
    "unit": lambda fact: fact.quantity.unit if fact.quantity else "",
}
ASKED = {"status": "status", "times": "period", "scope": "agent", "tables": ""}  # what the examples of a file of the lexicon tell; "": several things


def _cues(engine: Engine) -> Iterator[str]:
    for name, asked in ASKED.items():
        file, words = f"lexicon/{name}.toml:1", engine.words[name]
        if not words.get("examples"):
            yield f"{file}: there are no examples; add some, each with text, at and gives"
        for example in words.get("examples", ()):
            wanted = {asked: example["gives"]} if asked else example["gives"]
            found = [{key: SAYS[key](fact) for key in wanted} for fact in _told(engine, example)]
            if found != ([wanted] if any(wanted.values()) or asked == "period" else []):
                yield f"{file}: '{example['at']}' of '{example['text']}' gives {found}, not {wanted}"
        for example in words.get("never", ()):
            if _told(engine, example):
                yield f"{file}: '{example['at']}' of '{example['text']}' is a figure, which it must not be"


def _told(engine: Engine, example: Mapping[str, str]) -> list[Fact]:
    """The facts of a figure as written or of a measure in an example."""
    known = {"region": example.get("home", ""), "date": example.get("date", "")}
    found = engine.extract(Document("example", "example", "", example["text"], known=known)).facts
    return [f for f in found if example["at"] in (_written(f), f.measure.label if f.kind == "Adoption" and f.measure else "")]


def _figures(engine: Engine, text: str) -> list[Fact]:
    return [f for f in _facts(engine, text, "").facts if f.kind == "Outcome"]


def _written(fact: Fact) -> str:
    return fact.quantity.text if fact.quantity else ""
