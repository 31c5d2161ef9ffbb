"""Everything that an incident's analysis rests on: its members' tickets, the anchor's examples, and what people wrote.

A case file is all that `monitor.domain.analysis.analysis` is given, so whoever has it reproduces every number.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from monitor.domain.analysis.beside import Beside
from monitor.domain.anchors.promise import Promise
from monitor.domain.anchors.worksheet import Worksheet
from monitor.domain.events.in_step import in_step
from monitor.domain.events.types import Design, Kind
from monitor.domain.incidents.deploys import Deploy
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.judging.watching import WhyWatched
from monitor.domain.labelling.slips import Elsewhere
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.recall.missed import LabelledShares
from monitor.domain.recall.weak import WeakRecall
from monitor.domain.telling.members import MemberFacts, Start
from monitor.domain.text.descriptors import Descriptors


class LiveTicket(msgspec.Struct, frozen=True, gc=False):
    """A live labelled ticket of a member's intent; no id and no text. `seq` is the order of completion.

    `descriptors` are those of its text, its self-labelling by the words of the true intent; None where it came
    without a text. `customer` numbers whose it is within the case; None where nobody can tell. `agreed`: two people
    read it so.
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
    agreed: bool = False

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
    of them. Of the version's `predictions` between the onset and `until`, so many are labelled (`covered`).
    Where labels are weighed, `arrived` and `rarest` are those of `LabelledShares`. `until` is when it recovered, or a
    person ended it; None while it is broken. `held_since` is when that anchor was activated, `first_held` when the
    version's first one was (None: not before the page). `worksheet` is the one that names the intent. `elsewhere` are
    the labelled tickets of the model's other intents. `anchored` examples are kept with the anchor, of all its intents.
    `beside` is what else is known of the intent. So many tickets of a customer say as much as one: `design_effect`.
    `weak` is what programs' labels say of recall since the onset, `corrected` what agents' corrections say.
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
    arrived: float = 1.0
    rarest: float = 1.0
    until: datetime | None = None
    held_since: datetime | None = None
    first_held: datetime | None = None
    worksheet: Worksheet | None = None
    elsewhere: Elsewhere = Elsewhere()
    anchored: int = 0
    beside: Beside = Beside()
    design_effect: float = 1.0
    weak: WeakRecall | None = None
    corrected: CorrectedRecall | None = None

    def predicted_since(self, start: Start) -> list[LiveTicket]:
        """The tickets predicted from then on until it was over, whenever their labels came."""
        made = in_step([ticket.ts for ticket in self.tickets])
        return [
            ticket
            for ticket, at in zip(self.tickets, made, strict=True)
            if start.begins(at, ticket.seq) and (self.until is None or at <= self.until)
        ]

    @property
    def starts(self) -> Sequence[Start]:
        """The best start of its fall, the first likely and the first possible one."""
        return self.facts.starts or [Start(self.facts.onset, self.facts.onset_seq)]

    @property
    def widest(self) -> Sequence[Start]:
        """The starts that the interval of its recall rests on, as on its page: the likely and the possible one."""
        return self.starts[1:] or self.starts

    @property
    def since_onset(self) -> list[LiveTicket]:
        """The tickets predicted from the onset on until it was over."""
        return self.predicted_since(self.starts[0])

    @property
    def shares(self) -> LabelledShares:
        """How much of the traffic from the onset on until it was over is labelled by now."""
        labelled = max(self.covered, 1) / self.predictions if self.predictions else 1.0
        return LabelledShares(labelled, self.arrived, self.rarest)


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it is known at `made_at`; `deploys` are those soon before its members' onsets."""

    incident: int
    model: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    history: Sequence[HistoryLine]
    made_at: datetime
    members: Sequence[Member]
    deploys: Sequence[Deploy] = ()
