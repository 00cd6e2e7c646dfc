"""Measures that an agent has taken, plans or lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.dating import Dating
from kg.mentions import Hit
from kg.model import Fact, Thing
from kg.names import Name
from kg.scope import Scope
from kg.text import Text
from kg.values import either

STATUS = {"done": "Done", "planned": "Planned", "problem": "Problem"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure at a place of a clean text."""

    start: int
    end: int
    thing: Thing
    rule: str


class Adoptions:
    """Finds measures of the vocabulary and named programmes, and who has which status with them."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words
        self.doing, self.removing = re.compile(either(words["doing"])), re.compile(either(words["removing"]))
        self.programme = re.compile(either(words["programme"]))
        self.verb = re.compile(f"(?:{either(words['verbs'])})[^,;。:《]{{0,6}}$")
        self.never = re.compile(either(words["not_programme"]))

    def measures(self, text: Text, hits: Sequence[Hit], scope: Scope, names: Sequence[Name]) -> list[Measure]:
        """All measures of the text, in order."""
        taken = [(n.start, n.end) for n in names]
        out = [
            Measure(h.start, h.end, Thing("measure", h.term.id, h.term.label), f"measure-{h.strength or 'label'}")
            for h in hits
            if not scope.outline.passage(h.start).junk and not any(a <= h.start and h.end <= b for a, b in taken) and self._counts(text.clean, h, scope)
        ]
        out.extend(self._named(text, scope, out, taken))
        return sorted(out, key=lambda m: m.start)

    def _counts(self, clean: str, hit: Hit, scope: Scope) -> bool:
        if not hit.strength:
            return True
        pattern = self.doing if hit.strength == "weak" else self.removing
        return pattern.search(clean, *scope.outline.clause(hit.start)) is not None

    def _named(self, text: Text, scope: Scope, known: Sequence[Measure], taken: Sequence[tuple[int, int]]) -> list[Measure]:
        """Programmes that stand in quotation marks and are in no vocabulary."""
        out = []
        for start, end in text.quoted:
            name = text.clean[start:end]
            tail = self.programme.match(text.clean, end)
            if not self.words["shortest"] <= len(name) <= self.words["longest"] or re.search("[,。;:《》]", name) or scope.outline.passage(start).junk:
                continue
            if (
                any(m.start < end and start < m.end for m in known)
                or any(a < end and start < b for a, b in taken)
                or self.never.search(name)
                or self.never.match(text.clean, end)
            ):
                continue
            if tail or self.verb.search(text.clean, max(0, start - 12), start):
                label = name + (tail[0] if tail and not name.endswith(tail[0]) else "")
                alt = (name,) if label != name else ()
                out.append(Measure(start, end, Thing("measure", f"named/{name}", label, alt), "measure-named"))
        return out

    def facts(self, text: Text, measures: Sequence[Measure], scope: Scope, dating: Dating) -> list[Fact]:
        """One fact for each measure, agent and status, by its first mention."""
        out: dict[tuple[str, str, str], Fact] = {}
        for m in measures:
            if not scope.status.asserts(m.start):
                continue
            subject, period = scope.subject(m.start), dating.period(m.start)
            status = STATUS[scope.status.of(m.start, m.end, period)]
            key = (m.thing.key, subject.thing.key, status)
            if key in out:
                continue
            evidence = scope.outline.evidence(m.start, m.end)
            out[key] = Fact(
                "Adoption",
                subject.thing,
                subject.basis,
                status,
                (evidence,),
                m.rule,
                measure=m.thing,
                period=period,
                extent=scope.status.extent(m.start),
            )
        return list(out.values())
