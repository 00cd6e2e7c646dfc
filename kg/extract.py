"""All that one document says: text, mentions, scope, facts. The way of a document, top to bottom."""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from operator import itemgetter

from kg import outcomes
from kg.adoptions import Adoptions, Measure
from kg.bodies import Bodies
from kg.criteria import Criteria
from kg.dating import Dating
from kg.deixis import Deixis, Subject
from kg.home import Home, filed_under, settle_home
from kg.imprint import INFERRED, Imprint, Imprints, bounds
from kg.indicators import Indicators
from kg.listed import Lists
from kg.mentions import Hits, Scanner
from kg.model import Document, DocumentFacts, Evidence, Fact, Finding, Period, Thing
from kg.names import Name, Namer, holding
from kg.outcomes import Outcomes
from kg.outline import Outline, Passage, outline
from kg.places import Place, Register, Settler
from kg.plausibility import Plausibility
from kg.relations import LONGEST_TITLE, TITLE, Relations
from kg.restrictions import Restrictions
from kg.rules import Ontology, misspelt
from kg.scope import Scope
from kg.shortcomings import Shortcomings
from kg.spans import Spans, between
from kg.standing import Standing
from kg.status import Cues, Status
from kg.tables import Tables
from kg.text import Text, read
from kg.times import Calendar, Timeline
from kg.titles import HEAD, with_quotes
from kg.values import Numbers, either

HEAD_LINES, TAIL_LINES = 6, 4
LONGEST_HEAD = 70  # characters; a longer line of the head is no title
LONGEST_BESIDE = 12  # characters before a school that say that it is another than the text's own
OWN_VOICE = 3  # times that a text must say 我校, 我们 or 集团 before it counts as the school's own
MOSTLY = 2  # times as often as 我校 a text says 集团 that is the group's own


class Engine:
    """The ontology made ready once: automata, grammars and rules."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology, self.words = ontology, ontology.words
        self.register = Register(ontology)
        self.namer = Namer(ontology, self.register)
        self.lists = Lists(self.namer)
        self.bodies = Bodies(self.namer)
        self.scanner = Scanner(ontology, self.register, self.namer)
        self.numbers = Numbers(self.words["numbers"], ontology.units)
        self.calendar = Calendar(self.words["times"])
        self.indicators = Indicators(ontology)
        self.cues, self.deixis = Cues(self.words["status"]), Deixis(self.words["scope"])
        labels = [w for t in ontology.by_kind.get("measure", ()) for w in (t.label, *t.alt)]
        tables = Tables(self.words["tables"], self.numbers, self.indicators)
        self.outcomes = Outcomes(self.words, self.numbers, self.indicators, Restrictions(ontology), labels, tables)
        self.adoptions = Adoptions(self.words["adoptions"], ontology)
        self.relations = Relations(ontology, self.bodies)
        self.shortcomings = Shortcomings(ontology)
        self.standing = Standing(self.words["standing"], self.register, self.numbers, self.shortcomings.stalls)
        self.criteria = Criteria(ontology, self.register)
        self.plausibility = Plausibility(ontology)
        self.imprints = Imprints(self.words["imprint"], self.words["status"]["genre"]["types"])
        self.own = [re.compile(f"(?:{either(heads)})[{''.join(self.words['scope']['levels'])}]") for heads in self.words["places"]["home_heads"]]

    def extract(self, document: Document) -> DocumentFacts:
        """The facts of one document."""
        text = read(document)
        lines = outline(text, self.words["outline"])
        passages = lines.passages
        hits = self.scanner.scan(text.clean)
        imprint = self.imprints.read(document, text, passages)
        lines.title, year = self.imprints.titles.start(text, passages, imprint.title), imprint.year
        places, home = self.places(document, text, passages, hits, imprint)
        titles = [m.span() for m in TITLE.finditer(text.clean)]
        hidden = [(p.start, p.end) for p in passages if p.junk and not re.search(self.words["names"]["credits"], text.clean[p.start : p.end])]
        found = self.lists.find(text, hits.endings, places, hidden)
        found = [
            n
            for n in found
            if all(n.start >= b or self.issues(text.clean, n, b) for _, b in between(titles, n.start - LONGEST_TITLE, n.start + 1, itemgetter(0)))
        ]
        honours = Spans(self.relations.honours.spans(text))
        within = [(n.start, n.end) for n in found if honours.hold(n.start, n.end + 1)]
        found = [n for n in found if (n.start, n.end) not in within]
        whole = {(n.start, n.end) for n in found}
        names = self.bodies.things(text.clean, found, places, home.code)
        kept = self.counted(places, found, [*titles, *hidden, *within])
        subject = self.home_subject(document, text, home)
        speakers = self.speakers(text, lines, names, imprint.title)
        plan = self.plan(imprint.title)
        status = Status(lines, self.cues, imprint.genre, year or int(plan.start[:4] if plan else 0), int(imprint.issued[5:7] or 0))
        scope = Scope(lines, status, self.deixis, kept, names, self.register, subject, speakers)
        reviewed = int(imprint.period.end[:4] or 0) if imprint.period else 0
        timeline = Timeline(self.calendar.read(text.clean, year, reviewed, titles, int(imprint.issued[5:7] or 0)), imprint.period, year, plan)
        policies = self.policies(text.clean, [(a, b) for a, b in titles if not scope.outline.passage(a).junk and (a + 1, b - 1) not in whole])
        cited = Spans(self.adoptions.cited(text.clean, titles, lines))
        measures = [m for m in self.adoptions.measures(text, hits.measures, scope, found) if not (honours.hold(m.start, m.end) or cited.hold(m.start, m.end))]
        dating = Dating(timeline, lines, self.words["scope"]["parts"], self.words["times"], self.cues.asker)
        facts = self.facts(text, hits, scope, dating, names, policies, measures, imprint, titles)
        earliest, latest = ("", "") if imprint.issued else bounds(timeline, scope.status)
        finding = Finding(
            subject.thing if home.code or facts else None,
            home.basis,
            home.why,
            imprint.title,
            imprint.genre,
            self.imprints.publisher(document, text, passages, imprint.title, names),
            imprint.issued,
            imprint.date_basis or (INFERRED if earliest or latest else ""),
            earliest,
            latest,
            "years it names" if earliest or latest else imprint.date_why,
            imprint.identifiers,
            imprint.source,
            flags=(("masked",) if any(f.kind == "Withheld" for f in facts) else ()) + imprint.flags,
            mentions=self.mentioned(scope, names, policies, measures),
            cites=tuple((t, scope.outline.evidence(a, b)) for a, b, t in once(policies)),
        )
        return DocumentFacts(document, finding, tuple(facts))

    def noticed(self, text: Text) -> list[tuple[int, int, str, str]]:
        """The figures with a unit and the words of measures in a text, whether facts come of them or not, each with the measure's slug."""
        skipped = self.words["outcomes"]["no_outcome_units"]
        figures = [f for f in self.numbers.find(text.clean, text.quoted) if f.unit and f.unit not in skipped and (f.shape != "words" or (f.value or 0) > 1)]
        measures = self.scanner.scan(text.clean).measures
        return [(f.start, f.end, f"figure {text.clean[f.start : f.end]}", "") for f in figures] + [
            (h.start, h.end, f"measure {text.clean[h.start : h.end]}", h.term.id) for h in measures
        ]

    def furniture(self, text: Text) -> list[tuple[int, int]]:
        """The lines of a text that belong to the page or its imprint and not to what the document says."""
        passages = outline(text, self.words["outline"]).passages
        return [(p.start, p.end) for p in passages if p.junk or self.imprints.label.match(text.clean, p.start)]

    def facts(
        self,
        text: Text,
        hits: Hits,
        scope: Scope,
        dating: Dating,
        names: Sequence[tuple[Name, Thing]],
        policies: Sequence[tuple[int, int, Thing]],
        measures: Sequence[Measure],
        imprint: Imprint,
        titles: Sequence[tuple[int, int]],
    ) -> list[Fact]:
        """Outcomes first: what they refer to are positions among themselves."""
        inside = Spans((n.start, n.end) for n, _ in names)  # 七里桥小学 is no seven of anything
        titled = Spans(titles)  # 《…十条》
        found = (f for f in self.numbers.find(text.clean, text.quoted) if not inside.hold(f.number[0], f.number[0] + 1))
        figures = [f for f in found if not titled.hold(*f.number)]
        drafts = self.outcomes.drafts(text, figures, scope, dating.timeline)
        out = outcomes.facts(drafts, text, scope, dating, self.outcomes, measures)
        out.extend(self.adoptions.facts(measures, scope, dating))
        out.extend(self.relations.facts(text, scope, names, policies, dating))
        spots = [(d.figure.start, d.figure.end, f.indicator) for d, f in zip(drafts, out, strict=False)]
        namings = self.shortcomings.namings(text.clean, measures, spots, names, hits.indicators)
        out.extend(self.shortcomings.facts(text, scope, dating, namings, hits.restrictions))
        starts = [a for a, _, _ in spots] + positions(out[len(spots) :], text, scope, measures)
        return self.finished(self.shortcomings.answered(out), starts, scope, dating, imprint)

    def finished(self, facts: Sequence[Fact], starts: Sequence[int], scope: Scope, dating: Dating, imprint: Imprint) -> list[Fact]:
        """The facts with how they stand, what standards they meet and what looks wrong about them; `starts` are where each is stated."""
        standing = self.standing.finish(facts, starts, scope, dating, imprint)
        return self.plausibility.flag(self.criteria.measure(standing), imprint.issued)

    def places(self, document: Document, text: Text, passages: Sequence[Passage], hits: Hits, imprint: Imprint) -> tuple[list[Place], Home]:
        """The places of a text and its own region."""
        settler = Settler(self.register, text.clean, hits.places, imprint.year)
        lines = [(p.start, p.end) for p in passages if not p.junk]
        titled = [line for line in lines[:HEAD] if entitled(with_quotes(text, *line), imprint.title)]  # it says more than the name of a paper or site
        head = [*titled, *(line for line in lines[:HEAD_LINES] if line not in titled)]
        bylines = [line for line in head if self.imprints.titles.byline.search(text.clean[slice(*line)])]
        head = [line for line in head if line not in bylines]
        last = [(text.clean.rfind("。", a, b - 1) + 1 or a, b) for a, b in lines[-1:]]  # a text without line ends signs behind its last stop
        signed = [*lines[-TAIL_LINES:-1], *last]
        tail = [] if bylines else [(a, b) for a, b in signed if "。" not in text.clean[a:b]]  # a paper signs at its head
        home = settle_home(self.register, settler, head, tail, document.known, [(p.start, p.end) for p in passages if p.junk], bylines)
        if home.basis in ("inferred", "none"):
            path = unicodedata.normalize("NFKC", document.path.replace("/", ""))
            home = filed_under(self.register, Settler(self.register, path, self.scanner.scan(path).places, imprint.year), home)
        return settler.settle(home.code), home

    def counted(self, places: Sequence[Place], names: Sequence[Name], masks: Sequence[tuple[int, int]]) -> list[Place]:
        """The places that are mentions of their own: not inside titles, junk or, save a full name at its start, an institution's name."""
        masked = Spans(masks)
        out = []
        for p in places:
            name = holding(names, p.start)
            if not masked.hold(p.start, p.start + 1) and (name is None or (p.full and name.code)):
                out.append(p)
        return out

    def plan(self, title: str) -> Period | None:
        """The years of the plan that a title names: before them things are done, and 三年 means them where they are three."""
        return next((w.period for w in self.calendar.read(title, 0) if "/" in w.period.edtf), None)

    def issues(self, clean: str, name: Name, title_end: int) -> bool:
        """Whether a name inside a title is that of the body that issued it, before 关于, or all of it (a newspaper)."""
        if clean[name.start - 1] == "《" and name.end == title_end - 1:
            return True
        return name.type == "government" and 0 <= clean.find(self.words["names"]["about"], name.end, title_end) - name.end <= 16

    def policies(self, clean: str, titles: Sequence[tuple[int, int]]) -> list[tuple[int, int, Thing]]:
        """The policy documents a text names, each with the number that follows its title somewhere."""
        numbers: dict[str, str] = {}
        for a, b in titles:
            if number := self.imprints.cited_number(clean, b):
                numbers.setdefault(clean[a + 1 : b - 1], number)
        named = ((a, b, clean[a + 1 : b - 1]) for a, b in titles)
        return [(a, b, Thing("policy", title, title, identifier=numbers.get(title, ""))) for a, b, title in named]

    def home_subject(self, document: Document, text: Text, home: Home) -> Subject:
        """Whom the document is about by itself; a region it never names is called as it calls it: 我市."""
        if not home.code:
            label = next((m[0] for pattern in self.own if (m := pattern.search(text.clean))), self.words["places"]["own_label"])
            return Subject(Thing("region", "", label, region=document.path), "home")
        return Subject(self.register.thing(home.code), "inferred" if home.basis == "inferred" else "home")

    def speakers(self, text: Text, lines: Outline, names: Sequence[tuple[Name, Thing]], title: str) -> dict[str, Subject]:
        """The school and the group that a text by or about them speaks of: named in its head, and meant by 我校 or 集团 later on; by type.

        Where the title speaks of a group and the text far more of 集团 than of 我校, the group comes first; it may be named in the first paragraph.
        """
        passages = lines.passages
        first_lines = [p for p in passages if not p.junk and p.start >= lines.title][:HEAD_LINES]
        ours = self.deixis.voice.search(text.clean, 0, first_lines[0].end + 1 if first_lines else 0) or self.deixis.voice.search(title)
        head = takewhile(lambda p: p.end - p.start <= LONGEST_HEAD and (ours or "。" not in text.clean[p.start : p.end]), first_lines)
        end = max((p.end for p in head), default=0)
        also = [w for w in self.words["scope"]["also_ours"] if any(n.end <= end and n.type == "school" and w in n.stem and n.stem in title for n, _ in names)]
        ours_said = len(self.deixis.voice.findall(text.clean))
        if sum(map(text.clean.count, also)) + len(self.deixis.we.findall(text.clean)) + ours_said < OWN_VOICE and not self.deixis.personal.search(title):
            return {}
        found: dict[str, Subject] = {}
        groups = [m.start() for m in self.deixis.our_group.finditer(text.clean)]
        of_region = self.own[0].search(text.clean)  # what says 我县 is a region's own, and 集团化 its measure
        titled = self.deixis.group_titled if of_region else self.deixis.our_group
        of_group = titled.search(title) and len(groups) > ours_said
        first = next((p.end for p in passages if not p.junk and p.end - p.start > LONGEST_HEAD), 0)
        named = any(n.type in ("school", "education_group") and n.ending in title and n.stem in title for n, _ in names)
        chief = next((t for n, t in names if of_group and not named and n.type == "education_group" and n.end <= first), None)
        for n, t in names:
            kind = n.type
            if self.deixis.in_office.match(text.clean, n.end):  # 某校校长 is but who speaks
                continue
            if self.deixis.beside.search(text.clean, max(0, n.start - LONGEST_BESIDE), n.start):  # 我校与…: another
                continue
            again = kind == "education_group" and len(groups) - bisect.bisect_left(groups, n.end) >= OWN_VOICE
            if n.end <= end and kind in ("education_group", "school") and (again or text.clean.count(n.stem) > 1 or sum(x.key == t.key for _, x in names) > 1):
                found.setdefault(kind, Subject(t, "home"))
        if "education_group" in found and "school" not in found:
            group = found["education_group"].thing.label
            lead = max(
                (t for n, t in names if n.type == "school" and (t.label in group or group.startswith(n.stem))),
                key=lambda t: len(t.label),
                default=None,
            )
            found |= {"school": Subject(lead, "home")} if lead else {}
        school_first = not (of_group and len(groups) > MOSTLY * ours_said)
        return ({"education_group": Subject(chief, "home")} if chief else {}) | dict(sorted(found.items(), reverse=school_first))

    def mentioned(
        self, scope: Scope, names: Sequence[tuple[Name, Thing]], policies: Sequence[tuple[int, int, Thing]], measures: Sequence[Measure]
    ) -> tuple[tuple[Thing, Evidence], ...]:
        """Each thing the text names, with its first mention."""
        found = [(p.start, p.end, scope.register.thing(p.code)) for p in scope.places if p.code]
        found += [(n.start, n.end, t) for n, t in names] + list(policies) + [(m.start, m.end, m.thing) for m in measures]
        return tuple((t, scope.outline.evidence(a, b)) for a, b, t in once(sorted(found, key=lambda x: (x[0], x[1], x[2].key))))


def positions(facts: Sequence[Fact], text: Text, scope: Scope, measures: Sequence[Measure]) -> list[int]:
    """Where in the clean text facts are stated: those of measures where the measure stands, others where their quote begins."""
    where: dict[tuple[Evidence, Thing | None], int] = {(scope.outline.evidence(m.start, m.end), m.thing): m.start for m in reversed(measures)}
    return [where.get((f.evidence[0], f.measure), text.clean_at(f.evidence[0].start)) for f in facts]


def once(found: Sequence[tuple[int, int, Thing]]) -> list[tuple[int, int, Thing]]:
    """The first of each thing."""
    seen: dict[tuple[str, str], tuple[int, int, Thing]] = {}
    for a, b, t in found:
        seen.setdefault((t.kind, t.key), (a, b, t))
    return list(seen.values())


def entitled(line: str, title: str) -> bool:
    """Whether a line is the title or its beginning, a label (名称:) aside."""
    return any(part and title.startswith(part) for part in (line, line.partition(":")[2]))


@lru_cache(maxsize=4)
def _engine(digest: str) -> list[Engine]:
    return []


def engine(ontology: Ontology) -> Engine:
    """The engine of an ontology, made once a process; RuleError where a pattern of the lexicon cannot be read."""
    made = _engine(ontology.digest)
    if not made:
        try:
            made.append(Engine(ontology))
        except re.error as error:
            raise misspelt(ontology, error) from error
    return made[0]


def extract(document: Document, ontology: Ontology) -> DocumentFacts:
    """All facts of one document."""
    return engine(ontology).extract(document)


__all__ = ["Engine", "engine", "extract"]
