"""What the join needs of the store across transactions, on SQLite and PostgreSQL alike."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from monitor.domain.events.fates import Became
from monitor.domain.events.join import Join
from monitor.domain.events.types import (
    Design,
    Kind,
    Outcome,
)
from tests.stored import (
    ACCEPT,
    NOON,
    TICKETS,
    counts,
    evaluator_sees,
    label,
    outcomes,
    prediction,
    rows,
    store,
    take,
)


def test_everything_of_an_outcome_comes_back_as_it_went_in(engine: Engine) -> None:
    made = prediction("p1", "cancel", score=0.25, slices={"channel": "email", "lang": "de"})
    expected = label("p1", "refund", kind=Kind.ADJUDICATED, design=Design.BY_PREDICTION, probability=0.02)
    take(store(engine), made)
    take(store(engine), expected)

    assert evaluator_sees(engine) == [
        Outcome(
            1,
            "p1",
            TICKETS,
            NOON,
            NOON + timedelta(days=1),
            "cancel",
            "refund",
            Kind.ADJUDICATED,
            Design.BY_PREDICTION,
            0.02,
            {"channel": "email", "lang": "de"},
        )
    ]


@pytest.mark.parametrize("together", [True, False])
def test_a_label_before_its_prediction_waits_for_it(engine: Engine, together: bool) -> None:
    writer = store(engine)
    if together:
        take(writer, label("p1"), prediction("p1"))
    else:
        take(writer, label("p1"))
        assert rows(engine, "SELECT prediction_id, model_id FROM prediction") == [("p1", None)]
        assert outcomes(engine) == []
        take(writer, prediction("p1", slices={"channel": "web"}))

    assert outcomes(engine) == [(1, "p1", "refund", "refund", "label-p1")]
    assert rows(engine, "SELECT count(*) FROM prediction WHERE model_id IS NOT NULL") == [(1,)]


def test_a_label_whose_prediction_never_came_can_be_corrected_meanwhile(engine: Engine) -> None:
    writer = store(engine)
    take(writer, label("p1", "refund"))
    take(writer, label("p1", "cancel", revision=2))
    take(writer, prediction("p1"))

    assert outcomes(engine) == [(1, "p1", "refund", "cancel", "label-p1")]
    assert counts(engine, "revision") == {"revision": 0}


def test_an_equal_prediction_and_an_equal_label_are_repeats(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1", slices={"channel": "web"}), label("p1", probability=0.1))
    before = rows(engine, "SELECT * FROM prediction"), rows(engine, "SELECT * FROM label"), outcomes(engine)

    with writer.transaction() as transaction:
        events = prediction("p1", slices={"channel": "web"}), label("p1", probability=0.1)
        memory = transaction.load({events[0].key: events[0]}, [events[1]])
        join = Join(memory, ACCEPT, frozenset())
        assert [join.take(event) for event in events] == [Became.PREDICTION_REPEAT, Became.LABEL_REPEAT]
        transaction.write(join.changes(), memory)

    assert before == (
        rows(engine, "SELECT * FROM prediction"),
        rows(engine, "SELECT * FROM label"),
        outcomes(engine),
    )
    assert rows(engine, "SELECT predictions, labelled FROM traffic") == [(1, 1)]


def test_a_correction_keeps_the_place_and_leaves_what_was(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1"), label("p1", "refund"), prediction("p2"), label("p2"))
    take(writer, label("p1", "cancel", revision=2))

    assert outcomes(engine) == [
        (1, "p1", "refund", "cancel", "label-p1"),
        (2, "p2", "refund", "refund", "label-p2"),
    ]
    ((number, seq, was, now, because),) = rows(engine, "SELECT id, seq, was, now, because FROM revision")
    assert (number, seq, because) == (1, 1, '{"kind":"label_corrected","label_id":"label-p1"}')
    assert '"intent":"refund"' in was
    assert '"intent":"cancel"' in now


def test_a_retraction_empties_the_outcome_and_a_second_label_fills_it_again(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1"), label("p1"))
    take(writer, label("p1", "", revision=2, retracted=True))
    assert outcomes(engine) == [(1, "p1", "refund", None, "label-p1")]
    assert evaluator_sees(engine) == []
    assert rows(engine, "SELECT predictions, labelled FROM traffic") == [(1, 0)]

    take(writer, label("p1", "cancel", label_id="second"))
    assert outcomes(engine) == [(1, "p1", "refund", "cancel", "second")]
    assert rows(engine, "SELECT predictions, labelled FROM traffic") == [(1, 1)]
    assert rows(engine, "SELECT id, because FROM revision ORDER BY id") == [
        (1, '{"kind":"label_retracted","label_id":"label-p1"}'),
        (2, '{"kind":"label_arrived","label_id":"second"}'),
    ]


def test_retracting_the_label_that_holds_lets_the_other_hold(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1"), label("p1", "refund"))
    take(writer, label("p1", "cancel", label_id="judge", kind=Kind.ADJUDICATED, hours=-5))
    assert outcomes(engine)[0][3:] == ("cancel", "judge")

    take(writer, label("p1", "", label_id="judge", kind=Kind.ADJUDICATED, revision=2, retracted=True))
    assert outcomes(engine)[0][3:] == ("refund", "label-p1")


def test_a_label_that_moves_to_another_prediction_leaves_the_first(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1"), prediction("p2"), label("p1", label_id="x"))
    take(writer, label("p2", "cancel", label_id="x", revision=2))

    assert outcomes(engine) == [(1, "p1", "refund", None, "x"), (2, "p2", "refund", "cancel", "x")]
    assert rows(engine, "SELECT label_id, prediction_id FROM label") == [("x", "p2")]


def test_an_outdated_label_changes_nothing(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1"), label("p1", "cancel", revision=3))
    take(writer, label("p1", "refund", revision=2))

    assert outcomes(engine)[0][3] == "cancel"
    assert rows(engine, "SELECT revision, intent FROM label") == [(3, "cancel")]


@pytest.mark.parametrize("accepted", [Kind.COMPLAINT, Kind.CORRECTION, Kind.WEAK])
def test_a_label_of_a_kind_that_does_not_count_is_kept_but_completes_nothing(
    engine: Engine, accepted: Kind
) -> None:
    take(store(engine), prediction("p1"), label("p1", kind=accepted))
    assert counts(engine, "label", "outcome") == {"label": 1, "outcome": 0}


def test_what_was_loaded_but_not_taken_leaves_no_trace(engine: Engine) -> None:
    """As when poison cuts a batch short: nothing behind the cut may count as having arrived."""
    writer = store(engine)
    take(writer, label("waits"))
    behind = {name: prediction(name) for name in ("p1", "p2", "waits")}
    with writer.transaction() as transaction:
        sent = {each.key: each for each in behind.values()}
        memory = transaction.load(sent, [label("p1"), label("p3")])
        join = Join(memory, ACCEPT, frozenset())
        join.take(label("p1"))
        transaction.write(join.changes(), memory)

    assert rows(engine, "SELECT prediction_id, model_id, digest FROM prediction ORDER BY 1") == [
        ("p1", None, None),
        ("waits", None, None),
    ]
    take(writer, *behind.values())
    assert [row[1] for row in outcomes(engine)] == ["p1", "waits"]
    assert rows(engine, "SELECT predictions, labelled FROM traffic") == [(3, 2)]


def test_the_prediction_that_was_taken_is_kept_and_not_the_first_that_was_tried(engine: Engine) -> None:
    """An inline prediction goes down with its refused label; the next of its id is then the first."""
    writer = store(engine)
    refused, taken = prediction("p1", "refund"), prediction("p1", "cancel")
    with writer.transaction() as transaction:
        memory = transaction.load({refused.key: refused}, [])
        join = Join(memory, ACCEPT, frozenset())
        join.take(taken)
        transaction.write(join.changes(), memory)

    assert rows(engine, "SELECT intent FROM prediction") == [("cancel",)]
