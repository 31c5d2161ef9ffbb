"""The weeks of outcomes that are kept as sums are what a sum over all outcomes gives, whatever became of them.

Random histories of predictions, labels, corrections, retractions, draws and erasures, on SQLite and PostgreSQL alike.
"""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.review.status import StatusStore
from connectors.sql.review.weeks import WeekStore
from connectors.sql.week_counts import week_of
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from tests.contract.histories import LEAST, History
from tests.stored import NOON, TICKETS, label, prediction, rows, store, take

SLOWLY = (
    "SELECT model_id, (ts_us + 259200000000) / 604800000000, intent, coalesce(probability, -1.0), count(*),"
    " sum(CASE WHEN predicted = intent THEN 1 ELSE 0 END), sum(CASE WHEN predicted = '' THEN 1 ELSE 0 END)"
    " FROM outcome WHERE intent IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
)
KEPT = (
    "SELECT model_id, week, intent, probability, support, hits, unanswered FROM week_count WHERE support <> 0"
    " OR hits <> 0 OR unanswered <> 0 ORDER BY 1, 2, 3, 4"
)
TRAFFIC = (
    "SELECT model_id, sum(predictions), sum(CASE WHEN predicted = '' THEN predictions ELSE 0 END)"
    " FROM traffic GROUP BY model_id ORDER BY model_id"
)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_a_sum_over_all_outcomes_gives(engine: Engine, seed: int) -> None:
    history = History(engine, seed)
    for _ in range(10):
        history.live(6)
        assert rows(engine, KEPT) == rows(engine, SLOWLY)
        assert rows(engine, "SELECT * FROM model_traffic ORDER BY model_id") == rows(engine, TRAFFIC)
    assert rows(engine, "SELECT count(*) FROM revision")[0][0] > 20
    assert {row[3] for row in rows(engine, KEPT)} >= {-1.0, 0.02, 0.25}


def test_a_week_begins_on_monday_and_what_is_taken_back_leaves_it(engine: Engine) -> None:
    """2026-11-20 is a Friday, so its week begins 108 hours before its noon."""
    monday = NOON - timedelta(hours=108)
    assert Week.of(monday) == Week.of(NOON) != Week.of(monday - timedelta(microseconds=1))
    assert week_of(to_us(monday)) == week_of(to_us(NOON)) == week_of(to_us(monday) - 1) + 1
    take(
        store(engine),
        *(prediction(f"p{hours}", hours=hours) for hours in (-109, -108, 0)),
        prediction("none", "", hours=1),
        *(label(f"p{hours}") for hours in (-109, -108, 0)),
        label("none", probability=0.01, design=Design.BY_PREDICTION),
    )
    now, before = Week.of(NOON), Week.of(NOON).before(1)
    counts = WeekStore(engine).counts(before, now, LEAST, [TICKETS])
    refund = Cell(TICKETS, "refund")
    assert counts == {refund: {before: WeekCount(1, 0, 1.0, 1.0), now: WeekCount(2, 1, 2.0, 22.0, 1)}}
    take(store(engine), label("p0", revision=2, retracted=True), label("none", "spam", revision=2))
    assert WeekStore(engine).counts(now, now, LEAST) == {
        refund: {now: WeekCount(1, 0, 1.0, 1.0)},
        Cell(TICKETS, "spam"): {now: WeekCount(0, 1, 0.0, 1.0, 1)},
    }


def test_all_of_a_model_s_traffic_is_known_beside_its_labels(engine: Engine) -> None:
    take(store(engine), prediction("p1"), prediction("p2", ""), prediction("p3"), label("p1"))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE model SET last_label_us = 0, delays = '{}'")
    (labelled,) = StatusStore(engine).labelling()
    assert (labelled.predictions, labelled.abstained) == (3, 1)
