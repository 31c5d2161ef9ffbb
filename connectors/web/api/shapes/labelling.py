"""What the API sends of labels that are wanted: plans, draws, disputed tickets, and notes before any label."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from connectors.web.api.shapes.cells import SentEarlyNote
from monitor.domain.events.types import Kind
from monitor.labels.ports.disputed import WhyDisputed


class SentTraffic(msgspec.Struct, kw_only=True):
    """How many predictions a day came in the last so many days."""

    per_day: float
    days: float


class SentIntentDesign(msgspec.Struct, kw_only=True):
    """One intent under a design: labels a day for it alone, and days to see a fall; null: none would be seen."""

    labels_per_day_alone: float | None
    days: float | None
    its_labels_per_day: float
    weight: float


class SentIntentPlan(msgspec.Struct, kw_only=True):
    """An intent that labels are wanted for: what it falls from and to, and what each design does for it."""

    intent: str
    recall: float
    floor: float
    fallen: float
    ppv: float
    tickets_per_day: float
    designs: Mapping[str, SentIntentDesign]


class SentDesignPlan(msgspec.Struct, kw_only=True):
    """All intents under a design: labels a day, and how many of them are seen in time."""

    per_day: float
    in_time: int


class SentLabelPlan(msgspec.Struct, kw_only=True):
    """How many labels a day see a fall of each intent within so many days, by design."""

    model: str
    within_days: float
    per_day: float | None
    traffic: SentTraffic
    auc: float
    min_probability: float
    intents: Sequence[SentIntentPlan]
    plans: Mapping[str, SentDesignPlan]


class SentDraw(msgspec.Struct, kw_only=True):
    """A draw of tickets to label: how many had a chance, were asked for, expected, drawn, and labelled by people."""

    number: int
    at: datetime
    candidates: int
    asked: float
    expected: float
    drawn: int
    answered: int
    written_at: datetime | None


class SentGivenLabel(msgspec.Struct, kw_only=True):
    """What one person said of a ticket; `annotator` as it is stored, null where nobody is named."""

    intent: str
    annotator: str | None
    kind: Kind
    labelled_at: datetime


class SentDisputed(msgspec.Struct, kw_only=True):
    """A ticket that a second person should read, and why. `annotator` is whose misses are more than chance."""

    prediction_id: str
    model: str
    version: str
    environment: str
    why: WhyDisputed
    annotator: str | None
    predicted_at: datetime
    predicted: str
    intent: str
    labels: Sequence[SentGivenLabel]
    slices: Mapping[str, str]
    url: str


class SentDecidingTicket(msgspec.Struct, kw_only=True):
    """A ticket without a label that would help to tell why a note was made."""

    prediction_id: str
    predicted_at: datetime
    predicted: str
    score: float | None


class SentEarlyLook(SentEarlyNote, kw_only=True):
    """A note that stands, and the tickets that would tell."""

    tickets: Sequence[SentDecidingTicket]
