"""Tables for notebooks: columns of text and numbers as a pandas DataFrame or an Arrow table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from kg.errors import InputError
from kg.iri import PREFIXES

EXTRA = "notebook"  # of pyproject.toml
TEXT, NUMBER, WHOLE, TRUTH = "text", "number", "whole", "truth"
PANDAS = {TEXT: "string", NUMBER: "Float64", WHOLE: "Int64", TRUTH: "boolean"}  # each with a mark of its own for what is missing
ARROW = {TEXT: "string", NUMBER: "float64", WHOLE: "int64", TRUTH: "bool_"}
_XSD = PREFIXES["xsd"]
_KINDS = {
    **{_XSD + name: WHOLE for name in ("integer", "int", "long", "nonNegativeInteger")},
    **{_XSD + name: NUMBER for name in ("decimal", "double", "float")},
    _XSD + "boolean": TRUTH,
}
_READ: Mapping[str, Callable[[str], Any]] = {TEXT: str, NUMBER: float, WHOLE: int, TRUTH: lambda said: said in ("true", "1")}


def frame(kinds: Mapping[str, str], rows: Sequence[Sequence[Any]], *, arrow: bool = False) -> Any:
    """A table with a column of each name and kind (text, number, whole, truth); None and "" are missing values.

    InputError names the extra to install where pandas, or for Arrow pyarrow, is not there.
    """
    library = needed("pyarrow" if arrow else "pandas")
    columns = {name: [_missing(row[n]) for row in rows] for n, name in enumerate(kinds)}
    if arrow:
        return library.table({name: library.array(columns[name], type=getattr(library, ARROW[kind])()) for name, kind in kinds.items()})
    return library.DataFrame({name: library.array(columns[name], dtype=PANDAS[kind]) for name, kind in kinds.items()})


def solutions(names: Sequence[str], rows: Sequence[Sequence[Any]], *, arrow: bool = False) -> Any:
    """The rows of a query: a column of literals that are all numbers, or all true or false, is of that kind, any other is text."""
    kinds = {name: _kind([row[n] for row in rows]) for n, name in enumerate(names)}
    read = [_READ[kind] for kind in kinds.values()]
    cells = [[None if term is None else one(getattr(term, "value", str(term))) for one, term in zip(read, row, strict=True)] for row in rows]
    return frame(kinds, cells, arrow=arrow)


def needed(library: str) -> Any:
    """An optional library."""
    try:
        return import_module(library)
    except ImportError as error:
        raise InputError(f"{library} is not installed", remedy=f"install edukg with its extra: pip install 'edukg[{EXTRA}]'") from error


def _missing(value: Any) -> Any:
    return None if value == "" else value


def _kind(terms: Sequence[Any]) -> str:
    kinds = {_KINDS.get(getattr(getattr(term, "datatype", None), "value", ""), TEXT) for term in terms if term is not None}
    return kinds.pop() if len(kinds) == 1 else NUMBER if kinds == {WHOLE, NUMBER} else TEXT
