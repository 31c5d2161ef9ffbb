"""What an anchor says of an intent's errors, for draws and plans."""

import pytest

from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.sampling.from_anchor import wanted_by
from monitor.domain.sampling.wanted import Wanted

PROMISES = {
    "refund": Promise(Measured(0.8, 10), misses_to={"cancel": 2}),
    "cancel": Promise(Measured(0.9, 40), misses_to={"refund": 3, "other": 1}),
    "other": Promise(Measured(1.0, 9)),
}


def test_precision_counts_the_others_examples_that_were_taken_for_it() -> None:
    refund, cancel = wanted_by(["refund", "cancel"], PROMISES)

    assert refund.ppv == pytest.approx((8 + 1) / (8 + 3 + 2))
    assert cancel.ppv == pytest.approx((36 + 1) / (36 + 2 + 2))
    assert refund.misses_to == {"cancel": 2}


def test_without_a_promise_there_is_a_guess() -> None:
    assert wanted_by(["new"], PROMISES) == [Wanted("new")]
