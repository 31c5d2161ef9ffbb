"""The day that a row is archived under: that of a prediction's `ts`, or the day on which a label came."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.archive.ports import ArchiveKind
from monitor.domain.events.microseconds import DAY_US

DAY_COLUMN = {ArchiveKind.PREDICTIONS: "ts", ArchiveKind.LABELS: "arrival"}
_EPOCH = date(1970, 1, 1)


def days_since_1970(times_us: ArrayLike) -> NDArray[np.int64]:
    """Whole days, UTC, of times in microseconds since 1970."""
    return np.asarray(times_us, np.int64) // DAY_US


def day_of(days: int) -> date:
    """The day that is so many days after the first of 1970."""
    return _EPOCH + timedelta(days=days)
