"""How long the questions that ship take on a large graph: `python benchmarks/questions.py OUT [SECONDS]`.

OUT is a folder built by `kg build`. Each question is asked with its defaults, three times in a process of its own that has opened the store, and given up
after some seconds. Questions about two builds compare OUT with itself. Printed: the first time, the best of the others, and the number of rows.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kg import output, queries  # noqa: E402 - found by the line above
from kg.store import Store  # noqa: E402

TIMES = 3
LIMIT = 60.0  # seconds for all times together
WANTED = 1.0  # seconds

ASK = """
import sys, time
from pathlib import Path
from kg import asked, output
from kg.store import Store
out, name, *given = sys.argv[1:]
store = Store.open(output.current(Path(out)).graph)
for _ in range({times}):
    begun = time.perf_counter()
    answer = asked.answer(store, name, dict(one.split("=", 1) for one in given))
    rows = sum(1 for _ in (answer.rows if answer.triples is None else answer.triples))
    print(time.perf_counter() - begun, rows, flush=True)
"""


def asked(out: Path, name: str, given: list[str], limit: float) -> list[tuple[float, int]]:
    """Seconds and rows of each time that a question was answered within the limit."""
    call = [sys.executable, "-c", ASK.format(times=TIMES), str(out), name, *given]
    try:
        said = subprocess.run(call, capture_output=True, text=True, timeout=limit, check=True, cwd=ROOT).stdout
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode()
    return [(float(line.split()[0]), int(line.split()[1])) for line in said.splitlines()]


def main(arguments: list[str]) -> None:
    """Print the table."""
    out, limit = Path(arguments[0]), float(arguments[1]) if len(arguments) > 1 else LIMIT
    print(f"{len(Store.open(output.current(out).graph)):,} statements" if not output.current(out).quads else f"{output.current(out).quads:,} statements")
    print(f"{'':<28}{'first':>9}{'again':>9}{'rows':>9}")
    slow = 0
    for question in queries.shipped().values():
        given = [f"{name}={out}" for name in question.builds]
        found = asked(out, question.name, given, limit)
        if not found:
            print(f"{question.name:<28}{f'over {limit:.0f} s':>18}", flush=True)
            slow += 1
            continue
        best = min(seconds for seconds, _ in found[1:] or found)
        slow += best > WANTED
        print(f"{question.name:<28}{found[0][0]:>9.3f}{best:>9.3f}{found[0][1]:>9,}{'  slow' if best > WANTED else ''}", flush=True)
    print(f"{slow} take more than {WANTED:g} s")


if __name__ == "__main__":
    main(sys.argv[1:])
