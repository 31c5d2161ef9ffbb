"""Everything that an incident's analysis rests on: its members' tickets, the anchor's examples, and what people wrote.

A case file is all that `monitor.domain.analysis.analysis` is given, so whoever has it reproduces every number.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from monitor.domain.anchors.promise import Promise
from monitor.domain.anchors.worksheet import Worksheet
from monitor.domain.events.types import Design, Kind
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.judging.watching import WhyWatched
from monitor.domain.labelling.slips import Elsewhere
from monitor.domain.telling.members import MemberFacts
from monitor.domain.text.descriptors import Descriptors


class LiveTicket(msgspec.Struct, frozen=True, gc=False):
    """A live labelled ticket of a member's intent; no id and no text. `seq` is the order of completion.

    `descriptors` are those of its text, its self-labelling by the words of the true intent; None where it came
    without a text. `customer` numbers whose it is within the case; None where nobody can tell.
    """

    seq: int
    ts: datetime
    labeled_at: datetime
    predicted: str
    hit: bool
    kind: Kind
    design: Design
    probability: float | None
    slices: Mapping[str, str]
    descriptors: Descriptors | None = None
    customer: int | None = None

    @property
    def known(self) -> datetime:
        """When its truth was known: a label may be older than its prediction (two clocks)."""
        return max(self.ts, self.labeled_at)

    @property
    def delay_s(self) -> float:
        """How long its label took, in seconds."""
        return (self.known - self.ts).total_seconds()


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One of the anchor's evaluated examples of a member's intent."""

    predicted: str
    hit: bool
    origin: str
    slices: Mapping[str, str]
    descriptors: Descriptors | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One broken cell. `facts` are as last told; `watched` says why it may page.

    `promise` and `samples` are those of the anchor that it was held to when it broke. `tickets` have only the
    `attributes` that can tell one part of them from another, since the onset; `refused` ones are the model's own
    word. `older_hits` and `older_misses` are labelled tickets that are too many to be listed, from before the first
    of them. Of the version's `predictions` between the onset and `until`, so many are labelled (`covered`). `until`
    is when it recovered, or a person ended it; None while it is broken. `held_since` is when that anchor was
    activated, `first_held` when the version's first one was (None: not before the page). `worksheet` is the one that
    names the intent. `elsewhere` are the labelled tickets of the model's other intents. `anchored` examples
    are kept with the anchor, of all its intents.
    """

    facts: MemberFacts
    watched: WhyWatched | None
    weighted: bool
    min_probability: float
    promise: Promise
    tickets: Sequence[LiveTicket]
    samples: Sequence[Sample]
    attributes: Sequence[str] = ()
    refused: Sequence[str] = ()
    older_hits: int = 0
    older_misses: int = 0
    predictions: int = 0
    covered: int = 0
    until: datetime | None = None
    held_since: datetime | None = None
    first_held: datetime | None = None
    worksheet: Worksheet | None = None
    elsewhere: Elsewhere = Elsewhere()
    anchored: int = 0

    @property
    def since_onset(self) -> list[LiveTicket]:
        """The tickets from the onset on that became known before it was over."""
        return [
            ticket
            for ticket in self.tickets
            if ticket.seq >= self.facts.onset_seq and (self.until is None or ticket.known <= self.until)
        ]

    @property
    def labelled_share(self) -> float:
        """The share of the predictions that are labelled; 1 where nothing was predicted."""
        return self.covered / self.predictions if self.predictions else 1.0


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it is known at `made_at`."""

    incident: int
    model: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    history: Sequence[HistoryLine]
    made_at: datetime
    members: Sequence[Member]
