"""The engines that read an archive: DuckDB within this process, or Spark, here or on a cluster."""

import importlib.util
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from typing_extensions import override

from connectors.lake.columns import LABELS, PREDICTIONS
from monitor.errors import ConfigError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from pyarrow.fs import FileSystem

DUCKDB = "duckdb"
MEMORY_MB = 4_000
"""What DuckDB holds in memory at most; the rest lies in files. Unasked it takes four fifths of the machine."""
FETCHED = 100_000  # rows at a time
_numbers = count(1)


class LakeFiles(NamedTuple):
    """The Parquet files of predictions and of labels, as the `filesystem` names them (none: this machine's disk)."""

    predictions: Sequence[str]
    labels: Sequence[str]
    filesystem: "FileSystem | None" = None


class HistoryEngine(Protocol):
    """An engine with the tables of an archive, whose columns read alike on every engine."""

    def predictions(self) -> "ir.Table":
        """A row a prediction as it arrived; `ts_us` is when it was made, in microseconds since 1970."""
        ...

    def labels(self) -> "ir.Table":
        """A row a revision of a label as it arrived; `labeled_at_us` is when it was given, in microseconds."""
        ...

    def kept(self, table: "ir.Table") -> "ir.Table":
        """A table worked out once, and held by the engine until it is closed."""
        ...

    def fetched(self, table: "ir.Table") -> "Iterator[pa.RecordBatch]":
        """The rows of a table, a batch at a time, in its order. Nothing else is asked until all are read."""
        ...

    def given(self, table: "pa.Table") -> "ir.Table":
        """A small table of ours, in the engine."""
        ...


class DuckDB(HistoryEngine):
    """DuckDB. What does not fit into its memory lies in `folder`; it never asks the network for anything."""

    def __init__(self, files: LakeFiles, folder: Path, memory_mb: int = MEMORY_MB) -> None:
        import ibis

        self.connection = ibis.duckdb.connect(
            folder / "history.duckdb",
            memory_limit=f"{memory_mb}MB",
            temp_directory=str(folder),
            threads=os.cpu_count() or 1,
            preserve_insertion_order=False,
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
        )
        self._folder = folder
        self._files = files
        self._kept = 0

    @override
    def predictions(self) -> "ir.Table":
        return self._read("predictions", self._files.predictions, PREDICTIONS, "ts")

    @override
    def labels(self) -> "ir.Table":
        return self._read("labels", self._files.labels, LABELS, "labeled_at")

    @override
    def kept(self, table: "ir.Table") -> "ir.Table":
        self._kept += 1
        return self.connection.create_table(f"kept_{self._kept}", table)

    @override
    def given(self, table: "pa.Table") -> "ir.Table":
        self._kept += 1
        name = f"given_{self._kept}"
        self.connection.con.register(name, table)
        return self.connection.table(name)

    @override
    def fetched(self, table: "ir.Table") -> "Iterator[pa.RecordBatch]":
        # Ibis asks for a method that DuckDB 2 has no more.
        yield from self.connection.con.sql(self.connection.compile(table)).to_arrow_reader(FETCHED)

    def _read(self, name: str, files: Sequence[str], schema: "pa.Schema", when: str) -> "ir.Table":
        paths = list(files) or [_empty(self._folder, name, schema)]
        if self._files.filesystem is not None and files:
            # DuckDB itself would fetch an extension to reach a bucket.
            from pyarrow.dataset import dataset

            self.connection.con.register(name, dataset(paths, schema, filesystem=self._files.filesystem))
            return _alike(self.connection.table(name), schema, when, "epoch_us")
        table = self.connection.read_parquet(
            paths, table_name=name, union_by_name=True, hive_partitioning=False
        )
        return _alike(table, schema, when, "epoch_us")

    def close(self) -> None:
        """Give back its memory and its files."""
        self.connection.disconnect()


class Spark(HistoryEngine):
    """A session of Spark; `folder` is for what it reads of an archive that holds nothing."""

    def __init__(self, session: Any, files: LakeFiles, folder: Path) -> None:  # noqa: ANN401 - of an extra
        import ibis

        self.connection = ibis.pyspark.connect(session)
        self._session = session
        self._files = files
        self._folder = folder
        self._kept: list[Any] = []

    @override
    def predictions(self) -> "ir.Table":
        return self._read("predictions", self._files.predictions, PREDICTIONS, "ts")

    @override
    def labels(self) -> "ir.Table":
        return self._read("labels", self._files.labels, LABELS, "labeled_at")

    @override
    def kept(self, table: "ir.Table") -> "ir.Table":
        frame = self._frame(table).persist()
        self._kept.append(frame)
        return self._named(frame)

    @override
    def given(self, table: "pa.Table") -> "ir.Table":
        return self._named(self._session.createDataFrame(table))

    @override
    def fetched(self, table: "ir.Table") -> "Iterator[pa.RecordBatch]":
        # Ibis would go through pandas, where a number beside a gap becomes a float.
        yield from self._frame(table).toArrow().to_batches(FETCHED)

    def close(self) -> None:
        """Let go of what was kept; the session is whose it was."""
        for frame in self._kept:
            frame.unpersist()

    def _frame(self, table: "ir.Table") -> Any:  # noqa: ANN401 - of an extra
        return self._session.sql(self.connection.compile(table))

    def _named(self, frame: Any) -> "ir.Table":  # noqa: ANN401 - of an extra
        """A frame as a table, under a name of its own: a session may read several archives."""
        name = f"lake_{next(_numbers)}"
        frame.createOrReplaceTempView(name)
        return self.connection.table(name)

    def _read(self, name: str, files: Sequence[str], schema: "pa.Schema", when: str) -> "ir.Table":
        paths = list(files) or [_empty(self._folder, name, schema)]
        if self._files.filesystem is not None and files:
            paths = [f"s3a://{path}" for path in paths]
        frame = self._session.read.option("mergeSchema", "true").parquet(*paths)
        return _alike(self._named(frame), schema, when, "unix_micros")


@contextmanager
def engine_of(name: str, files: LakeFiles, memory_mb: int = MEMORY_MB) -> Iterator[HistoryEngine]:
    """The engine that is named so: `duckdb`, or where a Spark is: `local[4]`, `spark://HOST:7077`, `sc://HOST`.

    Raises:
        ConfigError: there is no such engine, or Spark is not installed.
    """
    with TemporaryDirectory(prefix="anchorwatch-history-") as folder:
        if name == DUCKDB:
            engine = DuckDB(files, Path(folder), memory_mb)
            try:
                yield engine
            finally:
                engine.close()
            return
        with _spark(name) as session:
            engine_there = Spark(session, files, Path(folder))
            try:
                yield engine_there
            finally:
                engine_there.close()


@contextmanager
def _spark(url: str) -> Iterator[Any]:
    if not url.startswith(("local", "spark://", "sc://", "yarn", "k8s://")):
        raise ConfigError([f"--engine {url}: write duckdb, or where Spark is, such as spark://HOST:7077"])
    if importlib.util.find_spec("pyspark") is None:
        raise ConfigError([f"--engine {url}: PySpark is not installed: pip install 'anchorwatch[spark]'"])
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("anchorwatch").config("spark.sql.session.timeZone", "UTC")
    builder = builder.remote(url) if url.startswith("sc://") else builder.master(url)
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def _alike(table: "ir.Table", schema: "pa.Schema", when: str, micros: str) -> "ir.Table":
    """The columns that this release knows. One that a file of last year's lacks is empty, if it may be.

    Raises:
        ConfigError: a column is missing that every row must have.
    """
    import ibis
    import ibis.expr.datatypes as dt

    read = [field.name for field in schema if field.name not in _NOT_READ]
    missing = [name for name in read if name not in table.columns]
    if needed := [name for name in missing if not schema.field(name).nullable]:
        raise ConfigError([f"the archive's files lack the column {name}" for name in needed])
    for name in missing:
        table = table.mutate(**{name: ibis.null(_TYPES.get(name, "string"))})

    instant = (dt.Timestamp(timezone="UTC"),)
    since_1970 = ibis.udf.scalar.builtin(_micros, name=micros, signature=(instant, dt.int64))
    table = table.mutate(**{f"{when}_us": since_1970(table[when])})
    return table.select(*[name for name in read if name != when], f"{when}_us")


def _micros(at: Any) -> Any:  # noqa: ANN401 - a value of an expression
    """The engine's own function of another name: whole microseconds since 1970."""


_NOT_READ = {"score", "subjects"}
_TYPES = {
    "answers": "array<string>",
    "slices": "map<string, string>",
    "customer": "int64",
    "draw_probability": "float64",
    "probability": "float64",
    "seq": "int64",
    "digest": "binary",
}


def _empty(folder: Path, name: str, schema: "pa.Schema") -> str:
    """A file of no rows."""
    import pyarrow.parquet as pq

    path = folder / f"no-{name}.parquet"
    pq.write_table(schema.empty_table(), path)
    return str(path)
