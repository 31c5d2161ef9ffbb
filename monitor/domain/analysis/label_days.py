"""Labelled tickets in; how many labels came on each day, and how long they took, out."""

from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.domain.analysis.ticket_columns import TicketColumns
from monitor.domain.events.in_step import in_step_us
from monitor.domain.events.microseconds import DAY_US, from_us

DAYS = 90


class LabelDay(msgspec.Struct, frozen=True):
    """A day (UTC) on which so many labels came; half of them within `delay_s` seconds (None without one)."""

    day: date
    labels: int
    delay_s: float | None


def label_days(tickets: TicketColumns, days: int = DAYS) -> list[LabelDay]:
    """Every day from the first on which a label came to the last, those without one too; the newest `days`.

    `tickets` are in the order in which they became known.
    """
    if not len(tickets):
        return []
    came, took = in_step_us(tickets.known_us) // DAY_US, tickets.delay_s
    order = np.argsort(came, kind="stable")
    known, begins = np.unique(came[order], return_index=True)
    of_day = dict(zip(known.tolist(), np.split(took[order], begins[1:]), strict=True))
    last = int(known[-1])
    every = range(max(int(known[0]), last - days + 1), last + 1)
    return [_day(day, of_day.get(day)) for day in every]


def _day(day: int, took: NDArray[np.float64] | None) -> LabelDay:
    at = from_us(day * DAY_US).date()
    return LabelDay(at, 0, None) if took is None else LabelDay(at, len(took), float(np.median(took)))
