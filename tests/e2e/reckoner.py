"""What becomes of records that were read, counted once more by the rules."""

import json
import math
from typing import Any

from tests.e2e.mutants import Read


class Reckoner:
    """What becomes of record after record, by the rules of events, from what the reader read."""

    def __init__(self) -> None:
        self._predictions: dict[tuple[object, object], tuple[object, ...]] = {}  # by id and model
        self._labels: dict[str, tuple[object, ...]] = {}

    def became(self, read: Read, value: bytes | None) -> str:
        """The word for what became of it, or the code `conflict`."""
        if value is None:
            return "tombstone"
        if isinstance(read[0], tuple):
            inside, label = read
            scores = _scores(json.loads(value)["prediction"])
            if self._clashes(inside, scores) or self._label(label, look=True) == "conflict":
                return "conflict"
            self._predictions.setdefault((inside[0], inside[2]), (*inside[1:], scores))
            return self._label(label)
        if isinstance(read[2], tuple):
            scores = _scores(json.loads(value))
            if self._clashes(read, scores):
                return "conflict"
            known = (read[0], read[2]) in self._predictions
            self._predictions.setdefault((read[0], read[2]), (*read[1:], scores))
            return "prediction_repeat" if known else "prediction"
        return self._label(read)

    def outcomes(self) -> int:
        """How many predictions have a label that holds, of the accepted kinds."""
        held = [
            (label[1], label[9])
            for label in self._labels.values()
            if not label[5] and label[6] in ("human", "adjudicated")
        ]
        return sum(
            any(about == prediction_id and _serves(scope, names) for about, scope in held)
            for prediction_id, names in self._predictions
        )

    def _clashes(self, read: Read, scores: object) -> bool:
        known = self._predictions.get((read[0], read[2]))
        return known is not None and known != (*read[1:], scores)

    def _label(self, label: Read, *, look: bool = False) -> str:
        held = self._labels.get(label[0])
        if held is not None:
            if held[9] is None:  # it named no model, so it may have been about this one's
                held = (*held[:9], label[9])
            if held == label:
                return "label_repeat"
            if (label[1], label[9]) != (held[1], held[9]) and label[4] == held[4]:
                return "conflict"
            if (label[4], label[3]) == (held[4], held[3]):
                return "conflict"
            if (label[4], label[3]) < (held[4], held[3]):
                return "label_outdated"
        if not look:
            self._labels[label[0]] = label
        return "label"


def _serves(scope: Any, names: Any) -> bool:  # noqa: ANN401
    """Whether a label with this scope is about the model of these names."""
    return scope is None or all(each in (None, name) for each, name in zip(scope, names, strict=True))


def _scores(prediction: dict[str, Any]) -> object:
    """Its scores, where they are a number for each intent."""
    scores = (prediction["predicted"] or {}).get("scores")
    if not isinstance(scores, dict):
        return None
    sound = all(
        isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score)
        for score in scores.values()
    )
    return scores if sound and not any("\ud800" <= c <= "\udfff" for c in "".join(scores)) else None
