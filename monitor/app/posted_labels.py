"""Labels that a program sends, taken in by the same step as every other event; what became of each is told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from typing import NamedTuple

from typing_extensions import override

from connectors.files.labels.posted import PostedRecords
from connectors.sql.labels.held_labels import HeldLabels
from monitor.app.clock import now
from monitor.app.ingesting import ingest_of
from monitor.app.stores import Stores
from monitor.domain.events.misfits import misfit
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import DeadLetter, Label
from monitor.domain.labelling.posted import PostedLabels, RefusedLabel
from monitor.errors import ConfigError, DecodeError, UnavailableError
from monitor.ingest.ports import DeadLetters, EventDecoder
from monitor.ingest.read_once import ReadLabels
from monitor.ingest.taken import Taken

TOPIC = "/api/v1/labels"


class LabelDoor(NamedTuple):
    """Where labels are sent to, the topic of their events, and what reads them; None where they are our own JSON."""

    topic: str = TOPIC
    decoder: EventDecoder | None = None


OF_THE_API = LabelDoor()


def take_posted(stores: Stores, events: Sequence[bytes], door: LabelDoor = OF_THE_API) -> PostedLabels:
    """Take in what is sound of these labels; call it within an atomic transaction, which saves all of it or nothing.

    A label for itself is taken or refused: those beside it say nothing against it.

    Raises:
        UnavailableError: the database did not take them, or the secret that people's ids are hashed with can't be
            read; nothing may be saved.
    """
    settings = stores.settings
    latest = now() + timedelta(hours=settings.limits.future_hours)
    labels = ReadLabels(events, settings.limits.message_bytes, latest, door.decoder)
    source = PostedRecords(door.topic, [events[index] for index in labels.sent], latest)
    letters, total = _Letters(), Taken()
    with closing(source):
        try:
            decoders = {door.topic: labels.decoder(lambda record: source.index_of(record.offset))}
            ingest = ingest_of(stores, source, letters, poison_stops=False, decoders=decoders)
        except ConfigError as err:  # nothing that is wrong with the labels
            raise UnavailableError(str(err)) from err
        while not source.drained() or ingest.waiting:
            taken = ingest.step(0)
            if taken.trouble:
                raise UnavailableError(taken.trouble)
            total.add(taken)
    refused = [
        _refused(labels.sent[source.index_of(each.record.offset)], each, door) for each in letters.kept
    ]
    sound = _held(stores, door, labels.without({each.index for each in refused}))
    held = HeldLabels(stores.engine, settings.labels.out_of_scope)
    known, there = held.intents(), held.predicted({label.prediction_id for label in sound})
    intents = Counter(label.intent for label in sound if not label.retracted and label.intent != NO_INTENT)
    return PostedLabels(
        labels=len(events),
        new=total.new,
        seen_before=total.seen_before,
        passed_over=total.passed_over,
        waiting=sum(label.prediction_id not in there for label in sound),
        unknown_intents={
            intent: count for intent, count in sorted(intents.items()) if known and intent not in known
        },
        refused=sorted([*labels.no_labels, *refused], key=lambda each: each.index),
    )


def _held(stores: Stores, door: LabelDoor, labels: Sequence[Label]) -> list[Label]:
    """Those that are believed, and are held by now: those of erased tickets are not."""
    beliefs = [rule.belief() for rule in stores.settings.labels.believe]
    believed = [label for label in labels if all(belief.holds(door.topic, label) for belief in beliefs)]
    held = HeldLabels(stores.engine, stores.settings.labels.out_of_scope)
    stored = held.by_id({label.label_id for label in believed})
    return [label for label in believed if label.label_id in stored]


def _refused(index: int, letter: DeadLetter, door: LabelDoor) -> RefusedLabel:
    if door.decoder is not None:  # a map reads them: the names of our fields are no places in theirs
        return RefusedLabel(index, letter.code, letter.detail)
    field = misfit(letter.record.value or b"", DecodeError(letter.code, letter.detail)).field
    return RefusedLabel(index, letter.code, letter.detail, field)


class _Letters(DeadLetters):
    """Why records were refused. Whoever sent them has their bytes."""

    def __init__(self) -> None:
        self.kept: list[DeadLetter] = []

    @override
    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        self.kept += letters
        return {}
