"""Events to ingest: a fifth of the predictions labelled, on a topic with a single partition or from memory."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from types import MappingProxyType

import numpy as np

from connectors.kafka.admin import ensure_topics
from connectors.kafka.client import kafka
from monitor.domain.events.fields import LATEST
from monitor.domain.events.types import Partition, Record
from monitor.ingest.ports import Poll

INTENTS = [f"intent_{n}" for n in range(12)]
LABELLED = 0.2
START = datetime(2026, 11, 1, tzinfo=UTC)


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


def fill(bootstrap: str, topic: str, count: int, ids: str, seed: int, start: datetime = START) -> None:
    """Put the events on a topic with a single partition."""
    ensure_topics({"bootstrap_servers": bootstrap}, [topic])
    producer = kafka.KafkaProducer(bootstrap_servers=bootstrap, linger_ms=50, batch_size=262_144)
    for key, value in events(count, ids, np.random.default_rng(seed), start):
        producer.send(topic, key=key, value=value)
    producer.flush()
    producer.close()


class Memory:
    """A source of events that need no broker: the history that is there before the clock runs."""

    cluster_id, group, resumable = "memory", "bench", True

    def __init__(self, count: int, ids: str) -> None:
        self._events = events(count, ids, np.random.default_rng(2), START - timedelta(days=60))
        self._partition = Partition("history", 0)
        self._offset = 0
        self._announced = False

    def poll(self, timeout_s: float) -> Poll:
        """The next batch."""
        if not self._announced:
            self._announced = True
            return Poll(assigned=[self._partition])
        batch = [
            Record(self._partition, self._offset + n, value, "prediction", key)
            for n, (key, value) in enumerate(islice(self._events, 10_000))
        ]
        self._offset += len(batch)
        return Poll({self._partition: batch} if batch else {})

    def latest(self, _partition: Partition, _now: datetime, _future: timedelta) -> datetime:
        """Its events may be of any time."""
        return LATEST

    def incarnation(self, topic: str) -> str:
        """Memory is made once."""
        return ""

    def start(
        self,
        positions: Mapping[Partition, int | None],
        incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        """Nothing to do: the events are always read from their beginning."""

    def pause(self) -> None:
        """Never needed."""

    resume = rebuild = close = pause

    def commit(self, positions: Mapping[Partition, int]) -> None:
        """Nothing to do: no consumer group."""

    def unread(self) -> str:
        """Memory is always there."""
        return ""

    def lag(self) -> Mapping[Partition, int]:
        """Nobody asks."""
        return {}

    def stalled(self, now: float, after_s: float) -> Sequence[Partition]:
        """Never."""
        return []

    def drained(self) -> bool:
        """Nobody asks."""
        return False
