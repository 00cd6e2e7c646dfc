"""Names are deterministic, readable, and break no engine."""

from __future__ import annotations

import unicodedata

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import iri
from kg.errors import InputError
from kg.model import Thing

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
ANY = st.text(min_size=1, max_size=20)  # lone surrogates too, as undecodable file names give them


@given(ANY)
def test_every_key_gives_an_iri(key: str) -> None:
    """Whatever a thing is called, its name is an IRI in NFC without anything that engines trip over."""
    name = iri.resource(key)
    assert ox.NamedNode(name).value == name
    assert unicodedata.is_normalized("NFC", name)
    below = name.removeprefix(iri.BASE)
    assert not any(unicodedata.category(char)[0] in "ZM" or unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") for char in below)
    assert all(char in "-._~%/" or char.isalnum() for char in below if char < "\U00020000")


@given(TEXT, TEXT)
def test_names_differ_as_keys_do(one: str, other: str) -> None:
    """Two keys have one name only where they are the same text in NFC."""
    same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    assert (iri.resource(one) == iri.resource(other)) == same


@given(TEXT)
def test_names_survive_turtle(key: str) -> None:
    """A name written in relation to the base is read back as it was."""
    name = ox.NamedNode(iri.resource(f"institution/{key}"))
    triple = ox.Triple(name, ox.NamedNode(iri.EDU + "agent"), name)
    data = ox.serialize([triple], format=ox.RdfFormat.TURTLE, base_iri=iri.BASE) or b""
    assert [(t.subject, t.object) for t in ox.parse(data, format=ox.RdfFormat.TURTLE)] == [(name, name)]


NAMES = {
    "institution/419001/济水一中": "institution/419001/济水一中",
    "unit/%": "unit/%25",
    "document/报告 (1).txt": "document/报告%20%281%29.txt",
    "measure/named/“归雁”计划": "measure/named/%E2%80%9C归雁%E2%80%9D计划",
    "document/..//./a": "document/%2E%2E//%2E/a",
    "institution/-/\ue001小学": "institution/-/%EE%80%81小学",
    "institution/-/𠮷祥小学": "institution/-/𠮷祥小学",
    "policy/二〇二二年": "policy/二〇二二年",
    "document/e\u0301.txt": "document/é.txt",
}


@pytest.mark.parametrize("key", NAMES)
def test_names(key: str) -> None:
    """Letters, digits and CJK stay readable, all else is percent-encoded."""
    assert iri.resource(key) == iri.BASE + NAMES[key]


def test_things() -> None:
    """A thing is named by its kind and key, a home region never named by its document."""
    assert iri.thing(Thing("region", "419001", "济源市")) == iri.BASE + "region/419001"
    assert iri.thing(Thing("zone", "410100/高新区", "高新区")) == iri.BASE + "zone/410100/高新区"
    assert iri.thing(Thing("region", "", "我市", region="a/b.txt")) == iri.BASE + "document/a/b.txt/home"
    source = iri.document("a/b.txt")
    assert iri.evidence(source, 3, 9) == source + "/e/3-9"
    assert iri.fact(source, "0f") == source + "/f/0f"


def test_base() -> None:
    """Another base moves every resource, with or without its last slash."""
    assert iri.document("a", "https://example.org/x") == iri.document("a", "https://example.org/x/") == "https://example.org/x/document/a"
    assert iri.reference_graph("https://example.org/#") == "https://example.org/#graph/reference"


@pytest.mark.parametrize("base", ["", "id/", "https://exa mple.org/", "https://example.org/<"])
def test_no_base(base: str) -> None:
    """What is no absolute IRI is refused with a remedy."""
    with pytest.raises(InputError, match="no base for IRIs; give an absolute one"):
        iri.document("a", base)
