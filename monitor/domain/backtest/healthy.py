"""A healthy history drawn anew: what would have paged if recall had stayed what it was offline, known or not?"""

import numpy as np
from numpy.typing import NDArray

from monitor.domain.anchors.floor import TreatAs
from monitor.domain.anchors.promise import Measured
from monitor.domain.detection import betting
from monitor.domain.detection.bars import bar_stakes
from monitor.domain.detection.money import PAGE
from monitor.domain.recall.intervals import FloatArray

HitArray = NDArray[np.bool_]


def open_recalls(
    offline: Measured, streams: int, rng: np.random.Generator, treat_as: TreatAs = "estimate"
) -> FloatArray:
    """So many recalls that a model may really have whose anchor measured `offline`: a sample of so many examples.

    From `Beta(k, n - k + 1)`, whose 5 % quantile is the limit that the floor takes (Clopper & Pearson 1934): a small
    anchor leaves much open, and its luck pages. One without a support or a hit, or one that is treated as a promise,
    leaves nothing open. Costs: it is the careful side of what the examples say, by 1/(n + 1) at most.
    """
    if not offline.hits or treat_as == "promise":
        return np.full(streams, offline.recall)
    missed = offline.support - offline.hits
    return rng.beta(offline.hits, missed + 1, streams)


def healthy(
    recalls: FloatArray,
    outcomes: int,
    rng: np.random.Generator,
    bursts: NDArray[np.int64] | None = None,
    icc: float = 0.0,
) -> HitArray:
    """A stream of outcomes for each of the recalls, an array (streams, outcomes) of hits.

    `bursts` numbers the outcomes of each customer's day. Those of a burst are alike by `icc`: its own recall is drawn
    from a beta of the stream's recall and that correlation. Where each outcome stands in time is left as it was.
    """
    chances = np.repeat(recalls[:, np.newaxis], outcomes, axis=1)
    if bursts is not None and icc > 0 and outcomes:
        more = (1 - icc) / icc
        kept = np.clip(recalls, 1e-6, 1 - 1e-6)[:, np.newaxis]
        own = rng.beta(kept * more, (1 - kept) * more, (len(recalls), int(bursts.max()) + 1))
        chances = own[:, bursts]
    return np.asarray(rng.random(chances.shape) < chances)


def first_pages(
    hits: HitArray,
    floor: float,
    money: FloatArray,
    weights: FloatArray,
    pages_at: FloatArray | None = None,
) -> NDArray[np.int64]:
    """The index of the outcome at which the bet first pages in each stream; -1 where it never does.

    `money` is what joins the bet before each outcome and `weights` its u, as they were in the history that is
    resampled; `pages_at` is what it must have won by then, a page's money unless given.
    Costs: some 40 us an outcome for 200 streams.
    """
    streams, outcomes = hits.shape
    ratios = betting.start(streams).ratios
    stakes = bar_stakes(floor)
    level = np.full(outcomes, PAGE) if pages_at is None else pages_at
    first = np.full(streams, -1, np.int64)
    for index in range(outcomes):
        factor = betting.factors(
            stakes, floor, hits[:, index].astype(np.float64), np.full(streams, weights[index])
        )
        ratios = betting.grow(ratios, factor, float(money[index]))
        paged = (betting.evidence_each(ratios) >= level[index]) & (first < 0)
        first[paged] = index
    return first
