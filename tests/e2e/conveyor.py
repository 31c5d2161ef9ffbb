"""Records sent through a broker that comes and goes; what it acknowledged is remembered."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from connectors.kafka.client import kafka
from tests.e2e.drafts import Sent, Topic
from tests.e2e.plans import Place

HANDFUL = 200


class Conveyor(threading.Thread):
    """Sends what is released, whatever becomes of the broker; remembers what was acknowledged, and where.

    A record whose sending failed is sent again, so it may be there twice.
    """

    def __init__(self, bootstrap: str, topics: Mapping[Topic, str], records: Sequence[Sent]) -> None:
        super().__init__(name="conveyor", daemon=True)
        self._servers = bootstrap
        self._topics = topics
        self._records = records
        self._halted = threading.Event()
        self._producer: Any = None
        self.released = 0
        self.sent = 0
        self.sent_again = 0
        self.acknowledged: dict[Place, bytes | None] = {}

    def run(self) -> None:
        while self.sent < len(self._records) and not self._halted.is_set():
            handful = self._records[self.sent : min(self.released, self.sent + HANDFUL)]
            if not handful:
                self._halted.wait(0.01)
                continue
            left: Sequence[Sent] = handful
            while left and not self._halted.is_set():
                failed = self._send(left)
                self.sent_again += len(failed)
                left = failed
            self.sent += len(handful)
        self._drop()

    def stop(self) -> None:
        """Leave the rest unsent."""
        self._halted.set()
        self.join(60)

    def _send(self, records: Sequence[Sent]) -> list[Sent]:
        """Send them in their order; those that may not have arrived."""
        futures: list[Any] = []
        with suppress(kafka.errors.KafkaError):
            if self._producer is None:
                self._producer = kafka.KafkaProducer(
                    bootstrap_servers=self._servers,
                    acks="all",
                    linger_ms=5,
                    max_block_ms=20_000,
                    request_timeout_ms=5_000,
                    delivery_timeout_ms=40_000,
                    bootstrap_timeout_ms=20_000,
                )
            for record in records:
                topic, headers = self._topics[record.topic], list(record.headers)
                futures.append(
                    self._producer.send(
                        topic, partition=record.partition, key=record.key, value=record.value, headers=headers
                    )
                )
            self._producer.flush(timeout=60)
        failed = list(records[len(futures) :])
        for record, future in zip(records, futures, strict=False):
            try:
                answer = future.get(timeout=1)
                self.acknowledged[Place(record.topic, answer.partition, answer.offset)] = record.value
            except kafka.errors.KafkaError:
                failed.append(record)
        if failed:
            self._drop()
            self._halted.wait(0.2)
        return [record for record in records if record in failed] if failed else []

    def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(kafka.errors.KafkaError):
                producer.close(timeout=2)
