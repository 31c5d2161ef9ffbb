"""Labels that are no uniform sample: the promises hold under weights, and what cannot be known is not claimed."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from benchmarks.promises_weights import (
    BY_CLASS,
    BY_CLASS_UNSURE,
    BY_SCORE,
    MILD,
    SAMPLED,
    Labelling,
    covers,
    drawn,
    intervals,
)
from monitor.domain.detection.betting import evidence_each, factors, grow, stakes
from monitor.domain.detection.detectability import weighted_days_to_page
from monitor.domain.detection.money import PAGE
from monitor.domain.events.types import Design
from monitor.domain.labelling.identifiability import Stratum, identify
from monitor.domain.recall.estimate import Method
from monitor.domain.recall.reading import reading
from monitor.domain.recall.scales import Sampled, bet_weights_after
from monitor.domain.recall.weights import Weighed

ANCHOR, FLOOR, BROKEN = 0.88, 0.78, 0.39
STREAMS = 2000
RUNS = 2000


LABELLINGS = [BY_CLASS, BY_CLASS_UNSURE, MILD, BY_SCORE]


def shares_of_a_stake(labelling: Labelling) -> NDArray[np.float64]:
    """Of each kind of label, once every kind was seen."""
    weights = 1 / labelling.pis()
    seen = {labelling.design: Sampled(1, weights.size - 1, 0, weights.min(), weights.max(), weights[0])}
    return bet_weights_after(
        seen, [(labelling.design, pi) for pi in labelling.pis()], labelling.min_probability
    )


def pages(
    labelling: Labelling, floor: float, share_it: float, recall: float, length: int, seed: int
) -> NDArray[np.int64]:
    """The labelled outcome (from 1) at which each of 2,000 streams pages; 0 where it never does.

    Each outcome brings as much money: `share_it` of them that of a page.
    """
    rng, lam = np.random.default_rng(seed), stakes(floor)
    rates = labelling.rates(recall)
    played = factors(lam, floor, [1.0] + [0.0] * len(labelling.miss_pis), shares_of_a_stake(labelling))
    kinds = np.cumsum(rates / rates.sum())[:-1]
    ratios, paged = np.zeros((STREAMS, lam.size)), np.zeros(STREAMS, np.int64)
    for outcome in range(1, length + 1):
        kind = np.searchsorted(kinds, rng.random(STREAMS))
        ratios = grow(ratios, played[kind], 1 / share_it, out=ratios)
        paged[(paged == 0) & (evidence_each(ratios) >= PAGE)] = outcome
        if paged.all():
            break
    return paged


@pytest.mark.parametrize("labelling", LABELLINGS, ids=str)
@pytest.mark.parametrize("floor", [0.50, 0.78])
def test_weighted_labels_of_a_recall_at_the_floor_page_falsely_after_the_outcomes_that_share_a_page_or_later(
    labelling: Labelling, floor: float
) -> None:
    share_it, length = 50, 400
    paged = pages(labelling, floor, share_it, floor, length, seed=81)

    assert np.where(paged == 0, length, paged).mean() >= share_it


@pytest.mark.parametrize("labelling", LABELLINGS, ids=str)
def test_weighted_labels_of_a_healthy_cell_page_no_oftener_than_uniform_ones(labelling: Labelling) -> None:
    # The table's .001 for 2,000 uniform outcomes, of which 6,000 share a page's money; here 1,000 labelled ones.
    paged = pages(labelling, FLOOR, 6000, ANCHOR, 1000, seed=82)

    assert np.count_nonzero(paged) <= binom.ppf(0.99, STREAMS, 0.001)


# What weights cost: mean labelled outcomes to the page.
@pytest.mark.parametrize(
    ("labelling", "mean"),
    [(BY_CLASS, 90), (BY_CLASS_UNSURE, 90), (MILD, 36.3), (BY_SCORE, 76)],
    ids=["40:2", "40:2, 1 % possible", "20:4", "by score"],
)
def test_weighted_labels_of_a_broken_cell_page_as_soon_as_measured_and_about_as_foretold(
    labelling: Labelling, mean: float
) -> None:
    paged = pages(labelling, FLOOR, 6000, BROKEN, 1000, seed=83)
    cell, positives, healthy, broken = Weighed(), 1e6, labelling.rates(ANCHOR), labelling.rates(BROKEN)
    for kind, (pi, rate) in enumerate(zip(labelling.pis(), healthy, strict=True)):
        cell.count(kind == 0, labelling.design, float(pi), labelling.min_probability, round(positives * rate))
    labels = positives * broken.sum()  # a day
    days = weighted_days_to_page(cell, labels / 6000, FLOOR, labelling.min_probability, 1.0, BROKEN)

    assert paged.all()
    assert paged.mean() == pytest.approx(mean, rel=0.10)
    assert 0.75 <= days * labels / paged.mean() <= 1.05


@pytest.mark.parametrize(("labelling", "recall", "labelled"), SAMPLED, ids=str)
def test_the_chosen_interval_covers_the_recall(labelling: Labelling, recall: float, labelled: float) -> None:
    shown = intervals(labelling, drawn(labelling, recall, labelled, RUNS))

    assert sum(covers(shown, recall)) / RUNS >= 0.94


def test_by_predicted_class_the_odds_are_shifted_and_by_score_the_totals_are_joined() -> None:
    shifted = {reading(cell, 0.02, watched=False).method for cell in drawn(BY_CLASS, 0.39, 50, RUNS)}
    joined = {reading(cell, 0.01).method for cell in drawn(BY_SCORE, 0.87, 8, RUNS) if cell.weighted}

    assert (shifted, joined) == ({Method.ODDS_SHIFT}, {Method.GAMMA_MOVER})


def test_the_weighted_recall_is_centred_on_the_truth_and_the_unweighted_one_far_off() -> None:
    cells = drawn(BY_CLASS, 0.39, 200, RUNS, seed=85)
    hits, misses = np.array([[cell.hits.n, cell.misses.n] for cell in cells], float).T

    assert np.median([cell.recall or 0 for cell in cells]) == pytest.approx(0.39, abs=0.02)
    assert np.median(hits / (hits + misses)) > 0.9


CLASSES = {
    "gdpr_erasure": 0.02,
    **{
        f"class_{n}": share
        for n, share in enumerate(
            np.array([0.3, 0.2, 0.15, 0.1, 0.08, 0.06, 0.04, 0.03, 0.02, 0.01, 0.01]) * 0.98
        )
    },
}


def stream(rng: np.random.Generator, own: float, rest: float, design: Design | None) -> list[Stratum]:
    """A model's traffic by predicted class; its own intent's class labelled with one probability, the rest with
    another; `design` is what the labels state."""
    traffic = rng.multinomial(int(rng.integers(2_000, 50_000)), list(CLASSES.values()))
    strata = []
    for name, size in zip(CLASSES, traffic, strict=True):
        pi = own if name == "gdpr_erasure" else rest
        labelled = int(rng.binomial(size, pi))
        designs = frozenset({design or Design.UNKNOWN}) if labelled else frozenset[Design]()
        strata.append(Stratum(name, int(size), labelled, designs, pi if labelled and design else None))
    return strata


@pytest.mark.parametrize("design", [None, *Design])
def test_labels_only_where_the_intent_was_predicted_never_identify_its_recall(design: Design | None) -> None:
    rng = np.random.default_rng(86)

    for _ in range(500):
        strata = stream(rng, float(rng.uniform(0.01, 1)), 0.0, design)
        identification = identify("gdpr_erasure", strata, 0.01)
        assert not identification.identified
        assert set(identification.missing) == set(CLASSES) - {"gdpr_erasure"}


@pytest.mark.parametrize(
    ("own", "rest", "design"),
    [(0.05, 0.05, Design.UNIFORM), (0.4, 0.02, Design.BY_PREDICTION), (0.05, 0.05, None)],
)
def test_labels_that_reach_every_class_as_declared_are_seldom_called_blind(
    own: float, rest: float, design: Design | None
) -> None:
    rng, runs = np.random.default_rng(87), 500
    blind = sum(
        not identify("gdpr_erasure", stream(rng, own, rest, design), 0.01).identified for _ in range(runs)
    )

    # Twelve strata, each contradicted by chance once in a thousand at most.
    assert blind <= binom.ppf(0.99, runs, 12 * 0.001)
