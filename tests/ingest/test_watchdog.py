"""A source that is stuck is rebuilt, once in a while and not in a loop; on a real broker it then goes on."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.kafka.client import kafka
from connectors.sql.review.status import StatusStore
from monitor.app.sources import NoDeadLetters
from monitor.app.wiring import App, open_app
from monitor.domain.events.types import Partition
from monitor.ingest.watchdog import Watchdog
from monitor.settings.settings import Settings
from monitor.settings.storage import Database
from tests.contract.ingest.sources import KafkaPlace
from tests.fakes.source import FakeSource

P0 = Partition("predictions", 0)


def test_a_source_that_moves_is_left_alone() -> None:
    source = FakeSource(P0)
    watchdog = Watchdog(source, 120)
    for now in range(1_000):
        assert not watchdog.look(now)
    assert source.rebuilt == 0


def test_a_stuck_source_is_rebuilt_once_in_that_time_and_not_in_a_loop() -> None:
    source = FakeSource(P0)
    watchdog = Watchdog(source, 120)
    source.stuck = [P0]

    rebuilt = {}
    for now in range(360):
        watchdog.look(float(now))
        rebuilt[now] = source.rebuilt

    assert (rebuilt[0], rebuilt[119], rebuilt[120], rebuilt[239], rebuilt[240]) == (1, 1, 2, 2, 3)


def test_the_broker_is_not_asked_after_every_step() -> None:
    source = Asked(P0)
    watchdog = Watchdog(source, 120)
    for step in range(1_200):
        watchdog.look(step * 0.1)
    assert source.asked == 10


class Asked(FakeSource):
    """Counts."""

    asked = 0

    def stalled(self, now: float, after_s: float) -> list[Partition]:
        self.asked += 1
        return []


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = Settings(database=Database.model_validate({"url": f"sqlite:///{tmp_path}/watch.db"}))
    with closing(open_app(settings)) as app:
        yield app


def test_a_partition_that_went_silent_is_read_on_exactly_where_it_stood(
    app: App, kafka_bootstrap: str
) -> None:
    place = KafkaPlace(kafka_bootstrap)
    first, second = place.partitions
    for number in range(40):
        place.put(place.partitions[number % 2], prediction(number))
    with closing(place.open(max_poll_records=7)) as source:
        ingest = app.ingest(source, NoDeadLetters())
        watchdog = Watchdog(source, 60)
        while taken(app) < 14:
            ingest.step(0.2)
            watchdog.look(0)
        go_silent(source, first)
        for _ in range(10):
            ingest.step(0.2)
        assert source.lag()[first] > 0
        assert source.lag()[second] == 0
        before = taken(app)

        assert watchdog.look(10) == []
        assert watchdog.look(80) == [first]
        while not source.drained():
            ingest.step(0.2)
            assert not watchdog.look(90)

    assert before < taken(app) == 40


def go_silent(source: object, partition: Partition) -> None:
    """As kafka-python has done by itself: nothing is fetched any more, and no error is raised."""
    consumer = source._consumer  # type: ignore[attr-defined]
    source.resume = lambda: None  # type: ignore[attr-defined]
    consumer.pause(kafka.TopicPartition(*partition))


def prediction(number: int) -> bytes:
    return (
        b'{"prediction_id":"p%d","ts":"2026-11-22T15:29:00Z","model":{"name":"tickets","version":"7"},'
        b'"predicted":{"intent":"refund"}}' % number
    )


def taken(app: App) -> int:
    return sum(count.events for count in StatusStore(app.engine).event_counts())
