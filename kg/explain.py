"""What was found in a document, sentence by sentence, and which sentences gave nothing though they name something."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.extract import engine, extract
from kg.model import Document, DocumentFacts, Fact, Thing
from kg.rules import Ontology
from kg.spans import Spans
from kg.text import Text, read


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what it gave."""

    start: int  # code points into Document.text
    end: int
    text: str
    mentions: tuple[Thing, ...]  # named here first
    facts: tuple[Fact, ...]
    seen: tuple[str, ...]  # its figures, and the measures and institutions it names of which the document gave no fact anywhere

    @property
    def missed(self) -> bool:
        """Whether it names something that facts are made of and gave none."""
        return bool(self.seen) and not self.facts


def sentences(found: DocumentFacts, ontology: Ontology) -> Iterator[Sentence]:
    """All sentences of a document in order, each with its facts; a fact belongs to the sentence in which its first quote begins."""
    document = found.document
    text = read(document)
    starts = [0, *(text.origin[at] for at in text.sentence_starts[1:]), len(document.text)]
    facts: dict[int, list[Fact]] = {}
    mentions: dict[int, list[Thing]] = {}
    for fact in found.facts:
        facts.setdefault(bisect.bisect_right(starts, fact.evidence[0].start), []).append(fact)
    for thing, evidence in found.finding.mentions:
        mentions.setdefault(bisect.bisect_right(starts, evidence.start), []).append(thing)
    seen = noticed(found, text, starts, ontology)
    for number, (start, end) in enumerate(pairwise(starts), start=1):
        quote = document.text[start:end].strip()
        if quote:
            first = start + len(document.text[start:end]) - len(document.text[start:end].lstrip())
            yield Sentence(first, first + len(quote), quote, tuple(mentions.get(number, ())), tuple(facts.get(number, ())), tuple(seen.get(number, ())))


def noticed(found: DocumentFacts, text: Text, starts: list[int], ontology: Ontology) -> dict[int, list[str]]:
    """What each sentence that is no furniture of the page names: figures with a unit, and measures and institutions of which the document gave no fact."""
    told = {(t.kind, t.key) for f in found.facts for t in (f.agent, f.measure, f.object, f.about, *f.concerns) if t}
    spans = [(a, b, what) for a, b, what, term in engine(ontology).noticed(text) if ("measure", term) not in told]
    names = {name for t, _ in found.finding.mentions if t.kind == "institution" and (t.kind, t.key) not in told for name in (t.label, *t.alt)}
    for name in sorted(names):
        at = text.clean.find(name)
        while at >= 0:
            spans.append((at, at + len(name), f"institution {name}"))
            at = text.clean.find(name, at + 1)
    out: dict[int, list[str]] = {}
    furniture = Spans(engine(ontology).furniture(text))
    for start, _, what in longest(spans):
        if not furniture.hold(start, start + 1):
            out.setdefault(bisect.bisect_right(starts, text.origin[start]), []).append(what)
    return out


def longest(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The spans in order, without those that lie inside another or are said twice."""
    out: list[tuple[int, int, str]] = []
    for start, end, what in sorted(set(spans), key=lambda s: (s[0], -s[1], s[2])):
        if not out or end > out[-1][1]:
            out.append((start, end, what))
    return out


def explain(document: Document, ontology: Ontology) -> Iterator[str]:
    """Lines for each sentence in order: the sentence, what it names first, its facts with the rule that made each, and a mark where it gave nothing."""
    found = extract(document, ontology)
    finding = found.finding
    yield f"{finding.title}  [{finding.home.label if finding.home else '-'} ({finding.home_why}); {finding.issued or '-'} ({finding.date_why})]"
    for sentence in sentences(found, ontology):
        yield f"{sentence.start}-{sentence.end}  {sentence.text}"
        for thing in sentence.mentions:
            yield f"    {thing.kind}: {thing.label}"
        for fact in sentence.facts:
            yield f"    {describe(fact)}  <{source(fact, ontology)}>"
        if sentence.missed:
            yield f"    ! no fact of {', '.join(sentence.seen)}"


def describe(fact: Fact) -> str:
    """A fact in one line: kind, agent, what, value, status and whatever else it has."""
    what = fact.indicator or fact.measure or fact.object or fact.about
    q = fact.quantity
    value = f"{q.comparator} {q.text if q.value is None else format(q.value.normalize(), 'f')} {q.unit}" if q else ""
    more = (
        fact.period.edtf if fact.period else "",
        f"due {fact.due}" if fact.due else "",
        fact.status_detail,
        fact.voice if fact.voice != "own" else "",
        f"of {'、'.join(c.label for c in fact.restricted_to)}" if fact.restricted_to else "",
        f"by {fact.measure.label}" if fact.indicator and fact.measure else "",
        f"meets {' '.join(fact.meets)}" if fact.meets else "",
        f"fails {' '.join(fact.fails)}" if fact.fails else "",
        f"flag {' '.join(fact.flags)}" if fact.flags else "",
    )
    parts = (fact.kind, fact.agent.label, fact.predicate or fact.issue_kind, what.label if what else "", value, fact.status, *more)
    return " ".join(part for part in parts if part)


def source(fact: Fact, ontology: Ontology) -> str:
    """The rule that made a fact, with the file and line of the rule or of the measure's term where there is one."""
    rule = next((r for r in ontology.rules if r.id == fact.found_by), None)
    term = ontology.terms.get(f"measure/{fact.measure.key}") if fact.measure and not fact.indicator else None
    place = rule or term
    return f"{fact.found_by} {place.file}:{place.line}" if place else fact.found_by
