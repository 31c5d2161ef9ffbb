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
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from sqlalchemy import Engine

from benchmarks.report import Report, Row, Table, parser, publish
from connectors.kafka.admin import ensure_topics
from connectors.kafka.client import FETCH_BYTES, kafka
from connectors.kafka.embedded import EmbeddedBroker
from connectors.kafka.source import KafkaSource
from connectors.sql.database import open_engine
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import upgrade
from monitor.app.wiring import spare_the_collector
from monitor.domain.events.types import DeadLetter, Kind, Partition, Record
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import EventSource, Poll
from tests.services.apache_kafka import ApacheKafka
from tests.services.postgresql import PostgreSQL
from tests.services.require import Missing

INTENTS = [f"intent_{n}" for n in range(12)]
LABELLED = 0.2
START = datetime(2026, 11, 1, tzinfo=UTC)
SESSION = {"session_timeout_ms": 6000, "heartbeat_interval_ms": 500}


def events(
    count: int, ids: str, rng: np.random.Generator, start: datetime = START
) -> Iterator[tuple[bytes, bytes]]:
    """So many events, a fifth of the predictions labelled some time later, as (key, value)."""
    waiting: list[tuple[str, int]] = []
    made = 0
    number = 0
    while made < count:
        at = start + timedelta(milliseconds=250 * number)
        id_ = _uuid7(at, rng) if ids == "uuid7" else str(uuid.UUID(bytes=rng.bytes(16), version=4))
        intent = int(rng.integers(12))
        yield (
            id_.encode(),
            (
                f'{{"event":"prediction","prediction_id":"{id_}","ts":"{at.isoformat()}",'
                f'"model":{{"name":"tickets","version":"7","environment":"prod"}},'
                f'"predicted":{{"intent":"{INTENTS[intent]}","score":0.87}},'
                f'"slices":{{"channel":"email","tier":"pro"}}}}'
            ).encode(),
        )
        made += 1
        number += 1
        if rng.random() < LABELLED:
            waiting.append((id_, intent if rng.random() < 0.9 else int(rng.integers(12))))
        if len(waiting) > 2_000 and made < count:
            id_, intent = waiting.pop(int(rng.integers(len(waiting))))
            yield (
                id_.encode(),
                (
                    f'{{"event":"label","label_id":"{start:%j}-{made}","prediction_id":"{id_}",'
                    f'"intent":"{INTENTS[intent]}","labeled_at":"{at.isoformat()}",'
                    f'"sampling":{{"design":"uniform","probability":0.2}}}}'
                ).encode(),
            )
            made += 1


def _uuid7(at: datetime, rng: np.random.Generator) -> str:
    ms = int(at.timestamp() * 1000)
    tail = int.from_bytes(rng.bytes(10), "big")
    value = (ms << 80) | (0x7 << 76) | ((tail >> 4) & (0xFFF << 64)) | (0b10 << 62) | (tail & ((1 << 62) - 1))
    return str(uuid.UUID(int=value))


def fill(bootstrap: str, topic: str, count: int, ids: str, seed: int) -> None:
    """Put the events on a topic of one partition."""
    ensure_topics({"bootstrap_servers": bootstrap}, [topic])
    producer = kafka.KafkaProducer(bootstrap_servers=bootstrap, linger_ms=50, batch_size=262_144)
    for key, value in events(count, ids, np.random.default_rng(seed)):
        producer.send(topic, key=key, value=value)
    producer.flush()
    producer.close()


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


class Clocked:
    """Adds up the seconds spent in each part of the work."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def around(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, on the clock."""

        def timed(*args: Any, **named: Any) -> Any:  # noqa: ANN401
            began = time.perf_counter()
            try:
                return call(*args, **named)
            finally:
                self.spent[part] = self.spent.get(part, 0.0) + time.perf_counter() - began

        return timed


class ClockedIngest(Ingest):
    """The agent's ingest with its parts on the clock; a few calls a batch."""

    def clock_parts(self, clocked: Clocked) -> None:
        """Put decode and join on the clock."""
        self._decode_all = clocked.around("decode", self._decode_all)  # type: ignore[method-assign]
        self._join = clocked.around("join", self._join)  # type: ignore[method-assign]


class NoLetters:
    """No event here is rejected."""

    def publish(self, letters: Sequence[DeadLetter]) -> None:
        """Refuse any."""
        assert not letters, letters[0]


def _agent(source: EventSource, engine: Engine) -> ClockedIngest:
    return ClockedIngest(
        source,
        IngestStore(engine, source.cluster_id, source.group),
        NoLetters(),
        accept=[Kind.HUMAN],
        max_consecutive_rejects=1000,
        max_bytes=1_000_000,
        clock=lambda: START,
    )


def ingest(bootstrap: str, topic: str, count: int, url: str) -> tuple[float, dict[str, float]]:
    """Seconds the agent needs from its first batch to the last one saved, and where they went."""
    engine = open_engine(url)
    upgrade(engine)
    source = KafkaSource(
        {topic: "prediction"}, f"bench-{uuid.uuid4()}", {"bootstrap_servers": bootstrap, **SESSION}
    )
    spare_the_collector()
    clocked = Clocked()
    began = 0.0
    seen = 0
    agent = _agent(source, engine)
    agent.clock_parts(clocked)
    polled = source.poll

    def poll(timeout_s: float) -> Poll:
        nonlocal began
        before = time.perf_counter()
        found = polled(timeout_s)
        if found.records and not began:
            began = time.perf_counter()
        elif began:
            clocked.spent["poll"] = clocked.spent.get("poll", 0.0) + time.perf_counter() - before
        return found

    source.poll = poll  # type: ignore[method-assign]
    while seen < count:
        taken = agent.step(0.5)
        assert not taken.trouble, taken.trouble
        seen += taken.records
    took = time.perf_counter() - began
    source.close()
    engine.dispose()
    shares = {part: spent / took for part, spent in clocked.spent.items()}
    shares["save"] = 1 - sum(shares.values())
    return took, shares


class Memory:
    """A source of events that need no broker: the history that is there before the clock runs."""

    cluster_id, group, resumable = "memory", "bench", True

    def __init__(self, count: int, ids: str) -> None:
        self._events = events(count, ids, np.random.default_rng(2), START - timedelta(days=60))
        self._partition = Partition("history", 0)
        self._offset = 0
        self._told = False

    def poll(self, timeout_s: float) -> Poll:
        """The next batch."""
        if not self._told:
            self._told = True
            return Poll(assigned=[self._partition])
        batch = [
            Record(self._partition, self._offset + n, value, "prediction", key)
            for n, (key, value) in enumerate(islice(self._events, 10_000))
        ]
        self._offset += len(batch)
        return Poll({self._partition: batch} if batch else {})

    def incarnation(self, topic: str) -> str:
        """Memory is made once."""
        return ""

    def start(
        self,
        positions: Mapping[Partition, int | None],
        incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        """There is only one place to begin."""

    def pause(self) -> None:
        """Never needed."""

    resume = rebuild = close = pause

    def commit(self, positions: Mapping[Partition, int]) -> None:
        """There is nobody to tell."""

    def lag(self) -> Mapping[Partition, int]:
        """Nobody asks."""
        return {}

    def stalled(self, now: float, after_s: float) -> Sequence[Partition]:
        """Never."""
        return []

    def drained(self) -> bool:
        """Nobody asks."""
        return False


def preload(count: int, ids: str, url: str) -> None:
    """Fill a database with a history, the way the agent would have."""
    engine = open_engine(url)
    upgrade(engine)
    spare_the_collector()
    source = Memory(count, ids)
    agent = _agent(source, engine)
    agent.step(0.0)
    while agent.step(0.0).records:
        pass
    engine.dispose()


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
    found: Mapping[str, Any] = json.loads(_run("--one", bootstrap, topic, str(count), url).splitlines()[-1])
    return found


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
    options.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options.add_argument("--preload", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.preload:
        stored, ids, url = given.preload
        preload(int(stored), ids, url)
        return
    if given.one:
        bootstrap, topic, count, url = given.one
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
