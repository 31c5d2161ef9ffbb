"""`kill -9` of the agent in the middle of a stream, and start again: every event still counts once."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.e2e import reference
from tests.e2e.agent import Place, Producer, counted, until
from tests.e2e.drafts import BROKEN, MAX_BYTES, Sent
from tests.e2e.streams import stream
from tests.services.kafka_tools import read_all

SEED = 9
KILLS = 4
HANDFUL, AHEAD = 25, 300


class Conveyor(threading.Thread):
    """A producer that goes on whatever becomes of the agent: a handful of records, then the next.

    It stays at most `ahead` records ahead of what the agent has saved, so that it never runs dry early.
    """

    def __init__(self, place: Place, records: Sequence[Sent]) -> None:
        super().__init__(name="conveyor", daemon=True)
        self._place = place
        self._records = records
        self._halted = threading.Event()
        self.ahead = AHEAD
        self.sent = 0

    def run(self) -> None:
        with closing(Producer(self._place)) as producer:
            while self.sent < len(self._records) and not self._halted.wait(0.02):
                if self.sent - self._place.taken() < self.ahead:
                    handful = self._records[self.sent : self.sent + HANDFUL]
                    producer.send(handful)
                    self.sent += len(handful)

    def stop(self) -> None:
        """Leave the rest unsent."""
        self._halted.set()
        self.join(30)


@pytest.fixture
def conveyors() -> Iterator[list[Conveyor]]:
    """Conveyors that are stopped before their broker is."""
    running: list[Conveyor] = []
    yield running
    for conveyor in running:
        conveyor.stop()


@pytest.mark.parametrize("broker", ["embedded_broker", "apache_kafka"])
def test_an_agent_killed_again_and_again_ends_with_the_numbers_of_one_that_never_was(
    tmp_path: Path, request: pytest.FixtureRequest, conveyors: list[Conveyor], broker: str
) -> None:
    bootstrap = request.getfixturevalue(broker).bootstrap
    rng = np.random.default_rng([SEED, len(broker)])
    records = stream(SEED, predictions=2_600)
    truth = reference.read([(record.topic[:-1], record.value) for record in records], ("channel",), MAX_BYTES)
    wanted = sum(counts.hits + counts.misses for cell, counts in truth.cells.items() if cell.slice is None)
    place = Place(
        tmp_path,
        bootstrap,
        {
            # Small batches, and a dead member that is soon missed: more moments to be killed at.
            "kafka": {"session_timeout_ms": 2_000, "heartbeat_interval_ms": 300, "max_poll_records": 60},
            "schedule": {"evaluate_seconds": 0.3, "deliver_seconds": 0.2},
            "slices": [{"name": "channel"}],
            "limits": {"message_bytes": MAX_BYTES},
        },
    )
    place.anchor()
    conveyor = Conveyor(place, records)
    conveyors.append(conveyor)
    conveyor.start()

    seen = []
    for _ in range(KILLS):
        with place.start() as agent:
            least = place.taken() + int(rng.integers(1, 500))
            agent.wait_until(partial(place.has_taken, least), f"{least} records saved")
            until(lambda: False, float(rng.uniform(0, 0.15)))
            agent.kill()
        seen.append(place.taken())
        assert conveyor.is_alive()
    assert seen == sorted(set(seen))
    assert seen[-1] < len(records)

    conveyor.ahead = len(records)
    with place.start() as agent:
        agent.wait_until(lambda: place.has_taken(len(records)), "every record saved")
        agent.wait_until(lambda: place.judged() >= wanted, "every outcome judged")
        assert agent.terminate(within_s=8) == 0

    status = place.quick_status()
    assert counted(status) == truth.cells
    assert place.taken() == len(records)
    assert [row["intent"] for row in status if row["verdict"] == "degraded"] == [BROKEN]
    assert letters(place) == refused(place, records, truth)


def letters(place: Place) -> set[tuple[str, str, str, bytes | None]]:
    """What lies in the dead-letter topics. A batch that died after publishing is there twice."""
    kept = set()
    for topic in place.topics.values():
        for record in read_all(place.bootstrap, f"{topic}.dlq"):
            headers = {name: value.decode() for name, value in record.headers}
            where = (headers["__dlq.errors.partition"], headers["__dlq.errors.offset"])
            kept.add((topic, *where, record.value))
    return kept


def refused(
    place: Place, records: Sequence[Sent], truth: reference.Truth
) -> set[tuple[str, str, str, bytes | None]]:
    """The records that should be there."""
    offsets: dict[tuple[str, int], int] = {}
    expected = set()
    for number, record in enumerate(records):
        offset = offsets.get((record.topic, record.partition), 0)
        offsets[record.topic, record.partition] = offset + 1
        if number in truth.refused:
            expected.add((place.topics[record.topic], str(record.partition), str(offset), record.value))
    return expected
