"""A file of events, or standard input, checked as it would be read."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

from connectors.files.events import FileSource
from connectors.formats.make import file_decoder, file_opener
from monitor.app.clock import now
from monitor.domain.events.checked import CheckedEvents
from monitor.domain.events.mapping.fields import EventKind
from monitor.domain.events.types import Partition, Record
from monitor.ingest.checking import CheckLimits, check
from monitor.settings.settings import Settings

POLL_S = 1.0


def check_file(path: str, kind: EventKind, settings: Settings) -> CheckedEvents:
    """Look through the events of a file (.gz too; - is standard input). Nothing is written anywhere.

    They are read as the topic of their kind is.

    Raises:
        ConfigError: it can't be read.
    """
    decoder, limits = file_decoder(settings.kafka, kind, path), settings.limits
    decoders, opener = {path: decoder} if decoder else {}, file_opener(settings.kafka, kind)
    with closing(FileSource([path], kind=kind, decoders=decoders, opener=opener)) as source:
        latest = source.latest(Partition(path, 0), now(), timedelta(hours=limits.future_hours))
        return check(records_in(source), CheckLimits(limits.message_bytes, latest), decoder)


def records_in(source: FileSource) -> Iterator[Record]:
    """Every record of files, from their beginning."""
    source.start(dict.fromkeys(source.poll(0.0).assigned))
    while not source.drained():
        for records in source.poll(POLL_S).records.values():
            yield from records
