"""The contract of `monitor.ports.EventSource`, on the embedded broker, Apache Kafka and files."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from connectors.kafka.admin import missing_topics
from connectors.kafka.client import kafka
from connectors.kafka.embedded import EmbeddedBroker
from connectors.kafka.source import KafkaSource
from monitor.domain.events.types import Partition, Record
from monitor.errors import ConfigError, PositionError, UnavailableError
from monitor.ingest.ports import EventSource
from tests.contract.sources import FilePlace, KafkaPlace, Place, drain, gather, join, started
from tests.services.apache_kafka import ApacheKafka
from tests.services.kafka_tools import committed, create_topic, new_name, options

VALUES = [b'{"n":%d}' % number for number in range(5)]


@pytest.fixture(params=["embedded_broker", "apache_kafka", "files"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "files":
        return FilePlace(tmp_path)
    broker: EmbeddedBroker | ApacheKafka = request.getfixturevalue(request.param)
    return KafkaPlace(broker.bootstrap)


@pytest.fixture
def kafka_place(kafka_bootstrap: str) -> KafkaPlace:
    return KafkaPlace(kafka_bootstrap)


@pytest.fixture
def filled(place: Place) -> Place:
    place.put(place.partitions[0], *VALUES)
    place.put(place.partitions[1], *VALUES[:2])
    return place


@pytest.fixture
def source(filled: Place) -> Iterator[EventSource]:
    with closing(filled.open()) as source:
        yield source


def test_records_come_in_order_from_the_oldest_and_nothing_comes_before_start(
    filled: Place, source: EventSource
) -> None:
    first, second = filled.partitions

    assert join(source) == {first, second}
    assert not source.poll(0.3).records
    assert not source.drained()

    source.start({first: None, second: None})
    found = drain(source)

    assert [record.value for record in found[first]] == VALUES
    assert [record.offset for record in found[first]] == [0, 1, 2, 3, 4]
    assert [record.value for record in found[second]] == VALUES[:2]
    assert {record.partition for record in found[first]} == {first}
    assert {record.kind for record in found[first]} == {"prediction"}
    assert source.lag() == {first: 0, second: 0}


def test_a_position_names_the_next_record(filled: Place, source: EventSource) -> None:
    first, second = filled.partitions

    started(source, {first: 3, second: 2})

    found = drain(source)
    assert [record.offset for record in found[first]] == [3, 4]
    assert second not in found


def test_lag_counts_the_records_still_to_come(filled: Place) -> None:
    first, second = filled.partitions
    with closing(filled.open(max_poll_records=1)) as source:
        started(source, {first: 3, second: None})
        delivered: dict[Partition, list[Record]] = {}
        while not delivered:
            gather(delivered, source.poll(0.3))

        behind = source.lag()
        left = {first: 2 - len(delivered.get(first, [])), second: 2 - len(delivered.get(second, []))}
        read = next(iter(delivered))
        assert behind[read] == left[read] == 1
        assert behind.keys() == left.keys()


def test_a_position_at_the_very_end_is_served(filled: Place, source: EventSource) -> None:
    first, second = filled.partitions
    started(source, {first: 5, second: 2})
    assert drain(source) == {}

    filled.put(first, b"new")
    if isinstance(filled, KafkaPlace):
        assert [record.offset for record in source.poll(5).records[first]] == [5]


def test_a_position_beyond_the_end_is_refused_and_says_where(filled: Place, source: EventSource) -> None:
    first, second = filled.partitions
    join(source)

    with pytest.raises(PositionError, match=first.topic):
        source.start({first: 99, second: None})


def test_a_paused_source_delivers_nothing_until_resumed(filled: Place, source: EventSource) -> None:
    first, second = filled.partitions
    join(source)
    source.pause()
    source.start({first: None, second: None})

    assert not source.poll(0.5).records
    assert not source.drained()

    source.resume()
    assert len(drain(source)[first]) == 5


def test_starting_again_rereads_from_the_position(filled: Place, source: EventSource) -> None:
    first, second = filled.partitions
    started(source)
    drain(source)

    source.start({first: 1, second: 2})

    assert [record.offset for record in drain(source)[first]] == [1, 2, 3, 4]


def test_committing_never_moves_what_is_read_and_closing_twice_is_fine(
    filled: Place, source: EventSource
) -> None:
    first, second = filled.partitions
    started(source)
    drain(source)

    source.commit({first: 5, second: 2})
    source.close()
    source.close()

    with closing(filled.open()) as again:
        started(again)
        assert len(drain(again)[first]) == 5


def test_an_empty_place_is_drained_at_once(place: Place) -> None:
    with closing(place.open()) as source:
        assert not source.drained()
        started(source)
        assert drain(source) == {}
        assert set(source.lag().values()) <= {0}


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


def test_records_that_expired_unread_are_told_with_their_number(apache_kafka: ApacheKafka) -> None:
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
    one, two = Member(kafka_place.open()), Member(kafka_place.open())
    one.wait_for(lambda: len(one.owned) == 1 and len(two.owned) == 1)
    assert one.owned | two.owned == set(kafka_place.partitions)

    two.leave()
    one.wait_for(lambda: len(one.owned) == 2)
    one.leave()

    assert not one.strays
    assert not two.strays


def test_a_member_without_partitions_is_drained(kafka_bootstrap: str) -> None:
    place = KafkaPlace(kafka_bootstrap, partitions=1)
    one, two = Member(place.open()), Member(place.open())
    one.wait_for(lambda: len(one.owned | two.owned) == 1 and one.source.drained() and two.source.drained())
    one.leave()
    two.leave()


def test_a_rebuilt_source_gives_its_partitions_back_and_goes_on(filled: Place, source: EventSource) -> None:
    first, second = filled.partitions
    started(source)
    drain(source)

    source.rebuild()
    assert not source.drained()

    poll = source.poll(10)
    assert set(poll.revoked) == {first, second}
    source.start(dict.fromkeys(poll.assigned or join(source), 1))
    assert [record.offset for record in drain(source)[first]] == [1, 2, 3, 4]


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


class Member:
    """A source polled in a thread of its own, as an agent does; starts whatever it is given."""

    def __init__(self, source: EventSource) -> None:
        self.source = source
        self.owned: set[Partition] = set()
        self.strays: list[Partition] = []
        self._stop = threading.Event()
        self._changed = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            poll = self.source.poll(0.1)
            self.strays += [partition for partition in poll.records if partition not in self.owned]
            self.owned = self.owned - set(poll.revoked) | set(poll.assigned)
            self.source.start(dict.fromkeys(poll.assigned, None))
            self._stop.wait(0.3)  # what an agent does between two polls: a join may be answered meanwhile
        self.source.close()
        self.owned = set()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        for _ in range(400):
            with suppress(RuntimeError):
                if condition():
                    return
            self._changed.wait(0.05)
        raise AssertionError("it did not happen within twenty seconds")

    def leave(self) -> None:
        self._stop.set()
        self._thread.join(15)
        assert not self._thread.is_alive()
