"""Labels that come later, for all tickets alike or sooner for misses: what is told apart, and when."""

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.promises_delays import HEALTHY, LateStream, mistaken
from monitor.domain.labelling.maturity import SOONER, compare_delays, label_maturity

SEEDS = range(20)


@pytest.mark.parametrize(("per_day", "before"), [(50, 0.6), (200, 0.95)])
def test_a_fall_alone_is_never_taken_for_misses_that_are_labelled_sooner(per_day: int, before: float) -> None:
    """Looked at once a day for eight days; so often as `before` the comparison over all tickets was mistaken."""
    now, over_all = zip(*(mistaken(per_day, seed) for seed in SEEDS), strict=True)
    assert not any(now)
    assert sum(over_all) >= before * len(SEEDS)


def test_misses_that_are_labelled_sooner_are_found_after_about_twelve_days_at_ten_labels_a_day() -> None:
    found = []
    for seed in SEEDS:
        stream = LateStream.draw(seed, 10, 40, 1_000, 4.0, 0.5)
        found.append(next(day for day in range(1, 41) if stream.seen_on(day).misses_sooner()))
    assert 9 <= np.median(found) <= 13
    assert max(found) <= 20


def test_equal_delays_are_called_different_about_as_seldom_as_the_normal_deviate_says() -> None:
    rng, runs = np.random.default_rng(88), 4_000
    deviates = np.empty(runs)
    for run in range(runs):
        outcomes = rng.integers(20, 200)
        # Days in whole numbers: many ties.
        waited = np.round(rng.lognormal(1, 1, outcomes) * rng.choice([1, 100]))
        deviates[run] = compare_delays(range(outcomes), waited, rng.random(outcomes) < HEALTHY)
    assert np.count_nonzero(deviates < SOONER) <= binom.ppf(0.999, runs, 0.0005)
    assert deviates.std() == pytest.approx(1, abs=0.05)  # neither ties nor strata of few misses spoil it
    assert deviates.mean() == pytest.approx(0, abs=0.06)


def test_waiting_takes_the_harm_of_early_misses_out() -> None:
    young, old, found = [], [], 0
    for seed in range(40):
        stream = LateStream.draw(seed, 13, 30, 1_000, 4.0, 0.5)
        now = stream.seen_on(30)
        found += now.misses_sooner()
        maturity = label_maturity((now.labelled - now.made) * 86_400).total_seconds() / 86_400
        is_old = 30 - now.made >= maturity
        young.append(now.hit[~is_old].mean())
        old.append(now.hit[is_old].mean())
    assert found >= 38
    assert np.mean(young) < HEALTHY - 0.05
    assert np.mean(old) == pytest.approx(HEALTHY, abs=0.02)
