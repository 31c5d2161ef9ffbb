"""What archiving costs: a million predictions of ten days and twenty thousand labels, on SQLite and PostgreSQL.

    python -m benchmarks.archive [--json FILE]

Seconds, rows a second and peak memory of `anchorwatch archive`, of a run again with nothing new, and of the drop that
follows, each in a process of its own. The floor beside it, in the same run, is one plain pass of the driver over the
same tables and the same rows written by pyarrow, a file a day.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.evaluate_databases import Databases, _databases
from benchmarks.report import Report, Row, Table, parser, publish
from connectors.lake.archive import Archive
from connectors.lake.places import place_of
from connectors.lake.store import ArchiveFiles
from connectors.sql.archiving import ArchivingStore
from connectors.sql.database import open_engine, reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.ingest.rows import LABEL, LABEL_TYPES, PREDICTION, PREDICTION_TYPES
from connectors.sql.migrate import upgrade
from connectors.sql.retention import drop_old_predictions
from monitor.archive.archive import archive
from monitor.archive.ports import ArchiveKind
from monitor.domain.events.microseconds import DAY_US, to_us

START, DAYS, SEED = datetime(2026, 1, 1, tzinfo=UTC), 10, 7
END = START + timedelta(days=DAYS)
LABELLED = 50  # one of so many predictions
PART, PACKAGES = 50_000, ("pyarrow", "sqlalchemy", "psycopg")


class Spent(NamedTuple):
    """What a process took: seconds, its peak memory in MiB, and what it came to."""

    seconds: float
    mib: float
    result: Any


def ids(count: int, rng: np.random.Generator, *, ordered: bool) -> Iterator[str]:
    """So many ids as UUIDs are written, in the order of time or at random."""
    for number, low in enumerate(rng.integers(0, 2**62, count)):
        high = number << 40 if ordered else int(low) << 2
        yield str(uuid.UUID(int=(high << 64 | int(low)) & (2**128 - 1)))


def fill(url: str, count: int, *, ordered: bool) -> None:
    """So many predictions, evenly over the days, and their labels."""
    engine = open_engine(url)
    upgrade(engine)
    rng = np.random.default_rng(SEED)
    step = DAYS * DAY_US // count
    rows, labels = [], []
    with writing(engine) as connection:
        Dialect(connection).run(
            "INSERT INTO model (id, name, version, environment) VALUES (1, 'tickets', '7', 'prod')"
        )
    for number, id_ in enumerate(ids(count, rng, ordered=ordered)):
        ts = to_us(START) + number * step
        intent, slices = f"intent_{number % 150:03}", '{"channel":"email","tier":"gold"}'
        row = (id_, 0, 1, ts, intent, 0.87, slices, rng.bytes(16), ts, number * 7, None)
        rows.append(row)
        if number % LABELLED == 0:
            label = (f"label-{id_}", id_, intent, ts + DAY_US, 1, False, "human", "uniform", 0.02)
            labels.append((*label, None, None, None, ts + DAY_US, "a17"))
        if len(rows) == PART or number == count - 1:
            with writing(engine) as connection:
                sql = Dialect(connection)
                for table, columns, types, part in (
                    ("prediction", PREDICTION, PREDICTION_TYPES, rows),
                    ("label", LABEL, LABEL_TYPES, labels),
                ):
                    if sql.postgresql:
                        sql.copy(table, columns, types, part)
                    else:
                        sql.many(
                            f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(types))})", part
                        )
            rows, labels = [], []
    engine.dispose()


def floor(url: str, folder: str) -> int:
    """One pass of the driver over both tables, all columns, and their rows written by pyarrow, a file a day."""
    engine, written = open_engine(url), 0
    for table, columns, when in (("prediction", PREDICTION, "ts_us"), ("label", LABEL, "received_us")):
        names = columns.split(", ")
        batches = []
        with reading(engine) as connection:
            cursor = connection.exec_driver_sql(f"SELECT {columns} FROM {table}")
            while part := cursor.fetchmany(10_000):
                batches.append(
                    pa.RecordBatch.from_arrays(
                        [pa.array(values) for values in zip(*part, strict=True)], names
                    )
                )
        rows = pa.Table.from_batches(_alike(batches))
        days = rows.column(when).to_numpy() // DAY_US
        for day in np.unique(days):
            path = Path(folder, f"{table}-{day}.parquet")
            pq.write_table(
                rows.filter(pa.array(days == day)), path, compression="zstd", use_dictionary=["intent"]
            )
            written += path.stat().st_size
    return written


def _alike(batches: Sequence[pa.RecordBatch]) -> list[pa.RecordBatch]:
    schema = pa.unify_schemas([batch.schema for batch in batches], promote_options="permissive")
    return [pa.table(batch).cast(schema).to_batches()[0] for batch in batches]


def archived(url: str, folder: str) -> tuple[int, int, int]:
    """What `anchorwatch archive` does; how many files, rows and bytes."""
    store = ArchivingStore(open_engine(url))
    done = archive(store, ArchiveFiles(place_of(f"file:{folder}"), store.owner()), END)
    return len(done.files), sum(file.rows for file in done.files), sum(file.bytes for file in done.files)


def dropped(url: str, folder: str) -> int:
    """Drop what is archived, as retention does; where there is no archive, what is old."""
    return drop_old_predictions(open_engine(url), END, 0, archived_only=bool(folder))


def spent(work: Callable[[str, str], Any], url: str, folder: str) -> Spent:
    """What a piece of work takes in a process of its own, which has everything imported before it begins."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_spend, work, url, folder).result()


def _spend(work: Callable[[str, str], Any], url: str, folder: str) -> Spent:
    began = time.perf_counter()
    result = work(url, folder)
    seconds = time.perf_counter() - began
    return Spent(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result)


def measured(databases: Databases, name: str, count: int, *, ordered: bool, folder: Path) -> Row:
    """Archive a filled database and drop what is archived, beside the floor and a drop without an archive."""
    url = databases.new()
    fill(url, count, ordered=ordered)
    copied = databases.copy(url)
    plain, lake = folder / f"{name}-{ordered}-plain", folder / f"{name}-{ordered}"
    plain.mkdir()
    least = spent(floor, url, str(plain))
    ours = spent(archived, url, str(lake))
    again = spent(archived, url, str(lake))
    drop, drop_alone = spent(dropped, url, str(lake)), spent(dropped, copied, "")
    files, rows, size = ours.result
    assert rows == count + -(-count // LABELLED)
    assert again.result[1] == 0
    assert drop.result == drop_alone.result == count
    assert sum(Archive(f"file:{lake}").manifest().rows[kind] for kind in ArchiveKind) == rows
    for each in (url, copied):
        databases.drop(each)
    return {
        "database": name,
        "ids": "time-ordered" if ordered else "random",
        "rows": rows,
        "archive s": round(ours.seconds, 1),
        "floor s": round(least.seconds, 1),
        "ratio": round(ours.seconds / least.seconds, 2),
        "rows/s": round(rows / ours.seconds),
        "peak MiB": round(ours.mib),
        "floor's MiB": round(least.mib),
        "MB": round(size / 1e6, 1),
        "floor's MB": round(least.result / 1e6, 1),
        "files": files,
        "again s": round(again.seconds, 1),
        "drop s": round(drop.seconds, 1),
        "drop alone s": round(drop_alone.seconds, 1),
    }


def main(words: Sequence[str] | None = None) -> int:
    """Fill, archive, drop, say what it took."""
    options = parser(__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--sqlite", action="store_true", help="leave PostgreSQL out")
    options.add_argument("--predictions", type=int, default=1_000_000, metavar="NUMBER")
    given = options.parse_args(words)
    began, rows = time.monotonic(), []
    count = 5_000 if given.quick else given.predictions
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for database in ("SQLite",) if given.sqlite else ("SQLite", "PostgreSQL"):
            databases = stack.enter_context(_databases(database == "PostgreSQL", folder))
            for ordered in (True, False) if database == "SQLite" else (True,):
                rows.append(measured(databases, database, count, ordered=ordered, folder=folder))
    publish(
        Report("archive", [Table("Archiving", rows)], time.monotonic() - began, given.quick, PACKAGES), given
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
