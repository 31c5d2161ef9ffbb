"""How late a sound event of a file can be: all its times in, the last that is not far ahead of the rest out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from monitor.domain.events.fields import EARLIEST, LATEST

LABELS_TRAIL = timedelta(days=90)  # how far behind the predictions the last label of a file may come
STRAYS = 100  # at most one in so many is far ahead of the rest; more of them are no slip


def horizon(
    predictions: Sequence[float], labels: Sequence[float], now: datetime, future: timedelta
) -> datetime:
    """The latest time that an event of the file may carry.

    Args:
        predictions: when the predictions were made, in seconds since 1970, in any order.
        labels: when the labels were given.
        now: the receiving clock. It counts where most of the file is in its past: a file may as well hold a
            world that has not happened.
        future: how far ahead of the rest an event may be.

    An event is far ahead if that is more than `future` and more than twice the longest pause of the rest, of which
    a hundredth at either end is left out, so that neither one of long ago nor another far ahead widens it.
    """
    times = np.concatenate([np.asarray(predictions, float), np.asarray(labels, float)])
    is_label = np.arange(len(times)) >= len(predictions)
    possible = (times >= EARLIEST.timestamp()) & (times <= LATEST.timestamp())
    order = np.argsort(times[possible], kind="stable")
    times, is_label = times[possible][order], is_label[possible][order]
    end = len(times)
    if not end:
        return now + future
    few = end // STRAYS
    core = times[few : end - few]
    usual = max(future.total_seconds(), 2 * float(np.diff(core).max(initial=0.0)))
    for place in range(end - 1, max(0, end - 1 - few), -1):
        allowed = max(usual, LABELS_TRAIL.total_seconds()) if is_label[place] else usual
        if times[place] - times[place - 1] > allowed:
            end = place
    limits = [LATEST]
    if end < len(times):
        limits.append(datetime.fromtimestamp(float(times[end - 1]), UTC) + future)
    if times[len(times) // 2] <= (now + future).timestamp():
        limits.append(now + future)
    return min(limits)
