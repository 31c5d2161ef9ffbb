"""A broken cell's outcomes come in, in the order of their predictions; where its fall may have begun goes out."""

import math
from typing import NamedTuple

import numpy as np

from monitor.domain.recall.intervals import FloatArray

LIKELY = 20.0
POSSIBLE = 100.0
EARLIEST, LATEST = 1_000.0, 10.0  # the alarm errs to one side: it takes misses that cluster for the beginning


class FallStarts(NamedTuple):
    """Places in the order of the predictions at which the fall may have begun.

    `best` is the most likely one; the possible ones begin at `first`, the likely ones at `likely`. With 95 % it is
    after `earliest` (or that, where nothing is before it) and at `latest` or before.
    """

    best: int
    first: int
    likely: int
    earliest: int
    latest: int

    def with_best(self, best: int) -> "FallStarts":
        """The same where another bet knows better which is the most likely one."""
        return FallStarts(
            best,
            min(self.first, best),
            min(self.likely, best),
            min(self.earliest, max(best - 1, 0)),
            max(self.latest, best),
        )


def starts(factors: FloatArray, design_effect: float = 1.0) -> FallStarts:
    """Where a fall that paged may have begun, from what each outcome did to each bettor, (n, 16).

    `S(s) = max_j prod_{i >= s} L_j(i)`: what the luckiest bettor who began at s has won by the page. The best start
    has the largest S; possible are those at which S is within a factor 100 of it, likely those within 20. An alarm
    comes, and the best start lies, where misses cluster: the fall began earlier far oftener than later. So its
    interval begins at the ticket before the first within a factor 1,000, and ends at the last within 10; to the
    power of the `design_effect` where so many of a customer's tickets count as one. Costs: it is an interval for one
    look, the page. Measured: docs/benchmarks.md, "What is promised, and what is kept".

    >>> hit, miss = np.full(16, 0.5), np.full(16, 2.0)
    >>> starts(np.array([hit] * 10 + [miss] * 9))
    FallStarts(best=10, first=4, likely=6, earliest=0, latest=13)

    Source: section 20; Page 1954; Siegmund 1988, Confidence Sets in Change-point Problems.
    """
    backwards = np.add.accumulate(np.log(factors[::-1]))[::-1]
    won = backwards.max(axis=1)
    best = int(np.argmax(won))
    possible = np.flatnonzero(won >= won[best] - math.log(POSSIBLE))
    likely = np.flatnonzero(won >= won[best] - math.log(LIKELY))
    earliest = np.flatnonzero(won >= won[best] - design_effect * math.log(EARLIEST))[0]
    latest = np.flatnonzero(won >= won[best] - design_effect * math.log(LATEST))[-1]
    return FallStarts(best, int(possible[0]), int(likely[0]), max(int(earliest) - 1, 0), int(latest))
