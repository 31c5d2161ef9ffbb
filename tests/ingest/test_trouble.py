"""Brokers, databases and partitions that go away: what is tried again, and that nothing counts twice."""

import pytest

from monitor.errors import PositionError, UnavailableError
from monitor.ingest.ports import Claimed
from monitor.ingest.taken import Taken
from tests.fakes.source import FakeSource
from tests.ingest.agents import MORE, POISON, PREDICTIONS, Agent, after_restart, filled, prediction


def test_a_batch_whose_dead_letters_cannot_be_kept_is_not_saved_but_tried_again() -> None:
    agent = Agent(filled(prediction("p1"), POISON)).joined()
    agent.letters.down = "dead letters: out of reach"

    assert agent.step() == Taken(trouble="dead letters: out of reach")
    assert agent.database.predictions == {}
    assert agent.source.committed == []

    agent.letters.down = ""
    assert agent.step() == Taken(records=2, rejected=1)
    assert set(agent.database.predictions) == {"p1"}


def test_a_batch_that_cannot_be_saved_is_kept_and_tried_again_with_the_source_paused() -> None:
    agent = Agent(filled(prediction("p1"))).joined()
    agent.store.down = "database: out of reach"

    for _ in range(3):
        assert agent.step() == Taken(trouble="database: out of reach")
        assert agent.source.paused
        assert agent.ingest.waiting
    agent.source.put(PREDICTIONS, prediction("p2"))
    agent.store.down = ""

    assert agent.step() == Taken(records=1)
    assert (agent.source.paused, agent.ingest.waiting) == (False, False)
    assert agent.step() == Taken(records=1)
    assert set(agent.database.predictions) == {"p1", "p2"}


def test_a_batch_that_is_tried_again_arrived_when_it_first_came() -> None:
    agent = Agent(filled(prediction("p1"))).joined()
    came = agent.clock.now
    agent.store.down = "database: out of reach"
    agent.step()
    agent.clock.forward(hours=1)
    agent.store.down = ""
    agent.source.put(PREDICTIONS, prediction("p2"))
    agent.step()
    agent.step()
    assert agent.store.received == [came, agent.clock.now]


def test_a_source_in_trouble_is_polled_at_every_step_so_that_the_membership_lives() -> None:
    agent = Agent(filled(prediction("p1"))).joined()
    agent.store.down = "database: out of reach"
    before = agent.source.polls
    agent.step()
    agent.step()
    assert agent.source.polls == before + 2


def test_trouble_at_the_very_end_of_a_transaction_saves_nothing_and_commits_nothing() -> None:
    agent = Agent(filled(prediction("p1"), POISON)).joined()
    agent.store.down_at_the_end = "database: lost at the commit"

    assert agent.step() == Taken(trouble="database: lost at the commit")
    assert agent.database.predictions == {}
    assert agent.database.positions == {PREDICTIONS: Claimed(None)}
    assert agent.source.committed == []

    agent.store.down_at_the_end = ""
    assert agent.step() == Taken(records=2, rejected=1)
    assert agent.database.counts["predictions", "prediction"] == 1
    assert len(agent.letters.published) == 2  # twice, as a crash may do; buried once
    assert len(agent.database.buried) == 1


def test_nothing_is_committed_to_the_broker_before_it_is_saved() -> None:
    agent = Agent(filled(prediction("p1"), prediction("p2"))).joined()
    committed_when_saved: list[int] = []
    agent.store.before_end = lambda: committed_when_saved.append(len(agent.source.committed))

    agent.step()
    assert committed_when_saved == [0]
    assert agent.source.committed == [{PREDICTIONS: 2}]


def test_a_claim_that_fails_is_made_again_before_anything_is_read() -> None:
    agent = Agent(filled(prediction("p1")))
    agent.store.down = "database: out of reach"
    assert agent.step() == Taken(trouble="database: out of reach")
    assert agent.source.started == []

    agent.store.down = ""
    assert agent.step() == Taken()
    assert agent.step() == Taken(records=1)


def test_a_position_beyond_the_log_stops_the_agent() -> None:
    first = Agent(filled(prediction("p1"), prediction("p2"))).joined()
    first.step()
    recreated = Agent(filled(prediction("p9")), first.database)
    with pytest.raises(PositionError, match="beyond the end"):
        recreated.step()


def test_a_broker_out_of_reach_is_reported_and_costs_nothing() -> None:
    agent = Agent(filled(prediction("p1"))).joined()
    agent.source.down = "broker: out of reach"
    with pytest.raises(UnavailableError, match="broker: out of reach"):
        agent.step()
    agent.source.down = ""
    assert agent.step() == Taken(records=1)


def test_a_batch_of_a_partition_that_another_agent_claimed_is_dropped_and_the_group_rejoined() -> None:
    agent = Agent(filled(prediction("p1"))).joined()
    other = after_restart(agent)

    taken = agent.step()
    assert taken == Taken(
        trouble="predictions[0] was claimed by another agent; nothing of this batch was saved"
    )
    assert agent.database.predictions == {}
    assert (agent.ingest.waiting, agent.source.rebuilt, agent.source.committed) == (False, 1, [])
    assert other.step() == Taken(records=1)
    assert agent.database.counts == {("predictions", "prediction"): 1}


def test_a_fenced_agent_that_rejoins_goes_on_where_the_other_stopped() -> None:
    agent = Agent(filled(prediction("p1"))).joined()
    after_restart(agent).step()
    agent.source.put(PREDICTIONS, prediction("p2"))
    agent.step()  # fenced

    assert agent.step() == Taken()
    assert agent.source.started[-1] == {PREDICTIONS: 1}
    assert agent.step() == Taken(records=1)
    assert agent.database.counts == {("predictions", "prediction"): 2}


def test_what_was_read_from_a_revoked_partition_and_not_yet_saved_is_dropped() -> None:
    source = FakeSource(PREDICTIONS, MORE)
    source.put(PREDICTIONS, prediction("p1"))
    source.put(MORE, prediction("p2"))
    agent = Agent(source).joined()
    agent.store.down = "database: out of reach"
    agent.step()
    source.take_away(PREDICTIONS)
    agent.store.down = ""

    assert agent.step() == Taken(records=1)
    assert set(agent.database.predictions) == {"p2"}
    assert source.committed == [{MORE: 1}]


def test_a_partition_that_goes_before_it_was_claimed_is_never_claimed() -> None:
    agent = Agent(filled())
    agent.store.down = "database: out of reach"
    agent.step()
    agent.source.take_away(PREDICTIONS)
    agent.store.down = ""
    agent.step()
    assert agent.database.epochs == {}
    assert not agent.source.paused


def test_a_partition_that_goes_and_comes_back_is_claimed_again_and_read_from_what_was_saved() -> None:
    agent = Agent(filled(prediction("p1"))).joined()
    agent.store.down = "database: out of reach"
    agent.step()
    agent.source.take_away(PREDICTIONS)
    agent.source.give(PREDICTIONS)
    agent.store.down = ""

    assert agent.step() == Taken()
    assert agent.database.epochs == {PREDICTIONS: 2}
    assert agent.step() == Taken(records=1)
