"""The answer to a question that ships, of one build or of one build against another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg import output, queries
from kg.errors import InputError
from kg.quads import lines
from kg.store import Answer, Store

NOW = "urn:build:now"  # the graph that holds what only the build asked says, where a query sets it against others
OTHER = "urn:build:{}"  # and that of another, by the name of its parameter
KEYS = "SELECT ?fact ?has ?key WHERE { VALUES ?has { edu:key } ?fact ?has ?key }"
FURTHER = 2  # steps from a fact to what tells of it: its evidence and agent, and the document of the evidence


def answer(store: Store, name: str, given: Mapping[str, str]) -> Answer:
    """The answer to the question of a name, with values for its parameters.

    A parameter of kind "build" is the output folder of another build: the question is then asked of the facts that only one of the two holds, with what
    they refer to, those of each build in a named graph in memory.
    InputError where the name, a parameter or its value is wrong; StoreError where a folder holds no build.
    """
    question = queries.question(name)
    sparql = question.filled(given)
    if not question.builds:
        return store.query(sparql)
    others: dict[str, Store] = {}
    try:
        for one in question.builds:
            others[one] = _alike(store, Path(given[one]))
        return differences(store, others).query(sparql)
    finally:
        for other in others.values():
            other.close()


def differences(store: Store, others: Mapping[str, Store]) -> Store:
    """The facts that a build and others do not share, in memory: those of the build in the graph NOW, those of the others in OTHER by their names.

    Each comes with its evidence, document, agent and thing. Both builds are gone through, not loaded: what differs is what is held.
    """
    found = Store.memory()
    for name, other in others.items():
        _add_what_lacks(found, store, other, NOW)
        _add_what_lacks(found, other, store, OTHER.format(name))
    return found


def _alike(store: Store, folder: Path) -> Store:
    other = Store.open(output.current(folder).graph)
    if other.base == store.base:
        return other
    base = other.base
    other.close()
    raise InputError(f"its resources begin with {base}, those of the other build with {store.base}", path=folder, remedy="build both alike")


def _add_what_lacks(found: Store, store: Store, other: Store, graph: str) -> None:
    """Add what a store says of facts that another lacks, as one graph; the stores are gone through, not loaded."""
    beside = other.inner
    told: dict[str, int] = {}  # how many steps further were gone from what was told of
    for fact, has, key in store.query(KEYS):
        if next(iter(beside.quads_for_pattern(fact, has, key, None)), None) is not None:
            continue
        nodes = {fact.value}
        for left in range(FURTHER, -1, -1):
            nodes = {node for node in nodes if told.get(node, -1) < left}
            told |= dict.fromkeys(nodes, left)
            said = [triple for node in sorted(nodes) for triple in store.about(node)]
            if said:
                found.add_lines(graph, lines(map(str, said), f"<{graph}>"))
            nodes = {str(triple.object)[1:-1] for triple in said if str(triple.object).startswith("<")}
