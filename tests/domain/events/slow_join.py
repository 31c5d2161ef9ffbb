"""The rules of the join once more, slowly: everything that came so far, looked at from the start each time."""

from monitor.domain.events.types import Kind, Label, Prediction
from tests.domain.events.joining import Event, State

# The rules once more, slowly: no join, only everything that came so far, looked at from the start each time.


class Reference:
    """What docs/events.md says of a list of events, with plain dictionaries and sorting."""

    def __init__(self, accept: frozenset[Kind]) -> None:
        self.accept = accept - {Kind.COMPLAINT}
        self.predictions: dict[str, Prediction] = {}
        self.versions: dict[str, list[Label]] = {}
        self.became: list[str] = []
        self.completed: list[str] = []
        self.last: dict[str, State] = {}

    def take(self, event: Event) -> None:
        parts = event if isinstance(event, tuple) else (event,)
        if any(self._conflicts(part) for part in parts):
            self.became.append("conflict")
            return
        for part in parts:
            became = self._prediction(part) if isinstance(part, Prediction) else self._label(part)
        self.became.append(became)
        for pid in sorted(self.predictions):
            state = self._state(pid)
            if state is None and pid in self.last:
                self.last[pid] = (None, *self.last[pid][1:])
            elif state is not None:
                if pid not in self.last:
                    self.completed.append(pid)
                self.last[pid] = state

    def _newest(self, label_id: str) -> Label | None:
        versions = sorted(self.versions.get(label_id, []), key=lambda v: (v.revision, v.labeled_at))
        return versions[-1] if versions else None

    def _conflicts(self, part: Prediction | Label) -> bool:
        if isinstance(part, Prediction):
            first = self.predictions.get(part.prediction_id)
            return first is not None and first.digest != part.digest
        newest = self._newest(part.label_id)
        if newest is None or newest == part:
            return False
        if newest.prediction_id != part.prediction_id and part.revision == newest.revision:
            return True
        return (newest.revision, newest.labeled_at) == (part.revision, part.labeled_at)

    def _prediction(self, part: Prediction) -> str:
        if part.prediction_id in self.predictions:
            return "prediction_repeat"
        self.predictions[part.prediction_id] = part
        return "prediction"

    def _label(self, part: Label) -> str:
        newest = self._newest(part.label_id)
        if part == newest:
            return "label_repeat"
        self.versions.setdefault(part.label_id, []).append(part)
        return "label" if self._newest(part.label_id) == part else "label_outdated"

    def _state(self, prediction_id: str) -> State | None:
        newest = [self._newest(label_id) for label_id in self.versions]
        candidates = sorted(
            (label.kind is Kind.ADJUDICATED, label.labeled_at, label.label_id, label.intent)
            for label in newest
            if label is not None
            and label.prediction_id == prediction_id
            and not label.retracted
            and label.kind in self.accept
        )
        if not candidates:
            return None
        held = self._newest(candidates[-1][2])
        assert held is not None
        return (held.intent, held.label_id, held.labeled_at, held.kind, held.design, held.probability)
