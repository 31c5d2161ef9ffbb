"""Events looked through before they are sent: decoded as the agent would, and kept nowhere."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from monitor.domain.events.checked import FIRST, CheckedEvents, Refused
from monitor.domain.events.misfits import misfit
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Label, Record
from monitor.errors import DecodeError
from monitor.ingest.decoded import events_of, read_event
from monitor.ingest.ports import EventDecoder


class CheckLimits(NamedTuple):
    """How long a record may be in bytes, and the last time it may have."""

    max_bytes: int
    latest: datetime


def check(
    records: Iterable[Record], limits: CheckLimits, decoder: EventDecoder | None = None
) -> CheckedEvents:
    """Decode every record. Whether an id comes twice with other content is known to the database alone.

    Raises:
        UnavailableError: what the decoder needs can't be had.
    """
    checked = CheckedEvents()
    for record in records:
        checked.records += 1
        mends: list[Mend] = []
        value = record.value or b""
        try:
            events = events_of(read_event(record, limits.max_bytes, limits.latest, mends, decoder))
        except DecodeError as error:
            refused = checked.refused.setdefault(misfit(value, error), Refused())
            refused.count += 1
            if len(refused.lines) < FIRST:
                refused.lines.append(record.offset + 1)
            continue
        checked.mended.update(set(mends))
        checked.labels += sum(isinstance(event, Label | tuple) for event in events)
        checked.predictions += sum(not isinstance(event, Label) for event in events)
    return checked
