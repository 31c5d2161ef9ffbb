"""Corrections in worlds whose recall is known: where silence is believed they say too much, else the truth."""

import pytest

from benchmarks.corrections import WORLDS, CorrectedWorld, covered


@pytest.mark.parametrize(("left", "believed"), [(0.5, 0.56), (0.8, 0.76)])
def test_agents_who_leave_wrong_routings_raise_what_silence_says(left: float, believed: float) -> None:
    found = covered(CorrectedWorld(0.39, 1_000, 0, left, 40), runs=1_000, seed=7)
    # .39 / (.39 + .61 (1 - left)); the mean of 1,000 worlds is within .002 of it.
    assert found.believed == pytest.approx(believed, abs=0.005)


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_with_the_measured_share_the_interval_covers_the_truth(world: CorrectedWorld) -> None:
    found = covered(world, runs=1_000, seed=7)
    assert found.covered >= 0.94
    assert found.width < 0.6
