"""Writes any number of made-up reports with known facts: `python benchmarks/corpus.py DIR --documents N [--seed S] [--jobs J]`.

DIR holds folders of a thousand reports; DIR.planted.jsonl beside it says, a line a report, what each states. Report i is the same whatever N is.
"""

from __future__ import annotations

import argparse
import html
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from opencc import OpenCC
from reports import Material, Report, quote, report

FOLDER = 1000  # files in a folder at most
DIRT = {  # how often a report has it; several may come together
    "masked": 0.03,  # every figure is written with x
    "traditional": 0.02,  # characters
    "html": 0.10,  # a web page with navigation around the text
    "gb18030": 0.08,  # instead of UTF-8
    "lost": 0.04,  # characters, one in a sentence in ten, are U+FFFD
    "spaced": 0.05,  # blanks inside words, one in sixty characters
    "bom": 0.05,  # before UTF-8
    "crlf": 0.10,  # line ends
}
SPACED = 1 / 60
LOST = 0.1
MARKUP = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{title}</title></head>
<body><div class="nav"><ul>{links}</ul></div>
<div class="article"><h1>{title}</h1>
{body}
</div><div class="footer">{foot}</div></body></html>
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A report as it is written to disk."""

    path: str
    data: bytes
    planted: dict[str, Any]


@lru_cache(maxsize=4)
def stock(seed: int) -> Material:
    """What reports are made of."""
    return Material(seed)


@lru_cache(maxsize=1)
def _traditional() -> Callable[[str], str]:
    convert: Callable[[str], str] = OpenCC("s2t").convert
    return convert


def document(number: int, seed: int = 0) -> Written:
    """The report of a number, and what it plants."""
    rng, material = Random(f"{seed} {number}"), stock(seed)
    dirt = {name for name, share in DIRT.items() if rng.random() < share}
    made = report(number, material, rng, masked="masked" in dirt)
    made.path = f"{number // FOLDER:04d}/{number:07d}.{'html' if 'html' in dirt else 'txt'}"
    lines, facts = _dirtied(made, dirt, rng)
    planted = {"path": made.path, "home": made.home.code, "genre": made.genre, "dirt": sorted(dirt), "sentences": made.counts, **facts}
    return Written(made.path, _encoded(lines, dirt, material), planted)


def _dirtied(made: Report, dirt: set[str], rng: Random) -> tuple[list[str], dict[str, list[dict[str, Any]]]]:
    """The lines with their dirt, and the facts, each with its quote as the text has it."""
    facts: dict[str, list[dict[str, Any]]] = {"adoptions": [], "outcomes": [], "withheld": [], "relations": []}
    lines = []
    for line in made.lines:
        text, end = "", 0
        for said, start in line.sentences:
            characters = _characters(said.text, dirt, rng)
            text += _script(line.text[end:start], dirt) + "".join(characters)
            end = start + len(said.text)
            damaged = "\ufffd" in characters
            for kind, fact, begin, stop in said.facts:
                begin, stop = quote(said, begin, stop)
                maybe = {"maybe": True} if damaged else {}
                facts[kind].append({**fact, "q": "".join(characters[begin:stop]), "t": said.sentence.number, **maybe})
        lines.append(text + _script(line.text[end:], dirt))
    return lines, facts


def _script(text: str, dirt: set[str]) -> str:
    return _traditional()(text) if "traditional" in dirt and text else text


def _characters(text: str, dirt: set[str], rng: Random) -> list[str]:
    """A sentence as written, one string for each character of the clean one."""
    characters = list(text)
    if "traditional" in dirt and len(changed := _traditional()(text)) == len(text):
        characters = list(changed)
    if "spaced" in dirt:
        for place, (one, two) in enumerate(zip(text, text[1:], strict=False)):
            if "\u4e00" <= one <= "\u9fff" and "\u4e00" <= two <= "\u9fff" and rng.random() < SPACED:
                characters[place] += " "
    if "lost" in dirt and rng.random() < LOST:
        characters[rng.randrange(len(characters))] = "\ufffd"
    return characters


def _encoded(lines: Sequence[str], dirt: set[str], material: Material) -> bytes:
    encoding = "gb18030" if "gb18030" in dirt else "utf-8"
    text = _page(lines, encoding, material) if "html" in dirt else "\n".join(lines) + "\n"
    if "crlf" in dirt:
        text = text.replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf" if "bom" in dirt and encoding == "utf-8" else b""
    return mark + text.encode(encoding)


def _page(lines: Sequence[str], encoding: str, material: Material) -> str:
    top = "".join(f'<li><a href="/{place}">{word}</a></li>' for place, word in enumerate(material.genres["masthead"]["page_top"]))
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines[1:])
    return MARKUP.format(charset=encoding, title=html.escape(lines[0]), links=top, body=body, foot=material.genres["masthead"]["page_foot"])


def generate(folder: Path, documents: int, *, seed: int = 0, jobs: int = 1) -> Path:
    """Write reports under a folder and what they plant beside it; gives the file of the latter."""
    planted = folder.with_name(f"{folder.name}.planted.jsonl")
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [(folder, start, min(start + FOLDER, documents), seed) for start in range(0, documents, FOLDER)]
    with planted.open("w", encoding="utf-8", newline="\n") as stream:
        for lines in _done(blocks, jobs):
            stream.write(lines)
    return planted


def _done(blocks: Sequence[tuple[Path, int, int, int]], jobs: int) -> Iterator[str]:
    if jobs == 1:
        yield from map(_block, blocks)
    else:
        with ProcessPoolExecutor(jobs) as pool:
            yield from pool.map(_block, blocks)


def _block(block: tuple[Path, int, int, int]) -> str:
    folder, start, stop, seed = block
    (folder / f"{start // FOLDER:04d}").mkdir(exist_ok=True)
    lines = []
    for number in range(start, stop):
        made = document(number, seed)
        (folder / made.path).write_bytes(made.data)
        lines.append(json.dumps(made.planted, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines)


def main() -> int:
    """Write a corpus as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    planted = generate(options.folder, options.documents, seed=options.seed, jobs=options.jobs)
    print(f"{options.documents} reports under {options.folder}, what they state in {planted}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
