"""Modules that are loaded when something of them is first asked for, so that a command waits for what it uses only."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any


class Later(ModuleType):
    """Stands for a module, or a package with all its modules, until then; what it stands for is imported under `TYPE_CHECKING` beside it."""

    def __getattr__(self, name: str) -> Any:
        """What the module has under a name; what is a package itself stands for its modules in turn."""
        module = import_module(self.__name__)
        found = getattr(module, name) if hasattr(module, name) else import_module(f"{self.__name__}.{name}")
        return Later(found.__name__) if hasattr(found, "__path__") else found


def files_of(library: str) -> Path:
    """Where the files of a library lie, without loading it; ModuleNotFoundError where it is not installed."""
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {library!r}", name=library)
    return Path(spec.origin).resolve().parent
