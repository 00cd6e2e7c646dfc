"""The answer to a question that ships, of one build or of one build against another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg import output, queries
from kg.errors import InputError
from kg.iri import PREFIXES
from kg.store import Answer, Store

NOW = "urn:build:now"  # the graph that holds what only the build asked says, where a query sets it against others
OTHER = "urn:build:{}"  # and that of another, by the name of its parameter
KEY = ox.NamedNode(f"{PREFIXES['edu']}key")
FURTHER = 2  # steps from a fact to what tells of it: its evidence and agent, and the document of the evidence


def answer(store: Store, name: str, given: Mapping[str, str]) -> Answer:
    """The answer to the question of a name, with values for its parameters.

    A parameter of kind "build" is the output folder of another build: the question is then asked of the facts that only one of the two holds, with what
    they refer to, those of each build in a named graph in memory.
    InputError where the name, a parameter or its value is wrong; StoreError where a folder holds no build.
    """
    question = queries.question(name)
    sparql = question.filled(given)
    return (_with_builds(store, {one: Path(given[one]) for one in question.builds}) if question.builds else store).query(sparql)


def _with_builds(store: Store, folders: Mapping[str, Path]) -> Store:
    """The facts in which builds differ, in one store, those of each in a graph of its own."""
    found = Store.memory()
    for name, folder in folders.items():
        other = Store.open(output.current(folder).graph)
        try:
            if other.base != store.base:
                raise InputError(f"its resources begin with {other.base}, those of the other build with {store.base}", path=folder, remedy="build both alike")
            found.add(_only(store, other, NOW))
            found.add(_only(other, store, OTHER.format(name)))
        finally:
            other.close()
    return found


def _only(store: Store, other: Store, graph: str) -> Iterator[ox.Quad]:
    """What a store says of facts that another lacks, as quads of one graph, each once; the stores are gone through, not loaded."""
    inner, beside, everywhere = store.inner, other.inner, ox.DefaultGraph()
    name = ox.NamedNode(graph)
    told: set[object] = set()
    for fact in (quad.subject for quad in inner.quads_for_pattern(None, KEY, None, everywhere) if quad not in beside):
        nodes = {fact}
        for _ in range(FURTHER + 1):
            nodes -= told
            told |= nodes
            quads = [quad for node in nodes for quad in inner.quads_for_pattern(node, None, None, everywhere)]
            yield from (ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads)
            nodes = {quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)}
