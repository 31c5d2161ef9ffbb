"""Ingest with everything around it in memory: what is saved, what is set aside, and in which order."""

import json

import pytest

from monitor.domain.events.types import Kind, Partition
from monitor.domain.text.descriptors import OwnWords, description
from monitor.errors import PoisonError, PositionError, UnavailableError
from monitor.ingest.ingest import Ingest, Taken
from monitor.ingest.ports import Claimed, DeadLetters, EventSource, IngestStore, Poll
from tests.fakes.clock import FakeClock
from tests.fakes.dead_letters import FakeDeadLetters
from tests.fakes.ingest_store import FakeDatabase, FakeIngestStore
from tests.fakes.source import FakeSource

PREDICTIONS, MORE, LABELS = Partition("predictions", 0), Partition("predictions", 1), Partition("labels", 0)
POISON = b"not json"


def prediction(prediction_id: str = "p1", intent: str = "refund") -> bytes:
    return json.dumps(
        {
            "prediction_id": prediction_id,
            "ts": "2026-11-22T13:00:00Z",
            "model": {"name": "tickets", "version": "7"},
            "predicted": {"intent": intent},
        }
    ).encode()


def label(prediction_id: str = "p1", intent: str = "refund") -> bytes:
    return json.dumps(
        {
            "label_id": f"of-{prediction_id}",
            "prediction_id": prediction_id,
            "labeled_at": "2026-11-22T13:00:00Z",
            "intent": intent,
        }
    ).encode()


class Agent:
    """An agent of fakes. A second one on the same database is another agent, or the same after a restart."""

    def __init__(
        self,
        source: FakeSource,
        database: FakeDatabase | None = None,
        *,
        poison: int = 1_000,
        keep_text: bool = False,
    ) -> None:
        self.journal: list[str] = []
        self.source = source
        self.store = FakeIngestStore(database, self.journal)
        self.database = self.store.database
        self.letters = FakeDeadLetters(self.journal)
        self.clock = FakeClock()
        self.ingest = Ingest(
            source,
            self.store,
            self.letters,
            accept=[Kind.HUMAN],
            max_consecutive_rejects=poison,
            max_bytes=1_000,
            clock=self.clock,
            keep_text=keep_text,
        )

    def step(self) -> Taken:
        return self.ingest.step(0.0)

    def joined(self) -> "Agent":
        """After the first poll, which brings the partitions and no record."""
        assert self.step() == Taken()
        return self


def filled(*predictions: bytes | None) -> FakeSource:
    source = FakeSource(PREDICTIONS)
    source.put(PREDICTIONS, *predictions)
    return source


def after_restart(agent: Agent, *, poison: int = 1_000) -> Agent:
    """Another process on the same log and the same database."""
    source = FakeSource(*agent.source.logs)
    source.logs = agent.source.logs
    return Agent(source, agent.database, poison=poison).joined()


def test_the_fakes_are_what_the_ports_ask_for() -> None:
    source: EventSource = FakeSource()
    store: IngestStore = FakeIngestStore()
    letters: DeadLetters = FakeDeadLetters()
    assert source is not None
    assert store is not None
    assert letters is not None


def test_predictions_and_labels_on_two_topics_become_outcomes() -> None:
    source = FakeSource(PREDICTIONS, LABELS)
    source.put(PREDICTIONS, prediction("p1"), prediction("p2"))
    source.put(LABELS, label("p2", "cancel"), kind="label")
    agent = Agent(source).joined()

    assert agent.step() == Taken(records=3)
    assert {pid: outcome.intent for pid, outcome in agent.database.outcomes.items()} == {"p2": "cancel"}
    assert agent.database.counts == {("predictions", "prediction"): 2, ("labels", "label"): 1}
    assert agent.database.positions == {PREDICTIONS: Claimed(2), LABELS: Claimed(1)}


def test_a_step_without_records_touches_no_database() -> None:
    agent = Agent(filled()).joined()
    agent.journal.clear()
    assert agent.step() == Taken()
    assert agent.journal == []


def test_poison_between_good_events_goes_aside_and_they_go_on() -> None:
    agent = Agent(filled(prediction("p1"), POISON, None, prediction("p2"))).joined()

    assert agent.step() == Taken(records=4, rejected=2)
    assert set(agent.database.predictions) == {"p1", "p2"}
    assert [(le.record.offset, le.record.value, le.code) for le in agent.letters.published] == [
        (1, POISON, "not_json"),
        (2, None, "tombstone"),
    ]
    assert {place: letter.code for place, letter in agent.database.buried.items()} == {
        (PREDICTIONS, 1): "not_json",
        (PREDICTIONS, 2): "tombstone",
    }
    assert agent.database.counts == {
        ("predictions", "prediction"): 2,
        ("predictions", "rejected:not_json"): 1,
        ("predictions", "rejected:tombstone"): 1,
    }
    assert agent.database.positions == {PREDICTIONS: Claimed(4, 0)}


def test_a_dead_letter_says_when() -> None:
    agent = Agent(filled(POISON)).joined()
    agent.clock.forward(hours=1)
    agent.step()
    assert agent.letters.published[0].failed_at == agent.clock.now


def test_a_conflict_is_a_dead_letter_too() -> None:
    agent = Agent(filled(prediction("p1"), prediction("p1", "cancel"), prediction("p1"))).joined()
    assert agent.step() == Taken(records=3, rejected=1)
    assert [letter.code for letter in agent.letters.published] == ["conflict"]
    assert agent.database.counts == {
        ("predictions", "prediction"): 1,
        ("predictions", "rejected:conflict"): 1,
        ("predictions", "prediction_repeat"): 1,
    }


def test_a_record_longer_than_allowed_is_a_dead_letter() -> None:
    agent = Agent(filled(b" " * 1_001)).joined()
    agent.step()
    assert [letter.code for letter in agent.letters.published] == ["too_large"]


def test_dead_letters_are_durable_before_the_batch_is() -> None:
    agent = Agent(filled(POISON)).joined()
    agent.journal.clear()
    agent.step()
    assert agent.journal == ["begin", "publish", "saved"]


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


def test_a_partition_begins_where_it_stood_and_a_new_one_at_the_oldest_record() -> None:
    first = Agent(filled(prediction("p1"))).joined()
    first.step()
    first.source.put(PREDICTIONS, prediction("p2"))

    second = after_restart(first)
    assert (first.source.started, second.source.started) == ([{PREDICTIONS: None}], [{PREDICTIONS: 1}])
    assert second.step() == Taken(records=1)
    assert second.database.counts == {("predictions", "prediction"): 2}


def test_a_source_that_cannot_resume_is_read_from_its_beginning() -> None:
    database = FakeDatabase()
    for _ in range(2):
        source = FakeSource(PREDICTIONS, resumable=False)
        source.put(PREDICTIONS, prediction("p1"))
        Agent(source, database).joined().step()
        assert source.started == [{PREDICTIONS: None}]
    assert database.counts == {("predictions", "prediction"): 1, ("predictions", "prediction_repeat"): 1}


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


def test_a_broker_out_of_reach_is_told_and_costs_nothing() -> None:
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


def test_a_thousand_rejects_in_a_row_stop_the_agent() -> None:
    agent = Agent(filled(prediction("p1"), *[None] * 1_000, prediction("p2"))).joined()
    with pytest.raises(PoisonError) as stopped:
        agent.step()
    assert str(stopped.value) == (
        "stopped by poison: 1000 records in a row were rejected in predictions[0], the first unsaved one at"
        " offset 1 (tombstone: the record has no value). Everything before it is saved."
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


def test_however_the_log_is_cut_into_batches_the_same_is_saved() -> None:
    values = [prediction("p1"), POISON, prediction("p1", "cancel"), prediction("p2"), prediction("p1"), None]
    found = []
    for size in (1, 2, 100):
        source = FakeSource(PREDICTIONS, LABELS, max_records=size)
        source.put(PREDICTIONS, *values)
        source.put(LABELS, label("p2"), label("p1", "cancel"), label("p2"), kind="label")
        agent = Agent(source).joined()
        while not source.drained():
            agent.step()
        database = agent.database
        found.append((database.counts, database.predictions, set(database.outcomes), database.buried.keys()))
    assert found[0] == found[1] == found[2]


def test_a_partition_that_delivers_no_record_is_passed_over() -> None:
    class Talkative(FakeSource):
        def poll(self, timeout_s: float) -> Poll:
            poll = super().poll(timeout_s)
            return poll._replace(records={PREDICTIONS: [], **poll.records} if self.started else {})

    agent = Agent(Talkative(PREDICTIONS)).joined()
    assert agent.step() == Taken()


@pytest.mark.parametrize("keep_text", [False, True])
def test_a_text_is_described_on_the_way_in_and_kept_only_if_told_to(keep_text: bool) -> None:
    event = json.loads(prediction("p1", "refund")) | {"text": "Refund me!"}
    agent = Agent(filled(json.dumps(event).encode(), prediction("p2")), keep_text=keep_text)
    agent.database.promised.append("refund")
    agent.joined().step()
    (found,) = agent.database.descriptions.items()
    assert found == ("p1", description("Refund me!", OwnWords(["refund"]), keep_text=keep_text))
    assert (found[1].text, found[1].own_words) == ("Refund me!" if keep_text else None, {"refund": 1.0})
