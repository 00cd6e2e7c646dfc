"""The errors that a user of edukg can meet.

KgError
├── InputError    a call, path, document or manifest that cannot be used
├── RuleError     one or more mistakes in the ontology folder
├── StoreError    an output folder that cannot be written, read or is in use
└── QueryError    a SPARQL query that cannot be run
"""

from __future__ import annotations

from pathlib import Path


class KgError(Exception):
    """The base of all: what went wrong, where, and what to do about it."""

    def __init__(self, message: str, *, path: Path | str | None = None, line: int | None = None, column: int | None = None, remedy: str = "") -> None:
        self.message, self.path, self.line, self.column, self.remedy = message, path, line, column, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = "" if self.path is None else f"{self.path}:{self.line}: " if self.line else f"{self.path}: "
        return f"{place}{self.message}" + (f"; {self.remedy}" if self.remedy else "")


class InputError(KgError):
    """A call, path, document or manifest that cannot be used."""


class RuleError(KgError):
    """One or more mistakes in the ontology folder, one a line, each with file:line and remedy."""


class StoreError(KgError):
    """An output folder that cannot be written, read, or is in use by another build."""


class QueryError(KgError):
    """A SPARQL query that cannot be run; `line` and `column`, from 1, are the place in it, where there is one."""
