"""The sentences of the generated reports: wording.toml read, and one sentence filled with what it plants."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, Protocol

HERE = Path(__file__).parent
STATUS = {"plan": "Planned", "quoted": "Planned", "negated": "Problem"}  # of measures by kind; the rest is done
SCALES = {"": 1, "万": 10**4, "亿": 10**8}
UNITS = {"元": "CNY", "tenths": "%"}
PART = re.compile(r"\[(?P<choice>[^\]]+)\]|\{#(?P<figure>[^}]+)\}|\{(?P<slot>[^}]+)\}")
FIGURE = re.compile(r"(?P<unit>\S+) (?P<low>[\d.]+)-(?P<high>[\d.]+)(?P<scale>[万亿]?)(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A place for a figure: its unit as written, its bounds, and how it may be written."""

    unit: str
    low: str
    high: str
    scale: str = ""
    indicator: str = ""
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One entry of wording.toml."""

    number: int
    topic: str
    kind: str
    parts: tuple[str | tuple[str, ...] | Figure | Slot, ...]
    adopts: str = ""
    agent: str = ""
    maybe: tuple[str, ...] = ()
    relation: tuple[str, ...] = ()
    unsettled: bool = False
    figures: int = 0  # how many it has

    def fixed(self) -> Iterator[str]:
        """Every stretch of text between two slots, in each of its wordings."""
        run: list[tuple[str, ...]] = []
        for part in (*self.parts, Slot("")):
            if isinstance(part, str):
                run.append((part,))
            elif isinstance(part, tuple):
                run.append(part)
            else:
                yield from map("".join, product(*run))
                run = []


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a name, a time or the like."""

    name: str


class Scene(Protocol):
    """What a document knows when it writes a sentence."""

    rng: Random
    masked: bool
    words: Mapping[str, Any]

    def say(self, slot: str, sentence: Said) -> str:
        """The words for a slot; notes in `sentence` what they state."""

    def sized(self, figure: Figure, sentence: Said) -> Figure:
        """The figure with bounds that fit the size of the place."""

    def agent(self, who: str) -> Any:
        """The agent behind `home`, `S`, `O`, `either` or `nobody`."""


@dataclass(slots=True)
class Said:
    """A sentence being written, and what it plants."""

    sentence: Sentence
    text: str = ""
    time: str | None = None
    who: str = "home"
    origin: str | None = None  # the first value of a change under way
    ends: dict[str, str] = field(default_factory=dict)  # slot -> full name
    facts: list[tuple[str, dict[str, Any], int, int]] = field(default_factory=list)  # kind, fact, where in the text

    def plant(self, kind: str, fact: dict[str, Any], start: int, end: int) -> None:
        """Note a fact that stands at a place of the text."""
        if self.sentence.unsettled:
            fact["maybe"] = True
        self.facts.append((kind, fact, start, end))


def read(measures: Mapping[str, str], file: Path = HERE / "wording.toml") -> tuple[Sentence, ...]:
    """Read the sentences; `measures` gives the slug of each wording that names one."""
    entries = tomllib.loads(file.read_text("utf-8"))["sentence"]
    return tuple(_named(_sentence(number, entry), measures) for number, entry in enumerate(entries))


def _named(sentence: Sentence, measures: Mapping[str, str]) -> Sentence:
    """The sentence with the measures that its fixed words name."""
    fixed = [*sentence.fixed()]
    slugs = {slug for wording, slug in measures.items() if any(wording in run for run in fixed)}
    return replace(sentence, maybe=(*sentence.maybe, *sorted(slugs - {*sentence.maybe})))


def _sentence(number: int, entry: Mapping[str, Any]) -> Sentence:
    parts = tuple(_parts(entry["text"]))
    slots = [part.name for part in parts if isinstance(part, Slot)]
    first = next((name for name in slots if name in ("P", "N", "O", "S")), "home")
    agent = entry.get("agent", "home" if first in ("P", "N") else first)
    return Sentence(
        number,
        entry["topic"],
        entry["kind"],
        parts,
        adopts=entry.get("adopts", ""),
        agent=agent,
        maybe=(*entry.get("maybe", ()),),
        relation=(*entry.get("relation", ()),),
        unsettled=entry.get("unsettled", False),
        figures=sum(isinstance(part, Figure) for part in parts),
    )


def _parts(text: str) -> Iterator[Any]:
    end = 0
    for found in PART.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        end = found.end()
        if found["choice"]:
            yield tuple(found["choice"].split("|"))
        elif found["figure"]:
            yield _figure(found["figure"])
        else:
            yield Slot(found["slot"])
    if end < len(text):
        yield text[end:]


def _figure(text: str) -> Figure:
    found = FIGURE.fullmatch(text)
    if found is None:
        raise ValueError(f"no figure: {{#{text}}}")
    words = found["rest"].split()
    noun = next((word[1:] for word in words if word.startswith("=")), "")
    return Figure(found["unit"], found["low"], found["high"], found["scale"], noun, frozenset(word for word in words if not word.startswith("=")))


def fill(sentence: Sentence, scene: Scene) -> Said:
    """Write a sentence."""
    said = Said(sentence, who=sentence.agent)
    for part in sentence.parts:
        if isinstance(part, str):
            said.text += part
        elif isinstance(part, tuple):
            said.text += scene.rng.choice(part)
        elif isinstance(part, Figure):
            _write_figure(part, said, scene)
        else:
            said.text += scene.say(part.name, said)
    for slug in sentence.maybe:
        said.facts.append(("adoptions", {"m": slug, "a": None, "s": status(sentence), "maybe": True}, 0, 0))
    if sentence.relation:
        one, predicate, two = sentence.relation
        said.plant("relations", {"x": said.ends[one], "p": predicate, "o": said.ends[two]}, 0, len(said.text))
    return said


def status(sentence: Sentence) -> str:
    """The status of a measure that a sentence names."""
    return sentence.adopts if sentence.adopts not in ("", "none") else STATUS.get(sentence.kind, "Done")


def _write_figure(figure: Figure, said: Said, scene: Scene) -> None:
    rng, start = scene.rng, len(said.text)
    rounded = "~" in figure.words and rng.random() < 0.4 and not scene.masked
    number, value = draw(scene.sized(figure, said), rng, rounded=rounded)
    fact: dict[str, Any] = {"v": value, "u": UNITS.get(figure.unit, figure.unit), "s": "Target" if status(said.sentence) == "Planned" else "Actual", "c": "eq"}
    said.text += _worded(figure, number, fact, scene, rounded=rounded)
    if figure.unit == "-":
        return
    agent = "nobody" if "nobody" in figure.words else "S" if "school" in figure.words else said.who
    fact |= {"a": scene.agent(agent), "i": figure.indicator, "y": said.time, "f": said.origin}
    said.origin = value if "from" in figure.words else None
    if scene.masked:
        maybe = {"maybe": True} if "from" in figure.words else {}
        said.plant("withheld", {key: fact[key] for key in ("u", "a", "s")} | maybe, start, len(said.text))
    elif "from" not in figure.words:
        said.plant("outcomes", {key: one for key, one in fact.items() if one is not None or key == "a"}, start, len(said.text))


def _worded(figure: Figure, number: str, fact: dict[str, Any], scene: Scene, *, rounded: bool) -> str:
    rng, words = scene.rng, scene.words
    unit = {"%": "%", "百分点": "个百分点", "1": "", "-": ""}.get(figure.unit, figure.unit)
    if figure.unit == "tenths":
        fact["v"] = canonical(Decimal(number) * 10)
        whole, _, tenth = number.partition(".")
        return words["numerals"][int(whole)] + "成" + (words["numerals"][int(tenth)] if tenth.strip("0") else "")
    if scene.masked and figure.unit != "-":
        return re.sub(r"\d", "x", number) + figure.scale + unit
    before = after = ""
    if rounded and (figure.unit == "%" or rng.random() < 0.45):
        fact["c"] = rng.choice(("approx", "ge"))
        before = rng.choice(words["approx_before"][fact["c"]])
    elif rounded:
        fact["c"] = "ge"
        after = rng.choice(words["approx_after"]["ge"])
    if "range" in figure.words:
        top = str(int(number) + rng.randint(1, max(2, int(number) // 3)))
        fact["x"] = top
        return f"{number}{rng.choice('—至-~')}{top}{unit}"
    if "." not in number and not figure.scale and len(number) < 3 and rng.random() < 0.04 and not after and figure.unit not in ("%", "1"):
        number = spoken(int(number), words["numerals"])
    fact["c"] = "ge" if figure.words & {"above", "atleast"} else "le" if "within" in figure.words else fact["c"]
    tail = words["above"] if "above" in figure.words else words["within"] if "within" in figure.words else ""
    return f"{before}{number}{figure.scale}{after}{unit}{tail}"


def draw(figure: Figure, rng: Random, *, rounded: bool = False) -> tuple[str, str]:
    """A number between the bounds as it is written, and its value in base units; `rounded` gives tens and hundreds."""
    places = max(len(figure.low.partition(".")[2]), len(figure.high.partition(".")[2]))
    if figure.scale or figure.unit in ("%", "百分点"):
        places = max(places, rng.choice((0, 1, 1, 2)))
    factor = 10**places
    drawn = rng.randint(int(Decimal(figure.low) * factor), int(Decimal(figure.high) * factor))
    if rounded and not figure.scale and figure.unit != "%" and drawn >= 20:
        drawn -= drawn % (100 if drawn >= 1000 else 10)
    number = Decimal(drawn) / factor
    return str(number), canonical(number * SCALES[figure.scale])


def canonical(value: Decimal) -> str:
    """A decimal without trailing zeros or exponent.

    >>> canonical(Decimal("3.890") * 10**8)
    '389000000'
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=128)
def spoken(number: int, numerals: str) -> str:
    """A whole number below a hundred in Chinese numerals.

    >>> spoken(23, "零一二三四五六七八九十")
    '二十三'
    """
    tens, ones = divmod(number, 10)
    if not tens:
        return numerals[ones]
    return ("" if tens == 1 else numerals[tens]) + numerals[10] + (numerals[ones] if ones else "")
