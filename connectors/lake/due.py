"""Rows that are due in, how many of each day out, as they would be archived."""

from collections import Counter
from datetime import date

import numpy as np

from connectors.lake.archive import SCHEMAS
from connectors.lake.days import DAY_COLUMN, day_of, days_since_1970
from monitor.archive.ports import ArchiveKind, DueRows


def days_of(kind: ArchiveKind, due: DueRows) -> Counter[date]:
    """So many rows for each day that they are archived under."""
    if not due.columns:
        return Counter()
    when = due.columns[SCHEMAS[kind].get_field_index(DAY_COLUMN[kind])]
    days, rows = np.unique(days_since_1970(when), return_counts=True)
    return Counter({day_of(day): count for day, count in zip(days.tolist(), rows.tolist(), strict=True)})
