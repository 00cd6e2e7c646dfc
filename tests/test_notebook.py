"""The notebook of examples/ runs from top to bottom and draws its charts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

NOTEBOOK = ROOT / "examples" / "questions.ipynb"
# The kernel finds this very package and Python, whatever is installed for the user.
RUN = """
import sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(notebook, sys.argv[3])
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> nbformat.NotebookNode:
    """The notebook with its outputs."""
    folder = tmp_path_factory.mktemp("notebook")
    shutil.copytree(seeds, folder / "seeds")
    (folder / "examples").mkdir()
    done = folder / "done.ipynb"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": str(folder / "mpl"), "IPYTHONDIR": str(folder / "ipython")}
    call = [sys.executable, "-W", "ignore", "-c", RUN, str(NOTEBOOK), str(folder / "examples"), str(done)]
    result = subprocess.run(call, capture_output=True, encoding="utf-8", env=environment, timeout=300, check=False)
    assert result.returncode == 0, result.stderr
    return nbformat.read(done, as_version=4)


def test_the_notebook_is_kept_without_outputs() -> None:
    """What is committed holds no output and no count of runs, so that it changes only when it is edited."""
    cells = [cell for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"]] == []


def test_the_notebook_answers_its_questions(executed: nbformat.NotebookNode) -> None:
    """Every cell runs without a word on standard error, there are three charts, and the tables hold what the texts say."""
    outputs = [output for cell in executed.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 3
    tables = "\n".join(output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {}))
    assert all(said in tables for said in ("教师招聘补充", "122000000.0", "Cumulative", "县域义务教育优质均衡发展督导评估办法", "其中骨干教师占比12%"))
