"""Labelled tickets in; how many labels came on each day, and how long they took, out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

import msgspec

from monitor.domain.analysis.casefile import LiveTicket
from monitor.domain.events.in_step import in_step

DAYS = 90


class LabelDay(msgspec.Struct, frozen=True):
    """A day (UTC) on which so many labels came; half of them within `delay_s` seconds (None without one)."""

    day: date
    labels: int
    delay_s: float | None


def label_days(tickets: Sequence[LiveTicket], days: int = DAYS) -> list[LabelDay]:
    """Every day from the first on which a label came to the last, those without one too; the newest `days`.

    `tickets` are in the order in which they became known.
    """
    came: dict[date, list[float]] = defaultdict(list)
    for at, ticket in zip(in_step([ticket.known for ticket in tickets]), tickets, strict=True):
        came[at.date()].append(ticket.delay_s)
    if not came:
        return []
    last = max(came)
    first = max(min(came), last - timedelta(days=days - 1))
    every = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return [
        LabelDay(day, len(took), median(took)) if (took := came.get(day)) else LabelDay(day, 0, None)
        for day in every
    ]
