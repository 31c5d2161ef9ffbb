"""How long labels took comes in; whether misses are labelled sooner than hits, and who is judged, goes out.

Where misses come sooner, a young cohort looks worse than it is: then only predictions old enough count.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.domain.events.types import Outcome
from monitor.domain.recall.intervals import FloatArray

LEVEL = 0.001
EXACT = 20_000  # so many ways to choose the misses are all tried
ROUNDS = 9_999
CELLS = 250_000  # permuted ranks in memory at once, 2 MB
SHARE = 0.90


class DelayTest(NamedTuple):
    """What the comparison found: the p-value, and by how much of the ranking misses come before hits.

    `sooner` is P(a miss was labelled before a hit) - P(after), from -1 to 1; 0 where nothing tells them apart.
    """

    p: float
    sooner: float

    @property
    def differ(self) -> bool:
        """Whether hits and misses are labelled at different delays, at the level of .001."""
        return self.p <= LEVEL


def compare_delays(
    hit_delays: ArrayLike, miss_delays: ArrayLike, rng: np.random.Generator, rounds: int = ROUNDS
) -> DelayTest:
    """Whether hits and misses wait equally long for their labels (any unit of time).

    Permutation test: is the mean rank of the misses' delays further from the middle, on either side, than
    chance puts it? `p = #{|S* - E| >= |S - E|} / all` over all choices of the misses where there are at most
    20,000, else `(1 + #) / (1 + rounds)` over random ones; it ends early once p must be above .001.
    Costs: 0.5 s at 2,000 outcomes where they differ, 4 ms where they don't. Under 2,000 possible
    choices (3 and 20, say) it can never speak up. It is blind to a delay that differs in spread only.

    >>> compare_delays([5, 6, 7, 8, 9, 10, 11], [1, 2, 3, 4, 4.5], np.random.default_rng(1))
    DelayTest(p=0.0025252525252525255, sooner=1.0)

    Wilcoxon 1945; Phipson & Smyth 2010, Permutation P-values Should Never Be Zero (the + 1).
    """
    from scipy.stats import rankdata

    hits, misses = np.asarray(hit_delays, np.float64), np.asarray(miss_delays, np.float64)
    n1, n0 = hits.size, misses.size
    if not n1 or not n0:
        return DelayTest(1.0, 0.0)
    ranks = np.asarray(rankdata(np.concatenate([misses, hits])), np.float64)
    centred = ranks - (n0 + n1 + 1) / 2
    seen = float(centred[:n0].sum())
    distance = abs(seen) - 1e-9  # a tie is as far, whatever the rounding
    fewer = min(n0, n1)  # centred, the sums of misses and hits differ in their sign only
    if math.comb(n0 + n1, fewer) <= EXACT:
        p = _exact(centred, fewer, distance)
    else:
        p = _sampled(centred, fewer, distance, rng, rounds)
    return DelayTest(p, -2 * seen / (n0 * n1))


def label_maturity(delays_s: ArrayLike, share: float = SHARE) -> timedelta:
    """The age from which a prediction counts: by then 9 of 10 labels are there.

    The 90 % quantile of label delay; 0 without labels. Costs: labels that are still to come are not in it, so
    in a stream's first days it is too short; a judgement comes later by so much.

    >>> label_maturity([3600.0 * hour for hour in range(1, 11)])
    datetime.timedelta(seconds=32760)

    Source: section 5; Hyndman & Fan 1996, quantile 7.
    """
    delays = np.asarray(delays_s, np.float64)
    return timedelta(seconds=float(np.quantile(delays, share)) if delays.size else 0.0)


def next_maturity(before_s: float | None, delays_s: ArrayLike, hit_delays_s: ArrayLike) -> float:
    """The age from which predictions count now, in seconds, where until now they did from `before_s` on (None: any).

    It grows with the delays, and falls only where hits, which are the later ones, come in less than half of it: so
    it does not change from day to day, a rush of quick misses does not shorten it, and one slow week, or a few
    labels with the time of another clock, do not hold it up for ever.

    >>> [next_maturity(before, [10.0], [10.0]) for before in (None, 12.0, 40.0)]
    [10.0, 12.0, 10.0]

    Source: section 5; the rest is the product's own rule.
    """
    age = label_maturity(delays_s).total_seconds()
    if before_s is None:
        return age
    age = max(age, label_maturity(hit_delays_s).total_seconds())
    return before_s if before_s / 2 <= age < before_s else age


def delays_s(outcomes: Iterable[Outcome], *, hit: bool) -> FloatArray:
    """How long the labels of hits (or misses) took, in seconds; never below 0 although clocks differ.

    `labeled_at - ts`. Costs: nothing. Source: section 5.

    >>> delays_s([], hit=True).tolist()
    []
    """
    waits = [(o.labeled_at - o.ts).total_seconds() for o in outcomes if o.hit is hit]
    return np.maximum(np.array(waits, np.float64), 0.0)


def mature(predicted_at: Iterable[datetime], now: datetime, maturity: timedelta) -> NDArray[np.bool_]:
    """Which outcomes may be judged at `now`: those whose prediction is at least `maturity` old.

    Costs: an outcome is held back, not dropped; it comes later, in the order of prediction. Source: section 5.

    >>> noon = datetime.fromisoformat("2026-11-23T12:00Z")
    >>> mature([noon - timedelta(days=3), noon - timedelta(days=1)], noon, timedelta(days=2)).tolist()
    [True, False]
    """
    return np.array([now - at >= maturity for at in predicted_at], np.bool_)


def _exact(centred: FloatArray, chosen: int, distance: float) -> float:
    sums = centred[np.array(list(combinations(range(centred.size), chosen)))].sum(axis=1)
    return float(np.mean(np.abs(sums) >= distance))


def _sampled(
    centred: FloatArray, chosen: int, distance: float, rng: np.random.Generator, rounds: int
) -> float:
    far = done = 0
    block = 100
    while done < rounds and far < LEVEL * (1 + rounds):
        size = min(block, max(CELLS // centred.size, 1), rounds - done)
        sums = rng.permuted(np.tile(centred, (size, 1)), axis=1)[:, :chosen].sum(axis=1)
        far += int(np.count_nonzero(np.abs(sums) >= distance))
        done += size
        block *= 2
    return (1 + far) / (1 + done)
