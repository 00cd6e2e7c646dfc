"""Stated problems: what an agent lacks or does badly, and what of the same document answers it."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence

from kg.adoptions import Measure
from kg.dating import Dating
from kg.mentions import Hit, longest
from kg.model import Evidence, Fact, Thing, record, replaced
from kg.names import Name
from kg.rules import Ontology
from kg.scope import Scope
from kg.spans import between
from kg.text import Text
from kg.values import CLOSE, either

RESTRICTIONS = ("stage", "place", "sponsor", "group")
STOPS, CLAUSES, ITEMS = re.compile("[。;!?\n]"), re.compile("[,:;。!?\n]"), re.compile("、")
BEHIND = 6  # characters by which what stands behind a cue is further off than what stands before it
ADDED = 8  # the same for what the lexicon's nouns stand for
BESIDE = 5  # how far a figure may stand behind 仍有 or 仅
BEFORE = 30  # how far before its clause a figure may stand that falls short of a standard


@record
class Naming:
    """Something in a clean text that a problem can be about."""

    start: int
    end: int
    thing: Thing
    far: int = 0  # added to its distance
    counted: bool = False  # a figure


@record
class Kind:
    """A kind of problem and the cues for it."""

    id: str
    name: str
    cue: re.Pattern[str]  # group "cue" is empty inside a word that means something else
    within: frozenset[str]  # cues that count in sections of problems only
    of_measures: bool  # said of measures first of all: a clause that names none speaks of the one before it


@record
class Cue:
    """A cue in a clean text."""

    start: int
    end: int
    kind: Kind


@record
class Stretch:
    """A sentence or heading that may state a problem."""

    start: int
    end: int
    section: bool  # in a section of problems
    under: int  # the heading, passage or sentence in which nothing is said twice
    title: tuple[int, int] = (0, 0)  # the heading whose measures it may speak of

    def holds(self, naming: Naming) -> bool:
        """Whether something is named in it, or is a measure that its heading names."""
        above = naming.thing.kind == "measure" and self.title[0] <= naming.start and naming.end <= self.title[1]
        return above or (self.start <= naming.start and naming.end <= self.end)


class Shortcomings:
    """Finds problems by the words of shortcomings.toml."""

    def __init__(self, ontology: Ontology) -> None:
        self.words = ontology.words["shortcomings"]
        self.terms = ontology.terms
        self.kinds = [
            Kind(k["id"], k["name"], re.compile(self._pattern(k)), frozenset(k.get("section_only", ())), k.get("of_measures", False))
            for k in self.words["kind"]
        ]
        self.any = re.compile("|".join(self._cue_of(k) for k in self.words["kind"]))  # one look spares most clauses those of all kinds
        by_id = {k.id: k for k in self.kinds}
        self.below, self.gap = by_id["below-standard"], by_id["gap"]
        section, guard, about = self.words["section"], self.words["guard"], self.words["about"]
        self.still, self.only = re.compile(either(section["still"])), re.compile(either(section["only"]))
        self.solved = re.compile(either(guard["solved"]))
        self.unsolved = re.compile(f"(?:{either(guard['unsolved'])})[^,;。]{{0,4}}$")
        self.general = frozenset(about["general"])
        self.general_measures = frozenset(about["general_measures"])
        self.nouns = {word: self._thing(kind, slug) for kind, table in (("indicator", "nouns"), ("measure", "measures")) for word, slug in about[table].items()}
        self.noun = re.compile(either(self.nouns))
        self.compared = tuple(about["compared"])

    @classmethod
    def _pattern(cls, kind: dict[str, list[str]]) -> str:
        return f"(?:{either(kind['not'])})|(?P<cue>{cls._cue_of(kind)})"

    @staticmethod
    def _cue_of(kind: dict[str, list[str]]) -> str:
        numbered = kind.get("unless_number", [])
        words = either([w for w in (*kind["words"], *kind.get("section_only", ())) if w not in numbered])
        bounds = "".join(rf"|{re.escape(w)}(?![\d一二三四五六七八九十百千两])" for w in numbered)
        return words + bounds + "".join(f"|{p}" for p in kind.get("patterns", ()))

    def _thing(self, kind: str, slug: str) -> Thing:
        return Thing(kind, slug, self.terms[f"{kind}/{slug}"].label)

    # --- what there is to complain of ---

    def namings(
        self,
        clean: str,
        measures: Sequence[Measure],
        figures: Sequence[tuple[int, int, Thing | None]],
        names: Sequence[tuple[Name, Thing]],
        indicators: Sequence[Hit],
    ) -> list[Naming]:
        """All that a problem of the text can be about: its measures, figures, institutions, and words of the indicator vocabulary."""
        out = [Naming(m.start, m.end, m.thing) for m in measures if m.thing.key not in self.general_measures]
        known = ((a, b, t.root) for a, b, t in figures if t and f"indicator/{t.root}" in self.terms)
        out += [Naming(a, b, self._thing("indicator", slug), 1, counted=True) for a, b, slug in known if slug not in self.general]
        out += [Naming(n.start, n.end, t, ADDED) for n, t in names if n.type != "government"]
        out += [Naming(h.start, h.end, Thing("indicator", h.term.id, h.term.label)) for h in longest(indicators) if h.term.id not in self.general]
        out += [Naming(m.start(), m.end(), self.nouns[m[0]], ADDED) for m in self.noun.finditer(clean)]
        return sorted(out, key=lambda n: (n.start, n.end, n.far, n.thing.kind, n.thing.key))

    # --- where ---

    def facts(self, text: Text, scope: Scope, dating: Dating, namings: Sequence[Naming], restrictions: Sequence[Hit]) -> list[Fact]:
        """One fact for each problem and what it is about, sentence by sentence; what a heading says already is not said again below it."""
        out: list[Fact] = []
        said: dict[int, set[tuple[str, str, str, str]]] = {}
        for stretch in stretches(scope):
            known = said.setdefault(stretch.under, set())
            near = [*between(namings, *stretch.title), *between(namings, stretch.start, stretch.end)]
            inside = [n for n in dict.fromkeys(near) if stretch.holds(n)]
            for span, cue, about in self._stated(text.clean, stretch, inside, scope):
                for naming in about:
                    fact = self._fact(text, scope, dating, naming, cue, span, restrictions)
                    key = (fact.agent.key, naming.thing.kind, naming.thing.key, fact.issue_kind)
                    both = naming.thing.kind == fact.agent.kind == "institution"
                    if not both and key not in known:
                        known.add(key)
                        out.append(fact)
        return out

    def _stated(self, clean: str, stretch: Stretch, inside: Sequence[Naming], scope: Scope) -> Iterator[tuple[tuple[int, int], Cue, list[Naming]]]:
        """The clauses, or items of a list in one, that state a problem, each with its cue and what it is about."""
        for a, b in cut(clean, stretch.start, stretch.end, CLAUSES):
            if self._solved(clean, a, b) or scope.status.cues.doubt.search(clean, a, b):
                continue
            about: list[Naming] = []
            for x, y, cue in self._cues(clean, a, b, stretch.section, inside):
                if not stretch.section and scope.status.of(cue.start, cue.end) == "planned":
                    continue
                about = self._about(clean, x, y, cue, [n for n in inside if n.end <= y]) or about
                yield (x, y), cue, about

    def _cues(self, clean: str, a: int, b: int, section: bool, inside: Sequence[Naming]) -> list[tuple[int, int, Cue]]:
        """The cues of a clause with the part of it that each belongs to: items of a list where several have one, else all of it."""
        items = [(x, y, cue) for x, y in cut(clean, a, b, ITEMS) if (cue := self.cue(clean, x, y, section))]
        if not items and section and (weak := self._weak(clean, a, b, inside)):
            items = [(a, b, weak)]
        return items if len(items) > 1 else [(a, b, cue) for _, _, cue in items]

    def cue(self, clean: str, start: int, end: int, section: bool) -> Cue | None:
        """The cue of the first kind that has one in clean[start:end]; some words are cues only in a section of problems."""
        for kind in self.kinds if self.any.search(clean, start, end) else ():
            m = next((m for m in kind.cue.finditer(clean, start, end) if m["cue"] and (section or m["cue"] not in kind.within)), None)
            if m:
                return Cue(m.start(), m.end(), kind)
        return None

    def stalls(self, clean: str, start: int, end: int) -> bool:
        """Whether clean[start:end] says that something does not get on."""
        return any(m["cue"] for kind in self.kinds if kind.of_measures for m in kind.cue.finditer(clean, start, end))

    def _weak(self, clean: str, start: int, end: int, inside: Sequence[Naming]) -> Cue | None:
        """In a section of problems: 仍有 before a figure of what should be less, 仅 before one of what should be more."""
        for pattern, direction, kind in ((self.still, "less", self.below), (self.only, "more", self.gap)):
            for m in pattern.finditer(clean, start, end):
                beside = [n for n in inside if n.counted and 0 <= n.start - m.end() <= BESIDE]
                if any(self.terms[f"indicator/{n.thing.key}"].attrs.get("direction") == direction for n in beside):
                    return Cue(m.start(), m.end(), kind)
        return None

    def _solved(self, clean: str, start: int, end: int) -> bool:
        m = self.solved.search(clean, start, end)
        return m is not None and not self.unsolved.search(clean[start : m.start()])

    # --- about what ---

    def _about(self, clean: str, start: int, end: int, cue: Cue, inside: Sequence[Naming]) -> list[Naming]:
        """What a problem is about: what is named nearest its cue, with what stands in a list with it; nothing where nothing is named."""
        near = [n for n in inside if n.start >= start]
        if cue.kind.of_measures and not any(n.thing.kind == "measure" for n in near):
            near = self._topic(inside, start) or near
        if not near and (cue.kind is self.below or clean.startswith(self.compared, cue.start)):
            near = [n for n in inside if n.end <= start and start - n.end <= BEFORE][-3:]
        if not near:
            return []
        best = min(near, key=lambda n: (distance(n, cue), n.start - n.end))
        listed = [n for n in near if n.thing.kind == best.thing.kind == "measure" and CLOSE.fullmatch(clean, n.end, best.start)]
        return [*listed, best]

    @staticmethod
    def _topic(inside: Sequence[Naming], start: int) -> list[Naming]:
        """The measure that a sentence named first before clean[start:], else the one of its heading."""
        return [n for n in inside if n.thing.kind == "measure" and n.start < start][:1]

    def _fact(self, text: Text, scope: Scope, dating: Dating, naming: Naming, cue: Cue, span: tuple[int, int], restrictions: Sequence[Hit]) -> Fact:
        subject = scope.subject(cue.start)
        found = longest(h for h in between(restrictions, *span) if h.end <= span[1] and h.term.scheme in RESTRICTIONS)
        concepts = {Thing("concept", f"{h.term.scheme}/{h.term.id}", h.term.label, type=h.term.scheme) for h in found}
        return Fact(
            "Shortcoming",
            subject.thing,
            subject.basis,
            "Problem",
            (evidence(text, scope, min(span[0], naming.start), span[1]),),
            f"shortcoming-{cue.kind.id}",
            about=naming.thing,
            issue_kind=cue.kind.name,
            period=dating.period(cue.start),
            restricted_to=tuple(sorted(concepts, key=lambda c: c.key)),
        )

    # --- and what answers it ---

    def answered(self, facts: Sequence[Fact]) -> list[Fact]:
        """The facts, each problem with the planned measure or target of its document that answers it where there is one."""
        plans: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for i, f in enumerate(facts):
            if f.status in ("Planned", "Target") and f.kind in ("Adoption", "Outcome"):
                for topic in self._topics(f):
                    plans.setdefault((f.agent.key, topic), []).append((f.evidence[0].start, i))
        for found in plans.values():
            found.sort()
        return [replaced(f, addressed_by=self._answer(f, plans)) if f.kind == "Shortcoming" else f for f in facts]

    def _topics(self, fact: Fact) -> frozenset[str]:
        return frozenset(t.root for t in (fact.measure, fact.indicator) if t and not t.root.startswith("-/"))

    def _answer(self, problem: Fact, plans: Mapping[tuple[str, str], Sequence[tuple[int, int]]]) -> int | None:
        """The position of the first plan of the same agent, behind the problem first, about the same thing or about what is known to answer it."""
        topic = problem.about.root if problem.about else ""
        at = problem.evidence[0].start
        for wanted in (topic, *self.words["answers"].get(topic, ())):
            if found := plans.get((problem.agent.key, wanted)):
                return found[bisect.bisect_left(found, (at, 0)) % len(found)][1]
        return None


def distance(naming: Naming, cue: Cue) -> int:
    """How far what is named lies from a cue; 0 where they overlap."""
    if naming.end <= cue.start:
        return cue.start - naming.end + naming.far
    return (naming.start - cue.end + BEHIND if naming.start >= cue.end else 0) + naming.far


def cut(clean: str, start: int, end: int, at: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The spans between marks of clean[start:end]."""
    for m in at.finditer(clean, start, end):
        if m.start() > start:
            yield start, m.start()
        start = m.end()
    if end > start:
        yield start, end


def stretches(scope: Scope) -> Iterator[Stretch]:
    """The sentences that may state a problem; headings too in sections of problems, save those above a text about somebody else."""
    passages = scope.outline.passages
    for i, passage in enumerate(passages):
        if not passage.junk and scope.status.base(scope.outline.passages[i].start) != "planned":
            yield from sentences(scope, i)
        yield from headings(scope, i)


def sentences(scope: Scope, i: int) -> Iterator[Stretch]:
    """The sentences of a passage."""
    passage, section = scope.outline.passages[i], scope.status.base(scope.outline.passages[i].start) == "problem"
    heading = passage.headings[-1] if section and passage.headings else None
    under = heading.start if heading else passage.start
    at = passage.start
    while at < passage.end and (section or not passage.heading):
        start, end = scope.outline.sentence(at)
        yield Stretch(max(start, at), end, section, under if section else at, (heading.start, heading.end) if heading else (0, 0))
        at = max(end, at + 1)


def headings(scope: Scope, i: int) -> Iterator[Stretch]:
    """The headings between a passage and the next one, where they stand in a section of problems."""
    passages = scope.outline.passages
    last = passages[i + 1].start if i + 1 < len(passages) else len(scope.clean)
    for start, end in cut(scope.clean, passages[i].end, last, STOPS):
        owner = i + 1 if i + 1 < len(passages) and any(start <= h.start < end for h in passages[i + 1].headings) else i
        first = scope.outline.sentence(passages[owner].start)[1] - 1
        others = owner > i and scope.subject(first).thing != scope.default.thing
        if scope.status.base(scope.outline.passages[owner].start) == "problem" and not others:
            yield Stretch(start, end, True, start)


def evidence(text: Text, scope: Scope, start: int, end: int) -> Evidence:
    """The quote of a problem; a heading that lies between passages is a quote of its own."""
    passage = scope.outline.passage(start)
    if start < passage.end:
        return scope.outline.evidence(start, end)
    return text.evidence(start, end, text.sentence(start), (passage.paragraph, passage.path))
