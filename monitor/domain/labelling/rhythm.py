"""When labels came comes in, hour by hour; from when on their silence is unusual goes out.

Two labels a week may be silent for three days, five hundred a day may not, and neither works on Sundays.
Silence is measured in a stream's *own hours*: an hour of the week counts by how often it has had labels.
"""

import math
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from monitor.domain.recall.intervals import FloatArray

HOUR_S = 3600
WEEK = 168
HISTORY = 4 * WEEK  # hours remembered
LEAST_HISTORY = WEEK  # before a whole week is seen nobody knows what a Sunday is like
LEAST_HOURS = 5  # with fewer hours that had labels there is no rhythm
PRIOR = 0.25  # labels an hour of the week is taken to have had, so that none counts for nothing
FALSE_ALARMS_A_YEAR = 0.1
LONGEST_GAPS = 2.0
HOURS_A_YEAR = 8760


class Rhythm(msgspec.Struct, omit_defaults=True):
    """A stream's labels per hour (counted since 1970, UTC) over its last 28 days: at most 672 numbers."""

    hours: dict[int, int] = {}
    last: datetime | None = None

    def count(self, at: datetime, by: int = 1) -> None:
        """Count labels in, or out again with a negative `by`; the order does not matter."""
        hour = _hour(at)
        new = hour not in self.hours
        left = self.hours.get(hour, 0) + by
        if left > 0:
            self.hours[hour] = left
        else:
            self.hours.pop(hour, None)
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

    def _forget(self) -> None:
        if self.last is not None and min(self.hours, default=0) <= (first := _hour(self.last) - HISTORY):
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
    last = rhythm.last
    if last is None:
        return Staleness(False, None)
    own = _due(rhythm, last)
    limits = [at for at in (own, last + longest if longest is not None else None) if at is not None]
    due = min(limits, default=None)
    if due is None or now <= due:
        return Staleness(False, due)
    return Staleness(True, due, now - last, due - last, due == own)


def unusual_after(hours: int, history: float, weeks: float, longest_gap: float) -> float:
    """How many own hours of silence are unusual.

    `s > max(W ((1/alpha)^(1/n) - 1), 2 g)`, `alpha = .1 / (gaps a year)`. n hours had labels in W own hours of
    history, g is the longest gap among them in own hours. The first is the predictive quantile of a Poisson
    stream of rate n/W, of which the rate itself is estimated: about one false alarm in ten years. The second
    keeps streams that come in bursts from crying wolf. Costs: a stream of few labels must be silent for long;
    one that is labelled all of one random day a week still cries some four times a year.

    >>> round(unusual_after(hours=160, history=202.0, weeks=4.0, longest_gap=4.0), 1)  # office hours
    13.0
    >>> round(unusual_after(hours=8, history=50.0, weeks=4.0, longest_gap=12.0), 1)  # two a week
    69.2

    Source: the predictive law of the gamma-Poisson model, Lomax 1954.
    """
    gaps_a_year = hours * HOURS_A_YEAR / (weeks * WEEK)
    chance = FALSE_ALARMS_A_YEAR / gaps_a_year
    return max(history * math.expm1(-math.log(min(chance, 1.0)) / hours), LONGEST_GAPS * longest_gap)


def own_hours(rhythm: Rhythm) -> FloatArray | None:
    """How much an hour of the week (0 is Thursday 00:00 UTC, when 1970 began) counts; None without a rhythm.

    `(h + .25) / weeks`, h how many such hours of the history had labels: about 1 at work, .06 at night.
    Costs: in a stream of few labels the hours that had one count up to five times the rest.

    >>> own_hours(Rhythm({hour: 1 for hour in range(0, 336, 2)}, datetime.fromisoformat("1970-01-14T23:30Z")))[:2]
    array([1.125, 0.125])

    Source: the time change that makes an uneven Poisson process even, Watanabe 1964.
    """
    if rhythm.last is None or len(rhythm.hours) < LEAST_HOURS:
        return None
    length = _hour(rhythm.last) - min(rhythm.hours) + 1
    if length < LEAST_HISTORY:
        return None
    seen = np.bincount(np.array(list(rhythm.hours)) % WEEK, minlength=WEEK)
    return np.asarray((seen + PRIOR) / (length / WEEK), np.float64)


def _due(rhythm: Rhythm, last: datetime) -> datetime | None:
    """When the silence since the last label becomes unusual by the stream's own hours."""
    week = own_hours(rhythm)
    if week is None:
        return None
    hours = np.sort(np.array(list(rhythm.hours)))
    first, end = int(hours[0]), _hour(last)
    clock = np.concatenate([[0.0], np.cumsum(week[np.arange(first, end + 1) % WEEK])])
    # From the end of an hour that had labels to the beginning of the next one.
    gaps = clock[hours[1:] - first] - clock[hours[:-1] - first + 1]
    limit = unusual_after(len(hours), float(clock[-1]), len(clock[1:]) / WEEK, float(gaps.max()))
    whole, rest = divmod(limit, float(week.sum()))
    left_of_hour = 1 - (last.timestamp() / HOUR_S) % 1
    ahead = week[(end + np.arange(WEEK + 1)) % WEEK]
    ahead[0] *= left_of_hour
    ahead[-1] *= 1 - left_of_hour
    passed = np.cumsum(ahead)
    at = min(int(np.searchsorted(passed, rest)), WEEK)
    before = passed[at - 1] if at else 0.0
    lengths = np.ones(WEEK + 1)
    lengths[0], lengths[-1] = left_of_hour, 1 - left_of_hour
    wait = WEEK * whole + lengths[:at].sum() + lengths[at] * (rest - before) / ahead[at]
    return last + timedelta(hours=float(wait))


def _hour(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() // HOUR_S)
