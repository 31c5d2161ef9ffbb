"""One intent's recall under two versions comes in; how far they lie apart, with an interval, goes out."""

from enum import StrEnum
from math import hypot
from typing import NamedTuple

from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.intervals import confidence_sequence, wilson

NOTHING_KNOWN = Interval(-1.0, 1.0)


class Measure(NamedTuple):
    """A version's recall (None without outcomes) and the interval that holds it."""

    recall: float | None
    interval: Interval


class CanaryVerdict(StrEnum):
    """What a canary can be told about the version beside it."""

    WORSE = "worse"
    BETTER = "better"
    UNDECIDED = "undecided"


class RecallDifference(NamedTuple):
    """The new version's recall less the old one's (None where either has no outcome), and its interval."""

    value: float | None
    interval: Interval

    @property
    def verdict(self) -> CanaryVerdict:
        """Worse or better only where the interval leaves 0 out."""
        if self.interval.high < 0:
            return CanaryVerdict.WORSE
        return CanaryVerdict.BETTER if self.interval.low > 0 else CanaryVerdict.UNDECIDED


def difference(
    new_hits: int, new_misses: int, old_hits: int, old_misses: int, level: float = 0.95
) -> RecallDifference:
    """How much the new version's recall differs from the old one's: Newcombe's hybrid score interval.

    `d = p1 - p2`, from `d - sqrt((p1 - l1)^2 + (u2 - p2)^2)` to `d + sqrt((u1 - p1)^2 + (p2 - l2)^2)`, l and
    u Wilson's limits of each. Costs: it holds at one look; for a canary that is watched take
    `watched_difference`. The versions' tickets must be split by chance, or they are not comparable.

    >>> value, (low, high) = difference(56, 14, 48, 32)
    >>> round(value, 2), round(low, 4), round(high, 4)
    (0.2, 0.0524, 0.3339)

    Newcombe 1998, Statistics in Medicine 17, 873-890, method 10; the example is his table II, column (a).
    """
    return joined(_measure(new_hits, new_misses, level), _measure(old_hits, old_misses, level))


def joined(new: Measure, old: Measure) -> RecallDifference:
    """The difference of two recalls of which each has an interval, as with weighted labels (A or B).

    Newcombe's squares, whatever made the two intervals; without an outcome on either side, what the
    intervals leave. Costs: it covers as well as they do, at one look.

    >>> joined(Measure(0.5, Interval(0.2, 0.9)), Measure(0.9, Interval(0.6, 0.95))).interval.high
    0.09999999999999998

    Zou & Donner 2008, Construction of Confidence Limits about Effect Measures (MOVER).
    """
    if new.recall is None or old.recall is None:
        return RecallDifference(None, _apart(new.interval, old.interval))
    value = new.recall - old.recall
    low = value - hypot(new.recall - new.interval.low, old.interval.high - old.recall)
    high = value + hypot(new.interval.high - new.recall, old.recall - old.interval.low)
    return RecallDifference(value, Interval(max(low, -1.0), min(high, 1.0)))


def watched_difference(
    new_hits: int, new_misses: int, old_hits: int, old_misses: int, alpha: float = 0.05
) -> RecallDifference:
    """The difference of two recalls that stays valid however often one looks: for a canary on a dashboard.

    Half of alpha to each version's confidence sequence; `[low1 - high2, high1 - low2]`. P(it ever leaves the
    truth out) <= alpha (Boole). Costs: here it is twice as wide as `difference`.

    >>> _, (low, high) = watched_difference(15, 23, 176, 24)
    >>> round(low, 3), round(high, 3)
    (-0.782, -0.117)

    Source: section 3's confidence sequence, twice; Ville 1939.
    """
    new = confidence_sequence(new_hits, new_misses, alpha / 2)
    old = confidence_sequence(old_hits, old_misses, alpha / 2)
    n1, n2 = new_hits + new_misses, old_hits + old_misses
    value = new_hits / n1 - old_hits / n2 if n1 and n2 else None
    return RecallDifference(value, _apart(new, old))


def _measure(hits: int, misses: int, level: float) -> Measure:
    n = hits + misses
    return Measure(hits / n if n else None, wilson(hits, n, level))


def _apart(new: Interval, old: Interval) -> Interval:
    return Interval(new.low - old.high, new.high - old.low)
