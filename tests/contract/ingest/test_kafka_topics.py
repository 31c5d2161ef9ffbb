"""A topic that somebody deletes under a running agent."""

import time
from contextlib import closing

import pytest

from connectors.kafka.admin import missing_topics
from connectors.kafka.client import kafka
from connectors.kafka.source import KafkaSource
from monitor.errors import UnavailableError
from tests.contract.ingest.sources import started
from tests.services.apache_kafka import ApacheKafka
from tests.services.kafka_tools import create_topic, new_name, options, produce


def delete(bootstrap: str, *topics: str) -> None:
    with kafka.KafkaAdminClient(bootstrap_servers=bootstrap) as admin:
        admin.delete_topics(list(topics))


def test_a_deleted_topic_stays_deleted_and_is_reported_while_the_other_is_read(
    apache_kafka: ApacheKafka,
) -> None:
    bootstrap = apache_kafka.bootstrap  # whose auto.create.topics.enable is on, as Kafka's is
    staying, going = new_name("staying"), new_name("going")
    for topic in (staying, going):
        create_topic(bootstrap, topic)
        produce(bootstrap, topic, 0, [{"value": b"1"}])
    client = options(bootstrap) | {"metadata_max_age_ms": 1_000}
    with closing(KafkaSource({staying: "prediction", going: "label"}, new_name("g"), client)) as source:
        started(source)
        delete(bootstrap, going)
        produce(bootstrap, staying, 0, [{"value": b"2"}])
        read: list[bytes | None] = []
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (source.unread() and b"2" in read):
            read += [record.value for batch in source.poll(0.2).records.values() for record in batch]
        assert f"no longer has the topic {going}: it was deleted" in source.unread()
        assert b"2" in read
        assert missing_topics(bootstrap_options := {"bootstrap_servers": bootstrap}, [staying, going]) == [
            going
        ]

        delete(bootstrap, staying)
        with pytest.raises(UnavailableError, match="it was deleted"):  # noqa: PT012 - when the broker has done it
            for _ in range(200):
                source.poll(0.2)
        assert missing_topics(bootstrap_options, [staying, going]) == [staying, going]
