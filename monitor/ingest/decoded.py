"""Records in, each with the event it holds or why it holds none, out."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from monitor.domain.events.belief import Belief
from monitor.domain.events.decode import Event, Events, at_hand, decode, decode_with
from monitor.domain.events.fates import Became
from monitor.domain.events.fields import LATEST
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.reading import EventReader
from monitor.domain.events.subjects import SUBJECT, annotator_hash, customer_number, subject_hash
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Label, Model, Prediction, PredictionKey, Record
from monitor.errors import DecodeError
from monitor.ingest.ports import EventDecoder

_new = tuple.__new__  # a named tuple in a third of the time, for what is made for every event


class Decoded(NamedTuple):
    """A record, its event (or what becomes of it where it is passed over), and what was put right, each kind once.

    `label_not_believed`: the event is the prediction that came with a label that is not believed.
    """

    record: Record
    event: Event | DecodeError | Became
    mends: Iterable[Mend]
    label_not_believed: bool = False


def decoded(
    records: Iterable[Record],
    max_bytes: int,
    latest: datetime,
    beliefs: Sequence[Belief] = (),
    decoder: EventDecoder | None = None,
) -> list[Decoded]:
    """Each record decoded, a canonical one without a `decoder`; no event may be stamped after `latest`.

    A record of several events comes once for each. A label must be what every belief allows.

    Raises:
        UnavailableError: what the decoder needs can't be had just now.
    """
    latest, all_of_them = min(latest, LATEST), list[Decoded]()
    mends: list[Mend] = []
    reader = EventReader(latest, mends)
    for record in records:
        value = record.value
        if value is not None and decoder is None:
            # Nearly all are canonical predictions that are as they should be: the shortest way for those.
            try:
                event = decode_with(reader, value, record.kind, max_bytes)
            except DecodeError as err:
                all_of_them.append(Decoded(record, err, ()))
            else:
                put_right = set(mends) if mends else ()
                all_of_them.append(
                    _new(Decoded, (record, event, put_right, False))
                    if type(event) is Prediction
                    else _held(record, event, put_right, beliefs)
                )
            mends.clear()
            continue
        read = _decoded(record, max_bytes, latest, beliefs, decoder)
        if isinstance(read, Decoded):
            all_of_them.append(read)
        else:
            all_of_them += read
    return all_of_them


def read_event(
    record: Record, max_bytes: int, latest: datetime, mends: list[Mend], decoder: EventDecoder | None
) -> Event | Events:
    """The event of a record that has a value, or those of one that may hold several.

    Raises:
        DecodeError: it is none.
        UnavailableError: what the decoder needs can't be had just now.
    """
    value = record.value or b""
    if decoder is None:
        return decode(value, record.kind, max_bytes, latest=latest, mends=mends)
    at_hand(value, max_bytes)
    return decoder.decode(record, latest, mends)


def _decoded(
    record: Record,
    max_bytes: int,
    latest: datetime,
    beliefs: Sequence[Belief],
    decoder: EventDecoder | None,
) -> Decoded | list[Decoded]:
    if record.value is None:
        return Decoded(record, Became.TOMBSTONE, ())
    mends: list[Mend] = []
    try:
        event = read_event(record, max_bytes, latest, mends, decoder)
    except DecodeError as err:
        return Decoded(record, err, ())
    put_right = set(mends) if mends else ()
    if not isinstance(event, list):
        return _held(record, event, put_right, beliefs)
    if not event:
        return Decoded(record, Became.NO_EVENT, ())
    return [_held(record, each, () if number else put_right, beliefs) for number, each in enumerate(event)]


def _held(record: Record, event: Event, mends: Iterable[Mend], beliefs: Sequence[Belief]) -> Decoded:
    believed = _believed(record, event, beliefs)
    return Decoded(record, believed, mends, isinstance(event, tuple) and believed is not event)


def events_of(read: Event | Events) -> Events:
    """The events as a list."""
    return read if isinstance(read, list) else [read]


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

    def stood_in_for(event: Prediction) -> Prediction:
        return replace(event, model=stand_ins[event.model]) if event.model in stand_ins else event

    return [each._replace(event=_of_predictions(each.event, stood_in_for)) for each in batch]


def with_no_answers(batch: Sequence[Decoded], names: Callable[[Model], Set[str]]) -> list[Decoded]:
    """The records, each prediction without what its model says, by one of these `names`, where it has no answer."""

    def answered(event: Prediction) -> Prediction:
        others = names(event.model)
        if others.isdisjoint(event.answers or (event.intent,)):
            return event
        left = [name for name in event.answers if name not in others]
        intent = left[0] if left else NO_ANSWER
        return replace(event, intent=intent, answers=tuple(left) if len(left) > 1 else ())

    return [each._replace(event=_of_predictions(each.event, answered)) for each in batch]


def with_customers(batch: Sequence[Decoded], key: str, named_by: str) -> list[Decoded]:
    """The records, each prediction with whose ticket it is: its `subject`, or its slice of the name `named_by`.

    `key` is what persons' ids are hashed with. Two models may name different customers: each prediction has its own.
    """

    def known(event: Prediction) -> Prediction:
        name = event.subject if named_by == SUBJECT else event.slices.get(named_by)
        return replace(event, customer=customer_number(subject_hash(name, key))) if name else event

    return [each._replace(event=_of_predictions(each.event, known)) for each in batch]


def with_annotators(batch: Sequence[Decoded], key: str) -> list[Decoded]:
    """The records, who gave each label as it is stored: hashed with `key`, or not at all without one."""

    def kept(decoded: Decoded) -> Decoded:
        event = decoded.event
        if isinstance(event, tuple):
            label = _hashed(event[1], key)
            return decoded if label is event[1] else decoded._replace(event=(event[0], label))
        if isinstance(event, Label) and (label := _hashed(event, key)) is not event:
            return decoded._replace(event=label)
        return decoded

    return [each if type(each[1]) is Prediction else kept(each) for each in batch]


def _hashed(label: Label, key: str) -> Label:
    if label.annotator is None:
        return label
    return replace(label, annotator=annotator_hash(label.annotator, key) if key else None)


def by_kind(batches: Iterable[Sequence[Decoded]]) -> tuple[dict[PredictionKey, Prediction], list[Label]]:
    """The first prediction of each key, and every label."""
    predictions: dict[PredictionKey, Prediction] = {}
    labels: list[Label] = []
    for batch in batches:
        for _, event, _, _ in batch:
            if type(event) is Prediction:
                predictions.setdefault(event.key, event)
            elif isinstance(event, Label):
                labels.append(event)
            elif isinstance(event, tuple):
                predictions.setdefault(event[0].key, event[0])
                labels.append(event[1])
    return predictions, labels


def _of_predictions(
    event: Event | DecodeError | Became, change: Callable[[Prediction], Prediction]
) -> Event | DecodeError | Became:
    if isinstance(event, Prediction):
        return change(event)
    return (change(event[0]), event[1]) if isinstance(event, tuple) else event
