"""A stream's hours that had events come in; how much each hour of the week counts, which silence is unusual, and
which hours at either end are strays go out.

Hours are counted since 1970 in UTC. An event carries the time of somebody else's clock: one that is stamped far
ahead or far back must not move what the others say.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from monitor.domain.recall.intervals import FloatArray

HOUR_S = 3600
DAY_H = 24
WEEK = 168
LEAST_HISTORY = WEEK  # before a whole week is seen nobody knows what a Sunday is like
LEAST_HOURS = 5  # with fewer hours that had labels there is no rhythm
PRIOR = 0.25  # labels an hour of the week is taken to have had, so that none counts for nothing
FALSE_ALARMS_A_YEAR = 0.1
LONGEST_GAPS = 2.0
HOURS_A_YEAR = 8760
STRAYS = 50  # at most one event in so many is a stray; under fifty nobody can tell one from the rest
LEAST_FLOW = 0.5  # a stream that flows has events in this share of the hours in which it used to

Hours = NDArray[np.int64]


def own_week(hours: Hours) -> FloatArray | None:
    """How much an hour of the week (0 is Thursday 00:00 UTC, when 1970 began) counts; None without a rhythm.

    `(h + .25) / weeks`, h how many such hours of the history had events: about 1 at work, .06 at night. `hours` are
    those that had some, sorted.
    Costs: in a stream of few events the hours that had one count up to five times the rest.

    >>> own_week(np.array([0, 2, 168, 170, 335]))[:2]
    array([1.125, 0.125])

    Source: the time change that makes an uneven Poisson process even, Watanabe 1964.
    """
    if len(hours) < LEAST_HOURS:
        return None
    length = int(hours[-1] - hours[0]) + 1
    if length < LEAST_HISTORY:
        return None
    seen = np.bincount(hours % WEEK, minlength=WEEK)
    return np.asarray((seen + PRIOR) / (length / WEEK), np.float64)


def unusual_after(hours: int, history: float, weeks: float, longest_gap: float) -> float:
    """How long a silence must last, in own hours, to be unusual.

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


def passed(week: FloatArray, hours: Hours) -> FloatArray:
    """The own hours that have passed since 1970 when these hours begin."""
    within = np.concatenate([[0.0], np.cumsum(week)])
    whole, rest = np.divmod(hours, WEEK)
    return np.asarray(whole * within[-1] + within[rest], np.float64)


def longest_usual(hours: Hours, week: FloatArray) -> float:
    """The longest silence that is usual for a stream of these hours, in own hours of its `week`."""
    begins, ends = passed(week, hours), passed(week, hours + 1)
    history = float(ends[-1] - begins[0])
    gaps = begins[1:] - ends[:-1]  # from the end of an hour that had events to the beginning of the next one
    weeks = (int(hours[-1] - hours[0]) + 1) / WEEK
    return unusual_after(len(hours), history, weeks, float(gaps.max()))


def in_line(events: Mapping[int, int]) -> Hours:
    """The hours, sorted, less those at either end that hold only strays: at most one event in fifty.

    At the end they are strays where a silence lies before them that is unusual for the stream, and events came in
    less than half of the hours in which they used to: a single event behind a silence does not end it. At the
    beginning, where more than a day and twice the longest later pause lies behind them.
    Costs: where a stream flows again after a silence, that is believed when a fiftieth of the last weeks' events
    have come, or as soon as they came in half of its usual hours for half as long as a silence may last.

    >>> steady = {hour: 1 for hour in range(400)}
    >>> [len(in_line(events)) for events in (steady, {**steady, 900: 2}, {**steady, -900: 2})]
    [400, 400, 400]

    Source: the product's own rule.
    """
    hours = np.array(sorted(events), np.int64)
    counts = np.array([events[hour] for hour in hours.tolist()], np.int64)
    few = int(counts.sum()) // STRAYS
    upto = np.cumsum(counts)
    # Before `first` and behind `last` are few events each: what lies between is no stray for certain.
    first = int(np.searchsorted(upto, few, side="right"))
    last = int(np.searchsorted(upto, upto[-1:] - few)[0]) if len(hours) else 0
    if not few or first > last:
        return hours
    core = hours[first : last + 1]
    return hours[_begin(hours, core, first) : _end(hours, core, last)]


def _begin(hours: Hours, core: Hours, first: int) -> int:
    """How many of the hours, at their beginning, are strays."""
    pauses = np.diff(hours)[:first]
    long = np.flatnonzero(pauses > _pause(core))
    return int(long[-1]) + 1 if len(long) else 0


def _end(hours: Hours, core: Hours, last: int) -> int:
    """How many of the hours are left without the strays at their end."""
    cuts = np.arange(last, len(hours) - 1)
    if not len(cuts):
        return len(hours)
    week = own_week(core)
    if week is None:
        pauses = hours[cuts + 1] - hours[cuts]
        long = np.flatnonzero(pauses > _pause(core))
        return int(cuts[long[0]]) + 1 if len(long) else len(hours)
    expected = passed(week, hours[-1:] + 1)[0] - passed(week, hours[cuts] + 1)
    missing = LEAST_FLOW * expected - (len(hours) - 1 - cuts)
    cut = int(np.argmax(missing))
    limit = longest_usual(core, week)
    if missing[cut] > 0 and expected[cut] > limit and not _flows(hours, week, limit / 2):
        return int(cuts[cut]) + 1
    return len(hours)


def _flows(hours: Hours, week: FloatArray, lately: float) -> bool:
    """Whether events came in enough of the last own hours."""
    since = passed(week, hours[-1:] + 1)[0] - lately
    return int(np.sum(passed(week, hours) >= since)) >= LEAST_FLOW * lately


def _pause(hours: Hours) -> float:
    """The longest pause that is usual where there is no rhythm."""
    return max(DAY_H, LONGEST_GAPS * float(np.diff(hours).max())) if len(hours) > 1 else DAY_H
