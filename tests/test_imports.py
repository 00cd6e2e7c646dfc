"""Imports point one way, and each third-party library comes in by its door."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from conftest import ROOT

# A module imports only what stands before it.
ORDER = """
errors later model spans wrapping columns
readers.reading readers.plain readers.html readers.pdf readers.docx readers.doc readers documents manifest
words repair text prefilter values rules
places home names listed bodies mentions outline status deixis speakers subjects scope times dating titles imprint indicators
adoptions counted drafts kinds ties restrictions tables outcomes rolls relations shortcomings standing criteria plausibility
extract check explain gaps
iri quads reference rdf store shapes
layout view index formats.html
formats.schema formats.property_graph formats.statements formats.extras formats.cypher formats.comma formats.parquet formats.drawn formats.tidy formats
scoring evaluate
handbook output engines.task engines.local engines.process
engines.session engines.hadoop engines.partition engines.spark engines pipeline queries asked results worker limited frames api
serve.words serve.explorer serve.display serve.static serve.pages serve.shared serve.charts
serve.matrix serve.figures serve.timeline serve.promises serve.analysis serve.part serve.api
serve.accepted serve.described serve.sparql serve.asking serve.finding serve.ontology serve.map serve.ahead serve.app serve
cli __main__
""".split()

DOORS = {"trafilatura": 1, "pypdf": 1, "docx": 1, "charset_normalizer": 1, "typer": 1, "jinja2": 2, "pyvis": 1}
AT_MOST = 2  # modules for any other library
EVERYWHERE = {"numpy"}  # arrays of offsets and positions


def modules() -> dict[str, ast.Module]:
    """Give every module of the package, parsed, by its name below `kg`."""
    found = {}
    for file in sorted((ROOT / "kg").rglob("*.py")):
        name = ".".join(file.relative_to(ROOT / "kg").with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(file.read_text("utf-8"))
    found.pop("__init__")
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """Give the full names of what a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(name: str, known: set[str]) -> str | None:
    """Give the module of ours that a full name is in, or None."""
    parts = name.split(".")
    if parts[0] != "kg":
        return None
    below = [".".join(parts[1:end]) for end in range(len(parts), 1, -1)]
    return next((module for module in below if module in known), None)


def test_every_module_has_its_place() -> None:
    """The list names each module once."""
    assert sorted(ORDER) == sorted(modules())


def test_imports_point_one_way() -> None:
    """No module imports one that stands after it."""
    place = {name: number for number, name in enumerate(ORDER)}
    wrong = [
        f"{name} imports {target}"
        for name, tree in modules().items()
        for full in imported(tree)
        if (target := ours(full, set(place))) and place.get(name, -1) <= place[target] and target != name
    ]
    assert wrong == []


def test_imports_stand_at_the_top() -> None:
    """No function hides an import."""
    hidden = [
        f"{name}:{inner.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_libraries_come_in_by_their_door() -> None:
    """No third-party library is imported by more modules than it may."""
    users: dict[str, set[str]] = defaultdict(set)
    for name, tree in modules().items():
        for full in imported(tree):
            users[full.split(".")[0]].add("serve" if name.startswith("serve.") else name)  # handlers of requests all speak of requests
    foreign = {library: names for library, names in users.items() if library not in {*sys.stdlib_module_names, "kg", *EVERYWHERE}}
    assert {library: sorted(names) for library, names in foreign.items() if len(names) > DOORS.get(library, AT_MOST)} == {}


def test_what_is_imported_is_required() -> None:
    """Every library that the package imports is among its dependencies or comes with one."""
    required = Path(ROOT / "pyproject.toml").read_text("utf-8").lower()
    names = {
        "docx": "python-docx",
        "charset_normalizer": "charset-normalizer",
        "ahocorasick_rs": "ahocorasick-rs",
        "lxml": "trafilatura",
        "markupsafe": "jinja2",
        "pyparsing": "rdflib",
    }
    foreign = {full.split(".")[0] for tree in modules().values() for full in imported(tree)} - {*sys.stdlib_module_names, "kg"}
    assert [library for library in sorted(foreign) if f'"{names.get(library, library)}>=' not in required] == []


def loaded(call: str) -> set[str]:
    """Give the libraries that a new process has loaded after a call."""
    script = f"import sys, kg.cli\n{call}\nprint(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return {name.partition(".")[0] for name in said.splitlines()[-1].split()}


def test_a_command_loads_what_it_uses() -> None:
    """What the command line itself needs is little; a library comes with the command that uses it."""
    heavy = {"rdflib", "pyshacl", "networkx", "pyvis", "starlette", "uvicorn", "numpy", "trafilatura", "jieba"}
    assert loaded("kg.cli.main(['query', '--list'])") & heavy == set()
    assert loaded("kg.cli.kg.shapes.validate") & heavy >= {"rdflib", "pyshacl"}
