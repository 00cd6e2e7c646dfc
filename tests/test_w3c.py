"""The runner of the W3C's tests, on a suite of two files in its form."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

MANIFEST = """
@prefix : <urn:test#> .
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#> .
@prefix ut: <http://www.w3.org/2009/sparql/tests/test-update#> .
@prefix ht: <http://www.w3.org/2011/http#> .
@prefix cnt: <http://www.w3.org/2011/content#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:rows a mf:QueryEvaluationTest ; mf:action [ qt:query <rows.rq> ; qt:data <one.ttl> ; qt:graphData <two.ttl> ] .
:graph a mf:QueryEvaluationTest ; mf:action [ qt:query <graph.rq> ; qt:data <one.ttl> ] .
:right a mf:PositiveSyntaxTest11 ; mf:action <rows.rq> .
:wrong a mf:NegativeSyntaxTest11 ; mf:action <wrong.rq> .
:asked a mf:ProtocolTest ; ut:graphData [ ut:graph <one.ttl> ; rdfs:label "urn:one" ] ; mf:action [ ht:requests ( [
  ht:methodName "POST" ; ht:absolutePath "/sparql/?default-graph-uri=urn%3Aone" ;
  ht:headers ( [ ht:fieldName "content-type" ; ht:fieldValue "application/sparql-query" ] ) ;
  ht:body [ cnt:characterEncoding "UTF-8" ; cnt:chars "ASK { <urn:s> ?p ?o }" ] ;
  ht:resp [ mf:expectedBoolean TRUTH ; mf:expectedStatus ht:StatusCode2xx ] ] ) ] .
"""
FILES = {
    "one.ttl": "<urn:s> <urn:p> 1, [ <urn:q> 'text'@en ] .",
    "two.ttl": "<urn:t> <urn:p> true .",
    "rows.rq": "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
    "graph.rq": "CONSTRUCT { ?o ?p ?s } { ?s ?p ?o FILTER(isBlank(?o)) }",
    "wrong.rq": "SELECT ? {",
}


@pytest.mark.parametrize(("truth", "code", "said"), [("true", 0, "protocol: 1 of 1"), ("false", 1, "protocol: 0 of 1\n  urn:test#asked")])
def test_the_suite_is_run(tmp_path: Path, truth: str, code: int, said: str) -> None:
    """Tests that hold are counted, one that does not is named and gives exit code 1."""
    for name, text in (FILES | {"manifest.ttl": MANIFEST.replace("TRUTH", truth)}).items():
        (tmp_path / name).write_text(text, "utf-8")
    result = subprocess.run([sys.executable, str(ROOT / "tools" / "w3c.py"), str(tmp_path)], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (code, "")
    assert result.stdout.strip() == f"queries answered as in process: 2 of 2\nsyntax: 2 of 2\n{said}"
