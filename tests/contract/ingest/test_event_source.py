"""The contract of `monitor.ingest.ports.EventSource`, on the embedded broker, Apache Kafka and files."""

from contextlib import closing

import pytest

from monitor.domain.events.types import Partition, Record
from monitor.errors import PositionError
from monitor.ingest.ports import EventSource
from tests.contract.ingest.sources import VALUES, KafkaPlace, Place, drain, gather, join, started


def test_records_come_in_order_from_the_oldest_and_nothing_comes_before_start(
    filled: Place, source: EventSource
) -> None:
    first, second = filled.partitions

    assert join(source) == {first, second}
    assert not source.poll(0.3).records
    assert not source.drained()

    source.start({first: None, second: None})
    records = drain(source)

    assert [record.value for record in records[first]] == VALUES
    assert [record.offset for record in records[first]] == [0, 1, 2, 3, 4]
    assert [record.value for record in records[second]] == VALUES[:2]
    assert {record.partition for record in records[first]} == {first}
    assert {record.kind for record in records[first]} == {"prediction"}
    assert source.lag() == {first: 0, second: 0}


def test_a_position_names_the_next_record(filled: Place, source: EventSource) -> None:
    first, second = filled.partitions

    started(source, {first: 3, second: 2})

    records = drain(source)
    assert [record.offset for record in records[first]] == [3, 4]
    assert second not in records


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
