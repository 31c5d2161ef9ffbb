"""The time. Nothing else in the product reads the clock; everything is given it from here."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
