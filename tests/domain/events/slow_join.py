"""The rules of the join once more, slowly: everything that came so far, looked at from the start each time."""

from datetime import datetime

from msgspec.structs import replace

from monitor.domain.events.joined import Draw
from monitor.domain.events.types import Design, Kind, Label, Model, Prediction, PredictionKey
from tests.domain.events.joining import Drawn, Happening, State

# The rules once more, slowly: no join, only everything that came so far, looked at from the start each time.


class Reference:
    """What docs/events.md says of a list of events, with plain dictionaries and sorting."""

    def __init__(self, accept: frozenset[Kind]) -> None:
        self.accept = accept - {Kind.COMPLAINT, Kind.CORRECTION}
        self.predictions: dict[PredictionKey, Prediction] = {}
        self.versions: dict[str, list[Label]] = {}
        self.became: list[str] = []
        self.completed: list[PredictionKey] = []
        self.last: dict[PredictionKey, State] = {}
        self.draws: dict[PredictionKey, Draw] = {}

    def take(self, event: Happening) -> None:
        if isinstance(event, Drawn):
            if event.key in self.predictions:
                self.draws.setdefault(event.key, event.draw)
            self._look()
            return
        parts = event if isinstance(event, tuple) else (event,)
        if any(self._conflicts(part) for part in parts):
            self.became.append("conflict")
            return
        for part in parts:
            became = self._prediction(part) if isinstance(part, Prediction) else self._label(part)
        self.became.append(became)
        self._look()

    def _look(self) -> None:
        """Read every outcome anew."""
        for key in sorted(self.predictions):
            state = self._state(key)
            if state is None and key in self.last:
                self.last[key] = (None, *self.last[key][1:])
            elif state is not None:
                if key not in self.last:
                    self.completed.append(key)
                self.last[key] = state

    def _newest(self, label_id: str) -> Label | None:
        versions = sorted(self.versions.get(label_id, []), key=lambda v: (v.revision, v.labeled_at))
        return versions[-1] if versions else None

    def _conflicts(self, part: Prediction | Label) -> bool:
        if isinstance(part, Prediction):
            first = self.predictions.get(part.key)
            if first is None or self._repeats(part):
                return False
            return first.digest != part.digest and part.model.version != "__other__"
        newest = self._held_against(part)
        if newest is None or newest == part:
            return False
        misses = {Kind.COMPLAINT, Kind.CORRECTION}
        if (newest.kind in misses) != (part.kind in misses):
            return True
        elsewhere = newest.prediction_id != part.prediction_id or newest.scope != part.scope
        if elsewhere and part.revision == newest.revision:
            return True
        return (newest.revision, newest.labeled_at) == (part.revision, part.labeled_at)

    def _prediction(self, part: Prediction) -> str:
        if self._repeats(part):
            return "prediction_repeat"
        if part.key in self.predictions:
            return "prediction_folded"
        self.predictions[part.key] = part
        return "prediction"

    def _held_against(self, part: Label) -> Label | None:
        """The newest label of its id, whoever gave it; where that named no model, it may have been of this one's."""
        newest = self._newest(part.label_id)
        if newest is not None:
            return replace(newest, scope=newest.scope or part.scope, annotator=part.annotator)
        return newest

    def _repeats(self, part: Prediction) -> bool:
        """Whether an equal one came under its model, or under what stood for it while it was beyond the limit."""
        name, environment = part.model.name, part.model.environment
        stood_in = (
            Model(name, "__other__", environment),
            Model("__other__", "__other__", "__other__"),
        )
        before = [self.predictions.get(PredictionKey(part.prediction_id, m)) for m in (part.model, *stood_in)]
        return any(first is not None and first.digest == part.digest for first in before)

    def _label(self, part: Label) -> str:
        if part == self._held_against(part):
            return "label_repeat"
        self.versions.setdefault(part.label_id, []).append(part)
        if self._newest(part.label_id) != part:
            return "label_outdated"
        answered = [key for key in self.predictions if key.prediction_id == part.prediction_id]
        return "label_fits_none" if answered and not any(names(part, key) for key in answered) else "label"

    def _state(self, key: PredictionKey) -> State | None:
        newest = [self._newest(label_id) for label_id in self.versions]
        serving = [
            label
            for label in newest
            if label is not None and label.prediction_id == key.prediction_id and names(label, key)
        ]
        candidates = sorted(
            (label.kind is Kind.ADJUDICATED, label.labeled_at, label.label_id, label.intent)
            for label in serving
            if not label.retracted and label.kind in self.accept
        )
        if not candidates:
            return None
        held = self._newest(candidates[-1][2])
        assert held is not None
        chosen: tuple[Design, float | None] = held.design, held.probability
        silent = chosen == (Design.UNKNOWN, None) and held.kind in (Kind.HUMAN, Kind.ADJUDICATED)
        if silent and key in self.draws:
            chosen = self.draws[key].design, self.draws[key].probability
        elif silent and self._read_again(serving, held)[0] is not None:
            told = [
                each for each in self._readings(serving).values() if (each.design, each.probability) != chosen
            ]
            if told:
                first = sorted(told, key=lambda each: (each.labeled_at, each.label_id))[0]
                chosen = first.design, first.probability
        for_others = any(drawn.prediction_id == key.prediction_id for drawn in self.draws)
        nothing = silent and key not in self.draws and for_others and chosen == (Design.UNKNOWN, None)
        return (
            *(None if nothing else held.intent, held.label_id, held.labeled_at, held.kind, *chosen),
            *self._read_again(serving, held),
        )

    @staticmethod
    def _readings(serving: list[Label]) -> dict[tuple[datetime, str], Label]:
        """What people said who are known, or adjudicators, in its order."""
        people = [each for each in serving if each.kind in (Kind.HUMAN, Kind.ADJUDICATED)]
        return {
            (each.labeled_at, each.label_id): each
            for each in people
            if not each.retracted and (each.annotator or each.kind is Kind.ADJUDICATED)
        }

    def _read_again(self, serving: list[Label], held: Label) -> tuple[str | None, bool]:
        """What the first of two readers said, and whether two say what holds, or an adjudicator does."""
        readings = self._readings(serving)
        by: dict[tuple[str | None, str], set[str]] = {}
        for each in readings.values():
            by.setdefault((each.annotator, str(each.kind is Kind.ADJUDICATED)), set()).add(each.intent)
        if len(by) < 2:
            return None, False
        alike = sum(held.intent in intents for intents in by.values())
        return readings[min(readings)].intent, alike > 1 or held.kind is Kind.ADJUDICATED


def names(label: Label, key: PredictionKey) -> bool:
    """Whether every name that the label gives is the model's."""
    if label.scope is None:
        return True
    given = (label.scope.name, label.scope.version, label.scope.environment)
    own = (key.model.name, key.model.version, key.model.environment)
    folded = "__other__" in (key.model.name, key.model.version)  # of which any name may be
    return all(
        name is None or name == theirs or (folded and theirs == "__other__")
        for name, theirs in zip(given, own, strict=True)
    )
