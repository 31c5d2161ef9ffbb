"""Outcomes of a cell come in, one by one or many at once; the wealth of those who bet on its fall goes out.

Every array ends in an axis of 16 stakes; axes before it are streams (a simulation runs thousands at once).
All arithmetic is elementwise, so neither the batches nor the streams beside it change a single bit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.recall.intervals import FloatArray

GRID = 16
CAP = 1e200  # so rich is rich enough; beyond it the recursion would overflow
NEVER = -1  # the restart of a bettor who has not bet yet
RUINED = 1e-9  # what is left of each unit where a bettor lost all
BATCH = 4096  # outcomes held in memory at once, some 2 MB of intermediate values

_CAPS = np.full(GRID, CAP)


@dataclass(frozen=True, slots=True, eq=False)
class Wealth:
    """What is remembered of a cell, per stake: R_j, ln C_j, where C_j began, and ln of the whole product."""

    ratios: FloatArray
    log_c: FloatArray
    restart: NDArray[np.int64]
    log_product: FloatArray

    def to_dict(self) -> dict[str, list[float]]:
        """Plain lists for storage; JSON brings them back to the last bit."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Sequence[float]]) -> Self:
        """The inverse of `to_dict`."""
        return cls(**{name: np.array(stored[name], _dtype(name)) for name in cls.__slots__})


class BetResult(NamedTuple):
    """The wealth after the last outcome bet on, and the index of the outcome that paged, if one did."""

    wealth: Wealth
    paged: int | None


def stakes(floor: float) -> FloatArray:
    """How boldly each of 16 bettors plays: each is the best there is against one broken recall q_j.

    `lam_j = (f - q_j) / (f (1 - f))`, q_j equally spaced from 0.02 to f - 0.03. With weight 1 the bet is then
    the likelihood ratio of q_j against f. Costs: a mixture of 16 loses at most ln 16 to the best of them.

    >>> stakes(0.78)[[0, 15]].round(4).tolist()  # .76/.1716 and .03/.1716
    [4.4289, 0.1748]

    Shin, Ramdas & Rinaldo 2022, E-detectors, section 4.
    """
    if not MIN_FLOOR <= floor < 1:
        raise ValueError(f"a floor of {floor} cannot be bet against: it must be in [{MIN_FLOOR}, 1)")
    return (floor - np.linspace(0.02, floor - 0.03, GRID)) / (floor * (1 - floor))


def start(*streams: int) -> Wealth:
    """Nobody has bet yet: R_j = 0, C_j = 1, product 1; for one cell, or for so many streams.

    Source: section 2's starting values. Costs: 16 x 4 numbers a stream.

    >>> evidence(start()), since_release(start())
    (0.0, 1.0)
    """
    zeros = np.zeros((*streams, GRID))
    return Wealth(zeros, zeros, np.full(zeros.shape, NEVER, np.int64), zeros)


def factors(lam: FloatArray, floor: float, x: ArrayLike, u: ArrayLike) -> FloatArray:
    """What one outcome does to each bettor's money: a miss makes it grow, a hit shrinks it.

    `L_j = 1 - lam_j u (x - f)`: x 1 for a hit and 0 for a miss, u the weight, in (0, 1] for a hit. Its mean
    is at most 1 while the promise holds, and it is never 0: nobody can lose more than he has, whatever a hit weighs.
    Costs: light weights make small bets, slow ones.

    >>> factors(np.array([2.0]), 0.75, [1, 0], 1.0).tolist()  # 1 - 2(.25) and 1 + 2(.75)
    [[0.5], [2.5]]

    Waudby-Smith & Ramdas 2024, Estimating Means of Bounded Random Variables by Betting.
    """
    edge = np.asarray(u, np.float64) * (np.asarray(x, np.float64) - floor)
    return np.maximum(1.0 - lam * edge[..., np.newaxis], RUINED)


def grow(
    ratios: FloatArray, factor: FloatArray, money: float | FloatArray, out: FloatArray | None = None
) -> FloatArray:
    """The detector's one step: new bettors join with their money, and then all of them play the outcome.

    `R_j <- (R_j + w) L_j`, held at 1e200; `money` is w, for each stream or for all. As w is all that the sum
    expects to gain while the promise holds, false pages are at most the money put in. Costs: three array operations.

    >>> grow(np.zeros(16), np.full(16, 2.5), 1.0)[0], grow(np.full(16, 2.5), np.full(16, 0.5), 0.5)[0]
    (np.float64(2.5), np.float64(1.5))

    Shiryaev 1963; Roberts 1966; Shin, Ramdas & Rinaldo 2022.
    """
    stake = money[..., np.newaxis] if isinstance(money, np.ndarray) else money
    total = np.add(ratios, stake, out=out)
    np.multiply(total, factor, out=total)
    return np.asarray(np.minimum(total, _CAPS, out=total))


def bet(wealth: Wealth, factor: FloatArray, money: float | FloatArray, seq: ArrayLike) -> Wealth:
    """One outcome (of each stream): the wealth after it.

    R_j as in `grow`; `C_j <- max(1, C_j) L_j`, its start moved to `seq` whenever it was not above 1;
    `ln prod L_j`. Costs: some 12 us a call, whatever has gone before; `bet_many` is quicker an outcome.

    >>> miss = factors(stakes(0.5), 0.5, x=0, u=1.0)
    >>> evidence(bet(start(), miss, 0.01, seq=7)) > 0.01
    True

    Shin, Ramdas & Rinaldo 2022; C_j is Page's 1954 CUSUM.
    """
    gain = np.log(factor)
    seqs = np.asarray(seq, np.int64)[..., np.newaxis]
    return Wealth(
        grow(wealth.ratios, factor, money),
        _climb(wealth.log_c, gain),
        np.where(wealth.log_c <= 0, seqs, wealth.restart),
        wealth.log_product + gain,
    )


def bet_many(
    wealth: Wealth,
    factor: FloatArray,
    money: FloatArray,
    seq: ArrayLike,
    page_at: float = math.inf,
    beside: ArrayLike = 0.0,
) -> BetResult:
    """Many outcomes of one cell in their order, up to and with the first at which M >= `page_at`.

    `factor` is what each outcome does to each bettor (outcomes, 16), `money` what joins before it. `beside` is what
    another bet on the same cell has won after it, which counts towards the page. The same bits as `bet` one by one.
    After a page the outcomes behind it are untouched: they belong to `hold` and to the recovery. Costs: about 3 us an
    outcome.

    >>> played = factors(stakes(0.78), 0.78, [1, 0, 0, 0, 0, 0], np.ones(6))
    >>> bet_many(start(), played, np.full(6, 0.01), np.arange(6), 1.0).paged
    4

    Shin, Ramdas & Rinaldo 2022.
    """
    seqs = np.asarray(seq, np.int64)
    won = np.broadcast_to(np.asarray(beside, np.float64), seqs.shape)
    for begin in range(0, len(factor), BATCH):
        part = slice(begin, begin + BATCH)
        wealth, paged = _bet_batch(wealth, factor[part], money[part], seqs[part], page_at, won[part])
        if paged is not None:
            return BetResult(wealth, begin + paged)
    return BetResult(wealth, None)


def hold(wealth: Wealth, factor: FloatArray) -> Wealth:
    """Outcomes of one cell between its page and its recovery: R_j and C_j stand still, the product goes on.

    `ln prod L_j` grows by `ln L_j` an outcome. Costs: under 1 us an outcome.

    >>> after = hold(start(), factors(stakes(0.5), 0.5, [0, 0], [1.0, 1.0]))
    >>> evidence(after), since_release(after) > 1
    (0.0, True)

    Source: section 2, Recovery and since-release evidence.
    """
    return Wealth(
        wealth.ratios,
        wealth.log_c,
        wealth.restart,
        _accumulate(wealth.log_product, np.log(factor)),
    )


def begin_again(wealth: Wealth) -> Wealth:
    """After a recovery: R_j = 0 and C_j = 1 as at the start; what was lost since the release stays lost.

    Source: section 2, Recovery. Costs: nothing.

    >>> evidence(begin_again(bet(start(), np.full(16, 2.0), 0.01, 0)))
    0.0
    """
    fresh = start(*wealth.ratios.shape[:-1])
    return Wealth(fresh.ratios, fresh.log_c, fresh.restart, wealth.log_product)


def evidence_each(ratios: FloatArray) -> FloatArray:
    """M of every stream: the money of all the bettors, `M = mean_j R_j`.

    Added up in a fixed tree of halves, as a library's sum may change its order with the array's shape.
    Source: section 2. Costs: five array operations.

    >>> evidence_each(np.array([[1.0] * 8 + [3.0] * 8, [5.0] * 16])).tolist()
    [2.0, 5.0]
    """
    width = GRID
    while width > 1:
        width //= 2
        ratios = ratios[..., :width] + ratios[..., width:]
    return np.asarray(ratios[..., 0] / GRID)


def evidence(wealth: Wealth) -> float:
    """M of one cell, as a share of a page: it pages at 1.

    `M = mean_j R_j`; false pages are expected to be at most the money put in, without window, minimum count or
    correction. Costs: as `evidence_each`. Source: Shin, Ramdas & Rinaldo 2022.

    >>> evidence(start())
    0.0
    """
    money: list[float] = wealth.ratios.tolist()
    while half := len(money) // 2:  # the same tree, in a third of the time of so small an array
        money = [a + b for a, b in zip(money[:half], money[half:], strict=True)]
    return money[0] / GRID


def onset(wealth: Wealth) -> int:
    """The outcome (its sequence number) at which the fall most likely began.

    The start of the excursion of the j with the largest C_j; -1 before the first outcome. Costs: it tends to
    lie a little early or late, by the few outcomes that look like either recall. Source: Page 1954.

    >>> onset(bet(start(), np.full(16, 2.0), 0.01, seq=7))
    7
    """
    return int(wealth.restart[np.argmax(wealth.log_c)])


def since_release(wealth: Wealth) -> float:
    """The evidence against the promise over all that was ever seen: shown, never paged on.

    `E = mean_j prod_i L_j(i)`; `P(E ever >= 1/alpha) <= alpha`. Summed from logs, held at 1e200.
    Costs: a long good past must first be lost, so it sees a late fall late. Source: Ville 1939.

    >>> since_release(start())
    1.0
    """
    top = float(wealth.log_product.max())
    log_mean = top + math.log(math.fsum(np.exp(wealth.log_product - top)) / GRID)
    return math.exp(min(log_mean, math.log(CAP)))


def _dtype(name: str) -> type[np.generic]:
    return np.int64 if name == "restart" else np.float64


def _climb(log_c: FloatArray, gain: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """`C_j <- max(1, C_j) L_j` in logs: it never has more to make good than one unit."""
    return np.asarray(np.add(np.maximum(log_c, 0.0, out=out), gain, out=out))


def _accumulate(first: FloatArray, gains: FloatArray) -> FloatArray:
    # accumulate, not sum: a sum may add in pairs, and another cut of the stream would give other bits.
    return np.asarray(np.add.accumulate(np.concatenate([first[np.newaxis], gains]))[-1])


def _bet_batch(
    wealth: Wealth,
    factor: FloatArray,
    money: FloatArray,
    seqs: NDArray[np.int64],
    page_at: float,
    beside: FloatArray,
) -> BetResult:
    gain = np.log(factor)
    ratios, logs = np.empty_like(factor), np.empty_like(factor)
    ratio, log_c = wealth.ratios, wealth.log_c
    for played, stake, won, ratio_out, log_out in zip(
        factor, money.tolist(), gain, ratios, logs, strict=True
    ):
        ratio = grow(ratio, played, stake, ratio_out)
        log_c = _climb(log_c, won, log_out)
    rich = np.flatnonzero(evidence_each(ratios) + beside >= page_at)
    paged = int(rich[0]) if rich.size else None
    last = len(factor) - 1 if paged is None else paged
    fresh = np.concatenate([wealth.log_c[np.newaxis], logs[:last]]) <= 0
    latest = seqs[last - np.argmax(fresh[::-1], axis=0)]
    return BetResult(
        Wealth(
            ratios[last].copy(),
            logs[last].copy(),
            np.where(fresh.any(axis=0), latest, wealth.restart),
            _accumulate(wealth.log_product, gain[: last + 1]),
        ),
        paged,
    )
