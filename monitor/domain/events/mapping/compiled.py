"""A mapping in, a quick function out: from a record of theirs to the content of an event of ours."""

from collections.abc import Callable, Sequence

from monitor.domain.events.mapping.fields import EventMapping, MappedField, ReadAs
from monitor.domain.events.mapping.paths import ABSENT, Theirs, getter, reached
from monitor.domain.events.mapping.values import as_word, joined, keeps_texts, reading_of
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
    get, read = _where(field), _how(field)
    absent = ABSENT if constant is None else constant
    null = None if constant is None and (field.needed or field.null_says) else absent
    needed = field.needed and constant is None
    plain = keeps_texts(read)

    def value(document: Theirs) -> Theirs:
        found = get(document)
        if plain and found.__class__ is str:  # most of them
            return found
        if found is None:
            return null
        if found is ABSENT:
            return _refuse(field, document) if needed else absent
        return read(found)

    return value


def _where(field: MappedField) -> Get:
    """What gives what lies at the field's paths: of several a tuple."""
    gets = [getter(path) for path in field.paths]
    if len(gets) == 1:
        return gets[0]

    def all_of_them(document: Theirs) -> Theirs:
        values = tuple(get(document) for get in gets)
        return ABSENT if ABSENT in values else values

    return all_of_them


def _how(field: MappedField) -> Get:
    """How that is read."""
    if len(field.paths) > 1 and field.reading is not ReadAs.SCORES:
        return lambda values: joined(values, field.between)
    return as_word if field.name.startswith("slices.") else reading_of(field)


def _refuse(field: MappedField, document: Theirs) -> Theirs:
    path = next(path for path in field.paths if getter(path)(document) is ABSENT)
    if not isinstance(document, list if isinstance(path.steps[0], int) else dict):
        raise DecodeError("schema_invalid", "Expected `object`, got another type")
    raise DecodeError(
        "path_missing", f"{path.spelled} is not there, only {reached(path, document)} ({field.name})"
    )
