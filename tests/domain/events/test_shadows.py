"""Two models answer one request under the same id: the key of a prediction is its id and its model."""

from datetime import timedelta

import pytest

from monitor.domain.events.fates import Became
from monitor.domain.events.join import Join
from monitor.domain.events.joined import Memory, RevisionCause, RevisionKind
from monitor.domain.events.types import LabelScope, Model
from monitor.domain.slices.cells import OTHER
from monitor.errors import DecodeError
from tests.domain.events.joining import ACCEPT, MODEL, NOON, SHADOW, Event, Store, after, label, prediction

CHAMPION = prediction("p1", "refund")
SHADOWED = prediction("p1", "bug", digest=b"e", model=SHADOW)


def test_a_shadow_under_the_same_id_is_another_prediction() -> None:
    assert after(CHAMPION, SHADOWED, CHAMPION, SHADOWED).became == [
        Became.PREDICTION,
        Became.PREDICTION,
        Became.PREDICTION_REPEAT,
        Became.PREDICTION_REPEAT,
    ]


@pytest.mark.parametrize(
    "model", [Model("tickets", "8"), Model("triage", "7"), Model("tickets", "7", "staging")]
)
def test_name_version_and_environment_each_tell_predictions_apart(model: Model) -> None:
    store = after(CHAMPION, prediction("p1", "bug", model=model), label("l1", "p1", "refund"))
    assert [(key.model, outcome.intent) for key, outcome in store.outcomes.items()] == [
        (each, "refund") for each in sorted([MODEL, model])
    ]


def test_another_content_of_the_same_model_stays_a_conflict() -> None:
    assert after(CHAMPION, SHADOWED, prediction("p1", "bug", digest=b"x")).became[-1] == "conflict"


def test_models_beyond_the_limit_answer_a_request_once_between_them() -> None:
    rest, other = (prediction("p1", digest=digest, model=Model("tickets", OTHER)) for digest in (b"3", b"4"))
    assert after(CHAMPION, rest, other, rest).became == [
        Became.PREDICTION,
        Became.PREDICTION,
        Became.PREDICTION_FOLDED,
        Became.PREDICTION_REPEAT,
    ]


def test_a_label_without_a_model_serves_every_model_in_whatever_order_they_come() -> None:
    stores = [
        after(CHAMPION, SHADOWED, label()),
        after(label(), SHADOWED, CHAMPION),
        after(SHADOWED, label(), CHAMPION),
        Store().take(label(), CHAMPION, SHADOWED),
    ]
    for store in stores:
        assert (store.intents(MODEL), store.intents(SHADOW)) == ({"p1": "refund"}, {"p1": "refund"})


def test_a_label_that_completes_two_outcomes_does_so_in_one_order() -> None:
    for pair in ((CHAMPION, SHADOWED), (SHADOWED, CHAMPION)):
        assert after(*pair, label()).completed == [CHAMPION.key, SHADOWED.key]


def test_a_label_that_names_a_version_serves_that_version_alone() -> None:
    events: list[Event] = [CHAMPION, SHADOWED, label(scope=LabelScope("tickets", "8"))]
    for order in (events, events[::-1]):
        store = after(*order)
        assert (store.intents(MODEL), store.intents(SHADOW)) == ({}, {"p1": "refund"})


@pytest.mark.parametrize(
    ("scope", "served"),
    [
        (LabelScope("tickets"), {MODEL, SHADOW}),
        (LabelScope("tickets", environment="prod"), {MODEL, SHADOW}),
        (LabelScope(version="7"), {MODEL}),
        (LabelScope("tickets", "7", "staging"), set()),
        (LabelScope("triage"), set()),
    ],
)
def test_a_name_that_a_label_leaves_out_may_be_any(scope: LabelScope, served: set[Model]) -> None:
    assert {key.model for key in after(CHAMPION, SHADOWED, label(scope=scope)).outcomes} == served


@pytest.mark.parametrize("events", [[CHAMPION], [CHAMPION, SHADOWED]])
def test_a_label_that_no_prediction_fits_is_counted_as_that(events: list[Event]) -> None:
    """As where predictions say `prod` and labels `production`."""
    wrong = label(scope=LabelScope("tickets", "7", "production"))
    store = after(*events, wrong, wrong, label(revision=2, scope=LabelScope("tickets", "7")))
    assert store.became[-3:] == [Became.LABEL_FITS_NONE, Became.LABEL_REPEAT, Became.LABEL]
    assert store.intents(MODEL) == {"p1": "refund"}
    early = after(wrong, *events)
    assert (early.became[0], early.outcomes) == (Became.LABEL, {})


def test_a_label_that_brings_a_prediction_it_does_not_fit_is_counted_as_that_and_serves_one_that_comes_later() -> (
    None
):
    store = after((CHAMPION, label(scope=LabelScope(version="8"))), SHADOWED)
    assert store.became == [Became.LABEL_FITS_NONE, Became.PREDICTION]
    assert (store.intents(MODEL), store.intents(SHADOW)) == ({}, {"p1": "refund"})


def test_a_second_label_for_one_version_leaves_the_other_with_the_first() -> None:
    store = after(CHAMPION, SHADOWED, label("l1", intent="refund", hour=1))
    store.take(label("l2", intent="bug", hour=2, scope=LabelScope(version="8")))
    assert (store.intents(MODEL), store.intents(SHADOW)) == ({"p1": "refund"}, {"p1": "bug"})
    assert [(r.model, r.because) for r in store.revisions] == [
        (SHADOW, RevisionCause(RevisionKind.LABEL_ARRIVED, "l2"))
    ]


def test_a_correction_revises_every_model_it_serves() -> None:
    store = after(CHAMPION, SHADOWED, label(), label(intent="bug", revision=2))
    assert [(r.model, r.before.intent, r.after.intent, r.after.seq) for r in store.revisions] == [
        (MODEL, "refund", "bug", 1),
        (SHADOW, "refund", "bug", 2),
    ]


def test_a_correction_may_narrow_a_label_to_one_version() -> None:
    store = after(CHAMPION, SHADOWED, label(), label(revision=2, scope=LabelScope(version="8")))
    assert (store.intents(MODEL), store.intents(SHADOW)) == ({"p1": None}, {"p1": "refund"})


def test_a_retraction_takes_both_outcomes_out() -> None:
    store = after(CHAMPION, SHADOWED, label(), label(revision=2, retracted=True, intent=""))
    assert (store.intents(MODEL), store.intents(SHADOW)) == ({"p1": None}, {"p1": None})


def test_the_same_label_for_another_version_needs_a_higher_revision() -> None:
    first, second = (label(scope=LabelScope(version=version)) for version in ("7", "8"))
    store = after(CHAMPION, SHADOWED, first, second)
    assert store.became[-1] == "conflict"
    assert (store.intents(MODEL), store.intents(SHADOW)) == ({"p1": "refund"}, {})


def test_a_label_that_named_no_model_is_the_same_where_it_comes_again_and_names_one() -> None:
    """As labels do that were stored when their model was not read yet."""
    store = after(CHAMPION, SHADOWED, label(), label(scope=LabelScope(version="7")))
    assert store.became[-1] == Became.LABEL_REPEAT
    assert (store.intents(MODEL), store.intents(SHADOW)) == ({"p1": "refund"}, {"p1": "refund"})


def test_a_label_that_named_no_model_is_corrected_by_one_that_does_at_the_same_revision() -> None:
    store = after(CHAMPION, SHADOWED, label(), label(intent="bug", hour=2, scope=LabelScope(version="7")))
    assert store.became[-1] == Became.LABEL
    assert (store.intents(MODEL), store.intents(SHADOW)) == ({"p1": "bug"}, {"p1": None})


def test_what_else_differs_at_the_same_revision_and_time_is_still_a_conflict() -> None:
    other = label(intent="bug", scope=LabelScope(version="7"))
    assert after(CHAMPION, label(), other).became[-1] == "conflict"
    elsewhere = label(prediction_id="p2", hour=2, scope=LabelScope(version="7"))
    assert after(CHAMPION, label(), elsewhere).became[-1] == "conflict"


def test_a_label_that_brings_one_prediction_serves_the_other_too() -> None:
    store = after(SHADOWED, (CHAMPION, label()))
    assert (store.intents(MODEL), store.intents(SHADOW)) == ({"p1": "refund"}, {"p1": "refund"})


def test_twenty_models_may_answer_one_request() -> None:
    answers = [prediction("p1", model=Model("tickets", str(n))) for n in range(21)]
    store = Store().take(label(), *answers[:20])
    assert len(store.outcomes) == 20
    store.take(answers[20], answers[3], (answers[20], label("l2", hour=2)))
    assert store.became[-3:] == ["too_many_models", Became.PREDICTION_REPEAT, "too_many_models"]
    assert (len(store.outcomes), "l2" in store.memory.owner) == (20, False)


def test_an_erased_id_is_passed_over_for_every_model() -> None:
    join = Join(Memory({}, {}, {}, {}, erased={"p1"}), ACCEPT, frozenset())
    assert [join.take(event) for event in (CHAMPION, SHADOWED, label())] == [Became.ERASED] * 3


def test_a_record_read_before_of_what_retention_dropped_is_a_repeat() -> None:
    """Read a second time and made before then: it counted once. Anything else is new."""
    dropped = Memory({}, {}, {}, {}, dropped_before=NOON + timedelta(seconds=1))
    assert Join(dropped, ACCEPT, frozenset()).take(CHAMPION, read_before=True) is Became.PREDICTION_DROPPED
    late = Join(dropped, ACCEPT, frozenset())
    assert late.take(CHAMPION) is Became.PREDICTION_LATE
    late.take(label())
    assert [(done.model, done.outcome.intent) for done in late.changes().completed] == [(MODEL, "refund")]
    kept = Memory({}, {}, {}, {}, dropped_before=NOON)
    assert Join(kept, ACCEPT, frozenset()).take(CHAMPION, read_before=True) is Became.PREDICTION
    assert (
        Join(Memory({}, {}, {}, {}), ACCEPT, frozenset()).take(CHAMPION, read_before=True)
        is Became.PREDICTION
    )


def test_a_label_counts_also_where_the_prediction_it_brings_was_dropped() -> None:
    join = Join(Memory({}, {}, {}, {}, dropped_before=NOON + timedelta(days=1)), ACCEPT, frozenset())
    assert join.take((CHAMPION, label()), read_before=True) is Became.LABEL
    changes = join.changes()
    assert (changes.predictions, list(changes.labels), changes.completed) == ({}, ["l1"], [])


def test_a_dropped_prediction_with_other_content_is_still_a_conflict_where_its_outcome_is_known() -> None:
    memory = after(CHAMPION, label()).memory
    memory.dropped_before = NOON + timedelta(days=1)
    with pytest.raises(DecodeError, match="conflict"):
        Join(memory, ACCEPT, frozenset()).take(prediction("p1", "bug", digest=b"x"), read_before=True)
