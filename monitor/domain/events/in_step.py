"""Times in the order in which their events came in; the same out, those far out of step put right.

What came in side by side happened about the same time. One event with the time of another clock must not be when
a fall began, or a page came.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

AROUND = 10  # events before and behind each
FEWEST = 5  # of fewer nobody can tell which is out of step
LEAST = timedelta(days=1)


def in_step(times: Sequence[datetime]) -> list[datetime]:
    """Each time as it is, or, where it is far from those of its neighbours, that of the nearest of them in step.

    Of the 21 events around each (fewer where there are no more) the outer tenth on either side, one at least, is left
    out. Far is further from the others' range than that is wide, and than a day.

    >>> noon = datetime(2026, 11, 20, 12)
    >>> known = in_step([noon, noon, datetime(2016, 1, 1), noon, noon + timedelta(hours=1)])
    >>> known == [noon, noon, noon, noon, noon + timedelta(hours=1)]
    True

    Source: the product's own rule, after the moving median, Tukey 1977.
    """
    if len(times) < FEWEST:
        return list(times)
    seconds = np.array([at.timestamp() for at in times], np.float64)
    length = min(2 * AROUND + 1, len(times))
    ranked = np.sort(np.lib.stride_tricks.sliding_window_view(seconds, length), axis=1)
    outer = max(1, length // 10)
    window = np.clip(np.arange(len(times)) - AROUND, 0, len(ranked) - 1)
    low, high = ranked[window, outer], ranked[window, -1 - outer]
    far = np.maximum(high - low, LEAST.total_seconds())
    out = (seconds < low - far) | (seconds > high + far)
    steadied = list(times)
    kept = np.flatnonzero(~out)
    for place in np.flatnonzero(out).tolist():
        behind = int(np.searchsorted(kept, place))
        nearest = [kept[at] for at in (behind, behind - 1) if 0 <= at < len(kept)]
        steadied[place] = times[int(min(nearest, key=lambda at: abs(at - place)))]
    return steadied
