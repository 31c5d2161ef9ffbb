import math
import random
from collections.abc import Callable

import pytest
from scipy.optimize import brentq

from monitor.domain.recall.roots import root


def _surplus(hits: float, misses: float, spare: float) -> Callable[[float], float]:
    return lambda log_p: spare - hits * log_p - misses * math.log1p(-math.exp(log_p))


def test_the_steps_are_those_of_scipy_to_the_last_bit() -> None:
    dice, compared = random.Random(2), 0
    for _ in range(2_000):
        hits, misses = dice.choice([1, 30, 4_000, 10**6]) * dice.random() + 0.01, dice.random() * 1_000 + 0.01
        middle = math.log(hits / (hits + misses))
        surplus = _surplus(hits, misses, _surplus(hits, misses, 0.0)(middle) * -1 - dice.random() * 9)
        if surplus(3 * middle) > 0 > surplus(middle):
            assert root(surplus, 3 * middle, middle) == brentq(surplus, 3 * middle, middle, xtol=1e-15)
            compared += 1
    assert compared > 1_000


@pytest.mark.parametrize(
    ("function", "low", "high"),
    [
        (math.cos, 0.0, 3.0),  # interpolation, then halving near the end
        (lambda x: math.exp(x) - 1e-3, -20.0, 3.0),  # flat on one side of the root
        (lambda x: math.atan(x - 1e-7), -1e6, 1e5),
        (lambda x: -1.0 if x < 0.3 else 1.0, 0.0, 1.0),  # a step: halving only
    ],
)
def test_hard_functions_give_what_scipy_gives(
    function: Callable[[float], float], low: float, high: float
) -> None:
    assert root(function, low, high) == brentq(function, low, high, xtol=1e-15)


def test_an_end_that_is_the_root_is_given_back() -> None:
    assert root(lambda x: x, 0.0, 1.0) == 0.0
    assert root(lambda x: x - 1, 0.0, 1.0) == 1.0


def test_equal_signs_are_refused() -> None:
    with pytest.raises(ValueError, match="same sign at 1 and at 2"):
        root(lambda x: x, 1, 2)
