"""A mapping in, a quick function out: from a record of theirs to the content of an event of ours."""

from collections.abc import Callable, Sequence

from monitor.domain.events.mapping.fields import EventMapping, MappedField, ReadAs
from monitor.domain.events.mapping.paths import ABSENT, Theirs, getter, reached
from monitor.domain.events.mapping.values import joined, reading_of, slice_text
from monitor.errors import DecodeError

Content = dict[str, Theirs]
"""An event as docs/events.md has it, but for times, which may be datetimes."""
Get = Callable[[Theirs], Theirs]

_SECTIONS = ("model", "predicted", "slices", "source", "sampling")


def compiled(mapping: EventMapping) -> Callable[[Theirs], Content]:
    """What reads a record, made once for a topic.

    The function raises `DecodeError`: `path_missing` where something needed is not there, and what a value's own
    reading refuses.
    """
    top: list[tuple[str, Get]] = []
    sections: dict[str, list[tuple[str, Get]]] = {}
    for field in mapping.fields:
        section, dot, name = field.name.partition(".")
        place = sections.setdefault(section, []) if dot and section in _SECTIONS else top
        place.append((name if dot else section, value_of(field)))
    inner = [(name, _section(fields)) for name, fields in sections.items()]

    def content(document: Theirs) -> Content:
        made: Content = {}
        for name, get in top:
            if (value := get(document)) is not ABSENT:
                made[name] = value
        for name, get in inner:
            if value := get(document):
                made[name] = value
        return made

    return content


def _section(fields: Sequence[tuple[str, Get]]) -> Get:
    def section(document: Theirs) -> Content:
        made: Content = {}
        for name, get in fields:
            if (value := get(document)) is not ABSENT:
                made[name] = value
        return made

    return section


def value_of(field: MappedField) -> Get:
    """What gives the value of one field from a record; `ABSENT` where it has none."""
    constant = field.constant
    if not field.paths:
        return lambda _document: constant
    found = _found(field)
    if constant is not None:
        return lambda document: constant if (value := found(document)) is ABSENT or value is None else value
    if field.needed:
        return lambda document: (
            value if (value := found(document)) is not ABSENT else _refuse(field, document)
        )
    if field.name in _MAY_BE_NULL:
        return found
    return lambda document: ABSENT if (value := found(document)) is None else value


_MAY_BE_NULL = {"predicted.intent", "intent"}


def _found(field: MappedField) -> Get:
    """What the field's own paths lead to, read as its values are."""
    gets = [getter(path) for path in field.paths]
    if field.reading is ReadAs.SCORES and len(gets) > 1:
        gets = [_side_by_side(gets)]
    if len(gets) > 1:
        return _joining(gets, field.between)
    get = gets[0]
    read = slice_text if field.name.startswith("slices.") else reading_of(field)

    def found(document: Theirs) -> Theirs:
        value = get(document)
        return value if value is ABSENT or value is None else read(value)

    return found


def _side_by_side(gets: Sequence[Get]) -> Get:
    def both(document: Theirs) -> Theirs:
        names, scores = (get(document) for get in gets)
        return ABSENT if names is ABSENT or scores is ABSENT else (names, scores)

    return both


def _joining(gets: Sequence[Get], between: str) -> Get:
    def all_of_them(document: Theirs) -> Theirs:
        values = [get(document) for get in gets]
        return ABSENT if any(value is ABSENT for value in values) else joined(values, between)

    return all_of_them


def _refuse(field: MappedField, document: Theirs) -> Theirs:
    path = next(path for path in field.paths if getter(path)(document) is ABSENT)
    if not isinstance(document, list if isinstance(path.steps[0], int) else dict):
        raise DecodeError("schema_invalid", "Expected `object`, got another type")
    raise DecodeError(
        "path_missing", f"{path.spelled} is not there, only {reached(path, document)} ({field.name})"
    )
