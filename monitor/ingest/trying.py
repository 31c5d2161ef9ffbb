"""A sample of records, read as the agent would: what each becomes, field by field, and why one is refused."""

from collections.abc import Iterable, Sequence

import msgspec

from monitor.domain.events.mapping.fields import EventKind
from monitor.domain.events.mapping.identity import IDENTITY
from monitor.domain.events.mapping.reading import json_document
from monitor.domain.events.mapping.tried import TriedField, tried
from monitor.domain.events.misfits import Misfit, misfit
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Record
from monitor.errors import DecodeError
from monitor.ingest.checking import CheckLimits
from monitor.ingest.decoded import read_event
from monitor.ingest.ports import MappedDecoder


class TriedRecord(msgspec.Struct, frozen=True):
    """What one record becomes, or why it is refused. `fields` is empty where it could not be read so far."""

    number: int
    fields: Sequence[TriedField] = ()
    mended: Sequence[Mend] = ()
    misfit: Misfit | None = None
    detail: str = ""


class TriedSample(msgspec.Struct):
    """How many records there were, are refused, and are sound but hold no event; and some, with all their fields."""

    kind: EventKind
    records: int = 0
    refused: int = 0
    passed_over: int = 0
    shown: list[TriedRecord] = []


def try_records(
    records: Iterable[Record], kind: EventKind, decoder: MappedDecoder | None, limits: CheckLimits, most: int
) -> TriedSample:
    """Try each record; the first `most` that are sound are kept, and the first `most` that are not.

    Raises:
        UnavailableError: what the decoder needs can't be had.
    """
    sample = TriedSample(kind)
    kept = {True: 0, False: 0}
    for record in records:
        one = _tried(record, sample.records + 1, decoder, limits)
        sample.records += 1
        if one is None:
            sample.passed_over += 1
            continue
        sound = one.misfit is None
        sample.refused += not sound
        if kept[sound] < most:
            kept[sound] += 1
            sample.shown.append(one)
    return sample


def _tried(
    record: Record, number: int, decoder: MappedDecoder | None, limits: CheckLimits
) -> TriedRecord | None:
    """What a record becomes; None where it is sound and holds no event."""
    mends: list[Mend] = []
    problem, detail = None, ""
    try:
        if read_event(record, limits.max_bytes, limits.latest, mends, decoder) == []:
            return None
    except DecodeError as error:
        problem, detail = misfit(record.value or b"", error), error.detail
    return TriedRecord(number, _fields(record, decoder), sorted(set(mends)), problem, detail)


def _fields(record: Record, decoder: MappedDecoder | None) -> list[TriedField]:
    mapping = IDENTITY[record.kind] if decoder is None else decoder.mapping
    try:
        document = json_document(record.value or b"") if decoder is None else decoder.document(record)
    except DecodeError:
        return []
    return tried(mapping, document)
