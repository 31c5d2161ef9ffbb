"""Outcomes of a cell that has paged come in; whether its recall has been won back goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection.betting import GRID, evidence_each, factors, grow
from monitor.domain.recall.intervals import FloatArray

ENOUGH = 200.0  # labels, on average, until a cell that is still at its floor is wrongly called recovered
LAST = 10  # the newest outcomes must look healed too, or an old good spell would resolve a new fall


@dataclass(frozen=True, slots=True, eq=False)
class Recovery:
    """Per stake R'_j, and the last 10 outcomes since the page, oldest first; weight 0: not there yet."""

    ratios: FloatArray
    hits: FloatArray
    weights: FloatArray

    def to_dict(self) -> dict[str, list[float]]:
        """Plain lists for storage; JSON brings them back to the last bit."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Sequence[float]]) -> Self:
        """The inverse of `to_dict`."""
        return cls(**{name: np.array(stored[name], np.float64) for name in cls.__slots__})


class Healing(NamedTuple):
    """The state after the last outcome taken in, and the index of the one that resolved, if one did."""

    recovery: Recovery
    resolved: int | None


def recovery_stakes(floor: float) -> FloatArray:
    """How boldly 16 bettors play that the recall is above its floor again.

    `lam_j = (q_j - r) / (r (1 - r))`, r = f, q_j equally spaced from `min(r + .03, (1+r)/2)` to
    `max(.98, (1+r)/2)`. Costs: a recall just above the floor is slow to be believed.

    >>> recovery_stakes(0.78)[[0, 15]].round(4).tolist()  # .03/.1716 and .20/.1716
    [0.1748, 1.1655]

    Source: Shin, Ramdas & Rinaldo 2022, turned round; measured against betting on the level paged at.
    """
    if not MIN_FLOOR <= floor < 1:
        raise ValueError(f"a floor of {floor} cannot be bet on: it must be in [{MIN_FLOOR}, 1)")
    half_way = (1 + floor) / 2
    recalls = np.linspace(min(floor + 0.03, half_way), max(0.98, half_way), GRID)
    return (recalls - floor) / (floor * (1 - floor))


def broken(*streams: int) -> Recovery:
    """The state right after a page: nothing won, no outcome seen; for one cell, or for so many streams.

    Source: section 2, Recovery. Costs: 36 numbers.

    >>> recovered(broken(), 0.78)
    False
    """
    return Recovery(*(np.zeros((*streams, size)) for size in (GRID, LAST, LAST)))


def heal(recovery: Recovery, lam: FloatArray, floor: float, x: ArrayLike, u: ArrayLike) -> Recovery:
    """One outcome (of each stream) after the page: the state after it.

    `R'_j <- (R'_j + 1) L_j`, `L_j = 1 + lam_j u (x - r)`: the detector with its sign turned. Costs: 15 us.

    >>> bool(heal(broken(), recovery_stakes(0.5), 0.5, x=1, u=1.0).ratios.min() > 1)  # a hit pays
    True

    Source: Shin, Ramdas & Rinaldo 2022.
    """
    return Recovery(
        grow(recovery.ratios, factors(-lam, floor, x, u), 1.0),
        _push(recovery.hits, x),
        _push(recovery.weights, u),
    )


def heal_many(recovery: Recovery, lam: FloatArray, floor: float, x: ArrayLike, u: ArrayLike) -> Healing:
    """Many outcomes of one cell in their order, up to and with the first at which it has recovered.

    `heal` one by one; the outcomes behind the resolving one belong to the detector again. Costs: 30 us each.

    >>> heal_many(broken(), recovery_stakes(0.5), 0.5, np.ones(12), np.ones(12)).resolved  # never before 10
    9

    Source: section 2, Recovery.
    """
    return heal_by(recovery, factors(-lam, floor, x, u), x, u, floor)


def heal_by(
    recovery: Recovery,
    factor: FloatArray,
    x: ArrayLike,
    u: ArrayLike,
    floor: float,
    enough: float = ENOUGH,
) -> Healing:
    """The same by factors L_j that are known, (n, 16); the last ten are recovered where `sum(u x)/sum(u) >= floor`.

    Source: section 2, Recovery.

    >>> heal_by(broken(), np.full((12, 16), 1.5), np.ones(12), np.ones(12), 0.5).resolved
    10
    """
    played = zip(factor, np.asarray(x, np.float64), np.asarray(u, np.float64), strict=True)
    for index, (growth, hit, weight) in enumerate(played):
        recovery = Recovery(
            grow(recovery.ratios, growth, 1.0), _push(recovery.hits, hit), _push(recovery.weights, weight)
        )
        if recovered(recovery, floor, enough):
            return Healing(recovery, index)
    return Healing(recovery, None)


def recovered_each(recovery: Recovery, floor: float, enough: float = ENOUGH) -> NDArray[np.bool_]:
    """Which streams have recovered: positive evidence, and the newest outcomes agree.

    `mean_j R'_j >= enough`, ten outcomes seen since the page, and their recall `sum(u x)/sum(u) >= f`. While recall is
    not above f, `E[labels until then] >= enough`.
    Costs: a stream without outcomes never recovers. Source: section 2, Recovery.

    >>> recovered_each(broken(2), 0.78).tolist()
    [False, False]
    """
    seen, hits = recovery.weights.sum(axis=-1), (recovery.weights * recovery.hits).sum(axis=-1)
    full = (recovery.weights > 0).all(axis=-1)
    # A hair is forgiven: 7 of 10 must reach a floor of .7 whatever the rounding of either.
    good = hits >= (floor - 1e-9) * seen
    return np.asarray((evidence_each(recovery.ratios) >= enough) & full & good)


def recovered(recovery: Recovery, floor: float, enough: float = ENOUGH) -> bool:
    """Whether one cell has recovered.

    As `recovered_each`: at least 200 to 1 (or `enough`), and recall over the last 10 outcomes at least f. Costs: 15 us.
    Source: section 2, Recovery.

    >>> recovered(broken(), 0.5)
    False
    """
    return bool(recovered_each(recovery, floor, enough))


def _push(last: FloatArray, new: ArrayLike) -> FloatArray:
    newest = np.broadcast_to(np.asarray(new, np.float64), last.shape[:-1])[..., np.newaxis]
    return np.concatenate([last[..., 1:], newest], axis=-1)
