"""The agent's ingest with its parts on the clock."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine

from benchmarks.ingest_events import START, Memory
from connectors.kafka.source import KafkaSource
from connectors.sql.database import open_engine
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import upgrade
from monitor.app.wiring import spare_the_collector
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
        """Put decode and join on the clock."""
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


def ingest(bootstrap: str, topic: str, count: int, url: str) -> tuple[float, dict[str, float]]:
    """Seconds from the agent's first batch to its last one saved, and where they went."""
    engine = open_engine(url)
    upgrade(engine)
    source = KafkaSource(
        {topic: "prediction"}, f"bench-{uuid.uuid4()}", {"bootstrap_servers": bootstrap, **SESSION}
    )
    spare_the_collector()
    clocked = Clocked()
    began = 0.0
    seen = 0
    agent = agent_of(source, engine)
    agent.clock_parts(clocked)
    polled = source.poll

    def poll(timeout_s: float) -> Poll:
        nonlocal began
        before = time.perf_counter()
        batch = polled(timeout_s)
        if batch.records and not began:
            began = time.perf_counter()
        elif began:
            clocked.spent["poll"] = clocked.spent.get("poll", 0.0) + time.perf_counter() - before
        return batch

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


def preload(count: int, ids: str, url: str) -> None:
    """Fill a database with a history, the way the agent would have."""
    engine = open_engine(url)
    upgrade(engine)
    spare_the_collector()
    source = Memory(count, ids)
    agent = agent_of(source, engine)
    agent.step(0.0)
    while agent.step(0.0).records:
        pass
    engine.dispose()
