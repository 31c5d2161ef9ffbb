"""Events a second from a filled topic to durable outcomes, beside a bare kafka-python loop on the same topic.

One topic is filled once; then, in turns, a bare consumer polls it and drops what it gets, and the agent
ingests it into a fresh database. Reported is the ratio of each such pair: the bare loop is the floor below
which nothing goes, and a machine that others slow down slows both.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.ingest_agent import ingest, preload
from benchmarks.ingest_events import fill
from benchmarks.report import Report, Row, Table, parser, publish
from connectors.kafka.client import FETCH_BYTES, kafka
from connectors.kafka.embedded import EmbeddedBroker
from tests.services.apache_kafka import ApacheKafka
from tests.services.postgresql import PostgreSQL
from tests.services.require import Missing


def bare(bootstrap: str, topic: str, count: int, **more: int) -> float:
    """Seconds a bare kafka-python loop needs for so many records, from the first to the last.

    By itself it fetches as kafka-python does; with `more` as the agent does, four times as much at once.
    """
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=10_000,
        **more,
    )
    partition = kafka.TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek(partition, 0)
    seen, began = 0, 0.0
    while seen < count:
        batch = consumer.poll(timeout_ms=500)
        began = began or (time.perf_counter() if batch else 0.0)
        seen += sum(map(len, batch.values()))
    took = time.perf_counter() - began
    consumer.close()
    return took


@contextmanager
def broker(kind: str) -> Iterator[str]:
    """The broker to read from."""
    if kind == "embedded":
        with EmbeddedBroker() as embedded:
            yield embedded.bootstrap
    else:
        with ApacheKafka() as apache:
            yield apache.bootstrap


def measure(options: argparse.Namespace) -> Iterator[Row]:
    """One row a database and kind of id."""
    count = 20_000 if options.quick else options.events
    rounds = 1 if options.quick else options.rounds
    with ExitStack() as stack:
        bootstrap = stack.enter_context(broker(options.broker))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        databases: dict[str, Callable[[str | None], str]] = {"SQLite": lambda like: _sqlite(folder, like)}
        try:
            postgresql = stack.enter_context(PostgreSQL())
            databases["PostgreSQL"] = lambda like: postgresql.new_database(like or "template1")
        except Missing as why:
            options.notes.append(f"PostgreSQL left out: {why}")
        history = 10 * count
        for ids in ("uuid7", "uuid4"):
            fill(bootstrap, f"events-{ids}", count, ids, seed=1)
            for name, new in databases.items():
                for stored in (0, history):
                    like = None
                    if stored:
                        like = new(None)
                        _run("--preload", str(stored), ids, like)
                    floor: list[tuple[float, float]] = []
                    runs: list[Mapping[str, Any]] = []
                    for _ in range(rounds):
                        topic = f"events-{ids}"
                        alike = bare(bootstrap, topic, count, max_partition_fetch_bytes=FETCH_BYTES)
                        floor.append((bare(bootstrap, topic, count), alike))
                        runs.append(_apart(bootstrap, f"events-{ids}", count, new(like)))
                    yield _row(f"{name}, {stored:,} stored", ids, count, floor, runs)


def _sqlite(folder: Path, like: str | None) -> str:
    url = f"sqlite:///{folder / uuid.uuid4().hex}.db"
    if like:
        shutil.copy(like.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
    return url


def _apart(bootstrap: str, topic: str, count: int, url: str) -> Mapping[str, Any]:
    """One run in a process of its own, so that its peak memory is its own."""
    figures: Mapping[str, Any] = json.loads(
        _run("--task", bootstrap, topic, str(count), url).splitlines()[-1]
    )
    return figures


def _run(*words: str) -> str:
    command = [sys.executable, "-m", "benchmarks.ingest", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _row(
    name: str,
    ids: str,
    count: int,
    floor: Sequence[tuple[float, float]],
    runs: Sequence[Mapping[str, Any]],
) -> Row:
    ratios = sorted(alone / run["seconds"] for (alone, _), run in zip(floor, runs, strict=True))
    alike = [alone / run["seconds"] for (_, alone), run in zip(floor, runs, strict=True)]
    shares = {
        part: statistics.median(run["shares"][part] for run in runs)
        for part in ("poll", "decode", "join", "save")
    }
    return {
        "database": name,
        "ids": ids,
        "bare events/s": round(count / statistics.median(alone for alone, _ in floor)),
        "ours events/s": round(count / statistics.median(run["seconds"] for run in runs)),
        "ratio": round(statistics.median(ratios), 3),
        "least": round(ratios[0], 3),
        "most": round(ratios[-1], 3),
        "same fetch": round(statistics.median(alike), 3),
        "peak MiB": round(max(run["peak_mib"] for run in runs)),
        **{part: round(share, 2) for part, share in shares.items()},
    }


def main() -> None:
    """Run it."""
    options = parser(__doc__ or "")
    options.add_argument("--events", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--broker", choices=("kafka", "embedded"), default="kafka")
    options.add_argument("--task", nargs=4, help=argparse.SUPPRESS)
    options.add_argument("--preload", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.preload:
        stored, ids, url = given.preload
        preload(int(stored), ids, url)
        return
    if given.task:
        bootstrap, topic, count, url = given.task
        seconds, shares = ingest(bootstrap, topic, int(count), url)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(json.dumps({"seconds": seconds, "shares": shares, "peak_mib": peak}) + "\n")
        return
    given.notes = [
        f"a fifth of the predictions labelled; {given.broker} broker; medians, least and most of"
        f" {given.rounds} rounds; shares of the time in poll, decode, join and save"
    ]
    began = time.perf_counter()
    rows = list(measure(given))
    table = Table("from a filled topic to durable outcomes", rows)
    publish(
        Report(
            "ingest",
            [table],
            time.perf_counter() - began,
            given.quick,
            ["kafka-python", "crc32c", "msgspec", "sqlalchemy", "psycopg"],
            given.notes,
        ),
        given,
    )


if __name__ == "__main__":
    main()
