"""A cell's outcomes in, one for each customer and day out: ten tickets of one customer are one witness."""

from collections.abc import Sequence

import numpy as np

from monitor.domain.detection.money import TimeArray
from monitor.domain.detection.outcomes import Outcomes, Stakes
from monitor.domain.events.microseconds import DAY_US


def closed(known_us: TimeArray) -> int:
    """How many of these outcomes, the first of them, became known on a day that is over.

    A day is over, here, at the first outcome that became known on a later one (UTC), so no cutting into batches
    changes anything. One that is known of an earlier day, but comes behind, belongs to the day that is going on.
    Costs: evidence comes with the first outcome of a later day, not before.

    >>> closed(np.array([0, 5, DAY_US, DAY_US + 1]))
    2
    """
    ends = np.flatnonzero(np.diff(_days(known_us)))
    return int(ends[-1]) + 1 if len(ends) else 0


def customer_days(came: Outcomes, customers: Sequence[int | None]) -> Outcomes:
    """The outcomes of one customer (in a group, and of one intent) that became known on one day (`closed`) as one.

    Of `u = mean u_i` and `x = sum u_i x_i / sum u_i`, so that `1 - lam u (x - f)` is the mean of the single factors
    `1 - lam u_i (x_i - f)`: while each of them is a fair bet given the days before, so is their mean, however alike
    the outcomes of a day are. It stands in the place of its last outcome. An outcome of nobody known is one by itself.
    Costs: a customer's labels that come on different days are bets of their own; a microsecond or two an outcome.

    >>> from monitor.domain.detection.outcomes import outcomes
    >>> days = customer_days(outcomes([True, False, False], np.ones(3), [1, 2, 3], [0, 1, 2]), [7, 8, 7])
    >>> days.seqs.tolist(), days.hits.tolist()
    ([2, 3], [0.0, 0.5])

    Source: Vovk & Wang 2021, E-values: a mean of e-values is one, whatever their dependence.
    """
    day = _days(came.known_us).tolist()
    bursts: dict[object, list[int]] = {}
    for place, whose in enumerate(customers):
        key = place if whose is None else (day[place], whose, came.intents[place] if came.intents else "")
        bursts.setdefault(key, []).append(place)
    ordered = sorted(bursts.values(), key=lambda burst: burst[-1])
    kept = [burst[-1] for burst in ordered]
    hits, weights = _together(Stakes(came.hits, came.weights), ordered)
    # Cut by the least that any of them is, so that a day's outcomes keep their proportions in both bets.
    # One that moves nothing (its design is refused) has no say in it.
    parts = np.divide(came.calm, came.weights, out=np.ones_like(came.calm), where=came.weights > 0)
    calm = weights * np.array([parts[burst].min() for burst in ordered], np.float64)
    intents = [came.intents[place] for place in kept] if came.intents else ()
    doubted = None if came.doubted is None else _together(came.doubted, ordered)
    return Outcomes(hits, weights, calm, came.seqs[kept], came.known_us[kept], intents, doubted)


def _together(single: Stakes, bursts: Sequence[Sequence[int]]) -> Stakes:
    """Of each burst the mean weight, and the hits by weight; without any weight none is a hit, nor counts."""
    weights = np.array([single.weights[burst].mean() for burst in bursts], np.float64)
    totals = np.array([single.weights[burst].sum() for burst in bursts], np.float64)
    won = np.array([(single.weights[burst] * single.hits[burst]).sum() for burst in bursts], np.float64)
    return Stakes(np.divide(won, totals, out=np.zeros_like(won), where=totals > 0), weights)


def _days(known_us: TimeArray) -> TimeArray:
    """The day that is going on at each outcome: the latest so far, as labels may come in any order."""
    return np.maximum.accumulate(known_us // DAY_US) if len(known_us) else known_us
