"""Measures that an agent has taken, plans or lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.bodies import by_name
from kg.dating import Dating
from kg.deixis import Subject
from kg.mentions import Hit
from kg.model import Fact, Term, Thing, record, replaced
from kg.names import LONGEST_NAME, Name, government
from kg.outline import Outline
from kg.prefilter import Prefilter
from kg.rules import Ontology
from kg.scope import Scope
from kg.spans import Spans, between
from kg.text import Text
from kg.values import either

SUBTITLE = re.compile("—{1,2}[^。;]+")
OPENING = 12  # characters in which a paragraph that tells of regions one by one names the first
STATUS = {"done": "Done", "planned": "Planned", "problem": "Problem"}


@record
class Measure:
    """A measure at a place of a clean text."""

    start: int
    end: int
    thing: Thing
    rule: str
    joint: bool = False  # carried out between schools, so that neither of them has it alone
    helping: bool = False  # what one school does for another
    builds: bool = False  # concerns the schools that its clause names
    ill: bool = False  # what is named is the ill: that none is left is no failing
    says: str = ""  # the status that the rule itself tells, whatever else the text says


def measure(start: int, end: int, term: Term, rule: str, building: Sequence[str]) -> Measure:
    """The measure of the vocabulary that a term is, at a place; `building` are those that concern the schools named beside them."""
    joint, helping = bool(term.attrs.get("joint")), bool(term.attrs.get("helping"))
    return Measure(start, end, Thing("measure", term.id, term.label), rule, joint, helping, bool({term.id, term.broader} & set(building)))


class Adoptions:
    """Finds measures of the vocabulary and named programmes, and who has which status with them."""

    def __init__(self, words: Mapping[str, Any], ontology: Ontology) -> None:
        self.words = words
        described = [r for r in ontology.rules if r.kind == "measure"]
        self.described = Prefilter(((r, ontology.terms[f"measure/{r.attrs['measure']}"]), r.pattern) for r in described)
        self.doing, self.removing = re.compile(either(words["doing"])), re.compile(either(words["removing"]))
        self.programme = re.compile(f"[^,。;:的、]{{0,2}}?({either(words['programme'])})")
        self.shape, self.titled = re.compile(words["shape"]), re.compile(words["titled"])
        self.headed, self.own_name = re.compile(words["headed"]), re.compile(words["own_name"])
        self.following = re.compile(either(words["following"]))
        self.common = re.compile(either(words["not_titled"]))
        self.verb = re.compile(f"(?<!{words['no']})(?:{either(words['verbs'])})[^,;。:《]{{0,6}}$|{words['means']}")
        self.never, self.endings = re.compile(either(words["not_programme"])), tuple(words["not_programme"])
        self.followed = re.compile(words["followed"])
        self.opening, self.slogan = re.compile(words["opening"]), re.compile(words["slogan"])
        self.turned = re.compile(f"(?:{either(words['turning_from'])})[^,。;]{{1,10}}(?:{either(words['turning_to'])})$")
        self.openings, self.spreading = tuple(words["not_opening"]), re.compile(words["spreading"])

    def measures(self, text: Text, hits: Sequence[Hit], scope: Scope, names: Sequence[Name]) -> list[Measure]:
        """All measures of the text, in order."""
        headed, seen = [*self._headed(text.clean)], dict[tuple[str, int], bool]()
        whole = Spans((m.start, m.end) for m in headed)
        out = [
            replaced(measure(h.start, h.end, h.term, f"measure-{h.strength or 'label'}", self.words["building"]), ill=h.strength == "problem")
            for h in hits
            if not scope.outline.passage(h.start).junk
            and not whole.hold(h.start, h.end)
            and not self._part_of_name(text, h)
            and not any(h.end <= n.end and not n.founds(h.start) for n in between(names, h.start - LONGEST_NAME, h.start + 1))
            and self._counts(text.clean, h, scope, seen)
        ]
        out.extend(headed)
        out.extend(self._described(text.clean, scope, Spans((m.start, m.end) for m in out)))
        for find in (self._named, self._titled):
            out.extend(find(text, scope, Spans([*((n.start, n.end) for n in names), *((m.start, m.end) for m in out)])))
        out.sort(key=lambda m: m.start)
        return sorted([*out, *self._spread(text.clean, scope, out)], key=lambda m: m.start)

    def cited(self, clean: str, titles: Sequence[tuple[int, int]], outline: Outline) -> Iterator[tuple[int, int]]:
        """The titles that a text only follows (根据《…行动计划》) and that tell of nobody's measure."""
        for start, end in titles:
            if self.following.search(clean, outline.clause(start)[0], start):
                yield start, end

    def _described(self, clean: str, scope: Scope, taken: Spans) -> Iterator[Measure]:
        """The measures that a text describes and does not name: 把7所小学整合成3所."""
        for (rule, term), m in self.described.matches(clean):
            start, end = m.span(m.lastgroup or 0)
            if not taken.touch(start, end) and not scope.outline.passage(start).junk:
                found = measure(start, end, term, rule.id, self.words["building"])
                yield replaced(found, ill=bool(rule.attrs.get("ill")), says=str(rule.attrs.get("status", "")))

    def _spread(self, clean: str, scope: Scope, measures: Sequence[Measure]) -> Iterator[Measure]:
        """Where a later clause says how far the measure of its sentence has come: 县管校聘先行试点,今年全面推开."""
        for m in self.spreading.finditer(clean):
            clause, sentence = scope.outline.clause(m.start()), scope.outline.period_sentence(m.start())
            before = between(measures, sentence[0], clause[0])
            if before and not before[-1].builds and not before[-1].ill and not between(measures, *clause):
                yield replaced(before[-1], start=m.start(), end=m.end(), says="")

    def _headed(self, clean: str) -> Iterator[Measure]:
        """Programmes that a numbered heading names: (二)教师强基工程。"""
        for m in self.headed.finditer(clean):
            if not self.common.search(m["name"]):
                yield Measure(*m.span("name"), Thing("measure", f"named/{m['name']}", m["name"]), "measure-titled")

    def _titled(self, text: Text, scope: Scope, taken: Spans) -> list[Measure]:
        """Programmes without quotation marks whose name ends as such names do: 实施特殊群体关爱行动."""
        out = []
        for m in self.titled.finditer(text.clean):
            start, end = m.span("name")
            if not taken.touch(start, end) and not scope.outline.passage(start).junk and not self.common.search(m["name"]):
                out.append(Measure(start, end, Thing("measure", f"named/{m['name']}", m["name"]), "measure-titled"))
        return out

    def _part_of_name(self, text: Text, hit: Hit) -> bool:
        """Whether a label is but part of the quoted name of a programme: “县域教育提质三年行动”, or goes on behind it: “沂蒙名师”培育工程."""
        longest = self.words["longest"]
        for a, b in text.quotes(max(0, hit.start - longest), hit.start + 1):
            goes_on = a < hit.start < b < hit.end and self.programme.match(text.clean, b)
            inside = hit.end <= b <= a + longest and hit.end - hit.start < b - a and self.own_name.search(text.clean[a:b])
            if goes_on or inside:
                return True
        return False

    def _counts(self, clean: str, hit: Hit, scope: Scope, seen: dict[tuple[str, int], bool]) -> bool:
        """Whether a label that is too common to count alone stands in a clause with a verb of doing or removing; `seen`: the clauses asked before."""
        if not hit.strength:
            return True
        first, last = scope.outline.clause(hit.start)
        if (hit.strength, first) not in seen:
            pattern = self.doing if hit.strength == "weak" else self.removing
            seen[hit.strength, first] = pattern.search(clean, first, last) is not None
        return seen[hit.strength, first]

    def _named(self, text: Text, scope: Scope, taken: Spans) -> list[Measure]:
        """Programmes that stand in quotation marks and are in no vocabulary; one that is told as such once is one wherever it is quoted."""
        free = [
            (start, end)
            for start, end in text.quoted
            if not scope.outline.passage(start).junk
            and not taken.touch(start, end)
            and self._can_name(text.clean, start, end)
            and not self._turns(text.clean, start, end)
        ]
        labels: dict[str, str] = {}
        after = -1  # where a quoted name ends that is a programme's: one right behind it is one too
        for start, end in free:
            name = text.clean[start:end]
            tail = self.programme.match(text.clean, end)
            if (
                tail
                or self.shape.fullmatch(name)
                or self.followed.match(text.clean, end)
                or after == start
                or self.slogan.match(text.clean, end)
                and self.opening.search(text.clean, max(0, start - 12), start)
                or self.verb.search(text.clean, max(0, start - 12), start)
            ):
                after = end
                label = name + (tail[0] if tail and not name.endswith(tail[1]) else "")
                labels[name] = max(labels.get(name, ""), label, key=len)
        out = []
        for start, end in free:
            name = text.clean[start:end]
            if name in labels:
                thing = Thing("measure", f"named/{labels[name]}", labels[name], (name,) if labels[name] != name else ())
                out.append(Measure(start, end, thing, "measure-named"))
        return out

    def _turns(self, clean: str, start: int, end: int) -> bool:
        """Whether a quoted word is what something turns from or into: 从“看得住”到“学得好”."""
        origin = clean.startswith(tuple(self.words["turning_from"]), start - 1) and clean.startswith(tuple(self.words["turning_to"]), end)
        return origin or self.turned.search(clean, max(0, start - self.words["longest"]), start) is not None

    def _can_name(self, clean: str, start: int, end: int) -> bool:
        name = clean[start:end]
        fits = self.words["shortest"] <= len(name) <= self.words["longest"] and not re.search("[,。;:《》!?]", name)
        return fits and not name.endswith(self.endings) and not name.startswith(self.openings) and not self.never.match(clean, end)

    def facts(self, measures: Sequence[Measure], scope: Scope, dating: Dating) -> list[Fact]:
        """One fact for each measure, agent and status, by its first mention; a document's title says of nobody that it has done anything."""
        out: dict[tuple[str, str, str], Fact] = {}
        head = next((p for p in scope.outline.passages if not p.junk), None)
        title = None if head is None or "。" in scope.clean[head.start : head.end + 1] else head
        under = next((p for p in scope.outline.passages if title and p.start > title.start), None)
        under = under if under and SUBTITLE.fullmatch(scope.clean, under.start, under.end) else None
        for m, after in zip(measures, (*(x.start for x in measures[1:]), len(scope.clean)), strict=False):
            if scope.outline.passage(m.start) is title or not scope.status.asserts(m.start):
                continue
            period = dating.period(m.start)
            stuck = not m.ill and scope.status.stuck(m.start, m.end, after)
            status = m.says or STATUS["problem" if stuck else scope.status.of(m.start, m.end, dating.said(period))]
            agents = self._agents(m, scope, status)
            if under and scope.outline.passage(m.start) is under and len(agents) > 1:
                continue  # a subtitle that lists the places a report is about
            for subject in agents:
                key = (m.thing.key, subject.thing.key, status)
                if key not in out:
                    evidence, extent = scope.outline.evidence(m.start, m.end), scope.status.extent(m.start)
                    out[key] = Fact("Adoption", subject.thing, subject.basis, status, (evidence,), m.rule, measure=m.thing, period=period, extent=extent)
                if concerns := self._concerned(m, subject, scope):
                    out[key] = replaced(out[key], concerns=tuple(dict.fromkeys((*out[key].concerns, *concerns))))
        return list(out.values())

    def _agents(self, m: Measure, scope: Scope, status: str) -> list[Subject]:
        """Who has the measure: the schools that its clause says help others, else, of what schools do together, the region that arranges it."""
        found = scope.agents(m.start)
        if inner := scope.where(m.start, m.end):
            return [inner]
        if m.helping and self._helps(m, found, scope):
            return found
        if own := scope.inside(found) or (not m.helping and len(found) == 1 and scope.partner(found[0], m.start)):
            return own
        if scope.default.school and all(s.thing == scope.default.thing for s in found):
            return found  # a school's own text tells of its own part in what schools do together
        if any(s.school for s in found) and (m.joint or (len(found) > 1 and status != STATUS["problem"])):
            return [scope.region_of(m.start)]
        if all(s.thing == scope.home.thing for s in found):
            return self._told_of(m, scope, status) or found
        return found

    @staticmethod
    def _helps(m: Measure, found: Sequence[Subject], scope: Scope) -> bool:
        """Whether the schools found are named in the sentence before the measure and another, whom they help, in its clause."""
        first, last = scope.outline.clause(m.start)
        said = scope.outline.period_sentence(m.start)[0]
        others = {n.start for n, t in between(scope.names, first, last, key=by_name) if not government(n)} - {s.start for s in found}
        return all(s.school and said <= s.start < m.start for s in found) and bool(others)

    def _concerned(self, m: Measure, subject: Subject, scope: Scope) -> tuple[Thing, ...]:
        """The schools that a measure of building is about: those its clause names."""
        first, last = scope.outline.clause(m.start)
        named = between(scope.names, first, last, key=by_name) if m.builds else ()
        return tuple(t for n, t in named if not government(n) and t != subject.thing)

    def _told_of(self, m: Measure, scope: Scope, status: str) -> list[Subject]:
        """The regions of which what follows tells the measure: in its clause, under its heading, or, of a problem, in its sentence."""
        clause, sentence = scope.outline.clause(m.start), scope.outline.sentence(m.start)
        if inner := scope.below(m.end, clause[1]):
            return inner
        index = scope.outline.index(m.start)
        if scope.outline.passages[index].heading and index + 1 < len(scope.outline.passages):
            below = scope.outline.passages[index + 1]
            opening = scope.below(below.start, below.start + OPENING)
            if not opening or below.headings != scope.outline.passages[index].headings:
                return []
            if status == STATUS["problem"]:
                return scope.below(below.start, below.end)
            return next((g for g in scope.groups if g[0].start == opening[0].start), opening[:1])
        return scope.below(m.end, sentence[1]) if status == STATUS["problem"] else []
