"""Records in, each with the event it holds or why it holds none, out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from monitor.domain.events.decode import Event, decode
from monitor.domain.events.fields import LATEST
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Label, Model, Prediction, PredictionKey, Record
from monitor.errors import DecodeError


class Decoded(NamedTuple):
    """A record, its event (None for a tombstone), and what was put right in it, each kind once."""

    record: Record
    event: Event | DecodeError | None
    mends: Iterable[Mend]


def decoded(records: Iterable[Record], max_bytes: int, latest: datetime) -> list[Decoded]:
    """Each record decoded; no event may be stamped after `latest`."""
    return [_decoded(record, max_bytes, min(latest, LATEST)) for record in records]


def _decoded(record: Record, max_bytes: int, latest: datetime) -> Decoded:
    if record.value is None:
        return Decoded(record, None, ())
    mends: list[Mend] = []
    try:
        event = decode(record.value, record.kind, max_bytes, latest=latest, mends=mends)
    except DecodeError as err:
        return Decoded(record, err, ())
    return Decoded(record, event, set(mends) if mends else ())


def with_stand_ins(batch: Sequence[Decoded], stand_ins: Mapping[Model, Model]) -> list[Decoded]:
    """The records, predictions of some models given to the model that stands for them."""
    return [each._replace(event=_stood_in_for(each.event, stand_ins)) for each in batch]


def by_kind(batches: Iterable[Sequence[Decoded]]) -> tuple[dict[PredictionKey, Prediction], list[Label]]:
    """The first prediction of each key, and every label."""
    predictions: dict[PredictionKey, Prediction] = {}
    labels: list[Label] = []
    for batch in batches:
        for _, event, _ in batch:
            if isinstance(event, Prediction):
                predictions.setdefault(event.key, event)
            elif isinstance(event, Label):
                labels.append(event)
            elif isinstance(event, tuple):
                predictions.setdefault(event[0].key, event[0])
                labels.append(event[1])
    return predictions, labels


def _stood_in_for(
    event: Event | DecodeError | None, stand_ins: Mapping[Model, Model]
) -> Event | DecodeError | None:
    match event:
        case Prediction(model=model) if model in stand_ins:
            return replace(event, model=stand_ins[model])
        case (Prediction(model=model) as prediction, label) if model in stand_ins:
            return replace(prediction, model=stand_ins[model]), label
    return event
