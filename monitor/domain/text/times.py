"""Times and spans as people type them."""

import re
from datetime import UTC, datetime, timedelta

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def span_of(words: str) -> timedelta | None:
    """A span such as 90m, 8h or 3d; None where it is none.

    >>> span_of("90m"), span_of("soon")
    (datetime.timedelta(seconds=5400), None)
    """
    span = re.fullmatch(r"(\d{1,6}(?:\.\d+)?)([mhd])", words)
    return float(span[1]) * _UNITS[span[2]] if span else None


def end_of(words: str, begun: datetime) -> datetime | None:
    """When it ends: a span after its beginning, or at a time; None where it is neither.

    >>> end_of("8h", datetime(2026, 12, 1, 9, tzinfo=UTC)).hour, end_of("2026-12-01T09:00", datetime.min).hour
    (17, 9)
    """
    span = span_of(words.strip())
    try:
        return begun + span if span is not None else time_of(words.strip())
    except OverflowError:
        return None


def time_of(words: str) -> datetime | None:
    """An ISO 8601 time, in UTC where it names no zone; None where it is none.

    >>> time_of("2026-12-01T09:00")
    datetime.datetime(2026, 12, 1, 9, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        at = datetime.fromisoformat(words)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # such as the year 1 in a zone where it has not begun
        return None
