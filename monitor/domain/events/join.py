"""Predictions and labels in any order become outcomes: late, early, repeated, corrected, retracted.

The rules are those of docs/events.md. The join holds no history: it is given what the store knows about the
ids in a batch, applies the batch record by record, and says what has to be written. The result does not
depend on how the stream was cut into batches.
"""

from collections.abc import Iterable, Mapping, Set

import msgspec

from monitor.domain.events.fates import Became
from monitor.domain.events.holding import about, as_counted, holding, may_hold, serves
from monitor.domain.events.joined import (
    Changes,
    Completed,
    Draw,
    Joined,
    Known,
    Memory,
    Revision,
    RevisionCause,
    RevisionKind,
)
from monitor.domain.events.read_again import first_chosen, read_again
from monitor.domain.events.stand_ins import THE_REST, further_versions, stands_in
from monitor.domain.events.types import ONLY_OF_MISSES, Design, Kind, Label, Model, Prediction, PredictionKey
from monitor.errors import DecodeError

MODELS_MAX = 20  # that answer one request: a champion, and what is tried beside it
LABELS_MAX = 100  # of one prediction, by their ids: people who looked at it, and looked again
_PREDICTION_ARRIVED = RevisionCause(RevisionKind.PREDICTION_ARRIVED)
_NEW = (Became.PREDICTION, Became.PREDICTION_LATE)
_WRITTEN = (Became.LABEL, Became.LABEL_FITS_NONE)


class Join:
    """One batch being joined. Feed it events in order, then read `changes()`.

    Labels with an intent of `out_of_scope` say that there is none. Cost: a few dictionary look-ups an event.
    """

    def __init__(self, memory: Memory, accept: Set[Kind], out_of_scope: Set[str]) -> None:
        self._memory = memory
        self._accept = may_hold(accept)
        self._out_of_scope = out_of_scope
        self._new_predictions: dict[PredictionKey, Prediction] = {}
        self._changed_labels: dict[str, Label] = {}
        self._completed: dict[PredictionKey, Joined] = {}
        self._before: dict[PredictionKey, Joined] = {}
        self._because: dict[PredictionKey, RevisionCause] = {}

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
                self._decide(event.key, _PREDICTION_ARRIVED)
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
        if inside in _NEW and became not in _WRITTEN:
            self._decide(event[0].key, _PREDICTION_ARRIVED)
        return became

    def _refuse_other_prediction(self, event: Prediction) -> None:
        known = self._memory.predictions.get(event.prediction_id, {})
        if not _repeats(event, known):
            _refuse_beside(event, known)

    def _refuse_other_label(self, event: Label) -> None:
        held = self._held(event)
        if held is None or held.prediction_id != event.prediction_id:
            self._refuse_one_too_many(event)
        if held is None or held == event:
            return
        if (held.kind in ONLY_OF_MISSES) != (event.kind in ONLY_OF_MISSES):
            # Ids of two systems that met: a help desk's correction is no newer word of who labelled a drawn ticket.
            raise DecodeError("conflict", "a label with this id arrived before from another kind of source")
        moved = (held.prediction_id, held.scope) != (event.prediction_id, event.scope)
        if moved and event.revision == held.revision:
            # Ids that begin anew in a second project, or a move that nobody numbered: the first keeps its label.
            # A lower revision is what a later one moved, only late: it may come through another partition.
            raise DecodeError("conflict", "a label with this id arrived before for another prediction")
        if (held.revision, held.labeled_at) == (event.revision, event.labeled_at):
            raise DecodeError(
                "conflict", "a label with this id and revision arrived before with other content"
            )

    def _refuse_one_too_many(self, event: Label) -> None:
        """Each label of a prediction is read whenever one of them comes."""
        if len(self._memory.labels.get(event.prediction_id, ())) >= LABELS_MAX:
            raise DecodeError(
                "too_many_labels", f"the prediction has {LABELS_MAX} labels of other ids; none is added"
            )

    def _held(self, event: Label) -> Label | None:
        """The label that is held under the same id; where it named no model, it may be about that of `event`."""
        owner = self._memory.owner.get(event.label_id)
        if owner is None:
            return None
        held = self._memory.labels[owner][event.label_id]
        # It may be from before a label's model, or who gave it, was read; a name may be stored otherwise since.
        if held.scope is not None and held.annotator == event.annotator:
            return held
        scope = held.scope if held.scope is not None else event.scope
        return msgspec.structs.replace(held, scope=scope, annotator=event.annotator)

    def _prediction(self, event: Prediction, *, read_before: bool) -> Became:
        """The first arrival of each model wins; an equal one is a repeat."""
        memory, prediction_id = self._memory, event.prediction_id
        if prediction_id in memory.erased:
            return Became.ERASED
        known = memory.predictions.get(prediction_id)
        if known is not None:
            if _repeats(event, known):
                return Became.PREDICTION_REPEAT
            _refuse_beside(event, known)
            if event.model in known:
                return Became.PREDICTION_FOLDED
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
                self._decide_all(held.prediction_id, RevisionCause(RevisionKind.LABEL_MOVED, event.label_id))
        memory.owner[event.label_id] = event.prediction_id
        memory.labels.setdefault(event.prediction_id, {})[event.label_id] = event
        self._changed_labels[event.label_id] = event
        self._decide_all(event.prediction_id, RevisionCause(_what_came(event, held), event.label_id))
        models = memory.predictions.get(event.prediction_id)
        fits = not models or any(serves(event, model) for model in models)
        return Became.LABEL if fits else Became.LABEL_FITS_NONE

    def draw(self, key: PredictionKey, drawn: Draw) -> None:
        """Take in that a prediction was drawn; an outcome that it has already is of that design from now on.

        Those of other models that answered the ticket, and that it was not drawn for, count for nothing.
        """
        prediction_id, drawn_for = key
        held = []
        for model, outcome in self._memory.outcomes.get(prediction_id, {}).items():
            of_model = PredictionKey(prediction_id, model)
            label = self._memory.labels.get(prediction_id, {}).get(outcome.label_id)
            if label is None or label.retracted:
                continue
            label = as_counted(label, self._out_of_scope)
            # What reads nothing although its label counted was taken back, or is of a kind that never holds.
            if (
                outcome.intent is not None
                or self._chosen(of_model, label, self._readings(model, label)) is None
            ):
                held.append((of_model, outcome, label))
        self._memory.draws.setdefault(prediction_id, {})[drawn_for] = drawn
        for of_model, outcome, label in held:
            before = msgspec.structs.replace(outcome)
            self._read(of_model, outcome, label, self._readings(of_model.model, label))
            self._note(of_model, before, RevisionCause(RevisionKind.DRAWN, label.label_id))

    def _readings(self, model: Model, label: Label) -> Iterable[Label]:
        """The labels of a ticket that two people have read; none where it was read once."""
        labels = self._memory.labels.get(label.prediction_id, {}).values()
        ours = about(labels, model, self._out_of_scope)
        return ours if len(ours) > 1 and read_again(ours, label) is not None else ()

    def _read(self, key: PredictionKey, outcome: Joined, label: Label, readings: Iterable[Label]) -> None:
        """Let an outcome read what its label says, or nothing where that counts for nothing."""
        chosen = self._chosen(key, label, readings)
        outcome.intent = None if chosen is None else label.intent
        outcome.design, outcome.probability = chosen or (Design.UNKNOWN, None)

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

    def _decide_all(self, prediction_id: str, because: RevisionCause) -> None:
        """Decide for every model that answered; in one order, however the stream was cut."""
        for model in sorted(self._memory.predictions.get(prediction_id, ())):
            self._decide(PredictionKey(prediction_id, model), because)

    def _decide(self, key: PredictionKey, because: RevisionCause) -> None:
        """See which label holds now for a prediction that is there, and note what that does to the outcome."""
        prediction_id, model = key
        labels = self._memory.labels.get(prediction_id, {}).values()
        ours = about(labels, model, self._out_of_scope)
        label = holding(ours, self._accept)
        again = read_again(ours, label) if label is not None and len(ours) > 1 else None
        first_intent, agreed = again or (None, False)
        outcome = self._memory.outcomes.get(prediction_id, {}).get(model)
        if outcome is None:
            if label is not None:
                made = Joined(
                    prediction_id,
                    label.intent,
                    label.label_id,
                    label.labeled_at,
                    label.kind,
                    Design.UNKNOWN,
                    None,
                    first_intent=first_intent,
                    agreed=agreed,
                )
                self._read(key, made, label, ours if again else ())
                self._memory.outcomes.setdefault(prediction_id, {})[model] = self._completed[key] = made
            return
        before = msgspec.structs.replace(outcome)
        if label is None:
            outcome.intent = None
        else:
            outcome.label_id, outcome.labeled_at, outcome.kind = label.label_id, label.labeled_at, label.kind
            self._read(key, outcome, label, ours if again else ())
        outcome.first_intent, outcome.agreed = first_intent, agreed
        self._note(key, before, because)

    def _note(self, key: PredictionKey, before: Joined, because: RevisionCause) -> None:
        """Note what an outcome was before it was changed, if it was."""
        if self._memory.outcomes[key.prediction_id][key.model].facts() == before.facts():
            return
        if key not in self._completed:
            self._before.setdefault(key, before)
        self._because[key] = because

    def _chosen(
        self, key: PredictionKey, label: Label, readings: Iterable[Label] = ()
    ) -> tuple[Design, float | None] | None:
        """How the prediction was chosen: as its label says, else as it was drawn, else as the first reading says.

        None where its ticket was drawn for other models only: that label says nothing of this one. It had its chance
        in another draw, or none; what it came to there is not known of a ticket that was not drawn.
        """
        if not label.follows_draws:
            return label.design, label.probability
        draws = self._memory.draws.get(key.prediction_id, {})
        if drawn := draws.get(key.model):
            return drawn.design, drawn.probability
        chosen = first_chosen(readings)
        return None if draws and chosen == (Design.UNKNOWN, None) else chosen


def _repeats(event: Prediction, known: Mapping[Model, Known]) -> bool:
    """Whether an equal one came: under its model, or under what stood for that while it was beyond the limit."""
    under = (event.model, further_versions(event.model), THE_REST)
    return any((came := known.get(model)) is not None and came.digest == event.digest for model in under)


def _refuse_beside(event: Prediction, known: Mapping[Model, Known]) -> None:
    """Refuse one that repeats none of these where no other may stand beside them."""
    if event.model not in known:
        if len(known) >= MODELS_MAX:
            raise DecodeError("too_many_models", f"{MODELS_MAX} models answered under this id; none is added")
    # Of models that are not told apart, another may have answered.
    elif not stands_in(event.model):
        raise DecodeError("conflict", "a prediction with this id arrived before with other content")


def _what_came(label: Label, held: Label | None) -> RevisionKind:
    if label.retracted:
        return RevisionKind.LABEL_RETRACTED
    return RevisionKind.LABEL_ARRIVED if held is None else RevisionKind.LABEL_CORRECTED
