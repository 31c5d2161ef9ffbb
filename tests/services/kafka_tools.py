"""Write to and read from a real broker without the code under test."""

import uuid
from collections.abc import Sequence
from typing import Any

from connectors.kafka.client import kafka


def options(bootstrap: str) -> dict[str, Any]:
    """Client options with which the embedded broker lets a member join after one second instead of 25."""
    return {"bootstrap_servers": bootstrap, "session_timeout_ms": 2_000, "heartbeat_interval_ms": 300}


def new_name(prefix: str) -> str:
    """A topic or group that no other test uses."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def create_topic(bootstrap: str, topic: str, partitions: int = 1) -> None:
    """Create it and wait until it can be written to."""
    with kafka.KafkaAdminClient(bootstrap_servers=bootstrap) as admin:
        admin.create_topics({topic: {"num_partitions": partitions, "replication_factor": 1}})
        admin.wait_for_topics([topic])


def produce(bootstrap: str, topic: str, partition: int, rows: Sequence[dict[str, Any]]) -> None:
    """Write records (value, key, headers) to a partition, and wait until they are there."""
    with kafka.KafkaProducer(bootstrap_servers=bootstrap) as producer:
        sent = [producer.send(topic, partition=partition, **row) for row in rows]
        producer.flush()
        for future in sent:
            future.get(timeout=60)


def read_all(bootstrap: str, topic: str, partition: int = 0) -> list[Any]:
    """Every record that the partition holds now, as kafka-python gives them; not those that were taken back."""
    place = kafka.TopicPartition(topic, partition)
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    try:
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        end = consumer.end_offsets([place])[place]
        records: list[Any] = []
        while consumer.position(place) < end:
            records += consumer.poll(timeout_ms=500).get(place, [])
        return records
    finally:
        consumer.close()


def committed(bootstrap: str, group: str) -> dict[tuple[str, int], int]:
    """What the broker believes the group has read."""
    with kafka.KafkaAdminClient(bootstrap_servers=bootstrap) as admin:
        offsets = admin.list_group_offsets(group)
    offsets = offsets.get(group, offsets)
    return {(tp.topic, tp.partition): answer.offset for tp, answer in offsets.items()}
