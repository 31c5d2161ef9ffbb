"""Streams come in; per stream and outcome the number goes out that a rule compares with its threshold."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from benchmarks.detection_streams import ANCHOR, SUPPORT, Streams
from monitor.domain.anchors.floor import floor
from monitor.domain.detection.betting import GRID, evidence_each, factors, grow, stakes
from monitor.domain.detection.money import AT_LEAST_ODDS, BY_THE_DAY, FIRST_PURSE
from monitor.domain.recall.intervals import FloatArray

Kind = Literal["limit", "ours", "grid", "shipped", "tuned", "untuned"]
Stakes = Callable[[float], FloatArray]
NEVER = -np.inf
SMALLEST = 1e-12  # a p-value below this is not told apart from it


@dataclass(frozen=True, slots=True)
class Rule:
    """Page when the path reaches the threshold, calibrated where none is given. An oracle `knows_recall` to come."""

    name: str
    kind: Kind
    path: Callable[[Streams, float], FloatArray]
    threshold: float | None = None
    knows_recall: bool = False


def rules() -> list[Rule]:
    """Every rule that can be written as a statistic; river's detectors have their own file."""
    return [
        Rule("oracle CUSUM (told both recalls)", "limit", _oracle, knows_recall=True),
        *(Rule(f"ours, drop {drop:.2f}", "ours", partial(ours, drop, stakes, 0.0)) for drop in DROPS),
        *(
            Rule(f"ours, drop {drop:.2f}{HEAD_START}", "ours", partial(ours, drop, stakes, HEAD_LABELS))
            for drop in DROPS
        ),
        *(
            Rule(f"ours, drop {drop:.2f}, stakes from f/3", "grid", partial(ours, drop, from_a_third, 0.0))
            for drop in DROPS
        ),
        *(Rule(f"rolling mean of {n}", "tuned", partial(rolling, n)) for n in (15, 20, 50, 100)),
        *(Rule(f"chunks of {n}, mean - k std (NannyML)", "tuned", partial(_chunks, n)) for n in (20, 50)),
        *(
            Rule(f"daily, relative, last {n} (Evidently)", "tuned", partial(_daily, n))
            for n in (PER_DAY, 5 * PER_DAY)
        ),
        Rule("Fisher's test, repeated", "tuned", _fisher),
        Rule("Clopper-Pearson against the floor, repeated", "tuned", partial(_clopper_pearson, 0.10)),
        *(
            Rule(f"ours, drop {drop:.2f}, one intent", "shipped", partial(ours, drop, stakes, FIRST), A_PAGE)
            for drop in DROPS
        ),
        Rule("rolling mean of 50 below 0.88 - 0.10", "untuned", partial(rolling, 50), 0.10),
        Rule("chunks of 20, mean - 3 std (NannyML)", "untuned", partial(_chunks, 20), 3.0),
        Rule("daily, 20 % below reference (Evidently)", "untuned", partial(_daily, PER_DAY), 0.20),
        Rule("Fisher's test, repeated, p < .05", "untuned", _fisher, -np.log(0.05)),
        Rule("Clopper-Pearson, repeated, 95 %", "untuned", partial(_clopper_pearson, 0.10), -np.log(0.05)),
    ]


PER_DAY = 10
DROPS = (0.05, 0.10)
# What the first release brings at 2 labels a day, in labels: a quarter of a year's money, where half comes by the day.
HEAD_START = ", head start"
HEAD_LABELS = FIRST_PURSE / BY_THE_DAY * 365 * 2
# As shipped, one watched intent at 10 labels a day: so many labels bring a page's money, and the release a twentieth.
LABELS_A_PAGE = 365 * PER_DAY / BY_THE_DAY
A_PAGE = np.log(LABELS_A_PAGE)
FIRST = LABELS_A_PAGE / AT_LEAST_ODDS


def from_a_third(lowest_floor: float) -> FloatArray:
    """As `stakes`, but against recalls from f/3 instead of 0.02: no bet on a fall that never comes.

    For labels of equal weight; light weights need the boldest stakes, so there the grid from 0.02 is right.
    """
    recalls = np.linspace(lowest_floor / 3, lowest_floor - 0.03, GRID)
    return np.asarray((lowest_floor - recalls) / (lowest_floor * (1 - lowest_floor)))


def first_page(path: FloatArray, threshold: float) -> np.ndarray:
    """The first outcome (from 1) at which the path reaches the threshold; 0: never."""
    reached = path >= threshold
    return np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, 0)


def with_lots(rule: Rule, streams: Streams, recall: float) -> FloatArray:
    """The rule's path; where it has steps, lots break the ties of streams on the same step.

    So every rule can be set to 4 % exactly, and rounding doesn't slow down a rule with a coarse statistic.
    """
    return rule.path(streams, recall) + 1e-7 * streams.lot[:, np.newaxis]


def _oracle(streams: Streams, recall: float) -> FloatArray:
    gain = np.where(streams.hits, np.log(recall / ANCHOR), np.log((1 - recall) / (1 - ANCHOR)))
    total = np.cumsum(gain, axis=1)
    low = np.minimum.accumulate(np.minimum(np.column_stack([np.zeros(len(total)), total[:, :-1]]), 0), axis=1)
    return np.asarray(total - low)


def ours(drop: float, bold: Stakes, head: float, streams: Streams, _recall: float) -> FloatArray:
    """The bet's money, counted in what a label brings; so much more is there at the release."""
    anchors, which = np.unique(streams.anchor, return_inverse=True)
    floors = [floor(float(anchor), streams.support, drop) for anchor in anchors]
    # Per anchor: what a miss and a hit do to each of 16 bettors.
    plays = np.stack([factors(bold(f), f, [0.0, 1.0], 1.0) for f in floors])[which]
    miss, hit = np.ascontiguousarray(plays[:, 0]), np.ascontiguousarray(plays[:, 1])
    ratios, path = np.zeros_like(miss), np.empty(streams.hits.shape)
    for outcome, hits in enumerate(streams.hits.T):
        joins = 1.0 if outcome else 1.0 + head
        ratios = grow(ratios, np.where(hits[:, np.newaxis], hit, miss), joins, out=ratios)
        path[:, outcome] = evidence_each(ratios)
    return np.log(path, out=path)


def _mean_of_last(n: int, streams: Streams) -> FloatArray:
    """Over the last n outcomes; nothing before there are n."""
    total = np.cumsum(streams.hits, axis=1, dtype=np.float64)
    total = np.column_stack([np.zeros(len(total)), total])
    mean = np.full(streams.hits.shape, np.inf)
    mean[:, n - 1 :] = (total[:, n:] - total[:, :-n]) / n
    return mean


def _at_every(n: int, path: FloatArray) -> FloatArray:
    looks = np.arange(1, path.shape[1] + 1) % n == 0
    return np.where(looks, path, NEVER)


def rolling(n: int, streams: Streams, _recall: float) -> FloatArray:
    """How far the mean of the last n is below the anchor."""
    return streams.anchor[:, np.newaxis] - _mean_of_last(n, streams)


def _chunks(n: int, streams: Streams, _recall: float) -> FloatArray:
    anchor = streams.anchor[:, np.newaxis]
    std = np.sqrt(np.maximum(anchor * (1 - anchor), 1e-9) / n)
    return _at_every(n, (anchor - _mean_of_last(n, streams)) / std)


def _daily(n: int, streams: Streams, _recall: float) -> FloatArray:
    return _at_every(PER_DAY, 1 - _mean_of_last(n, streams) / streams.anchor[:, np.newaxis])


def _fisher(streams: Streams, _recall: float) -> FloatArray:
    """All outcomes so far against the anchor's 38; a known anchor is a sample without end: the binomial."""
    if streams.support is None:
        return _clopper_pearson(0.0, streams, _recall)
    misses = np.rint((1 - streams.anchor) * SUPPORT).astype(int)
    return _looked_up(streams, misses.astype(np.float64), _log_fisher)


def _clopper_pearson(drop: float, streams: Streams, _recall: float) -> FloatArray:
    """The one-sided upper limit of all outcomes is below f exactly if P(so many misses | f) is small."""
    return _looked_up(streams, np.maximum(streams.anchor - drop, 0.0), _log_binomial)


def _looked_up(
    streams: Streams, keys: FloatArray, table: Callable[[float, int, int], FloatArray]
) -> FloatArray:
    """-ln p by outcomes and misses so far, from one table for each distinct key."""
    misses = np.cumsum(~streams.hits, axis=1)
    length, most = misses.shape[1], int(misses.max())
    path = np.empty(misses.shape)
    for key in np.unique(keys):
        mine = keys == key
        path[mine] = -table(float(key), length, most)[np.arange(length), misses[mine]]
    return path


def _log_choose(n: ArrayLike, k: ArrayLike) -> FloatArray:
    n, k = np.asarray(n, np.float64), np.asarray(k, np.float64)
    inside = (k >= 0) & (k <= n)
    k = np.where(inside, k, 0.0)
    return np.where(inside, gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), -np.inf)


def _log_binomial(kept: float, length: int, most: int) -> FloatArray:
    """ln P(at least m misses of n) at recall `kept`, by n - 1 and m."""
    n, m = np.arange(1.0, length + 1)[:, np.newaxis], np.arange(most + 1.0)
    fewer = np.exp(_log_choose(n, m) + m * np.log1p(-min(kept, 1 - 1e-9)) + (n - m) * np.log(kept))
    below = np.column_stack([np.zeros(length), np.cumsum(fewer[:, :-1], axis=1)])
    return np.asarray(np.log(np.clip(1 - below, SMALLEST, 1)))


def _log_fisher(anchor_misses: float, length: int, most: int) -> FloatArray:
    """ln of the one-sided p of the 2 x 2 table: the chance that so few of all misses are among the anchor's 38."""
    n, m = np.arange(1.0, length + 1)[:, np.newaxis], np.arange(most + 1.0)
    total = m + anchor_misses
    whole = np.maximum(_log_choose(n + SUPPORT, total), -1e9)  # more misses than outcomes: never looked up
    p = np.zeros((length, most + 1))
    for i in range(int(anchor_misses) + 1):
        p += np.exp(_log_choose(n, total - i) + _log_choose(SUPPORT, i) - whole)
    return np.asarray(np.log(np.clip(p, SMALLEST, 1)))
