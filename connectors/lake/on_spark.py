"""Spark, which reads an archive on this machine or on a cluster."""

import importlib.util
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from connectors.lake.reading import FETCHED, HistoryEngine, LakeFiles
from connectors.lake.refusals import WatchedFiles, put_plainly
from connectors.lake.spark_master import STANDALONE, require_master
from monitor.errors import ConfigError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from pyarrow.fs import FileSystem

_PARTS = 4  # of a shuffle, a core: Spark's own 200 are 200 tasks a step, however small
_numbers = count(1)


class Spark(HistoryEngine):
    """A session of Spark; `folder` is for what it reads of an archive that holds nothing."""

    _MICROS = "unix_micros"

    def __init__(self, session: Any, files: LakeFiles, folder: Path) -> None:  # noqa: ANN401 - of an extra
        import ibis

        self._session = session
        self._files = files
        self._watched = WatchedFiles(files)
        self._folder = folder
        self._kept: list[Any] = []
        with self._plainly():
            self.connection = ibis.pyspark.connect(session)

    @override
    def kept(self, table: "ir.Table") -> "ir.Table":
        with self._plainly():
            frame = self._frame(table).persist()
            self._kept.append(frame)
            return self._named(frame)

    @override
    def given(self, table: "pa.Table") -> "ir.Table":
        with self._plainly():
            return self._named(self._session.createDataFrame(table))

    @override
    def fetched(self, table: "ir.Table") -> "Iterator[pa.RecordBatch]":
        import pyarrow as pa

        # Ibis would go through pandas, where a number beside a gap becomes a float; and Spark's own way to Arrow has
        # the whole result in the driver, which takes a gigabyte. So it is one part of it at a time.
        schema = table.schema().to_pyarrow()
        with self._plainly():
            rows = iter(self._frame(table).toLocalIterator(prefetchPartitions=True))
            while some := list(islice(rows, FETCHED)):
                columns = zip(*some, strict=True)
                yield pa.RecordBatch.from_arrays(
                    [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)],
                    schema=schema,
                )

    @override
    def hashed(self, text: "ir.StringValue") -> "ir.Value":
        import ibis
        import ibis.expr.datatypes as dt

        # Ibis takes the hash of 32 bits, by which one id of five in 10^9 is like another.
        return ibis.udf.scalar.builtin(_hash, name="xxhash64", signature=((dt.string,), dt.int64))(text)

    def close(self) -> None:
        """Let go of what was kept; the session is whose it was."""
        with suppress(*spark_errors()):
            for frame in self._kept:
                frame.unpersist()

    def _frame(self, table: "ir.Table") -> Any:  # noqa: ANN401 - of an extra
        return self._session.sql(self.connection.compile(table))

    def _named(self, frame: Any) -> "ir.Table":  # noqa: ANN401 - of an extra
        """A frame as a table, under a name of its own: a session may read several archives."""
        name = f"lake_{next(_numbers)}"
        frame.createOrReplaceTempView(name)
        return self.connection.table(name)

    @override
    def _table(
        self, name: str, paths: Sequence[str], schema: "pa.Schema", filesystem: "FileSystem | None"
    ) -> "ir.Table":
        if filesystem is not None:
            paths = [f"s3a://{path}" for path in paths]
        with self._plainly():
            return self._named(self._session.read.option("mergeSchema", "true").parquet(*paths))

    def _plainly(self) -> AbstractContextManager[None]:
        return spark_plainly("Spark", self._watched)


@contextmanager
def spark_at(url: str, files: LakeFiles) -> Iterator[Any]:
    """A session of Spark there: `local[4]`, `spark://HOST:7077`, `sc://HOST`.

    Raises:
        ConfigError: PySpark is not installed.
        UnavailableError: it does not start, or is out of reach.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise ConfigError([f"--engine {url}: PySpark is not installed: pip install 'anchorwatch[spark]'"])
    from pyspark.sql import SparkSession

    if url.startswith(STANDALONE):
        require_master(url)
    builder = SparkSession.builder.appName("anchorwatch").config("spark.sql.session.timeZone", "UTC")
    builder = builder.remote(url) if url.startswith("sc://") else builder.master(url)
    if url.startswith("local"):
        # On a cluster it warns of what keeps it waiting; here of nothing that anybody could mend.
        builder = builder.config("spark.log.level", "ERROR")
        builder = builder.config("spark.sql.shuffle.partitions", str(_PARTS * cores_of(url)))
    with spark_plainly(f"--engine {url}", WatchedFiles(files)):
        session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    try:
        yield session
    finally:
        with suppress(*spark_errors()):
            session.stop()


def spark_plainly(where: str, files: WatchedFiles) -> AbstractContextManager[None]:
    """Says of what Spark refuses what it comes from (`put_plainly`)."""
    advice = "see that Java 17 and the master are there, and what Spark's log says; then run again"
    return put_plainly(where, files, spark_errors(), advice)


def spark_errors() -> tuple[type[Exception], ...]:
    """Those of Spark itself, and of the way to its Java."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError, OSError, EOFError


def cores_of(url: str) -> int:
    """How many run at a time here: `local` one, `local[4]` four, `local[*]` all."""
    asked = url.removeprefix("local").strip("[]").partition(",")[0]
    return int(asked) if asked.isdigit() else 1 if not asked else os.cpu_count() or 1


def _hash(text: Any) -> Any:  # noqa: ANN401 - a value of an expression
    """Spark's own function of another name."""
