"""What every reader gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a file, and what its format says of it beside the text."""

    text: str  # \n line ends, no BOM
    title: str = ""
    issued: str = ""  # ISO date
    pages: tuple[int, ...] = ()  # offset at which each page starts
