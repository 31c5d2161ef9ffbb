"""Use case: what would be archived now. Nothing is written, neither in the archive nor in the database."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from monitor.archive.ports import ArchiveKind, ArchivingStore, DueDay, DueRows


def due_days(
    store: ArchivingStore, days_of: Callable[[ArchiveKind, DueRows], Counter[date]], before: datetime
) -> list[DueDay]:
    """How many rows of each kind and day are due: every label, and predictions made `before` then.

    `days_of` counts rows by the day that they are archived under.

    Raises:
        UnavailableError: the database is out of reach.
    """
    found = []
    for kind in ArchiveKind:
        rows: Counter[date] = Counter()
        after: str | None = ""
        while after is not None:
            due = store.due(kind, before, after)
            rows += days_of(kind, due)
            after = due.upto
        found += [DueDay(kind, day, count) for day, count in sorted(rows.items())]
    return found
