"""Time of an evaluation with ever more outcomes stored and 1,000 new, and with 1 % of labels corrected.

One history grows from size to size, written straight into the tables; the first evaluation of each addition
counts it and is shown apart. Everything else is measured on a copy, in a process of its own, so that its peak
memory is its own. The same with a rare intent broken, its page standing. Beside it the libraries that compute
recall afresh over all rows, which are handed to them in memory: reading them from anywhere is not counted.

    python -m benchmarks.evaluate [--quick] [--postgresql] [--json FILE] [--markdown FILE]

Takes 6 to 8 minutes on an idle machine of two cores; 4 GiB of disk, 4 GiB of memory.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.evaluate_databases import Databases, _databases
from benchmarks.evaluate_history import BROKEN, at, correct, draw, hold_to_anchor, write
from benchmarks.evaluate_peers import PEERS
from benchmarks.report import Report, Row, Table, parser, publish
from connectors.sql.database import open_engine
from connectors.sql.evaluate.store import EvaluationStore, EvaluationTransaction
from connectors.sql.migrate import upgrade
from monitor.domain.judging.cell_hits import CellHits
from monitor.domain.slices.cells import Cell
from monitor.evaluate.evaluate import Evaluate
from monitor.settings.settings import Settings

NEW, CORRECTED = 1_000, 10
PEER_LIMIT_S = 60.0
FLAT = 1.5
SEED = 20
Spent = dict[str, float]


class Watched:
    """A database under evaluation, and how many stored outcomes that made it read again."""

    def __init__(self, url: str, upto: int, seed: int) -> None:
        self.engine = open_engine(url)
        self.replayed = 0
        self._upto = upto
        self._now = at(upto) + timedelta(days=1)
        self._rng = np.random.default_rng(seed)
        self._evaluate = Evaluate(EvaluationStore(self.engine), Settings())
        read = EvaluationTransaction.cell_hits

        def cell_hits(
            transaction: EvaluationTransaction, cell: Cell, after: int, upto: int, **wanted: bool
        ) -> Iterator[CellHits]:
            for some in read(transaction, cell, after, upto, **wanted):
                self.replayed += len(some.seqs)
                yield some

        EvaluationTransaction.cell_hits = cell_hits  # type: ignore[assignment,method-assign]

    def timed(
        self, corrected: int = 0, broken: float | None = None, new: int = NEW
    ) -> tuple[float, float, int]:
        """Milliseconds of an evaluation, those its processor worked, and how many outcomes it read again."""
        write(self.engine, *draw(new, self._rng, broken))
        if corrected:
            correct(self.engine, corrected, self._upto, self._rng)
        self.replayed = 0
        began, worked = time.perf_counter(), time.process_time()
        done = self._evaluate(lambda _: self._now)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        assert (done.outcomes, done.revisions) == (new, corrected)
        return 1000 * took, 1000 * worked, self.replayed


def evaluations(url: str, upto: int, rounds: int, seed: int) -> Spent:
    """Median times over a database with `upto` outcomes counted; first all healthy, then one intent broken."""
    watched = Watched(url, upto, seed)
    medians: Spent = {}
    for variant, broken in (("", None), (" broken", 0.39)):
        if broken is not None:
            pages = 0
            while not pages:  # until its page stands
                watched.timed(broken=broken)
                pages = _pages(watched)
        for what, corrected in (("new", 0), ("corrected", CORRECTED)):
            watched.timed(corrected, broken)  # a warm-up: it finds nothing kept from an evaluation before
            times, worked, replayed = zip(
                *(watched.timed(corrected, broken) for _ in range(rounds)), strict=True
            )
            medians[what + variant] = statistics.median(times)
            medians[f"most {what}{variant}"] = max(times)
            medians[f"processor {what}{variant}"] = statistics.median(worked)
            medians[f"replayed {what}{variant}"] = statistics.median(replayed)
    assert _pages(watched) == 1
    watched.engine.dispose()
    return medians


def _pages(watched: Watched) -> int:
    with EvaluationStore(watched.engine).evaluation() as transaction:
        states = [state for state in transaction.cells() if state.cell.group is None]
    broken = [state.cell.intent for state in states if state.bet.broken]
    assert broken in ([], [BROKEN]), broken
    return len(broken)


def first_count(url: str) -> Spent:
    """Seconds to count all that was added."""
    engine = open_engine(url)
    began = time.perf_counter()
    done = Evaluate(EvaluationStore(engine), Settings())(lambda _: at(0) + timedelta(days=1))
    took = time.perf_counter() - began
    engine.dispose()
    return {"seconds": took, "outcomes": done.outcomes}


def grown(url: str, count: int, seed: int, pool: Path) -> None:
    """Add so many outcomes to a database, and keep them as arrays for the libraries."""
    engine = open_engine(url)
    truth, predicted = draw(count, np.random.default_rng(seed))
    write(engine, truth, predicted)
    engine.dispose()
    if pool.exists():
        with np.load(pool) as known:
            truth, predicted = (
                np.concatenate([known["truth"], truth]),
                np.concatenate([known["predicted"], predicted]),
            )
    np.savez(pool, truth=truth, predicted=predicted)


def measure(
    databases: Databases, folder: Path, options: argparse.Namespace
) -> tuple[list[Row], list[Row], list[dict[str, object]]]:
    """A row a size: ours, and the libraries'; and everything that was measured of ours."""
    url, pool = databases.new(), folder / "rows.npz"
    engine = open_engine(url)
    upgrade(engine)
    hold_to_anchor(engine)
    engine.dispose()
    ours: list[Row] = []
    peers: list[Row] = []
    data: list[dict[str, object]] = []
    stored, known = 0, dict.fromkeys(PEERS, 0.0)
    for size in options.sizes:
        _apart("grow", url, size - stored, SEED + size, pool)
        counted = _apart("count", url)
        copy = databases.copy(url)
        mib = databases.mib(url)
        spent = _apart("evaluate", copy, size, options.rounds, SEED)
        databases.drop(copy)
        ours.append(_row(size, counted, spent, mib))
        data.append({"size": size, "first count": counted, "mib": mib, **spent})
        row: Row = {"rows": f"{size:,}", "ours ms": round(spent["new"])}
        for peer in PEERS:
            expected = known[peer] * size / max(stored, 1)
            took = _apart("peer", peer, pool)["seconds"] if expected <= options.peer_limit else None
            row[f"{peer} ms"] = round(1000 * took) if took else None
            known[peer] = took or expected
        peers.append(row)
        stored = size
        sys.stderr.write(f"{json.dumps(ours[-1])}\n{json.dumps(row)}\n")
    return ours, peers, data


def _row(size: int, counted: Spent, spent: Spent, mib: float) -> Row:
    return {
        "stored": f"{size:,}",
        "count s": round(counted["seconds"], 1),
        "new ms": round(spent["new"]),
        "corrected ms": round(spent["corrected"]),
        "replayed": int(spent["replayed corrected"]),
        "broken ms": round(spent["new broken"]),
        "corrected ms ": round(spent["corrected broken"]),
        "peak MiB": round(spent["peak_mib"]),
        "stored MiB": round(mib),
    }


def flatness(data: Sequence[Mapping[str, Any]]) -> list[Row]:
    """How many times as long the slowest size takes as the quickest; by the clock and by processor time."""
    rows: list[Row] = []
    for what in ("new", "corrected", "new broken", "corrected broken"):
        row: Row = {"1,000 new, and": {"new": "-", "new broken": "broken"}.get(what, what)}
        for how, key in (("clock", what), ("processor", f"processor {what}")):
            times = [each[key] for each in data]
            row[how] = round(max(times) / min(times), 2)
            row[f"{how}, smallest left out"] = round(max(times[1:] or times) / min(times[1:] or times), 2)
        row[f"flat within {FLAT}"] = _verdict(row["clock"], row["clock, smallest left out"])
        rows.append(row)
    return rows


def _verdict(ratio: Any, later: Any) -> str:  # noqa: ANN401
    return "yes" if ratio <= FLAT else "from the second size on" if later <= FLAT else "no"


def _apart(*words: object) -> Spent:
    """A task in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.evaluate", "--task", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr[-2000:]}")
    spent: Spent = json.loads(done.stdout.splitlines()[-1])
    return spent


def _task(what: str, *words: str) -> Spent:
    if what == "grow":
        grown(words[0], int(words[1]), int(words[2]), Path(words[3]))
        return {}
    if what == "count":
        spent = first_count(words[0])
    elif what == "evaluate":
        spent = evaluations(words[0], int(words[1]), int(words[2]), int(words[3]))
    else:
        spent = {"seconds": PEERS[words[0]](Path(words[1]))}
    return {**spent, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    """Run it."""
    options = parser(__doc__ or "")
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 5_000_000])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    options.add_argument(
        "--peer-limit",
        type=float,
        default=PEER_LIMIT_S,
        help="a library expected to take more seconds is left out",
    )
    options.add_argument("--task", nargs="+", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.task:
        sys.stdout.write(json.dumps(_task(*given.task)) + "\n")
        return
    if given.quick:
        given.sizes, given.rounds = [2_000, 4_000], 1
    began = time.perf_counter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anchorwatch-evaluate-")))
        databases = stack.enter_context(_databases(given.postgresql, folder))
        ours, peers, data = measure(databases, folder, given)
    where = "PostgreSQL" if given.postgresql else "SQLite"
    tables = [
        Table(
            f"one evaluation by outcomes stored, {where}",
            ours,
            [
                f"12 intents with an active anchor; medians of {given.rounds}, each of {NEW:,} fresh outcomes;"
                f" corrected: and {CORRECTED} random old outcomes given another label",
                "replayed: stored outcomes read again for those corrections; count: the first evaluation, of all"
                " that was added to the size above",
                f"broken: {BROKEN}, 1 % of the traffic, at a recall of .39 from here on, its page standing",
            ],
            data,
        ),
        Table(
            "how flat: the slowest size as a multiple of the quickest",
            flatness(data),
            [
                "the smallest size has less to replay than one correction needs at most; the processor's time"
                " tells what else went on on this machine",
            ],
        ),
        Table(
            "recall by intent over all rows, afresh, beside our evaluation of 1,000 new ones",
            peers,
            [
                "the rows are handed over in memory; median of 3, of 1 where one takes more than 5 s",
                f"-: more than {given.peer_limit:g} s to be expected, or the library is missing",
            ],
        ),
    ]
    packages = ["sqlalchemy", "psycopg", "evidently", "pandas", "scikit-learn", "polars"]
    notes = [] if "polars group-by" in PEERS else ["polars is missing: left out"]
    publish(Report("evaluate", tables, time.perf_counter() - began, given.quick, packages, notes), given)


if __name__ == "__main__":
    main()
