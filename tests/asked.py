"""What documents say: the facts of a text, and graphs of the seeds or of several texts to ask in SPARQL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from conftest import ROOT

from kg.extract import extract
from kg.model import Document, DocumentFacts
from kg.rdf import document_quads, reference_quads
from kg.rules import Ontology, load
from kg.store import Store


@cache
def ontology() -> Ontology:
    """The ontology that ships."""
    return load()


def told(text: str, path: str = "c/d.txt", **known: str) -> DocumentFacts:
    """What a document with this text says; keywords are its row of the manifest."""
    return extract(Document(path, path.rpartition("/")[2], sha256(text.encode()).hexdigest(), text, known=known), ontology())


def graph(texts: Mapping[str, str]) -> Store:
    """The graph of documents by name."""
    store = Store.memory(reference_quads(ontology()))
    for name, text in texts.items():
        store.add(document_quads(told(text, f"c/{name}"), ontology()))
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
