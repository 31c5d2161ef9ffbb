"""A broken cell's outcomes come in, in the order of their predictions; where its fall may have begun goes out."""

import math
from typing import NamedTuple

import numpy as np

from monitor.domain.recall.intervals import FloatArray

LIKELY = 20.0
POSSIBLE = 100.0


class FallStarts(NamedTuple):
    """Places in the order of the predictions at which the fall may have begun.

    `best` is the most likely one. The possible ones lie between `first` and `last`, the likely ones from `likely` on.
    """

    best: int
    first: int
    likely: int
    last: int


def starts(factors: FloatArray) -> FallStarts:
    """Where a fall that paged may have begun, from what each outcome did to each bettor, (n, 16).

    `S(s) = max_j prod_{i >= s} L_j(i)`: what the luckiest bettor who began at s has won by the page. The best start
    has the largest S; possible are those at which S is within a factor 100 of it, likely those within 20. Costs: it
    is an interval for one look, the page. Measured (floor .78, recall to .39, .60 and .70, 2 and 50 labels a day): it
    holds the true start in .91 to .99 of pages, within a factor 20 in .79 to .96; at .75, hardly below the floor, in
    .77 to .92.

    >>> hit, miss = np.full(16, 0.5), np.full(16, 2.0)
    >>> starts(np.array([hit] * 10 + [miss] * 9))
    FallStarts(best=10, first=4, likely=6, last=16)

    Source: section 20; Page 1954; Siegmund 1988, Confidence Sets in Change-point Problems.
    """
    backwards = np.add.accumulate(np.log(factors[::-1]))[::-1]
    won = backwards.max(axis=1)
    best = int(np.argmax(won))
    possible = np.flatnonzero(won >= won[best] - math.log(POSSIBLE))
    likely = np.flatnonzero(won >= won[best] - math.log(LIKELY))
    return FallStarts(best, int(possible[0]), int(likely[0]), int(possible[-1]))
