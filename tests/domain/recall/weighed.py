"""Labels added up by their weights, for tests."""

from monitor.domain.events.types import Design
from monitor.domain.recall.weights import Weighed

UNIFORM, BY_PREDICTION, BY_SCORE, UNKNOWN = (
    Design.UNIFORM,
    Design.BY_PREDICTION,
    Design.BY_SCORE,
    Design.UNKNOWN,
)


def cell(*counted: tuple[bool, Design, float | None, int], min_probability: float = 0.01) -> Weighed:
    """A cell of such labels: hit or miss, design, pi, and how many of them."""
    weighed = Weighed()
    for hit, design, probability, by in counted:
        weighed.count(hit, design, probability, min_probability, by)
    return weighed
