"""What an event costs in each format: CPU from a batch in memory to durable rows, beside the canonical one.

The predictions are those of benchmarks/ingest.py, written in each format, and ingested into a fresh SQLite database, in
turns. CPU of the process counts, so that what else the machine does does not. Files are read through, once for the
times in them and once for the events, and held against lines of canonical JSON.

    python -m benchmarks.formats
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.ingest_agent import NoLetters
from benchmarks.ingest_events import START, Memory, events
from benchmarks.report import Report, Row, Table, parser, publish
from connectors.files.events import FileSource
from connectors.formats.mapped_json import MappedJson
from connectors.sql.database import open_engine
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import upgrade
from monitor.app.collector import spare_the_collector
from monitor.domain.events.mapping.identity import IDENTITY
from monitor.domain.events.types import Kind, Partition, Record
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import EventDecoder, EventSource, MappedDecoder, Poll
from tests.connectors.formats.writing import avro_file
from tests.contract.formats import FORMATS

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


def cpu_us(source: EventSource, decoders: Mapping[str, EventDecoder], count: int, folder: Path) -> float:
    """Microseconds of CPU an event, from the source to durable rows."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".db") as file:
        engine = open_engine(f"sqlite:///{file.name}")
        upgrade(engine)
        agent = Ingest(
            source,
            IngestStore(engine, source.cluster_id, "bench"),
            NoLetters(),
            accept=[Kind.HUMAN],
            decoders=decoders,
            max_consecutive_rejects=1000,
            max_bytes=1_000_000,
            clock=lambda: START,
        )
        agent.step(0.0)
        began, seen = time.process_time(), 0
        while taken := agent.step(0.0).new:
            seen += taken
        took = time.process_time() - began
        engine.dispose()
    if seen != count:
        sys.exit(f"{sorted(decoders)}: {seen} of {count} came")
    return took / seen * 1e6


def written_files(
    predictions: Sequence[dict[str, Any]], folder: Path
) -> dict[str, tuple[str, MappedDecoder | None]]:
    """The same predictions as lines, as Parquet and as Avro, each with what reads it."""
    lines, rows, records = (str(folder / name) for name in ("a.jsonl", "a.parquet", "a.avro"))
    Path(lines).write_text("".join(json.dumps(each) + "\n" for each in predictions))
    typed = [{**each, "ts": datetime.fromisoformat(each["ts"])} for each in predictions]
    pq.write_table(pa.Table.from_pylist(typed), rows)
    Path(records).write_bytes(avro_file(predictions, "snappy"))
    mapped = MappedJson(IDENTITY["prediction"])
    return {"lines": (lines, None), "rows of Parquet": (rows, mapped), "records of Avro": (records, mapped)}


def costs_of(count: int, rounds: int) -> dict[str, list[float]]:
    """Microseconds of CPU an event, by format and round; each round has all of them."""
    made = (json.loads(value) for _, value in events(count, "uuid7", np.random.default_rng(1)))
    predictions = [event for event in made if event.pop("event") == "prediction"]
    written = {of.name: [of.write(event) for event in predictions] for of in FORMATS}
    costs: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = written_files(predictions, folder)
        for _ in range(rounds):
            for of in FORMATS:
                decoders = {PARTITION.topic: of.decoder} if of.decoder else {}
                source = Written(written[of.name], of.headers)
                costs.setdefault(of.name, []).append(cpu_us(source, decoders, len(predictions), folder))
            for what, (path, decoder) in files.items():
                mapped = {path: decoder} if decoder else {}
                source_of_files = FileSource([path], decoders=mapped)
                costs.setdefault(f"a file, {what}", []).append(
                    cpu_us(source_of_files, mapped, len(predictions), folder)
                )
    return costs


def rows_of(costs: Mapping[str, Sequence[float]]) -> list[Row]:
    """A row a format, beside canonical events of the same round; files beside a file of canonical lines."""
    rows: list[Row] = []
    for name, cost in costs.items():
        beside = "a file, lines" if name.startswith("a file") else "canonical"
        ratios = [each / canonical for each, canonical in zip(cost, costs[beside], strict=True)]
        rows.append(
            {
                "format": name,
                "us an event": round(statistics.median(cost), 1),
                "times": round(statistics.median(ratios), 2),
                "least to most": f"{min(ratios):.2f} to {max(ratios):.2f}",
                "least us": round(min(cost), 1),
                "of the least": round(min(cost) / min(costs[beside]), 2),
            }
        )
    return rows


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    options = parser(__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--events", type=int, default=40_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args(words)
    spare_the_collector()
    began = time.perf_counter()
    costs = costs_of(1_000, 1) if given.quick else costs_of(given.events, given.rounds)
    table = Table("CPU of an event in each format, beside canonical events", rows_of(costs))
    publish(Report("formats", [table], time.perf_counter() - began, given.quick), given)


if __name__ == "__main__":
    main()
