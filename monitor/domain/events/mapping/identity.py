"""The mapping of records that have the shape of docs/events.md, whatever they are written in."""

from typing import Final

from monitor.domain.events.mapping.fields import EventKind, EventMapping, MappedField, Reading
from monitor.domain.events.mapping.paths import parsed

_READINGS = {
    "ts": Reading.TIME,
    "labeled_at": Reading.TIME,
    "predicted.intent": Reading.INTENT,
    "predicted.score": Reading.NUMBER,
    "predicted.scores": Reading.SCORES,
    "slices": Reading.SLICES,
    "intent": Reading.INTENT,
    "revision": Reading.NUMBER,
    "status": Reading.WORD,
    "source.kind": Reading.WORD,
    "sampling.design": Reading.WORD,
    "sampling.probability": Reading.NUMBER,
}
_PREDICTION = ("prediction_id", "ts", "model.name", "model.version", "predicted.intent")
_MAY_BE_LEFT_OUT = ("model.environment", "predicted.score", "predicted.scores", "slices", "text", "subject")
_LABEL = ("label_id", "prediction_id", "labeled_at")
_MAY_BE_LEFT_OUT_OF_A_LABEL = (
    *("intent", "revision", "status", "model.name", "model.version", "model.environment"),
    *("source.kind", "source.annotator", "sampling.design", "sampling.probability"),
)


def _mapping(kind: EventKind, needed: tuple[str, ...], others: tuple[str, ...]) -> EventMapping:
    return EventMapping(
        kind,
        [
            MappedField(
                name,
                [parsed(f"$.{name}")],
                reading=_READINGS.get(name, Reading.TEXT),
                needed=name in needed,
            )
            for name in (*needed, *others)
        ],
    )


IDENTITY: Final = {
    "prediction": _mapping("prediction", _PREDICTION, _MAY_BE_LEFT_OUT),
    "label": _mapping("label", _LABEL, _MAY_BE_LEFT_OUT_OF_A_LABEL),
}
