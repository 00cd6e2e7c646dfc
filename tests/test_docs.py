"""What the documentation says is so: commands exist, and print what is shown."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, Run

from kg import formats, queries
from kg.cli import app

READMES = ("README.md", "README.zh-CN.md")
COMMANDS = sorted(str(command.name or command.callback.__name__) for command in app.registered_commands if command.callback)


def shown(name: str) -> list[tuple[str, list[str]]]:
    """Give each command line that a document shows, with the lines it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the documents' commands can be run."""
    folder = tmp_path_factory.mktemp("docs")
    for name in ("seeds", "tests/gold"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.mark.parametrize("name", READMES)
def test_commands_print_what_is_shown(name: str, place: Path, run_kg: Run) -> None:
    """Each command of a README runs, and prints the lines under it, in their order; … stands for any."""
    shutil.rmtree(place / "exports", ignore_errors=True)
    for command, lines in shown(name):
        words = shlex.split(command.partition(" > ")[0])
        result = run_kg(*words[1:], cwd=place)
        assert (words[0], result.returncode, result.stderr) == ("kg", 0, ""), command
        printed = result.stdout.splitlines()
        positions = [printed.index(line) if line in printed else f"not printed: {line}" for line in lines if line != "…"]
        assert all(isinstance(position, int) for position in positions), command
        if "…" not in lines:
            assert lines in (printed, []), command


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_told_of(name: str) -> None:
    """Every command stands in each README."""
    text = (ROOT / name).read_text("utf-8")
    assert [command for command in COMMANDS if f"kg {command}" not in text] == []


def test_both_readmes_show_the_same() -> None:
    """The two READMEs show the same commands with the same output."""
    assert shown(READMES[0]) == shown(READMES[1])


def test_readme_is_short() -> None:
    """The README is read in one go, and nothing in it waits to be filled in."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) < 150
    assert "@@" not in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str, run_kg: Run) -> None:
    """The help of each command ends in an example of it."""
    result = run_kg(command, "--help", COLUMNS="200")
    assert result.returncode == 0
    assert f"Example: kg {command}" in result.stdout


@pytest.mark.parametrize("name", [*READMES, "docs/exports.md"])
def test_every_format_is_told_of(name: str) -> None:
    """Every format of `kg export` stands in each README and in the page on exports."""
    told = {word for quoted in re.findall(r"`([a-z0-9 ]+)`", (ROOT / name).read_text("utf-8")) for word in quoted.split()}
    assert [form for form in formats.FORMATS if form not in told] == []


def test_tables_of_exports_are_up_to_date() -> None:
    """The page on exports holds the labels, types and properties that the code writes: python tools/make_exports.py."""
    tables = runpy.run_path(str(ROOT / "tools/make_exports.py"))
    text = (ROOT / "docs/exports.md").read_text("utf-8")
    assert tables["renewed"](text) == text


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "ontology/README.md", "docs/exports.md", "docs/scale.md"])
def test_links_lead_somewhere(name: str) -> None:
    """Every relative link of a document leads to a file."""
    file = ROOT / name
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", file.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (file.parent / link).exists()] == []


ASKING = "docs/asking.md"


def test_every_question_is_told_of() -> None:
    """The page on asking lists every question that ships with its titles and parameters."""
    text = (ROOT / ASKING).read_text("utf-8")
    for one in queries.shipped().values():
        row = f"| `{one.name}` | {one.title['zh']} | {one.title['en']} | {' '.join(f'`{parameter.name}`' for parameter in one.parameters)} |"
        assert row in text.splitlines(), one.name


def test_asking_prints_what_is_shown(place: Path, run_kg: Run, built: Path) -> None:
    """The commands of the page print what stands under them."""
    for command, lines in shown(ASKING):
        assert run_kg(*shlex.split(command)[1:], "-o", built, cwd=place).stdout.splitlines() == lines
