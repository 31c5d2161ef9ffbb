"""How much of what a model predicts, on SQLite and PostgreSQL alike."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.labels.traffic import TrafficStore
from monitor.labels.ports.traffic import ClassTraffic
from tests.stored import NOON, SHADOW, TICKETS, prediction, store, take

LATER = NOON + timedelta(days=365)


def test_a_model_that_predicted_nothing_has_no_traffic(engine: Engine) -> None:
    take(store(engine), prediction("p1", "refund", model=SHADOW))
    assert TrafficStore(engine).lately(TICKETS, LATER, 7) == ClassTraffic()


def test_of_a_new_model_the_hours_since_its_release_count(engine: Engine) -> None:
    take(store(engine), *(prediction(f"p{hour}", "refund", hours=hour) for hour in range(6)))

    traffic = TrafficStore(engine).lately(TICKETS, LATER, 7)
    assert traffic == ClassTraffic(0.25, {"refund": 6})
    assert traffic.per_day == {"refund": 24}


def test_of_an_old_one_the_last_days_up_to_its_newest_prediction(engine: Engine) -> None:
    take(
        store(engine),
        prediction("old", "refund", hours=-200),
        prediction("first", "refund", hours=-167),
        prediction("p1", "cancel"),
        prediction("p2", "refund"),
        prediction("other", "cancel", model=SHADOW),
    )

    assert TrafficStore(engine).lately(TICKETS, LATER, 7) == ClassTraffic(7.0, {"refund": 2, "cancel": 1})


def test_what_is_stamped_in_the_future_does_not_move_the_days(engine: Engine) -> None:
    take(store(engine), prediction("p1", "refund"), prediction("p2", "refund", hours=24 * 30))

    traffic = TrafficStore(engine).lately(TICKETS, NOON + timedelta(hours=1), 7)
    assert traffic.by_class == {"refund": 1}
    assert traffic.days == pytest.approx(1 / 24)
