"""Ingest with everything around it in memory: what is saved, what is set aside, and in which order."""

import json
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from monitor.domain.events.fates import Limit
from monitor.domain.events.types import Model, PredictionKey
from monitor.domain.text.descriptors import OwnWords, description
from monitor.ingest.ports import Claimed, Poll
from monitor.ingest.taken import Taken
from tests.fakes.ingest_store import FakeDatabase
from tests.fakes.source import FakeSource
from tests.ingest.agents import LABELS, POISON, PREDICTIONS, Agent, after_restart, filled, label, prediction


def test_predictions_and_labels_on_two_topics_become_outcomes() -> None:
    source = FakeSource(PREDICTIONS, LABELS)
    source.put(PREDICTIONS, prediction("p1"), prediction("p2"))
    source.put(LABELS, label("p2", "cancel"), kind="label")
    agent = Agent(source).joined()

    assert agent.step() == Taken(records=3)
    assert {pid: outcome.intent for pid, outcome in agent.outcomes().items()} == {"p2": "cancel"}
    assert agent.database.counts == {("predictions", "prediction"): 2, ("labels", "label"): 1}
    assert agent.database.positions == {PREDICTIONS: Claimed(2), LABELS: Claimed(1)}


def test_a_step_without_records_touches_no_database() -> None:
    agent = Agent(filled()).joined()
    agent.journal.clear()
    assert agent.step() == Taken()
    assert agent.journal == []


def test_poison_between_good_events_goes_aside_and_they_go_on() -> None:
    agent = Agent(filled(prediction("p1"), POISON, b"{}", prediction("p2"))).joined()

    assert agent.step() == Taken(records=4, rejected=2)
    assert set(agent.database.predictions) == {"p1", "p2"}
    assert [(le.record.offset, le.record.value, le.code) for le in agent.letters.published] == [
        (1, POISON, "not_json"),
        (2, b"{}", "schema_invalid"),
    ]
    assert {place: letter.code for place, letter in agent.database.buried.items()} == {
        (PREDICTIONS, 1): "not_json",
        (PREDICTIONS, 2): "schema_invalid",
    }
    assert agent.database.counts == {
        ("predictions", "prediction"): 2,
        ("predictions", "rejected:not_json"): 1,
        ("predictions", "rejected:schema_invalid"): 1,
    }
    assert agent.database.positions == {PREDICTIONS: Claimed(4, 0)}


def test_tombstones_are_passed_over_and_counted_and_are_never_poison() -> None:
    agent = Agent(filled(prediction("p1"), *[None] * 1_200, prediction("p2"))).joined()

    assert agent.step() == Taken(records=1_202, passed_over=1_200)
    assert set(agent.database.predictions) == {"p1", "p2"}
    assert agent.letters.published == []
    assert agent.database.counts == {("predictions", "prediction"): 2, ("predictions", "tombstone"): 1_200}
    assert agent.database.positions == {PREDICTIONS: Claimed(1_202, 0)}


def test_a_tombstone_neither_adds_to_the_rejects_in_a_row_nor_ends_them() -> None:
    agent = Agent(filled(POISON, None, POISON, None)).joined()
    agent.step()
    assert agent.database.positions == {PREDICTIONS: Claimed(4, 2)}


def test_what_is_put_right_is_counted_with_what_is_taken_in_and_told_once() -> None:
    noisy = prediction("p1", " refund")
    agent = Agent(filled(noisy, noisy, prediction("p2", "cancel "))).joined()
    with capture_logs() as lines:
        agent.step()
        agent.source.put(PREDICTIONS, prediction("p3", " refund"))
        agent.step()

    assert agent.database.counts == {
        ("predictions", "prediction"): 3,
        ("predictions", "prediction_repeat"): 1,
        ("predictions", "mended:name_trimmed"): 4,
    }
    assert [(line["topic"], line["what"]) for line in lines] == [("predictions", "name_trimmed")]


def test_what_is_beyond_a_limit_is_counted_and_told_once() -> None:
    agent = Agent(filled(prediction("p1", "refund"))).joined()
    agent.database.folded = {Limit.PREDICTED_NAMES: 1}
    with capture_logs() as lines:
        agent.step()
        agent.source.put(PREDICTIONS, prediction("p2", "refund"))
        agent.step()
    assert agent.database.counts["limits", "folded:predicted_names"] == 2
    assert [(line["limit"], line["counted_as"]) for line in lines] == [("predicted_names", "__other__")]


def test_what_is_rejected_is_not_counted_as_put_right() -> None:
    agent = Agent(filled(prediction("p1", "refund"), prediction("p1", " cancel"))).joined()
    agent.step()
    assert agent.database.counts == {
        ("predictions", "prediction"): 1,
        ("predictions", "rejected:conflict"): 1,
    }


def test_an_event_stamped_after_the_latest_that_the_source_allows_is_a_dead_letter() -> None:
    source = filled(prediction("p1"))
    source.newest = datetime(2026, 11, 1, tzinfo=UTC)
    agent = Agent(source).joined()
    assert agent.step() == Taken(records=1, rejected=1)
    assert [letter.code for letter in agent.letters.published] == ["time_out_of_range"]


def test_a_dead_letter_says_when() -> None:
    agent = Agent(filled(POISON)).joined()
    agent.clock.forward(hours=1)
    agent.step()
    assert agent.letters.published[0].failed_at == agent.clock.now


def test_a_conflict_is_a_dead_letter_too() -> None:
    agent = Agent(filled(prediction("p1"), prediction("p1", "cancel"), prediction("p1"))).joined()
    assert agent.step() == Taken(records=3, rejected=1, seen_before=1)
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


def test_however_the_log_is_cut_into_batches_the_same_is_saved() -> None:
    values = [prediction("p1"), POISON, prediction("p1", "cancel"), prediction("p2"), prediction("p1"), None]
    saved = []
    for size in (1, 2, 100):
        source = FakeSource(PREDICTIONS, LABELS, max_records=size)
        source.put(PREDICTIONS, *values)
        source.put(LABELS, label("p2"), label("p1", "cancel"), label("p2"), kind="label")
        agent = Agent(source).joined()
        while not source.drained():
            agent.step()
        database = agent.database
        saved.append((database.counts, database.predictions, set(database.outcomes), database.buried.keys()))
    assert saved[0] == saved[1] == saved[2]


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
    (entry,) = agent.database.descriptions.items()
    assert entry == (
        PredictionKey("p1", Model("tickets", "7")),
        description("Refund me!", OwnWords(["refund"]), keep_text=keep_text),
    )
    assert (entry[1].text, entry[1].own_words) == (
        "Refund me!" if keep_text else None,
        {"refund": 1.0},
    )


def test_a_dead_letter_that_can_never_be_sent_holds_nothing_up_and_is_reported() -> None:
    agent = Agent(filled(prediction("p1"), POISON, prediction("p2"))).joined()
    agent.letters.refuses = "predictions.dlq: InvalidTopic"
    with capture_logs() as lines:
        assert agent.step() == Taken(records=3, rejected=1)

    assert set(agent.database.predictions) == {"p1", "p2"}
    assert {place: letter.code for place, letter in agent.database.buried.items()} == {
        (PREDICTIONS, 1): "not_json"
    }
    assert agent.database.counts["dead letters", "unsent"] == 1
    assert [(line["why"], line["letters"]) for line in lines] == [("predictions.dlq: InvalidTopic", 1)]


def test_lag_counts_what_is_not_saved() -> None:
    agent = Agent(filled(*[prediction(f"p{n}") for n in range(5)])).joined()
    agent.source.max_records = 2
    agent.store.down = "database: out of reach"
    agent.step()
    assert agent.ingest.lag() == {PREDICTIONS: 5}  # two are in hand, and none is saved
    agent.store.down = ""
    agent.step()
    assert agent.ingest.lag() == {PREDICTIONS: 3}
