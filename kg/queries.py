"""The text of a query: as given, from a file, or by the name of one that ships, with its parameters filled in."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import InputError, QueryError

FOLDER = Path(__file__).parent / "queries"
HOLE = re.compile(r"\{\{(\w+)\}\}")  # {{region}} inside a quoted string of the query
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "'": "\\'", "\n": "\\n", "\r": "\\r"})
HEAD = "#+"  # a line of TOML: title, about, param
BUILD = "build"  # the kind of a parameter that is the output folder of another build, whose facts the query finds in a graph of its own
# What a value of a kind must look like, and how to say so.
KINDS: Mapping[str, tuple[str, str]] = {
    "text": (r"[\s\S]*", "a text"),
    "year": (r"\d{4}", "a year of four digits"),
    "number": (r"\d{1,9}", "a whole number"),
    "iri": (r"|[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", "an IRI"),
    BUILD: (r"[\s\S]+", "the output folder of another build"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query asks to be told: its name, the value it has when nothing is said, its kind (of KINDS) and what it means, by language."""

    name: str
    default: str
    kind: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A query that ships: title and explanation by language ("zh", "en"), parameters, and SPARQL with holes for their values."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    sparql: str

    @property
    def builds(self) -> tuple[str, ...]:
        """The parameters that are output folders of other builds."""
        return tuple(parameter.name for parameter in self.parameters if parameter.kind == BUILD)

    def filled(self, given: Mapping[str, str]) -> str:
        """The query with the values given, elsewhere the defaults; InputError where a value is of no parameter or not of its kind."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise InputError(f"{name} is not a parameter of {self.name}", remedy=f"it takes {', '.join(f'--param {one}=...' for one in known) or 'none'}")
        values = {name: given.get(name, parameter.default) for name, parameter in known.items()}
        for name, value in values.items():
            pattern, what = KINDS[known[name].kind]
            if not re.fullmatch(pattern, value):
                raise InputError(f"{name}={value} is not {what}" if value else f"{name} is not given", remedy=f"write --param {name}=... with {what}")
        return HOLE.sub(lambda hole: values[hole[1]].translate(ESCAPES), self.sparql)


def text(given: str | None, *, file: Path | None = None) -> str:
    """The query of the call or of a file, exactly one of the two."""
    if (given is None) == (file is None):
        raise InputError("say which query to run", remedy="give it as 'SELECT ...', with --file q.rq or with --name NAME, one of the three; --list names them")
    return _read(file) if file else _as_utf8(given or "")


@cache
def shipped() -> Mapping[str, Question]:
    """The queries that ship, by name, sorted."""
    return {name: _parsed(FOLDER / f"{name}.rq") for name in sorted(file.stem for file in FOLDER.glob("*.rq"))}


def question(name: str) -> Question:
    """The query that ships under a name; InputError names those that do where there is none."""
    if name not in shipped():
        raise InputError(f"no query that ships is called {name!r}", remedy=f"there are {', '.join(shipped()) or 'none'}")
    return shipped()[name]


def pairs(params: Sequence[str]) -> dict[str, str]:
    """The values of KEY=VALUE arguments by their keys."""
    return dict(map(_pair, params))


def listed(names: Sequence[str] = ()) -> Iterator[str]:
    """Lines that tell of queries that ship: title and parameters with their defaults; of one that is named, also the explanation."""
    for one in map(question, names or shipped()):
        yield f"{one.name}  {one.title['zh']} / {one.title['en']}"
        if names:
            yield from (f"  {one.about[language]}" for language in one.about)
        for parameter in one.parameters:
            yield f"  --param {parameter.name}={parameter.default}  {parameter.said['zh']} / {parameter.said['en']}"


def _parsed(file: Path) -> Question:
    lines = file.read_text("utf-8").split("\n")
    head = "\n".join(line.removeprefix(HEAD) if line.startswith(HEAD) else "" for line in lines)
    sparql = "\n".join(line for line in lines if not line.startswith(HEAD))
    try:
        said: dict[str, Any] = tomllib.loads(head)
        parameters = tuple(_parameter(name, one) for name, one in said.get("param", {}).items())
        found = Question(file.stem, said["title"], said["about"], parameters, sparql.strip() + "\n")
    except (tomllib.TOMLDecodeError, KeyError) as error:
        remedy = "begin it with lines of TOML after #+: title, about, param"
        raise QueryError(f"the head of the query cannot be read ({error})", path=file, remedy=remedy) from error
    if {*HOLE.findall(sparql)} | {*found.builds} != {parameter.name for parameter in parameters}:
        raise QueryError("the parameters of the head are not those of the query", path=file, remedy="name each {{hole}} once in the head")
    return found


def _parameter(name: str, said: Mapping[str, str]) -> Parameter:
    return Parameter(name, said["default"], said["kind"], {"zh": said["zh"], "en": said["en"]})


def _pair(param: str) -> tuple[str, str]:
    key, sign, value = param.partition("=")
    if not sign:
        raise InputError(f"--param {param} lacks its value", remedy="write KEY=VALUE")
    return key, _as_utf8(value)


def _read(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the query cannot be read ({error})", path=file, remedy="name a text file in UTF-8") from error


def _as_utf8(argument: str) -> str:
    """Read an argument as the UTF-8 that a terminal sends, whatever encoding the locale claims."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument
