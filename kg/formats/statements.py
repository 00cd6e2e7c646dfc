"""Cypher for a property graph: literals, constraints, loading anew and taking away what is gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.formats.property_graph import Value
from kg.formats.schema import EDGES, NODES, OF_DOCUMENTS, SHARED, USUAL_ENDS, Property, Table, edge_table, node_table

BUILD = Property("build", "", take="computed")  # a digest of the whole graph: what another build loaded and this one has not is gone
_SPECIAL = re.compile(r"[\\'\n\r\t]")  # all else stands as it is: FalkorDB knows no \uXXXX
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
TABLE_TYPES = {"text": "STRING", "number": "DOUBLE", "integer": "INT64", "date": "DATE", "boolean": "BOOLEAN"}  # of ladybug
FACT_NODES = tuple(sorted({*OF_DOCUMENTS} - {"Document"}))
FACT_EDGES = tuple(kind for kind, columns in EDGES.items() if any(column.name == "factKey" for column in columns))


def literal(value: Value) -> str:
    """A value as Cypher writes it, on one line.

    >>> literal("甲\\n'乙'"), literal(3.0), literal(True), literal(None)
    ("'甲\\\\n\\\\'乙\\\\''", '3.0', 'true', 'null')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + _SPECIAL.sub(lambda found: _ESCAPES[found[0]], value) + "'"
    return repr(value)


def typed(value: Value, column: Property) -> str:
    """A value of a column as Cypher writes it: dates are dates."""
    return f"date({literal(value)})" if column.type == "date" and value is not None else literal(value)


def stored(table: Table) -> tuple[Property, ...]:
    """The columns of a table, and the build that wrote the row."""
    return (*table.columns, BUILD)


def merge(table: Table, given: Mapping[str, str]) -> str:
    """The statement that loads a row, again or for the first time; `given` are expressions for its columns."""
    columns = [column.name for column in stored(table)]
    if table.ends is None:
        found = f"MERGE (x:{table.name} {{iri: {given['iri']}}})"
        return f"{found} SET {_assigned(columns[1:], given)}"
    start, end = table.ends
    ends = f"MATCH (a:{start} {{iri: {given['from']}}}), (b:{end} {{iri: {given['to']}}})"
    own = columns[2:]
    named = f" {{iri: {given['iri']}}}" if "iri" in own else ""
    return f"{ends} MERGE (a)-[x:{table.name}{named}]->(b) SET {_assigned([name for name in own if name != 'iri'], given)}"


def _assigned(names: Iterable[str], given: Mapping[str, str]) -> str:
    return ", ".join(f"x.{name} = {given[name]}" for name in names)


def sweep(build: str) -> Iterator[str]:
    """Statements that take away what other builds loaded and this one has not; shared things only where nothing points to them."""
    for kind in EDGES:
        yield f"MATCH ()-[x:{kind}]->() WHERE x.build <> {literal(build)} DELETE x"
    for label in OF_DOCUMENTS:
        yield f"MATCH (x:{label}) WHERE x.build <> {literal(build)} DETACH DELETE x"
    for label in SHARED:
        yield f"MATCH (x:{label}) WHERE x.build <> {literal(build)} AND NOT (x)--() DELETE x"


def remove_document() -> Iterator[str]:
    """Statements that take away all that the document `$document` (an IRI) says, and the document."""
    for kind in EDGES:
        yield f"MATCH ()-[x:{kind}]->() WHERE x.document = $document DELETE x"
    for label in FACT_NODES:
        yield f"MATCH (x:{label}) WHERE x.document = $document DETACH DELETE x"
    yield "MATCH (x:Document) WHERE x.iri = $document DETACH DELETE x"


def remove_fact() -> Iterator[str]:
    """Statements that take away the fact of the document `$document` with the key `$key`."""
    for kind in FACT_EDGES:
        yield f"MATCH ()-[x:{kind}]->() WHERE x.document = $document AND x.factKey = $key DELETE x"
    for label in FACT_NODES:
        yield f"MATCH (x:{label}) WHERE x.document = $document AND x.factKey = $key DETACH DELETE x"


def constraints() -> Mapping[str, Sequence[str]]:
    """What keeps names unique and loading fast, by dialect; ArcadeDB reads what Neo4j does."""
    neo4j = [f"CREATE CONSTRAINT {label.lower()}_iri IF NOT EXISTS FOR (x:{label}) REQUIRE x.iri IS UNIQUE" for label in NODES]
    neo4j += [f"CREATE INDEX {label.lower()}_document IF NOT EXISTS FOR (x:{label}) ON (x.document)" for label in FACT_NODES]
    memgraph = [line for label in NODES for line in (f"CREATE CONSTRAINT ON (x:{label}) ASSERT x.iri IS UNIQUE", f"CREATE INDEX ON :{label}(iri)")]
    memgraph += [f"CREATE INDEX ON :{label}(document)" for label in FACT_NODES]
    falkordb = [f"CREATE INDEX FOR (x:{label}) ON (x.iri)" for label in NODES] + [f"CREATE INDEX FOR (x:{label}) ON (x.document)" for label in FACT_NODES]
    return {"neo4j": neo4j, "memgraph": memgraph, "falkordb": falkordb}


def in_order(tables: Iterable[Table]) -> list[Table]:
    """Tables of nodes, then of edges, by name."""
    return sorted(tables, key=lambda table: (table.ends is not None, table.file))


def schema(tables: list[Table]) -> Iterator[str]:
    """Tables for all labels and types of edges, and the ends that these have here; what is there already stays."""
    for label in NODES:
        columns = ", ".join(f"{column.name} {TABLE_TYPES[column.type]}" for column in stored(node_table(label)))
        yield f"CREATE NODE TABLE IF NOT EXISTS {label}({columns}, PRIMARY KEY(iri))"
    usual = {kind: edge_table(kind, *ends) for kind, ends in USUAL_ENDS.items()}
    made: set[str] = set()
    for table in [*usual.values(), *(table for table in tables if table.ends)]:
        start, end = table.ends or ("", "")
        columns = ", ".join(f"{column.name} {TABLE_TYPES[column.type]}" for column in stored(table)[2:])
        if table.name not in made:
            yield f"CREATE REL TABLE IF NOT EXISTS {table.name}(FROM {start} TO {end}, {columns})"
        elif table != usual.get(table.name):
            yield f"ALTER TABLE {table.name} ADD IF NOT EXISTS FROM {start} TO {end}"
        made.add(table.name)


def copy(table: Table, file: str, *options: str) -> str:
    """The statement by which ladybug reads a file into a table that has none of its rows yet."""
    ends = [f"from='{table.ends[0]}'", f"to='{table.ends[1]}'"] if table.ends else []
    said = ", ".join((*ends, *options))
    return f"COPY {table.name} FROM '{file}'" + (f" ({said})" if said else "")


def script(statements: Iterable[str]) -> str:
    """Statements as a script, one a line."""
    return "".join(f"{statement};\n" for statement in statements)


def scripts(build: str) -> dict[str, str]:
    """The scripts that go with every way of loading, by file name."""
    found = {f"constraints.{dialect}.cypher": script(lines) for dialect, lines in constraints().items()}
    return found | {
        "sweep.cypher": script(sweep(build)),
        "remove-document.cypher": script(remove_document()),
        "remove-fact.cypher": script(remove_fact()),
    }
