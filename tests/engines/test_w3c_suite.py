"""The W3C's SPARQL 1.1 suite, and that of SPARQL 1.0, asked of the endpoint from outside."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SUITES = sorted(str(folder) for name in ("sparql11", "dawg-data-r2") for folder in (ROOT / ".w3c").glob(f"rdflib-*/test/data/suites/w3c/{name}"))


def test_the_endpoint_answers_what_pyoxigraph_answers() -> None:
    """Hundreds of queries of the suite, over HTTP and in process, and what is a query and what is none."""
    assert len(SUITES) == 2
    result = subprocess.run([sys.executable, str(ROOT / "tools" / "w3c.py"), *SUITES], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    for kind, least in (("queries answered as in process", 400), ("syntax", 300)):
        found = re.search(rf"^{kind}: (\d+) of (\d+)$", result.stdout, re.MULTILINE)
        assert found and found[1] == found[2] and int(found[1]) >= least, result.stdout
