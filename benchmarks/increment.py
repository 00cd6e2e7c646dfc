"""What it costs to build again when one report of many has changed: `python benchmarks/increment.py DIR [--documents N]`.

Reports are generated under DIR and built; then one is changed, then one removed, and built again each time. The store must hold what a build from nothing
gives, and only the graphs of that report and of the build report may be other than before.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

import corpus
import scale

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kg import output  # noqa: E402 - found by the line above
from kg.store import Store  # noqa: E402


def graphs(out: Path) -> dict[str, str]:
    """A digest of each named graph of a build."""
    store = Store.open(output.current(out).graph)
    return {name: hashlib.sha256(store.lines(name)).hexdigest() for name in store.graphs()}


def build(texts: Path, out: Path) -> float:
    """The seconds of a build."""
    ran = scale.build([str(texts), "-o", str(out), "--files", "never", "--quiet"], out.with_suffix(".log"))
    if ran.code:
        raise SystemExit(f"kg build ended with {ran.code}: {ran.said[:2000]}")
    return ran.seconds


def main() -> int:
    """Print the costs; 1 where the content is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=10_000)
    options = parser.parse_args()
    texts, out, fresh = (options.folder / name for name in ("reports", "out", "fresh"))
    for folder in (texts, out, fresh):
        shutil.rmtree(folder, ignore_errors=True)
    options.folder.mkdir(parents=True, exist_ok=True)
    corpus.generate(texts, options.documents, jobs=1)
    files = sorted(file for file in texts.rglob("*.txt"))
    full, before = build(texts, out), graphs(out)
    print(f"{options.documents} documents: {full:.1f} s, {len(before)} graphs", flush=True)
    idle = build(texts, out)
    chosen = files[len(files) // 2]
    chosen.write_bytes(chosen.read_bytes() + "\n另新建公办幼儿园3所。\n".encode())
    changed, after = build(texts, out), graphs(out)
    others = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    print(
        f"nothing changed: {idle:.2f} s; one document changed: {changed:.2f} s, {changed / full:.2%} of the full build; {len(others)} graphs are other",
        flush=True,
    )
    files[0].unlink()
    removed, last = build(texts, out), graphs(out)
    print(f"one document removed: {removed:.2f} s, {removed / full:.2%}; {len(last)} graphs", flush=True)
    again = build(texts, fresh)
    same = graphs(fresh) == last and len(Store.open(output.current(fresh).graph)) == output.current(out).quads
    print(f"built from nothing ({again:.1f} s): {'the same content' if same else 'OTHER CONTENT'}")
    own = [name for name in others if name.endswith(f"/{chosen.name}")]
    alone = len(own) == 1 and all(name.endswith("graph/build") for name in others if name not in own)
    return 0 if same and alone and len(last) == len(before) - 1 else 1


if __name__ == "__main__":
    sys.exit(main())
