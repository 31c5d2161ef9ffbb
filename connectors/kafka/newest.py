"""The newest records of a topic, for a look at what it holds: no group, nothing committed, nothing kept."""

import time
from collections.abc import Mapping
from typing import Any

from connectors.kafka.client import bootstrap_of, connect, kafka
from connectors.kafka.errors import explain_error
from connectors.kafka.positions import bounds
from connectors.kafka.records import records_of
from monitor.domain.events.types import Partition, Record
from monitor.errors import UnavailableError

PATIENCE_S = 3.0


def newest_records(client: Mapping[str, Any], topic: str, kind: str, most: int) -> list[Record]:
    """At most so many of the last records of each partition, the newest first.

    Raises:
        UnavailableError: the broker is not there or refuses us.
    """
    consumer = connect(kafka.KafkaConsumer, client, {"group_id": None, "enable_auto_commit": False})
    try:
        tps = [kafka.TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        begins, ends = bounds(consumer, bootstrap_of(client), tps)
        filled = [tp for tp in tps if ends[tp] > begins[tp]]
        if not filled:
            return []
        consumer.assign(filled)
        for tp in filled:
            consumer.seek(tp, max(begins[tp], ends[tp] - most))
        records: list[Record] = []
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and any(consumer.position(tp) < ends[tp] for tp in filled):
            for tp, batch in consumer.poll(timeout_ms=200).items():
                records += records_of(Partition(topic, tp.partition), kind, batch)
        return sorted(records, key=lambda record: (record.timestamp_ms or 0, record.offset), reverse=True)[
            :most
        ]
    except kafka.errors.KafkaError as error:
        raise UnavailableError(explain_error(error, bootstrap_of(client))) from error
    finally:
        consumer.close()
