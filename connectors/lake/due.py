"""Rows that are due in, how many of each day out, as they would be archived."""

from collections import Counter
from datetime import date, timedelta

import numpy as np

from connectors.lake.archive import SCHEMAS
from monitor.archive.ports import ArchiveKind, DueRows
from monitor.domain.events.microseconds import DAY_US

_DAY = {ArchiveKind.PREDICTIONS: "ts", ArchiveKind.LABELS: "arrival"}
_EPOCH = date(1970, 1, 1)


def days_of(kind: ArchiveKind, due: DueRows) -> Counter[date]:
    """So many rows for each day: that of a prediction's `ts`, or the day on which a label came."""
    if not due.columns:
        return Counter()
    when = due.columns[SCHEMAS[kind].get_field_index(_DAY[kind])]
    days, rows = np.unique(np.asarray(when, np.int64) // DAY_US, return_counts=True)
    return Counter(
        {_EPOCH + timedelta(days=day): count for day, count in zip(days.tolist(), rows.tolist(), strict=True)}
    )
