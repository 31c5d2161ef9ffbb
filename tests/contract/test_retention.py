"""Old predictions go, on SQLite and PostgreSQL alike; whatever has been counted stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql import retention
from connectors.sql.database import writing
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.retention import drop_old_predictions
from monitor.domain.judging.state import CellLabels, CellState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from tests.contract.together import wait_until_somebody_waits
from tests.stored import NOON, TICKETS, counts, label, outcomes, prediction, rows, store, take, take_in

DAY = 24


def days_later(days: int, engine: Engine) -> int:
    """Run it so many days after noon; predictions are kept for ten."""
    return drop_old_predictions(engine, NOON + timedelta(days=days), 10)


def test_predictions_go_when_they_are_old_and_not_a_moment_before(engine: Engine) -> None:
    take(store(engine), prediction("old"), prediction("young", hours=DAY), prediction("new", hours=5 * DAY))

    assert days_later(10, engine) == 0
    assert days_later(11, engine) == 1
    assert rows(engine, "SELECT prediction_id FROM prediction ORDER BY 1") == [("new",), ("young",)]


def test_outcomes_labels_traffic_and_tallies_stay(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.save([CellState(Cell(TICKETS, "refund"), CellLabels(Tally(1)))], {})
    kept = {"outcome": 1, "label": 1, "traffic": 1, "cell": 1}

    assert days_later(99, engine) == 1
    assert counts(engine, *kept) == kept
    assert counts(engine, "prediction") == {"prediction": 0}


def test_a_correction_after_the_prediction_is_gone_still_counts(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1", slices={"channel": "web"}), label("p1", "refund"))
    days_later(99, engine)

    take(writer, label("p1", "cancel", revision=2))
    assert outcomes(engine) == [(1, "p1", "refund", "cancel", "label-p1")]
    assert counts(engine, "prediction", "revision") == {"prediction": 0, "revision": 1}
    take(writer, label("p1", "", revision=3, retracted=True))
    assert outcomes(engine)[0][3] is None
    assert rows(engine, "SELECT labelled FROM traffic") == [(0,)]

    days_later(999, engine)
    assert counts(engine, "label") == {"label": 1}


def test_a_prediction_that_comes_again_after_it_went_makes_no_second_outcome(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1"), label("p1"))
    days_later(99, engine)

    take(writer, prediction("p1"), label("p1", "cancel", revision=2))
    take(writer, prediction("p1"))
    take(writer, label("p1", "billing", revision=3))
    assert outcomes(engine) == [(1, "p1", "refund", "billing", "label-p1")]


def test_whom_a_prediction_was_about_goes_with_it_unless_it_has_an_outcome(engine: Engine) -> None:
    with store(engine).transaction() as transaction:
        take_in(transaction, prediction("alone"), prediction("labelled"), label("labelled"))
        transaction.note_subjects({prediction("alone").key: "hash-1", prediction("labelled").key: "hash-2"})

    days_later(10, engine)
    assert counts(engine, "subject") == {"subject": 2}
    days_later(11, engine)
    assert rows(engine, "SELECT prediction_id FROM subject") == [("labelled",)]


def test_labels_that_waited_too_long_go_and_younger_ones_go_on_waiting(engine: Engine) -> None:
    writer = store(engine)  # labels arrive a day after noon
    take(writer, label("never"), label("never", label_id="neither"), label("later", hours=5 * DAY))
    take(writer, label("both"), label("both", label_id="young", hours=5 * DAY))

    assert days_later(11, engine) == 0
    assert days_later(12, engine) == 1
    assert rows(engine, "SELECT label_id FROM label ORDER BY 1") == [
        ("label-both",),
        ("label-later",),
        ("young",),
    ]
    take(writer, prediction("later"), prediction("never"))
    assert [row[1] for row in outcomes(engine)] == ["later"]


def test_a_label_has_waited_since_it_arrived_whatever_time_it_carries(engine: Engine) -> None:
    writer = store(engine)
    for name, hours in (("of last year", -365 * DAY), ("of tomorrow", DAY)):
        with writer.transaction(NOON) as transaction:
            take_in(transaction, label(name, hours=hours))

    assert days_later(10, engine) == 0
    assert days_later(11, engine) == 2
    assert counts(engine, "prediction", "label") == {"prediction": 0, "label": 0}


def test_many_go_a_chunk_at_a_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 3)
    take(store(engine), *(prediction(f"p{n}") for n in range(7)), *(label(f"w{n}") for n in range(7)))
    assert days_later(99, engine) == 14
    assert counts(engine, "prediction", "label") == {"prediction": 0, "label": 0}


def test_a_label_whose_prediction_arrives_in_the_same_moment_is_not_lost(postgresql_engine: Engine) -> None:
    writer = store(postgresql_engine)
    take(writer, label("p1"))
    with ThreadPoolExecutor(1) as pool:
        with writer.transaction() as transaction:
            take_in(transaction, prediction("p1", hours=50 * DAY))
            waiting = pool.submit(days_later, 55, postgresql_engine)
            wait_until_somebody_waits(postgresql_engine)
        assert waiting.result(20) == 0
    assert counts(postgresql_engine, "label", "outcome") == {"label": 1, "outcome": 1}


def test_a_label_that_comes_in_the_same_moment_keeps_those_that_waited_long(
    postgresql_engine: Engine,
) -> None:
    writer = store(postgresql_engine)
    take(writer, label("p1"))
    with ThreadPoolExecutor(1) as pool:
        with writer.transaction() as transaction:
            take_in(transaction, label("p1", label_id="young", hours=50 * DAY))
            waiting = pool.submit(days_later, 55, postgresql_engine)
            wait_until_somebody_waits(postgresql_engine)
        assert waiting.result(20) == 0
    assert counts(postgresql_engine, "label", "prediction") == {"label": 2, "prediction": 1}


def test_an_erasure_in_the_same_moment_is_waited_for(postgresql_engine: Engine) -> None:
    """Else each would wait for what the other has locked, and PostgreSQL would end one of them."""
    take(store(postgresql_engine), prediction("p1"))
    later = NOON + timedelta(days=55)
    with ThreadPoolExecutor(1) as pool:
        with writing(postgresql_engine) as connection:
            connection.exec_driver_sql(
                "LOCK TABLE prediction IN SHARE ROW EXCLUSIVE MODE"
            )  # as an erasure does
            dropping = pool.submit(drop_old_predictions, postgresql_engine, later, 10, archived_only=True)
            wait_until_somebody_waits(postgresql_engine)
            connection.exec_driver_sql("DELETE FROM prediction")
        assert dropping.result(20) == 0
