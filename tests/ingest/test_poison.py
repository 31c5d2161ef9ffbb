"""A thousand rejects in a row stop an agent, and everything before them is saved."""

import pytest

from monitor.errors import PoisonError
from monitor.ingest.ports import Claimed
from monitor.ingest.taken import Taken
from tests.fakes.source import FakeSource
from tests.ingest.agents import (
    LABELS,
    MORE,
    POISON,
    PREDICTIONS,
    Agent,
    after_restart,
    filled,
    label,
    prediction,
)


def test_a_thousand_rejects_in_a_row_stop_the_agent() -> None:
    agent = Agent(filled(prediction("p1"), *[b"{}"] * 1_000, prediction("p2"))).joined()
    with pytest.raises(PoisonError) as stopped:
        agent.step()
    assert str(stopped.value) == (
        "stopped by poison: 1000 records in a row were rejected in predictions[0], the first unsaved one at"
        " offset 1 (schema_invalid: Object missing required field `prediction_id`). Everything before it is saved."
        " Mend the producer; then, to send the bad records to the dead letters and go on, start once with a"
        " higher poison.max_consecutive."
    )
    assert stopped.value.exit_code == 4


def test_everything_before_the_poison_is_saved_and_the_position_stands_at_its_first_record() -> None:
    agent = Agent(filled(prediction("p1"), POISON, prediction("p2"), *[POISON] * 1_000)).joined()
    with pytest.raises(PoisonError):
        agent.step()
    assert set(agent.database.predictions) == {"p1", "p2"}
    assert agent.database.positions == {PREDICTIONS: Claimed(3, 0)}
    assert [letter.record.offset for letter in agent.letters.published] == [1]
    assert agent.database.counts == {
        ("predictions", "prediction"): 2,
        ("predictions", "rejected:not_json"): 1,
    }
    assert agent.source.committed == [{PREDICTIONS: 3}]


def test_999_rejects_in_a_row_stop_nobody() -> None:
    agent = Agent(filled(*[POISON] * 999, prediction("p1"), *[POISON] * 999)).joined()
    assert agent.step() == Taken(records=1_999, rejected=1_998)
    assert agent.database.positions == {PREDICTIONS: Claimed(1_999, 999)}


def test_what_only_the_database_refuses_stops_nobody_and_ends_a_row_of_rejects() -> None:
    """A conflict was written soundly: the producer is not broken."""
    conflict = prediction("p1", "bug")
    agent = Agent(filled(prediction("p1"), *[POISON] * 3, *[conflict] * 10, *[POISON] * 3), poison=4).joined()
    assert agent.step() == Taken(records=17, rejected=16)
    assert agent.database.positions == {PREDICTIONS: Claimed(17, 3)}
    assert agent.database.counts == {
        ("predictions", "prediction"): 1,
        ("predictions", "rejected:not_json"): 6,
        ("predictions", "rejected:conflict"): 10,
    }


def test_poison_after_a_conflict_stops_at_the_first_that_cannot_be_read() -> None:
    conflict = prediction("p1", "bug")
    agent = Agent(filled(prediction("p1"), POISON, conflict, *[POISON] * 4), poison=4).joined()
    with pytest.raises(PoisonError, match="the first unsaved one at offset 3 "):
        agent.step()
    assert agent.database.positions == {PREDICTIONS: Claimed(3, 0)}
    assert [letter.code for letter in agent.letters.published] == ["not_json", "conflict"]


def test_rejects_are_counted_on_from_batch_to_batch() -> None:
    source = filled(*[POISON] * 10)
    source.max_records = 3
    agent = Agent(source, poison=7).joined()
    agent.step()
    agent.step()
    with pytest.raises(PoisonError):
        agent.step()
    # Six are in the dead letters; the seventh, at offset 6, is where the next start begins.
    assert agent.database.positions == {PREDICTIONS: Claimed(6, 6)}
    assert len(agent.letters.published) == 6


def test_rejects_are_counted_on_after_a_restart() -> None:
    agent = Agent(filled(*[POISON] * 6), poison=7).joined()
    agent.step()
    agent.source.put(PREDICTIONS, POISON)
    with pytest.raises(PoisonError, match="the first unsaved one at offset 6"):
        after_restart(agent, poison=7).step()


def test_a_restart_on_unmended_poison_stops_again_at_the_same_place() -> None:
    agent = Agent(filled(prediction("p1"), *[POISON] * 7), poison=7).joined()
    with pytest.raises(PoisonError):
        agent.step()
    again = after_restart(agent, poison=7)
    with pytest.raises(PoisonError, match="the first unsaved one at offset 1 "):
        again.step()
    assert again.database.positions == {PREDICTIONS: Claimed(1, 0)}
    assert again.database.counts == {("predictions", "prediction"): 1}


def test_a_restart_with_a_higher_limit_sends_the_poison_to_the_dead_letters_and_goes_on() -> None:
    agent = Agent(filled(*[POISON] * 7, prediction("p1")), poison=7).joined()
    with pytest.raises(PoisonError):
        agent.step()
    again = after_restart(agent, poison=8)
    assert again.step() == Taken(records=8, rejected=7)
    assert again.database.positions == {PREDICTIONS: Claimed(8, 0)}


def test_a_retry_does_not_count_a_reject_twice() -> None:
    agent = Agent(filled(*[POISON] * 4), poison=7).joined()
    agent.store.down_at_the_end = "database: lost at the commit"
    agent.step()
    agent.step()
    agent.store.down_at_the_end = ""
    agent.step()
    assert agent.database.positions == {PREDICTIONS: Claimed(4, 4)}


def test_poison_in_one_partition_does_not_add_to_anothers() -> None:
    source = FakeSource(PREDICTIONS, MORE)
    source.put(PREDICTIONS, *[POISON] * 6)
    source.put(MORE, *[POISON] * 6)
    agent = Agent(source, poison=7).joined()
    assert agent.step() == Taken(records=12, rejected=12)


def test_poison_in_one_partition_keeps_nothing_of_the_others_back() -> None:
    source = FakeSource(PREDICTIONS, MORE, LABELS)
    source.put(PREDICTIONS, *[POISON] * 7)
    source.put(MORE, prediction("p1"), POISON)
    source.put(LABELS, label("p1"), kind="label")
    agent = Agent(source, poison=7).joined()
    with pytest.raises(PoisonError, match=r"predictions\[0\]"):
        agent.step()
    assert set(agent.database.outcomes) == {"p1"}
    assert agent.database.positions == {PREDICTIONS: Claimed(0), MORE: Claimed(2, 1), LABELS: Claimed(1)}


def test_poison_in_two_partitions_at_once_leaves_both_at_their_first_bad_record() -> None:
    source = FakeSource(PREDICTIONS, MORE)
    source.put(PREDICTIONS, prediction("p1"), *[POISON] * 7)
    source.put(MORE, prediction("p2"), prediction("p3"), *[POISON] * 7)
    agent = Agent(source, poison=7).joined()
    with pytest.raises(PoisonError):
        agent.step()
    assert agent.database.positions == {PREDICTIONS: Claimed(1), MORE: Claimed(2)}
    assert agent.letters.published == []
