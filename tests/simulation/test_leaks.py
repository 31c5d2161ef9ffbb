"""How often an honest anchor is condemned for what people repeat anyway, and a leaked one is seen."""

import numpy as np
import pytest

from monitor.domain.anchors.grade import Evidence, Grade, grade

RUNS = 2000


def condemned(n: int, repeats: float, leaked: float, live: int) -> float:
    """The share of anchors of n examples that are untrusted: a share `repeats` of all tickets is often said."""
    rng = np.random.default_rng(95)
    near = rng.binomial(n, repeats + leaked * (1 - repeats), RUNS)
    of_live, again = rng.binomial(live, repeats, RUNS), rng.binomial(n, repeats, RUNS)
    grades = [
        grade(
            Evidence(
                support=n,
                real=n,
                leaked=int(a),
                live=live,
                live_leaked=int(b),
                repeated=int(c) if c > 1 else 0,
            )
        ).grade
        for a, b, c in zip(near, of_live, again, strict=True)
    ]
    return sum(each is Grade.UNTRUSTED for each in grades) / RUNS


# With "more than 5 %" it was .18 to .99 of them.
@pytest.mark.parametrize("n", [10, 20, 40])
@pytest.mark.parametrize("repeats", [0.02, 0.05, 0.1, 0.2])
def test_an_honest_anchor_is_seldom_condemned_for_what_people_often_say(n: int, repeats: float) -> None:
    assert condemned(n, repeats, 0.0, live=60) <= 0.12


@pytest.mark.parametrize(
    ("n", "leaked", "seen"), [(20, 0.5, 0.95), (40, 0.3, 0.85), (40, 0.5, 0.99), (100, 0.2, 0.9)]
)
def test_an_anchor_of_which_much_leaked_is_condemned(n: int, leaked: float, seen: float) -> None:
    assert condemned(n, 0.05, leaked, live=60) >= seen
