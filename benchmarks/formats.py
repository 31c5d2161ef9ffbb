"""What an event costs in each format: CPU from a batch in memory to durable rows, beside the canonical one.

The predictions are those of benchmarks/ingest.py, written in each format, and ingested into a fresh SQLite database, in
turns. CPU of the process counts, so that what else the machine does does not.

    python -m benchmarks.formats
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.ingest_agent import NoLetters
from benchmarks.ingest_events import START, Memory, events
from connectors.sql.database import open_engine
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import upgrade
from monitor.app.wiring import spare_the_collector
from monitor.domain.events.types import Kind, Partition, Record
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import Poll
from tests.contract.formats import FORMATS, RecordFormat

PARTITION = Partition("predictions", 0)


class Written(Memory):
    """A source of records that are all at hand."""

    def __init__(self, values: Sequence[bytes], headers: tuple[tuple[str, bytes], ...] = ()) -> None:
        super().__init__(0, "uuid7")
        self._headers = headers
        self._values: Iterator[bytes] = iter(values)
        self._begun = False
        self._at = 0

    def poll(self, timeout_s: float) -> Poll:
        """The next batch."""
        if not self._begun:
            self._begun = True
            return Poll(assigned=[PARTITION])
        batch = [
            Record(PARTITION, self._at + n, value, headers=self._headers)
            for n, value in enumerate(islice(self._values, 10_000))
        ]
        self._at += len(batch)
        return Poll({PARTITION: batch} if batch else {})


def cpu_us(of: RecordFormat, values: Sequence[bytes], folder: Path) -> float:
    """Microseconds of CPU an event."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".db") as file:
        engine = open_engine(f"sqlite:///{file.name}")
        upgrade(engine)
        source = Written(values, of.headers)
        agent = Ingest(
            source,
            IngestStore(engine, "memory", "bench"),
            NoLetters(),
            accept=[Kind.HUMAN],
            decoders={PARTITION.topic: of.decoder} if of.decoder else {},
            max_consecutive_rejects=1000,
            max_bytes=1_000_000,
            clock=lambda: START,
        )
        agent.step(0.0)
        began, seen = time.process_time(), 0
        while taken := agent.step(0.0).records:
            seen += taken
        took = time.process_time() - began
        engine.dispose()
    if seen != len(values):
        sys.exit(f"{of.name}: {seen} of {len(values)} came")
    return took / seen * 1e6


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=40_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    spare_the_collector()
    made = (json.loads(value) for _, value in events(given.events, "uuid7", np.random.default_rng(1)))
    predictions = [event for event in made if event.pop("event") == "prediction"]
    written = {of.name: [of.write(event) for event in predictions] for of in FORMATS}
    costs: dict[str, list[float]] = {of.name: [] for of in FORMATS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(given.rounds):
            for of in FORMATS:
                costs[of.name].append(cpu_us(of, written[of.name], Path(folder)))
    for name, cost in costs.items():
        ratios = [each / canonical for each, canonical in zip(cost, costs["canonical"], strict=True)]
        sys.stdout.write(
            f"{name}: {statistics.median(cost):.1f} us an event, {statistics.median(ratios):.2f} times the canonical"
            f" ({min(ratios):.2f} to {max(ratios):.2f})\n"
        )


if __name__ == "__main__":
    main()
