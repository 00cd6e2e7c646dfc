"""The commands: each prints and exits, and decides nothing itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kg import __version__, asked, documents, formats, iri, output, queries, results, rules
from kg.errors import InputError, KgError, QueryError
from kg.later import Later
from kg.limited import Limits
from kg.manifest import COLUMNS
from kg.output import Entry
from kg.store import Store

if TYPE_CHECKING:
    import kg.check
    import kg.engines.spark
    import kg.evaluate
    import kg.explain
    import kg.pipeline
    import kg.serve
    import kg.shapes
else:
    kg = Later("kg")  # what a command does is loaded when it is called: all of it takes two seconds

app = typer.Typer(name="kg", no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The output folder of `kg build`.")]
Rules = Annotated[Path | None, typer.Option("--ontology", metavar="DIR", help="An ontology folder other than the one that ships.")]
EXPORTS = Path("exports")
ENGINES = ("local", "spark")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; gives the exit code: 0 right, 1 the answer is no, 2 the call or its input is wrong."""
    _speak_utf8()
    try:
        code = app(arguments, prog_name="kg", standalone_mode=False) or 0
        sys.stdout.flush()
        return code
    except QueryError as error:
        return _complain(" ".join(str(error).split()))  # the database breaks its lines
    except KgError as error:
        return _complain(str(error))
    except typer.TyperException as error:
        return _complain(f"{error.format_message().rstrip('.')}; see {_asked(error)} --help")
    except (typer.Abort, KeyboardInterrupt):
        return _complain("stopped; the last good graph is untouched", 130)
    except OSError as error:
        return _unwritten(error)


def _unwritten(error: OSError) -> int:
    """Say that standard output takes no more, unless its reader has seen enough, as `head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 0
    return _complain(f"{error.filename or 'standard output'}: {error.strerror or error}; check the disk and the permissions")


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says: a graph of Chinese reports has no other spelling."""
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="backslashreplace", newline="\n")


def _complain(message: str, code: int = 2) -> int:
    for line in message.split("\n"):
        print("kg:", "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line), file=sys.stderr)
    return code


def _asked(error: Exception) -> str:
    return str(getattr(getattr(error, "ctx", None), "command_path", "kg"))


def _version(asked: bool) -> None:
    if asked:
        print(f"edukg {__version__}")
        raise typer.Exit


@app.callback()
def about(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    """Reports on compulsory education in, a graph of places, measures and figures out."""


@app.command()
def build(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, zip archives or globs.")],
    out: Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="Where to write; made when missing.")] = str(EXPORTS),
    manifest: Annotated[Path | None, typer.Option(metavar="CSV", help=f"What is known already: {', '.join(COLUMNS)}.")] = None,
    ontology: Rules = None,
    base_iri: Annotated[str, typer.Option(metavar="IRI", help="The base of all resources.")] = iri.BASE,
    files: Annotated[str, typer.Option(metavar="|".join(output.POLICIES), help="Write graph.ttl, .trig and .html; auto: up to 500 documents.")] = "auto",
    coverage: Annotated[Path | None, typer.Option(metavar="TSV|CSV", help="List the sentences that name something and gave no fact.")] = None,
    unsettled: Annotated[Path | None, typer.Option(metavar="CSV", help="List the documents without region or date, as a manifest to fill in.")] = None,
    nquads: Annotated[Path | None, typer.Option(metavar="NQ|NQ.GZ", help="Write all statements to a file, too, as documents are done.")] = None,
    store: Annotated[bool, typer.Option("--store/--no-store", help="Without the database and all files: --nquads only.")] = True,
    jobs: Annotated[int, typer.Option("--jobs", "-j", metavar="N", min=0, help="Processes that work; 0: one a processor.")] = 0,
    engine: Annotated[str, typer.Option(metavar="|".join(ENGINES), help="Where to work: processes of this machine, or a Spark cluster.")] = ENGINES[0],
    master: Annotated[str, typer.Option(metavar="URL", help="The Spark master; left out: that of spark-submit, else this machine.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the summary only.")] = False,
) -> int:
    """Read documents and build the graph.

    Only new, changed and removed documents are worked on again. Exit code 1 when a document could not be read.

    To see what is left to do: --coverage missed.tsv --unsettled sources.csv

    For another database: --no-store --nquads all.nq.gz

    On a cluster, folders or addresses such as hdfs://: --engine spark --master spark://host:7077 -o hdfs://host/graph

    Example: kg build seeds -o exports
    """
    if files not in output.POLICIES:
        raise InputError(f"--files {files} is unknown", remedy=f"use {', '.join(output.POLICIES)}")
    if engine == "spark":
        _refuse({"--files": files != "auto", "--coverage": coverage, "--unsettled": unsettled, "--nquads": nquads, "--no-store": not store, "--jobs": jobs})
        return _spread(sources, out, master=master, manifest_file=manifest, ontology=ontology, base=base_iri)
    if engine != "local":
        raise InputError(f"--engine {engine} is unknown", remedy=f"use {', '.join(ENGINES)}")
    if master:
        raise InputError("--master is for --engine spark", remedy="say that, too, or leave it out")
    if not store:
        return _statements(sources, nquads, manifest_file=manifest, ontology=ontology, base=base_iri, jobs=jobs)
    with _progress() as progress:
        report = kg.pipeline.build(
            sources, Path(out), manifest_file=manifest, ontology=ontology, base=base_iri, files=files, coverage=coverage, unsettled=unsettled, nquads=nquads,
            jobs=jobs, tell=progress,
        )  # fmt: skip
    for entry in report.build.found():
        if entry.problem:
            _complain(entry.problem)
        elif not quiet:
            print("\n".join(_described(entry)))
    print(_summed_up(report))
    return 1 if report.unreadable else 0


def _statements(sources: list[str], nquads: Path | None, **options: Any) -> int:
    if nquads is None:
        raise InputError("--no-store writes nothing but N-Quads", remedy="say with --nquads where to")
    with _progress() as progress:
        written = kg.pipeline.statements(sources, nquads, tell=progress, **options)
    for entry in written.problems:
        _complain(entry.problem)
    print(f"{written.done} documents ({len(written.problems)} unreadable): {nquads}")
    return 1 if written.problems else 0


def _refuse(options: Mapping[str, object]) -> None:
    given = [name for name, value in options.items() if value]
    if given:
        raise InputError(f"{given[0]} is not for --engine spark", remedy="leave it out; docs/scale.md tells what is written")


def _spread(sources: list[str], out: str, **options: Any) -> int:
    spread = kg.engines.spark.build(sources, out, **options)
    for problem in spread.problems:
        _complain(problem)
    if len(spread.problems) < spread.unreadable:
        _complain(f"{spread.unreadable - len(spread.problems)} more could not be read; {out}/nquads/graph=build names them")
    print(f"{spread.done} documents ({spread.unreadable} unreadable): {out}/nquads, {out}/nodes, {out}/edges")
    return 1 if spread.problems else 0


@contextmanager
def _progress() -> Iterator[kg.pipeline.Tell]:
    """Show a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, of, entry: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of, entry: bar.update(task, completed=done, total=of, description=entry.path)


def _described(entry: Entry) -> Iterator[str]:
    yield entry.path
    yield f"  region  {entry.region or 'not known'} ({entry.region_why or 'no clue'})"
    yield f"  date    {entry.date or 'not known'} ({entry.date_why or 'no clue'})"
    if entry.same_as:
        yield f"  found   nothing of its own: the same content as {entry.same_as}"
    else:
        yield f"  found   {_counted(entry, facts=True) or 'no facts'}; names {_counted(entry, facts=False) or 'nothing'}"
    if entry.lost:
        yield f"  note    {entry.lost} characters could not be decoded"


def _counted(entry: Entry, *, facts: bool) -> str:
    """Kinds of facts are written with a capital, kinds of things without."""
    return ", ".join(f"{count} {kind}" for kind, count in entry.counts.items() if kind[0].isupper() == facts)


def _summed_up(report: kg.pipeline.Report) -> str:
    what = f"{report.done} documents ({report.fresh} new or changed, {report.removed} removed, {report.unreadable} unreadable), {report.quads} statements"
    places = [report.build.out / name for name in report.build.files] or [report.build.out / "store"]
    why = f"; all were worked on again: {report.changed}" if report.changed else ""
    return f"{what}: {', '.join(map(str, places))}{why}"


@app.command()
def query(
    sparql: Annotated[str | None, typer.Argument(metavar="SPARQL", help="A SPARQL 1.1 query; the usual prefixes need no declaration.")] = None,
    out: Out = EXPORTS,
    file: Annotated[Path | None, typer.Option(metavar="RQ", help="Read the query from a file, - for standard input.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="A query that ships with edukg.")] = None,
    param: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="A parameter of that query.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Tell of the queries that ship, or with --name of one, instead of asking.")] = False,
    form: Annotated[str | None, typer.Option("--format", metavar="|".join(results.FORMATS), help="How to print the answer.")] = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for Excel.")] = False,
) -> int:
    """Ask the graph a question in SPARQL.

    The query sees the union of all documents; GRAPH ?document {...} tells them apart.

    Queries that ship: kg query --list; kg query --name adopters --param measure=...

    Example: kg query 'SELECT ?label WHERE { ?m a edu:Measure ; skos:prefLabel ?label } LIMIT 5'
    """
    if listing:
        print("\n".join(queries.listed([name] if name else [])))
        return 0
    if name is None and param:
        raise InputError("--param belongs to a query that ships", remedy="use it with --name")
    if name is not None and (sparql is not None or file is not None):
        raise InputError("--name and another query are given", remedy="give one of the two")
    if name is not None:
        queries.question(name)
    given, text = queries.pairs(param or []), queries.text(sparql, file=file) if name is None else ""
    with _opened(out) as store:
        found = store.query(text) if name is None else asked.answer(store, name, given)
        sys.stdout.buffer.write(results.write(found, form, bom=bom))
    return 0


@app.command()
def validate(out: Out = EXPORTS, ontology: Rules = None) -> int:
    """Check the graph against its shapes, and list figures that look implausible.

    Exit code 1 when a shape is violated.

    Example: kg validate -o exports
    """
    with _opened(out) as store:
        report = kg.shapes.validate(store, rules.load(ontology))
    for line in report.lines:
        print(line)
    return 0 if report.conforms else 1


@app.command()
def check(ontology: Rules = None) -> int:
    """Run the examples of every rule and term.

    Exit code 1 when one fails, each with the file and line it stands in.

    Example: kg check --ontology ontology
    """
    problems = kg.check.check(ontology)
    for problem in problems:
        print(problem)
    if not problems:
        print("every example holds")
    return 1 if problems else 0


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="One document.")],
    ontology: Rules = None,
) -> int:
    """Show sentence by sentence what was found, by which rule, and what gave nothing.

    Example: kg explain seeds/000_4c89030b2e56e27e.txt
    """
    laws = rules.load(ontology)
    for document in documents.documents([file]):
        for line in kg.explain.explain(document, laws):
            print(line)
    return 0


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="The folder of annotated documents (*.json).")],
    out: Out = EXPORTS,
    text: Annotated[Path | None, typer.Option(metavar="DIR", help="The source documents; else the texts kept with the build.")] = None,
) -> int:
    """Compare the graph with annotated documents: precision, recall and F1 by kind of fact.

    Example: kg evaluate tests/gold/seeds -o exports
    """
    with _opened(out) as store:
        texts = kg.evaluate.read_texts(text) if text else _kept_texts(out)
        print(kg.evaluate.table(kg.evaluate.evaluate(store, gold, texts)))
    return 0


def _kept_texts(out: Path) -> dict[str, str]:
    build = output.current(out)
    return {Path(entry.path).stem: build.text(entry) for entry in build.entries()}


@app.command()
def export(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=", ".join(formats.FORMATS))],
    dest: Annotated[Path | None, typer.Argument(metavar="DEST", help="A file, standard output when left out; a folder for formats of several files.")] = None,
    out: Out = EXPORTS,
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for Excel.")] = False,
) -> int:
    """Write the graph in another format.

    Formats of several files (csv, neo4j, cypher, loadcsv, parquet) need a folder, which is made, or replaced where it is an export.

    Example: kg export jsonld graph.jsonld -o exports
    """
    if form not in formats.FORMATS:
        raise InputError(f"no format is called {form!r}", remedy=f"there are {', '.join(formats.FORMATS)}")
    with _opened(out) as store:
        if form in formats.FOLDERS:
            if dest is None:
                raise InputError(f"{form} is several files", remedy=f"name a folder: kg export {form} DEST")
            with output.replaced_folder(dest) as folder:
                formats.write_folder(form, store, folder, bom=bom)
            return 0
        if bom:
            raise InputError(f"a byte order mark is for csv, not for {form}", remedy="leave --bom out")
        pieces = formats.FILES[form](store, _texts(out, store) if form in formats.WITH_TEXTS else {})
        if dest is None:
            sys.stdout.buffer.writelines(pieces)
        else:
            output.replace(dest, pieces)
    return 0


def _texts(out: Path, store: Store) -> dict[str, str]:
    build = output.current(out)
    return {iri.document(entry.path, store.base): build.text(entry) for entry in build.entries()}


@app.command()
def serve(
    out: Out = EXPORTS,
    host: Annotated[str, typer.Option(metavar="HOST", help="Where to listen; others can connect only when it is not this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="0 takes any that is free.")] = 8000,
    origin: Annotated[list[str] | None, typer.Option(metavar="ORIGIN", help="A site whose pages may ask /sparql, * for any; else this host's, or any.")] = None,
    seconds: Annotated[float, typer.Option(metavar="S", min=0.1, help="How long a query may take.")] = Limits.seconds,
    memory: Annotated[int, typer.Option(metavar="MIB", min=16, help="How much memory a query may take.")] = Limits.memory >> 20,
    rows: Annotated[int, typer.Option(metavar="N", min=1, help="How many rows an answer may have.")] = Limits.rows,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="How many queries are answered at once; half as many more if they are slow.")] = Limits.quick,
) -> int:
    """Serve the graph as pages to explore, and to other programs as a SPARQL endpoint at /sparql.

    Stop it with Ctrl-C. A new build is shown as soon as it is there.

    Example: kg serve -o exports
    """
    limits = Limits(seconds=seconds, memory=memory << 20, rows=rows, quick=workers, slow=max(1, workers // 2))
    kg.serve.serve(out, host, port, lambda address: print(address, flush=True), origins=origin or (), limits=limits)
    return 0


@contextmanager
def _opened(out: Path) -> Iterator[Store]:
    store = Store.open(output.current(out).graph)
    try:
        yield store
    finally:
        store.close()
