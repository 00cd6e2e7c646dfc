"""Relations that a text states between institutions, regions, policies and honours, found by the rules of ontology/rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.dating import Dating
from kg.model import Fact, Thing
from kg.names import Name
from kg.rules import Rule
from kg.scope import Scope, Subject
from kg.text import Text

BODY, PLACE, POLICY, CAMPUS = "\ue000", "\ue001", "\ue002", "\ue003"  # one private character stands for one mention
TITLE = re.compile(r"《[^《》\n]{2,80}》")
STATUS = {"done": "Done", "planned": "Planned", "problem": "Ended"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mention and the character that stands for it."""

    start: int
    end: int
    mark: str
    thing: Thing


def compiled(rule: Rule) -> re.Pattern[str]:
    """The rule's pattern with its named pieces filled in."""
    agent = f"[{BODY}{PLACE}{CAMPUS}]"
    pieces = {
        "body": f"[{BODY}{CAMPUS}]",
        "place": PLACE,
        "agent": agent,
        "agents": f"(?:{PLACE}的)?{agent}(?:[、和与及](?:{PLACE}的)?{agent})*",
        "campus": CAMPUS,
        "policy": POLICY,
        "policies": f"{POLICY}(?:[、和]?{POLICY})*",
        "gap": f"[^,;。:《》{BODY}{PLACE}{POLICY}{CAMPUS}]{{0,12}}",
        "any": "[^,。;《》]{0,14}?",
    }
    return re.compile(re.sub(r"\{([a-z]+)\}", lambda m: pieces.get(m[1], m[0]), rule.pattern))


class Relations:
    """The rules of relations, ready to use."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = [(r, compiled(r)) for r in rules if r.kind == "relation"]

    def facts(self, text: Text, scope: Scope, names: Sequence[tuple[Name, Thing]], policies: Sequence[tuple[int, int, Thing]], dating: Dating) -> list[Fact]:
        """The relations of a text, each once."""
        marks = self._marks(scope, names, policies)
        projected, where = project(text.clean, marks)
        out: dict[tuple[str, str, str], Fact] = {}
        for rule, a, b, span in self._titled(names, policies):
            self._add(out, rule, a, b, span, text, scope, dating)
        for rule, pattern in self.rules:
            for m in pattern.finditer(projected):
                for a, b in self._ends(rule, m, text.clean, where, scope, names):
                    self._add(out, rule, a, b, (where_at(where, m.start()), where_end(where, m.end() - 1)), text, scope, dating)
        return list(out.values())

    def _marks(self, scope: Scope, names: Sequence[tuple[Name, Thing]], policies: Sequence[tuple[int, int, Thing]]) -> list[Mark]:
        out = [Mark(n.start, n.end, CAMPUS if n.kind.id == "campus" else BODY, t) for n, t in names]
        out.extend(Mark(p.start, p.end, PLACE, scope.region(p.code)) for p in scope.places if p.code and not scope.followed_by_place(p))
        out.extend(Mark(a, b, POLICY, t) for a, b, t in policies)
        kept: list[Mark] = []
        for m in sorted(out, key=lambda m: (m.start, -m.end)):
            if not kept or m.start >= kept[-1].end:
                kept.append(m)
        return kept

    def _titled(self, names: Sequence[tuple[Name, Thing]], policies: Sequence[tuple[int, int, Thing]]) -> Iterator[tuple[Rule, Thing, Thing, tuple[int, int]]]:
        """《甲关于…的通知》: the body named at a title's head issued it."""
        rule = next((r for r, _ in self.rules if r.attrs.get("titles")), None)
        for start, end, policy in policies:
            yield from ((rule, t, policy, (start, end)) for n, t in names if rule and start <= n.start < end)

    def _ends(
        self, rule: Rule, m: re.Match[str], clean: str, where: Sequence[int | Mark], scope: Scope, names: Sequence[tuple[Name, Thing]]
    ) -> Iterator[tuple[Thing, Thing]]:
        groups = m.groupdict()
        if "c" in groups:
            campus = mark_at(where, m.start("c"))
            school = next((t for n, t in names if campus and n.end <= campus.end and campus.thing.label.startswith(n.stem) and n.kind.id != "campus"), None)
            if campus and (school or school_of(campus.thing)):
                yield campus.thing, school or school_of(campus.thing)  # type: ignore[misc]
            return
        firsts = things(where, m, "a") or [scope.subject(where_at(where, m.start())).thing]
        if groups.get("honour"):
            label = clean[where_at(where, m.start("honour")) : where_end(where, m.end("honour") - 1)]
            label = re.sub(str(rule.attrs.get("cut", "(?!)")), lambda found: found[1], label)
            honour = Thing("honour", f"named/{label}", label)
            yield from ((a, honour) for a in firsts)
            return
        seconds = things(where, m, "b")
        if rule.attrs.get("respective") or "分别" in m[0] and len(firsts) == len(seconds):
            yield from zip(firsts, seconds, strict=True)
            return
        for a in firsts[-1:] if rule.attrs["predicate"] in ("pairedWith", "leads") and len(seconds) > 1 else firsts:
            yield from ((a, b) for b in seconds if a != b)

    def _add(
        self, out: dict[tuple[str, str, str], Fact], rule: Rule, a: Thing, b: Thing, span: tuple[int, int], text: Text, scope: Scope, dating: Dating
    ) -> None:
        key = (a.key, str(rule.attrs["predicate"]), b.key)
        if key in out or scope.outline.passage(span[0]).junk:
            return
        subject = scope.subject(span[0])
        status = STATUS[scope.status.of(*span)]
        first = scope.outline.sentence(span[0])
        evidence = scope.outline.evidence(span[0], min(span[1], max(first[1], span[0] + 1)))
        basis = subject.basis if isinstance(subject, Subject) and subject.thing == a else "named"
        out[key] = Fact("Relation", a, basis, status, (evidence,), rule.id, predicate=str(rule.attrs["predicate"]), object=b, period=dating.period(span[1] - 1))


def school_of(campus: Thing) -> Thing | None:
    """The school that a campus's own name begins with."""
    m = re.match(r"(.+?(?:小学|中学|学校|[一二三四五六七八九十]中|[一二三四五六七八九十]小))", campus.label)
    return Thing("institution", f"{campus.region or '-'}/{m[1]}", m[1], type="school", region=campus.region) if m and m[1] != campus.label else None


def project(clean: str, marks: Sequence[Mark]) -> tuple[str, list[int | Mark]]:
    """The text with one character for each mention, and for each character its offset or mention."""
    out: list[str] = []
    where: list[int | Mark] = []
    at = 0
    for mark in marks:
        out.append(clean[at : mark.start])
        where.extend(range(at, mark.start))
        out.append(mark.mark)
        where.append(mark)
        at = mark.end
    out.append(clean[at:])
    where.extend(range(at, len(clean)))
    return "".join(out), where


def where_at(where: Sequence[int | Mark], i: int) -> int:
    """The clean offset of a projected position."""
    x = where[i]
    return x.start if isinstance(x, Mark) else x


def where_end(where: Sequence[int | Mark], i: int) -> int:
    """The clean offset behind a projected position."""
    x = where[i]
    return x.end if isinstance(x, Mark) else x + 1


def mark_at(where: Sequence[int | Mark], i: int) -> Mark | None:
    """The mention at a projected position."""
    x = where[i]
    return x if isinstance(x, Mark) else None


def things(where: Sequence[int | Mark], m: re.Match[str], group: str) -> list[Thing]:
    """The mentions inside a group of a match."""
    if group not in m.groupdict() or m[group] is None:
        return []
    span = where[m.start(group) : m.end(group)]
    alone = [x for x, after in zip(span, [*span[1:], None], strict=True) if isinstance(x, Mark) and not (x.mark == PLACE and after == x.end)]
    return [x.thing for x in alone]
