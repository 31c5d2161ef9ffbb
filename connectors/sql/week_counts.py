"""Labelled tickets by the week of their prediction, kept as outcomes are saved, corrected and erased.

A sum over a million outcomes takes half a minute, and pages and reports ask for twelve weeks of them. Each sampling
probability is counted apart: what a ticket stands for depends on a setting, which may change.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from connectors.sql.dialect import Dialect, Row
from monitor.domain.events.answers import counted_answer
from monitor.domain.events.joined import Joined, Known, Revision
from monitor.domain.events.microseconds import DAY_US, to_us
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.types import Model

WEEK_US = 7 * DAY_US
MONDAY_US = 3 * DAY_US
"""From Monday, 1969-12-29 00:00 UTC, to the beginning of 1970: weeks are counted from then on."""
NOT_KNOWN = -1.0
"""Stands for a sampling probability that no label told, in a key that cannot be empty."""


class WeekKey(NamedTuple):
    """What is counted together: the tickets of one intent, predicted in one week, drawn with one probability."""

    model_id: int
    week: int
    intent: str
    probability: float


class CountedInWeek(NamedTuple):
    """An outcome that is counted (`by` 1), or not any more (-1)."""

    key: WeekKey
    predicted: str
    by: int


def week_of(ts_us: int) -> int:
    """The ISO week of a time, counted from 1969-12-29 on.

    >>> week_of(-1), week_of(4 * DAY_US - 1), week_of(4 * DAY_US)
    (0, 0, 1)
    """
    return (ts_us + MONDAY_US) // WEEK_US


def of_completed(outcomes: Iterable[Row]) -> Iterable[CountedInWeek]:
    """Rows in the order of `OUTCOME` that are new."""
    for _, _, model_id, ts_us, predicted, intent, _, _, _, _, probability, *_ in outcomes:
        yield from _counted(model_id, ts_us, predicted, intent, probability, 1)


def of_revised(
    revised: Iterable[Revision], known: Mapping[str, Mapping[Model, Known]], model_ids: Mapping[Model, int]
) -> Iterable[CountedInWeek]:
    """Each revised outcome as it was counted, out, and as it is now, in."""
    for revision in revised:
        of = known[revision.after.prediction_id][revision.model]
        for joined, by in ((revision.before, -1), (revision.after, 1)):
            yield from _counted(
                model_ids[revision.model],
                to_us(of.ts),
                _predicted(of, joined),
                joined.intent,
                joined.probability,
                by,
            )


def _predicted(of: Known, joined: Joined) -> str:
    return counted_answer(of.intent, of.answers, joined.intent) if of.answers else of.intent


def _counted(
    model_id: int, ts_us: int, predicted: str, intent: str | None, probability: float | None, by: int
) -> Iterable[CountedInWeek]:
    if intent is not None:
        known = NOT_KNOWN if probability is None else probability
        yield CountedInWeek(WeekKey(model_id, week_of(ts_us), intent, known), predicted, by)


def write_week_counts(sql: Dialect, changes: Iterable[CountedInWeek]) -> None:
    """Count them in and out; the rows are locked in their order."""
    counts: defaultdict[WeekKey, list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, predicted, by in changes:
        count = counts[key]
        count[0] += by
        count[1] += by * (predicted == key.intent)
        count[2] += by * (predicted == NO_ANSWER)
    sql.many(
        "INSERT INTO week_count (model_id, week, intent, probability, support, hits, unanswered)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (model_id, week, intent, probability) DO UPDATE SET"
        " support = week_count.support + excluded.support, hits = week_count.hits + excluded.hits,"
        " unanswered = week_count.unanswered + excluded.unanswered",
        [(*key, *count) for key, count in sorted(counts.items()) if any(count)],
    )


def count_erased(sql: Dialect, ids: object) -> None:
    """Take the outcomes of these predictions out, before they go."""
    rows = sql.rows(
        "SELECT model_id, ts_us, predicted, intent, probability FROM outcome WHERE prediction_id IN {ids}",
        ids,
    )
    write_week_counts(
        sql,
        (
            change
            for model_id, ts_us, predicted, intent, probability in rows
            for change in _counted(model_id, ts_us, predicted, intent, probability, -1)
        ),
    )
