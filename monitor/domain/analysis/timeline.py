"""A member's labelled tickets in the order in which they became known; recall step by step out."""

from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.domain.analysis.ticket_columns import TicketColumns
from monitor.domain.events.in_step import in_step_us
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Design
from monitor.domain.recall.reading import reading
from monitor.domain.recall.weights import Weighed
from monitor.domain.telling.members import Start

STEPS = 36


class Step(msgspec.Struct, frozen=True):
    """`labelled` tickets that became known one after the other, the last at `known`; `missed` of them.

    `here` is the recall of these, weighed where the cell is. `recall` with `low` and `high` is of all since the
    release: valid however often one looks, or where labels are weighed, at one look.
    """

    known: datetime
    labelled: int
    missed: int
    here: float
    recall: float
    low: float
    high: float


class LabelDelays(NamedTuple):
    """How long labels took at the median, in seconds: before the onset, since then, and then of hits and of misses."""

    before: float | None
    since: float | None
    hits: float | None
    misses: float | None


def timeline(
    tickets: TicketColumns,
    onset_seq: int,
    page_seq: int,
    *,
    weighted: bool,
    min_probability: float,
    design_effect: float = 1.0,
    older: tuple[int, int] = (0, 0),
    predicted: bool = False,
) -> list[Step]:
    """At most some forty steps; one begins at the onset, and one ends with the ticket that brought the page.

    `tickets` are in the order in which they became known; or `predicted`, in that of their predictions
    (`TicketColumns.by_prediction`): then `known` is when one was made.
    `older` are hits and misses from before the first ticket. Weighed labels have the interval of one look.
    `design_effect` as in `reading`.
    """
    weighed, steps, begin = Weighed(), list[Step](), 0
    for hit, n in ((True, older[0]), (False, older[1])):
        if n:
            weighed.count(hit, Design.UNKNOWN, None, min_probability, by=n)
    known_us = np.maximum.accumulate(in_step_us(tickets.ts_us if predicted else tickets.known_us))
    for end in _edges(tickets, onset_seq, page_seq):
        part, alone = tickets.at(slice(begin, end)), Weighed()
        for counted in (weighed, alone):
            part.count(counted, weighted=weighted, min_probability=min_probability)
        recall = reading(weighed, min_probability, design_effect=design_effect)
        here = reading(alone, min_probability, watched=False).recall or 0.0
        missed = int(np.count_nonzero(~part.hit))
        known = from_us(int(known_us[end - 1]))
        steps.append(Step(known, len(part), missed, here, recall.recall or 0.0, *recall.interval))
        begin = end
    return steps


def delays(tickets: TicketColumns, onset: Start) -> LabelDelays:
    """How long the labels of predictions before and since the onset took."""
    made_us, onset_us, took = in_step_us(tickets.ts_us), to_us(onset.at), tickets.delay_s
    since = (made_us > onset_us) | ((made_us == onset_us) & (tickets.seq >= onset.seq))
    parts = (~since, since, since & tickets.hit, since & ~tickets.hit)
    return LabelDelays(*(_median(took[part]) for part in parts))


def _edges(tickets: TicketColumns, onset_seq: int, page_seq: int) -> list[int]:
    """Where the steps end, as counts of tickets."""
    total = len(tickets)
    steps = min(STEPS, max(4, total // 5))  # with fewer tickets each, their recall would jump about
    even = {round(total * step / steps) for step in range(1, steps + 1)}
    before_onset = int(np.count_nonzero(tickets.seq < onset_seq))
    paged = int(np.count_nonzero(tickets.seq <= page_seq))
    return sorted(edge for edge in {*even, before_onset, paged, total} if 0 < edge <= total)


def _median(values: NDArray[np.float64]) -> float | None:
    return float(np.median(values)) if len(values) else None
