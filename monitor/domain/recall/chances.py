"""How a labelled outcome was chosen comes in; how many predictions it stands for goes out."""

from typing import NamedTuple

from monitor.domain.events.types import Design


class Weight(NamedTuple):
    """What one labelled outcome counts, and whether its `pi` was below the configured smallest."""

    value: float
    clipped: bool = False


def w_max(min_probability: float) -> float:
    """The largest weight any label can have: what may hide unseen.

    `w_max = 1/min_probability`. Costs: labels chosen by score are bet on by their share of it, so a min_probability
    ten times too small makes pages come later; too large a one clips weights, and what is clipped is not bet on.

    >>> w_max(0.01)
    100.0

    Source: section 4 of the statistics; Horvitz & Thompson 1952 for 1/pi.
    """
    if not 0 < min_probability <= 1:
        raise ValueError(f"min_probability must lie in (0, 1], got {min_probability}")
    return 1 / min_probability


def stated_design(design: Design, probability: float | None) -> Design:
    """The design a label can be held to: by_prediction or by_score without a `pi` tell no more than unknown.

    Costs: nothing. Source: section 4.

    >>> stated_design(Design.BY_SCORE, None)
    <Design.UNKNOWN: 'unknown'>
    """
    return Design.UNKNOWN if probability is None and design is not Design.UNIFORM else design


def sample_of(design: Design, probability: float | None) -> Design:
    """The sample that a label is a part of: all labels without a `pi` are one, and count 1 each.

    Costs: nothing. Source: section 4.

    >>> sample_of(Design.UNIFORM, None), sample_of(Design.UNIFORM, 0.1)
    (<Design.UNKNOWN: 'unknown'>, <Design.UNIFORM: 'uniform'>)
    """
    return Design.UNKNOWN if probability is None else design


def weight(design: Design, probability: float | None, min_probability: float) -> Weight:
    """How many predictions one labelled outcome stands for.

    `w = 1/pi`, at most `1/min_probability` (clipped, to be reported); 1 where the design or pi is unknown.
    Costs: clipping makes a label count for less than it should.

    >>> weight(Design.BY_SCORE, 0.25, 0.01), weight(Design.BY_SCORE, 0.001, 0.01)
    (Weight(value=4.0, clipped=False), Weight(value=100.0, clipped=True))
    >>> weight(Design.UNKNOWN, 0.25, 0.01)
    Weight(value=1.0, clipped=False)

    Source: section 4; Horvitz & Thompson 1952.
    """
    largest = w_max(min_probability)
    if design is Design.UNKNOWN or probability is None:
        return Weight(1.0)
    return Weight(min(1 / probability, largest), probability < min_probability)
