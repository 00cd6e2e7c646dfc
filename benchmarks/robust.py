"""The cost of texts made to break rules, relative to that of the reports of seeds/: `python benchmarks/robust.py [KIND…]`.

Each kind is extracted and turned into statements at two lengths. A ratio that grows with the length is a rule that runs wild.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import hard  # noqa: E402

from kg import documents, iri, rdf, rules  # noqa: E402
from kg.errors import InputError  # noqa: E402
from kg.extract import extract  # noqa: E402

SIZES = (8_000, 64_000)  # characters
MOST = 3.0  # times the cost of the seeds
GROWS = 1.5  # from one length to the other, and it is the length that costs
ROUNDS = 3  # of the seeds, whose mean is taken

LAWS = rules.load()


def work(data: bytes) -> tuple[float, int]:
    """The seconds that a document takes, and the facts it gives."""
    begun = time.process_time()
    found = extract(documents.read(documents.Source("corpus/text.txt", "text.txt"), data), LAWS)
    for _ in rdf.document_quads(found, LAWS, iri.BASE):
        pass
    return time.process_time() - begun, len(found.facts)


def measured(kind: str, byte: float, fact: float) -> tuple[list[float], float, int]:
    """The cost of a kind a byte at each length and a fact at the last, as ratios, and the facts it gives; no ratios where it is refused."""
    ratios, by_fact, facts = [], 0.0, 0
    for size in SIZES:
        data = hard.text(kind, size).encode()
        try:
            seconds, facts = work(data)
        except InputError:
            break
        ratios.append(seconds / len(data) / byte)
        by_fact = seconds / facts / fact if facts * fact > len(data) * byte else 0.0
    return ratios, by_fact, facts


def main(kinds: list[str]) -> int:
    """Print the table; gives 1 where a kind costs too much a byte and, if it states more facts a byte than the seeds, also a fact."""
    seeds = [file.read_bytes() for file in sorted((ROOT / "seeds").glob("*.txt"))]
    for data in seeds:
        work(data)
    runs = [work(data) for _ in range(ROUNDS) for data in seeds]
    seconds, facts = (sum(column) / ROUNDS for column in zip(*runs, strict=True))
    byte, fact = seconds / sum(map(len, seeds)), seconds / facts
    print(f"seeds: {byte * 1e6:.2f} s a megabyte, {facts / seconds:.0f} facts a second\n")
    print(f"{'kind':<34}" + "".join(f"{size // 1000:>6},000" for size in SIZES) + f"{'by fact':>10}{'facts':>8}")
    verdicts: dict[str, list[str]] = {"refused": [], "a byte": [], "a fact": [], "too much": []}
    for kind in kinds:
        ratios, by_fact, count = measured(kind, byte, fact)
        steady = ratios and max(ratios) < GROWS * min(ratios)
        verdict = "refused" if not ratios else "a byte" if max(ratios) <= MOST else "a fact" if steady and 0 < by_fact <= MOST else "too much"
        verdicts[verdict].append(kind)
        cells = "".join(f"{ratio:>10.2f}" for ratio in ratios) or f"{'–':>10}" * len(SIZES)
        print(f"{kind:<34}{cells}{f'{by_fact:.2f}' if by_fact else '–':>10}{count:>8}  {'' if verdict == 'a byte' else verdict}", flush=True)
    counts = {verdict: len(found) for verdict, found in verdicts.items()}
    print(f"\n{len(kinds)} kinds: {counts['refused']} refused, {counts['a byte']} cost at most {MOST:g} times as much a byte as the seeds,")
    print(f"{counts['a fact']} denser ones at most {MOST:g} times as much a fact, {counts['too much']} more: {', '.join(verdicts['too much']) or '–'}")
    return 1 if verdicts["too much"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(hard.KINDS)))
