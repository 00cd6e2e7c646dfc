"""Writes the ontology as one page in each language: `python tools/make_docs.py FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from kg.serve.ontology import alone
from kg.serve.words import LANGUAGES


def main(folder: Path) -> None:
    """Write the pages and say where."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        file = folder / f"ontology.{language}.html"
        file.write_text(alone(language), "utf-8", newline="\n")
        print(file)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "dist"))
