"""Where misses went, in; whether recall fell or labels changed, out.

A wrong label's ticket was predicted as what it is, so such misses spread like the traffic; those of a broken intent
go to a few neighbours.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import scipy

from monitor.domain.labelling.slips import MissSpread
from monitor.domain.recall.intervals import FloatArray

LIKELIER = 20.0  # so many times likelier than the other: below it nothing is said
FEW = 2.0  # how strongly the misses of a fall keep to few intents: a Dirichlet prior's total
KNOWN = 2.0  # what the traffic counts beside the usual misses, as so many of them
ROUNDS = 30  # of EM, which settles in ten
UNSEEN = 0.5  # what a predicted intent that no label of the others was seen with counts


class Signature(NamedTuple):
    """How the misses spread, and how many times likelier (1 or more) that is than the other way."""

    spread: MissSpread
    likelier: float


def signature(
    misses: Mapping[str, int],
    traffic: Mapping[str, int],
    usual: Mapping[str, int],
    usual_share: float,
) -> Signature:
    """Hold two stories of the misses against each other, by the intents that were predicted.

    Labels changed: `usual_share` of them are like the `usual` misses (the anchor's), the rest like the `traffic`, the
    predictions of other intents' tickets. Recall fell: they went to a few intents, we don't know which: the
    Dirichlet-multinomial with a total of 2 over half the usual misses, half every intent alike. Said only where the
    one is 20 times likelier than the other. Costs: slips of one intent's tickets alone look like a fall, and a model
    that guesses by the traffic looks like slips; second readings tell these apart, nothing else does.

    >>> signature({"refund": 8}, {"refund": 50, "bug": 50, "how_to": 900}, {}, 0.2).spread
    <MissSpread.FEW_NEIGHBOURS: 'few_neighbours'>
    >>> signature({"how_to": 14, "refund": 1, "bug": 1}, {"refund": 50, "bug": 50, "how_to": 900}, {}, 0.2).spread
    <MissSpread.UNCLEAR: 'unclear'>

    Jeffreys 1961, Theory of Probability, for likelihoods held against each other.
    """
    names = sorted({*misses, *traffic, *usual})
    if not names or not sum(misses.values()):
        return Signature(MissSpread.UNCLEAR, 1.0)
    seen, flow, known = (
        np.array([counts.get(name, 0) for name in names], np.float64) for counts in (misses, traffic, usual)
    )
    shares = (flow + UNSEEN) / (flow + UNSEEN).sum()
    known = known + KNOWN * shares
    by_known, at_best = _labels_changed(seen, shares, known, usual_share)
    prior = FEW * (known / known.sum() + 1 / len(names)) / 2
    fell = float(
        scipy.special.gammaln(FEW)
        - scipy.special.gammaln(FEW + seen.sum())
        + (scipy.special.gammaln(prior + seen) - scipy.special.gammaln(prior)).sum()
    )
    if fell > at_best:
        return _said(MissSpread.FEW_NEIGHBOURS, fell - at_best)
    return _said(MissSpread.LIKE_TRAFFIC, max(by_known - fell, 0.0))


def _said(spread: MissSpread, apart: float) -> Signature:
    likelier = math.exp(min(apart, 700.0))
    return Signature(spread if likelier >= LIKELIER else MissSpread.UNCLEAR, likelier)


def _labels_changed(
    seen: FloatArray, shares: FloatArray, known: FloatArray, usual_share: float
) -> tuple[float, float]:
    """The log likelihood of misses that are part usual, part like the traffic: by what is known, and at best.

    At best the usual ones are as those known and these misses together make them likeliest (EM: Dempster, Laird &
    Rubin 1977): where little is known of them, what looks like few neighbours may be only they.
    """
    usual = known / known.sum()
    by_known = mixed = usual_share * usual + (1 - usual_share) * shares
    for _ in range(ROUNDS):
        counted = known + seen * usual_share * usual / mixed
        usual = counted / counted.sum()
        mixed = usual_share * usual + (1 - usual_share) * shares
    return float(seen @ np.log(by_known)), float(seen @ np.log(mixed))
