"""Dead letters that the broker never takes as they are: shortened or reported, and nothing waits for them."""

from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from connectors.kafka.client import kafka
from connectors.kafka.dead_letters import KafkaDeadLetters
from monitor.domain.events.types import DeadLetter, Partition, Record
from tests.services.apache_kafka import ApacheKafka
from tests.services.kafka_tools import create_topic, new_name, read_all

AT = datetime(2026, 11, 22, tzinfo=UTC)


def letter(topic: str, offset: int, value: bytes, **more: object) -> DeadLetter:
    record = Record(Partition(topic, 0), offset, value, key=b"p-1", **more)  # type: ignore[arg-type]
    return DeadLetter(record, "too_large", "longer than allowed", AT)


@pytest.mark.parametrize("length", [1_048_400, 1_200_000, 3_000_000])
def test_a_letter_larger_than_the_broker_takes_is_kept_short(apache_kafka: ApacheKafka, length: int) -> None:
    topic = new_name("p")
    huge = b"x" * length
    with closing(KafkaDeadLetters({"bootstrap_servers": apache_kafka.bootstrap}, "g")) as letters:
        assert letters.publish([letter(topic, 7, huge), letter(topic, 8, b"oops")]) == {}
    short, whole = sorted(read_all(apache_kafka.bootstrap, f"{topic}.dlq"), key=lambda r: len(r.headers))[
        ::-1
    ]
    headers = dict(short.headers)
    assert (short.key, short.value) == (b"p-1", b"")
    assert headers["x-anchorwatch-value-bytes"] == str(length).encode()
    assert headers["x-anchorwatch-value-sha256"] == sha256(huge).hexdigest().encode()
    assert headers["__dlq.errors.offset"] == b"7"
    assert headers["x-anchorwatch-error-code"] == b"too_large"
    assert whole.value == b"oops"


def test_headers_larger_than_the_broker_takes_are_left_out_too(apache_kafka: ApacheKafka) -> None:
    topic = new_name("p")
    headers = (("n" * 1_200_000, b""),)
    with closing(KafkaDeadLetters({"bootstrap_servers": apache_kafka.bootstrap}, "g")) as letters:
        assert letters.publish([letter(topic, 1, b"oops", headers=headers)]) == {}
    (short,) = read_all(apache_kafka.bootstrap, f"{topic}.dlq")
    assert dict(short.headers)["x-anchorwatch-value-bytes"] == b"4"


def test_a_topic_whose_name_collides_holds_up_no_other_and_is_reported(apache_kafka: ApacheKafka) -> None:
    colliding, other = new_name("p"), new_name("q")
    create_topic(apache_kafka.bootstrap, f"{colliding}_dlq")  # to Kafka's metrics the same as p.dlq
    with closing(KafkaDeadLetters({"bootstrap_servers": apache_kafka.bootstrap}, "g")) as letters:
        for _ in range(2):
            unsent = letters.publish(
                [letter(colliding, 1, b"a"), letter(colliding, 2, b"b"), letter(other, 1, b"c")]
            )
            ((why, count),) = unsent.items()
            assert count == 2
            assert f"{colliding}.dlq: InvalidTopic" in why
    assert [record.value for record in read_all(apache_kafka.bootstrap, f"{other}.dlq")] == [b"c", b"c"]


def test_a_user_who_may_not_write_dead_letters_holds_up_nothing(
    monkeypatch: pytest.MonkeyPatch, apache_kafka: ApacheKafka
) -> None:
    topic = new_name("p")
    create_topic(apache_kafka.bootstrap, f"{topic}.dlq")
    with closing(KafkaDeadLetters({"bootstrap_servers": apache_kafka.bootstrap}, "g")) as letters:
        letters.publish([letter(topic, 1, b"a")])

        class Refused:
            def get(self, timeout: float) -> None:
                raise kafka.errors.TopicAuthorizationFailedError({f"{topic}.dlq"})

        monkeypatch.setattr(letters._producer, "send", lambda *_, **__: Refused())
        ((why, count),) = letters.publish([letter(topic, 2, b"b")]).items()
    assert (count, "TopicAuthorizationFailed" in why) == (1, True)
