"""The reference of the ontology: the page at the path of its IRI, and the files that `make docs` writes."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from pyoxigraph import RdfFormat, parse
from served import served

from kg import rules
from kg.iri import EDU

ANCHOR = re.compile(r'id="([^"]+)"')


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The page in both languages, as files."""
    folder = tmp_path_factory.mktemp("docs")
    subprocess.run([sys.executable, ROOT / "tools" / "make_docs.py", folder], check=True, capture_output=True)
    return {language: (folder / f"ontology.{language}.html").read_text("utf-8") for language in ("zh", "en")}


def test_every_term_of_the_vocabulary_is_explained(files: dict[str, str]) -> None:
    """Each class, property, scheme and value has its anchor, so that its IRI leads to it, and its words in both languages."""
    vocabulary = [*parse(path=str(ROOT / "ontology" / "vocabulary.ttl"), format=RdfFormat.TURTLE)]
    names = {quad.subject.value.removeprefix(EDU) for quad in vocabulary if quad.subject.value.startswith(EDU)}
    for language, page in files.items():
        assert names <= {*ANCHOR.findall(page)}
        said = html.unescape(page)
        definitions = [quad for quad in vocabulary if quad.predicate.value.endswith("#definition") and quad.object.language == language]
        assert [quad.subject.value for quad in definitions if quad.object.value not in said] == []


def test_every_vocabulary_term_and_rule_is_listed(files: dict[str, str]) -> None:
    """With its labels, and with each of the texts that it must find and must not."""
    ontology = rules.load()
    page = html.unescape(files["zh"])
    assert [term.id for term in ontology.terms.values() if term.label not in page or term.label_en not in page] == []
    texts = [text for term in ontology.terms.values() for text in (*term.attrs.get("examples", ()), *term.attrs.get("never", ()))]
    texts += [text for rule in ontology.rules for text in (*(example.text for example in rule.examples), *rule.never)]
    texts += [text for block in ontology.words["numbers"]["block"] for text in (*block["examples"], *block["never"])]
    assert [text for text in texts if text not in page] == []
    assert {f"rule-{rule.id}" for rule in ontology.rules} <= {*ANCHOR.findall(page)}


def test_links_within_the_page_lead_somewhere(files: dict[str, str]) -> None:
    """Each fragment is the anchor of something, each anchor stands once; a file needs nothing from elsewhere."""
    for page in files.values():
        anchors = ANCHOR.findall(page)
        assert len(anchors) == len({*anchors})
        links = re.findall(r'href="([^"]*)"', page)
        assert {link for link in links if not link.startswith("#")} == {"data:,"}
        assert {link[1:] for link in links if link.startswith("#")} <= {*anchors}


def test_the_diagram_follows_the_shapes(files: dict[str, str]) -> None:
    """Its curves are what the shapes demand: an adoption is of a measure, a quote is evidence of a fact."""
    drawn = {*re.findall(r"<title>(\w+) (\S+) (\w+)</title>", files["en"])}
    assert {
        ("Adoption", "measure", "Measure"),
        ("Fact", "evidence", "Evidence"),
        ("Outcome", "indicator", "Indicator"),
        ("Document", "cites", "PolicyDocument"),
    } <= drawn


def test_the_server_gives_the_page_and_turtle(built: Path) -> None:
    """At the path of the ontology's IRI; terms lead to their pages in the graph; programs get the vocabulary itself."""
    with served(built) as of:
        page = of.get("/ontology?lang=en")
        assert page.status == 200
        assert "a region or institution has taken, plans or fails to carry out a measure" in page.text
        term = re.search(r'<a href="(/id/measure/[^"]+)">', page.text)
        assert term
        assert of.get(term[1]).status == 200
        said = of.get("/ontology", Accept="text/turtle")
        assert [*parse(said.body, format=RdfFormat.TURTLE)] == [*parse(path=str(ROOT / "ontology" / "vocabulary.ttl"), format=RdfFormat.TURTLE)]
        assert 'href="/ontology"' in of.get("/").text
