"""Times as whole microseconds since 1970, as databases and Kafka keep them."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_MICROSECOND = timedelta(microseconds=1)


HOUR_US = 3_600_000_000


DAY_US = 24 * HOUR_US


def to_us(at: datetime) -> int:
    """Whole microseconds since 1970 of an aware time; exact."""
    return (at - _EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """The aware UTC time of whole microseconds since 1970; exact."""
    return _EPOCH + us * _MICROSECOND
