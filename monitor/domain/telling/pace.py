"""How often a sink may be sent to: a bucket of tokens that fills at a steady rate."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Pace:
    """`per_minute` messages a minute in the long run, and up to `burst` at once.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> full = Pace(per_minute=60, burst=1)
    >>> full.may_send(noon), full.sent(noon).may_send(noon)
    (True, False)
    """

    per_minute: float
    burst: int
    tokens: float | None = None
    at: datetime | None = None

    def _filled(self, now: datetime) -> float:
        if self.tokens is None or self.at is None:
            return float(self.burst)
        seconds = max(0.0, (now - self.at).total_seconds())
        return min(float(self.burst), self.tokens + seconds * self.per_minute / 60)

    def may_send(self, now: datetime) -> bool:
        """Whether one more may be sent now."""
        return self._filled(now) >= 1 - 1e-9

    def sent(self, now: datetime) -> "Pace":
        """The bucket after one more was sent."""
        return replace(self, tokens=self._filled(now) - 1, at=now)
