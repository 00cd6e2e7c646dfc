"""The endpoint asked by Comunica, which knows it by its address alone: `make test-engines`."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.append(str(ROOT / "tests"))

import graphs  # noqa: E402 - found by the line above
from served import Served, put, served  # noqa: E402

COMUNICA = ROOT / ".node" / "engines" / "node_modules" / ".bin" / "comunica-sparql"
PREFIXES = "PREFIX edu: <https://w3id.org/edukg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of a small graph."""
    with served(put(graphs.sample(), tmp_path_factory.mktemp("comunica") / "out")) as found:
        yield found


def comunica(of: Served, query: str, syntax: str, source: str = "{}sparql") -> str:
    """What Comunica prints."""
    assert COMUNICA.exists(), "Comunica is missing: make test-engines"
    call = ["node", str(COMUNICA), source.format(of.address), PREFIXES + query, "-t", syntax]
    return subprocess.run(call, capture_output=True, encoding="utf-8", timeout=120, check=True).stdout


@pytest.mark.parametrize("source", ["sparql@{}sparql", "{}sparql"], ids=["told that it is SPARQL", "finds out by the service description"])
def test_comunica_reads_rows(server: Served, source: str) -> None:
    """A join over names in Chinese gives the rows that the endpoint gives to anyone."""
    query = "SELECT ?code ?label { ?s edu:adminCode ?code ; skos:prefLabel ?label } ORDER BY ?code ?label"
    rows = sorted(csv.reader(comunica(server, query, "text/csv", source).splitlines()))
    ours = server.get("/sparql", f"query={PREFIXES}{query}".replace("#", "%23").encode(), Accept="text/csv").text
    assert rows == sorted(csv.reader(ours.splitlines()))
    assert len(rows) > 3


def test_comunica_reads_graphs(server: Served) -> None:
    """CONSTRUCT and ASK come through as well."""
    found = comunica(server, "CONSTRUCT { ?s a edu:Region } { ?s a edu:Region }", "application/n-triples")
    count = server.get("/sparql", b"query=SELECT (COUNT(*) AS ?n) { ?s a edu:Region }", Accept="text/csv").text.split()[1]
    assert len(found.splitlines()) == int(count)
    assert comunica(server, "ASK { ?s a edu:Region }", "simple").strip() == "true"
