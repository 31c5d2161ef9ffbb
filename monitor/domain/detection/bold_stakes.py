"""The number less chance that a recall is held to, in; the stakes of four bold bettors against it out."""

import numpy as np

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.anchors.promise import CHANCE
from monitor.domain.detection.betting import GRID
from monitor.domain.recall.intervals import FloatArray

BOLD_FALLS = (0.58, 0.33, 0.18, 0.10)


def bold_stakes(below: float) -> FloatArray:
    """Four bold bettors in the place of sixteen, for a recall that is held to its number less chance, r = a - .02.

    The best there are against the number a less .58, .33, .18 and .10, each four times: `lam_j = (r - q_j) / (r (1 -
    r))`, q_j at least .02. Costs: falls above r less .05 are seen later, and falls of half of the recall a label later.

    >>> bold_stakes(0.86)[[0, 15]].round(4).tolist()  # (.86 - .30)/.1204 and (.86 - .78)/.1204
    [4.6512, 0.6645]

    Source: section 2, "Held to the number".
    """
    if not MIN_FLOOR <= below < 1:
        raise ValueError(f"a recall of {below} cannot be bet against: it must be in [{MIN_FLOOR}, 1)")
    recalls = np.maximum(below + CHANCE - np.array(BOLD_FALLS), 0.02)
    return np.repeat((below - recalls) / (below * (1 - below)), GRID // len(BOLD_FALLS))
