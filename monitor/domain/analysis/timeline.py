"""A member's labelled tickets in the order in which they became known; recall step by step out."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from statistics import median
from typing import NamedTuple

import msgspec

from monitor.domain.analysis.casefile import LiveTicket
from monitor.domain.events.in_step import in_step
from monitor.domain.events.types import Design
from monitor.domain.recall.missed import count, recall_of
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
    tickets: Sequence[LiveTicket],
    onset_seq: int,
    page_seq: int,
    *,
    weighted: bool,
    min_probability: float,
    design_effect: float = 1.0,
    older: tuple[int, int] = (0, 0),
    at: Callable[[LiveTicket], datetime] = attrgetter("known"),
) -> list[Step]:
    """At most some forty steps; one begins at the onset, and one ends with the ticket that brought the page.

    `tickets` are in the order of their times, which `at` says: when each became known, or of those in the order of
    their predictions when each was made (`by_prediction`); then `known` is that of the prediction.
    `older` are hits and misses from before the first ticket. Weighed labels have the interval of one look.
    `design_effect` as in `reading`.
    """
    weighed, steps, known, begin = Weighed(), [], datetime.min.replace(tzinfo=UTC), 0
    for hit, n in ((True, older[0]), (False, older[1])):
        if n:
            weighed.count(hit, Design.UNKNOWN, None, min_probability, by=n)
    known_at = in_step([at(ticket) for ticket in tickets])
    for end in _edges(tickets, onset_seq, page_seq):
        part = tickets[begin:end]
        for ticket in part:
            count(weighed, ticket, weighted=weighted, min_probability=min_probability)
        known = max([known, *known_at[begin:end]])
        recall = reading(weighed, min_probability, design_effect=design_effect)
        missed = sum(not ticket.hit for ticket in part)
        here = recall_of(part, weighted=weighted, min_probability=min_probability).recall or 0.0
        steps.append(Step(known, len(part), missed, here, recall.recall or 0.0, *recall.interval))
        begin = end
    return steps


def by_prediction(tickets: Sequence[LiveTicket]) -> list[LiveTicket]:
    """The tickets in the order in which they were predicted, whenever their labels came."""
    made = zip(in_step([ticket.ts for ticket in tickets]), tickets, strict=True)
    return [ticket for _, ticket in sorted(made, key=lambda pair: (pair[0], pair[1].seq))]


def delays(tickets: Sequence[LiveTicket], onset: Start) -> LabelDelays:
    """How long the labels of predictions before and since the onset took."""
    made = list(zip(tickets, in_step([ticket.ts for ticket in tickets]), strict=True))
    since = [ticket for ticket, at in made if onset.begins(at, ticket.seq)]
    return LabelDelays(
        _median([ticket.delay_s for ticket, at in made if not onset.begins(at, ticket.seq)]),
        _median([ticket.delay_s for ticket in since]),
        _median([ticket.delay_s for ticket in since if ticket.hit]),
        _median([ticket.delay_s for ticket in since if not ticket.hit]),
    )


def _edges(tickets: Sequence[LiveTicket], onset_seq: int, page_seq: int) -> list[int]:
    """Where the steps end, as counts of tickets."""
    total = len(tickets)
    steps = min(STEPS, max(4, total // 5))  # with fewer tickets each, their recall would jump about
    even = {round(total * step / steps) for step in range(1, steps + 1)}
    before_onset = sum(ticket.seq < onset_seq for ticket in tickets)
    paged = sum(ticket.seq <= page_seq for ticket in tickets)
    return sorted(edge for edge in {*even, before_onset, paged, total} if 0 < edge <= total)


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
