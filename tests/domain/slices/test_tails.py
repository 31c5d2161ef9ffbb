"""A bound of thousands of tails, and each of them exactly: the order that both make together is the exact one."""

import numpy as np
import pytest

from monitor.domain.slices.causes import best_first
from monitor.domain.slices.conjunctions import DEPTH, count_slices
from monitor.domain.slices.tails import log_tail, log_tail_at_least
from tests.simulation.planted import incident

TOTAL, MISSED = 2_000, 400


@pytest.mark.parametrize("n", [5, 40, 500, 1_400, 1_990])
def test_the_bound_is_never_above_the_tail_and_close_to_it_above_the_mean(n: int) -> None:
    k = np.arange(max(0, n - (TOTAL - MISSED)), min(n, MISSED) + 1)
    exact, bound = (
        log_tail(k, TOTAL, MISSED, np.full(len(k), n)),
        log_tail_at_least(k, TOTAL, MISSED, [n] * len(k)),
    )
    assert (bound <= exact).all()
    above = k * TOTAL > MISSED * n
    np.testing.assert_allclose(bound[above], exact[above], atol=1e-4)


def test_a_tail_that_no_float_holds_has_a_logarithm_all_the_same() -> None:
    (log_p,) = log_tail([400], 100_000, 400, [400]).tolist()
    assert log_p < -2_000
    assert log_tail_at_least([400], 100_000, 400, [400])[0] == pytest.approx(log_p, abs=1e-3)


@pytest.mark.parametrize(("causes", "rows"), [(0, 300), (2, 300), (1, 3_000)])
def test_slices_come_in_the_order_of_their_exact_tails(causes: int, rows: int) -> None:
    live = incident(rows, causes, np.random.default_rng(5)).tickets
    counted = count_slices(live)
    missed = int(live.missed.sum())
    log_p = log_tail(counted.k, rows, missed, counted.n)
    many = np.bincount(counted.depth, minlength=DEPTH + 1)[counted.depth]
    order = np.argsort(log_p + np.log(many), kind="stable")
    came = list(best_first(counted, rows, missed))
    assert [index for index, _ in came] == order.tolist()
    assert [each for _, each in came] == log_p[order].tolist()
