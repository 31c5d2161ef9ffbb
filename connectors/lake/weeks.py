"""Outcomes and predictions in, the rows of a weekly report out; all of it as expressions."""

from typing import TYPE_CHECKING

from connectors.lake.tallies import MODEL, by_slice, counted, scored
from monitor.domain.events.microseconds import DAY_US, to_us
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.weekly.calendar import Week

if TYPE_CHECKING:
    import ibis.expr.types as ir

_WEEK_US, _MONDAY_US = 7 * DAY_US, 3 * DAY_US  # weeks are counted from Monday, 1969-12-29


def week_counts(outcomes: "ir.Table", begin: Week, end: Week, slices: tuple[str, ...] = ()) -> "ir.Table":
    """Labelled tickets by cell and by the week of their prediction (`week_us`, its beginning), by their probability."""
    rows = by_slice(_within(counted(outcomes), begin, end), slices)
    week = ((rows.ts_us + _MONDAY_US) // _WEEK_US).cast("int64")
    rows = rows.mutate(week_us=week * _WEEK_US - _MONDAY_US)
    return scored(rows.group_by(*MODEL, "intent", "slice", "week_us", "probability"))


def traffic(came: "ir.Table", week: Week) -> "ir.Table":
    """A model's `predictions` of the week, and on how many of them it `abstained`."""
    import ibis

    return (
        _within(came, week, week)
        .group_by(*MODEL)
        .agg(
            predictions=ibis._.count(),
            abstained=ibis._.count(where=ibis._.predicted == NO_ANSWER),
        )
    )


def labelled(outcomes: "ir.Table", week: Week) -> "ir.Table":
    """How many of a week's predictions are `labelled`, by model."""
    import ibis

    return _within(counted(outcomes), week, week).group_by(*MODEL).agg(labelled=ibis._.count())


def labelled_by(outcomes: "ir.Table", week: Week, until_us: int) -> "ir.Table":
    """How many of a week's predictions had been `labelled` by then, by model."""
    import ibis

    rows = _within(counted(outcomes), week, week)
    return rows.filter(rows.labeled_at_us <= until_us).group_by(*MODEL).agg(labelled=ibis._.count())


def _within(rows: "ir.Table", begin: Week, end: Week) -> "ir.Table":
    return rows.filter((rows.ts_us >= to_us(begin.begin)) & (rows.ts_us < to_us(end.end)))
