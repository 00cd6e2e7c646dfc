"""What was found in a document, sentence by sentence, and what gave nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extract import extract
from kg.model import Document, Fact
from kg.rules import Ontology


def explain(document: Document, ontology: Ontology) -> Iterator[str]:
    """Lines for each quoted sentence in order: the sentence, then its facts with the rule that made each."""
    found = extract(document, ontology)
    yield f"{found.finding.title}  [{found.finding.home.label if found.finding.home else '-'}; {found.finding.home_why}; {found.finding.issued or '-'}]"
    by_quote: dict[tuple[int, int], list[Fact]] = {}
    for fact in found.facts:
        by_quote.setdefault((fact.evidence[0].start, fact.evidence[0].end), []).append(fact)
    mentioned = {(e.start, e.end) for _, e in found.finding.mentions}
    for start, end in sorted({*by_quote, *mentioned}):
        yield f"{start}-{end}  {document.text[start:end].strip()}"
        for thing, e in found.finding.mentions:
            if (e.start, e.end) == (start, end):
                yield f"    {thing.kind}: {thing.label}"
        for fact in by_quote.get((start, end), ()):
            yield f"    {describe(fact)}  <{fact.found_by}>"
        if (start, end) not in by_quote:
            yield "    (no fact)"


def describe(fact: Fact) -> str:
    """A fact in one line: kind, agent, what, status, period."""
    what = fact.measure or fact.indicator or fact.object
    q = fact.quantity
    value = f" {q.comparator} {q.value if q.value is not None else q.text} {q.unit}" if q else ""
    return (
        f"{fact.kind} {fact.agent.label} {fact.predicate} {what.label if what else ''}{value} {fact.status} {fact.period.edtf if fact.period else ''}".replace(
            "  ", " "
        ).strip()
    )
