"""A topic's map as people write it in; each field of an event with where it lies out."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec

from monitor.domain.events.mapping.fields import EventMapping, MappedField, ReadAs
from monitor.domain.events.mapping.paths import parsed
from monitor.settings.mapped import (
    From,
    FromIntent,
    FromScores,
    FromSeveral,
    FromTime,
    FromWord,
    LabelMap,
    PredictionMap,
)


class Placed(msgspec.Struct, frozen=True):
    """A field of a map: its `key` there, its `field` in an event, and how its values are read."""

    key: str
    field: str
    given: From
    reading: ReadAs = ReadAs.TEXT
    needed: bool = False


def placed(given: PredictionMap | LabelMap) -> list[Placed]:
    """Every field that a map speaks of."""
    fields = _of_prediction(given) if isinstance(given, PredictionMap) else _of_label(given)
    return list(fields)


def mapping_of(given: PredictionMap | LabelMap) -> EventMapping:
    """The mapping; one that breaks no rule. The intents of scores are spelled as the intent is."""
    if isinstance(given, LabelMap):
        return EventMapping("label", [_mapped(each) for each in placed(given)])
    names = {"lower": given.intent.lower, "table": dict(given.intent.aliases)}
    return EventMapping(
        "prediction",
        [
            msgspec.structs.replace(field, **names) if field.reading is ReadAs.SCORES else field
            for field in map(_mapped, placed(given))
        ],
    )


def _of_prediction(given: PredictionMap) -> Iterator[Placed]:
    yield Placed("prediction_id", "prediction_id", given.prediction_id, needed=True)
    yield Placed("ts", "ts", given.ts, ReadAs.TIME, needed=True)
    yield Placed("model.name", "model.name", given.model.name, needed=True)
    yield Placed("model.version", "model.version", given.model.version, needed=True)
    yield Placed("model.environment", "model.environment", given.model.environment)
    yield Placed("intent", "predicted.intent", given.intent, ReadAs.INTENT, needed=True)
    if given.score is not None:
        yield Placed("score", "predicted.score", given.score, ReadAs.NUMBER)
    if given.scores is not None:
        yield Placed("scores", "predicted.scores", given.scores, ReadAs.SCORES)
    if isinstance(given.slices, str):
        yield Placed("slices", "slices", From(path=given.slices), ReadAs.SLICES)
    else:
        for name, source in given.slices.items():
            yield Placed(f"slices.{name}", f"slices.{name}", source)
    if given.text is not None:
        yield Placed("text", "text", given.text)
    if given.subject is not None:
        yield Placed("subject", "subject", given.subject)


def _of_label(given: LabelMap) -> Iterator[Placed]:
    yield Placed("label_id", "label_id", given.label_id, needed=True)
    yield Placed("prediction_id", "prediction_id", given.prediction_id, needed=True)
    yield Placed("labeled_at", "labeled_at", given.labeled_at, ReadAs.TIME, needed=True)
    yield Placed("intent", "intent", given.intent, ReadAs.INTENT)
    sections = {"model": given.model, "source": given.source, "sampling": given.sampling}
    optional = {"revision": given.revision, "status": given.status}
    for section, inside in sections.items():
        names = type(inside).model_fields if inside is not None else ()
        optional |= {f"{section}.{name}": getattr(inside, name) for name in names}
    readings = {"revision": ReadAs.NUMBER, "sampling.probability": ReadAs.NUMBER}
    for key, source in optional.items():
        if source is not None:
            word = ReadAs.WORD if isinstance(source, FromWord) else ReadAs.TEXT
            yield Placed(key, key, source, readings.get(key, word))


def _mapped(place: Placed) -> MappedField:
    given = place.given
    paths = [parsed(given.path)] if given.path else []
    constant = given.const if given.const is not None else given.default
    if place.reading is not ReadAs.NUMBER and constant is not None:
        constant = str(constant).lower() if isinstance(constant, bool) else str(constant)
    field = MappedField(place.field, paths, constant, place.reading, place.needed)
    changes: dict[str, object] = {}
    match given:
        case FromSeveral() if given.join:
            changes = {"paths": [parsed(path) for path in given.join], "between": given.between}
        case FromTime():
            changes = {"time": given.format, "zone": ZoneInfo(given.zone) if given.zone else None}
        case FromIntent():
            changes = {"lower": given.lower, "table": dict(given.aliases)}
        case FromWord():
            changes = {"table": dict(given.values)}
        case FromScores() if given.names:
            changes = {"paths": [parsed(given.names), parsed(given.scores)]}
        case FromScores() if given.name:
            changes = {"items": (given.name, given.score)}
    return msgspec.structs.replace(field, **changes)
