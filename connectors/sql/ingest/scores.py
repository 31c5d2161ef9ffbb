"""How predictions' scores lie, by day and predicted intent: in tenths, so that a few rows tell of many."""

from collections.abc import Iterable

from connectors.sql.dialect import Dialect
from connectors.sql.predicted_names import KnownNames, PredictedNames
from monitor.domain.detection.scores import TENTHS, tenth_of
from monitor.domain.events.microseconds import DAY_US

Scored = tuple[
    int, int, str, float | None
]  # a model's id, when in microseconds, what was predicted, its score
TENTH_COLUMNS = [f"tenth_{tenth}" for tenth in range(TENTHS)]
_COLUMNS = ("millionths", *TENTH_COLUMNS)
MILLION = 1_000_000


def write_scores(sql: Dialect, names: KnownNames | PredictedNames, predictions: Iterable[Scored]) -> None:
    """Count the scores of predictions; those without a score are passed over."""
    days = _days(names, predictions)
    sql.many(
        f"INSERT INTO score_day (model_id, day, predicted, {', '.join(_COLUMNS)})"
        f" VALUES ({', '.join('?' * (3 + len(_COLUMNS)))}) ON CONFLICT (model_id, day, predicted) DO UPDATE SET "
        + ", ".join(f"{column} = score_day.{column} + excluded.{column}" for column in _COLUMNS),
        [(*key, *days[key]) for key in sorted(days)],
    )


def take_scores_out(sql: Dialect, names: KnownNames, predictions: Iterable[Scored]) -> None:
    """Count the scores of predictions no more. What came before scores were counted leaves the others at 0 at least."""
    days = _days(names, predictions)
    larger = "greatest" if sql.postgresql else "max"
    sql.many(
        f"UPDATE score_day SET {', '.join(f'{column} = {larger}({column} - ?, 0)' for column in _COLUMNS)}"
        " WHERE model_id = ? AND day = ? AND predicted = ?",
        [(*days[key], *key) for key in sorted(days)],
    )


def _days(
    names: KnownNames | PredictedNames, predictions: Iterable[Scored]
) -> dict[tuple[int, int, str], list[int]]:
    """What scores add to each column, by model, day and predicted intent."""
    by_name: dict[tuple[int, int, str], list[int]] = {}
    for model_id, ts_us, predicted, score in predictions:
        if score is not None:
            key = (model_id, ts_us // DAY_US, predicted)
            if (counts := by_name.get(key)) is None:
                counts = by_name[key] = [0] * len(_COLUMNS)
            counts[0] += round(score * MILLION)
            counts[1 + tenth_of(score)] += 1
    days: dict[tuple[int, int, str], list[int]] = {}
    for (model_id, day, predicted), counts in by_name.items():
        key = (model_id, day, names.counted_as(model_id, predicted))
        days[key] = [a + b for a, b in zip(days.get(key, [0] * len(_COLUMNS)), counts, strict=True)]
    return days
