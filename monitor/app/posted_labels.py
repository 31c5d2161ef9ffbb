"""Labels that a program sends, taken in by the same step as every other event; what became of each is told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from typing_extensions import override

from connectors.files.labels.posted import PostedRecords
from connectors.sql.labels.held_labels import HeldLabels
from monitor.app.clock import now
from monitor.app.ingesting import ingest_of
from monitor.app.stores import Stores
from monitor.domain.events.decode import decode
from monitor.domain.events.misfits import misfit
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import DeadLetter, Label, Prediction
from monitor.domain.labelling.posted import PostedLabels, RefusedLabel
from monitor.errors import ConfigError, DecodeError, UnavailableError
from monitor.ingest.ingest import Taken
from monitor.ingest.ports import DeadLetters

TOPIC = "/api/v1/labels"
_A_PREDICTION = ("unknown_event", "a prediction; send a label, which may carry it inline", "event")


def take_posted(stores: Stores, events: Sequence[bytes]) -> PostedLabels:
    """Take in what is sound of these labels; call it within an atomic transaction, which saves all of it or nothing.

    A label for itself is taken or refused: those beside it say nothing against it.

    Raises:
        UnavailableError: the database did not take them, or the secret that people's ids are hashed with can't be
            read; nothing may be saved.
    """
    settings = stores.settings
    latest = now() + timedelta(hours=settings.limits.future_hours)
    labels = _Labels(events, settings.limits.message_bytes, latest)
    source = PostedRecords(TOPIC, [events[index] for index in labels.sent], latest)
    letters, total = _Letters(), Taken()
    with closing(source):
        try:
            ingest = ingest_of(stores, source, letters, poison_stops=False)
        except ConfigError as err:  # nothing that is wrong with the labels
            raise UnavailableError(str(err)) from err
        while not source.drained() or ingest.waiting:
            taken = ingest.step(0)
            if taken.trouble:
                raise UnavailableError(taken.trouble)
            total.add(taken)
    refused = [_refused(labels.sent[source.index_of(each.record.offset)], each) for each in letters.kept]
    held = HeldLabels(stores.engine, settings.labels.out_of_scope)
    beliefs = [rule.belief() for rule in settings.labels.believe]
    believed = [
        label
        for label in labels.without({each.index for each in refused})
        if all(belief.holds(TOPIC, label) for belief in beliefs)
    ]
    stored = held.by_id({label.label_id for label in believed})
    sound = [label for label in believed if label.label_id in stored]  # those of erased tickets are not
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


class _Labels:
    """What was sent, by its index: what may go in, and events that are no labels, which a labeller may not send."""

    def __init__(self, events: Sequence[bytes], max_bytes: int, latest: datetime) -> None:
        self.sent: list[int] = []
        self.no_labels: list[RefusedLabel] = []
        self._read: dict[int, Label] = {}
        for index, value in enumerate(events):
            try:
                event = decode(value, "label", max_bytes, latest=latest)
            except DecodeError:  # the step that takes it in refuses it, too, and counts it
                self.sent.append(index)
                continue
            if isinstance(event, Prediction):
                self.no_labels.append(RefusedLabel(index, *_A_PREDICTION))
                continue
            self.sent.append(index)
            self._read[index] = event[1] if isinstance(event, tuple) else event

    def without(self, refused: set[int]) -> list[Label]:
        """The labels that were not refused."""
        return [label for index, label in self._read.items() if index not in refused]


def _refused(index: int, letter: DeadLetter) -> RefusedLabel:
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
