"""Only what was committed counts: transactions that a producer took back, or has not ended."""

from collections.abc import Mapping, Sequence
from contextlib import closing

import pytest

from connectors.kafka.client import kafka
from monitor.domain.events.types import Partition, Record
from tests.contract.ingest.sources import KafkaPlace, drain, started
from tests.services.apache_kafka import ApacheKafka
from tests.services.kafka_tools import new_name


@pytest.fixture
def place(apache_kafka: ApacheKafka) -> KafkaPlace:
    return KafkaPlace(apache_kafka.bootstrap, partitions=1)


class Transactions:
    """A producer that writes whole transactions to a partition."""

    def __init__(self, place: KafkaPlace) -> None:
        self._partition = place.partitions[0]
        self.producer = kafka.KafkaProducer(
            bootstrap_servers=place.bootstrap, transactional_id=new_name("t"), enable_idempotence=True
        )
        self.producer.init_transactions()

    def begin(self, *values: bytes) -> None:
        self.producer.begin_transaction()
        for value in values:
            self.producer.send(self._partition.topic, partition=0, value=value)
        self.producer.flush()


def values(records: Mapping[Partition, Sequence[Record]]) -> list[bytes | None]:
    return [record.value for batch in records.values() for record in batch]


def test_records_of_a_transaction_that_was_aborted_are_not_delivered(place: KafkaPlace) -> None:
    with closing(Transactions(place).producer) as producer:
        for value, end in ((b"1", True), (b"taken back", False), (b"2", True), (b"taken back too", False)):
            producer.begin_transaction()
            producer.send(place.partitions[0].topic, partition=0, value=value)
            producer.flush()
            (producer.commit_transaction if end else producer.abort_transaction)()

    with closing(place.open()) as source:
        started(source)
        assert values(drain(source)) == [b"1", b"2"]
        assert source.drained()
        assert dict(source.lag()) == {place.partitions[0]: 0}


def test_a_transaction_that_is_open_holds_back_what_comes_after_it_and_nobody_waits_for_it(
    place: KafkaPlace,
) -> None:
    place.put(place.partitions[0], b"1")
    writing = Transactions(place)
    with closing(writing.producer):
        writing.begin(b"not yet")
        place.put(place.partitions[0], b"2")
        with closing(place.open()) as source:
            started(source)
            assert values(drain(source)) == [b"1"]
            assert source.drained()
            source.stalled(0.0, 1.0)
            assert source.stalled(1_000.0, 1.0) == []  # it can't be read by anybody, so nothing is stuck
            writing.producer.commit_transaction()
            received: list[bytes | None] = []
            for _ in range(50):
                received += values(source.poll(0.2).records)
                if len(received) == 2:
                    break
            assert received == [b"not yet", b"2"]
