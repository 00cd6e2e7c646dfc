"""What a build left open: sentences that gave nothing, and documents whose region or date is not known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from kg import manifest
from kg.explain import sentences
from kg.extract import engine
from kg.model import DocumentFacts
from kg.rules import Ontology

COVERAGE = ("file", "start", "end", "sentence", "seen")
SURE = ("stated", "manifest")


class Gaps:
    """Gathers what documents leave open, one after another."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.missed: list[dict[str, str]] = []
        self.open: list[dict[str, str]] = []

    def hear(self, found: DocumentFacts) -> None:
        """Notes what a document leaves open."""
        path = found.document.path
        for s in sentences(found, self.ontology):
            if s.missed:
                self.missed.append({"file": path, "start": str(s.start), "end": str(s.end), "sentence": " ".join(s.text.split()), "seen": "; ".join(s.seen)})
        home, finding = found.finding.home, found.finding
        if home is None or not home.key or not finding.issued:
            self.open.append({"file": path, **self._known(found), **found.document.known})

    def _known(self, found: DocumentFacts) -> dict[str, str]:
        """What the page itself says for sure, so that only the rest has to be filled in."""
        finding = found.finding
        code = finding.home.key if finding.home and finding.home_basis in SURE else ""
        register = engine(self.ontology).register
        region = register.path(code) if register.known(code) and "/" not in code else code
        return {"region": region, "date": finding.issued, "publisher": finding.publisher, "genre": finding.genre, "url": finding.source}

    def coverage(self, file: Path) -> bytes:
        """The sentences that gave nothing, as a table: tab-separated where the file is called .tsv, else CSV."""
        return table(COVERAGE, self.missed, "\t" if file.suffix.lower() == ".tsv" else ",")

    def unsettled(self) -> bytes:
        """The documents whose region or date is open, as a manifest to fill in."""
        return table(manifest.COLUMNS, self.open, ",")


def table(columns: Iterable[str], rows: Iterable[Mapping[str, str]], mark: str) -> bytes:
    """Rows as delimited text in UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", delimiter=mark, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
