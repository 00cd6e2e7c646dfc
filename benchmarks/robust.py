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
ROUNDS = 3  # of the seeds, whose mean is taken

LAWS = rules.load()


def work(data: bytes) -> tuple[float, int]:
    """The seconds that a document takes, and the facts it gives."""
    begun = time.process_time()
    found = extract(documents.read(documents.Source("corpus/text.txt", Path("text.txt")), data), LAWS)
    for _ in rdf.document_quads(found, LAWS, iri.BASE):
        pass
    return time.process_time() - begun, len(found.facts)


def main(kinds: list[str]) -> int:
    """Print the table; gives 1 where a kind costs too much by its bytes, and, if it states more facts a byte than the seeds, by its facts too."""
    seeds = [file.read_bytes() for file in sorted((ROOT / "seeds").glob("*.txt"))]
    for data in seeds:
        work(data)
    runs = [work(data) for _ in range(ROUNDS) for data in seeds]
    seconds, facts = (sum(column) / ROUNDS for column in zip(*runs, strict=True))
    byte, fact = seconds / sum(map(len, seeds)), seconds / facts
    print(f"seeds: {byte * 1e6:.2f} s a megabyte, {facts / seconds:.0f} facts a second\n")
    print(f"{'kind':<34}" + "".join(f"{size // 1000:>6},000" for size in SIZES) + f"{'by fact':>10}{'facts':>8}")
    failed = []
    for kind in kinds:
        ratios, by_fact, count = [], 0.0, 0
        for size in SIZES:
            data = hard.text(kind, size).encode()
            try:
                took, count = work(data)
            except InputError:
                break
            ratios.append(took / len(data) / byte)
            by_fact = took / count / fact if count else 0.0
        good = all(ratio <= MOST for ratio in ratios) or (0 < by_fact <= MOST and ratios[-1] < 1.5 * ratios[0])
        failed += [] if good else [kind]
        cells = "".join(f"{ratio:>10.2f}" for ratio in ratios) or f"{'no text':>20}"
        print(f"{kind:<34}{cells}{by_fact or float('nan'):>10.2f}{count:>8}{'' if good else '  too much'}".replace("nan", "  –"), flush=True)
    print(f"\n{len(kinds) - len(failed)} of {len(kinds)} kinds cost at most {MOST:g} times what the seeds cost")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(hard.KINDS)))
