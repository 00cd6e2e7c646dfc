"""Relations that a text states between institutions, regions, policies and honours, found by the rules of ontology/rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from kg.bodies import Bodies, by_name
from kg.dating import Dating
from kg.deixis import Subject
from kg.model import Fact, Thing, record
from kg.names import LONGEST_NAME, Name, government
from kg.prefilter import Prefilter, filled
from kg.rolls import in_brackets, listed, rolls
from kg.rules import Ontology, Rule
from kg.scope import Scope
from kg.spans import between
from kg.tables import Cell, grids
from kg.text import LONGEST_PASSAGE, Text
from kg.values import either

BODY, SCHOOL, GROUP, CAMPUS, PLACE, POLICY = "\ue000\ue001\ue002\ue003\ue004\ue005"  # one private character stands for one mention
LONGEST_TITLE, LONGEST_LIST, FEW = 80, 30, 6  # characters; members, and those of a list beside which 和 may begin another
SEVERAL = 5  # places that 五县 may mean of which the text names not all
TITLE = re.compile(f"《[^《》\\n]{{2,{LONGEST_TITLE}}}》")
MARKS = {"school": SCHOOL, "kindergarten": SCHOOL, "education_group": GROUP}
STATUS = {"done": "Done", "planned": "Planned", "problem": "Done"}
PARTNERS = {"former": 0, "latter": 1}


@record
class Mark:
    """A mention and the character that stands for it; 三区 stands for several things."""

    start: int
    end: int
    mark: str
    things: tuple[Thing, ...]


class Honours:
    """Titles and recognitions as texts write them."""

    def __init__(self, ontology: Ontology, words: Mapping[str, Any]) -> None:
        self.words = words
        terms = ontology.by_kind.get("honour", ())
        self.tops = {e: t for t in terms if t.attrs.get("top") for e in t.attrs.get("endings", ())}
        self.shipped = {unicodedata.normalize("NFKC", label): t for t in terms if not t.attrs.get("top") for label in (t.label, *t.alt)}
        self.known = re.compile(either(self.shipped))
        self.recognised = {word: ontology.terms[f"honour/{term}"] for word, term in words["recognised"].items()}
        self.kindergarten = ontology.terms["institution/kindergarten"].label
        ranks = [e for e, t in self.tops.items() if t.id in words["rank_classes"]]
        self.rank = self._item((*ranks, *self.shipped))
        self.item = self._item((*self.tops, *self.shipped, *words["titles"]))
        ends = f"(?:{either((*self.tops, *self.shipped, *words['titles']))})(?:{either(words['suffixes'])})*"
        won, self.taking_part = either(words["pieces"]["award"]), re.compile(either(words["taking_part"]))
        self.quoted = re.compile(f"[^,。;:《》\\n]{{2,40}}{ends}")
        self.won = re.compile(f"(?:{won})(?:为|了|成)?(?P<titles>(?:[^,。;:《》\\n]{{2,30}}?{ends}(?:{either(words['joints'])})?){{1,8}})")

    def _item(self, endings: Iterable[str]) -> str:
        """A pattern for a title by what it ends in."""
        ends = f"(?:{either(endings)}|{self.words['grades']})(?:{either(self.words['suffixes'])})*"
        return f"[{PLACE}{BODY}]*[^,。;:、《》\\n{BODY}-{POLICY}]{{0,30}}{ends}"

    def spans(self, text: Text) -> list[tuple[int, int]]:
        """Where titles stand in quotation marks or behind a verb of award, in order; not those of having part in a programme."""
        quoted = [(a, b) for a, b in text.quoted if self.quoted.fullmatch(text.clean, a, b)]
        won = [(m.start("titles"), m.end("titles") + 1) for m in self.won.finditer(text.clean)]  # with what follows: 评为某省示范教育集团 names no group
        found = [*quoted, *won]
        return sorted((a, b) for a, b in found if not self.taking_part.search(text.clean, a, b))

    def find(self, label: str, agent: Thing) -> Thing:
        """The honour that a label names: one that ships, else one of its own under the class its ending tells."""
        label = re.sub(f"^(?:{either(self.words['before_title'])})+|(?:{either(self.words['after_title'])})$", "", label)
        plain = next((t for word, t in self.recognised.items() if word in label), None)
        known = max(self.known.finditer(label), key=lambda m: len(m[0]), default=None)
        term = self.shipped[known[0]] if known else plain
        if term and not re.search(either(self.words["candidates"]), label):
            return Thing("honour", term.id, term.label, () if label in (term.label, *term.alt) else (label,))
        if agent.type == "kindergarten" and re.search(f"{self.words['grades']}$", label):
            label += self.kindergarten
        top = self.tops.get(max((e for e in self.tops if label.endswith(e)), key=len, default=""))
        return Thing("honour", f"named/{label}", label, broader=top.id if top else "")


class Relations:
    """The rules of relations, ready to use."""

    def __init__(self, ontology: Ontology, bodies: Bodies) -> None:
        self.bodies = bodies
        self.words = words = ontology.words["relations"]
        self.honours = Honours(ontology, words)
        pointing = ontology.words["scope"]
        self.ours = either([*(w for w in pointing["own"] if w.startswith(tuple(pointing["mine"]))), *pointing["mine"]])
        rules, pieces = [r for r in ontology.rules if r.kind == "relation"], self._pieces_of_patterns()
        self.rules = Prefilter(((r, r.pattern) for r in rules if "columns" not in r.attrs and "annex" not in r.attrs), pieces)
        self.rolls = [(r, re.compile(filled(r.pattern, pieces)), re.compile(str(r.attrs["annex"]))) for r in rules if "annex" in r.attrs]
        self.tabled = [(r, re.compile(r.pattern)) for r in rules if "columns" in r.attrs]
        self.roles = {head: role for role, heads in ontology.words["tables"]["roles"].items() for head in heads}
        self.titled = next((r for r in rules if r.attrs.get("titles")), None)
        self.several = re.compile(words["several"])
        self.our_office, self.offices = re.compile(either(words["our_office"])), ontology.words["names"]["education_bureaus"]
        self.negated, self.ended, self.under_way, self.intended = (re.compile(either(words[k])) for k in ("negated", "ended", "under_way", "intended"))
        self.counted, self.others = re.compile(words["counted"]), re.compile(either(words["others"]))
        self.national = re.compile(self.words["national"])
        self.adverbs = re.compile(f"(?:{'|'.join(words['adverbs'])})*")

    def _pieces_of_patterns(self) -> dict[str, str]:
        """What the names in the patterns of rules stand for."""
        agent = f"[{BODY}{SCHOOL}{GROUP}{CAMPUS}{PLACE}]"
        tail = f"(?:{self.words['number_of']}|{either(self.words['and_so_on'])})?"
        joint, opens = either(self.words["joints"]), either(self.words["title_opens"])
        listed = f"(?:{self.ours})?{PLACE}{{0,3}}(?:的)?{agent}"
        return {
            "body": f"[{BODY}{SCHOOL}{GROUP}{CAMPUS}]",
            "office": BODY,
            "school": f"[{SCHOOL}{CAMPUS}]",
            "group": GROUP,
            "campus": CAMPUS,
            "authority": f"[{BODY}{PLACE}]",
            "place": PLACE,
            "agent": listed,
            "agents": f"{listed}(?:(?:{joint}){listed}){{0,{LONGEST_LIST}}}{tail}",
            "few": f"{listed}(?:(?:{joint}){listed}){{0,{FEW}}}{tail}",
            "issuers": f"{agent}(?:(?:{either((*self.words['joints'], *self.words['jointly']))}){agent}){{0,{LONGEST_LIST}}}",
            "count": self.words["counted"],
            "policies": f"{POLICY}(?:(?:{joint}|,)*{POLICY}){{0,{LONGEST_LIST}}}",
            "gap": f"[^,;。:《》\\n{BODY}-{POLICY}]{{0,12}}",
            "any": "[^,。;《》\\n]{0,14}?",
            "honours": f"(?>{self.honours.item}(?:(?:(?:{joint})+|(?={PLACE}|{opens})){self.honours.item}){{0,{LONGEST_LIST}}})",
            "ranks": f"(?>{self.honours.rank}(?:(?:(?:{joint})+|(?={PLACE}|{opens})){self.honours.rank}){{0,{LONGEST_LIST}}})",
            **{k: f"(?:{either(v)})" for k, v in self.words["pieces"].items()},
        }

    def facts(self, text: Text, scope: Scope, names: Sequence[tuple[Name, Thing]], policies: Sequence[tuple[int, int, Thing]], dating: Dating) -> list[Fact]:
        """The relations of a text, each once."""
        page = Page(text, scope, names, self._marks(text.clean, scope, names, policies))
        out: dict[tuple[str, str, str, str], Fact] = {}
        for start, end, policy in policies:
            for _, t in between(names, start, end, key=by_name):
                if self.titled:
                    self._add(out, self.titled, t, policy, (start, end), page, dating)
        for rule, m in self.rules.matches(page.projected):
            span = (page.start(m.start()), page.end(m.end() - 1))
            for a, b in self._ends(rule, m, page):
                self._add(out, rule, a, b, span, page, dating)
        for rule, a, b, span in (*self._in_tables(page), *self._in_rolls(page)):
            self._add(out, rule, a, b, span, page, dating)
        return list(out.values())

    def _in_tables(self, page: Page) -> Iterator[tuple[Rule, Thing, Thing, tuple[int, int]]]:
        """The relations that the heads of a table's columns state of what stands in each row."""
        for grid in grids(page.clean):
            roles = [next((self.roles[c.text] for c in cells if c.text in self.roles), "-") for cells in grid.heads]
            for rule, pattern in self.tabled:
                if pattern.search(" ".join(roles)):
                    one, other = (roles.index(role) for role in rule.attrs["columns"])
                    for row in grid.rows:
                        for a in page.inside(row[one]):
                            yield from ((rule, a, b, (row[0].start, row[-1].end)) for b in page.inside(row[other]) if a != b)

    def _in_rolls(self, page: Page) -> Iterator[tuple[Rule, Thing, Thing, tuple[int, int]]]:
        """The honours that the head of a roll gives to those on it."""
        for rule, head, annex in self.rolls:
            for label, start, end in rolls(page.clean, head, annex):
                if re.search(self.honours.item, label):
                    first = listed(page.clean, start, end)
                    on_it = [s for s in between(page.scope.mentions, first, end) if not in_brackets(page.clean, start, s.start)]
                    yield from ((rule, s.thing, self.honours.find(label, s.thing), (s.start, page.scope.ends[s.start])) for s in on_it)

    def _marks(self, clean: str, scope: Scope, names: Sequence[tuple[Name, Thing]], policies: Sequence[tuple[int, int, Thing]]) -> list[Mark]:
        out = [Mark(self._below(clean, n.start, n.code, scope), n.end, CAMPUS if n.kind.id == "campus" else MARKS.get(n.type, BODY), (t,)) for n, t in names]
        for p in scope.places:  # 上海市长宁区 is one mention
            if p.code and not scope.followed_by_place(p):
                out.append(Mark(self._below(clean, scope.chains[p.end], p.code, scope), p.end, PLACE, (scope.register.thing(p.code),)))
        out.extend(Mark(a, b, POLICY, (t,)) for a, b, t in policies)
        out.extend(self._pronouns(clean, scope))
        kept: list[Mark] = []
        for m in sorted(out, key=lambda m: (m.start, -m.end)):
            if not kept or m.start >= kept[-1].end:
                kept.append(m)
        return kept

    @staticmethod
    def _below(clean: str, start: int, code: str, scope: Scope) -> int:
        """Where a mention begins with the short names of the regions above before it: 新疆|沙雅县."""
        for above in scope.register.ancestors(code)[1:]:
            short = scope.register.region(above).short
            if short and clean.endswith(short, 0, start):
                start -= len(short)
        return start

    def _pronouns(self, clean: str, scope: Scope) -> Iterator[Mark]:
        """我县, 我局, 集团 and 三区 stand for whom they mean."""
        named = {s.start: s.thing for s in scope.subjects if s.basis != "named"}
        for pattern in (scope.deixis.own, scope.deixis.we):
            for m in pattern.finditer(clean):
                thing = named.get(m.start())
                own = thing is not None and (thing.kind == "institution" or m[0].startswith(tuple(scope.deixis.words["mine"])))
                if thing and own and not clean.startswith(tuple(self.words["not_pronoun_before"]), m.end()):
                    yield Mark(m.start(), m.end(), self._mark(thing), (thing,))
        for m in scope.deixis.that.finditer(clean):
            if (meant := scope.pointed(m.end())) and meant.school:  # 该校
                yield Mark(m.start(), m.end(), self._mark(meant.thing), (meant.thing,))
        if office := next((t for n, t in scope.names if n.kind.id in self.offices and t.region == scope.home.thing.key), None):
            yield from (Mark(m.start(), m.end(), BODY, (office,)) for m in self.our_office.finditer(clean))
        if speaker := scope.own.get("school"):
            yield from (Mark(m.start(), m.end(), SCHOOL, (speaker.thing,)) for m in scope.deixis.our_school.finditer(clean))
        yield from self._several(clean, scope)

    def _several(self, clean: str, scope: Scope) -> Iterator[Mark]:
        """三区 stands for the places of the document's region, 十县 only where the text names them all, or for a list before it of as many."""
        children = scope.register.children.get(scope.home.thing.key, ())
        told = len(children) <= SEVERAL or {*children} <= {p.code for p in scope.places}
        for m in self.several.finditer(clean):
            number = self.words["counts"].get(m[1], int(m[1]) if m[1].isdigit() else len(children))
            if children and told and number == len(children):
                yield Mark(m.start(), m.end(), PLACE, tuple(scope.register.thing(c) for c in children))
            elif group := next((g for g in reversed(self._before(m.start(), scope)) if len(g) == number and not g[0].school), None):
                yield Mark(m.start(), m.end(), PLACE, tuple(x.thing for x in group))

    @staticmethod
    def _before(at: int, scope: Scope) -> Sequence[Sequence[Subject]]:
        """The coordinations not far before a position."""
        return between(scope.groups, at - LONGEST_PASSAGE, at, key=lambda group: group[0].start)

    @staticmethod
    def _mark(thing: Thing) -> str:
        if thing.kind != "institution":
            return PLACE
        return GROUP if thing.type == "education-group" else SCHOOL

    def _ends(self, rule: Rule, m: re.Match[str], page: Page) -> Iterator[tuple[Thing, Thing]]:
        groups = m.groupdict()
        if "c" in groups:
            name, campus = page.campus(m.start("c"))
            school = self.bodies.school_of(name, page.scope.home.thing.key)
            if school and school.key != campus.key:
                yield campus, school
            return
        a, b = (page.things(m, end) or self._unnamed(rule, end, groups, m, page) for end in ("a", "b"))
        if "honour" in groups:
            pieces = self._pieces(rule, page.start(m.start("honour")), page.end(m.end("honour") - 1), page)
            yield from ((x, self.honours.find(piece, x)) for x in a for piece in pieces)
        elif len(a) == len(b) and (rule.attrs.get("respective") or re.search(either(self.words["respectively"]), m[0])):
            yield from zip(a, b, strict=True)
        else:
            far = rule.attrs.get("elsewhere")
            yield from ((x, y) for x in a for y in b if x != y and not (far and page.beneath(x, y)))

    def _pieces(self, rule: Rule, start: int, end: int, page: Page) -> list[str]:
        """The titles of a list: parted by quotation marks, by what joins lists, or by how they end."""
        quoted = page.quotes(start - LONGEST_NAME, end)
        closed = {b for _, b in quoted}
        cuts = [start, *(a for a, _ in quoted if start < a < end and a in closed), end]
        out = []
        for a, b in zip(cuts, cuts[1:], strict=False):
            stretch = page.clean[a:b]
            parts = re.split(either(self.words["joints"]), stretch) if rule.attrs.get("split") else re.findall(self.honours.item, stretch)
            out.extend([part for part in parts if part] or [stretch])
        return [part for part in out if not part.endswith(tuple(self.words["personal"]))]

    def _unnamed(self, rule: Rule, end: str, groups: Mapping[str, Any], m: re.Match[str], page: Page) -> list[Thing]:
        """An end that the match does not name: whom the rule says, else whom the passage is about."""
        at = page.start(m.start())
        how = rule.attrs.get(end, "subject" if end == "a" or end in groups else "")
        told: dict[str, Callable[[], list[Thing]]] = {
            "group": lambda: page.group(at),
            "school": lambda: page.school(at),
            "own": lambda: [own.thing] if (own := page.scope.own.get("school")) else [],
            "home": lambda: [page.scope.home.thing],
            "here": lambda: [] if page.scope.default.school else [page.scope.place_of(at).thing],
            "titled": lambda: page.titled(m.start("b")),
            "signer": page.signer,
            "holder": lambda: self._holder(at, page),
        }
        if how in told:
            return told[how]()
        if how in PARTNERS:
            return page.partners(at)[PARTNERS[how] :][:1]
        if how == "issuer":
            others = self.others.search(page.clean, page.scope.outline.clause(at)[0], at + 1) or self.national.search(page.clean, at, page.end(m.end() - 1))
            return [] if others else page.issuer(at) or page.titled(m.start("b")) or [page.scope.subject(at).thing]
        return [page.scope.subject(at).thing] if how else []

    def _holder(self, at: int, page: Page) -> list[Thing]:
        """Who has an honour when the clause names nobody: the subject; if a work or programme got it, the region; nobody if 三所学校 did."""
        lead = page.clean[page.scope.outline.clause(at)[0] : at]
        if self.counted.search(lead):
            return []
        subject = page.scope.subject(at)
        thing = subject.thing
        if subject.school and subject.start >= page.scope.outline.clause(at)[0]:
            return [thing]
        rest = lead[self.adverbs.match(lead).end() :]  # type: ignore[union-attr]
        if len(rest) > 1 and thing.kind == "institution":
            return [page.scope.default.thing]
        return [s.thing for s in page.scope.agents(at)] if not subject.school else [thing]

    def _add(
        self,
        out: dict[tuple[str, str, str, str], Fact],
        rule: Rule,
        a: Thing,
        b: Thing,
        span: tuple[int, int],
        page: Page,
        dating: Dating,
    ) -> None:
        scope, predicate = page.scope, str(rule.attrs["predicate"])
        said = scope.clean[slice(*span)]
        span = (span[1] - len(said.lstrip()), span[1])  # a pattern may begin with the line's end before
        status = self._status(rule, span, page)
        key = (a.key, predicate, b.key, status)
        known = key in out or rule.attrs.get("elsewhere") and (b.key, predicate, a.key, status) in out
        if not status or known or scope.outline.passage(span[0]).junk:
            return
        subject = scope.subject(span[0])
        first = scope.outline.sentence(span[0])
        evidence = scope.outline.evidence(span[0], min(span[1], max(first[1], span[0] + 1)))
        basis = subject.basis if isinstance(subject, Subject) and subject.thing == a else "named"
        out[key] = Fact("Relation", a, basis, status, (evidence,), rule.id, predicate=predicate, object=b, period=dating.period(span[1] - 1))

    def _status(self, rule: Rule, span: tuple[int, int], page: Page) -> str:
        """Done, UnderWay, Planned or Ended; "" for what is denied."""
        stretch = page.scope.outline.sentence if rule.attrs.get("by_sentence") else page.scope.outline.clause
        clause = page.clean[stretch(span[0])[0] : span[1]]
        if self.negated.search(clause):
            return ""
        start = span[0] - 1 if page.clean[span[0] - 1 : span[0]] == self.words["taking"] else span[0]
        status = "Planned" if self.intended.search(clause) else STATUS[page.scope.status.of(start, span[1])]
        if status == "Done" and self.ended.search(page.clean, span[0], page.scope.outline.clause(span[1] - 1)[1]):
            return "Ended"
        if rule.attrs.get("status") == "Done":
            return "Done"
        if status == "Done" and (rule.attrs.get("status") or rule.attrs["predicate"] == "evaluatedAs" and self.under_way.search(clause)):
            return "UnderWay"
        return status


class Page:
    """A text with one character for each mention, and for each character its offset or mention."""

    def __init__(self, text: Text, scope: Scope, names: Sequence[tuple[Name, Thing]], marks: Sequence[Mark]) -> None:
        self.clean, self.quotes, self.scope, self.names = text.clean, text.quotes, scope, names
        clean = self.clean
        out: list[str] = []
        self.where: list[int | Mark] = []
        at = 0
        for mark in marks:
            out.extend((clean[at : mark.start], mark.mark))
            self.where.extend((*range(at, mark.start), mark))
            at = mark.end
        out.append(clean[at:])
        self.where.extend(range(at, len(clean)))
        self.projected = "".join(out)

    def signer(self) -> list[Thing]:
        """The organ of government that has written the document: the one that signs on a line of its own, else the one that it opens with."""
        organs = [(n, t) for n, t in self.names if government(n)]
        alone = [t for n, t in organs if {self.clean[n.start - 1 : n.start] or "\n", self.clean[n.end : n.end + 1] or "\n"} == {"\n"}]
        return alone[-1:] or [t for n, t in organs if n.start < LONGEST_TITLE][:1]

    def start(self, i: int) -> int:
        """The clean offset of a projected position."""
        x = self.where[i]
        return x.start if isinstance(x, Mark) else x

    def end(self, i: int) -> int:
        """The clean offset behind a projected position."""
        x = self.where[i]
        return x.end if isinstance(x, Mark) else x + 1

    def things(self, m: re.Match[str], group: str) -> list[Thing]:
        """The mentions inside a group of a match; a place that only says where the next mention lies is none."""
        if m.groupdict().get(group) is None:
            return []
        span = self.where[m.start(group) : m.end(group)]
        marks = [x for x in span if isinstance(x, Mark)]
        follows = dict(zip(marks, marks[1:], strict=False))
        alone = [
            x for x in marks if not (x.mark == PLACE and x in follows and follows[x].start - x.end <= 1 and self.clean[x.end : follows[x].start] in ("", "的"))
        ]
        return [t for x in alone for t in x.things]

    def inside(self, cell: Cell) -> list[Thing]:
        """The institutions named in a cell of a table, else its regions."""
        bodies = [t for _, t in between(self.names, cell.start, cell.end, key=by_name)]
        return bodies or [self.scope.register.thing(p.code) for p in between(self.scope.places, cell.start, cell.end) if p.code]

    def campus(self, i: int) -> tuple[Name, Thing]:
        """The campus marked at a projected position."""
        last = self.end(i) - 1
        return next((n, t) for n, t in between(self.names, last - LONGEST_NAME, last + 1, key=by_name) if last < n.end)

    def group(self, at: int) -> list[Thing]:
        """The school group last named in the passage, else the one the text is by."""
        passage = self.scope.outline.passage(at)
        near = [t for n, t in between(self.names, passage.start, at, key=by_name) if n.type == "education_group"]
        default = self.scope.default.thing
        return near[-1:] or ([default] if default.type == "education-group" else [])

    def school(self, at: int) -> list[Thing]:
        """The school last named in the passage."""
        passage = self.scope.outline.passage(at)
        return [t for n, t in between(self.names, passage.start, at, key=by_name) if n.type in ("school", "kindergarten")][-1:]

    def partners(self, at: int) -> list[Thing]:
        """The two schools last named in the passage, in order; none where fewer are."""
        near = [t for n, t in between(self.names, self.scope.outline.passage(at).start, at, key=by_name) if n.type in ("school", "kindergarten")]
        return list(reversed(list(dict.fromkeys(reversed(near)))[:2])) if len(set(near)) > 1 else []

    def titled(self, i: int) -> list[Thing]:
        """The place that a policy's title at a projected position begins with, where it is the document's own or right below it."""
        register, home = self.scope.register, self.scope.home.thing.key
        near = [code for code in (home, *register.children.get(home, ())) if register.known(code)]
        return [self.scope.register.thing(code) for code in near if self.clean.startswith(register.name(code), self.start(i) + 1)][:1]

    def beneath(self, a: Thing, b: Thing) -> bool:
        """Whether one of two regions lies in the other."""
        return a.key in self.scope.register.ancestors(b.key) or b.key in self.scope.register.ancestors(a.key)

    def issuer(self, at: int) -> list[Thing]:
        """The authority that the sentence is about."""
        first = self.scope.outline.period_sentence(at)[0]
        named = between(self.names, first, at, key=by_name)
        near = [t for n, t in named if n.type == "government" and not self.clean[n.start - 1 : n.start].isalpha()]
        return near[-1:]
