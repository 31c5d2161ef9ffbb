"""Two bets at the same outcome come in; whether they will find the same from here on goes out."""

import math
from dataclasses import replace

import numpy as np

from monitor.domain.detection.detector import Detector, Signal
from monitor.domain.detection.starts import same_starts
from monitor.domain.recall.intervals import FloatArray

CLOSE = 1e-10  # two bets this near, relatively, never come further apart
LOG_CLOSE = 1e-12  # and their logs, which may be 0, this near


def agree(state: Detector, other: Detector) -> bool:
    """Whether two detectors at the same outcome will find the same from here on, to a part in 10^10.

    What is compared is what the future rests on; the product since the release is not, but of a group: what an
    outcome adds to it depends on all before. A group's bet on some of its members must be the same to the last bit.
    """
    if (state.samples, state.fallen) != (other.samples, other.fallen) or not same_starts(
        state.starts, other.starts
    ):
        return False
    if state.mix != other.mix or (
        state.mix is not None
        and (
            state.outcomes != other.outcomes or not _near(state.wealth.log_product, other.wealth.log_product)
        )
    ):
        return False
    if not _same_page(state.paged, other.paged) or not np.array_equal(
        state.wealth.restart, other.wealth.restart
    ):
        return False
    if (state.last_us, state.recent_us) != (other.last_us, other.recent_us) or not _near(
        state.wealth.ratios, other.wealth.ratios
    ):
        return False
    if not _near(state.wealth.log_c, other.wealth.log_c, LOG_CLOSE):
        return False
    if state.healing is None or other.healing is None:
        return state.healing is other.healing
    return (
        _near(state.healing.ratios, other.healing.ratios)
        and np.array_equal(state.healing.hits, other.healing.hits)
        and np.array_equal(state.healing.weights, other.healing.weights)
    )


def with_totals(detector: Detector, known: Detector, left: FloatArray, came: FloatArray) -> Detector:
    """The detector with the product of `known`, less the terms that `left`, plus those that `came`."""
    product = known.wealth.log_product - left + came
    return replace(detector, wealth=replace(detector.wealth, log_product=product))


def _same_page(page: Signal | None, other: Signal | None) -> bool:
    if page is None or other is None:
        return page is other
    return page[:3] == other[:3] and math.isclose(page.evidence, other.evidence, rel_tol=CLOSE)


def _near(values: FloatArray, other: FloatArray, apart: float = 0.0) -> bool:
    # np.allclose, four times as quick
    return bool((np.abs(values - other) <= CLOSE * np.abs(other) + apart).all())
