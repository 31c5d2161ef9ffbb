"""Predictions and labels in any order become outcomes: late, early, repeated, corrected, retracted.

The rules are those of docs/events.md. The join holds no history: it is given what the store knows about the
ids in a batch, applies the batch record by record, and says what has to be written. The result does not
depend on how the stream was cut into batches.
"""

from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from monitor.domain.events.types import Design, Kind, Label, Model, Prediction, PredictionKey
from monitor.errors import DecodeError


class KnownPrediction(msgspec.Struct, frozen=True, gc=False):
    """What is kept of a prediction: enough to join it and to tell a repeat from a conflict."""

    model: Model
    ts: datetime
    intent: str
    slices: Mapping[str, str]
    digest: bytes


# One of this batch will do as it is: it has all that a known one has.
Known = KnownPrediction | Prediction


class Joined(msgspec.Struct):
    """What joins now for one prediction. `intent` is None where every label was taken back.

    `seq` is the place in which it first became complete: None until the store gives it a number, after
    which it never changes.
    """

    prediction_id: str
    intent: str | None
    label_id: str
    labeled_at: datetime
    kind: Kind
    design: Design
    probability: float | None
    seq: int | None = None

    def facts(self) -> tuple[object, ...]:
        """Everything that a correction can change."""
        return (self.intent, self.label_id, self.labeled_at, self.kind, self.design, self.probability)


class Completed(NamedTuple):
    """An outcome that became complete, and the model whose prediction it is."""

    model: Model
    outcome: Joined


class Revision(msgspec.Struct, frozen=True):
    """An outcome that was complete before this batch and now reads otherwise."""

    model: Model
    before: Joined
    after: Joined
    because: str


class Memory(msgspec.Struct):
    """What the store knows about the prediction ids of a batch, and what the batch makes of it.

    Of each id `predictions` and `outcomes` hold those of every model, `labels` every label by its own id;
    `owner` is the prediction id that each label id names. Events about `erased` ids are passed over.
    Retention has dropped the predictions made before `dropped_before`; those with an outcome are known from it.
    """

    predictions: dict[str, dict[Model, Known]]
    labels: dict[str, dict[str, Label]]
    owner: dict[str, str]
    outcomes: dict[str, dict[Model, Joined]]
    erased: Set[str] = frozenset()
    dropped_before: datetime | None = None


class Became(StrEnum):
    """What became of an event that was taken in; a rejected one has a code instead."""

    PREDICTION = "prediction"
    PREDICTION_REPEAT = "prediction_repeat"
    PREDICTION_LATE = (
        "prediction_late"  # taken in, though retention has dropped all that was made when it was
    )
    PREDICTION_DROPPED = "prediction_dropped"  # a repeat of what retention has dropped
    LABEL = "label"
    LABEL_REPEAT = "label_repeat"
    LABEL_OUTDATED = "label_outdated"
    ERASED = "erased"
    TOMBSTONE = "tombstone"  # a key without a value, as compacted topics have it: passed over


_NEW = (Became.PREDICTION, Became.PREDICTION_LATE)


class Changes(msgspec.Struct):
    """What a batch changes. `completed` is in the order in which the outcomes became complete."""

    predictions: dict[PredictionKey, Prediction]
    labels: dict[str, Label]
    completed: list[Completed]
    revised: list[Revision]


class Join:
    """One batch being joined. Feed it events in order, then read `changes()`.

    Cost: a few dictionary look-ups an event.
    """

    def __init__(self, memory: Memory, accept: Set[Kind]) -> None:
        self._memory = memory
        self._accept = frozenset(accept) - {Kind.COMPLAINT}
        self._new_predictions: dict[PredictionKey, Prediction] = {}
        self._changed_labels: dict[str, Label] = {}
        self._completed: dict[PredictionKey, Joined] = {}
        self._before: dict[PredictionKey, Joined] = {}
        self._because: dict[PredictionKey, str] = {}

    def take(
        self, event: Prediction | Label | tuple[Prediction, Label], *, read_before: bool = False
    ) -> Became:
        """Take one record's event in, whole or not at all.

        `read_before`: its record was read once already, to the end of the step.

        Raises:
            DecodeError: with code `conflict`: its id was seen before with other content.
        """
        if isinstance(event, Prediction):
            became = self._prediction(event, read_before=read_before)
            if became in _NEW and event.prediction_id in self._memory.labels:
                self._decide(event.key, "the prediction arrived")
            return became
        label = event if isinstance(event, Label) else event[1]
        if label.prediction_id in self._memory.erased:
            return Became.ERASED
        if isinstance(event, Label):
            self._refuse_other_label(event)
            return self._label(event)
        self._refuse_other_prediction(event[0])
        self._refuse_other_label(label)
        inside = self._prediction(event[0], read_before=read_before)
        became = self._label(label)
        if inside in _NEW and became is not Became.LABEL:
            self._decide(event[0].key, "the prediction arrived")
        return became

    def _refuse_other_prediction(self, event: Prediction) -> None:
        known = self._memory.predictions.get(event.prediction_id, {}).get(event.model)
        if known is not None and known.digest != event.digest:
            raise DecodeError("conflict", "a prediction with this id arrived before with other content")

    def _refuse_other_label(self, event: Label) -> None:
        held = self._held(event)
        if held is None or held == event:
            return
        moved = (held.prediction_id, held.scope) != (event.prediction_id, event.scope)
        if moved and event.revision == held.revision:
            # Ids that begin anew in a second project, or a move that nobody numbered: the first keeps its label.
            # A lower revision is what a later one moved, only late: it may come through another partition.
            raise DecodeError("conflict", "a label with this id arrived before for another prediction")
        if (held.revision, held.labeled_at) == (event.revision, event.labeled_at):
            raise DecodeError(
                "conflict",
                f"label {event.label_id} revision {event.revision} arrived before with other content",
            )

    def _held(self, event: Label) -> Label | None:
        owner = self._memory.owner.get(event.label_id)
        return None if owner is None else self._memory.labels[owner][event.label_id]

    def _prediction(self, event: Prediction, *, read_before: bool) -> Became:
        """The first arrival of each model wins; an equal one is a repeat."""
        memory, prediction_id = self._memory, event.prediction_id
        if prediction_id in memory.erased:
            return Became.ERASED
        known = memory.predictions.get(prediction_id)
        if known is not None and event.model in known:
            self._refuse_other_prediction(event)
            return Became.PREDICTION_REPEAT
        late = memory.dropped_before is not None and event.ts < memory.dropped_before
        if late and read_before:
            return Became.PREDICTION_DROPPED
        if known is None:
            known = memory.predictions[prediction_id] = {}
        known[event.model] = self._new_predictions[event.key] = event
        return Became.PREDICTION_LATE if late else Became.PREDICTION

    def _label(self, event: Label) -> Became:
        """Of one label id the highest (revision, labeled_at) holds."""
        memory = self._memory
        held = self._held(event)
        if held is not None:
            if held == event:
                return Became.LABEL_REPEAT
            if (event.revision, event.labeled_at) < (held.revision, held.labeled_at):
                return Became.LABEL_OUTDATED
            if held.prediction_id != event.prediction_id:
                del memory.labels[held.prediction_id][event.label_id]
                self._decide_all(held.prediction_id, f"label {event.label_id} moved to another prediction")
        memory.owner[event.label_id] = event.prediction_id
        memory.labels.setdefault(event.prediction_id, {})[event.label_id] = event
        self._changed_labels[event.label_id] = event
        what = "retracted" if event.retracted else "arrived" if held is None else "corrected"
        self._decide_all(event.prediction_id, f"label {event.label_id} {what}")
        return Became.LABEL

    def changes(self) -> Changes:
        """What the batch changed, ready to be written."""
        outcomes = self._memory.outcomes
        completed = [Completed(key.model, outcome) for key, outcome in self._completed.items()]
        revised = []
        for key, before in self._before.items():
            after = outcomes[key.prediction_id][key.model]
            if before.facts() != after.facts():
                revised.append(Revision(key.model, before, after, self._because[key]))
        return Changes(self._new_predictions, self._changed_labels, completed, revised)

    def _decide_all(self, prediction_id: str, because: str) -> None:
        """Decide for every model that answered; in one order, however the stream was cut."""
        for model in sorted(self._memory.predictions.get(prediction_id, ())):
            self._decide(PredictionKey(prediction_id, model), because)

    def _decide(self, key: PredictionKey, because: str) -> None:
        """See which label holds now for a prediction that is there, and note what that does to the outcome."""
        prediction_id, model = key
        labels = self._memory.labels.get(prediction_id, {}).values()
        label = holding([label for label in labels if label.serves(model)], self._accept)
        outcome = self._memory.outcomes.get(prediction_id, {}).get(model)
        if outcome is None:
            if label is not None:
                made = Joined(
                    prediction_id,
                    label.intent,
                    label.label_id,
                    label.labeled_at,
                    label.kind,
                    label.design,
                    label.probability,
                )
                self._memory.outcomes.setdefault(prediction_id, {})[model] = self._completed[key] = made
            return
        before = msgspec.structs.replace(outcome)
        if label is None:
            outcome.intent = None
        else:
            outcome.intent, outcome.label_id, outcome.labeled_at = (
                label.intent,
                label.label_id,
                label.labeled_at,
            )
            outcome.kind, outcome.design, outcome.probability = label.kind, label.design, label.probability
        if outcome.facts() == before.facts():
            return
        if key not in self._completed:
            self._before.setdefault(key, before)
        self._because[key] = because


def holding(labels: Iterable[Label], accept: Set[Kind]) -> Label | None:
    """The label that holds for a prediction, or None.

    Of several active ones an adjudicated label holds before the rest, then the latest `labeled_at`, then
    the larger `label_id`. Kinds outside `accept` never hold.
    """
    active = [label for label in labels if not label.retracted and label.kind in accept]
    if not active:
        return None
    return max(active, key=lambda label: (label.kind is Kind.ADJUDICATED, label.labeled_at, label.label_id))
