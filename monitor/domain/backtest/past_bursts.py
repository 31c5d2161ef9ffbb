"""Whose tickets a cell's past outcomes were in, bursts and how alike they are out."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from monitor.domain.labelling.clustering import Burst, clustering

CustomerDay = tuple[int, int]  # customer, day of the prediction


def numbered_bursts(customers: Sequence[CustomerDay | None]) -> NDArray[np.int64]:
    """The burst of each outcome, numbered; one of nobody known is a burst of its own.

    >>> numbered_bursts([(7, 1), None, (7, 1), (7, 2)]).tolist()
    [0, 1, 0, 2]
    """
    numbers: dict[object, int] = {}
    return np.array(
        [
            numbers.setdefault(place if each is None else each, len(numbers))
            for place, each in enumerate(customers)
        ],
        np.int64,
    )


def likeness(cells: Iterable[Iterable[tuple[CustomerDay | None, bool]]]) -> float:
    """How alike a customer's outcomes of a day are, the ICC over all cells' outcomes (and hits); 0 within chance."""
    intents = []
    for outcomes in cells:
        known = sorted((day, customer, hit) for (customer, day), hit in _known(outcomes))
        bursts = []
        for (day, _), some in groupby(known, key=lambda each: each[:2]):
            hits = [hit for *_, hit in some]
            bursts.append(Burst(len(hits), hits.count(False), day))
        intents.append(bursts)
    seen = clustering(intents)
    return seen.icc if seen.beyond_chance else 0.0


def _known(outcomes: Iterable[tuple[CustomerDay | None, bool]]) -> Iterable[tuple[CustomerDay, bool]]:
    return ((whose, hit) for whose, hit in outcomes if whose is not None)
