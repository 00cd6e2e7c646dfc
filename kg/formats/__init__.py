"""One writer a format: a store and the texts of its documents -> the bytes of a file, or the files of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from kg.errors import InputError
from kg.formats import comma, cypher, drawn, parquet, tidy
from kg.formats.html import render
from kg.store import Store, serialise, serialised
from kg.view import project

Texts = Mapping[str, str]  # IRI of a document -> its decoded text
Stream = Callable[[Store, Texts], Iterable[bytes]]

FILES: Mapping[str, Stream] = {
    "ttl": lambda store, texts: [serialise(store.published(), "ttl", store.base)],
    "trig": lambda store, texts: serialised(store, "trig"),
    "nq": lambda store, texts: serialised(store, "nq"),
    "jsonld": lambda store, texts: serialised(store, "jsonld"),
    "html": lambda store, texts: [render(project(store, texts))],
    "graphml": lambda store, texts: [drawn.graphml(store)],
    "gexf": lambda store, texts: [drawn.gexf(store)],
    "xlsx": lambda store, texts: [tidy.xlsx(store)],
}
FOLDERS: Mapping[str, Callable[[Store, Path], None]] = {
    "csv": tidy.write_csv,
    "neo4j": comma.neo4j,
    "cypher": cypher.write,
    "loadcsv": comma.load_csv,
    "parquet": parquet.write,
}
FORMATS = (*FILES, *FOLDERS)
WITH_TEXTS = ("html",)


def write(form: str, store: Store, texts: Texts) -> bytes:
    """Give a graph in one of FILES."""
    return b"".join(FILES[form](store, texts))


def write_folder(form: str, store: Store, folder: Path, *, bom: bool = False) -> None:
    """Write a graph in one of FOLDERS into an empty folder; `bom` begins CSV with a byte order mark."""
    if bom and form != "csv":
        raise InputError(f"a byte order mark is for csv, not for {form}", remedy="leave --bom out")
    if form == "csv":
        tidy.write_csv(store, folder, bom=bom)
    else:
        FOLDERS[form](store, folder)
