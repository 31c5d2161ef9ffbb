"""A cell that is held to its offline number is bet on by four bold stakes, everywhere alike."""

from collections.abc import Callable

import numpy as np
import pytest

from monitor.domain.backtest.healthy import first_pages
from monitor.domain.detection.bars import NumberBar, bar_stakes, fall_factors, log_terms
from monitor.domain.detection.betting import stakes
from monitor.domain.detection.bold_stakes import BOLD_FALLS, bold_stakes
from monitor.domain.recall.intervals import FloatArray

Stakes = Callable[[float], FloatArray]


def test_they_are_the_likelihood_ratios_of_four_falls() -> None:
    factors = 1.0 - bold_stakes(0.86)[::4] * (0.0 - 0.86)  # a miss: (1 - q) / (1 - r)
    assert np.allclose(factors, (1 - (0.88 - np.array(BOLD_FALLS))) / (1 - 0.86))


@pytest.mark.parametrize("below", [0.10, 0.30, 0.86, 0.98])
def test_nobody_can_be_ruined_by_one_label(below: float) -> None:
    lam = bold_stakes(below)
    assert (lam > 0).all()
    assert (1 - lam * (1 - below) > 0).all()


def test_a_recall_that_cannot_be_bet_against_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be bet against"):
        bold_stakes(0.05)


def test_a_floor_has_sixteen_and_the_number_four_though_they_are_equal() -> None:
    assert np.array_equal(bar_stakes(0.86), stakes(0.86))
    assert np.array_equal(bar_stakes(NumberBar(0.86)), bold_stakes(0.86))
    assert np.array_equal(bar_stakes(0.86), stakes(0.86))


def test_the_bet_and_its_terms_have_the_same() -> None:
    hits, weights, bar = np.array([1.0, 0.0, 0.0]), np.ones(3), NumberBar(0.86)
    played, _ = fall_factors(bar, None, (), hits, weights)
    assert np.array_equal(played[1], 1 + bold_stakes(0.86) * 0.86)
    assert np.allclose(log_terms(bar, [True, False, False], weights), np.log(played).sum(axis=0))


@pytest.mark.parametrize(("bar", "bold"), [(NumberBar(0.86), bold_stakes), (0.86, stakes)])
def test_so_has_the_backtest(bar: float, bold: Stakes) -> None:
    hits = np.random.default_rng(1).random(300) < 0.7
    rich, paged = np.zeros(16), -1
    for place, hit in enumerate(hits.tolist()):
        rich = (rich + 0.001) * (1 - bold(0.86) * (hit - 0.86))
        if rich.mean() >= 1:
            paged = place
            break
    assert paged > 0
    assert first_pages(hits[np.newaxis], bar, np.full(300, 0.001), np.ones(300)).tolist() == [paged]
