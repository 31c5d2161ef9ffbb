"""Twelve weeks side by side."""

from monitor.domain.weekly.counts import WeekCount
from monitor.domain.weekly.report import trend
from tests.review.weeks import WEEK


def test_a_trend_has_twelve_places_and_this_week_is_the_last() -> None:
    counts = trend(
        WEEK, {WEEK: WeekCount(3, 1), WEEK.before(11): WeekCount(1, 0), WEEK.before(12): WeekCount(9, 9)}
    )
    assert (len(counts), counts[-1], counts[0], counts[1]) == (
        12,
        WeekCount(3, 1),
        WeekCount(1, 0),
        WeekCount(),
    )
