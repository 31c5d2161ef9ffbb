"""What the join is given and what it gives: the memory of a batch's ids in, outcomes and their revisions out."""

from collections.abc import Mapping, Set
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from monitor.domain.events.types import Design, Kind, Label, Model, Prediction, PredictionKey


class KnownPrediction(msgspec.Struct, frozen=True, gc=False):
    """What is kept of a prediction: enough to join it and to tell a repeat from a conflict."""

    model: Model
    ts: datetime
    intent: str
    slices: Mapping[str, str]
    digest: bytes
    customer: int | None = None
    answers: tuple[str, ...] = ()


# One of this batch will do as it is: it has all that a known one has.
Known = KnownPrediction | Prediction


class Joined(msgspec.Struct):
    """What joins now for one prediction. `intent` is None where every label was taken back, or counts for nothing.

    `seq` is the place in which it first became complete: None until the store gives it a number, after
    which it never changes. `first_intent` and `agreed` are set where two people read it (`ReadAgain`).
    """

    prediction_id: str
    intent: str | None
    label_id: str
    labeled_at: datetime
    kind: Kind
    design: Design
    probability: float | None
    seq: int | None = None
    first_intent: str | None = None
    agreed: bool = False

    def facts(self) -> tuple[object, ...]:
        """Everything that a correction can change."""
        return (
            self.intent,
            self.label_id,
            self.labeled_at,
            self.kind,
            self.design,
            self.probability,
            self.first_intent,
            self.agreed,
        )


class Draw(msgspec.Struct, frozen=True, gc=False):
    """A prediction was drawn for labelling by this design, with this chance, fixed before any label was asked for."""

    design: Design
    probability: float


class Completed(NamedTuple):
    """An outcome that became complete, and the model whose prediction it is."""

    model: Model
    outcome: Joined


class RevisionKind(StrEnum):
    """What came that changed an outcome."""

    PREDICTION_ARRIVED = "prediction_arrived"  # after labels of it that were there already
    LABEL_ARRIVED = "label_arrived"
    LABEL_CORRECTED = "label_corrected"
    LABEL_RETRACTED = "label_retracted"
    LABEL_MOVED = "label_moved"  # to another prediction
    DRAWN = "drawn"  # for labelling, when a label that names no sampling was there already


class RevisionCause(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why an outcome reads otherwise: what came, and the label that it was."""

    kind: RevisionKind
    label_id: str = ""


class Revision(msgspec.Struct, frozen=True):
    """An outcome that was complete before this batch and now reads otherwise."""

    model: Model
    before: Joined
    after: Joined
    because: RevisionCause


class Memory(msgspec.Struct):
    """What the store knows about the prediction ids of a batch, and what the batch makes of it.

    Of each id `predictions` and `outcomes` hold those of every model, `labels` every label by its own id;
    `owner` is the prediction id that each label id names. Events about `erased` ids are passed over.
    Retention has dropped the predictions made before `dropped_before`; those with an outcome are known from it.
    `draws` are those of ids with a label that follows draws.
    """

    predictions: dict[str, dict[Model, Known]]
    labels: dict[str, dict[str, Label]]
    owner: dict[str, str]
    outcomes: dict[str, dict[Model, Joined]]
    erased: Set[str] = frozenset()
    dropped_before: datetime | None = None
    draws: dict[str, dict[Model, Draw]] = {}


class Changes(msgspec.Struct):
    """What a batch changes. `completed` is in the order in which the outcomes became complete."""

    predictions: dict[PredictionKey, Prediction]
    labels: dict[str, Label]
    completed: list[Completed]
    revised: list[Revision]
