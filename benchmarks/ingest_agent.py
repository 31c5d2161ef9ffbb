"""The agent's ingest with its parts on the clock."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Engine

from benchmarks.ingest_events import START, Memory
from connectors.kafka.source import KafkaSource
from connectors.sql.database import open_engine
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import upgrade
from monitor.app.collector import spare_the_collector
from monitor.app.wiring import take_turns
from monitor.domain.events.types import DeadLetter, Kind
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import EventSource, Poll

SESSION = {"session_timeout_ms": 6000, "heartbeat_interval_ms": 500}


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
        """Put decode, join and all of saving, which the join is part of, on the clock."""
        self._save_pending = clocked.around("save", self._save_pending)  # type: ignore[method-assign]
        decode = clocked.around("decode", self._decoding.decode)
        self._decoding = self._ahead._decoding = SimpleNamespace(decode=decode)  # type: ignore[assignment]
        self._join_all = clocked.around("join", self._join_all)  # type: ignore[method-assign]


class NoLetters:
    """No event here is rejected."""

    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        """Refuse any."""
        assert not letters, letters[0]
        return {}


def agent_of(source: EventSource, engine: Engine) -> ClockedIngest:
    """Ingest from this source into this database."""
    return ClockedIngest(
        source,
        IngestStore(engine, source.cluster_id, source.group),
        NoLetters(),
        accept=[Kind.HUMAN],
        max_consecutive_rejects=1000,
        max_bytes=1_000_000,
        clock=lambda: START,
    )


class Run(msgspec.Struct):
    """One agent's run: from its first batch to its last one saved, on a clock that all processes share.

    `cpu_s` is its own processor time, `shares` the parts of the time that were spent in each part of the work: reading
    and decoding the next batch go on beside saving, so together they may be more than all of it.
    """

    began: float
    ended: float
    cpu_s: float
    shares: dict[str, float]
    peak_mib: float = 0.0


def ingest(bootstrap: str, topics: Sequence[str], count: int, url: str, not_before: float = 0.0) -> Run:
    """Take in so many events of these topics; `not_before` is when others begin, too."""
    engine = open_engine(url)
    upgrade(engine)
    source = KafkaSource(
        dict.fromkeys(topics, "prediction"),
        f"bench-{uuid.uuid4()}",
        {"bootstrap_servers": bootstrap, **SESSION},
    )
    spare_the_collector()
    take_turns()
    clocked = Clocked()
    began, cpu = 0.0, 0.0
    seen = 0
    agent = agent_of(source, engine)
    agent.clock_parts(clocked)
    polled = source.poll

    def poll(timeout_s: float) -> Poll:
        nonlocal began, cpu
        before = time.perf_counter()
        batch = polled(timeout_s)
        if batch.records and not began:
            began, cpu = time.perf_counter(), time.process_time()
        elif began and batch.records:
            clocked.spent["poll"] = clocked.spent.get("poll", 0.0) + time.perf_counter() - before
        return batch

    source.poll = poll  # type: ignore[method-assign]
    while seen < count:
        taken = agent.step(0.5)
        assert not taken.trouble, taken.trouble
        if not taken.records and not began:  # its partitions are there by now
            time.sleep(max(not_before - time.perf_counter(), 0))
        seen += taken.records
    ended, cpu = time.perf_counter(), time.process_time() - cpu
    source.close()
    engine.dispose()
    return Run(began, ended, cpu, {part: spent / (ended - began) for part, spent in clocked.spent.items()})


def preload(count: int, ids: str, url: str) -> None:
    """Fill a database with a history, the way the agent would have."""
    engine = open_engine(url)
    upgrade(engine)
    spare_the_collector()
    take_turns()
    source = Memory(count, ids)
    agent = agent_of(source, engine)
    agent.step(0.0)
    while agent.step(0.0).records:
        pass
    engine.dispose()
