"""The time. Nothing else in the product reads the clock; everything is given it from here."""

import time
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


_BEGAN, _BEGAN_S = now(), time.monotonic()


def steady() -> datetime:
    """This moment by a clock that nobody sets: what has passed is exact, the date is that of when we began."""
    return _BEGAN + timedelta(seconds=time.monotonic() - _BEGAN_S)


def as_dated(moment: datetime) -> datetime:
    """A moment of the steady clock as people date it now."""
    return moment + timedelta(seconds=round((now() - steady()).total_seconds(), 2))
