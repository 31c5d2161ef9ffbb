"""How useful each ticket's label would be, and a budget, come in; the chance of each to be drawn goes out."""

from collections.abc import Callable

import numpy as np

from monitor.domain.recall.intervals import FloatArray

HALVINGS = 60


def spread(
    gains: FloatArray, budget: float, least: float, sizes: FloatArray | None = None, base: float = 0.0
) -> tuple[FloatArray, float]:
    """The chances `pi = min(1, max(least, base + k g))`, k by bisection so that they sum to the budget; and k.

    `gains` are g, of each ticket or of `sizes` tickets alike. All of a budget that nothing is to be gained by, or that
    everything cannot take up, is left: pi is then at most 1. Where `least` alone comes to more than the budget, every
    ticket has it, and more is drawn than was asked for. Costs: some 60 sums. Source: section 6.

    >>> spread(np.array([3.0, 1.0, 1.0]), budget=1.0, least=0.1)[0].round(6).tolist()
    [0.6, 0.2, 0.2]
    >>> spread(np.array([3.0, 1.0, 1.0]), budget=2.0, least=0.1)[0].round(6).tolist()
    [1.0, 0.5, 0.5]
    """
    count = np.ones_like(gains) if sizes is None else sizes

    def chances(k: float) -> FloatArray:
        return np.asarray(np.minimum(1.0, np.maximum(least, base + k * gains)))

    k = _root(lambda k: float(count @ chances(k)), budget, gains)
    return chances(k), k


def _root(total: Callable[[float], float], budget: float, gains: FloatArray) -> float:
    useful = gains[gains > 0]
    if not useful.size:
        return 0.0
    low, high = 0.0, 1 / float(useful.min())
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if total(middle) < budget:
            low = middle
        else:
            high = middle
    return low
