"""What a weekly report costs: a million labelled tickets of 150 intents over twelve weeks, on SQLite.

    python -m benchmarks.weekly [--json FILE]

Seconds of `anchorwatch report weekly`'s work (counting, judging what changed, the three files), in a process of its
own; the floor beside it, in the same run, is a plain pass of the database over the same rows. And the whole command,
which writes the three files, without Evidently's part: its seconds, imports and all, and the most memory it had.
"""

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

from benchmarks.command_runs import command_run
from benchmarks.outcome_rows import PART, insert_outcomes, outcome_row
from benchmarks.report import Report, Row, Table, parser, publish
from connectors.sql.anchors import AnchorStore
from connectors.sql.counters import put_counter
from connectors.sql.database import open_engine, writing
from connectors.sql.dialect import Dialect
from connectors.sql.migrate import upgrade
from connectors.sql.week_counts import of_completed, write_week_counts
from monitor.app.wiring import App
from monitor.domain.anchors.promise import Anchor, Measured, Promise, Provenance
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Model
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.report import WEEKS
from monitor.settings.settings import Settings
from reports.documents import weekly

MODEL, WEEK, INTENTS, RECALL, SEED = Model("tickets", "7"), Week(2026, 47), 150, 0.93, 7
PACKAGES, ROUNDS = ("sqlalchemy", "jinja2"), 3


def fill(url: str, outcomes: int) -> None:
    """So many labelled tickets, evenly over the weeks, and an anchor; judged once, as the agent would have."""
    engine = open_engine(url)
    upgrade(engine)
    begin = WEEK.before(WEEKS - 1).begin
    promises = {(f"intent_{i:03}", ""): Promise(Measured(RECALL, 200)) for i in range(INTENTS)}
    anchor = Anchor("a" * 64, MODEL, promises, Provenance("offline.json", "0" * 64, "benchmark", begin))
    AnchorStore(engine).add(anchor, [])
    AnchorStore(engine).activate(anchor, begin)
    rng = np.random.default_rng(SEED)
    step = timedelta(weeks=WEEKS) / outcomes
    for first in range(0, outcomes, PART):
        count = min(PART, outcomes - first)
        truth = rng.integers(0, INTENTS, count)
        predictions = np.where(rng.random(count) < RECALL, truth, (truth + 1) % INTENTS)
        rows = []
        for seq, label, predicted in zip(
            range(first + 1, first + count + 1), truth, predictions, strict=True
        ):
            names = (f"intent_{predicted:03}", f"intent_{label:03}")
            rows.append(outcome_row(seq, 1, to_us(begin + step * seq) - 1, *names))
        with writing(engine) as connection:
            sql = Dialect(connection)
            insert_outcomes(sql, rows)
            write_week_counts(sql, of_completed(rows))
            put_counter(sql, "outcome", first + count)
    app = App(Settings(database={"url": url}), engine)
    app.evaluate(by_event_time=True)
    app.close()


def spent(url: str, answers: Any) -> None:  # noqa: ANN401 - a queue
    """Seconds of the floor and of the report, from a process of its own."""
    app = App(Settings(database={"url": url}), open_engine(url))
    floors, ours, files = [], [], {}
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with app.engine.connect() as connection:
            connection.execute(
                text("SELECT intent, sum(predicted = intent), count(*) FROM outcome GROUP BY intent")
            ).all()
        floors.append(time.perf_counter() - began)
        began = time.perf_counter()
        files = weekly.files(app.weekly_reports.report(WEEK))
        ours.append(time.perf_counter() - began)
    sizes = {name.rpartition(".")[2]: len(content) // 1024 for name, content in files.items()}
    answers.put((float(np.median(floors)), float(np.median(ours)), sizes))


def main(words: Sequence[str] | None = None) -> int:
    """Fill, report, say what it took."""
    options = parser(__doc__.splitlines()[0] if __doc__ else "").parse_args(words)
    began, rows = time.monotonic(), []
    processes = multiprocessing.get_context("spawn")
    for outcomes in (10_000,) if options.quick else (100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'weekly.db'}"
            fill(url, outcomes)
            answers = processes.Queue()
            child = processes.Process(target=spent, args=(url, answers))
            child.start()
            floor, ours, sizes = answers.get()
            child.join()
            words = [
                "report",
                "weekly",
                "--week",
                str(WEEK),
                "--no-evidently",
                "--output",
                f"{folder}/report",
            ]
            run = command_run(words, url)
        row: Row = {
            "labelled tickets": outcomes,
            "intents": INTENTS,
            "report s": round(ours, 2),
            "one pass s": round(floor, 2),
            "ratio": round(ours / floor, 2),
            "command s": round(run.seconds, 2),
            "peak MiB": round(run.peak_mib),
            "HTML KiB": sizes["html"],
        }
        rows.append(row)
    publish(
        Report("weekly", [Table("A weekly report", rows)], time.monotonic() - began, options.quick, PACKAGES),
        options,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
