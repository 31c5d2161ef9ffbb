"""An intent that broke and one of its slices that broke too: does the intent's fall explain the slice's?"""

from collections.abc import Sequence

from monitor.domain.events.types import Outcome
from monitor.domain.slices.cells import Slice

UNLIKELY = 0.05
LEAST = 5


def explained(outcomes: int, misses: int, slice_outcomes: int, slice_misses: int) -> bool:
    """Whether a slice is no worse than a random part of its intent would be.

    `hypergeom.sf(k_S - 1, n, k, n_S) > .05`: of the intent's n outcomes since its onset, k of them misses, the
    slice has n_S; would so many drawn by chance hold k_S misses or more? Costs: with few outcomes in the slice
    nearly everything is explained, and it joins its intent's line until more are in.

    >>> explained(100, 60, 20, 14), explained(100, 30, 20, 14)
    (True, False)

    Fisher 1935, the exact test of a two by two table; section 2 of the statistics.
    """
    from scipy.stats import hypergeom

    if not slice_misses:
        return True
    return float(hypergeom.sf(slice_misses - 1, outcomes, misses, slice_outcomes)) > UNLIKELY


def enough_to_tell(outcomes: int, slice_outcomes: int) -> bool:
    """Whether five outcomes at least lie in the slice, and five beside it: else neither side says anything.

    >>> enough_to_tell(20, 12), enough_to_tell(20, 18), enough_to_tell(20, 4)
    (True, False, False)
    """
    return slice_outcomes >= LEAST and outcomes - slice_outcomes >= LEAST


def told_apart(slice_: Slice, since_onset: Sequence[Outcome]) -> bool:
    """The same from the intent's outcomes since its onset."""
    return enough_to_tell(len(since_onset), sum(slice_.fits(outcome.slices) for outcome in since_onset))


def explained_by(slice_: Slice, since_onset: Sequence[Outcome]) -> bool:
    """The same from the intent's outcomes since its onset.

    Costs: one pass. Source: as `explained`.

    >>> explained_by(Slice("channel", "email"), [])
    True
    """
    inside = [outcome for outcome in since_onset if slice_.fits(outcome.slices)]
    return explained(
        len(since_onset),
        sum(not outcome.hit for outcome in since_onset),
        len(inside),
        sum(not outcome.hit for outcome in inside),
    )
