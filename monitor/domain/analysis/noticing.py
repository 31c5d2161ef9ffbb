"""Could it have been noticed sooner? A member's tickets since the onset in, what the time to the page went into out."""

from collections.abc import Sequence
from statistics import median

import msgspec

from monitor.domain.analysis.casefile import LiveTicket, Member
from monitor.domain.detection.detectability import days_to_page
from monitor.domain.detection.some_of_many import FOR_SOME

DAY_S = 86_400.0


class Noticing(msgspec.Struct, frozen=True, kw_only=True):
    """From the onset to the page.

    `took_s` seconds and `labels` labelled tickets. `expected` is how many a fall this deep takes on average (None
    where labels are weighed, or recall is at the floor). `label_delay_s` is how long a label took at the median;
    `labels_a_day` how many came. `unheld_s` is how long the version ran, after the onset, without an active anchor.
    """

    took_s: float
    labels: int
    expected: float | None
    label_delay_s: float | None
    labels_a_day: float
    unheld_s: float

    @property
    def with_twice_the_labels_s(self) -> float:
        """About how long it would have taken with twice as many labels as quick as these, and an anchor all along."""
        waited = min(self.label_delay_s or 0.0, self.took_s)
        return waited + (self.took_s - waited) / 2


def noticing(member: Member, since: Sequence[LiveTicket], recent: float | None) -> Noticing:
    """What the time to the page went into.

    `expected` are the labels of `days_to_page`: with so many labels a day, what the cell gets of a page each day, the
    recall since the onset and the floor. Of a group only the bet on the mean counts there.
    """
    facts = member.facts
    took_s = max((facts.noticed - facts.onset).total_seconds(), 0.0)
    known = [ticket for ticket in since if ticket.seq <= facts.page_seq]
    delays = [ticket.delay_s for ticket in known]
    a_day = len(known) / (took_s / DAY_S) if took_s else 0.0
    expected = None
    money = (facts.money_per_day or 0.0) * (1 - FOR_SOME if facts.together is not None else 1.0)
    if recent is not None and recent < facts.floor and money and a_day and not member.weighted:
        expected = days_to_page(money, facts.floor, a_day, recent) * a_day
    held = member.first_held
    unheld_s = (held - facts.onset).total_seconds() if held is not None else 0.0
    return Noticing(
        took_s=took_s,
        labels=len(known),
        expected=expected,
        label_delay_s=median(delays) if delays else None,
        labels_a_day=a_day,
        unheld_s=max(unheld_s, 0.0),
    )
