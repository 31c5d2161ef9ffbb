"""The contract of `monitor.ports.DeadLetters`, on both brokers and on a file."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from connectors.files.events import FileDeadLetters
from connectors.kafka.client import Untyped
from connectors.kafka.dead_letters import KafkaDeadLetters
from connectors.kafka.embedded import EmbeddedBroker
from monitor.domain.events.types import DeadLetter, Partition, Record
from monitor.errors import UnavailableError
from monitor.ingest.ports import DeadLetters
from tests.services.apache_kafka import Listeners
from tests.services.kafka_tools import new_name, read_all

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Kept(NamedTuple):
    """A dead letter as it lies there."""

    value: bytes | None
    key: bytes | None
    headers: list[tuple[str, bytes]]
    code: str
    detail: str
    offset: int
    failed_at: str


class Morgue(Protocol):
    """A place for dead letters that a test can look into."""

    @property
    def letters(self) -> DeadLetters:
        """What is under test."""

    def kept(self, topic: str) -> list[Kept]:
        """What lies there."""


class KafkaMorgue:
    """The dead-letter topics of a broker."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self.letters = KafkaDeadLetters({"bootstrap_servers": bootstrap}, "anchorwatch")

    def kept(self, topic: str) -> list[Kept]:
        """Tells our headers from those the record came with."""
        return [_kept(record) for record in read_all(self.bootstrap, f"{topic}.dlq")]


class FileMorgue:
    """A file of JSON lines."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "dead.jsonl"
        self.letters = FileDeadLetters(str(self.path))

    def kept(self, topic: str) -> list[Kept]:
        """Decodes the file by hand."""
        rows = [json.loads(line) for line in self.path.read_text().splitlines()]
        return [
            Kept(
                _bytes(row["value"]),
                _bytes(row["key"]),
                [(name, base64.b64decode(value)) for name, value in row["headers"]],
                row["code"],
                row["detail"],
                row["offset"],
                row["failed_at"],
            )
            for row in rows
            if row["topic"] == topic
        ]


@pytest.fixture(params=["embedded_broker", "apache_kafka", "file"])
def morgue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Morgue]:
    if request.param == "file":
        yield FileMorgue(tmp_path)
        return
    broker: EmbeddedBroker | Listeners = request.getfixturevalue(request.param)
    morgue = KafkaMorgue(broker.bootstrap)
    with closing(morgue.letters):
        yield morgue


def letter(
    topic: str,
    offset: int,
    value: bytes | None,
    *,
    key: bytes | None = None,
    headers: tuple[tuple[str, bytes], ...] = (),
    detail: str = "no prediction_id",
) -> DeadLetter:
    record = Record(Partition(topic, 2), offset, value, "prediction", key, headers)
    return DeadLetter(record, "schema_invalid", detail, NOON)


def test_letters_keep_their_bytes_key_and_headers_and_say_why(morgue: Morgue) -> None:
    topic = new_name("events")
    raw = b'\xff{"half": '

    morgue.letters.publish(
        [
            letter(topic, 7, raw, key=b"p-1", headers=(("trace", b"\x00\x01"),)),
            letter(topic, 9, b"", detail="empty"),
        ]
    )

    assert morgue.kept(topic) == [
        Kept(
            raw,
            b"p-1",
            [("trace", b"\x00\x01")],
            "schema_invalid",
            "no prediction_id",
            7,
            "2026-11-23T12:00:00+00:00",
        ),
        Kept(b"", None, [], "schema_invalid", "empty", 9, "2026-11-23T12:00:00+00:00"),
    ]


def test_a_second_batch_adds_to_the_first_and_none_is_fine(morgue: Morgue) -> None:
    topic = new_name("events")
    morgue.letters.publish([letter(topic, 1, b"a")])
    morgue.letters.publish([])
    morgue.letters.publish([letter(topic, 2, b"b")])

    assert [kept.value for kept in morgue.kept(topic)] == [b"a", b"b"]


def test_a_record_with_neither_key_nor_value_is_kept_too(morgue: Morgue) -> None:
    topic = new_name("events")
    morgue.letters.publish([letter(topic, 1, None)])

    assert [kept.value or b"" for kept in morgue.kept(topic)] == [b""]


def test_kafka_headers_have_the_names_of_kip_1191_and_a_long_message_is_cut(kafka_bootstrap: str) -> None:
    topic = new_name("events")
    with closing(KafkaDeadLetters({"bootstrap_servers": kafka_bootstrap}, "watchers")) as letters:
        letters.publish([letter(topic, 41, b"x", detail="é" * 1_000)])

    (record,) = read_all(kafka_bootstrap, f"{topic}.dlq")
    assert dict(record.headers) == {
        "__dlq.errors.topic": topic.encode(),
        "__dlq.errors.partition": b"2",
        "__dlq.errors.offset": b"41",
        "__dlq.errors.group": b"watchers",
        "__dlq.errors.message": "é".encode() * 150,
        "x-anchorwatch-error-code": b"schema_invalid",
        "x-anchorwatch-failed-at": b"2026-11-23T12:00:00+00:00",
    }


@pytest.mark.usefixtures("refused")
def test_a_broker_that_has_gone_is_reported_and_the_letters_are_not_called_kept() -> None:
    with EmbeddedBroker() as broker:
        client = {"bootstrap_servers": broker.bootstrap, "bootstrap_timeout_ms": 1_000}
        letters = KafkaDeadLetters(client, "watchers", timeout_s=2)
        letters.publish([letter("events", 1, b"x")])
    with pytest.raises(UnavailableError, match="2 dead letters could not be kept: nothing listens at"):
        letters.publish([letter("events", 2, b"x"), letter("events", 3, b"x")])
    letters.close()
    letters.close()
    assert not [thread for thread in threading.enumerate() if "producer" in thread.name.lower()]


def test_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="1 dead letters could not be written"):
        FileDeadLetters(str(tmp_path / "no" / "folder")).publish([letter("events", 1, b"x")])


def _kept(record: Untyped) -> Kept:
    ours = {
        name: value.decode() for name, value in record.headers if name.startswith(("__dlq", "x-anchorwatch"))
    }
    theirs = [(name, value) for name, value in record.headers if name not in ours]
    return Kept(
        record.value,
        record.key,
        theirs,
        ours["x-anchorwatch-error-code"],
        ours["__dlq.errors.message"],
        int(ours["__dlq.errors.offset"]),
        ours["x-anchorwatch-failed-at"],
    )


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
