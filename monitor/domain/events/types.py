"""The events that come in and what they become: predictions, labels and the outcomes they complete.

Times are aware UTC datetimes. `prediction_id` joins a label to its predictions: one, or one of each model that
answered the same request.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from monitor.domain.events.microseconds import to_us
from monitor.domain.text.version import version_text


class Kind(StrEnum):
    """Where a label came from; `labels.accept` names the kinds that enter recall."""

    HUMAN = "human"
    ADJUDICATED = "adjudicated"
    COMPLAINT = "complaint"
    CORRECTION = "correction"  # an agent re-routed the ticket
    WEAK = "weak"


ONLY_OF_MISSES = frozenset({Kind.COMPLAINT, Kind.CORRECTION})
"""The kinds that exist only for a miss, so that they can never enter recall: silence is no hit."""


class Design(StrEnum):
    """How the prediction was chosen for labelling; it decides whether recall can be known."""

    UNIFORM = "uniform"
    BY_PREDICTION = "by_prediction"
    BY_SCORE = "by_score"
    UNKNOWN = "unknown"


class Model(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A released model: its name, version and the environment it runs in."""

    name: str
    version: str
    environment: str = "prod"

    def __str__(self) -> str:
        return f"{self.name} {version_text(self.version)} ({self.environment})"


class PredictionKey(NamedTuple):
    """What tells one prediction from another: the id may be a request's, which a shadow model answers, too."""

    prediction_id: str
    model: Model


_new = tuple.__new__  # a named tuple in a third of the time, for what is made for every event


class Prediction(msgspec.Struct, frozen=True, gc=False):
    """What the model said about one ticket. `ts` is when it said so; `score` is in 0..1 or absent.

    `digest` (16 bytes) is equal for equal content: it tells a repeat from a conflict. `subject` is the
    person the ticket is about, as sent; only its keyed hash is ever stored. `customer` is the number that stands
    for whose ticket it is (`customer_number`); None where nobody can tell. `scores` are those of some intents as
    they were sent, each within 0..1 but for rounding; nothing is judged by them. Where the model named several intents,
    `answers` holds them all, `intent` the first of them; else it is empty.
    """

    prediction_id: str
    ts: datetime
    model: Model
    intent: str
    digest: bytes
    score: float | None = None
    slices: dict[str, str] = {}
    text: str | None = None
    subject: str | None = None
    customer: int | None = None
    scores: dict[str, float] = {}
    answers: tuple[str, ...] = ()

    @property
    def key(self) -> PredictionKey:
        """What tells it from every other prediction."""
        return _new(PredictionKey, (self.prediction_id, self.model))


class LabelScope(msgspec.Struct, frozen=True):
    """The models that a label is about, by the names it gives; a name that it leaves out may be any."""

    name: str | None = None
    version: str | None = None
    environment: str | None = None

    def holds(self, model: Model) -> bool:
        """Whether the model has these names."""
        return (
            (self.name is None or self.name == model.name)
            and (self.version is None or self.version == model.version)
            and (self.environment is None or self.environment == model.environment)
        )


class Label(msgspec.Struct, frozen=True, gc=False):
    """One statement of the truth about one request, as it stands at `revision`; `NO_INTENT`: it belongs to none.

    It serves every prediction of its id, or, where it has a `scope`, those of the models in it.
    `probability` is the chance the prediction had of being chosen for labelling, fixed before the label
    was known; it is None where the sampling design is unknown. `annotator` is who gave it, as sent; stored is only what
    `privacy.annotators` allows. None where nobody knows.
    """

    label_id: str
    prediction_id: str
    intent: str
    labeled_at: datetime
    revision: int = 1
    retracted: bool = False
    kind: Kind = Kind.HUMAN
    design: Design = Design.UNKNOWN
    probability: float | None = None
    scope: LabelScope | None = None
    annotator: str | None = None

    @property
    def follows_draws(self) -> bool:
        """Whether it came as its prediction was drawn, if it was: a person's, that says nothing of how it was chosen.

        A weak label, a complaint or a correction is there for other reasons.
        """
        silent = self.design is Design.UNKNOWN and self.probability is None
        return silent and self.kind in (Kind.HUMAN, Kind.ADJUDICATED)

    def serves(self, model: Model) -> bool:
        """Whether it is about this model's prediction of its id."""
        return self.scope is None or self.scope.holds(model)


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """A prediction joined with the label that holds for it. `hit` when the two intents are equal.

    That of a ticket that belongs to no intent is a hit where the model gave no answer.

    `seq` is the order in which outcomes became complete; it is kept when the label is corrected. `customer` is the
    number that stands for whose ticket it is; None where nobody can tell. `first_intent` and `agreed` are set where two
    people read it (`ReadAgain`). Where several intents were predicted, `answers` holds them in their order, and
    `predicted` is the true one if it is among them, else the first (`counted_answer`).
    """

    seq: int
    prediction_id: str
    model: Model
    ts: datetime
    labeled_at: datetime
    predicted: str
    intent: str
    kind: Kind
    design: Design
    probability: float | None
    slices: dict[str, str] = {}
    customer: int | None = None
    first_intent: str | None = None
    agreed: bool = False
    answers: tuple[str, ...] = ()

    @property
    def first_answer(self) -> str:
        """The intent that was predicted; of several the first, by which traffic is counted, too."""
        return self.answers[0] if self.answers else self.predicted

    @property
    def hit(self) -> bool:
        """Whether the model said what the label says."""
        return self.predicted == self.intent

    @property
    def known_us(self) -> int:
        """When it became complete, predicted and labelled, in microseconds since 1970."""
        return to_us(max(self.ts, self.labeled_at))


class Partition(NamedTuple):
    """One ordered log of records: a topic's partition, or a file (its path as the topic, partition 0)."""

    topic: str
    partition: int


class Unreadable(bytes):
    """Stands for the value of a record whose own can't be had; holds the reason, in UTF-8."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record as it lay in the log: its place, its bytes and its headers.

    `kind` is what the topic holds ("prediction" or "label"); an event that names itself overrules it.
    `timestamp_ms` is the broker's; None for files.
    """

    partition: Partition
    offset: int
    value: bytes | None
    kind: str = "prediction"
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int | None = None


class DeadLetter(msgspec.Struct, frozen=True):
    """A record that was rejected: the original, a stable code, words for people, and when."""

    record: Record
    code: str
    detail: str
    failed_at: datetime
