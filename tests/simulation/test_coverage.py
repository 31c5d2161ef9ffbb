"""The intervals keep their promise: they hold the true recall as often as they say, also under weights."""

from typing import NamedTuple

import numpy as np
import pytest

from benchmarks.promises_rows import covered
from benchmarks.promises_weights import always_covered
from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.intervals import Weights, gamma_mover, interval, odds_shift

RUNS = 2000
AT_LEAST = 0.94  # the nominal .95 less what 2,000 runs may stray


class Design(NamedTuple):
    """How the positives of an intent are chosen for labelling: pi of hits; pi and share of the misses."""

    recall: float
    labelled: float  # expected labelled positives
    hit_pi: float
    miss_pis: tuple[float, ...]
    shares: tuple[float, ...] = (1.0,)


TWO_WEIGHTS = [
    Design(0.39, 20, 0.05, (0.05,)),
    Design(0.87, 20, 0.05, (0.05,)),
    Design(0.70, 50, 0.20, (0.04,)),
    Design(0.39, 50, 0.40, (0.02,)),
    Design(0.87, 200, 0.40, (0.02,)),
    Design(0.87, 200, 1.0, (0.02,)),
]
BY_SCORE = (0.30, 0.10, 0.03, 0.01), (0.50, 0.25, 0.15, 0.10)
MANY_WEIGHTS = [Design(0.39, 100, 0.50, *BY_SCORE), Design(0.87, 200, 0.50, *BY_SCORE)]


def draws(design: Design, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labelled hits, and labelled misses of each kind: a Poisson number of positives, thinned by pi."""
    rng = np.random.default_rng(seed)
    hit_rate = design.recall * design.hit_pi
    miss_rates = (1 - design.recall) * np.array(design.shares) * np.array(design.miss_pis)
    positives = design.labelled / (hit_rate + miss_rates.sum())
    hits = rng.poisson(positives * hit_rate, RUNS)
    return hits, rng.poisson(positives * miss_rates, (RUNS, miss_rates.size))


def share_covered(intervals: list[Interval], recall: float) -> float:
    return sum(low <= recall <= high for low, high in intervals) / len(intervals)


@pytest.mark.parametrize("design", TWO_WEIGHTS, ids=str)
def test_the_odds_shift_covers_the_recall_under_two_weights(design: Design) -> None:
    hits, misses = draws(design, seed=31)
    hit_weight, miss_weight = 1 / design.hit_pi, 1 / design.miss_pis[0]
    intervals = [odds_shift(n1, n0, hit_weight, miss_weight) for n1, (n0,) in zip(hits, misses, strict=True)]

    assert share_covered(intervals, design.recall) >= AT_LEAST


@pytest.mark.parametrize("design", TWO_WEIGHTS + MANY_WEIGHTS, ids=str)
def test_the_gamma_mover_covers_the_recall_under_few_and_many_weights(design: Design) -> None:
    hits, misses = draws(design, seed=32)
    hit_weight, miss_weights = 1 / design.hit_pi, 1 / np.array(design.miss_pis)
    intervals = [
        gamma_mover(
            Weights(n1 * hit_weight, n1 * hit_weight**2, hit_weight),
            Weights(n0 @ miss_weights, n0 @ miss_weights**2, miss_weights.max()),
        )
        for n1, n0 in zip(hits, misses, strict=True)
    ]

    assert share_covered(intervals, design.recall) >= AT_LEAST


def test_the_same_labels_without_their_weights_would_never_cover_the_recall() -> None:
    design = TWO_WEIGHTS[3]  # 20:1, where ignoring the weights covers 0 %
    hits, misses = draws(design, seed=33)
    intervals = [interval(n1, n0) for n1, (n0,) in zip(hits, misses, strict=True)]

    assert share_covered(intervals, design.recall) < 0.01


@pytest.mark.parametrize("recall", [0.39, 0.60, 0.88, 0.97])
def test_the_confidence_sequence_seldom_ever_leaves_the_recall_out_at_any_look(recall: float) -> None:
    assert covered("", "", always_covered(recall, 500), 0.95).kept


def test_an_interval_for_one_look_would_leave_the_recall_out_far_too_often_if_looked_at_always() -> None:
    # Why the dashboard shows the wider interval: the same streams, the interval of a fixed window at each outcome.
    assert not covered("", "", always_covered(0.6, 200, sequence=False), 0.95).kept
