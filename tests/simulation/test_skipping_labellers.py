"""A skipper who labels the rest is told within 200 labels; of honest labellers fewer than one in a hundred ever is."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.domain.sampling.response import Response, Skew
from monitor.domain.sampling.skipping import DrawnOrLabelled, look_at

CLASSES, A_DAY = 10, 40
Labels = Callable[[np.random.Generator, "Drawn"], NDArray[np.bool_]]


class Drawn:
    """A day's draw: classes by their shares, and scores that are lower in some of them."""

    def __init__(self, rng: np.random.Generator, shares: NDArray[np.float64]) -> None:
        self.size = int(rng.poisson(A_DAY))
        self.classes: NDArray[np.int64] = rng.choice(len(shares), self.size, p=shares)
        self.scores = rng.beta(4, 1 + self.classes % 3)

    def tickets(self, labelled: NDArray[np.bool_]) -> list[DrawnOrLabelled]:
        return [
            DrawnOrLabelled(f"class {number}", score, 0.1, done)
            for number, score, done in zip(
                self.classes.tolist(), self.scores.tolist(), labelled.tolist(), strict=True
            )
        ]


def a_random_part(rng: np.random.Generator, drawn: Drawn) -> NDArray[np.bool_]:
    return rng.random(drawn.size) < 0.6


def in_order_until_the_day_ends(rng: np.random.Generator, drawn: Drawn) -> NDArray[np.bool_]:
    return np.arange(drawn.size) < rng.integers(0, drawn.size + 1)


def keener_on_some_days(rng: np.random.Generator, drawn: Drawn) -> NDArray[np.bool_]:
    return rng.random(drawn.size) < float(rng.beta(2, 1))


def half_of_low_scores(rng: np.random.Generator, drawn: Drawn) -> NDArray[np.bool_]:
    low = np.less(drawn.scores, np.median(drawn.scores))
    return np.logical_not(low & (rng.random(drawn.size) < 0.5))


def half_of_a_class(rng: np.random.Generator, drawn: Drawn) -> NDArray[np.bool_]:
    skipped: NDArray[np.bool_] = (drawn.classes == 3) & (rng.random(drawn.size) < 0.5)
    return np.logical_not(skipped)


def half_of_a_class_of_a_part(rng: np.random.Generator, drawn: Drawn) -> NDArray[np.bool_]:
    labelled: NDArray[np.bool_] = half_of_a_class(rng, drawn) & (rng.random(drawn.size) < 0.7)
    return labelled


def history(
    rng: np.random.Generator, labels: Labels, days: int, shares: Sequence[float]
) -> tuple[Response, int]:
    """What is known once something is found, and after how many labels; at the end where nothing is."""
    seen, given = Response(), 0
    for day in range(1, days + 1):
        drawn = Drawn(rng, np.array(shares))
        labelled = labels(rng, drawn)
        given += int(labelled.sum())
        seen = look_at(seen, {day: drawn.tickets(labelled)})
        if seen.found:
            break
    return seen, given


EVENLY = [1 / CLASSES] * CLASSES
UNEVENLY = [0.3, 0.2, 0.15, 0.1, 0.08, 0.06, 0.05, 0.03, 0.02, 0.01]


def test_of_honest_labellers_fewer_than_one_in_a_hundred_is_ever_accused() -> None:
    """450 times 25 days, looked at each day: 4 or fewer."""
    rng = np.random.default_rng(20261126)
    honest = (a_random_part, in_order_until_the_day_ends, keener_on_some_days)
    accused = sum(bool(history(rng, labels, 25, UNEVENLY)[0].found) for labels in honest for _ in range(150))
    assert accused / 450 < 0.01


@pytest.mark.parametrize(
    ("labels", "skew"), [(half_of_low_scores, Skew.SCORE), (half_of_a_class, Skew.CLASS)]
)
@pytest.mark.parametrize("shares", [EVENLY, UNEVENLY], ids=["even", "uneven"])
def test_who_skips_is_told_within_two_hundred_labels(
    labels: Labels, skew: Skew, shares: Sequence[float]
) -> None:
    """Half of low scores, or half of a class of a tenth, all else labelled: in nine of ten histories."""
    rng = np.random.default_rng(20261126)
    histories = [history(rng, labels, 15, shares) for _ in range(60)]
    soon = [given for seen, given in histories if skew in seen.found and given <= 200]
    assert len(soon) / 60 >= 0.9


@pytest.mark.parametrize("shares", [EVENLY, UNEVENLY], ids=["even", "uneven"])
def test_half_of_a_class_is_hard_to_see_where_three_tenths_of_the_rest_are_left_over(
    shares: Sequence[float],
) -> None:
    """Within 200 labels it is told in few histories; after 20 days, some 530 labels, in about half of them."""
    rng = np.random.default_rng(20261126)
    histories = [history(rng, half_of_a_class_of_a_part, 20, shares) for _ in range(60)]
    labels_given = [given for seen, given in histories if Skew.CLASS in seen.found]
    assert sum(given <= 200 for given in labels_given) / 60 < 0.2
    assert 0.3 < len(labels_given) / 60 < 0.7
