"""Could it have been noticed sooner? A member's tickets since the onset in, what the time to the page went into out."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median

import msgspec

from monitor.domain.analysis.casefile import LiveTicket, Member
from monitor.domain.detection.detectability import days_to_page
from monitor.domain.detection.some_of_many import FOR_SOME

DAY_S = 86_400.0
HOUR_S = 3_600.0


class Noticing(msgspec.Struct, frozen=True, kw_only=True):
    """From the onset to the page.

    `took_s` seconds and `labels` labelled tickets, of which the first `enough` won the bet: they were there `enough_s`
    seconds after the onset (None: an earlier version did not keep it). `expected` is how many a fall this deep takes on
    average (None where labels are weighed, or recall is at the floor). `label_delay_s` is how long a label took at the
    median; `labels_a_day` how many came until the last of `labels`. `unheld_s` is how long the version ran, after the
    onset, without an active anchor.
    """

    took_s: float
    labels: int
    expected: float | None
    label_delay_s: float | None
    labels_a_day: float
    unheld_s: float
    enough: int = 0
    enough_s: float | None = None

    @property
    def judged_late(self) -> bool:
        """Whether the labels that won the bet lay there for an hour or more while others came: nothing judged them."""
        late_s = self.took_s - self.enough_s if self.enough_s is not None else 0.0
        return 0 < self.enough < self.labels and late_s >= HOUR_S

    @property
    def with_twice_the_labels_s(self) -> float:
        """About how long it would have taken with twice as many labels as quick as these, and an anchor all along.

        Labels that lay there are taken as judged when they came.
        """
        took_s = self.enough_s if self.judged_late and self.enough_s is not None else self.took_s
        waited = min(self.label_delay_s or 0.0, took_s)
        return waited + (took_s - waited) / 2


def noticing(member: Member, since: Sequence[LiveTicket], recent: float | None) -> Noticing:
    """What the time to the page went into.

    `expected` are the labels of `days_to_page`: with so many labels a day, what the cell gets of a page each day, the
    recall since the onset and the floor. Of a group only the bet on the mean counts there.
    """
    facts = member.facts
    took_s = max((facts.noticed - facts.onset).total_seconds(), 0.0)
    known = [ticket for ticket in since if ticket.seq <= facts.page_seq or ticket.known <= facts.noticed]
    enough = [ticket for ticket in known if ticket.seq <= facts.page_seq]
    delays = [ticket.delay_s for ticket in known]
    came_s = _there_s(known, facts.onset, took_s)  # a run that comes long after its labels stretches no rate
    a_day = len(known) / (came_s / DAY_S) if came_s else 0.0
    expected = None
    money = (facts.money_per_day or 0.0) * (1 - FOR_SOME if facts.together is not None else 1.0)
    if recent is not None and recent < facts.floor and money and a_day and not member.weighted:
        expected = days_to_page(money, facts.floor, a_day, recent) * a_day
    held = member.first_held
    unheld_s = (held - facts.onset).total_seconds() if held is not None else 0.0
    return Noticing(
        took_s=took_s,
        labels=len(known),
        enough=len(enough),
        enough_s=_there_s(enough, facts.onset, took_s),
        expected=expected,
        label_delay_s=median(delays) if delays else None,
        labels_a_day=a_day,
        unheld_s=max(unheld_s, 0.0),
    )


def _there_s(tickets: Sequence[LiveTicket], onset: datetime, took_s: float) -> float:
    """How many seconds after the onset the last of them had its label; within the time to the page."""
    if not tickets:
        return took_s
    there_s = (max(ticket.known for ticket in tickets) - onset).total_seconds()
    return min(max(there_s, 0.0), took_s)
