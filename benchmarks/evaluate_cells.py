"""Time and memory of an evaluation over many cells: nothing new, 1,000 new outcomes, and a cell that is new.

One model with an active anchor, every intent as a whole and in 29 slice values (30 cells an intent), shares that fall
off as they do in practice (the k-th of 1,000 has a share of about 1/(k + 20)), labels of a uniform draw. The history is
written straight into the tables, so that every cell has outcomes; a process of its own counts it. Then another process
judges every minute, as an agent does, and is measured. A slice that is new takes its part of the money from its
siblings; what is said of it is the time of the evaluation in which it comes, and of the two after it.

Most of the time goes into counting the history. `python -m benchmarks.evaluate` is the same by outcomes stored.

    python -m benchmarks.evaluate_cells [--quick] [--postgresql] [--intents N ...] [--json FILE] [--markdown FILE]
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import numpy as np

from benchmarks.evaluate_cells_rows import (
    DAYS,
    PER_INTENT,
    SLICES,
    START,
    draw,
    drawn_values,
    names,
    write,
    write_traffic,
)
from benchmarks.evaluate_databases import Databases, _databases
from benchmarks.report import Report, Row, Table, parser, publish
from connectors.sql.anchors import AnchorStore
from connectors.sql.counters import JUDGED_AT, counter
from connectors.sql.database import open_engine
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.migrate import upgrade
from monitor.domain.anchors.promise import Anchor, Measured, Promise, Provenance
from monitor.domain.events.microseconds import HOUR_US, from_us, to_us
from monitor.domain.events.types import Model
from monitor.evaluate.evaluate import Evaluate
from monitor.settings.judging import SliceSettings
from monitor.settings.settings import Settings
from monitor.settings.storage import Limits

MODEL = Model("tickets", "7")
NEW = 1_000
SETTLED = 3  # evaluations until cells that are new are held to what they will be
WARM_UP = 3  # evaluations of a process before it is measured
SETTINGS = Settings(
    slices=tuple(SliceSettings(name=name, against="intent") for name in SLICES), limits=Limits(intents=2_000)
)
Spent = dict[str, float]


def main() -> None:
    """Run it."""
    options = parser(__doc__ or "")
    options.add_argument("--intents", type=int, nargs="+", default=[1_000])
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    options.add_argument("--task", nargs="+", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.task:
        sys.stdout.write(json.dumps(_task(*given.task)) + "\n")
        return
    if given.quick:
        given.intents, given.rounds = [5, 10], 1
    began = time.perf_counter()
    tables = [cells_table(given.intents, given.rounds, given.postgresql)]
    packages = ["sqlalchemy", "psycopg"]
    report = Report("evaluate_cells", tables, time.perf_counter() - began, given.quick, packages)
    publish(report, given)


def cells_table(intents: list[int], rounds: int, postgresql: bool) -> Table:
    """A row for each number of intents."""
    rows: list[Row] = []
    data: list[dict[str, object]] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anchorwatch-cells-")))
        databases = stack.enter_context(_databases(postgresql, folder))
        for count in intents:
            row, spent = _measure(databases, count, rounds)
            rows.append(row)
            data.append({"intents": count, **spent})
            sys.stderr.write(f"{json.dumps(row)}\n")
    return Table(
        f"one evaluation by cells, {'PostgreSQL' if postgresql else 'SQLite'}",
        rows,
        [
            f"medians of {rounds}, a minute apart, after {WARM_UP} to warm up; MiB: the peak of the process",
            f"history: {PER_INTENT} outcomes an intent over {DAYS} days; first: the first evaluation of the process",
        ],
        data,
    )


def _measure(databases: Databases, intents: int, rounds: int) -> tuple[Row, Spent]:
    url = databases.new()
    counted = _apart("history", url, intents)
    spent = {f"idle {key}": value for key, value in _apart("judge", url, intents, rounds, 0).items()}
    spent |= {f"new {key}": value for key, value in _apart("judge", url, intents, rounds, NEW).items()}
    databases.drop(url)
    row: Row = {
        "intents": f"{intents:,}",
        "cells": f"{int(spent['new cells']):,}",
        "count s": round(counted["seconds"], 1),
        "first s": round(spent["idle first"] / 1000, 2),
        "nothing new ms": round(spent["idle median"]),
        "processor ms": round(spent["idle processor"]),
        "MiB": round(spent["idle peak_mib"]),
        f"{NEW:,} new ms": round(spent["new median"]),
        "processor ms ": round(spent["new processor"]),
        "MiB ": round(spent["new peak_mib"]),
        "a new cell s": round(spent["new joined"], 1),
    }
    return row, spent


def history(url: str, intents: int) -> Spent:
    """A database in which every cell has outcomes, all of them counted; the seconds that the counting took."""
    engine = open_engine(url)
    upgrade(engine)
    promises = {(name, ""): Promise(Measured(0.93, 400)) for name in names(intents)}
    anchor = Anchor("a" * 64, MODEL, promises, Provenance("offline.json", "0" * 64, "benchmark", START))
    AnchorStore(engine).add(anchor, [])
    AnchorStore(engine).activate(anchor, START)
    rng = np.random.default_rng(22)
    total = PER_INTENT * intents
    truth = np.concatenate([np.repeat(np.arange(intents), 30), draw(intents, total - 30 * intents, rng)])
    values = drawn_values(total, rng)
    for name, most in SLICES.items():
        values[name][: 30 * intents] = np.arange(30 * intents) % most
    order = rng.permutation(total)
    truth, values = truth[order], {name: drawn[order] for name, drawn in values.items()}
    write(url, truth, values, rng, intents, first_us=to_us(START), step_us=DAYS * 24 * HOUR_US // total)
    write_traffic(url, intents)
    began = time.perf_counter()
    evaluate, counted_at = Evaluate(EvaluationStore(engine), SETTINGS), START + timedelta(days=DAYS, hours=1)
    evaluate(lambda _: counted_at)
    took = time.perf_counter() - began
    for _ in range(SETTLED):
        counted_at += timedelta(minutes=1)
        evaluate(lambda _: counted_at)  # noqa: B023 - called at once
    engine.dispose()
    return {"seconds": took}


def judge(url: str, intents: int, rounds: int, new: int) -> Spent:
    """Milliseconds of evaluations a minute apart, with so many `new` outcomes before each."""
    engine = open_engine(url)
    evaluate = Evaluate(EvaluationStore(engine), SETTINGS)
    rng = np.random.default_rng(new)
    times, worked = list[float](), list[float]()
    with engine.connect() as connection:
        now = from_us(counter(Dialect(connection), JUDGED_AT) or 0)
    for _ in range(1 + WARM_UP + rounds):
        now += timedelta(minutes=1)
        if new:
            first = to_us(now - timedelta(hours=1, minutes=1))
            write(
                url, draw(intents, new, rng), drawn_values(new, rng), rng, intents, first, 60_000_000 // new
            )
        began, began_work = time.perf_counter(), time.process_time()
        done = evaluate(lambda _: now)  # noqa: B023 - called at once
        times.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - began_work))
        assert done.outcomes == new, done
        before = done.cells
    peak_mib = _peak_mib()
    joined = 0.0
    if new:
        channel = {"channel": np.array([SLICES["channel"]])}
        write(url, np.array([0]), drawn_values(1, rng) | channel, rng, intents, to_us(now), 1)
        for _ in range(SETTLED):
            now += timedelta(minutes=1)
            began = time.perf_counter()
            done = evaluate(lambda _: now)  # noqa: B023 - called at once
            joined += time.perf_counter() - began
        assert done.cells > before, done
    engine.dispose()
    measured = times[1 + WARM_UP :]
    return {
        "cells": done.cells,
        "first": times[0],
        "median": statistics.median(measured),
        "most": max(measured),
        "processor": statistics.median(worked[1 + WARM_UP :]),
        "peak_mib": peak_mib,
        "joined": joined,
    }


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _apart(*words: object) -> Spent:
    """A task in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.evaluate_cells", "--task", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr[-2000:]}")
    spent: Spent = json.loads(done.stdout.splitlines()[-1])
    return spent


def _task(what: str, url: str, *numbers: str) -> Spent:
    return (history if what == "history" else judge)(url, *map(int, numbers))


if __name__ == "__main__":
    main()
