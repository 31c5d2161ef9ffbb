"""What only a broker's source promises: whole records, groups, what expired, what is missing."""

from contextlib import closing
from typing import Any

import pytest

from connectors.kafka.admin import missing_topics
from connectors.kafka.client import kafka
from connectors.kafka.source import KafkaSource
from monitor.domain.events.types import Partition
from monitor.errors import ConfigError, PositionError, UnavailableError
from tests.contract.ingest.members import Member
from tests.contract.ingest.sources import VALUES, KafkaPlace, drain, join, started
from tests.services.apache_kafka import Listeners
from tests.services.kafka_tools import committed, create_topic, new_name, options


def test_keys_headers_tombstones_and_times_are_kept(kafka_place: KafkaPlace) -> None:
    first = kafka_place.partitions[0]
    rows: list[dict[str, Any]] = [
        {
            "key": b"p-1",
            "value": b"{}",
            "headers": [("trace", b"\x00\xff")],
            "timestamp_ms": 1_763_000_000_000,
        },
        {"key": b"p-2", "value": None},
    ]
    kafka_place.put_rows(first, rows)

    with closing(kafka_place.open()) as source:
        started(source)
        whole, tombstone = drain(source)[first]

    assert (whole.key, whole.value, whole.headers) == (b"p-1", b"{}", (("trace", b"\x00\xff"),))
    assert whole.timestamp_ms == 1_763_000_000_000
    assert (tombstone.key, tombstone.value, tombstone.headers) == (b"p-2", None, ())


def test_the_broker_is_told_the_position_for_its_own_tools(kafka_place: KafkaPlace) -> None:
    first = kafka_place.partitions[0]
    kafka_place.put(first, *VALUES)
    with closing(kafka_place.open()) as source:
        started(source)
        drain(source)
        source.commit({first: 5, Partition("a topic of somebody else", 0): 7})

    assert committed(kafka_place.bootstrap, kafka_place.group) == {tuple(first): 5}


def test_a_position_beyond_the_end_says_how_to_mend_it_and_only_that_partition_is_named(
    kafka_place: KafkaPlace,
) -> None:
    first, second = kafka_place.partitions
    kafka_place.put(first, *VALUES)
    with closing(kafka_place.open()) as source:
        join(source)
        with pytest.raises(PositionError, match=r"recreated.*anchorwatch run --reset-positions"):
            source.start({first: 6, second: 0})
        assert list(source.unservable({first: 6, second: 0})) == [first]
        assert not source.poll(0.3).records


def test_records_that_expired_unread_are_reported_with_their_number(apache_kafka: Listeners) -> None:
    # The embedded broker keeps everything: it hangs up when it is asked to delete records.
    kafka_place = KafkaPlace(apache_kafka.bootstrap)
    first, second = kafka_place.partitions
    kafka_place.put(first, *VALUES)
    place = kafka.TopicPartition(*first)
    with kafka.KafkaAdminClient(bootstrap_servers=kafka_place.bootstrap) as admin:
        admin.delete_records({place: 3})
    with closing(kafka_place.open()) as source:
        join(source)
        with pytest.raises(PositionError, match="2 records expired unread"):
            source.start({first: 1, second: None})
        source.start({first: None, second: None})
        assert [record.offset for record in drain(source)[first]] == [3, 4]


def test_two_members_share_the_partitions_and_one_inherits_from_the_other(kafka_place: KafkaPlace) -> None:
    kafka_place.put(kafka_place.partitions[0], *VALUES)
    kafka_place.put(kafka_place.partitions[1], *VALUES)
    first, second = Member(kafka_place.open()), Member(kafka_place.open())
    first.wait_for(lambda: len(first.owned) == 1 and len(second.owned) == 1)
    assert first.owned | second.owned == set(kafka_place.partitions)

    second.leave()
    first.wait_for(lambda: len(first.owned) == 2)
    first.leave()

    assert not first.strays
    assert not second.strays


def test_a_member_without_partitions_is_drained(kafka_bootstrap: str) -> None:
    place = KafkaPlace(kafka_bootstrap, partitions=1)
    first, second = Member(place.open()), Member(place.open())
    first.wait_for(
        lambda: len(first.owned | second.owned) == 1 and first.source.drained() and second.source.drained()
    )
    first.leave()
    second.leave()


def test_a_partition_that_does_not_move_while_records_wait_is_stalled(kafka_place: KafkaPlace) -> None:
    first = kafka_place.partitions[0]
    kafka_place.put(first, *VALUES)
    kafka_place.put(first, *VALUES)
    with closing(kafka_place.open()) as source:
        started(source)
        assert source.stalled(now=100.0, after_s=60) == []
        assert source.stalled(now=159.0, after_s=60) == []
        assert source.stalled(now=160.0, after_s=60) == [first]
        drain(source)
        assert source.stalled(now=161.0, after_s=60) == []
        assert source.stalled(now=999.0, after_s=60) == []


def test_a_missing_topic_is_an_error_and_is_not_made(kafka_bootstrap: str) -> None:
    here, gone = new_name("here"), new_name("gone")
    create_topic(kafka_bootstrap, here)
    with pytest.raises(UnavailableError, match=f"no topic {gone}"):
        KafkaSource({here: "prediction", gone: "label"}, "group", options(kafka_bootstrap))
    assert missing_topics(options(kafka_bootstrap), [here, gone]) == [gone]


def test_an_option_that_kafka_python_lacks_is_a_configuration_error(kafka_bootstrap: str) -> None:
    client = {**options(kafka_bootstrap), "security_protocoll": "SSL", "ssl_cafile": "/no/such/file"}
    with pytest.raises(ConfigError) as caught:
        KafkaSource({"events": "prediction"}, "group", client)
    assert caught.value.problems == [
        "kafka.security_protocoll: kafka-python has no such option",
        "kafka.ssl_cafile: can't read the file /no/such/file",
    ]
