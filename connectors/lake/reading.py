"""What every engine offers that reads an archive, and what is alike in its tables whichever engine reads them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from connectors.lake.columns import LABELS, PREDICTIONS
from monitor.errors import ConfigError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from pyarrow.fs import FileSystem

FETCHED = 100_000  # rows at a time


class LakeFiles(NamedTuple):
    """The Parquet files of predictions and of labels, as the `filesystem` names them (none: this machine's disk)."""

    predictions: Sequence[str]
    labels: Sequence[str]
    filesystem: "FileSystem | None" = None


class HistoryEngine(Protocol):
    """An engine with the tables of an archive, whose columns read alike on every engine.

    What each engine does for itself is `_table`; `_folder` is for what it reads of an archive that holds nothing.
    """

    _files: LakeFiles
    _folder: Path
    _MICROS: ClassVar[str]
    """The engine's own name of the function that counts the microseconds since 1970."""

    def predictions(self) -> "ir.Table":
        """A row a prediction as it arrived; `ts_us` is when it was made, in microseconds since 1970."""
        return self._read("predictions", self._files.predictions, PREDICTIONS, "ts")

    def labels(self) -> "ir.Table":
        """A row a revision of a label as it arrived; `labeled_at_us` is when it was given, in microseconds."""
        return self._read("labels", self._files.labels, LABELS, "labeled_at")

    def _read(self, name: str, files: Sequence[str], schema: "pa.Schema", when: str) -> "ir.Table":
        if files:
            table = self._table(name, files, schema, self._files.filesystem)
        else:
            table = self._table(name, [no_rows(self._folder, name, schema)], schema, None)
        return alike(table, schema, when, self._MICROS)

    def _table(
        self, name: str, paths: Sequence[str], schema: "pa.Schema", filesystem: "FileSystem | None"
    ) -> "ir.Table":
        """Some Parquet files of one kind as a table of that name."""
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

    def hashed(self, text: "ir.StringValue") -> "ir.Value":
        """64 bits of a text, which are the same wherever this engine reads it: of 10^9 ids hardly two are alike."""
        ...


def alike(table: "ir.Table", schema: "pa.Schema", when: str, micros: str) -> "ir.Table":
    """The columns that this release knows. One that a file of last year's lacks is empty, if it may be.

    `micros` is the engine's own name of the function that counts the microseconds since 1970.

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


def no_rows(folder: Path, name: str, schema: "pa.Schema") -> str:
    """A file of no rows, for an archive that holds none of a kind."""
    import pyarrow.parquet as pq

    path = folder / f"no-{name}.parquet"
    pq.write_table(schema.empty_table(), path)
    return str(path)
