"""The fields of a record, read slowly and independently: what is wrong with each is noted, and reading goes on."""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)


def reference_time(text: object, problems: set[str]) -> datetime | None:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        problems.add("schema_invalid")
        if isinstance(text, str) and half(text):
            problems.add("time_without_zone")  # read as the end of the time, as a NUL is
        return None
    zone = match[8]
    try:
        when = datetime(*(int(match[i]) for i in range(1, 7)), tzinfo=UTC)  # type: ignore[misc, arg-type]
        when += timedelta(microseconds=int(int(((match[7] or "") + "0000000")[:7]) / 10 + 0.5))
        if zone and zone not in "Zz":
            hours, minutes = int(zone[1:3]), int(zone[-2:])
            if hours > 23 or minutes > 59:
                raise ValueError(zone)
            offset = timedelta(hours=hours, minutes=minutes)
            when += offset if zone[0] == "-" else -offset
    except ValueError:
        problems.add("schema_invalid")
        return None
    except OverflowError:
        problems |= {"time_out_of_range", "schema_invalid"}
        return None
    if zone is None:
        problems.add("time_without_zone")
    elif not datetime(2000, 1, 1, tzinfo=UTC) <= when <= datetime(2100, 1, 1, tzinfo=UTC):
        problems.add("time_out_of_range")
    return when


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def half(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


def bad(text: str) -> bool:
    return "\0" in text or half(text)


def tidied(name: str) -> str:
    unseen = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
    while name and (name[0].isspace() or name[0] in unseen):
        name = name[1:]
    while name and (name[-1].isspace() or name[-1] in unseen):
        name = name[:-1]
    return unicodedata.normalize("NFC", name)


def long(name: str) -> bool:
    return len(name) > 255 or len(name.encode("utf-8", "surrogatepass")) > 512


class Reader:
    """Takes fields out of a JSON object and notes everything that is wrong with them."""

    def __init__(self, content: object, problems: set[str]) -> None:
        self.problems = problems
        self.content = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            problems.add("schema_invalid")

    def text(self, name: str, *, default: object = None, may_be_null: bool = False) -> str | None:
        value = self.content.get(name, default)
        if value is None and may_be_null and (name not in self.content or self.content[name] is None):
            return None
        if not isinstance(value, str):
            self.problems.add("schema_invalid")
            return None
        return value

    def id(self, name: str, *, default: object = None, may_be_null: bool = False) -> str | None:
        value = self.text(name, default=default, may_be_null=may_be_null)
        if value == "":
            self.problems.add("empty_id")
        if value is not None and len(value) > 255:
            self.problems.add("id_too_long")
        if value is not None and bad(value):
            self.problems.add("bad_character")
        return value

    def name(self, name: str, *, default: object = None, may_be_null: bool = False) -> str | None:
        """An id short enough for an index; blanks around it and its Unicode form do not count."""
        value = self.id(name, default=default, may_be_null=may_be_null)
        tidy = None if value is None else tidied(value)
        if value and not tidy:
            self.problems.add("empty_id")
        if tidy is not None and long(tidy):
            self.problems.add("id_too_long")
        return tidy

    def score(self) -> float | None:
        """A share; what is none costs itself alone."""
        value = self.content.get("score")
        if not is_number(value) or not -1e-4 <= value <= 1.0001:
            return None
        return min(max(float(value), 0.0), 1.0)

    def probability(self, design: str | None) -> float | None:
        """A share above 0, which a design needs."""
        value = self.content.get("probability")
        if value is None or (is_number(value) and 0 < value <= 1):
            return None if value is None else float(value)
        if is_number(value) and 1 < value <= 1.0001:
            return 1.0
        if design == "unknown":
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.problems.add("schema_invalid")
        elif math.isfinite(value):
            self.problems.add("probability_out_of_range")
        else:
            self.problems |= {"not_finite", "probability_out_of_range"}
        return None

    def inner(self, name: str) -> "Reader":
        return Reader(self.content.get(name), self.problems)

    def inner_or_none(self, name: str) -> "Reader":
        return Reader({} if self.content.get(name) is None else self.content[name], self.problems)
