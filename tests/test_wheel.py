"""An installed wheel has all that edukg needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from conftest import ROOT


def test_wheel(tmp_path: Path, seeds: Path) -> None:
    """A wheel holds code, pages, types and the whole ontology, and builds a graph far from the checkout."""
    call = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(call, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    wanted = {file.relative_to(ROOT).as_posix() for file in (ROOT / "ontology").rglob("*") if file.is_file()}
    assert {
        f"ontology/{file.relative_to(tmp_path / 'site/kg/ontology').as_posix()}" for file in (tmp_path / "site/kg/ontology").rglob("*") if file.is_file()
    } == wanted
    assert {"py.typed", "web", "cli.py"} <= {file.name for file in (tmp_path / "site/kg").iterdir()}
    code = "import sys, kg.cli; assert kg.__file__.startswith(sys.path[0]); sys.exit(kg.cli.main(sys.argv[1:]))"
    run = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); {code}", "build", str(next(seeds.iterdir())), "-q"]
    result = subprocess.run(run, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "exports" / "graph.html").exists()
