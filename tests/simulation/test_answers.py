"""Models that abstain, and models that name several intents: false pages stay within the money, and falls are seen."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from monitor.domain.detection.betting import evidence_each, factors, grow, stakes
from monitor.domain.detection.money import PAGE
from monitor.domain.events.answers import counted_answer
from monitor.domain.events.names import NO_ANSWER

STREAMS, LENGTH, FLOOR, SHARE_IT = 400, 300, 0.78, 2_000  # so many labels share the money of a page
ABSTAINS = 0.1
TRUTH, OTHERS = "erasure", ("refund", "bug", "cancel")


def hit(draw: float, among: float, abstains: float, rng: np.random.Generator) -> bool:
    """Whether a ticket of `TRUTH` is one: no answer, or two intents of which it is one or the other, or none."""
    if draw < abstains:
        return counted_answer(NO_ANSWER, (), TRUTH) == TRUTH
    named = [str(each) for each in rng.choice(OTHERS, 2, replace=False)]
    if draw < abstains + (1 - abstains) * among:
        named[int(rng.integers(2))] = TRUTH
    return counted_answer(named[0], tuple(named), TRUTH) == TRUTH


def pages(among: float, abstains: float, seed: int) -> NDArray[np.int64]:
    """The label at which each stream pages, looked at after every one of them; 0: never."""
    rng, lam = np.random.default_rng(seed), stakes(FLOOR)
    missed, held = factors(lam, FLOOR, [0.0, 1.0], 1.0)
    wealth, paged = np.zeros((STREAMS, lam.size)), np.zeros(STREAMS, np.int64)
    for now in range(1, LENGTH + 1):
        hits = np.array([hit(draw, among, abstains, rng) for draw in rng.random(STREAMS)])
        wealth = grow(wealth, np.where(hits[:, np.newaxis], held, missed), 1 / SHARE_IT)
        paged[(paged == 0) & (evidence_each(wealth) >= PAGE)] = now
    return paged


def test_a_model_that_abstains_and_is_at_its_floor_pages_no_oftener_than_the_money_promises() -> None:
    # .9 of the tickets get an answer, and .8667 of those the right one among two: recall is .78.
    paged = pages(FLOOR / (1 - ABSTAINS), ABSTAINS, seed=31)
    assert 0 < np.count_nonzero(paged) <= binom.ppf(0.99, STREAMS, LENGTH / SHARE_IT)


def test_a_model_that_only_abstains_more_is_seen() -> None:
    # As right as before where it answers, but half of the tickets get no answer: recall is .43.
    paged = pages(FLOOR / (1 - ABSTAINS), 0.5, seed=32)
    assert np.count_nonzero(paged) == STREAMS
    assert np.median(paged) < 40
