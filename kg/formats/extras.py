"""Libraries that only some formats need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kg.errors import InputError


def library(name: str, extra: str) -> Any:
    """A library of an optional extra of edukg; where it is missing, an error that says how to get it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise InputError(f"{extra} needs {name.partition('.')[0]}, which is not installed", remedy=f"pip install 'edukg[{extra}]'") from error
