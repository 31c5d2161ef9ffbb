"""Outcomes in, counted by cell and day, and by what was predicted for what; all of it as expressions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.domain.events.microseconds import DAY_US, HOUR_US
from monitor.domain.events.names import NO_ANSWER

if TYPE_CHECKING:
    import ibis.expr.types as ir

MODEL = ("model", "version", "environment")


def counted(outcomes: "ir.Table") -> "ir.Table":
    """The outcomes that count: those whose ticket has a label that holds."""
    return outcomes.filter(outcomes.intent.notnull())


def by_slice(outcomes: "ir.Table", slices: Sequence[str]) -> "ir.Table":
    """Each outcome as a whole, with an empty `slice`, and once for each of these slices that it has, `name=value`."""
    import ibis

    within = [(ibis.literal(f"{name}=") + outcomes.slices.get(name)) for name in slices]
    if not within:
        return outcomes.mutate(slice=ibis.literal(""))
    each = outcomes.mutate(slice=ibis.array([ibis.literal(""), *within]).unnest())
    return each.filter(each.slice.notnull())


def tallies(outcomes: "ir.Table", slices: Sequence[str] = ()) -> "ir.Table":
    """Hits and support of each cell by the day of the prediction (since 1970, UTC), by how its tickets were drawn.

    Columns: the model's, `intent`, `slice`, `day`, `design`, `probability`, `support`, `hits`, `unanswered`.
    """
    rows = by_slice(counted(outcomes), slices)
    rows = rows.mutate(day=_floored(rows.ts_us, DAY_US))
    return scored(rows.group_by(*MODEL, "intent", "slice", "day", "design", "probability"))


def scored(groups: "ir.GroupedTable") -> "ir.Table":
    """Of each group of outcomes its `support`, its `hits`, and how many were `unanswered`."""
    import ibis

    predicted = ibis._.predicted
    return groups.agg(
        support=ibis._.count(),
        hits=ibis._.count(where=predicted == ibis._.intent),
        unanswered=ibis._.count(where=predicted == NO_ANSWER),
    )


def confusions(outcomes: "ir.Table", slices: Sequence[str] = ()) -> "ir.Table":
    """How often a cell's tickets were predicted as what, by how they were drawn.

    Columns: the model's, `intent`, `slice`, `predicted`, `design`, `probability`, `outcomes`.
    """
    import ibis

    rows = by_slice(counted(outcomes), slices)
    by = rows.group_by(*MODEL, "intent", "slice", "predicted", "design", "probability")
    return by.agg(outcomes=ibis._.count())


def hourly(came: "ir.Table") -> "ir.Table":
    """The `predictions` of each hour (since 1970, UTC) by what was predicted, and the `arrival` of the first."""
    import ibis

    rows = came.mutate(hour=_floored(came.ts_us, HOUR_US))
    return rows.group_by(*MODEL, "hour", "predicted").agg(
        predictions=ibis._.count(), arrival=ibis._.arrival.min()
    )


def hourly_labelled(outcomes: "ir.Table") -> "ir.Table":
    """How many of the predictions of each hour are `labelled`, by what was predicted; of several answers the first."""
    import ibis

    rows = counted(outcomes)
    rows = rows.mutate(
        hour=_floored(rows.ts_us, HOUR_US), predicted=ibis.coalesce(rows.answers[0], rows.predicted)
    )
    return rows.group_by(*MODEL, "hour", "predicted").agg(labelled=ibis._.count())


def known_hours(outcomes: "ir.Table") -> "ir.Table":
    """The `outcomes` that became known in each hour (since 1970, UTC), the `first` of them, and the `last`."""
    import ibis

    rows = outcomes.mutate(known_us=known_us(outcomes))
    rows = rows.mutate(hour=_floored(rows.known_us, HOUR_US))
    return rows.group_by("hour").agg(
        outcomes=ibis._.count(), first=ibis._.known_us.min(), last=ibis._.known_us.max()
    )


def known_us(outcomes: "ir.Table") -> "ir.IntegerValue":
    """When an outcome was complete, predicted and labelled; without a label, when it was predicted."""
    import ibis

    return ibis.greatest(outcomes.ts_us, outcomes.labeled_at_us.fill_null(outcomes.ts_us))


def _floored(us: "ir.IntegerValue", unit: int) -> "ir.IntegerValue":
    """Whole units; times are after 1970, where rounding down is cutting off."""
    return (us // unit).cast("int64")
