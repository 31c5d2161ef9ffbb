"""Healthy histories drawn anew page exactly where the detector itself would."""

import numpy as np
import pytest

from monitor.domain.anchors.floor import floor
from monitor.domain.anchors.promise import Measured
from monitor.domain.backtest.healthy import first_pages, healthy, open_recalls
from monitor.domain.detection import detector as detecting
from monitor.domain.detection import outcomes as arrays
from monitor.domain.detection.money import Income, Rate, steady
from monitor.domain.events.microseconds import DAY_US

FLOOR, OUTCOMES = 0.78, 300


@pytest.mark.parametrize("recall", [0.88, 0.6, 0.39])
def test_each_stream_pages_where_the_detector_does(recall: float) -> None:
    rng = np.random.default_rng(7)
    hits = healthy(np.full(20, recall), OUTCOMES, rng)
    weights = rng.uniform(0.2, 1.0, OUTCOMES)
    times = rng.integers(0, 90 * DAY_US, OUTCOMES)  # out of order
    income = Income((Rate(0, 0.003), Rate(40 * DAY_US, 0.001)), gift=0.02)
    firsts = first_pages(hits, FLOOR, income.deposits(None, steady((), times)), weights)
    for stream, first in zip(hits, firsts, strict=True):
        came = arrays.outcomes(stream.tolist(), weights, list(range(OUTCOMES)), times.tolist())
        detector, signals = detecting.fresh(), []
        for part in (came.part(0, 40), came.part(40)):
            detector, some = detecting.advance(detector, FLOOR, income, part)
            signals += some
        pages = [signal.seq for signal in signals if signal.kind is detecting.SignalKind.PAGED]
        assert (pages[0] if pages else -1) == first
    assert (firsts >= 0).any() == (recall < FLOOR) or recall == 0.88


def test_a_healthy_history_has_the_recall_it_is_given() -> None:
    hits = healthy(np.full(50, 0.88), 1000, np.random.default_rng(1))
    assert hits.shape == (50, 1000)
    assert abs(hits.mean() - 0.88) < 4 * (0.88 * 0.12 / 50_000) ** 0.5


def test_an_anchor_leaves_open_what_so_few_examples_do() -> None:
    rng = np.random.default_rng(1)
    few, many = (open_recalls(Measured(0.9, n), 4_000, rng) for n in (20, 2_000))
    # Beta(18, 3): mean .857, sd sqrt(.857 x .143/22) = .0746.
    assert (few.mean(), few.std()) == pytest.approx((0.857, 0.0746), abs=0.004)
    assert many.std() < 0.01
    assert set(open_recalls(Measured(0.9, 20), 5, rng, "promise")) == {0.9}
    assert set(open_recalls(Measured(0.9, 0), 5, rng)) == {0.9}


def test_the_luck_of_a_small_anchor_pages_where_its_point_never_would() -> None:
    """33 of 38 examples, a floor of .74; 11 labels a day for a year with 1/12 of the money of a page a year."""
    offline, labels = Measured(33 / 38, 38), 11 * 365
    income = Income((Rate(0, 0.5 / 365 / 12),), gift=0.02)
    money = income.deposits(None, steady((), np.arange(labels) // 11 * DAY_US))
    rng, ones, bar = np.random.default_rng(3), np.ones(labels), floor(33 / 38, 38)
    point = healthy(np.full(400, offline.recall), labels, rng)
    drawn = healthy(open_recalls(offline, 400, rng), labels, rng)
    shares = [float((first_pages(hits, bar, money, ones) >= 0).mean()) for hits in (point, drawn)]
    assert shares[0] == 0
    assert shares[1] == pytest.approx(0.037, abs=0.015)


def test_a_burst_s_outcomes_are_alike_and_bursts_are_not() -> None:
    bursts = np.repeat(np.arange(100), 3)
    hits = healthy(np.full(200, 0.8), 300, np.random.default_rng(1), bursts, 0.3).reshape(200, 100, 3)
    assert abs(hits.mean() - 0.8) < 0.02
    within = np.corrcoef(hits[..., 0].ravel(), hits[..., 1].ravel())[0, 1]
    between = np.corrcoef(hits[:, :-1, 0].ravel(), hits[:, 1:, 0].ravel())[0, 1]
    assert (within, between) == (pytest.approx(0.3, abs=0.03), pytest.approx(0, abs=0.03))
