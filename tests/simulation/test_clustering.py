"""Does the test for clustering keep silent where customers' tickets are unlike, and speak where they are alike?"""

import numpy as np
import pytest

from benchmarks.promises_reports import ALIKE, Customers, always_together, week_covers
from benchmarks.promises_rows import covered
from monitor.domain.labelling.clustering import Burst, clustering

RNG = np.random.default_rng
AT_A_TIME = (1, 1, 1, 2, 3, 10)
DAY = 5  # bursts of an intent


def intents(
    recall: float, icc: float, rng: np.random.Generator, *, bad_days: bool = False
) -> list[list[Burst]]:
    """Twelve intents of 60 bursts each, over twelve days; each burst's chance to miss is drawn from a beta."""
    drawn = []
    for _ in range(12):
        sizes = rng.choice(AT_A_TIME, 60)
        missing = np.full(60, 1 - recall)
        days = np.arange(60) // DAY
        if bad_days:
            missing += np.where(days % 7 > 4, 0.3, 0.0)
        if icc:
            more = (1 - icc) / icc
            missing = rng.beta(missing * more, (1 - missing) * more)
        misses = rng.binomial(sizes, missing)
        drawn.append(
            [Burst(*each) for each in zip(sizes.tolist(), misses.tolist(), days.tolist(), strict=True)]
        )
    return drawn


@pytest.mark.parametrize(("recall", "bad_days"), [(0.9, False), (0.97, False), (0.9, True)])
def test_it_wrongly_speaks_in_less_than_one_of_a_hundred(recall: float, bad_days: bool) -> None:
    rng = RNG(1)
    assert sum(clustering(intents(recall, 0, rng, bad_days=bad_days)).beyond_chance for _ in range(400)) <= 1


@pytest.mark.parametrize(("icc", "least"), [(0.2, 0.75), (0.3, 0.9)])
def test_it_finds_and_measures_what_is_there(icc: float, least: float) -> None:
    rng = RNG(2)
    seen = [clustering(intents(0.9, icc, rng)) for _ in range(100)]
    assert np.mean([each.beyond_chance for each in seen]) >= least
    assert np.mean([each.icc for each in seen]) == pytest.approx(icc, abs=0.03)


@pytest.mark.parametrize("whose", ALIKE, ids=str)
@pytest.mark.parametrize(("recall", "labels_a_day"), [(0.39, 2.0), (0.88, 10.0), (0.6, 50.0)])
def test_a_weeks_interval_covers_where_so_many_tickets_as_are_alike_count_as_one(
    whose: Customers, recall: float, labels_a_day: float
) -> None:
    counts = whose.weeks(recall, labels_a_day, 500)
    assert covered("", "", week_covers(counts, recall, whose.design_effect), 0.95).kept


@pytest.mark.parametrize("recall", [0.39, 0.88])
@pytest.mark.parametrize("whose", ALIKE[1::2], ids=str)
def test_so_does_the_recall_since_the_release_at_every_look(whose: Customers, recall: float) -> None:
    assert covered("", "", always_together(whose, recall, 150, whose.design_effect), 0.95).kept


def test_without_that_both_would_leave_the_recall_out_far_too_often() -> None:
    ten = ALIKE[-1]
    assert np.mean(week_covers(ten.weeks(0.88, 10.0, 500), 0.88)) < 0.8
    assert np.mean(always_together(ten, 0.88, 100, 1.0)) < 0.7
