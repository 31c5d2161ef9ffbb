"""Dead letters to Kafka: rejected records in, the same bytes in `<topic>.dlq` out, with headers that say why.

The header names are Kafka's own (KIP-1191), so its tools and ours can both read them.
"""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.kafka.admin import ensure_topics
from connectors.kafka.client import Untyped, bootstrap_of, connect, kafka
from connectors.kafka.errors import explain_error, listening
from monitor.domain.events.types import DeadLetter
from monitor.errors import UnavailableError

MESSAGE_BYTES = 300
EXPIRY_GRACE_S = 5.0


class KafkaDeadLetters:
    """A `DeadLetters` on the cluster that `client` (kafka-python's options) names.

    It connects when the first letter comes, so an agent without the right to write runs until then.
    """

    def __init__(
        self, client: Mapping[str, Any], group: str, *, suffix: str = ".dlq", timeout_s: float = 10.0
    ) -> None:
        self._client = dict(client)
        self._group = group
        self._suffix = suffix
        self._timeout_s = timeout_s
        self._producer: Any = None
        self._topics: set[str] = set()

    def publish(self, letters: Sequence[DeadLetter]) -> None:
        """Send the letters and wait until every replica in sync has them."""
        if not letters:
            return
        with listening() as lines:
            try:
                self._prepare({self._topic(letter) for letter in letters})
                sent = [self._send(letter) for letter in letters]
                # kafka-python gives up on its own after the delivery timeout, and then holds nothing.
                self._producer.flush(timeout=self._timeout_s + EXPIRY_GRACE_S)
                for future in sent:
                    future.get(timeout=EXPIRY_GRACE_S)
            except kafka.errors.KafkaError as error:
                self._discard()
                why = explain_error(error, bootstrap_of(self._client), lines)
                raise UnavailableError(f"{len(letters)} dead letters could not be kept: {why}") from error

    def close(self) -> None:
        """Let go of the connection. May be called twice; a later letter connects again."""
        self._discard()

    def _topic(self, letter: DeadLetter) -> str:
        return letter.record.partition.topic + self._suffix

    def _prepare(self, topics: set[str]) -> None:
        if topics - self._topics:
            ensure_topics(self._client, sorted(topics - self._topics))
            self._topics |= topics
        if self._producer is None:
            ours = {
                "acks": "all",
                "key_serializer": None,
                "value_serializer": None,
                "max_block_ms": int(self._timeout_s * 1000),
                "delivery_timeout_ms": int(self._timeout_s * 1000),
                "request_timeout_ms": int(self._timeout_s * 500),
            }
            self._producer = connect(kafka.KafkaProducer, self._client, ours)

    def _send(self, letter: DeadLetter) -> Untyped:
        record = letter.record
        value = record.value
        if value is None and record.key is None:
            value = b""  # kafka-python does not send a record with neither
        return self._producer.send(
            self._topic(letter),
            value=value,
            key=record.key,
            headers=[*record.headers, *reasons(letter, self._group)],
        )

    def _discard(self) -> None:
        """After a failure the producer may still hold letters; a new one must not send them again, late."""
        producer, self._producer = self._producer, None
        self._topics.clear()
        if producer is not None:
            try:
                producer.close(timeout=1)
            except kafka.errors.KafkaError:
                # kafka-python 3.0.12 gives up closing while letters are on their way, and its thread goes on.
                producer._sender.force_close()
                with contextlib.suppress(kafka.errors.KafkaError):
                    producer.close(timeout=1)


def reasons(letter: DeadLetter, group: str) -> list[tuple[str, bytes]]:
    """The headers that say where the record lay, and why and when it was rejected."""
    record = letter.record
    texts = {
        "__dlq.errors.topic": record.partition.topic,
        "__dlq.errors.partition": str(record.partition.partition),
        "__dlq.errors.offset": str(record.offset),
        "__dlq.errors.group": group,
        "__dlq.errors.message": letter.detail,
        "x-anchorwatch-error-code": letter.code,
        "x-anchorwatch-failed-at": letter.failed_at.isoformat(),
    }
    return [(name, _cut(text)) for name, text in texts.items()]


def _cut(text: str) -> bytes:
    return text.encode("utf-8", "replace")[:MESSAGE_BYTES].decode("utf-8", "ignore").encode()
