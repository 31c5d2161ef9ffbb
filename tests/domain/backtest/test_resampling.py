"""Healthy histories drawn anew page exactly where the detector itself would."""

import numpy as np
import pytest

from monitor.domain.backtest.healthy import first_pages, healthy, shuffled_weights
from monitor.domain.detection import detector as detecting

FLOOR, OUTCOMES = 0.78, 300


@pytest.mark.parametrize("recall", [0.88, 0.6, 0.39])
def test_each_stream_pages_where_the_detector_does(recall: float) -> None:
    rng = np.random.default_rng(7)
    hits = healthy(recall, OUTCOMES, 20, rng)
    weights = rng.uniform(0.2, 1.0, OUTCOMES)
    thresholds = np.where(np.arange(OUTCOMES) < 40, 50.0, 900.0)
    firsts = first_pages(hits, FLOOR, thresholds, weights)
    for stream, first in zip(hits, firsts, strict=True):
        detector, signals = detecting.fresh(), []
        for begin, end, threshold in ((0, 40, 50.0), (40, OUTCOMES, 900.0)):
            seqs = list(range(begin, end))
            detector, some = detecting.advance(
                detector, FLOOR, threshold, stream[begin:end].tolist(), weights[begin:end], seqs
            )
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
