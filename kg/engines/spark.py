"""Documents spread over a Spark cluster, to N-Quads and to tables of nodes and edges; the same statements as from one machine.

OUT/nquads/graph=documents, graph=reference, graph=build   N-Quads, gzipped
OUT/nodes, OUT/edges                                       Parquet

Nothing is written but by Spark's committer, so that tasks that are tried again, or twice at once, leave nothing double. The tables are made of the
statements that were written, so that no document is worked on twice and nothing large is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import iri, manifest, reference, rules
from kg.engines import hadoop, partition
from kg.engines.hadoop import Files
from kg.engines.partition import BUILD, DOCUMENTS, EDGE_SCHEMA, NODE_SCHEMA, Shared
from kg.engines.session import session, told
from kg.errors import InputError, StoreError
from kg.formats.extras import library
from kg.quads import node, parsed
from kg.rules import Ontology

FEW = 500_000  # copies that every executor can know all of: some 100 MB
MOST_TOLD = 1000  # problems that are told by name; all are in the build report


@dataclass(frozen=True, slots=True)
class Spread:
    """What a build on a cluster did."""

    done: int  # documents in the graph
    unreadable: int
    problems: tuple[str, ...]  # of the first of the unreadable, by path


def build(
    sources: Sequence[str], out: str, *, master: str = "", manifest_file: Path | None = None, ontology: Path | None = None, base: str = iri.BASE
) -> Spread:
    """Turn the documents under `sources` into N-Quads, nodes and edges under `out`, which must not exist; both are paths of this machine or addresses.

    `master` is a Spark master, "" for that of spark-submit or of Spark's configuration. What a build that fails has written is taken away again.
    """
    laws = rules.load(ontology)
    iri.root(base)
    if not hadoop.is_address(out) and Path(out).exists():
        raise StoreError("is there already", path=out, remedy="name another folder with -o, or remove it")
    found = hadoop.here(sources, [Path(out), *filter(None, (manifest_file,))])
    with session(master) as spark, told():
        place = hadoop.address(out)
        hadoop.refuse_existing(spark, place)
        files = hadoop.spread(spark, found) if found else hadoop.addressed(spark, sources)
        try:
            return _Job(spark, place, files).run(laws, base, manifest_file)
        except BaseException:
            hadoop.remove(spark, place)
            raise


class _Job:
    """One build at work."""

    def __init__(self, spark: Any, out: str, files: Files) -> None:
        self.spark, self.out, self.files = spark, out, files
        self.functions = library("pyspark.sql.functions", "spark")
        self.window = library("pyspark.sql.window", "spark").Window
        # Its own 200 are too many for a few documents and too few for many.
        spark.conf.set("spark.sql.shuffle.partitions", str(max(1, files.table.rdd.getNumPartitions())))

    def run(self, laws: Ontology, base: str, manifest_file: Path | None) -> Spread:
        """All steps, in order."""
        digests = self._digests()
        shared = Shared(laws, base, reference.reference_lines(laws, base), self._known(manifest_file, digests))
        sent = self.spark.sparkContext.broadcast(shared)
        table, total = self._with_missing(digests)
        self._write_statements(self._with_copies(table, digests), sent)
        done = self._checked(total)
        self._write_tables(sent)
        return done

    def _digests(self) -> Any:
        """Key, path, digest and reader of every document; one that cannot be opened has no digest."""
        rows = self.files.table.rdd.mapPartitions(partition.Digests(self.files.open))
        digests = self._table(rows, "key string, path string, digest string, reader string").persist()
        twice = digests.groupBy("path").count().filter("count > 1").first()
        if twice:
            raise InputError(f"{twice['count']} files would be called {twice['path']}", remedy="rename one of the folders")
        if not digests.head(1) and not (self.files.listed and self.files.listed.head(1)):
            raise InputError("no documents there", remedy="name a file, a folder or a glob that holds reports")
        return digests

    def _known(self, file: Path | None, digests: Any) -> dict[str, dict[str, str]]:
        return manifest.read(file, (path for (path,) in digests.select("path").toLocalIterator())) if file else {}

    def _with_missing(self, digests: Any) -> tuple[Any, int]:
        """The files with those that Spark could not read, and how many documents they are."""
        table, total = self.files.table, digests.count()
        if self.files.listed is None:
            return table, total
        missing = self.files.listed.join(digests.select("key").distinct(), "key", "left_anti")
        rows = missing.select("key", self.functions.lit(None).cast("binary").alias("given"), "size").persist()
        hidden = self._table(rows.rdd.mapPartitions(partition.Digests(self.files.open)), "key string, path string, digest string, reader string")
        return table.unionByName(rows), total + hidden.count()

    def _with_copies(self, table: Any, digests: Any) -> Any:
        """The files, each with its documents that are copies, and of which document: the one with the first path."""
        functions, same = self.functions, self.window.partitionBy("digest", "reader")
        copies = digests.filter("digest IS NOT NULL").withColumn("first", functions.min("path").over(same)).filter("path <> first")
        by_file = copies.groupBy("key").agg(functions.collect_list(functions.struct("path", "first")).alias("copies")).persist()
        if by_file.count() <= FEW:
            return table.join(functions.broadcast(by_file), "key", "left")
        parts = table.rdd.getNumPartitions()
        return table.repartition(parts, "key").join(by_file.repartition(parts, "key"), "key", "left")

    def _write_statements(self, table: Any, shared: Any) -> None:
        rows = table.select("key", "given", "size", "copies").rdd.mapPartitions(partition.Statements(self.files.open, shared))
        beside = self.spark.sparkContext.parallelize([0], 1).flatMap(partition.Beside(shared))
        said = self._table(self.spark.sparkContext.union([rows, beside]), "graph string, value string")
        said.write.partitionBy("graph").option("compression", "gzip").text(self._at("nquads"))

    def _checked(self, total: int) -> Spread:
        """What the build report says; each document must stand in it once, or a file came, went or changed while it was read."""
        functions = self.functions
        report = self.spark.read.text(hadoop.escaped(self._at("nquads", BUILD)))
        predicate = functions.split("value", " ", 3)[1]
        done = report.filter(predicate == node("prov:used")).count()
        told = report.filter(predicate == node("edu:message"))
        unreadable = told.count()
        if done + unreadable != total:
            raise InputError(f"{total} documents were found and {done + unreadable} were read", remedy="let no one change the files meanwhile, and build again")
        lines = "\n".join(sorted(row.value for row in told.orderBy("value").limit(MOST_TOLD).collect()))
        problems = tuple(str(getattr(quad.object, "value", "")) for quad in parsed(lines.encode()))
        if not done:
            raise InputError("\n".join(problems[:10]))
        return Spread(done, unreadable, problems)

    def _write_tables(self, shared: Any) -> None:
        functions = self.functions
        said = self.spark.read.format("binaryFile").load(hadoop.escaped(self._at("nquads", DOCUMENTS))).select("content").rdd
        named = self._table(said.mapPartitions(partition.Things(shared)), "id string, said string").distinct()
        only_named = functions.max(functions.col("said").isNull())
        things = named.groupBy("id").agg(functions.collect_set("said").alias("said"), only_named.alias("named")).filter("named").select("id", "said").persist()
        for nodes, name, schema in ((True, "nodes", NODE_SCHEMA), (False, "edges", EDGE_SCHEMA)):
            own = self._table(said.mapPartitions(partition.DocumentRows(shared, nodes)), schema)
            common = self._table(things.rdd.mapPartitions(partition.ThingRows(shared, nodes)), schema)
            own.union(common).write.parquet(self._at(name))

    def _table(self, rows: Any, schema: str) -> Any:
        return self.spark.createDataFrame(rows, schema, verifySchema=False)

    def _at(self, name: str, graph: str = "") -> str:
        return f"{self.out}/{name}" + (f"/graph={graph}" if graph else "")
