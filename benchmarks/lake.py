"""What history costs on an engine: an archive joined, counted, and every cell's bits, beside one scan of its files.

    python -m benchmarks.lake [--outcomes 100000000] [--spark-outcomes 10000000] [--folder DIR] [--json FILE]

Each task runs in a process of its own, after the files were written: seconds and peak memory. The floor, in the same
run, is DuckDB itself reading every column that the join reads, once. With `--spark-outcomes` Spark counts as many, two
and four partitions at a time; that its counts are DuckDB's, and each other's, is part of the run.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.lake_files import INTENTS, write_archive
from benchmarks.report import Report, Row, Table, parser, publish
from connectors.lake import tallies
from connectors.lake.bits import BitColumns, WantedCell, cell_bits
from connectors.lake.engines import engine_of
from connectors.lake.on_spark import Spark
from connectors.lake.outcomes import Lake
from connectors.lake.reading import HistoryEngine, LakeFiles
from connectors.lake.rules import JoinRules
from monitor.domain.events.types import Kind, Model
from monitor.domain.slices.cells import Cell
from monitor.settings.engine_names import DUCKDB

RULES = JoinRules.of(frozenset({Kind.HUMAN, Kind.ADJUDICATED}), frozenset())
MODEL = Model("tickets", "7")
MEMORY_MB, QUICK = 4_000, 20_000
PACKAGES = ("duckdb", "ibis-framework", "pyspark")


class Spent(NamedTuple):
    """Seconds, the process's peak memory, and what it found: a number of outcomes, and what tells two results apart."""

    seconds: float
    peak_mib: float
    outcomes: int
    result: str


def floor(engine: HistoryEngine) -> tuple[int, str]:
    """Every value that the join reads is read, and one of each column is kept."""
    tables = (engine.predictions(), engine.labels())
    count = 0
    for table in tables:
        read = [table[name] for name in table.columns if name not in ("slices", "answers")]
        row = next(iter(engine.fetched(table.agg([each.max().name(each.get_name()) for each in read]))))
        count += row.num_rows
    return count, ""


def counted(engine: HistoryEngine) -> tuple[int, str]:
    """The tallies of every cell and day."""
    lake = Lake(engine, RULES)
    rows = list(lake.rows(tallies.tallies(lake.outcomes)))
    in_order = sorted(repr(sorted(row.items())) for row in rows)
    return sum(row["support"] for row in rows), sha256("\n".join(in_order).encode()).hexdigest()[:12]


def bits(engine: HistoryEngine) -> tuple[int, str]:
    """Every intent's hits in their order, and how many bytes an outcome are held of it."""
    lake = Lake(engine, RULES)
    cells = [
        WantedCell(Cell(MODEL, intent), (intent,)) for intent in map("intent_{:03}".format, range(INTENTS))
    ]
    outcomes = held = 0
    for _, past in cell_bits(lake, cells, BitColumns()):
        outcomes += len(past)
        held += past.bytes_held
    return outcomes, f"{held / outcomes:.2f} bytes an outcome"


TASKS: Mapping[str, Callable[[HistoryEngine], tuple[int, str]]] = {
    "one scan": floor,
    "tallies": counted,
    "bits": bits,
}


def task(name: str, engine: str, files: LakeFiles, answers: Any) -> None:  # noqa: ANN401 - a queue
    """Do it; seconds, and the peak memory of this process (of Spark its driver in Python: the rest is Java's)."""
    with _opened(engine, files) as opened:
        began = time.perf_counter()
        outcomes, result = TASKS[name](opened)
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers.put(Spent(seconds, peak, outcomes, result))


def main(words: Sequence[str] | None = None) -> int:
    """Write an archive, ask for everything, say what it took."""
    options = parser(__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--outcomes", type=int, default=1_000_000, help="on DuckDB")
    options.add_argument("--spark-outcomes", type=int, default=0, help="on Spark; 0: none")
    options.add_argument(
        "--folder", type=Path, help="where to write the archives; some 7 GB for 10^8 outcomes"
    )
    asked = options.parse_args(words)
    began = time.monotonic()
    many = QUICK if asked.quick else asked.outcomes
    on_spark = min(QUICK, asked.spark_outcomes) if asked.quick else asked.spark_outcomes
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        rows = _on_duckdb(Path(folder), many)
        if on_spark:
            rows += _on_spark(Path(folder), on_spark)
    note = "peak MiB of Spark is that of its driver in Python alone; DuckDB's limit is 4,000 MB"
    table = Table("History on an engine", rows, [note])
    publish(Report("lake", [table], time.monotonic() - began, asked.quick, PACKAGES), asked)
    return 0


def _on_duckdb(folder: Path, outcomes: int) -> list[Row]:
    files = _written(folder, outcomes)
    spent = {name: _apart(name, DUCKDB, files) for name in TASKS}
    least = spent["one scan"].seconds
    return [_row("DuckDB", name, outcomes, each, least) for name, each in spent.items()]


def _on_spark(folder: Path, outcomes: int) -> list[Row]:
    files = _written(folder, outcomes)
    same = {"DuckDB": _apart("tallies", DUCKDB, files)}
    same |= {f"Spark, {cores} at a time": _apart("tallies", f"local[{cores}]", files) for cores in (2, 4)}
    if len({each.result for each in same.values()}) != 1:
        raise AssertionError(f"the engines do not agree: {same}")
    least = same["DuckDB"].seconds
    return [_row(name, "the same tallies", outcomes, each, least) for name, each in same.items()]


def _row(engine: str, what: str, outcomes: int, spent: Spent, least: float) -> Row:
    return {
        "engine": engine,
        "what": what,
        "labelled predictions": outcomes,
        "s": round(spent.seconds, 1),
        "times the first": round(spent.seconds / least, 1),
        "peak MiB": round(spent.peak_mib),
        "outcomes": spent.outcomes,
        "result": spent.result,
    }


def _written(folder: Path, outcomes: int) -> LakeFiles:
    place = folder / f"archive-{outcomes}"
    if place.exists():
        names = [sorted(map(str, place.glob(f"{kind}-*"))) for kind in ("predictions", "labels")]
        return LakeFiles(names[0], names[1])
    place.mkdir()
    return write_archive(place, outcomes)


def _apart(name: str, engine: str, files: LakeFiles) -> Spent:
    processes = multiprocessing.get_context("spawn")
    answers = processes.Queue()
    child = processes.Process(target=task, args=(name, engine, files, answers))
    child.start()
    spent: Spent = answers.get()
    child.join()
    return spent


def _opened(engine: str, files: LakeFiles) -> AbstractContextManager[HistoryEngine]:
    if engine == DUCKDB:
        return engine_of(DUCKDB, files, MEMORY_MB)
    return _opened_spark(int(engine.removeprefix("local[").removesuffix("]")), files)


@contextmanager
def _opened_spark(cores: int, files: LakeFiles) -> Any:  # noqa: ANN401 - a generator of an engine
    """Spark of the environment that `make spark` builds; as many partitions as run at a time."""
    from tests.services.spark import spark_session

    settings: dict[str, Any] = {"spark.sql.shuffle.partitions": str(4 * cores), "spark.driver.memory": "4g"}
    with (
        tempfile.TemporaryDirectory() as folder,
        spark_session(cores, **settings) as session,
        closing(Spark(session, files, Path(folder))) as opened,
    ):
        yield opened


if __name__ == "__main__":
    sys.exit(main())
