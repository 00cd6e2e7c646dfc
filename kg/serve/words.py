"""The words of the explorer in Chinese and English, those of kg/web/words.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "web" / "words.json"
LANGUAGES = ("zh", "en")


@lru_cache
def _said() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self.column = LANGUAGES.index(self.language)

    @property
    def english(self) -> bool:
        """Whether the language is English."""
        return self.column == 1

    def __call__(self, name: str, /, **values: object) -> str:
        """The words of a name, with values in the places in braces."""
        text = str(_said()["words"][name][self.column])
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", str(value))
        return text

    def term(self, kind: str, key: str) -> str:
        """The word for a term of a kind, the key itself where there is none."""
        return str(_said()["terms"][kind].get(key, (key, key))[self.column])
