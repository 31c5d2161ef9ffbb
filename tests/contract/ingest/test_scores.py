"""How scores are counted: by day and predicted intent, in tenths, exactly, and out again when somebody is erased."""

import random
from datetime import timedelta

from sqlalchemy import Engine, text

from connectors.sql.database import writing
from connectors.sql.erasure import ErasureStore
from connectors.sql.evaluate.store import EvaluationStore
from monitor.domain.detection.scores import ScoreDay
from tests.stored import NOON, TICKETS, prediction, rows, store, take

DAY = 20_777  # since 1970, of NOON
TENTHS = ", ".join(f"tenth_{tenth}" for tenth in range(10))


def scores(engine: Engine) -> list[tuple[object, ...]]:
    return list(rows(engine, f"SELECT day, predicted, millionths, {TENTHS} FROM score_day ORDER BY 1, 2"))


def test_scores_are_counted_by_day_and_predicted_intent_in_tenths(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("a", score=0.0), prediction("b", score=0.949), prediction("c", score=1.0))
    take(writer, prediction("d", score=0.5, hours=12), prediction("e", "cancel", score=0.123456))
    take(writer, prediction("f", score=None), prediction("a", score=0.0))
    assert scores(engine) == [
        (DAY, "cancel", 123_456, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        (DAY, "refund", 1_949_000, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2),
        (DAY + 1, "refund", 500_000, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
    ]


def test_no_order_of_batches_changes_a_digit(engine: Engine) -> None:
    rng = random.Random(1)
    each = [prediction(f"p{n}", score=rng.random()) for n in range(60)]
    writer = store(engine)
    for begin in range(0, 60, 7):
        take(writer, *each[begin : begin + 7])
    ((_, _, total, *tenths),) = scores(engine)
    assert total == sum(round(made.score * 1_000_000) for made in each if made.score is not None)
    assert sum(map(int, map(str, tenths))) == 60


def test_what_is_erased_is_counted_out(engine: Engine) -> None:
    take(store(engine), prediction("a", score=0.25), prediction("b", score=0.75), prediction("c", score=None))
    ErasureStore(engine).erase(["a", "c"], None, NOON + timedelta(days=1))
    assert scores(engine) == [(DAY, "refund", 750_000, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0)]


def test_what_came_before_scores_were_counted_is_erased_and_leaves_nothing_below_none(engine: Engine) -> None:
    at = store(engine)
    take(
        at,
        prediction("a", score=0.9),
        prediction("b", "cancel", score=0.2),
        prediction("c", "cancel", score=0.3),
    )
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM score_day"))
    take(at, prediction("d", "cancel", score=0.35))
    ErasureStore(engine).erase(["a", "b", "c"], None, NOON + timedelta(days=1))
    assert scores(engine) == [(DAY, "cancel", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)]


def test_a_day_that_is_below_nothing_by_now_is_read_as_nothing(engine: Engine) -> None:
    take(store(engine), prediction("a", score=0.9))
    with writing(engine) as connection:
        connection.execute(text("UPDATE score_day SET millionths = -1800000, tenth_9 = -2"))
    with EvaluationStore(engine).evaluation() as transaction:
        days = transaction.score_days(TICKETS, ["refund"], DAY, DAY)
    assert days == {"refund": [ScoreDay(DAY, (0,) * 10, 0.0)]}
