"""How often misses that keep to one day's labels are found, and how often it is said of misses that do not."""

import numpy as np
import pytest

from monitor.domain.labelling.batches import miss_batches
from monitor.domain.labelling.slips import MissBatches

RUNS = 600


def said(rates: list[float], labels: int, rng: np.random.Generator) -> MissBatches | None:
    """What is said of days whose labels, so many in all, make misses at these rates."""
    days = rng.integers(0, len(rates), labels)
    return miss_batches(
        [f"day {day}" for day in days], (rng.random(labels) >= np.array(rates)[days]).tolist()
    )


@pytest.mark.parametrize("rate", [0.2, 0.4, 0.6])
@pytest.mark.parametrize(("days", "labels"), [(2, 20), (5, 40), (20, 60), (20, 200)])
def test_it_wrongly_speaks_in_one_of_a_hundred_or_fewer(days: int, labels: int, rate: float) -> None:
    rng = np.random.default_rng(1)
    assert sum(said([rate] * days, labels, rng) is not None for _ in range(RUNS)) <= RUNS / 100


@pytest.mark.parametrize(("labels", "least"), [(50, 0.45), (100, 0.85), (200, 0.98)])
def test_one_bad_day_of_five_is_found_and_named(labels: int, least: float) -> None:
    rng = np.random.default_rng(2)
    seen = [said([0.12, 0.12, 0.8, 0.12, 0.12], labels, rng) for _ in range(RUNS)]
    assert np.mean([each is not None and each.names == ("day 2",) for each in seen]) >= least
