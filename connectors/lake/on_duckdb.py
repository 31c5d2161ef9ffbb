"""DuckDB, which reads an archive within this process."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import override

from connectors.lake.reading import FETCHED, HistoryEngine, LakeFiles
from connectors.lake.refusals import WatchedFiles, put_plainly

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from pyarrow.fs import FileSystem

MEMORY_MB = 4_000
"""What DuckDB holds in memory at most; the rest lies in files. Unasked it takes four fifths of the machine."""


class DuckDB(HistoryEngine):
    """DuckDB. What does not fit into its memory lies in `folder`; it never asks the network for anything."""

    _MICROS = "epoch_us"

    def __init__(self, files: LakeFiles, folder: Path, memory_mb: int = MEMORY_MB) -> None:
        import ibis

        self._folder = folder
        self._files = files
        self._watched = WatchedFiles(files)
        self._kept = 0
        with self._plainly():
            self.connection = ibis.duckdb.connect(
                folder / "history.duckdb",
                memory_limit=f"{memory_mb}MB",
                temp_directory=str(folder),
                threads=os.cpu_count() or 1,
                preserve_insertion_order=False,
                autoinstall_known_extensions=False,
                autoload_known_extensions=False,
            )

    @override
    def kept(self, table: "ir.Table") -> "ir.Table":
        self._kept += 1
        with self._plainly():
            return self.connection.create_table(f"kept_{self._kept}", table)

    @override
    def given(self, table: "pa.Table") -> "ir.Table":
        self._kept += 1
        name = f"given_{self._kept}"
        self.connection.con.register(name, table)
        return self.connection.table(name)

    @override
    def fetched(self, table: "ir.Table") -> "Iterator[pa.RecordBatch]":
        with self._plainly():
            # Ibis asks for a method that DuckDB 2 has no more.
            yield from self.connection.con.sql(self.connection.compile(table)).to_arrow_reader(FETCHED)

    @override
    def hashed(self, text: "ir.StringValue") -> "ir.Value":
        return text.hash()

    @override
    def _table(
        self, name: str, paths: Sequence[str], schema: "pa.Schema", filesystem: "FileSystem | None"
    ) -> "ir.Table":
        if filesystem is not None:
            # DuckDB itself would fetch an extension to reach a bucket.
            from pyarrow.dataset import dataset

            self.connection.con.register(name, dataset(list(paths), schema, filesystem=filesystem))
            return self.connection.table(name)
        with self._plainly():
            return self.connection.read_parquet(
                list(paths), table_name=name, union_by_name=True, hive_partitioning=False
            )

    def _plainly(self) -> AbstractContextManager[None]:
        """What is wrong with an expression of ours is a defect, and is told as one."""
        import duckdb
        import pyarrow as pa

        engine = (
            *(duckdb.OperationalError, duckdb.DataError),
            *(duckdb.InvalidInputException, duckdb.FatalException),
        )
        advice = (
            f"see to the free space in {self._folder.parent} (TMPDIR names another place) and run again; what is"
            " too large for this machine is for Spark (--engine)"
        )
        # What fails after the first rows comes through Arrow, as an error of the system.
        return put_plainly("DuckDB", self._watched, (*engine, pa.ArrowException, OSError), advice)

    def close(self) -> None:
        """Give back its memory and its files."""
        self.connection.disconnect()
