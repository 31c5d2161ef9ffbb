"""Corrected, retracted, adjudicated, moved: which of a prediction's labels holds, in whatever order they came."""

from datetime import timedelta

import pytest

from monitor.domain.events.fates import Became
from monitor.domain.events.holding import holding
from monitor.domain.events.join import Join
from monitor.domain.events.joined import RevisionCause, RevisionKind
from monitor.domain.events.types import Kind
from monitor.errors import DecodeError
from tests.domain.events.joining import ACCEPT, MODEL, NOON, Store, after, label, prediction


def test_a_correction_changes_the_outcome_and_keeps_its_place() -> None:
    store = after(prediction(), label(), label(intent="cancel", revision=2))
    assert store.memory.outcomes["p1"][MODEL].intent == "cancel"
    assert store.memory.outcomes["p1"][MODEL].seq == 1
    assert store.completed_ids() == ["p1"]
    assert [(r.before.intent, r.after.intent, r.because) for r in store.revisions] == [
        ("refund", "cancel", RevisionCause(RevisionKind.LABEL_CORRECTED, "l1"))
    ]


def test_a_correction_that_says_the_same_at_another_time_is_a_revision_too() -> None:
    store = after(prediction(), label(hour=1), label(hour=2, revision=2))
    assert [r.after.labeled_at for r in store.revisions] == [NOON + timedelta(hours=2)]


def test_a_correction_in_the_same_batch_is_no_revision_because_nobody_saw_the_first() -> None:
    store = Store().take(prediction(), label(), label(intent="cancel", revision=2))
    assert store.intents() == {"p1": "cancel"}
    assert store.revisions == []


def test_a_correction_that_is_undone_in_the_same_batch_is_no_revision() -> None:
    other = label("l2", hour=3)
    store = after(prediction(), label()).take(other, label("l2", hour=4, revision=2, retracted=True))
    assert store.revisions == []


def test_revisions_out_of_order_leave_the_highest() -> None:
    store = after(prediction(), label(intent="cancel", revision=3), label(intent="other", revision=2))
    assert store.became[-1] == Became.LABEL_OUTDATED
    assert store.intents() == {"p1": "cancel"}


def test_the_revision_goes_before_the_time() -> None:
    store = after(prediction(), label(intent="cancel", revision=2, hour=1), label(intent="other", hour=9))
    assert store.intents() == {"p1": "cancel"}


def test_of_one_revision_the_later_one_holds() -> None:
    store = after(prediction(), label(intent="cancel", hour=1), label(intent="other", hour=2))
    assert store.intents() == {"p1": "other"}
    assert after(prediction(), label(intent="b", hour=2), label(intent="a", hour=1)).intents() == {"p1": "b"}


def test_one_revision_of_one_moment_with_two_contents_is_a_conflict_and_the_first_holds() -> None:
    store = after(prediction(), label(), label(intent="cancel"))
    assert store.became[-1] == "conflict"
    assert store.intents() == {"p1": "refund"}
    with pytest.raises(DecodeError) as caught:
        Join(store.memory, ACCEPT, frozenset()).take(label(intent="cancel"))
    assert (
        str(caught.value) == "conflict: a label with this id and revision arrived before with other content"
    )


def test_a_retracted_label_takes_the_outcome_out_and_keeps_its_place() -> None:
    store = after(prediction(), label(), label(revision=2, retracted=True, intent=""))
    assert store.intents() == {"p1": None}
    assert [(r.before.intent, r.after.intent, r.because) for r in store.revisions] == [
        ("refund", None, RevisionCause(RevisionKind.LABEL_RETRACTED, "l1"))
    ]
    assert store.memory.outcomes["p1"][MODEL].seq == 1


def test_a_label_after_a_retraction_brings_the_outcome_back_to_its_place() -> None:
    store = after(
        prediction(), label(), label(revision=2, retracted=True), label(revision=3, intent="cancel")
    )
    assert store.intents() == {"p1": "cancel"}
    assert (store.memory.outcomes["p1"][MODEL].seq, store.completed_ids()) == (1, ["p1"])


def test_a_retraction_that_comes_before_its_label_keeps_it_out() -> None:
    store = after(prediction(), label(revision=2, retracted=True, intent=""), label())
    assert store.became == [Became.PREDICTION, Became.LABEL, Became.LABEL_OUTDATED]
    assert store.intents() == {}


def test_a_retraction_before_everything_else_keeps_the_label_out_too() -> None:
    assert after(label(revision=2, retracted=True, intent=""), label(), prediction()).intents() == {}


def test_of_two_labels_the_latest_holds() -> None:
    store = after(prediction(), label("l9", hour=1), label("l1", intent="cancel", hour=2))
    assert store.memory.outcomes["p1"][MODEL].label_id == "l1"
    assert (
        after(prediction(), label("l1", hour=2), label("l9", hour=1)).memory.outcomes["p1"][MODEL].label_id
        == "l1"
    )


def test_of_two_labels_of_one_moment_the_larger_id_holds() -> None:
    for pair in (("l1", "l2"), ("l2", "l1")):
        store = after(prediction(), *(label(label_id, intent=label_id) for label_id in pair))
        assert store.intents() == {"p1": "l2"}


def test_an_adjudicated_label_holds_before_a_later_human_one() -> None:
    judged = label("l1", intent="cancel", hour=1, kind=Kind.ADJUDICATED)
    for events in ([judged, label("l2", hour=9)], [label("l2", hour=9), judged]):
        assert after(prediction(), *events).intents() == {"p1": "cancel"}


def test_of_two_adjudicated_labels_the_latest_holds() -> None:
    earlier = label("l1", intent="cancel", hour=2, kind=Kind.ADJUDICATED)
    later = label("l2", intent="refund", hour=1, kind=Kind.ADJUDICATED)
    assert after(prediction(), earlier, later).intents() == {"p1": "cancel"}


def test_retracting_the_label_that_holds_lets_the_next_hold() -> None:
    store = after(
        prediction(),
        label("l1", intent="a", hour=1),
        label("l2", intent="b", hour=2),
        label("l3", intent="c", hour=1, kind=Kind.ADJUDICATED),
    )
    assert store.intents() == {"p1": "c"}
    assert store.take(label("l3", revision=2, retracted=True)).intents() == {"p1": "b"}
    assert store.take(label("l2", revision=2, retracted=True)).intents() == {"p1": "a"}
    assert store.take(label("l1", revision=2, retracted=True)).intents() == {"p1": None}


def test_retracting_a_label_that_does_not_hold_changes_nothing() -> None:
    store = after(prediction(), label("l1", hour=1), label("l2", hour=2))
    before = len(store.revisions)
    store.take(label("l1", revision=2, retracted=True))
    assert store.intents() == {"p1": "refund"}
    assert len(store.revisions) == before


def test_a_label_id_that_moves_to_another_prediction_leaves_the_first_without() -> None:
    store = after(prediction("p1"), prediction("p2"), label("l1", "p1"))
    store.take(label("l1", "p2", "cancel", revision=2))
    assert store.intents() == {"p1": None, "p2": "cancel"}
    assert [r.because for r in store.revisions] == [RevisionCause(RevisionKind.LABEL_MOVED, "l1")]
    assert store.completed_ids() == ["p1", "p2"]


def test_a_label_id_that_moves_lets_the_first_predictions_next_label_hold() -> None:
    store = after(prediction("p1"), label("l1", "p1", "a", hour=1), label("l2", "p1", "b", hour=2))
    store.take(label("l2", "p2", "b", revision=2))
    assert store.intents() == {"p1": "a"}
    assert store.take(prediction("p2")).intents() == {"p1": "a", "p2": "b"}


@pytest.mark.parametrize("hour", [0, 1, 2])
def test_a_label_id_that_comes_again_for_another_prediction_is_a_conflict_whichever_came_first(
    hour: int,
) -> None:
    for first, second in (("p1", "p2"), ("p2", "p1")):
        store = after(prediction("p1"), prediction("p2"), label("l1", first, hour=1))
        store.take(label("l1", second, "cancel", hour=hour))
        assert store.became[-1] == "conflict"
        assert store.intents() == {first: "refund"}


def test_a_lower_revision_for_another_prediction_is_outdated_and_a_higher_one_moves_the_label() -> None:
    store = after(prediction("p1"), prediction("p2"), label("l1", "p1", revision=2))
    assert store.take(label("l1", "p2", revision=1)).became[-1] == "label_outdated"
    assert store.take(label("l1", "p2", revision=3)).became[-1] == "label"


def test_an_outdated_label_never_moves() -> None:
    store = after(prediction("p1"), prediction("p2"), label("l1", "p1", revision=2))
    assert store.take(label("l1", "p2")).intents() == {"p1": "refund"}


@pytest.mark.parametrize("kind", [Kind.WEAK, Kind.COMPLAINT])
def test_a_kind_that_is_not_accepted_never_holds(kind: Kind) -> None:
    store = after(prediction("p1"), label("l1", "p1", hour=1), label("l2", intent="b", hour=9, kind=kind))
    assert store.intents() == {"p1": "refund"}
    assert after(prediction(), label(kind=kind)).intents() == {}


def test_a_weak_label_holds_where_it_is_accepted() -> None:
    assert after(prediction(), label(kind=Kind.WEAK), accept=[Kind.WEAK]).intents() == {"p1": "refund"}


def test_a_complaint_never_holds_even_where_someone_accepts_it() -> None:
    assert after(prediction(), label(kind=Kind.COMPLAINT), accept=list(Kind)).intents() == {}


def test_a_label_corrected_to_a_kind_not_accepted_no_longer_holds() -> None:
    store = after(prediction(), label(), label(revision=2, kind=Kind.WEAK))
    assert store.intents() == {"p1": None}


def test_no_label_holds_where_there_is_none() -> None:
    assert holding([], ACCEPT) is None
    assert holding([label(retracted=True)], ACCEPT) is None
