"""What all tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import browser as browsers
import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five reports."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def run_kg() -> Run:
    """Run `kg` in a process of its own, as a user does; keywords go to the environment, `cwd` and `input` aside."""

    def run(*arguments: object, cwd: Path | None = None, given: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TZ", "PYTHON"))}
        call = [sys.executable, "-m", "kg", *map(str, arguments)]
        return subprocess.run(
            call, capture_output=True, encoding="utf-8", input=given, cwd=cwd, env=clean | environment, timeout=300, check=False
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, run_kg: Run, seeds: Path) -> Path:
    """The output folder of a build of the five reports; tests may read it, not change it."""
    out = tmp_path_factory.mktemp("built") / "exports"
    result = run_kg("build", seeds, "-o", out)
    assert (result.returncode, result.stderr) == (0, "")
    return out


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of a file; it draws WebGL without a graphics card."""
    with browsers.browser() as opened:
        yield opened
