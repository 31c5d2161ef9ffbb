"""Late, early, repeated, conflicting: what predictions and labels become."""

from datetime import timedelta

import pytest

from monitor.domain.events.fates import Became
from monitor.domain.events.join import Join
from monitor.domain.events.joined import Joined, Memory
from monitor.domain.events.types import Design, Kind
from monitor.errors import DecodeError
from tests.domain.events.joining import ACCEPT, MODEL, NOON, Event, Store, after, label, prediction


def test_a_prediction_and_its_label_make_an_outcome() -> None:
    store = after(prediction(), label())
    assert store.became == [Became.PREDICTION, Became.LABEL]
    joined = Joined("p1", "refund", "l1", NOON + timedelta(hours=1), Kind.HUMAN, Design.UNKNOWN, None, 1)
    assert store.memory.outcomes == {"p1": {MODEL: joined}}


def test_a_prediction_alone_is_no_outcome_and_neither_is_a_label() -> None:
    assert after(prediction("p1"), label("l2", "p2")).intents() == {}


def test_a_label_that_comes_first_waits_for_its_prediction() -> None:
    store = after(label(), prediction())
    assert store.became == [Became.LABEL, Became.PREDICTION]
    assert store.intents() == {"p1": "refund"}


def test_a_label_seen_twice_counts_once() -> None:
    store = after(prediction(), label(), label())
    assert store.became[-1] == Became.LABEL_REPEAT
    assert store.completed_ids() == ["p1"]
    assert store.revisions == []


def test_a_prediction_seen_twice_counts_once() -> None:
    store = after(prediction(), label(), prediction())
    assert store.became[-1] == Became.PREDICTION_REPEAT
    assert store.completed_ids() == ["p1"]


def test_a_prediction_that_comes_again_with_other_content_is_a_conflict_and_the_first_holds() -> None:
    store = after(prediction(), prediction(intent="cancel", digest=b"other"), label())
    assert store.became == [Became.PREDICTION, "conflict", Became.LABEL]
    assert store.memory.predictions["p1"][MODEL].intent == "refund"


def test_a_conflict_within_one_batch_is_seen_too() -> None:
    assert Store().take(prediction(), prediction(digest=b"other")).became[-1] == "conflict"


def test_a_conflict_is_reported_without_the_id_because_erasure_cannot_reach_every_dead_letter() -> None:
    join = Join(after(prediction()).memory, ACCEPT, frozenset())
    with pytest.raises(DecodeError) as caught:
        join.take(prediction(digest=b"other"))
    assert str(caught.value) == "conflict: a prediction with this id arrived before with other content"


def test_a_label_with_its_prediction_inside_is_an_outcome_at_once() -> None:
    store = after((prediction(), label()))
    assert store.became == [Became.LABEL]
    assert store.intents() == {"p1": "refund"}


def test_a_prediction_inside_a_label_may_have_come_before() -> None:
    assert after(prediction(), (prediction(), label())).became == [Became.PREDICTION, Became.LABEL]


def test_a_label_whose_inner_prediction_conflicts_is_refused_whole() -> None:
    store = after(prediction(), (prediction(digest=b"other"), label()))
    assert store.became[-1] == "conflict"
    assert store.intents() == {}
    assert store.memory.owner == {}


def test_a_label_that_conflicts_keeps_its_inner_prediction_out() -> None:
    store = after(label("l1", "p2"), (prediction("p1"), label("l1", "p1")))
    assert store.became[-1] == "conflict"
    assert "p1" not in store.memory.predictions


def test_outcomes_are_numbered_in_the_order_in_which_they_became_complete() -> None:
    events: list[Event] = [prediction("p1"), label("l2", "p2"), prediction("p3"), label("l3", "p3")]
    store = Store().take(*events, prediction("p2"), label("l1", "p1"))
    assert store.completed_ids() == ["p3", "p2", "p1"]


def test_an_outcome_taken_back_in_its_own_batch_still_has_its_place() -> None:
    store = Store().take(prediction("p1"), label("l1", "p1"), label("l1", "p1", revision=2, retracted=True))
    assert store.completed_ids() == ["p1"]
    assert store.intents() == {"p1": None}


def test_a_batch_writes_only_what_is_new() -> None:
    memory = after(prediction(), label()).memory
    join = Join(memory, ACCEPT, frozenset())
    for event in (prediction(), label(), label(revision=0), prediction("p2")):
        join.take(event)
    changes = join.changes()
    assert (changes.predictions, changes.labels) == ({prediction("p2").key: prediction("p2")}, {})
    assert (changes.completed, changes.revised) == ([], [])


def test_events_about_an_erased_prediction_are_passed_over() -> None:
    join = Join(Memory({}, {}, {}, {}, erased={"p1"}), ACCEPT, frozenset())
    became = [join.take(event) for event in (prediction("p1"), label("l1", "p1"), prediction("p2"))]
    assert became == [Became.ERASED, Became.ERASED, Became.PREDICTION]
    assert list(join.changes().predictions) == [prediction("p2").key]
    assert join.changes().labels == {}
