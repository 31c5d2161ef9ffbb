"""Dead letters to Kafka: rejected records in, the same bytes in `<topic>.dlq` out, with headers that say why.

The header names are Kafka's own (KIP-1191), so its tools and ours can both read them.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from typing_extensions import override

from connectors.kafka.admin import ensure_topics
from connectors.kafka.client import Untyped, bootstrap_of, connect, kafka
from connectors.kafka.errors import explain_error, listening
from monitor.domain.events.types import DeadLetter
from monitor.errors import UnavailableError
from monitor.ingest.ports import DeadLetters

MESSAGE_BYTES = 300
SHORT_KEY_BYTES = 1_000
LARGEST_BYTES = 64 * 1024**2  # how large a letter may be is for the broker to say
EXPIRY_GRACE_S = 5.0
REFUSED_FOR_S = 600.0  # how long a topic that can't be had is not asked for again


class KafkaDeadLetters(DeadLetters):
    """A `DeadLetters` on the cluster that `client` (kafka-python's options) names.

    It connects when the first letter comes, so an agent without the right to write runs until then. A letter
    that the broker does not take is sent once more without its bytes and headers.
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
        self._refused: dict[
            str, tuple[str, float]
        ] = {}  # why a topic can't be had, and until when that holds

    @override
    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        unsent: Counter[str] = Counter()
        with listening() as lines:
            try:
                waiting = [letter for letter in letters if not self._no_topic(letter, unsent)]
                too_much = self._send_all(waiting, short=False)
                for _, why in self._send_all([letter for letter, _ in too_much], short=True):
                    unsent[why] += 1
            except kafka.errors.KafkaError as error:
                self._discard()
                why = explain_error(error, bootstrap_of(self._client), lines)
                raise UnavailableError(f"{len(letters)} dead letters could not be kept: {why}") from error
        return unsent

    def _no_topic(self, letter: DeadLetter, unsent: Counter[str]) -> bool:
        """Whether a letter's topic can't be had, for good: it may not be made, or not under this name."""
        topic = self._topic(letter)
        why, until = self._refused.get(topic, ("", 0.0))
        if time.monotonic() < until:
            unsent[why] += 1
            return True
        if topic in self._topics:
            return False
        try:
            ensure_topics(self._client, [topic])
        except UnavailableError as error:
            if not _final(error.__cause__):
                raise
            why = f"{topic}: {_reason(error.__cause__)}"
            self._refused[topic] = (why, time.monotonic() + REFUSED_FOR_S)
            unsent[why] += 1
            return True
        self._topics.add(topic)
        return False

    def _send_all(self, letters: Sequence[DeadLetter], *, short: bool) -> list[tuple[DeadLetter, str]]:
        """Send letters and wait; those that the broker will never take as they are, and why.

        Raises:
            KafkaError: trying again may help.
        """
        if not letters:
            return []
        self._connect()
        sent = [(letter, *self._send(letter, short=short)) for letter in letters]
        # kafka-python gives up on its own after the delivery timeout, and then holds nothing.
        self._producer.flush(timeout=self._timeout_s + EXPIRY_GRACE_S)
        refused = []
        for letter, future, why in sent:
            if future is None:
                refused.append((letter, why))
                continue
            try:
                future.get(timeout=EXPIRY_GRACE_S)
            except kafka.errors.KafkaError as error:
                if not _final(error):
                    raise
                refused.append((letter, f"{self._topic(letter)}: {_reason(error)}"))
        return refused

    def close(self) -> None:
        """Let go of the connection."""
        self._discard()

    def _topic(self, letter: DeadLetter) -> str:
        return letter.record.partition.topic + self._suffix

    def _connect(self) -> None:
        if self._producer is None:
            ours = {
                "acks": "all",
                # With it a letter that is refused takes those behind it along; twice the same letter is allowed.
                "enable_idempotence": False,
                "key_serializer": None,
                "value_serializer": None,
                "max_request_size": LARGEST_BYTES,
                "buffer_memory": 2 * LARGEST_BYTES,
                "max_block_ms": int(self._timeout_s * 1000),
                "delivery_timeout_ms": int(self._timeout_s * 1000),
                "request_timeout_ms": int(self._timeout_s * 500),
            }
            self._producer = connect(kafka.KafkaProducer, self._client, ours)

    def _send(self, letter: DeadLetter, *, short: bool) -> tuple[Untyped, str]:
        """What will tell whether it was taken; or None, and why it can't even be sent."""
        record = letter.record
        value, key, headers = record.value, record.key, [*record.headers]
        if short:
            value, key, headers = b"", (record.key or b"")[:SHORT_KEY_BYTES], _in_short(letter)
        if value is None and key is None:
            value = b""  # kafka-python does not send a record with neither
        try:
            future = self._producer.send(
                self._topic(letter), value=value, key=key, headers=[*headers, *reasons(letter, self._group)]
            )
        except (kafka.errors.MessageSizeTooLargeError, UnicodeError, AssertionError) as error:
            return None, f"{self._topic(letter)}: {_reason(error)}"
        return future, ""

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


def _final(error: BaseException | None) -> bool:
    """Whether the broker has refused, and would refuse again."""
    return isinstance(error, kafka.errors.BrokerResponseError) and not error.retriable


def _reason(error: BaseException | None) -> str:
    return f"{type(error).__name__.removesuffix('Error')} ({str(error)[:MESSAGE_BYTES]})"


def _in_short(letter: DeadLetter) -> list[tuple[str, bytes]]:
    """Headers that stand for a record that is left out."""
    value = letter.record.value or b""
    return [
        ("x-anchorwatch-value-bytes", str(len(value)).encode()),
        ("x-anchorwatch-value-sha256", sha256(value).hexdigest().encode()),
    ]


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
