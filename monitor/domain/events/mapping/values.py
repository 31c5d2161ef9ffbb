"""A value as it was found, the value that the field takes out; what can't be one is left as it is, to be refused.

So the checks of an event say what is wrong with it, by the same codes whatever its format.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from uuid import UUID

from monitor.domain.events.mapping.fields import MappedField, ReadAs, TimeFormat
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.names import normal
from monitor.errors import DecodeError

Read = Callable[[Theirs], Theirs]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {TimeFormat.EPOCH_S: 1_000_000, TimeFormat.EPOCH_MS: 1_000, TimeFormat.EPOCH_US: 1}
_FARTHEST_US = 10**17  # some 3,000 years: more than any time that is taken, and less than overflows


def reading_of(field: MappedField) -> Read:
    """How this field's values are read."""
    match field.reading:
        case ReadAs.TEXT:
            return _text
        case ReadAs.NUMBER:
            return _number_of_text if field.digits else _number
        case ReadAs.TIME:
            return _time_reader(field)
        case ReadAs.INTENT:
            return _intent_reader(field)
        case ReadAs.WORD:
            return _word_reader(field.table)
        case ReadAs.SLICES:
            return _slices
        case ReadAs.SCORES:
            return _scores_reader(field)


def joined(values: Sequence[Theirs], between: str) -> Theirs:
    """Several texts as one; the first that is none instead, so that it is refused."""
    texts = [_text(value) for value in values]
    unsound = [text for text in texts if not isinstance(text, str)]
    return unsound[0] if unsound else between.join(texts)


def keeps_texts(read: Read) -> bool:
    """Whether a text stays as it is in this way of reading, so that it need not be asked."""
    return read in (_text, as_word, _as_it_is)


def _as_it_is(value: Theirs) -> Theirs:
    return value


def _text(value: Theirs) -> Theirs:
    if value.__class__ is str:
        return value
    if isinstance(value, UUID) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return value


def as_word(value: Theirs) -> Theirs:
    """A text, or true and false as words."""
    return str(value).lower() if isinstance(value, bool) else _text(value)


def _number(value: Theirs) -> Theirs:
    return float(value) if isinstance(value, Decimal) else value


def _number_of_text(value: Theirs) -> Theirs:
    if not isinstance(value, str):
        return _number(value)
    try:
        return float(value)
    except ValueError:
        return value


def _time_reader(field: MappedField) -> Read:
    if field.time in _UNITS:
        unit, name = _UNITS[field.time], field.name

        def since_1970(value: Theirs) -> Theirs:
            if isinstance(value, str) and value.isascii() and value.isdecimal():
                value = int(value[:20])  # as Protobuf writes long numbers in JSON
            if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
                return value
            return _after_1970(name, value, unit)

        return since_1970
    zone = field.zone
    if zone is None:
        return _as_it_is
    return lambda value: _aware(value, zone, field.name)


def _after_1970(name: str, value: float | Decimal, unit: int) -> datetime:
    number = float(value) if isinstance(value, Decimal) else value
    if not isinstance(number, int) and not math.isfinite(number):
        raise DecodeError("not_finite", f"{name} is not a finite number")
    if abs(number) > _FARTHEST_US // unit:
        raise _out_of_range(name)
    return _EPOCH + timedelta(microseconds=round(number * unit))


def _aware(value: Theirs, zone: tzinfo, name: str) -> Theirs:
    """A time without a zone is one of this zone; of an hour that the clocks repeat, the first."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime) and value.tzinfo is None:
        try:
            return value.replace(tzinfo=zone).astimezone(UTC)
        except OverflowError:
            raise _out_of_range(name) from None
    return value


def _out_of_range(name: str) -> DecodeError:
    return DecodeError("time_out_of_range", f"{name} is no time of our era; mind the unit")


def _intent_reader(field: MappedField) -> Read:
    if not field.lower and not field.table:
        return _text
    spelled = _spelling(field)
    return lambda value: spelled(text) if isinstance(text := _text(value), str) else text


def _spelling(field: MappedField) -> Callable[[str], str | None]:
    lower, table = field.lower, field.table

    def spelled(name: str) -> str | None:
        tidy = normal(name)
        tidy = tidy.lower() if lower else tidy
        return table.get(tidy, tidy)

    return spelled


def _word_reader(table: Mapping[str, str | None]) -> Read:
    def word(value: Theirs) -> Theirs:
        text = as_word(value)
        return table.get(text, text) if isinstance(text, str) else text

    return word


def _slices(value: Theirs) -> Theirs:
    if not isinstance(value, dict):
        return value
    for each in value.values():
        if each.__class__ is not str:
            return {name: as_word(each) for name, each in value.items() if each is not None}
    return value


def _scores_reader(field: MappedField) -> Read:
    """Scores by intent, in the spelling of the intents; of two names that are one by then, the sum."""
    spelled, items = _spelling(field), field.items

    def scores(value: Theirs) -> Theirs:
        pairs = _pairs(value, items)
        if pairs is None:
            return value
        summed: dict[str, Theirs] = {}
        for name, score in pairs:
            if not isinstance(name, str):
                return value
            if (intent := spelled(name)) is None:
                continue  # of a name that stands for no answer
            number = _number(score)
            summed[intent] = _sum(summed[intent], number) if intent in summed else number
        return summed

    return scores


def _sum(first: Theirs, second: Theirs) -> Theirs:
    """The sum of two numbers; the one that is none instead, so that it is refused."""
    unsound = [
        each for each in (first, second) if isinstance(each, bool) or not isinstance(each, int | float)
    ]
    return unsound[0] if unsound else first + second


def _pairs(value: Theirs, items: tuple[str, str] | None) -> list[tuple[Theirs, Theirs]] | None:
    """Names with their scores; None where it is nothing of the kind."""
    if isinstance(value, dict):
        return list(value.items())
    if items is not None and isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return [(each.get(items[0]), each.get(items[1])) for each in value]
    if isinstance(value, tuple):  # two lists, side by side
        names, scores = value
        if isinstance(names, list) and isinstance(scores, list) and len(names) == len(scores):
            return list(zip(names, scores, strict=True))
    return None
