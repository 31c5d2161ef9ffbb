"""Everything that an incident's analysis rests on: its members' tickets, the anchor's examples, and what people wrote.

A case file is all that `monitor.domain.analysis` is given, so whoever has it reproduces every number.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from monitor.domain.anchors import Promise
from monitor.domain.descriptors import Descriptors
from monitor.domain.events import Design, Kind
from monitor.domain.notices import MemberFacts
from monitor.domain.worksheet import Worksheet


class Ticket(msgspec.Struct, frozen=True, gc=False):
    """A live labelled ticket of a member's intent; no id and no text. `seq` is the order of completion.

    `descriptors` are those of its text, its self-labelling by the words of the true intent; None where it came
    without a text.
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


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One of the anchor's evaluated examples of a member's intent."""

    predicted: str
    hit: bool
    origin: str
    slices: Mapping[str, str]
    descriptors: Descriptors | None = None


class Day(NamedTuple):
    """How many predictions a model version made on a day (UTC), and how many of them are labelled by now."""

    day: date
    predictions: int
    labelled: int


class Event(NamedTuple):
    """One line of the incident's history."""

    at: datetime
    who: str
    what: str
    why: str


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One broken cell. `facts` are as last told; `watched` says why it may page.

    `older_hits` and `older_misses` are labelled tickets that are too many to be listed in `tickets`, from before
    the first of them. `labelled_share` is the share of the version's predictions since the onset that are
    labelled. `worksheet` is the one that names the intent. `held_since` is when the anchor was activated.
    `days` is the version's traffic since its release.
    """

    facts: MemberFacts
    watched: str
    weighted: bool
    min_probability: float
    promise: Promise
    tickets: Sequence[Ticket]
    samples: Sequence[Sample]
    older_hits: int = 0
    older_misses: int = 0
    labelled_share: float = 1.0
    held_since: datetime | None = None
    days: Sequence[Day] = ()
    worksheet: Worksheet | None = None


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it is known at `made_at`."""

    incident: int
    model: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    history: Sequence[Event]
    made_at: datetime
    false_pages_per_year: float
    members: Sequence[Member]
