"""Labels that are wrong for a while: what they do to false pages and to the delay, before they are corrected."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from monitor.domain.detection.betting import evidence_each, factors, grow, stakes
from monitor.domain.detection.money import PAGE

STREAMS, FLOOR, SHARE_IT = 1_000, 0.78, 6_000  # so many labels share the money of a page
WRONG, CORRECTED_AFTER = 0.05, 20  # 1 in 20 labels of a hit says miss, until 20 more labels have come


def pages(
    recall: float,
    length: int,
    seed: int,
    wrong: float = WRONG,
    wrong_hits: float = 0.0,
    share_it: int = SHARE_IT,
) -> NDArray[np.int64]:
    """The outcome at which each stream pages, looked at after every label and every correction; 0: never.

    As the agent does it: what is corrected is replayed, so behind the last 20 labels the bet is what the right
    history gives, and only those are as they were first told. So many labels of a miss say hit (`wrong_hits`).
    """
    rng, lam = np.random.default_rng(seed), stakes(FLOOR)
    miss, hit = factors(lam, FLOOR, [0.0, 1.0], 1.0)
    truth = rng.random((length, STREAMS)) < recall
    drawn = rng.random((length, STREAMS))
    recorded = np.where(truth, drawn >= wrong, drawn < wrong_hits)
    settled, paged = np.zeros((STREAMS, lam.size)), np.zeros(STREAMS, np.int64)
    for now in range(1, length + 1):
        if now > CORRECTED_AFTER:
            right = truth[now - CORRECTED_AFTER - 1][:, np.newaxis]
            settled = grow(settled, np.where(right, hit, miss), 1 / share_it)
        ratios = settled
        for label in range(max(0, now - CORRECTED_AFTER), now):
            ratios = grow(ratios, np.where(recorded[label][:, np.newaxis], hit, miss), 1 / share_it)
        paged[(paged == 0) & (evidence_each(ratios) >= PAGE)] = now
        if paged.all():
            break
    return paged


def test_labels_that_are_wrong_for_a_while_page_a_healthy_intent_no_oftener_than_the_money_promises() -> None:
    # While they are wrong the live recall reads .88 x .95 = .836, still above the floor: the promise holds.
    paged = pages(0.88, 400, seed=21)
    assert np.count_nonzero(paged) <= binom.ppf(0.99, STREAMS, 400 / SHARE_IT)


def test_labels_that_are_corrected_both_ways_keep_the_promise_at_the_floor() -> None:
    # As many misses read as hits as hits read as misses: .22 x .177 = .78 x .05, so recall reads .78 all the while.
    share_it, length = 2_000, 400
    paged = pages(FLOOR, length, seed=23, wrong_hits=WRONG * FLOOR / (1 - FLOOR), share_it=share_it)

    assert 0 < np.count_nonzero(paged) <= binom.ppf(0.99, STREAMS, length / share_it)


def test_they_delay_no_true_page() -> None:
    wrong, right = pages(0.39, 200, seed=22), pages(0.39, 200, seed=22, wrong=0.0)
    assert wrong.all()
    assert right.all()
    assert wrong.mean() <= right.mean()
    assert right.mean() == pytest.approx(22.1, rel=0.10)  # measured by simulation
