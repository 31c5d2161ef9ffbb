"""What a weekly report is made of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from monitor.domain.analysis.casefile import LiveTicket, Sample
from monitor.domain.anchors.promise import Anchor, Promise
from monitor.domain.events.fates import EventFate
from monitor.domain.events.types import Design, Model
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.state import CellState, days_observed
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.report import WeekCount

if TYPE_CHECKING:  # it brings what analyses compute with
    from monitor.domain.analysis.analysis import Analysis


class Frames(NamedTuple):
    """A model's rows, each a column -> value: labelled tickets and predictions of a week, and the anchor's examples.

    Columns: `target` and `prediction`, and where there are any `slice: NAME` and `look: DESCRIPTOR`.
    """

    labelled: Sequence[Mapping[str, object]]
    predicted: Sequence[Mapping[str, object]]
    anchor: Sequence[Mapping[str, object]]


class WeekFrames(Protocol):
    """The rows behind a week, for a program that renders them. Reads only."""

    def of(self, model: Model, week: Week) -> Frames:
        """A model version's rows of one week, the newest 20,000 of each kind."""
        ...


class WeekStore(Protocol):
    """Weeks, counted; and which one was reported last."""

    def counts(
        self, begin: Week, end: Week, min_probability: float
    ) -> Mapping[Cell, Mapping[Week, WeekCount]]:
        """Labelled tickets by intent and by the week of their prediction, from `begin` to `end`, both included."""
        ...

    def traffic(self, week: Week) -> Mapping[Model, tuple[int, int]]:
        """Predictions of the week by model, and how many of them are labelled by now."""
        ...

    def pages(self, begin: datetime, end: datetime) -> int:
        """Openings and reopenings of incidents between the two that somebody was sent."""
        ...

    def labelled_by(self, week: Week, at: datetime) -> Mapping[Model, int]:
        """How many of a week's predictions had been labelled by then, by model."""
        ...

    def last_written(self) -> Week | None:
        """The last week whose report was written; None before the first."""
        ...

    def note_written(self, week: Week) -> None:
        """Remember it."""
        ...


class LiveTickets(NamedTuple):
    """A cell's newest labelled tickets in their order, and how many hits and misses are older than the first."""

    tickets: Sequence[LiveTicket]
    older_hits: int = 0
    older_misses: int = 0


class Holding(NamedTuple):
    """What a model was held to at some time: the anchor, since when, and since when to any (None: not by then)."""

    anchor: Anchor | None
    since: datetime | None
    first: datetime | None


class AnalysisStore(Protocol):
    """What an incident's analysis reads, and where the one that was made when it opened is kept."""

    def tickets(self, cell: Cell) -> LiveTickets:
        """A cell's labelled tickets, the newest 20,000."""
        ...

    def holding(self, model: Model, at: datetime) -> Holding:
        """The anchor that a model was held to then; where there was none yet, the first it was ever held to."""
        ...

    def samples(self, anchor: Anchor, cell: Cell) -> Sequence[Sample]:
        """The examples of a cell's intent behind an anchor; none where only numbers were imported."""
        ...

    def traffic(self, model: Model, begin: datetime, end: datetime | None) -> tuple[int, int]:
        """A version's predictions between the two (to the hour), and how many of them are labelled by now."""
        ...

    def recovered(self, incident: int) -> Mapping[Cell, datetime]:
        """When each member recovered, or was ended with its incident; those that are broken are left out."""
        ...

    def keep(self, analysis: "Analysis", openings: int) -> None:
        """Keep what was understood when the incident was opened, in the place of an earlier opening's."""
        ...

    def unexplained(self) -> Mapping[int, int]:
        """The incidents that were opened, or reopened, since they were analyzed; how often they were opened by now."""
        ...

    def kept(self, incident: int) -> "Analysis | None":
        """What was understood when it was opened last."""
        ...


class PastOutcome(NamedTuple):
    """One outcome of a cell: its place, when it was known (prediction and label), whether it was a hit."""

    seq: int
    known_at: datetime
    hit: bool
    design: Design
    probability: float | None


class CellStatus(NamedTuple):
    """A cell as it was last judged, and what it was promised."""

    state: CellState
    promise: Promise | None


class IncidentStatus(NamedTuple):
    """An incident, its members as last told, and its history."""

    id: int
    model_name: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    members: Sequence[MemberFacts]
    history: Sequence[HistoryLine]


class ModelLabels(NamedTuple):
    """When a model's last label was given, how long labels took, and how many predictions have one."""

    model: Model
    last: datetime
    delays: DelayHistogram
    outcomes: int
    predictions: int


class Complaints(NamedTuple):
    """Tickets of an intent that people complained of as missed, and the tickets predicted as that intent."""

    confirmed: int
    predicted: int


class SinkRecord(NamedTuple):
    """What a sink did so far: notifications that wait, that it took, that it refused for good.

    The oldest that waits was written at `oldest_waiting`; `next_try` is when one is to be sent, before now where it is
    due. The last that was not taken failed at `last_failed`, with `last_error`.
    """

    name: str
    waiting: int
    sent: int
    failed: int
    oldest_waiting: datetime | None
    last_sent: datetime | None
    last_failed: datetime | None
    next_try: datetime | None
    last_error: str


class EventCount(NamedTuple):
    """How many events of a topic became what."""

    topic: str
    fate: EventFate
    events: int


class Overview(NamedTuple):
    """All that `anchorwatch status` shows: the cells, what became of the events, and whose words came beside them.

    `most_intents` and `caps`, by slice, are the limits beyond which names are counted together. At most
    `false_pages_per_year` are given out to the cells, and a fall must be seen `detect_within_days`. `database` is where
    all of it lies. `judged_at` is the time as of which the cells were judged, `released` when each model's first
    prediction was made.
    """

    cells: Sequence[CellStatus]
    events: Sequence[EventCount]
    labels_waiting: int
    complaints: Mapping[Cell, Complaints]
    most_intents: int
    caps: Mapping[str, int]
    false_pages_per_year: float
    detect_within_days: float
    database: str
    judged_at: datetime | None
    released: Mapping[Model, datetime]

    @property
    def days_observed(self) -> dict[Model, float]:
        """The days of labels behind each model's judgements, as its evaluation reckoned them."""
        return {model: days_observed(first, self.judged_at) for model, first in self.released.items()}

    @property
    def degraded(self) -> bool:
        """Whether a watched cell is degraded."""
        states = [status.state for status in self.cells]
        return any(state.held.watched and state.judgement.verdict is Verdict.DEGRADED for state in states)


class StatusStore(Protocol):
    """What the database says of cells, incidents, events and sinks. Reads only."""

    def cells(self) -> Sequence[CellStatus]:
        """Every cell, by model, intent and slice."""
        ...

    def judged_at(self) -> datetime | None:
        """The time as of which everything was last judged; None before the first evaluation.

        Where an earlier version judged last, which did not keep it, the latest event's time.
        """
        ...

    def released(self) -> Mapping[Model, datetime]:
        """When each model's first prediction was made."""
        ...

    def complaints(self) -> Mapping[Cell, Complaints]:
        """Missed tickets that somebody complained of, by the intent they should have had."""
        ...

    def labelling(self) -> Sequence[ModelLabels]:
        """How each model that was ever labelled is labelled."""
        ...

    def incidents(self, *, open_only: bool = False) -> Sequence[IncidentStatus]:
        """Every incident, newest first."""
        ...

    def sinks(self, names: Sequence[str]) -> Sequence[SinkRecord]:
        """What each of these sinks did so far, and the last trouble with what still waits or was refused."""
        ...

    def event_counts(self) -> Sequence[EventCount]:
        """What became of the events, by topic."""
        ...

    def labels_waiting(self) -> int:
        """Predictions that labels name but that have not come."""
        ...


class History(Protocol):
    """Outcomes that are given to a scratch database day by day, in the order in which they became complete."""

    def __len__(self) -> int:
        """How many outcomes there are."""
        ...

    def days(self) -> Iterator[tuple[datetime, int]]:
        """Give the outcomes of the next day; (the time of its last, how many)."""
        ...

    def outcomes(self, cell: Cell) -> Sequence[PastOutcome]:
        """Those of one cell that were given, in their order."""
        ...

    def cells(self) -> Sequence[CellStatus]:
        """Every cell as it stands in the scratch database."""
        ...

    def notices(self) -> Sequence[Notice]:
        """What was to be sent, in its order."""
        ...
