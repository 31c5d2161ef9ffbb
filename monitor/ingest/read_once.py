"""Labels that a program sent, each read once: what may go in, and the events that it is read as when it does."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from typing_extensions import override

from monitor.domain.events.decode import Event, Events
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Label, Partition, Prediction, Record
from monitor.domain.labelling.posted import RefusedLabel
from monitor.errors import DecodeError
from monitor.ingest.decoded import read_event
from monitor.ingest.ports import EventDecoder

_A_PREDICTION = ("unknown_event", "a prediction; send a label, which may carry it inline", "event")


class _Read(NamedTuple):
    """What one record was read as, and what was put right."""

    event: Event | Events | DecodeError
    mends: Sequence[Mend]


class ReadLabels:
    """What was sent, by its index: what may go in, and events that are no labels, which a labeller may not send."""

    def __init__(
        self, events: Sequence[bytes], max_bytes: int, latest: datetime, decoder: EventDecoder | None
    ) -> None:
        self.sent: list[int] = []
        self.no_labels: list[RefusedLabel] = []
        self._read: list[_Read] = []  # of those that are sent, in their order
        for index, value in enumerate(events):
            read = _read(value, max_bytes, latest, decoder)
            if isinstance(read.event, Prediction):
                self.no_labels.append(RefusedLabel(index, *_A_PREDICTION))
            else:  # one that is no event at all is refused, and counted, by the step that takes it in
                self.sent.append(index)
                self._read.append(read)

    def without(self, refused: set[int]) -> list[Label]:
        """The labels that were not refused."""
        sound = [
            each.event
            for index, each in zip(self.sent, self._read, strict=True)
            if index not in refused and not isinstance(each.event, DecodeError)
        ]
        events = [event for each in sound for event in (each if isinstance(each, list) else [each])]
        labels = [event[1] if isinstance(event, tuple) else event for event in events]
        return [label for label in labels if isinstance(label, Label)]

    def decoder(self, place: Callable[[Record], int]) -> EventDecoder:
        """What gives the events that were read; `place` is which of those that were sent a record is."""
        return _ReadBefore(self._read, place)


class _ReadBefore(EventDecoder):
    def __init__(self, read: Sequence[_Read], place: Callable[[Record], int]) -> None:
        self._read = read
        self._place = place

    @override
    def decode(self, record: Record, latest: datetime, mends: list[Mend]) -> Event | Events:
        known = self._read[self._place(record)]
        if isinstance(known.event, DecodeError):
            raise known.event
        mends += known.mends
        return known.event


def _read(value: bytes, max_bytes: int, latest: datetime, decoder: EventDecoder | None) -> _Read:
    mends: list[Mend] = []
    record = Record(Partition("", 0), 0, value, "label")
    try:
        return _Read(read_event(record, max_bytes, latest, mends, decoder), mends)
    except DecodeError as refused:
        return _Read(refused, ())
