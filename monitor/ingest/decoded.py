"""Records in, each with the event it holds or why it holds none, out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from monitor.domain.events.belief import Belief
from monitor.domain.events.decode import Event, decode
from monitor.domain.events.fates import Became
from monitor.domain.events.fields import LATEST
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Label, Model, Prediction, PredictionKey, Record
from monitor.errors import DecodeError


class Decoded(NamedTuple):
    """A record, its event (or what becomes of it where it is passed over), and what was put right, each kind once."""

    record: Record
    event: Event | DecodeError | Became
    mends: Iterable[Mend]


def decoded(
    records: Iterable[Record], max_bytes: int, latest: datetime, beliefs: Sequence[Belief] = ()
) -> list[Decoded]:
    """Each record decoded; no event may be stamped after `latest`. A label must be what every belief allows."""
    return [_decoded(record, max_bytes, min(latest, LATEST), beliefs) for record in records]


def _decoded(record: Record, max_bytes: int, latest: datetime, beliefs: Sequence[Belief]) -> Decoded:
    if record.value is None:
        return Decoded(record, Became.TOMBSTONE, ())
    mends: list[Mend] = []
    try:
        event = decode(record.value, record.kind, max_bytes, latest=latest, mends=mends)
    except DecodeError as err:
        return Decoded(record, err, ())
    return Decoded(record, _believed(record, event, beliefs), set(mends) if mends else ())


def _believed(record: Record, event: Event, beliefs: Sequence[Belief]) -> Event | Became:
    """The event, or what is left of it without a label that is not believed."""
    label = event[1] if isinstance(event, tuple) else event
    if isinstance(label, Prediction) or all(
        belief.holds(record.partition.topic, label) for belief in beliefs
    ):
        return event
    return event[0] if isinstance(event, tuple) else Became.LABEL_NOT_BELIEVED


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
    event: Event | DecodeError | Became, stand_ins: Mapping[Model, Model]
) -> Event | DecodeError | Became:
    match event:
        case Prediction(model=model) if model in stand_ins:
            return replace(event, model=stand_ins[model])
        case (Prediction(model=model) as prediction, label) if model in stand_ins:
            return replace(prediction, model=stand_ins[model]), label
    return event
