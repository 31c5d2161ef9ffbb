"""Times in the order in which their events came in; the same out, those far out of step put right.

What came in side by side happened about the same time. One event with the time of another clock must not be when
a fall began, or a page came.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

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
    steadied = list(times)
    for place, nearest in out_of_step(np.array([at.timestamp() for at in times], np.float64)).items():
        steadied[place] = times[nearest]
    return steadied


def in_step_us(times_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same of times in microseconds."""
    steadied = times_us.copy()
    for place, nearest in out_of_step(times_us / 1e6).items():
        steadied[place] = times_us[nearest]
    return steadied


def out_of_step(seconds: NDArray[np.float64]) -> dict[int, int]:
    """The places of times that are out of step, each with that of the nearest that is in step."""
    if len(seconds) < FEWEST:
        return {}
    length = min(2 * AROUND + 1, len(seconds))
    windows = np.lib.stride_tricks.sliding_window_view(seconds, length)
    of_place = np.clip(np.arange(len(seconds)) - AROUND, 0, len(windows) - 1)
    # Where all that is around lies within a day, nothing is further than that from anything.
    wide = np.flatnonzero(windows.max(axis=1) - windows.min(axis=1) > LEAST.total_seconds())
    places = np.flatnonzero(np.isin(of_place, wide))
    if not len(places):
        return {}
    ranked = np.sort(windows[wide], axis=1)
    outer = max(1, length // 10)
    window = np.searchsorted(wide, of_place[places])
    low, high = ranked[window, outer], ranked[window, -1 - outer]
    far = np.maximum(high - low, LEAST.total_seconds())
    at = seconds[places]
    out = places[(at < low - far) | (at > high + far)]
    kept = np.setdiff1d(np.arange(len(seconds)), out, assume_unique=True)
    nearest = {}
    for place in out.tolist():
        behind = int(np.searchsorted(kept, place))
        beside = [kept[near] for near in (behind, behind - 1) if 0 <= near < len(kept)]
        nearest[place] = int(min(beside, key=lambda near: abs(near - place)))
    return nearest
