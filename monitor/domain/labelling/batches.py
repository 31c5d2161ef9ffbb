"""In which batch each label was made, and whether it made a miss, in; the batches that have too many misses, out.

A batch is any string: the day of labelling, a file, a task. Where somebody labels wrongly for a day, the misses are in
the labels of that day.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from monitor.domain.labelling.signature import LIKELIER
from monitor.domain.labelling.slips import MissBatches
from monitor.domain.recall.intervals import FloatArray

RATES = np.linspace(0.025, 0.975, 20)  # of misses, each as likely as another
NAMED = 3  # batches at most; more are not few
FEWEST = 5  # misses


def miss_batches(
    batches: Sequence[str], hits: Sequence[bool], design_effect: float = 1.0
) -> MissBatches | None:
    """The few batches of labels that have too many misses; None where chance explains it.

    Two stories: every label made a miss at one rate p; or, of B batches, each is bad with a chance of 1/B, and a bad
    one's labels made misses at a rate q above p. All pairs of rates from .025 to .975 are as likely. Said only where
    the second is 20 times likelier, so where it is untrue in 1 of 20 cases at most; measured: in 1 of 100 or fewer
    (`tests/simulation/test_batches.py`). Where so many of a customer's tickets say as much as one, they count as one
    (`design_effect`). Costs: a recall that was down for some days alone, with labels made on the day, looks the same;
    batches of one or two labels tell nothing.

    >>> miss_batches(["mon"] * 12 + ["tue"] * 12 + ["wed"] * 12, [True] * 24 + [False] * 10 + [True] * 2).names
    ('wed',)

    Jeffreys 1961, Theory of Probability, for likelihoods held against each other.
    """
    labels = Counter(batches)
    misses = Counter(name for name, hit in zip(batches, hits, strict=True) if not hit)
    if misses.total() < FEWEST or len(labels) < 2:
        return None
    names = sorted(labels)
    counted, missed = (np.array([counts[name] for name in names], np.float64) for counts in (labels, misses))
    at_rate = np.outer(missed, np.log(RATES)) + np.outer(counted - missed, np.log1p(-RATES))
    good, bad = (np.array(places) for places in zip(*combinations(range(len(RATES)), 2), strict=True))
    at_rate /= design_effect
    share = 1 / len(names)
    usual, own = at_rate[:, good] + np.log1p(-share), at_rate[:, bad] + np.log(share)
    mixed = np.logaddexp(usual, own).sum(axis=0)
    likelier = float(np.exp(min(_mean(mixed) - _mean(at_rate.sum(axis=0)), 700.0)))
    best = int(mixed.argmax())
    odds = own[:, best] - usual[:, best]
    worst = [int(place) for place in np.argsort(-odds, kind="stable") if odds[place] > 0]
    if likelier < LIKELIER or not 0 < len(worst) <= NAMED or len(worst) == len(names):
        return None
    theirs, there = int(counted[worst].sum()), int(missed[worst].sum())
    return MissBatches(
        tuple(names[place] for place in worst),
        theirs,
        there,
        labels.total() - theirs,
        misses.total() - there,
        likelier,
    )


def _mean(logs: FloatArray) -> float:
    """The log of the mean of what these are the logs of."""
    return float(np.logaddexp.reduce(logs) - np.log(len(logs)))
