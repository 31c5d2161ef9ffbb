"""Healthy histories drawn anew page exactly where the detector itself would."""

import numpy as np
import pytest

from monitor.domain.backtest.healthy import first_pages, healthy, shuffled_weights
from monitor.domain.detection import detector as detecting
from monitor.domain.detection.money import Income, Rate, steady
from monitor.domain.events.microseconds import DAY_US

FLOOR, OUTCOMES = 0.78, 300


@pytest.mark.parametrize("recall", [0.88, 0.6, 0.39])
def test_each_stream_pages_where_the_detector_does(recall: float) -> None:
    rng = np.random.default_rng(7)
    hits = healthy(recall, OUTCOMES, 20, rng)
    weights = rng.uniform(0.2, 1.0, OUTCOMES)
    times = rng.integers(0, 90 * DAY_US, OUTCOMES)  # out of order
    income = Income((Rate(0, 0.003), Rate(40 * DAY_US, 0.001)), gift=0.02)
    firsts = first_pages(hits, FLOOR, income.deposits(None, steady((), times)), weights)
    for stream, first in zip(hits, firsts, strict=True):
        came = detecting.outcomes(stream.tolist(), weights, list(range(OUTCOMES)), times.tolist())
        detector, signals = detecting.fresh(), []
        for part in (came.part(0, 40), came.part(40)):
            detector, some = detecting.advance(detector, FLOOR, income, part)
            signals += some
        pages = [signal.seq for signal in signals if signal.kind is detecting.SignalKind.PAGED]
        assert (pages[0] if pages else -1) == first
    assert (firsts >= 0).any() == (recall < FLOOR) or recall == 0.88


def test_a_healthy_history_has_the_offline_recall() -> None:
    hits = healthy(0.88, 1000, 50, np.random.default_rng(1))
    assert hits.shape == (50, 1000)
    assert abs(hits.mean() - 0.88) < 4 * (0.88 * 0.12 / 50_000) ** 0.5


def test_the_weights_are_the_same_in_another_order() -> None:
    given = [0.1, 0.2, 0.2, 1.0]
    assert sorted(shuffled_weights(given, np.random.default_rng(1)).tolist()) == given
