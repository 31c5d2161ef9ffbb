"""The engines that read an archive: DuckDB within this process, or Spark, here or on a cluster."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.lake.on_duckdb import MEMORY_MB, DuckDB
from connectors.lake.on_spark import Spark, spark_at
from connectors.lake.reading import HistoryEngine, LakeFiles
from monitor.settings.engine_names import DUCKDB, require_engine


@contextmanager
def engine_of(name: str, files: LakeFiles, memory_mb: int = MEMORY_MB) -> Iterator[HistoryEngine]:
    """The engine that is named so: `duckdb`, or where a Spark is: `local[4]`, `spark://HOST:7077`, `sc://HOST`.

    Raises:
        ConfigError: there is no such engine, or Spark is not installed; or, whenever it is asked, the archive's files
            changed meanwhile.
        UnavailableError: it does not start; or, whenever it is asked, it cannot go on.
    """
    require_engine(name)
    with TemporaryDirectory(prefix="anchorwatch-history-") as folder:
        if name == DUCKDB:
            with closing(DuckDB(files, Path(folder), memory_mb)) as here:
                yield here
            return
        with spark_at(name, files) as session, closing(Spark(session, files, Path(folder))) as there:
            yield there
