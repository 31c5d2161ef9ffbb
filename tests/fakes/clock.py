"""A clock that moves only when it is set."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Call it for the time."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)
