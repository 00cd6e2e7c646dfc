"""The answer to a question that ships, of one build or of one build against another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg import output, queries
from kg.errors import InputError
from kg.store import Answer, Store

NOW = "urn:build:now"  # the graph that holds all of the build asked, where a query sets it against others
OTHER = "urn:build:{}"  # and that of another, by the name of its parameter


def answer(store: Store, name: str, given: Mapping[str, str]) -> Answer:
    """The answer to the question of a name, with values for its parameters.

    A parameter of kind "build" is the output folder of another build: the question is then asked of both, each in a named graph that is held in memory.
    InputError where the name, a parameter or its value is wrong; StoreError where a folder holds no build.
    """
    question = queries.question(name)
    sparql = question.filled(given)
    return (_with_builds(store, {one: Path(given[one]) for one in question.builds}) if question.builds else store).query(sparql)


def _with_builds(store: Store, folders: Mapping[str, Path]) -> Store:
    """All builds in one store, each in a graph of its own."""
    found = Store.memory(store.union(NOW))
    for name, folder in folders.items():
        other = Store.open(output.current(folder).graph)
        try:
            if other.base != store.base:
                raise InputError(f"its resources begin with {other.base}, those of the other build with {store.base}", path=folder, remedy="build both alike")
            found.add(other.union(OTHER.format(name)))
        finally:
            other.close()
    return found
