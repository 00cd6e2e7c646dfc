"""How the facts found in a document compare with those annotated by hand: right, predicted and gold, kind by kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("regions", "institutions", "measures", "adoptions", "outcomes", "outcomes_strict", "withheld", "relations")
ATTRIBUTES = ("agent", "status", "time", "comparator", "from", "indicator")
LONGEST_EVIDENCE = 300  # code points; a longer span shows nothing
PEOPLE = frozenset("名人位")
POINTS = frozenset({"百分点", "个百分点"})
ENDINGS = ("工程", "计划", "行动", "改革", "制度", "机制", "模式", "政策", "工作", "办学", "项目", "活动", "服务", "管理", "原则")
MARKS = re.compile(r"[\s“”\"'‘’「」『』《》〈〉()\[\]【】·、,,.。::;;—-]")
MUTUAL = ("paired_with", "cooperates_with")
LOOSER = {"gt": "ge", "lt": "le"}

Gold = Mapping[str, Any]
Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Agent:
    """Whom a fact found is about."""

    code: str | None  # of a region
    names: Names
    home: bool  # the document's own region


@dataclass(frozen=True, slots=True)
class Adopted:
    """A measure found with who takes it and its status."""

    names: Names
    preferred: Names
    agent: Agent
    status: str


@dataclass(frozen=True, slots=True)
class Figure:
    """An outcome found, or a withheld one (value None)."""

    value: float | None
    unit: str
    quote: str
    spans: frozenset[tuple[int, int]]
    indicator: Names = frozenset()
    comparator: str = "eq"
    time: str | None = None
    status: str = "actual"
    origin: float | None = None
    agent: Agent | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation found."""

    type: str
    a: Agent
    b: Agent
    status: str


@dataclass(slots=True)
class Found:
    """What the graph says of one document."""

    regions: set[str] = field(default_factory=set)
    institutions: list[Names] = field(default_factory=list)
    measures: list[Adopted] = field(default_factory=list)
    outcomes: list[Figure] = field(default_factory=list)
    withheld: list[Figure] = field(default_factory=list)
    relations: list[Tie] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Count:
    """How many were right, how many were predicted, how many the gold has."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """The share of the predicted that is right."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold that was found."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def compare(gold: Gold, found: Found, text: str | None) -> tuple[dict[str, Count], dict[str, tuple[int, int]]]:
    """Give the counts by kind, and for each attribute of the outcomes found how many of how many are right."""
    figures = [*gold["outcomes"], *({**one, "optional": True} for one in gold.get("outcomes_optional", []))]
    pairs = _match(figures, found.outcomes, lambda g, p: _same_outcome(g, p, text))
    agreed = [(figures[i], _attributes(figures[i], found.outcomes[j])) for i, j in pairs if not is_optional(figures[i])]
    strict = [(i, j) for i, j in pairs if is_optional(figures[i]) or all(_attributes(figures[i], found.outcomes[j]).values())]
    counts = {
        "regions": _regions(gold["regions"], sorted(found.regions)),
        "institutions": _simple(gold["institutions"], found.institutions, lambda g, p: bool(_gold_names(g) & p)),
        "measures": _measures(gold["measures"], found.measures),
        "adoptions": _adoptions(gold["measures"], found.measures),
        "outcomes": _count(figures, len(found.outcomes), pairs),
        "outcomes_strict": _count(figures, len(found.outcomes), strict),
        "withheld": _simple(gold.get("withheld", []), found.withheld, lambda g, p: same_unit(g["unit"], p.unit) and _overlap(g, p, text)),
        "relations": _relations(gold["relations"], found.relations),
    }
    return counts, {name: (sum(right[name] for _, right in agreed), len(agreed)) for name in ATTRIBUTES}


def plain(text: object) -> str:
    """Fold width and drop marks and blanks: how names are compared."""
    return MARKS.sub("", unicodedata.normalize("NFKC", str(text)).strip())


def same_unit(one: str, two: str) -> bool:
    """Say whether two units are one: people by any measure word, points with or without 个, money by sign or word."""
    both = {one, two}
    return one == two or both == {"", "1"} or both <= POINTS or both <= PEOPLE or both <= {"CNY", "元"}


def is_optional(gold: Gold) -> bool:
    """Say whether an annotated fact counts neither for nor against."""
    return gold.get("core") is False or bool(gold.get("optional")) or bool(gold.get("only_in_name"))


def _match(gold: Sequence[Gold], found: Sequence[Any], fits: Callable[[Gold, Any], float]) -> list[tuple[int, int]]:
    """Pair each annotated fact, in order, with the best free one found."""
    free = dict(enumerate(found))
    pairs = []
    for i, one in enumerate(gold):
        scores = [(fits(one, other), -j) for j, other in free.items()]
        best, place = max(scores, default=(0.0, 0))
        if best:
            del free[-place]
            pairs.append((i, -place))
    return pairs


def _count(gold: Sequence[Gold], predicted: int, pairs: Sequence[tuple[int, int]]) -> Count:
    optional = sum(is_optional(gold[i]) for i, _ in pairs)
    return Count(len(pairs) - optional, predicted - optional, sum(not is_optional(one) for one in gold))


def _simple(gold: Sequence[Gold], found: Sequence[Any], fits: Callable[[Gold, Any], bool]) -> Count:
    return _count(gold, len(found), _match(gold, found, fits))


def _regions(gold: Sequence[Gold], codes: list[str]) -> Count:
    def same(one: Gold, code: str) -> bool:
        return code in (one["code"], *one.get("code_alt", []))

    used = {j for _, j in _match(gold, codes, same)}
    # the old and the new code of one place: the second is neither right nor wrong
    codes = [code for j, code in enumerate(codes) if j in used or not any(same(one, code) for one in gold)]
    return _simple(gold, codes, same)


@dataclass(slots=True)
class _Cluster:
    """Annotated measures of one key that share an accepted name, taken together."""

    key: tuple[object, ...]
    names: set[str]
    core: bool
    agent: str | None
    status: list[str | None]


def _clusters(gold: Sequence[Gold], key: Callable[[Gold], tuple[object, ...]]) -> list[_Cluster]:
    made: list[_Cluster] = []
    for one in gold:
        core = one.get("core", True) and not one.get("optional")
        new = _Cluster(key(one), _spellings(_gold_names(one)), core, one["agent"], [one["status"], one.get("status_alt")])
        for old in [cluster for cluster in made if cluster.key == new.key and cluster.names & new.names]:
            made.remove(old)
            new.names |= old.names
            new.core = new.core or old.core
        made.append(new)
    return made


def _measures(gold: Sequence[Gold], found: Sequence[Adopted]) -> Count:
    kinds = list({tuple(sorted(one.names)): one for one in found}.values())
    return _credit(_clusters(gold, lambda one: ()), kinds, lambda cluster, one: bool(cluster.names & _spellings(one.names)))


def _adoptions(gold: Sequence[Gold], found: Sequence[Adopted]) -> Count:
    def same(cluster: _Cluster, one: Adopted) -> bool:
        return bool(cluster.names & _spellings(one.names)) and same_agent(cluster.agent, one.agent) and one.status in cluster.status

    return _credit(_clusters(gold, lambda one: (one["agent"], one["status"])), found, same)


def _credit(clusters: Sequence[_Cluster], found: Sequence[Adopted], same: Callable[[_Cluster, Adopted], bool]) -> Count:
    """Credit one cluster for each measure found, by its preferred label first; a second hit on one is neither right nor wrong."""
    hit: set[int] = set()
    spurious = 0
    for one in sorted(found, key=lambda one: len(one.names)):
        on = [i for i, cluster in enumerate(clusters) if same(cluster, one)]
        preferred = _spellings(one.preferred)
        free = sorted((i for i in on if i not in hit), key=lambda i: not clusters[i].names & preferred)
        hit.update(free[:1])
        spurious += not on
    core = [i for i, cluster in enumerate(clusters) if cluster.core]
    right = len([i for i in core if i in hit])
    return Count(right, right + spurious, len(core))


def _relations(gold: Sequence[Gold], found: Sequence[Tie]) -> Count:
    def same(one: Gold, tie: Tie) -> bool:
        if one["type"] != tie.type:
            return False
        straight = same_agent(one["a"], tie.a) and same_agent(one["b"], tie.b)
        return straight or (tie.type in MUTUAL and same_agent(one["a"], tie.b) and same_agent(one["b"], tie.a))

    seen = {j for _, j in _match(gold, found, same)}
    # planned, under way and ended relations are not annotated
    return _simple(gold, [tie for j, tie in enumerate(found) if j in seen or tie.status == "done"], same)


def same_agent(gold: str | None, found: Agent | None) -> bool:
    """Say whether the agent found is the annotated one: a code, a name, or "home"."""
    if gold is None or found is None:
        return gold is None
    if gold == "home":
        return found.home
    name = plain(gold)
    return found.code == gold or name in found.names or (found.code is None and any(_ends_alike(name, other) for other in found.names))


def _ends_alike(name: str, other: str) -> bool:
    return len(other) > 3 and (other.endswith(name) or name.endswith(other))


def _same_outcome(gold: Gold, found: Figure, text: str | None) -> float:
    fair = any(_close(value, found.value) and same_unit(unit, found.unit) for value, unit in _values(gold))
    if not fair or not _overlap(gold, found, text):
        return 0
    right = _attributes(gold, found)
    every = all(right.values())
    return 1 + every + 0.1 * (sum(right.values()) + every)


def _values(gold: Gold) -> Iterator[tuple[float, str]]:
    yield gold["value"], gold["unit"]
    for one in gold.get("value_alt", []):
        yield (one["value"], one["unit"]) if isinstance(one, dict) else (one, gold["unit"])


def _attributes(gold: Gold, found: Figure) -> dict[str, bool]:
    origin = gold.get("from")
    others = gold.get("agent_alt") or []
    agents = [gold.get("agent"), *(others if isinstance(others, list) else [others])]
    return {
        "agent": any(same_agent(agent, found.agent) for agent in agents),
        "status": found.status in (gold["status"], gold.get("status_alt")),
        "time": gold.get("time") in (None, "asof") or gold["time"] == found.time,
        "comparator": gold["comparator"] == LOOSER.get(found.comparator, found.comparator),
        "from": (origin is None) == (found.origin is None) and (origin is None or _close(origin, found.origin)),
        "indicator": _indicator_fits(gold, found.indicator),
    }


def _indicator_fits(gold: Gold, names: Names) -> bool:
    wanted = [name for phrase in gold.get("indicator") or [] if (name := plain(phrase))]
    return not wanted or any(_says_same(want, got) for want in wanted for got in names if got)


def _says_same(want: str, got: str) -> bool:
    shared = 2 * len(set(want) & set(got)) / (len(set(want)) + len(set(got)))
    return (want in got and len(got) <= max(3 * len(want), 12)) or (got in want and len(got) >= 2) or shared >= 0.6


def _close(one: float, two: float | None) -> bool:
    if two is None:
        return False
    return abs(one - two) <= 1e-6 * max(1, abs(one)) or (one != int(one) and abs(one - two) <= 0.005)  # 33.33 for a third


def _overlap(gold: Gold, found: Figure, text: str | None) -> bool:
    if text is None:
        return plain(gold["value_text"]) in plain(found.quote) or plain(found.quote) in plain(gold["quote"])
    short = [(start, end) for start, end in found.spans if end - start <= LONGEST_EVIDENCE]
    return any(start < stop and begin < end for begin, stop in _places(text, gold["quote"]) for start, end in short)


def _places(text: str, quote: str) -> Iterator[tuple[int, int]]:
    start = text.find(quote)
    while start >= 0:
        yield start, start + len(quote)
        start = text.find(quote, start + 1)


def _gold_names(gold: Gold) -> set[str]:
    return {plain(name) for name in (gold["name"], *gold.get("accept", []))}


def _spellings(names: set[str] | Names) -> set[str]:
    """Give the names with and without a closing 工程, 计划, 改革 and the like."""
    return {spelling for name in names for spelling in (plain(name), _stem(plain(name)))}


def _stem(name: str) -> str:
    return next((name[: -len(ending)] for ending in ENDINGS if name.endswith(ending) and len(name) - len(ending) >= 2), name)
