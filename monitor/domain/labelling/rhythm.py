"""When labels came comes in, hour by hour; from when on their silence is unusual goes out.

Two labels a week may be silent for three days, five hundred a day may not, and neither works on Sundays.
Silence is measured in a stream's *own hours*: an hour of the week counts by how often it has had labels.
"""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from monitor.domain.labelling.hours import HOUR_S, WEEK, Hours, in_line, longest_usual, own_week

HISTORY = 4 * WEEK  # hours remembered


class Rhythm(msgspec.Struct, omit_defaults=True):
    """A stream's labels per hour (counted since 1970, UTC) over its last 28 days: at most 672 numbers, and strays.

    `last` is the latest time that any of them carries; what is judged goes by `latest`.
    """

    hours: dict[int, int] = {}
    last: datetime | None = None

    def count(self, at: datetime, by: int = 1) -> None:
        """Count labels in, or out again with a negative `by`; the order does not matter."""
        hour = _hour(at)
        new = hour not in self.hours
        left = self.hours.get(hour, 0) + by
        if left > 0:
            self.hours[hour] = left
        elif not new:
            del self.hours[hour]
            if self.last is not None and _hour(self.last) == hour:
                self.last = _end_of(max(self.hours)) if self.hours else None
        if by > 0:
            self.last = at if self.last is None else max(at, self.last)
            if new:
                self._forget()

    def add(self, other: "Rhythm") -> None:
        """Take another part of the same stream in."""
        for hour, n in other.hours.items():
            self.hours[hour] = self.hours.get(hour, 0) + n
        if other.last is not None:
            self.last = other.last if self.last is None else max(other.last, self.last)
        self._forget()

    def latest(self) -> datetime | None:
        """When the last label came that is in line with the rest; to the hour's end where others are left out."""
        hours = in_line(self.hours)
        return self._time_of(int(hours[-1])) if len(hours) else None

    def until(self, now: datetime) -> tuple[Hours, datetime | None]:
        """The hours in line, and when the last label in them came. What is stamped later than `now` is left out,
        unless it is most of the stream: it says nothing of a silence.
        """
        present = _hour(now)
        past = {hour: n for hour, n in self.hours.items() if hour <= present}
        hours = in_line(past if 2 * sum(past.values()) >= sum(self.hours.values()) else self.hours)
        return hours, self._time_of(int(hours[-1])) if len(hours) else None

    @property
    def span(self) -> timedelta:
        """From the first hour to the last of those remembered that are in line."""
        hours = in_line(self.hours)
        return timedelta(hours=int(hours[-1] - hours[0])) if len(hours) else timedelta(0)

    @property
    def longest_gap(self) -> timedelta:
        """The longest time between two of the hours remembered that are in line."""
        hours = in_line(self.hours)
        return timedelta(hours=int(np.diff(hours).max())) if len(hours) > 1 else timedelta(0)

    def _time_of(self, hour: int) -> datetime:
        return self.last if self.last is not None and _hour(self.last) == hour else _end_of(hour)

    def _forget(self) -> None:
        if self.last is None or min(self.hours, default=0) > _hour(self.last) - HISTORY:
            return
        first = int(in_line(self.hours)[-1]) - HISTORY
        if min(self.hours) <= first:
            self.hours = {hour: n for hour, n in self.hours.items() if hour > first}


class Staleness(msgspec.Struct, frozen=True):
    """Whether a stream has been silent for too long, and from when on it is (`due`).

    A stale one has been silent since its last label, for `lasted`; `allowed` was all that its own rhythm lets pass,
    or (not `by_rhythm`) the configuration.
    """

    stale: bool
    due: datetime | None
    lasted: timedelta = timedelta(0)
    allowed: timedelta = timedelta(0)
    by_rhythm: bool = False


def staleness(rhythm: Rhythm, now: datetime, longest: timedelta | None = None) -> Staleness:
    """Whether the present silence is too long for this stream; never before its first label.

    A stray label does not end a silence (`in_line`), nor does one that is stamped later than `now`.

    `stale when now > due`, the first of: the last label + `longest` (configured, where given), and the moment
    at which the silence has lasted `unusual_after` own hours. Costs: well under a millisecond.

    >>> rhythm, monday = Rhythm(), datetime.fromisoformat("2026-11-02T00:00Z")
    >>> for hour in range(21 * 24): rhythm.count(monday + timedelta(hours=hour, minutes=30), by=20)
    >>> staleness(rhythm, monday + timedelta(days=21, hours=2)).stale  # 500 a day
    False
    >>> late = staleness(rhythm, monday + timedelta(days=21, hours=20))
    >>> late.stale, late.lasted / timedelta(hours=1), round(late.allowed / timedelta(hours=1)), late.by_rhythm
    (True, 20.5, 12, True)

    Source: `unusual_after`.
    """
    hours, last = rhythm.until(now)
    if last is None:
        return Staleness(False, None)
    own = _due(hours, last)
    limits = [at for at in (own, last + longest if longest is not None else None) if at is not None]
    due = min(limits, default=None)
    if due is None or now <= due:
        return Staleness(False, due)
    return Staleness(True, due, now - last, due - last, due == own)


def _due(hours: Hours, last: datetime) -> datetime | None:
    """When the silence since the last label becomes unusual by the stream's own hours."""
    week = own_week(hours)
    if week is None:
        return None
    end = _hour(last)
    whole, rest = divmod(longest_usual(hours, week), float(week.sum()))
    left_of_hour = 1 - (last.timestamp() / HOUR_S) % 1
    ahead = week[(end + np.arange(WEEK + 1)) % WEEK]
    ahead[0] *= left_of_hour
    ahead[-1] *= 1 - left_of_hour
    clock = np.cumsum(ahead)
    at = min(int(np.searchsorted(clock, rest)), WEEK)
    before = clock[at - 1] if at else 0.0
    lengths = np.ones(WEEK + 1)
    lengths[0], lengths[-1] = left_of_hour, 1 - left_of_hour
    # Of a label at the full hour no part of its own hour is left at the end of the week, where rounding may lead to.
    part = lengths[at] * (rest - before) / ahead[at] if ahead[at] else 0.0
    return last + timedelta(hours=float(WEEK * whole + lengths[:at].sum() + part))


def _hour(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() // HOUR_S)


def _end_of(hour: int) -> datetime:
    return datetime.fromtimestamp((hour + 1) * HOUR_S, UTC)
