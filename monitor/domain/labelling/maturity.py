"""How long labels took comes in; whether misses are labelled sooner than hits, and who is judged, goes out.

Where misses come sooner, a young cohort looks worse than it is: then only predictions old enough count.
"""

import math
from datetime import timedelta

import numpy as np
from numpy.typing import ArrayLike

SOONER = -3.29  # normal deviate: below it by chance on one day in 2,000
STRATUM = 10  # consecutive predictions, whose labels had as long to come
SHARE = 0.90


def compare_delays(made: ArrayLike, waited: ArrayLike, hit: ArrayLike) -> float:
    """How much sooner misses are labelled than hits, as a normal deviate: below 0 they are, and 0 tells nothing.

    `made` is when predictions were made, `waited` how long their labels took, each in any unit of time, and `hit`
    which were hits. Only predictions made at about the same time are compared, ten consecutive ones: a label still
    to come cuts the delays of all ten alike. Compared over weeks, a fall alone would seem to hurry misses, as most
    of them are young. Of each ten, `W` is the sum of the misses' ranks by delay (the mean rank for ties), `m` the
    misses of `n`:

        S = sum (W - m (n + 1) / 2) / (n + 1)
        V = sum m (n - m) / (12 (n + 1)^2) (n + 1 - sum (t^3 - t) / (n (n - 1)))     t labels waited alike
        S / sqrt(V)

    Costs: under 1 ms at 1,000 outcomes. It is blind to a delay that differs in spread only, and where a miss stands
    beside no hit.

    >>> round(compare_delays(range(4), [1, 2, 3, 4], [False, False, True, True]), 4)  # W = 3 of 5, V = 1/15
    -1.5492

    Source: van Elteren 1960, On the combination of independent two-sample tests of Wilcoxon; Lehmann 1975 for ties.
    """
    order = np.argsort(np.asarray(made, np.float64), kind="stable")
    if not order.size:
        return 0.0
    tens = -(-order.size // STRATUM)
    waits, counts, misses = np.zeros((3, tens * STRATUM))
    waits[: order.size] = np.asarray(waited, np.float64)[order]
    counts[: order.size] = 1.0
    misses[: order.size] = ~np.asarray(hit, np.bool_)[order]
    waits, counts, misses = (values.reshape(tens, STRATUM) for values in (waits, counts, misses))
    shorter = np.einsum("kij,kj->ki", waits[:, np.newaxis, :] < waits[:, :, np.newaxis], counts)
    alike = np.einsum("kij,kj->ki", waits[:, np.newaxis, :] == waits[:, :, np.newaxis], counts)
    ranks = shorter + (alike + 1) / 2
    n, m = counts.sum(axis=1), misses.sum(axis=1)
    ties = (counts * (alike**2 - 1)).sum(axis=1) / np.maximum(n * (n - 1), 1.0)
    above = ((misses * ranks).sum(axis=1) - m * (n + 1) / 2) / (n + 1)
    variance = float((m * (n - m) / (12 * (n + 1) ** 2) * (n + 1 - ties)).sum())
    return float(above.sum()) / math.sqrt(variance) if variance > 0 else 0.0


def misses_come_sooner(made: ArrayLike, waited: ArrayLike, hit: ArrayLike) -> bool:
    """Whether misses are labelled sooner than hits of the same time: `compare_delays` is below -3.29.

    Costs: 10 labels a day and misses after half a day, hits after four: 11 days until it is found. Source: section 19.

    >>> misses_come_sooner([], [], [])
    False
    """
    return compare_delays(made, waited, hit) < SOONER


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
