"""Graphs of a few documents to ask in SPARQL: the seeds, or texts of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from conftest import ROOT

from kg.extract import extract
from kg.model import Document
from kg.rdf import document_quads, reference_quads
from kg.rules import Ontology, load
from kg.store import Store


@cache
def ontology() -> Ontology:
    """The ontology that ships."""
    return load()


def graph(texts: Mapping[str, str]) -> Store:
    """The graph of documents by name."""
    store = Store.memory(reference_quads(ontology()))
    for name, text in texts.items():
        store.add(document_quads(extract(Document(f"c/{name}", name, "", text), ontology()), ontology()))
    return store


@cache
def seeds() -> Store:
    """The graph of the five reports."""
    return graph({file.name: file.read_text("utf-8").removeprefix("\ufeff").replace("\r\n", "\n") for file in sorted((ROOT / "seeds").glob("*.txt"))})


def holds(store: Store, pattern: str) -> bool:
    """Whether the union of all documents has something of this pattern."""
    return bool(store.query(f"ASK {{ {pattern} }}").truth)


def values(store: Store, query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT, each value as text, in order."""
    return sorted(tuple("" if value is None else str(value.value) for value in row) for row in store.query(query))
