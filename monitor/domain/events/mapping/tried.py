"""A mapping and a record in, what each field of the event becomes out: for people who write mappings."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from monitor.domain.events.mapping.compiled import value_of
from monitor.domain.events.mapping.fields import EventMapping, MappedField
from monitor.domain.events.mapping.paths import ABSENT, Theirs, getter, reached
from monitor.errors import DecodeError


class TriedPath(msgspec.Struct, frozen=True):
    """Where a value was looked for. `reached` is how far the path leads where nothing is there; "" where it is."""

    path: str
    value: Theirs = None
    reached: str = ""


class TriedField(msgspec.Struct, frozen=True):
    """What one field of an event becomes. Without a path it is a constant. `absent`: the event does not have it."""

    field: str
    paths: Sequence[TriedPath]
    value: Theirs = None
    absent: bool = False
    code: str = ""


def tried(mapping: EventMapping, document: Theirs) -> list[TriedField]:
    """Every field of the mapping, in its order; a refusal of one is kept by its code, and the others go on."""
    return [_tried(field, document) for field in mapping.fields]


def _tried(field: MappedField, document: Theirs) -> TriedField:
    paths = []
    for path in field.paths:
        value = getter(path)(document)
        if value is ABSENT:
            paths.append(TriedPath(path.spelled, reached=reached(path, document)))
        else:
            paths.append(TriedPath(path.spelled, value))
    try:
        becomes = value_of(field)(document)
    except DecodeError as refused:
        return TriedField(field.name, paths, absent=True, code=refused.code)
    if becomes is ABSENT:
        return TriedField(field.name, paths, absent=True)
    if isinstance(becomes, datetime) and becomes.tzinfo is not None:
        becomes = becomes.astimezone(UTC)
    return TriedField(field.name, paths, becomes)
