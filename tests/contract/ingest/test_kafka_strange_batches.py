"""Records that would hold up a partition for ever: what comes of them, and that what is behind them is read."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from connectors.kafka import batches
from connectors.kafka.client import kafka
from monitor.domain.events.types import Record, Unreadable
from tests.contract.ingest.sources import KafkaPlace, drain, started
from tests.services.apache_kafka import ApacheKafka


@pytest.fixture
def place(apache_kafka: ApacheKafka) -> KafkaPlace:
    return KafkaPlace(apache_kafka.bootstrap, partitions=2)


class NoUtf8(str):
    """The name of a header whose bytes are not UTF-8."""

    __slots__ = ()

    def encode(self, *_: object, **__: object) -> bytes:
        return b"tr\xff\xfe"


def send(place: KafkaPlace, rows: Sequence[dict[str, Any]], **options: Any) -> None:  # noqa: ANN401
    with closing(kafka.KafkaProducer(bootstrap_servers=place.bootstrap, **options)) as producer:
        for row in rows:
            producer.send(place.partitions[0].topic, partition=0, **row)
        producer.flush()


def read(place: KafkaPlace) -> list[Record]:
    with closing(place.open()) as source:
        started(source)
        records = drain(source)
        assert source.drained()
        assert source.unread() == ""
        return [record for batch in records.values() for record in batch]


def test_a_header_whose_name_is_no_utf8_is_spelled_out(place: KafkaPlace) -> None:
    send(place, [{"value": b"1"}, {"value": b"2", "headers": [(NoUtf8("x"), b"\xff")]}, {"value": b"3"}])
    records = read(place)
    assert [record.value for record in records] == [b"1", b"2", b"3"]
    assert records[1].headers == (("tr\\xff\\xfe", b"\xff"),)


@pytest.mark.parametrize("compression", ["gzip", "lz4", "zstd"])
def test_a_batch_that_unpacks_to_more_than_memory_should_hold_is_one_unreadable_record(
    place: KafkaPlace, compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "UNPACKED_MAX", 1_000_000)
    send(place, [{"value": b"1"}])
    bomb = {"compression_type": compression, "linger_ms": 2_000, "batch_size": 10_000_000}
    send(place, [{"value": b"x" * 900_000}] * 3, max_request_size=20_000_000, **bomb)
    send(place, [{"value": b"2"}], compression_type=compression)
    records = read(place)
    assert [record.value for record in records if not isinstance(record.value, Unreadable)] == [b"1", b"2"]
    (refused,) = [record for record in records if isinstance(record.value, Unreadable)]
    assert refused.offset == 3
    assert bytes(refused.value or b"") == b"a batch of 3 records that unpacks to more than 1,000,000 bytes"


@pytest.mark.parametrize("compression", ["gzip", "lz4", "zstd"])
def test_a_batch_within_the_limit_is_unpacked_as_ever(place: KafkaPlace, compression: str) -> None:
    values = [b"%d" % n * 1_000 for n in range(500)]
    send(place, [{"value": value} for value in values], compression_type=compression, linger_ms=100)
    assert [record.value for record in read(place)] == values


def test_a_partition_that_can_not_be_read_holds_up_no_other_and_is_reported(
    place: KafkaPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = place.partitions
    place.put(bad, b"1")
    place.put(good, b"2", b"3")
    unpack = kafka.record.default_records.DefaultRecordBatch.validate_crc
    monkeypatch.setattr(
        kafka.record.default_records.DefaultRecordBatch,
        "validate_crc",
        lambda batch: unpack(batch) and bytes(batch._buffer).find(b"\x021") < 0,
    )
    with closing(place.open()) as source:
        started(source)
        read: list[bytes | None] = []
        for _ in range(50):
            read += [record.value for batch in source.poll(0.1).records.values() for record in batch]
            source.resume()  # as every step of ingest does
            if source.unread() and len(read) == 2:
                break
        assert read == [b"2", b"3"]
        assert f"{bad.topic}[{bad.partition}]: " in source.unread()
        assert "checksum is wrong" in source.unread()
        assert not source.drained()
        assert source.lag()[bad] == 1
