"""A simulated year, as quick as the machine allows: do memory and database grow as docs/operations.md says?

`python -m tests.e2e.year --events 10000000 [--database URL]` is the long run; tests/e2e/test_year.py is a short one.
Every clock is the simulated one. Each day events come in and are judged, and notices are sent; each week what is old is
dropped (`schedule.retention_hours: 168`), and it is measured.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from connectors.sql.anchors import AnchorStore
from connectors.sql.database import open_engine
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import upgrade
from connectors.sql.old_hours import fold_old_hours
from connectors.sql.old_notices import drop_old_notices
from connectors.sql.outbox import Outbox
from connectors.sql.retention import drop_old_predictions
from connectors.sql.silences import SilenceStore
from monitor.app.collector import spare_the_collector
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import DeadLetter, Kind, Model, Partition, Record
from monitor.evaluate.evaluate import Evaluate
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import Poll
from monitor.settings.settings import Settings
from tests.e2e.growth import (
    MB,
    TABLES,
    Measure,
    bytes_an_outcome,
    lost_or_doubled,
    memory_growth,
    too_much,
)
from tests.e2e.year_events import BEGIN, DAYS, INTENTS, RARE, Year
from tests.fakes.source import FakeSource

KINDS = {"predictions": "prediction", "labels": "label"}
SETTINGS: Mapping[str, Any] = {
    "anchor": {"treat_as": "promise"},
    "slices": ({"name": "channel", "cap": 3},),
    "limits": {"intents": 60},
    "watch": {"intents": (RARE,)},
}


class Today(FakeSource):
    """Holds a day's records only, at offsets that go on."""

    def __init__(self) -> None:
        super().__init__(*(Partition(topic, 0) for topic in KINDS), max_records=20_000)
        self._passed = {Partition(topic, 0): 0 for topic in KINDS}

    def fill(self, lines: Sequence[tuple[str, bytes]]) -> None:
        """The day's records; those of the day before are forgotten."""
        for partition in self.logs:
            self._passed[partition] += len(self.logs[partition])
            self.logs[partition] = []
        for topic, value in lines:
            partition = Partition(topic, 0)
            log = self.logs[partition]
            log.append(Record(partition, self._passed[partition] + len(log), value, KINDS[topic]))

    def left(self) -> bool:
        """Whether any of the day's records was not delivered yet."""
        ends = {partition: self._passed[partition] + len(log) for partition, log in self.logs.items()}
        return any(self._next.get(partition, -1) < end for partition, end in ends.items())

    def commit(self, positions: Mapping[Partition, int]) -> None:
        """Nobody asks for it."""

    def poll(self, timeout_s: float) -> Poll:
        """Up to so many records of each topic."""
        if self._assigned:
            return super().poll(timeout_s)
        records = {}
        for partition, log in self.logs.items():
            begin = self._next[partition] - self._passed[partition]
            if batch := log[begin : begin + self.max_records]:
                records[partition] = batch
                self._next[partition] += len(batch)
        return Poll(records)


class Nowhere:
    """Takes every dead letter."""

    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        """All are kept."""
        return {}


class Desk:
    """An agent on a database, and the year that it goes through."""

    def __init__(self, url: str, events: int, predictions_days: int = 90) -> None:
        self.engine: Engine = open_engine(url)
        upgrade(self.engine)
        self.year = Year(events)
        self.source = Today()
        self.now = BEGIN
        self.settings = Settings(**SETTINGS, retention={"predictions_days": predictions_days})
        store = IngestStore(self.engine, "year", "year", self.settings.limits.intents)
        self.ingest = Ingest(
            self.source,
            store,
            Nowhere(),
            accept=[Kind.HUMAN],
            max_consecutive_rejects=1_000,
            max_bytes=1_000_000,
            clock=lambda: self.now,
        )
        self._evaluate = Evaluate(EvaluationStore(self.engine), self.settings)
        self._outbox = Outbox(self.engine)
        self.events = 0

    def live(self, day: int) -> None:
        """A day of it."""
        self.now = BEGIN + timedelta(days=day)
        released = self.year.release(day)
        if released is not None:
            self._anchor(released)
        if day % 28 == 7:
            SilenceStore(self.engine).add(
                {"intent": RARE}, "ann", "maintenance", self.now, self.now + timedelta(days=2)
            )
        self._take(list(self.year.day(day)))
        self.now += timedelta(days=1)
        self.evaluate()
        while (due := self._outbox.claim(self.now)) is not None:
            self._outbox.sent(due, self.now)

    def retain(self) -> None:
        """Drop and fold what is old."""
        drop_old_predictions(self.engine, self.now, self.settings.retention.predictions_days)
        fold_old_hours(self.engine, self.now, self.settings.retention.predictions_days)
        drop_old_notices(self.engine, self.now, self.settings.retention.notices_days)

    def evaluate(self) -> float:
        """Judge what is new; the seconds it took."""
        began = time.perf_counter()
        self._evaluate(lambda _: self.now)
        return time.perf_counter() - began

    def _take(self, lines: Sequence[tuple[str, bytes]]) -> None:
        self.source.fill(lines)
        self.events += len(lines)
        while self.source.left():
            self.ingest.step(0.0)

    def _anchor(self, model: Model) -> None:
        promises = {(intent, ""): Promise(Measured(0.92, 200)) for intent in [*INTENTS, RARE]}
        anchor = build(model, promises, Provenance("year.csv", model.version.rjust(64, "0"), "csv", self.now))
        store = AnchorStore(self.engine)
        store.add(anchor, [])
        store.activate(anchor, self.now)

    def measure(self, day: int) -> Measure:
        """How things stand at a day's end."""
        idle = self.evaluate()
        gc.collect()
        with self.engine.connect() as connection:
            rows = {
                table: int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
                for table in TABLES
            }
            if self.engine.dialect.name == "postgresql":
                size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
            else:
                pages = connection.execute(text("PRAGMA page_count")).scalar_one()
                free = connection.execute(text("PRAGMA freelist_count")).scalar_one()
                size = (pages - free) * connection.execute(text("PRAGMA page_size")).scalar_one()
        return Measure(day + 1, self.events, _resident(), int(size), idle, rows)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def run(
    url: str,
    events: int,
    days: int = DAYS,
    tell: Callable[[Measure], object] = lambda _: None,
    predictions_days: int = 90,
) -> tuple[Desk, list[Measure]]:
    """Go through a year of so many events, or its first days; a measure for each week."""
    spare_the_collector()
    desk = Desk(url, events, predictions_days)
    measures = []
    for day in range(days):
        desk.live(day)
        if day % 7 == 6:
            desk.retain()
            measures.append(desk.measure(day))
            tell(measures[-1])
    return desk, measures


def main() -> int:
    """Run it; 1 if anything was lost, counted twice, or grew more than it says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--database", default="")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anchorwatch-year-") as folder:
        url = words.database or f"sqlite:///{folder}/year.db"
        began = time.monotonic()
        desk, measures = run(url, words.events, tell=lambda measure: sys.stderr.write(f"{measure}\n"))
        wrong = [*lost_or_doubled(desk.engine, desk.year.expected), *too_much(measures)]
        sys.stdout.write(
            f"{measures[-1]}\n{bytes_an_outcome(measures):,.0f} bytes an outcome; memory grew by"
            f" {memory_growth(measures) / MB:.1f} MB in the second half; {time.monotonic() - began:.0f} s;"
            f" {'; '.join(wrong) or 'as the table says'}\n"
        )
        desk.engine.dispose()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
