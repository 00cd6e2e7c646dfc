"""One generated report: its place, year, genre and sentences, and the facts they plant."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any

from wording import HERE, Figure, Said, Sentence, draw, fill, read, status

ONTOLOGY = HERE.parent / "ontology"
FIRST_YEAR, LAST_YEAR = 2016, 2024  # of the reports
SHARES = {  # of the kinds of sentences, by the mood of a section
    "report": {"fact": 32, "filler": 40, "other": 9, "quoted": 6, "names": 6, "negated": 7},
    "bare": {"fact": 62, "filler": 17, "other": 10, "quoted": 5, "names": 6},
    "task": {"plan": 56, "filler": 31, "other": 5, "quoted": 5, "names": 3},
    "lack": {"negated": 62, "filler": 30, "other": 4, "names": 4},
    "news": {"fact": 34, "filler": 37, "other": 8, "names": 11, "negated": 10},
}
LEAD = {"report": "fact", "task": "plan"}
DISTRACTORS = ("plan", "negated", "other", "quoted", "names")
SIZES = {"county": 1, "prefecture": 5, "province": 40}  # times the figures of a county
SIZED = ("base", "money")  # topics whose figures grow with the place
COUNTED = ("所", "人", "名", "个", "处", "元", "人次")
SPARSE = (12, 8, 3, 1)  # weight of sentences with none, one, two and more figures, save where a section is all figures
LONGER = 0.8  # of the sentences that say nothing are two in one
QUOTED = 0.15  # of the measures stand in quotation marks
BEFORE = 8  # characters of its sentence that a quote has before what it quotes

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A region of the register."""

    code: str
    name: str
    level: str
    parent: str
    first_year: int
    full: str  # with the place it belongs to where the name alone is not unique


class Material:
    """All that reports are made of: the register, the measures, the wordings."""

    def __init__(self, seed: int) -> None:
        terms = tomllib.loads((ONTOLOGY / "vocabularies/measures.toml").read_text("utf-8"))["term"]
        self.sentences = read({name: term["id"] for term in terms for name in _wordings(term)})
        self.genres = tomllib.loads((HERE / "genres.toml").read_text("utf-8"))
        self.words: Mapping[str, Any] = self.genres["words"]
        self.pools = self._pools()
        self.measures = self._measures(terms)
        self.places = self._places()
        self.by_level = {level: [place for place in self.places.values() if place.level == level] for level in ("province", "prefecture", "county")}
        self.children: dict[str, list[Place]] = {}
        for place in self.places.values():
            self.children.setdefault(place.parent, []).append(place)
        self.order = sorted(self.places)  # every place once, before any comes again
        Random(f"places {seed}").shuffle(self.order)

    def _pools(self) -> dict[tuple[str, str], list[Sentence]]:
        pools: dict[tuple[str, str], list[Sentence]] = {}
        for sentence in self.sentences:
            pools.setdefault((sentence.kind, sentence.topic), []).append(sentence)
        return pools

    def _measures(self, terms: Sequence[Mapping[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
        """Every measure that is no mere heading, with the wordings that stand well behind a verb."""
        ends, starts = tuple(self.words["noun_ends"]), tuple(self.words["verb_starts"])
        masked = {mask for term in terms for mask in term.get("mask", ())}
        chosen = []
        for term in terms:
            if not term.get("top"):
                other = [alt for alt in term.get("alt", ()) if len(alt) >= 4 and alt.endswith(ends) and not alt.startswith(starts) and alt not in masked]
                chosen.append((term["id"], (term["label"], *other)))
        return chosen

    def _places(self) -> dict[str, Place]:
        with (ONTOLOGY / "tables/regions.csv").open(encoding="utf-8", newline="") as table:
            rows = [row for row in csv.DictReader(table) if not row["last_year"] and int(row["first_year"]) <= LAST_YEAR and row["code"] < "700000"]
        names = {row["code"]: row["name"] for row in rows}
        often: dict[str, int] = {}
        for row in rows:
            often[row["name"]] = often.get(row["name"], 0) + 1
        return {row["code"]: _place(row, names, often[row["name"]] > 1) for row in rows}


def _wordings(term: Mapping[str, Any]) -> Iterator[str]:
    yield term["label"]
    for kind in ("alt", "weak", "problem"):
        yield from term.get(kind, ())


def _place(row: Row, names: Mapping[str, str], ambiguous: bool) -> Place:
    full = names.get(row["parent"], "") + row["name"] if ambiguous else row["name"]
    return Place(row["code"], row["name"], row["level"], row["parent"], int(row["first_year"]), full)


@dataclass(slots=True)
class Report:
    """A report as lines of text, and what it plants."""

    path: str
    home: Place
    genre: str
    lines: list[Line] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # sentences by kind

    @property
    def planted(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The facts by kind."""
        for line in self.lines:
            for said, _ in line.sentences:
                for kind, fact, _, _ in said.facts:
                    yield kind, fact


@dataclass(slots=True)
class Line:
    """A line: its sentences, each with where it begins."""

    text: str = ""
    sentences: list[tuple[Said, int]] = field(default_factory=list)

    def add(self, said: Said) -> None:
        """Put a sentence at the end."""
        self.sentences.append((said, len(self.text)))
        self.text += said.text


class Writer:
    """Writes one report; a Scene for its sentences."""

    def __init__(self, number: int, material: Material, rng: Random, *, masked: bool) -> None:
        self.rng, self.material, self.words, self.masked = rng, material, material.words, masked
        self.home = material.places[material.order[number % len(material.order)]]
        fitting = [genre for genre in material.genres["genre"] if self.home.level in genre["levels"]]
        self.genre: Mapping[str, Any] = rng.choices(fitting, [genre["weight"] for genre in fitting])[0]
        self.year = max(rng.randint(FIRST_YEAR, LAST_YEAR), min(self.home.first_year, LAST_YEAR))
        self.own_voice = self.genre["id"] in ("report", "summary", "plan")
        self.looks_back = self.genre["id"] in ("report", "summary", "bulletin", "table")  # issued early in the next year
        self.used: set[int] = set()
        self.other = self.home
        self.schools = {name: self._school() for name in ("S", "S2")}
        self.report = Report("", self.home, self.genre["id"])

    def write(self) -> Report:
        """Give the whole report."""
        rng, lines = self.rng, self.report.lines
        lines.append(Line(self.worded(rng.choice(self.genre["titles"]))))
        if rng.random() < self.genre["masthead"]:
            lines.append(Line(self.worded(rng.choice(self.material.genres["masthead"]["lines"]))))
        for place, section in enumerate(self.genre["sections"]):
            if section.get("table"):
                self._table()
                continue
            heading = rng.choice(self.material.genres["headings"][section["topics"][0]])
            lines.append(Line(f"{self.material.genres['items']['numerals'][place]}、{heading}"))
            self._section(section)
        return self.report

    def _section(self, section: Mapping[str, Any]) -> None:
        rng, leads = self.rng, self.material.genres["items"]["leads"]
        left, item = rng.randint(*section["sentences"]), 0
        while left > 0:
            many = min(left, rng.randint(2, 4))
            line = Line(leads[item] if section.get("items") and item < len(leads) else "")
            self.schools = {name: self._school() for name in ("S", "S2")}
            for place_in_line in range(many):
                kind = LEAD.get(section["mood"]) if line.text and not place_in_line else None
                line.add(self._longer(fill(self._choose(section, kind), self)))
            self.report.lines.append(line)
            left, item = left - many, item + 1

    def _longer(self, said: Said) -> Said:
        """The sentence; one that says nothing mostly goes on, behind a semicolon, as they do."""
        if said.sentence.kind == "filler" and said.text.endswith("。") and self.rng.random() < LONGER:
            pool = [one for one in self.material.pools["filler", "any"] if one.number not in self.used]
            if pool:
                more = self.rng.choice(pool)
                self.used.add(more.number)
                said.text = f"{said.text[:-1]}；{fill(more, self).text}"
        return said

    def _choose(self, section: Mapping[str, Any], first: str | None) -> Sentence:
        """A sentence not yet said; `first` is the kind that begins an item."""
        shares = SHARES[section["mood"]]
        topics = (*section["topics"], "any", "problem") if section["mood"] in ("report", "news") else (*section["topics"], "any")
        while True:
            kind = first or self.rng.choices([*shares], [*shares.values()])[0]
            pool = [one for topic in topics for one in self.material.pools.get((kind, topic), ()) if one.number not in self.used]
            if kind == "filler" and not pool:
                self.used = {number for number in self.used if self.material.sentences[number].kind != "filler"}
            if not pool and kind in ("fact", "plan"):  # all of the topic are said: take them up again with other figures
                self.used = {number for number in self.used if self.material.sentences[number].kind != kind}
            if pool:
                chosen = self.rng.choices(pool, [1 if section["mood"] == "bare" else SPARSE[min(one.figures, 3)] for one in pool])[0]
                self.used.add(chosen.number)
                self.other = self._neighbour()
                self.report.counts[kind] = self.report.counts.get(kind, 0) + 1
                return chosen

    def _table(self) -> None:
        rng = self.rng
        columns = rng.sample(self.material.genres["column"], rng.randint(3, 5))
        places = self.material.children.get(self.home.code, [self.home])[:30]
        self.report.lines.append(Line("地区 | " + " | ".join(column["head"] for column in columns)))
        for place in places:
            line = Line(place.name)
            for column in columns:
                figure = Figure(column["unit"], str(column["low"]), str(column["high"]), column.get("scale", ""), column["indicator"])
                line.text += " | "
                number, value = draw(figure, rng)
                cell = Said(TABLE_ROW, text="x" if self.masked else number)
                fact = {"v": value, "u": column["unit"], "s": "Actual", "c": "eq", "a": place.code, "i": column["indicator"], "y": None}
                if not self.masked:
                    cell.plant("outcomes", fact, 0, len(number))
                line.add(cell)
            self.report.lines.append(line)
        self.report.counts["fact"] = self.report.counts.get("fact", 0) + len(places)

    # --- slots

    def say(self, slot: str, sentence: Said) -> str:
        """The words for a slot; notes in `sentence` what they state."""
        if slot.startswith("T."):
            return self._time(slot[2:], sentence)
        if slot in ("M", "M2", "Q"):
            return self._measure(slot, sentence)
        if slot in ("S", "S2"):
            sentence.ends[slot] = self.schools[slot]
            return self._short_school(slot)
        if slot in ("D", "D2", "D3"):
            slug, title = self._title()
            sentence.ends[slot] = title
            if slot != "D2":
                start = len(sentence.text)
                sentence.facts.append(("adoptions", {"m": slug, "a": None, "s": None, "maybe": True}, start, start + len(title) + 2))
            return f"《{title}》"
        if slot == "P":
            sentence.ends[slot] = self.home.code
        return self.plain(slot)

    def plain(self, slot: str) -> str:
        """The words for a slot that states nothing."""
        return PLAIN[slot](self)

    def worded(self, text: str) -> str:
        """A line of a genre with its slots filled."""
        for slot in PLAIN:
            if f"{{{slot}}}" in text:
                text = text.replace(f"{{{slot}}}", self.plain(slot))
        return text

    def agent(self, who: str) -> Any:
        """The agent behind `home`, `S`, `O`, `either` or `nobody`: a code, a name, several of them, or None where it is not judged."""
        return {"home": self.home.code, "O": self.other.code, "S": self.schools["S"], "either": [self.home.code, self.schools["S"]]}.get(who)

    def sized(self, figure: Figure, sentence: Said) -> Figure:
        """The figure with bounds that fit the size of the place."""
        times = SIZES[self.home.level]
        if times == 1 or sentence.sentence.topic not in SIZED or sentence.who == "S" or "each" in figure.words or figure.unit not in COUNTED:
            return figure
        return replace(figure, low=str(Decimal(figure.low) * times), high=str(Decimal(figure.high) * times))

    def _measure(self, slot: str, said: Said) -> str:
        rng = self.rng
        if slot == "Q":
            slug = name = rng.choice(self.words["programme_stems"]) + rng.choice(self.words["programme_ends"])
        else:
            slug, names = rng.choice(self.material.measures)
            name = names[0] if rng.random() < 0.6 else rng.choice(names)
        marks = slot == "Q" or "+" in name or rng.random() < QUOTED
        if said.text.endswith("“"):
            marks = False
        start = len(said.text) + marks
        if said.sentence.adopts != "none":
            said.plant("adoptions", {"m": slug, "a": self.agent(said.who), "s": status(said.sentence)}, start, start + len(name))
        return f"“{name}”" if marks else name

    def _time(self, shape: str, said: Said) -> str:
        rng = self.rng
        past = self.year - (not self.looks_back if shape == "end" else rng.random() < 0.2)
        year = {"since": self.year - rng.randint(1, 4), "from": self.year - rng.randint(1, 4), "goal": self.year + rng.randint(1, 5)}.get(shape, past)
        said.time = None if shape == "now" else f"{year}/" if shape in ("since", "from") else str(year)
        return rng.choice(self.material.genres["times"][shape]).format(year)

    def _title(self) -> tuple[str, str]:
        rng, words = self.rng, self.words
        slug, names = rng.choice(self.material.measures)
        return slug, f"关于{rng.choice(words['document_verbs'])}{names[0]}的{rng.choice(words['document_kinds'])}"

    def _school(self) -> str:
        return self.home.name + self.rng.choice(self.words["stems"]) + self.rng.choice(self.words["school_types"])

    def _short_school(self, slot: str) -> str:
        name = self.schools[slot]
        return name if self.rng.random() < 0.4 else name.removeprefix(self.home.name)

    def _neighbour(self) -> Place:
        rng, near = self.rng, self.material.children.get(self.home.parent, [])
        pool = near if len(near) > 1 and rng.random() < 0.7 else self.material.by_level[self.home.level]
        while True:
            if (place := rng.choice(pool)) is not self.home:
                return place

    def people(self) -> str:
        """The place as people say it: 济源市, 全市, 我市."""
        rng, name = self.rng, self.home.name
        if rng.random() < 0.35:
            return name
        suffix = next((said for end, said in self.words["other_suffix"].items() if name.endswith(end)), name[-1])
        if suffix[-1] not in self.words["suffixes"] and suffix not in self.words["other_suffix"].values():
            return name
        whole, own = self.words["whole"]
        return (own if self.own_voice and rng.random() < 0.3 else whole) + suffix

    def elsewhere(self) -> str:
        """Another place, so named that it is clear which."""
        near = self.other.parent == self.home.parent
        return self.other.name if near else self.other.full


TABLE_ROW = Sentence(-1, "table", "fact", ())


def _date(writer: Writer) -> str:
    rng, later = writer.rng, writer.looks_back
    return f"{writer.year + later}-{rng.randint(1, 4 if later else 12):02d}-{rng.randint(1, 28):02d}"


def _day(writer: Writer) -> str:
    rng = writer.rng
    return f"{writer.year}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"


def _pick(*names: str) -> Callable[[Writer], str]:
    return lambda writer: "".join(writer.rng.choice(writer.words[name]) for name in names)


PLAIN: Mapping[str, Callable[[Writer], str]] = {
    "P": Writer.people,
    "N": lambda writer: writer.home.full,
    "O": Writer.elsewhere,
    "S": lambda writer: writer.schools["S"],
    "Y": lambda writer: str(writer.year),
    "V": lambda writer: str(writer.year - 1),
    "G": lambda writer: str(writer.year + writer.rng.randint(2, 4)),
    "B": lambda writer: str(writer.year - writer.rng.randint(2, 6)),
    "R": lambda writer: f"{writer.rng.choice(writer.words['code_words'])}〔{writer.year - writer.rng.randint(0, 3)}〕{writer.rng.randint(1, 96)}号",
    "issuer": _pick("departments"),
    "date": _date,
    "day": _day,
    "clock": lambda writer: f"{writer.rng.randint(8, 17)}:{writer.rng.randint(0, 59):02d}",
    "hour": lambda writer: f"{writer.rng.choice('上下')}午{writer.rng.randint(2, 11)}时",
    "person": _pick("surnames", "given"),
    "town": _pick("towns"),
    "road": lambda writer: f"{writer.rng.choice(writer.words['roads'])}{writer.rng.randint(2, 398)}号",
    "telephone": lambda writer: f"0{writer.rng.randint(310, 998)}-{writer.rng.randint(2000000, 8999999)}",
    "room": lambda writer: str(writer.rng.randint(101, 999)),
    "class": lambda writer: f"{writer.rng.choice('一二三四五六')}年级({writer.rng.randint(1, 6)})",
}


def report(number: int, material: Material, rng: Random, *, masked: bool) -> Report:
    """The report of a number; it depends on the number and the random source only."""
    return Writer(number, material, rng, masked=masked).write()


def quote(said: Said, start: int, end: int) -> tuple[int, int]:
    """What to quote of a sentence for a fact that stands at a place of it."""
    return (0, len(said.text)) if start == end else (max(0, start - BEFORE), end)


def distractors(genre: str, counts: Mapping[str, int]) -> int:
    """How many sentences of a report are distractors; plans are what a plan is about, and distract elsewhere."""
    return sum(counts.get(kind, 0) for kind in DISTRACTORS if (kind, genre) != ("plan", "plan"))
