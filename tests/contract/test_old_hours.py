"""Traffic of long ago is kept by the day: no sum of a day, a week or a model changes, whatever comes later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql import old_hours
from connectors.sql.erasure import ErasureStore
from connectors.sql.old_hours import fold_old_hours
from monitor.domain.events.joined import Changes
from monitor.domain.events.microseconds import HOUR_US, to_us
from tests.contract.together import wait_until_somebody_waits
from tests.stored import NOON, label, prediction, rows, store, take

MIDNIGHT = to_us(NOON) // HOUR_US // 24 * 24
DAY = timedelta(days=1)
YOUNGER = [(24, "refund", 1, 0), (47, "refund", 1, 0), (48, "refund", 1, 0)]


def traffic(engine: Engine) -> list[tuple[int, str, int, int]]:
    """Hours since noon's midnight, the predicted intent, predictions, and how many of them are labelled."""
    found = rows(
        engine, "SELECT hour, predicted, predictions, labelled FROM traffic ORDER BY hour, predicted"
    )
    return [(hour - MIDNIGHT, predicted, made, labelled) for hour, predicted, made, labelled in found]


@pytest.fixture
def folded(engine: Engine) -> Engine:
    """Two days and an hour of traffic, of which the first day is old enough."""
    hours = (-12, 0, 1, 1, 11, 12, 35, 36)
    writer = store(engine)
    take(writer, *(prediction(f"p{n}", hours=hour) for n, hour in enumerate(hours)))
    take(writer, prediction("other", "cancel", hours=1), label("other"), label("p2"), label("p4"))
    before = traffic(engine)
    fold_old_hours(engine, NOON + 31 * DAY, 30)
    assert traffic(engine) != before
    return engine


def test_hours_of_days_that_are_old_enough_become_one(folded: Engine) -> None:
    day = [(0, "cancel", 1, 1), (0, "refund", 5, 2)]
    assert traffic(folded) == [*day, *YOUNGER]
    fold_old_hours(folded, NOON + 31 * DAY, 30)
    assert traffic(folded) == [*day, *YOUNGER]


def test_not_within_a_month_whatever_is_configured(engine: Engine) -> None:
    take(store(engine), prediction("p"))
    fold_old_hours(engine, NOON + 29 * DAY, 1)
    assert traffic(engine) == [(12, "refund", 1, 0)]


def test_a_label_that_comes_later_counts_on_the_day_of_its_prediction(folded: Engine) -> None:
    take(store(folded), label("p3"))
    assert sum(labelled for hour, _, _, labelled in traffic(folded) if 0 <= hour < 24) == 4
    take(store(folded), label("p2", "", revision=2, retracted=True))
    fold_old_hours(folded, NOON + 31 * DAY, 30)
    assert traffic(folded)[:2] == [(0, "cancel", 1, 1), (0, "refund", 5, 2)]


def test_what_is_erased_leaves_the_day_of_its_prediction(folded: Engine) -> None:
    ErasureStore(folded).erase(["p2", "p5"], None, NOON)
    fold_old_hours(folded, NOON + 31 * DAY, 30)
    day = [(0, "cancel", 1, 1), (0, "refund", 4, 1)]
    assert traffic(folded) == [*day, (24, "refund", 0, 0), *YOUNGER[1:]]


def test_what_an_agent_adds_meanwhile_is_not_lost(postgresql_engine: Engine) -> None:
    take(store(postgresql_engine), prediction("p1"))
    with ThreadPoolExecutor(1) as pool:
        with store(postgresql_engine).transaction() as transaction:
            made = prediction("p2")
            memory = transaction.load({made.key: made}, [])
            memory.predictions[made.prediction_id] = {made.model: made}
            transaction.write(Changes({made.key: made}, {}, [], []), memory)
            folding = pool.submit(fold_old_hours, postgresql_engine, NOON + 99 * DAY, 30)
            wait_until_somebody_waits(postgresql_engine)
        folding.result(timeout=30)
    assert traffic(postgresql_engine) == [(0, "refund", 2, 0)]


def test_the_newest_hours_of_events_times_are_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_hours, "HOURS_KEPT", 2)
    take(store(engine), *(prediction(f"p{hour}", hours=hour) for hour in (0, 5, 9)))
    fold_old_hours(engine, NOON, 30)
    assert len(rows(engine, "SELECT hour FROM event_hour")) == 2
    assert rows(engine, "SELECT max(hour) FROM event_hour") == [(MIDNIGHT + 21,)]
