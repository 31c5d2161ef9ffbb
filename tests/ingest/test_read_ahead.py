"""The next batch is read and decoded while one is saved: what that changes, and that it changes no count."""

import random
import time
from collections.abc import Callable

import pytest

from monitor.domain.events.decode import Event, decode
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Partition, Record
from monitor.errors import PoisonError, UnavailableError
from monitor.ingest.ports import Claimed
from monitor.ingest.taken import Taken
from tests.fakes.source import FakeSource
from tests.ingest.agents import LABELS, MORE, POISON, PREDICTIONS, Agent, filled, label, prediction


def reading_ahead(source: FakeSource, *, poison: int = 1_000) -> Agent:
    """An agent that reads ahead beside every batch, and gets a record a poll and partition."""
    source.max_records = 1
    return Agent(source, poison=poison, worth_reading_ahead=1).joined()


def once(happens: Callable[[], bool]) -> Callable[[], None]:
    """Waits within a save until the thread beside it has done something."""

    def wait() -> None:
        deadline = time.monotonic() + 10
        while not happens():
            assert time.monotonic() < deadline
            time.sleep(0.001)

    return wait


def test_the_next_batch_is_read_while_one_is_saved_and_no_third() -> None:
    agent = reading_ahead(filled(prediction("p1"), prediction("p2"), prediction("p3")))
    agent.store.before_end = once(lambda: agent.source.lag()[PREDICTIONS] == 1)

    assert agent.step() == Taken(records=1)
    assert set(agent.database.predictions) == {"p1"}
    assert agent.source.committed == [{PREDICTIONS: 1}]
    assert agent.ingest.waiting
    assert agent.ingest.lag() == {PREDICTIONS: 2}  # one in hand, one to come

    agent.store.before_end = once(lambda: agent.source.lag()[PREDICTIONS] == 0)
    assert agent.step() == Taken(records=1)
    assert set(agent.database.predictions) == {"p1", "p2"}
    assert agent.step() == Taken(records=1)
    assert not agent.ingest.waiting


def test_beside_a_small_batch_nothing_is_read_ahead() -> None:
    source = filled(prediction("p1"), prediction("p2"))
    source.max_records = 1
    agent = Agent(source, worth_reading_ahead=2).joined()
    agent.store.before_end = lambda: time.sleep(0.05)
    assert agent.step() == Taken(records=1)
    assert not agent.ingest.waiting


def test_a_batch_whose_save_fails_is_saved_before_the_one_that_was_read_meanwhile() -> None:
    agent = reading_ahead(filled(prediction("p1"), prediction("p2"), prediction("p3")))
    agent.store.before_end = once(lambda: agent.source.lag()[PREDICTIONS] == 1)
    agent.store.down_at_the_end = "database: lost at the commit"
    for _ in range(3):
        assert agent.step() == Taken(trouble="database: lost at the commit")
        assert agent.source.paused
        assert agent.source.lag() == {PREDICTIONS: 1}  # two are in memory, and no more
    assert agent.database.positions == {PREDICTIONS: Claimed(None)}

    agent.store.down_at_the_end, agent.store.before_end = "", lambda: None
    assert [agent.step().records for _ in range(3)] == [1, 1, 1]
    assert agent.source.committed == [{PREDICTIONS: 1}, {PREDICTIONS: 2}, {PREDICTIONS: 3}]
    assert agent.database.counts == {("predictions", "prediction"): 3}


def test_a_batch_that_was_read_ahead_arrived_when_it_was_read() -> None:
    agent = reading_ahead(filled(prediction("p1"), prediction("p2")))
    came = agent.clock.now
    agent.store.before_end = once(lambda: agent.ingest.lag()[PREDICTIONS] <= 1)
    agent.step()
    agent.clock.forward(hours=1)
    agent.store.before_end = lambda: None
    agent.step()
    assert agent.store.received == [came, came]


def test_what_was_read_ahead_of_a_partition_that_goes_is_dropped() -> None:
    source = FakeSource(PREDICTIONS, MORE)
    source.put(PREDICTIONS, prediction("p1"), prediction("p2"))
    source.put(MORE, prediction("q1"), prediction("q2"))
    agent = reading_ahead(source)
    agent.store.before_end = once(lambda: not any(agent.source.lag().values()))
    agent.store.down_at_the_end = "database: lost at the commit"
    agent.step()
    source.take_away(MORE)
    agent.store.down_at_the_end = ""
    agent.store.before_end = lambda: None

    assert agent.step() == Taken(records=1)
    assert agent.step() == Taken(records=1)
    assert set(agent.database.predictions) == {"p1", "p2"}
    assert not agent.ingest.waiting


def test_a_partition_that_goes_while_its_batch_is_saved_takes_nothing_else_with_it() -> None:
    source = FakeSource(PREDICTIONS, MORE)
    source.put(PREDICTIONS, prediction("p1"))
    source.put(MORE, POISON)
    agent = reading_ahead(source)

    def goes_to_another() -> None:
        agent.letters.before_publish = lambda: None
        source.take_away(MORE)
        once(lambda: MORE not in source.lag())()
        agent.database.epochs[MORE] += 1

    agent.letters.before_publish = (
        goes_to_another  # after the batch was begun, and before its positions are written
    )
    assert agent.step() == Taken(records=1)
    assert (set(agent.database.predictions), source.rebuilt) == ({"p1"}, 0)
    assert agent.database.positions == {PREDICTIONS: Claimed(1), MORE: Claimed(None)}


def test_an_agent_that_another_took_over_forgets_what_it_read_ahead() -> None:
    agent = reading_ahead(filled(prediction("p1"), prediction("p2")))
    agent.store.before_end = once(lambda: agent.source.lag()[PREDICTIONS] == 0)
    agent.step()
    agent.database.epochs[PREDICTIONS] += 1
    assert "claimed by another agent" in agent.step().trouble
    assert (agent.ingest.waiting, agent.source.rebuilt) == (False, 1)
    agent.step()
    assert agent.step() == Taken(records=1)
    assert set(agent.database.predictions) == {"p1", "p2"}


def test_a_broker_that_goes_while_a_batch_is_saved_is_reported_after_it() -> None:
    agent = reading_ahead(filled(prediction("p1")))

    def goes() -> None:
        polls, agent.source.down = agent.source.polls, "broker: out of reach"
        once(lambda: agent.source.polls > polls)()

    agent.store.before_end = goes
    assert agent.step() == Taken(records=1)
    assert agent.ingest.waiting  # for the step that reports it, also where nothing is left to read
    agent.source.put(PREDICTIONS, prediction("p2"))
    agent.source.down, agent.store.before_end = "", lambda: None
    with pytest.raises(UnavailableError, match="broker: out of reach"):
        agent.step()
    assert agent.step() == Taken(records=1)
    assert set(agent.database.predictions) == {"p1", "p2"}
    assert not agent.ingest.waiting


class AwayOnce:
    """A decoder whose registry is away when it is first asked beside a save."""

    def __init__(self) -> None:
        self.asked = 0

    def decode(self, record: Record, latest: object, mends: list[Mend]) -> Event:
        self.asked += 1
        if self.asked == 2:
            raise UnavailableError("registry: away")
        return decode(record.value or b"", record.kind)


def test_what_could_not_be_decoded_ahead_is_decoded_when_its_turn_comes() -> None:
    source = filled(prediction("p1"), prediction("p2"))
    source.max_records = 1
    decoder = AwayOnce()
    agent = Agent(source, decoders={"predictions": decoder}, worth_reading_ahead=1).joined()
    agent.store.before_end = once(lambda: decoder.asked == 2)
    assert agent.step() == Taken(records=1)
    agent.store.before_end = lambda: None
    assert agent.step() == Taken(records=1)
    assert set(agent.database.predictions) == {"p1", "p2"}
    assert decoder.asked == 3


def test_poison_stops_the_agent_with_nothing_saved_of_what_was_read_ahead() -> None:
    source = FakeSource(PREDICTIONS)
    source.put(PREDICTIONS, prediction("p1"), POISON, POISON, prediction("p2"), prediction("p3"))
    agent = reading_ahead(source, poison=2)
    agent.source.max_records = 3
    agent.store.before_end = once(lambda: agent.source.lag()[PREDICTIONS] == 0)
    with pytest.raises(PoisonError, match="offset 1"):
        agent.step()
    assert agent.database.positions == {PREDICTIONS: Claimed(1)}
    assert set(agent.database.predictions) == {"p1"}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_fails_and_moves_every_event_counts_once(seed: int) -> None:
    rng = random.Random(seed)
    source = FakeSource(PREDICTIONS, MORE, LABELS, max_records=3)
    for number in range(40):
        source.put(PREDICTIONS if number % 2 else MORE, prediction(f"p{number}"))
        source.put(LABELS, label(f"p{number}"), kind="label")
    agent = Agent(source, worth_reading_ahead=1)
    parts: list[Partition] = [PREDICTIONS, MORE, LABELS]
    for _ in range(120):
        agent.store.down_at_the_end = "lost" if rng.random() < 0.3 else ""
        agent.store.down = "down" if rng.random() < 0.1 else ""
        source.down = "away" if rng.random() < 0.1 else ""
        pause_s = rng.choice([0.0, 0.002])
        agent.store.before_end = lambda pause_s=pause_s: time.sleep(pause_s)  # type: ignore[misc]
        if rng.random() < 0.1:
            moved = rng.choice(parts)
            source.take_away(moved)
            source.give(moved)
        if rng.random() < 0.05:
            agent.database.epochs[rng.choice(parts)] += 1
        try:
            agent.step()
        except UnavailableError:
            continue
    agent.store.down = agent.store.down_at_the_end = source.down = ""
    idle = 0
    while idle < 5:
        idle = 0 if agent.step().records or agent.ingest.waiting else idle + 1
    assert len(agent.outcomes()) == 40
    assert agent.database.counts == {("predictions", "prediction"): 40, ("labels", "label"): 40}
    assert {p: c.next_offset for p, c in agent.database.positions.items()} == {
        PREDICTIONS: 20,
        MORE: 20,
        LABELS: 40,
    }
