"""`kill -9` of the agent in the middle of a stream, and start again: every event still counts once."""

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.e2e import reference
from tests.e2e.agent import Place, Producer, counted, until
from tests.e2e.streams import BROKEN, MAX_BYTES, Sent, stream
from tests.services.kafka_tools import read_all

SEED = 9
KILLS = 5
HANDFUL = 25


class Conveyor(threading.Thread):
    """A producer that never stops for the agent: a handful of records, a breath, the next handful.

    It keeps the last handfuls back until `finish`, so that it is still at work at every kill.
    """

    def __init__(self, place: Place, records: Sequence[Sent], *, kept_back: int) -> None:
        super().__init__(name="conveyor", daemon=True)
        self._producer = Producer(place)
        self._records = records
        self._kept_back = kept_back
        self._finish = threading.Event()
        self.sent = 0

    def run(self) -> None:
        while self.sent < len(self._records):
            left = len(self._records) - self.sent
            if left <= self._kept_back and not self._finish.wait(0.02):
                continue
            handful = self._records[self.sent : self.sent + HANDFUL]
            self._producer.send(handful)
            self.sent += len(handful)
            self._finish.wait(0.03)
        self._producer.close()

    def finish(self) -> None:
        """Send the rest, and stop."""
        self._finish.set()
        self.join(60)
        assert self.sent == len(self._records)


@pytest.mark.parametrize("broker", ["embedded_broker", "apache_kafka"])
def test_an_agent_killed_again_and_again_ends_with_the_numbers_of_one_that_never_was(
    tmp_path: Path, request: pytest.FixtureRequest, broker: str
) -> None:
    bootstrap = request.getfixturevalue(broker).bootstrap
    rng = np.random.default_rng([SEED, len(broker)])
    records = stream(SEED, predictions=3_000)
    truth = reference.read([(one.topic[:-1], one.value) for one in records], ("channel",), MAX_BYTES)
    wanted = sum(counts.hits + counts.misses for cell, counts in truth.cells.items() if cell.slice is None)
    place = Place(
        tmp_path,
        bootstrap,
        {
            # Small batches, and a dead member that is soon missed: more moments to be killed at.
            "kafka": {"session_timeout_ms": 2_000, "heartbeat_interval_ms": 300, "max_poll_records": 60},
            "schedule": {"evaluate_seconds": 0.15, "deliver_seconds": 0.2},
            "slices": [{"name": "channel"}],
            "limits": {"message_bytes": MAX_BYTES},
        },
    )
    place.anchor()
    conveyor = Conveyor(place, records, kept_back=len(records) // 4)
    conveyor.start()

    seen = []
    for _ in range(KILLS):
        with place.start() as agent:
            least = place.taken() + int(rng.integers(1, 500))
            agent.wait_until(partial(place.has_taken, least), f"{least} records saved")
            until(lambda: False, float(rng.uniform(0, 0.3)))
            agent.kill()
        seen.append(place.taken())
        assert conveyor.is_alive()
    assert seen == sorted(set(seen))
    assert seen[-1] < len(records)

    with place.start() as agent:
        conveyor.finish()
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
    found = set()
    for topic in place.topics.values():
        for record in read_all(place.bootstrap, f"{topic}.dlq"):
            headers = {name: value.decode() for name, value in record.headers}
            where = (headers["__dlq.errors.partition"], headers["__dlq.errors.offset"])
            found.add((topic, *where, record.value))
    return found


def refused(
    place: Place, records: Sequence[Sent], truth: reference.Truth
) -> set[tuple[str, str, str, bytes | None]]:
    """The records that should be there."""
    offsets: dict[tuple[str, int], int] = {}
    expected = set()
    for number, one in enumerate(records):
        offset = offsets.get((one.topic, one.partition), 0)
        offsets[one.topic, one.partition] = offset + 1
        if number in truth.refused:
            expected.add((place.topics[one.topic], str(one.partition), str(offset), one.value))
    return expected
