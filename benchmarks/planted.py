"""Scores a build of generated reports: `python benchmarks/planted.py PLANTED.jsonl BUILD [--show N]`, where BUILD is an output folder or N-Quads files.

Report by report: neither the planted facts nor the graph are held as a whole. What a report does not plant is false there, except what is planted as `maybe`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from kg import iri, output  # noqa: E402
from kg.scoring import Count, plain, same_unit  # noqa: E402
from kg.store import Store  # noqa: E402

KINDS = ("adoptions", "outcomes", "outcomes, time and status too", "withheld", "relations")
FACTS = {"Adoption": "adoptions", "Outcome": "outcomes", "Withheld": "withheld", "Relation": "relations"}
TYPE = f"{iri.PREFIXES['rdf']}type"
WANTED = {
    *(iri.EDU + name for name in ("agent", "measure", "status", "value", "unit", "period", "indicator", "evidence")),
    *(iri.PREFIXES["rdf"] + name for name in ("type", "subject", "predicate", "object")),
    *(iri.PREFIXES["skos"] + name for name in ("prefLabel", "altLabel")),
    iri.PREFIXES["dcterms"] + "title",
    iri.PREFIXES["oa"] + "exact",
}
PEOPLE = "名人位"
SHORTEST = 3  # a name that ends another one is the same thing if it is longer

Triple = tuple[str, str, str]
Planted = Mapping[str, Any]


@dataclass(slots=True)
class Fact:
    """A fact of the graph with all that is compared."""

    kind: str
    said: dict[str, str]
    agent: Agent | None = None
    names: frozenset[str] = frozenset()  # of its measure, slug included
    ends: tuple[Agent, ...] = ()
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """Whom a fact is about: a code of the register, or names."""

    code: str
    names: frozenset[str]

    def fits(self, planted: str | list[str] | None) -> bool:
        """Whether it is the planted one, or one of several; None is not judged."""
        if planted is None:
            return True
        if isinstance(planted, list):
            return any(map(self.fits, planted))
        if planted.isdigit():
            return self.code == planted
        wanted = plain(planted)
        return any(wanted == name or (min(len(wanted), len(name)) > SHORTEST and (wanted.endswith(name) or name.endswith(wanted))) for name in self.names)


@dataclass(slots=True)
class Score:
    """The counts of all reports, and examples of what is wrong."""

    counts: dict[str, Count] = field(default_factory=lambda: dict.fromkeys(KINDS, Count()))
    reports: int = 0
    facts: int = 0
    missing: int = 0  # reports that the build does not have
    lost: Counter[tuple[str, int]] = field(default_factory=Counter)  # planted and not found, by kind and sentence
    examples: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    false: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def table(self) -> str:
        """Precision, recall and F1 as Markdown."""
        lines = ["| | precision | recall | F1 | right / found / planted |", "| --- | --- | --- | --- | --- |"]
        lines += [f"| {k} | {c.precision:.3f} | {c.recall:.3f} | {c.f1:.3f} | {c.right:,} / {c.predicted:,} / {c.gold:,} |" for k, c in self.counts.items()]
        return "\n".join(lines)


def score(planted: Path, build: Path | Iterable[Path], *, show: bool = False) -> Score:
    """Compare a build with what its reports state."""
    where, result = _places(planted), Score()
    with planted.open("rb") as stream:
        for path, triples in documents(build):
            place = where.pop(path.partition("/")[2], None)
            if place is None:
                continue
            stream.seek(place)
            found = list(facts(triples))
            _add(result, json.loads(stream.readline()), found, show=show)
        for place in where.values():
            stream.seek(place)
            _add(result, json.loads(stream.readline()), [], show=show)
            result.missing += 1
    return result


def _places(planted: Path) -> dict[str, int]:
    """Where the line of each report begins."""
    places, start = {}, 0
    with planted.open("rb") as lines:
        for line in lines:
            places[line[: line.index(b'","home"')].decode().removeprefix('{"path":"')] = start
            start += len(line)
    return places


# --- the graph


def documents(build: Path | Iterable[Path]) -> Iterator[tuple[str, list[Triple]]]:
    """The path of each document of a build, and what its graph says of what is compared."""
    if isinstance(build, Path) and build.is_dir():
        yield from _stored(build)
        return
    for file in [build] if isinstance(build, Path) else build:
        opened: Callable[..., IO[str]] = gzip.open if file.suffix == ".gz" else open  # type: ignore[assignment]
        with opened(file, "rt", encoding="utf-8") as lines:
            for graph, group in groupby(lines, _graph):
                if "/document/" in graph:
                    yield unquote(graph.partition("/document/")[2]), [triple for line in group if (triple := _triple(line))]


def _graph(line: str) -> str:
    return line[line.rindex("<") + 1 : line.rindex(">")]


def _triple(line: str) -> Triple | None:
    subject, predicate, rest = line.split(" ", 2)
    predicate = predicate[1:-1]
    return (subject[1:-1], predicate, _value(rest)) if predicate in WANTED else None


def _value(rest: str) -> str:
    if rest.startswith("<"):
        return rest[1 : rest.index(">")]
    text = rest[: rest.rindex('"') + 1]
    return json.loads(text) if "\\" in text else text[1:-1]


def _stored(out: Path) -> Iterator[tuple[str, list[Triple]]]:
    build = output.current(out)
    store = Store.open(build.graph)
    for entry in build.entries():
        if not entry.problem:
            quads = store.quads(iri.document(entry.path, build.stamp["base"]))
            yield entry.path, [(q.subject.value, q.predicate.value, q.object.value) for q in quads if q.predicate.value in WANTED]
    store.close()


def facts(triples: Iterable[Triple]) -> Iterator[Fact]:
    """The facts of one document's graph."""
    said: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in triples:
        said.setdefault(subject, {}).setdefault(_local(predicate), []).append(value)
    for one in said.values():
        kind = next((FACTS[name] for name in map(_local, one.get("type", ())) if name in FACTS), "")
        if kind:
            quote = next((text for evidence in one.get("evidence", ()) for text in said.get(evidence, {}).get("exact", ())), "")
            measure = one.get("measure", [""])[0]
            yield Fact(
                kind,
                {name: values[0] for name, values in one.items()},
                _agent(one["agent"][0], said) if "agent" in one else None,
                frozenset({measure.rpartition("/")[2], *_names(measure, said)}),
                tuple(_agent(one[end][0], said) for end in ("subject", "object") if end in one),
                quote,
            )


def _local(name: str) -> str:
    return name.rpartition("#")[2].rpartition("/")[2]


def _agent(name: str, said: Mapping[str, Mapping[str, list[str]]]) -> Agent:
    code = name.partition("/region/")[2]
    return Agent(code if code.isdigit() else "", _names(name, said))


def _names(name: str, said: Mapping[str, Mapping[str, list[str]]]) -> frozenset[str]:
    known = said.get(name, {})
    return frozenset(plain(label) for kind in ("prefLabel", "altLabel", "title") for label in known.get(kind, ()))


# --- the comparison


def _add(result: Score, planted: Planted, found: list[Fact], *, show: bool) -> None:
    result.reports += 1
    result.facts += len(found)
    compared = {
        "adoptions": (_once(planted["adoptions"], _adopted), _once_found(found), _same_adoption),
        "outcomes": (planted["outcomes"], [one for one in found if one.kind == "outcomes"], _same_outcome),
        "withheld": (planted["withheld"], [one for one in found if one.kind == "withheld"], _same_withheld),
        "relations": (planted["relations"], [one for one in found if one.kind == "relations" and _local(one.said["status"]) == "Done"], _same_relation),
    }
    for kind, (wanted, given, same) in compared.items():
        pairs, free = _matched(wanted, given, same)
        counted = [(one, other) for one, other in pairs if not one.get("maybe")]
        gold = sum(not one.get("maybe") for one in wanted)
        predicted = len(counted) + len(free)
        result.counts[kind] += Count(len(counted), predicted, gold)
        if kind == "outcomes":
            strict = sum(same(one, other) > 1 for one, other in counted)
            result.counts[KINDS[2]] += Count(strict, predicted, gold)
        if show:
            _note(result, kind, planted, wanted, pairs, free)


def _matched(wanted: list[Planted], found: list[Fact], same: Callable[[Planted, Fact], int]) -> tuple[list[tuple[Planted, Fact]], list[Fact]]:
    """Pair each planted fact with the best free one found, what must be there first; and what remains of those found."""
    by_key: dict[str, list[Fact]] = {}
    for one in found:
        by_key.setdefault(one.said.get("value", ""), []).append(one)
    pairs = []
    for one in sorted(wanted, key=lambda one: bool(one.get("maybe"))):
        pool = by_key.get(one.get("v", ""), [])
        best = max(((same(one, other), -place) for place, other in enumerate(pool)), default=(0, 0))
        if best[0] and (not one.get("maybe") or "v" not in one or best[0] > 1):
            pairs.append((one, pool.pop(-best[1])))
    return pairs, [one for pool in by_key.values() for one in pool]


def _same_outcome(planted: Planted, found: Fact) -> int:
    """0 for another one; 1 for the value, unit and agent; 2 with time and status."""
    if not same_unit(planted["u"], unquote(found.said.get("unit", "").partition("/unit/")[2])):
        return 0
    if not (found.agent.fits(planted["a"]) if found.agent else planted["a"] is None):
        return 0
    time = planted.get("y") in (None, found.said.get("period"))
    return 1 + (time and _local(found.said.get("status", "")) == planted["s"])


def _same_withheld(planted: Planted, found: Fact) -> int:
    unit = same_unit(planted["u"], unquote(found.said.get("unit", "").partition("/unit/")[2]))
    return int(unit and (found.agent.fits(planted["a"]) if found.agent else planted["a"] is None))


def _same_adoption(planted: Planted, found: Fact) -> int:
    agreed = planted["s"] in (None, _local(found.said["status"])) and bool(found.agent and found.agent.fits(planted["a"]))
    return int(agreed and planted["m"] in found.names)


def _same_relation(planted: Planted, found: Fact) -> int:
    same = _local(found.said["predicate"]) == planted["p"] and len(found.ends) == 2
    return int(same and found.ends[0].fits(planted["x"]) and found.ends[1].fits(planted["o"]))


def _adopted(one: Planted) -> tuple[str, ...]:
    return one["m"], json.dumps(one["a"]), one["s"] or ""


def _once(facts: list[Planted], key: Callable[[Planted], tuple[str, ...]]) -> list[Planted]:
    """Each adoption once; one that must be there goes before one that may."""
    first: dict[tuple[str, ...], Planted] = {}
    for one in sorted(facts, key=lambda one: bool(one.get("maybe"))):
        first.setdefault(key(one), one)
    return [*first.values()]


def _once_found(found: list[Fact]) -> list[Fact]:
    adoptions = (one for one in found if one.kind == "adoptions")
    return [*{(one.said["measure"], one.said.get("agent"), one.said["status"]): one for one in adoptions}.values()]


def _note(result: Score, kind: str, planted: Planted, wanted: list[Planted], pairs: list[tuple[Planted, Fact]], free: list[Fact]) -> None:
    hit = {id(one) for one, _ in pairs}
    for one in wanted:
        if id(one) not in hit and not one.get("maybe"):
            result.lost[kind, one["t"]] += 1
            result.examples[kind, one["t"]].append(f"{planted['path']} {planted['home']} {planted['dirt']} {json.dumps(one, ensure_ascii=False)}")
    if kind == "outcomes":
        for one, other in pairs:
            if not one.get("maybe") and _same_outcome(one, other) == 1:
                said = f"{planted['path']} {other.said.get('period')} {_local(other.said['status'])}"
                result.false["time or status"].append(f"{said}: {json.dumps(one, ensure_ascii=False)}")
    for other in free:
        short = {name: _local(value) for name, value in other.said.items() if name not in ("type", "evidence")}
        result.false[kind].append(f"{planted['path']} {planted['home']} {planted['dirt']} {short} “{other.quote}”")


def main() -> int:
    """Print the score of a build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("planted", type=Path)
    parser.add_argument("build", type=Path, nargs="+")
    parser.add_argument("--show", type=int, default=0, help="how many examples of each kind of error")
    options = parser.parse_args()
    result = score(options.planted, options.build[0] if len(options.build) == 1 else options.build, show=options.show > 0)
    print(result.table())
    print(f"{result.reports:,} reports, {result.missing:,} of them not in the graph; {result.facts:,} facts")
    for (kind, number), times in result.lost.most_common(60 if options.show else 0):
        print(f"\nnot found, {kind}, sentence {number}: {times}", *result.examples[kind, number][: options.show], sep="\n  ")
    for kind, lines in result.false.items():
        print(f"\nwrong, {kind}: {len(lines)}", *lines[:: max(1, len(lines) // (20 * options.show))], sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
