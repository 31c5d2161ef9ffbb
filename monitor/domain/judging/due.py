"""What is known of a cell comes in; until when it is judged alike if nothing comes to it goes out.

With every day without a label it has fewer labels a day, so a fall would go unseen for longer. What is said of that is
rounded, and changes from time to time.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection.detectability import (
    FallPace,
    fallen_recall,
    labels_needed,
    pace,
    weighted_pace,
)
from monitor.domain.judging.reasons import significant
from monitor.domain.judging.state import CellState, days_observed

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SHORT = 1e-9  # of the days: rounding must not make it late
SOON = 1e-4  # of the days: it is not worth looking closer


class NextLook(NamedTuple):
    """When a cell must be judged again though nothing comes to it: then (None: never), or at so many outcomes.

    From `watched_from` outcomes of its model on it may be rare enough to be watched. `told_since` is since when it was
    blind, where people were told of that.
    """

    at: datetime | None = None
    watched_from: int | None = None
    told_since: datetime | None = None


def alike_until(
    state: CellState, first_prediction: datetime | None, now: datetime, detect_within_days: float
) -> datetime | None:
    """Until when the days that go by change nothing of a cell's judgement at `now`; None: they never do.

    T, the days for which a fall goes unseen, grows with the days d of its labels, and T/d falls. So T is below a limit
    l at least until `d l / T(d)`. It may be earlier than it need be; then it is asked again. Costs: a few logs; where
    labels count by weights, what `weighted_days_to_page` does.
    """
    floor, support = state.held.floor, state.labels.tally.support
    if floor is None or floor < MIN_FLOOR or state.bet.broken or not support or not state.held.bet_per_day:
        return None
    if first_prediction is None:
        return None
    if now - first_prediction < DAY:
        return first_prediction + DAY
    days = days_observed(first_prediction, now)
    known = _pace(state, floor, days)
    unseen = known.days_to_page(state.held.bet_per_day) if known is not None else math.inf
    if unseen <= detect_within_days:
        limit = days * detect_within_days / unseen
    else:
        limit = support / _lowest_alike(support / days)
        if math.isfinite(unseen):
            limit = min(limit, days * (round(unseen, 0) + 0.5) / unseen)
        if known is not None and state.bet.weighted:
            limit = _as_many_needed(known, state, days, limit, detect_within_days)
    limit *= 1 - SHORT
    return first_prediction + timedelta(days=limit) if limit < 1e6 else None


def _pace(state: CellState, floor: float, days: float) -> FallPace | None:
    """As `CellState.unseen_days` has it."""
    fallen = None
    if state.held.believed and state.cell.group is None:
        (here,) = state.held.believed
        fallen = here.own * fallen_recall(floor)
        floor = here.as_read(floor)
    if not state.bet.weighted:
        return pace(floor, state.labels.per_day(days), fallen)
    weighed, min_probability = state.labels.tally.weighed, state.labels.min_probability
    return weighted_pace(weighed, floor, min_probability, days, fallen, one_class=state.cell.group is None)


def _as_many_needed(known: FallPace, state: CellState, days: float, limit: float, within: float) -> float:
    """The days, up to a limit, for which as many labels a day are said to be needed: with weights that drifts."""
    floor, money, total = state.held.floor or 0.0, state.held.bet_per_day, known.labels_per_day * days

    def needed(after: float) -> int:
        unseen = FallPace(total / after, known.growth).days_to_page(money)
        return math.ceil(labels_needed(money, floor, within, state.labels.per_day(after), unseen) * 10)

    now = needed(days)
    while needed(limit) != now:
        limit = (days + limit) / 2
        if limit - days < SOON * days:
            return days
    return limit


def _lowest_alike(value: float) -> float:
    """The lowest value that has the same two digits.

    >>> round(_lowest_alike(0.123), 4), round(_lowest_alike(0.1), 5), round(_lowest_alike(99.7), 2)
    (0.115, 0.0995, 99.5)
    """
    shown = significant(value, 2)
    unit = 10.0 ** (math.floor(math.log10(shown) + 1e-9) - 1)
    return shown - unit / (20 if shown < 10.5 * unit else 2)
