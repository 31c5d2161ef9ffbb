"""Wrong labels page healthy intents; sixty second readings keep false pages within the budget, and true pages early."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.domain.labelling.slips import slipped_recall
from tests.simulation.twice_read import FLOOR, SHARE, SHARE_IT, label_streams, pages

RECALL, STREAMS, LABELS, BREAK = 0.88, 60, 300, 100
BUDGET = LABELS / SHARE_IT


def healthy(_: int) -> float:
    return RECALL


def at_the_floor(_: int) -> float:
    return FLOOR


def broken(_: int) -> float:
    return 0.39


def breaks(label: int) -> float:
    return RECALL if label < BREAK else 0.39


def paged(recall: Callable[[int], float], slips: float, readings: int, seed: int) -> NDArray[np.int64]:
    return pages(label_streams(recall, slips, (STREAMS, LABELS), seed), readings)


def own(slips: float) -> float:
    """The part of the labels that are the intent's own: labels are compared by how many of those there were."""
    return SHARE / (SHARE + (1 - SHARE) * slips)


@pytest.mark.parametrize(
    ("slips", "read", "without"),
    [(0.001, 0.80, 0.03), (0.002, 0.73, 0.3), (0.005, 0.59, 1.0), (0.01, 0.44, 1.0)],
)
def test_slips_page_a_healthy_intent_and_sixty_second_readings_keep_it_quiet(
    slips: float, read: float, without: float
) -> None:
    assert slipped_recall(RECALL, SHARE, slips) == pytest.approx(read, abs=0.005)
    assert np.mean(paged(healthy, slips, 0, seed=1) > 0) == pytest.approx(without, abs=0.12)
    assert np.mean(paged(healthy, slips, 60, seed=1) > 0) <= BUDGET
    # A recall just at the floor is the worst that is healthy.
    assert np.mean(paged(at_the_floor, slips, 60, seed=2) > 0) <= BUDGET + 2 * np.sqrt(BUDGET / STREAMS)


@pytest.mark.parametrize(
    ("slips", "later", "unseen"),
    [(0.0, 1.1, 0), (0.001, 1.2, 0), (0.002, 1.25, 0), (0.005, 1.4, 0.05), (0.01, 1.5, 0.15)],
)
def test_a_true_page_takes_hardly_more_labels(slips: float, later: float, unseen: float) -> None:
    clean = np.median(paged(broken, 0.0, 0, seed=3))
    assert np.median(paged(broken, slips, 60, seed=3)) * own(slips) <= 1.1 * clean
    # Behind a hundred good labels, by which half of the readings are used up: docs/statistics.md has the larger run.
    clean = np.median(paged(breaks, 0.0, 0, seed=4) - BREAK)
    when = paged(breaks, slips, 60, seed=4)
    assert np.mean(when == 0) <= unseen
    assert np.mean((when > 0) & (when <= BREAK)) <= BUDGET
    late = np.median(when[when > BREAK] - BREAK) * own(slips)
    assert late <= later * clean
