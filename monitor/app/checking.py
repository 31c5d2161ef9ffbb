"""A file of events, or standard input, checked as it would be read."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

from connectors.files.events import FileSource
from monitor.app.clock import now
from monitor.domain.events.checked import CheckedEvents
from monitor.domain.events.types import Partition, Record
from monitor.ingest.checking import CheckLimits, check
from monitor.settings.storage import Limits

POLL_S = 1.0


def check_file(path: str, kind: str, limits: Limits) -> CheckedEvents:
    """Look through the events of a file (plain, .gz, or - for standard input). Nothing is written anywhere.

    Raises:
        ConfigError: it can't be read.
    """
    with closing(FileSource([path], kind=kind)) as source:
        latest = source.latest(Partition(path, 0), now(), timedelta(hours=limits.future_hours))
        return check(_records(source), CheckLimits(kind, limits.message_bytes, latest))


def _records(source: FileSource) -> Iterator[Record]:
    source.start(dict.fromkeys(source.poll(0.0).assigned))
    while not source.drained():
        for records in source.poll(POLL_S).records.values():
            yield from records
