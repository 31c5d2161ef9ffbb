"""The mapping of records that have the shape of docs/events.md, whatever they are written in."""

from collections.abc import Mapping
from typing import Final

from monitor.domain.events.mapping.fields import EventKind, EventMapping, MappedField, ReadAs
from monitor.domain.events.mapping.paths import parsed

_READINGS = {
    "ts": ReadAs.TIME,
    "labeled_at": ReadAs.TIME,
    "predicted.intent": ReadAs.INTENT,
    "predicted.score": ReadAs.NUMBER,
    "predicted.scores": ReadAs.SCORES,
    "slices": ReadAs.SLICES,
    "intent": ReadAs.INTENT,
    "revision": ReadAs.NUMBER,
    "status": ReadAs.WORD,
    "source.kind": ReadAs.WORD,
    "sampling.design": ReadAs.WORD,
    "sampling.probability": ReadAs.NUMBER,
}
_PREDICTION = ("prediction_id", "ts", "model.name", "model.version", "predicted.intent")
_MAY_BE_LEFT_OUT = ("model.environment", "predicted.score", "predicted.scores", "slices", "text", "subject")
_LABEL = ("label_id", "prediction_id", "labeled_at")
_MAY_BE_LEFT_OUT_OF_A_LABEL = (
    *("intent", "revision", "status", "model.name", "model.version", "model.environment"),
    *("source.kind", "source.annotator", "sampling.design", "sampling.probability"),
)


def _mapping(
    kind: EventKind, needed: tuple[str, ...], others: tuple[str, ...], within: str = "$"
) -> EventMapping:
    return EventMapping(
        kind,
        [
            MappedField(
                name,
                [parsed(f"{within}.{name}")],
                reading=_READINGS.get(name, ReadAs.TEXT),
                needed=name in needed,
                null_says=name == "intent",  # of a label: that it belongs to no intent
            )
            for name in (*needed, *others)
        ],
    )


def _identity(within: str) -> Mapping[str, EventMapping]:
    return {
        "prediction": _mapping("prediction", _PREDICTION, _MAY_BE_LEFT_OUT, within),
        "label": _mapping("label", _LABEL, _MAY_BE_LEFT_OUT_OF_A_LABEL, within),
    }


IDENTITY: Final = _identity("$")
IDENTITY_IN_DATA: Final = _identity("$.data")
"""Where the record is an envelope, and the event its `data`."""
