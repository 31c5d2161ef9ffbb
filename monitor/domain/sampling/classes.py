"""Which predicted classes to label: the wanted intents and the traffic come in, a chance for each class goes out.

Always valid: what the model predicted is known of every ticket, and every class has a chance above 0.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from monitor.domain.recall.intervals import FloatArray
from monitor.domain.sampling.spread import spread
from monitor.domain.sampling.wanted import Wanted, holdings


class ClassChances(msgspec.Struct, frozen=True):
    """The chance `by_class` of a ticket to be drawn; of one whose class was not in the traffic, `other`."""

    by_class: Mapping[str, float]
    other: float

    def of(self, predicted: Iterable[str]) -> FloatArray:
        """The chances of tickets that were predicted so."""
        return np.array([self.by_class.get(name, self.other) for name in predicted], np.float64)


def class_chances(
    wanted: Sequence[Wanted], traffic: Mapping[str, float], budget: float, least: float
) -> ClassChances:
    """A chance for each class, such that `budget` tickets of the traffic (predictions by class) are expected.

    `pi_c ~ g_c`, `g_c^2 = sum_i v_i (x_ic - R*)^2 s_ic / P_i^2`, s_ic the part of class c that is intent i's, P_i its
    tickets, v_i its weight, x_ic 1 in its own class: what makes the sum of the variances of the recalls least. Of one
    intent without known misses that is section 6's `pi1 : pi0 = (1 - R*) sqrt(ppv) : R* sqrt(f0)`. At most 1 and never
    below `least`; where that alone comes to more than the budget, more than the budget is drawn.

    Assumed is nothing but that the chance depends on the class alone. Let a plan stand for a week or longer: all hits
    of an intent then have one weight, which is what bets are quick by.
    Costs: at a fall of recall to half, four fifths of uniform labels to the page without known misses, two fifths to a
    half with them, as far as misses go there.

    >>> chosen = class_chances([Wanted("refund")], {"refund": 20, "other": 980}, budget=40, least=0.001)
    >>> {name: round(chance, 4) for name, chance in chosen.by_class.items()}  # sqrt(.8) : sqrt(.01633) = 7 : 1
    {'other': 0.0357, 'refund': 0.25}

    Source: section 6; Neyman 1934. A root of squares and not the largest, as every ticket of a class serves all.
    """
    if not wanted:
        everything = sum(traffic.values())
        even = min(1.0, max(least, budget / everything)) if everything else least
        return ClassChances(dict.fromkeys(traffic, even), even)
    held = holdings(wanted, traffic)
    weights = np.array([intent.weight for intent in wanted])
    gains = np.sqrt((held.worth * held.shares) @ weights)
    chances, _ = spread(gains, budget, least, held.sizes)
    return ClassChances(
        dict(zip(held.classes, chances[:-1].tolist(), strict=True)),
        float(chances[-1]),
    )
