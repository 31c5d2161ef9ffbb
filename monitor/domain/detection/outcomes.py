"""Outcomes in their order, as a detector takes them in."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.detection.money import TimeArray
from monitor.domain.recall.intervals import FloatArray


class Stakes(NamedTuple):
    """What outcomes are bet on by: hits x in [0, 1], and weights u in [0, 1]."""

    hits: FloatArray
    weights: FloatArray


class Outcomes(NamedTuple):
    """Outcomes in their order: hits, weights (`calm`: on a recovery), places, when known (us), a group's intents.

    `doubted` is what a fall is bet on by where misses may be wrong labels (`believed`): None where none is doubted.
    That recall is back is never bet on by it: misses that count for less make that too easy to believe.
    """

    hits: FloatArray
    weights: FloatArray
    calm: FloatArray
    seqs: NDArray[np.int64]
    known_us: TimeArray
    intents: Sequence[str] = ()
    doubted: Stakes | None = None

    @property
    def fall(self) -> Stakes:
        """What a fall is bet on by."""
        return self.doubted if self.doubted is not None else Stakes(self.hits, self.weights)

    def part(self, begin: int, end: int | None = None) -> "Outcomes":
        """Those from `begin` up to, not with, `end`."""
        part, doubted = slice(begin, end), self.doubted
        return Outcomes(
            self.hits[part],
            self.weights[part],
            self.calm[part],
            self.seqs[part],
            self.known_us[part],
            self.intents[part],
            None if doubted is None else Stakes(doubted.hits[part], doubted.weights[part]),
        )


def outcomes(
    hits: Sequence[bool],
    weights: FloatArray,
    seqs: Sequence[int],
    known_us: Sequence[int],
    intents: Sequence[str] = (),
    calm: FloatArray | None = None,
    believed: FloatArray | None = None,
) -> Outcomes:
    """Outcomes as arrays. `calm` are the weights unless given; `believed` is the part of it that a fall goes by."""
    places, times = (np.asarray(values, np.int64) for values in (seqs, known_us))
    x = np.asarray(hits, np.float64)
    doubted = None if believed is None else Stakes(x, weights * believed)
    return Outcomes(x, weights, weights if calm is None else calm, places, times, intents, doubted)
