"""Do one customer's tickets miss together? Bursts of tickets in, how alike the tickets of a burst are out.

Two outcomes of one customer say less than two of different customers. A bet that takes them for two pages falsely.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

STRATUM = 12  # neighbouring tickets of an intent that are compared with each other, at least
OF_A_DAY = 6  # of the same day so many are enough: a day that was bad for all is no clustering
FEWEST = 50  # bursts of two tickets or more, or chance is not yet what its variance says
Z_CLUSTERED = 4.0
ICC_CLUSTERED = 0.02  # below, ten at a time count for 8.5: not worth a slower bet
MOST_ICC = 1.0


Clustered = Literal["auto", "on", "off"]


class Burst(NamedTuple):
    """The labelled tickets that one customer sent of one intent on one `day` (since 1970), and how many were missed."""

    tickets: int
    misses: int
    day: int = 0


class Clustering(msgspec.Struct, frozen=True):
    """How alike one customer's tickets of a day are.

    `icc` is the intra-class correlation, from 0 (a miss says nothing of the next ticket) to 1 (all or none);
    `z` how far it is from chance. `tickets` were compared, in `bursts` of two or more and singly. `at_a_time` is how
    many tickets of the same burst a ticket meets, itself among them. It was `looked_at` then, when the model had so
    many `outcomes`. `since` is when it was first beyond chance; it stays so. `bet_together`: the model's
    bets are one for each customer and day.
    """

    icc: float = 0.0
    z: float = 0.0
    tickets: int = 0
    bursts: int = 0
    at_a_time: float = 1.0
    looked_at: datetime | None = None
    outcomes: int = 0
    since: datetime | None = None
    bet_together: bool = False

    @property
    def beyond_chance(self) -> bool:
        """Whether misses come together so often, and so closely, that it must be minded."""
        return self.z >= Z_CLUSTERED and self.icc >= ICC_CLUSTERED and self.bursts >= FEWEST

    @property
    def design_effect(self) -> float:
        """How many tickets say as much as one would alone: `1 + (m - 1) ICC`; 1 where nothing was found.

        Kish 1965, Survey Sampling, section 5.4.
        """
        return 1 + (self.at_a_time - 1) * self.icc if self.since is not None else 1.0


def clustering(intents: Iterable[Sequence[Burst]]) -> Clustering:
    """Compare the tickets of a burst with those of others nearby; the bursts of each intent in the order they came.

    Compared is within strata of some 12 tickets that came one after the other, so a fall of the recall, or an intent
    that is harder than another, is no clustering. The statistic is the number of pairs in a burst that miss
    together, beyond what a shuffling of the stratum's tickets gives, `sum_c sum_{i != j} d_i d_j`, d an outcome less
    its stratum's mean; its mean and variance under shuffling are exact. The correlation is that of the analysis of
    variance, pooled over the strata. Costs: a microsecond or two a burst.

    Two bursts of two, the one missed and the other not: the pairs agree as well as four tickets can.

    >>> found = clustering([[Burst(2, 2), Burst(2, 0)]])
    >>> found.icc, round(found.z, 3)  # pairs: 1 against -1/3, of 2/3 by shuffling: (1 + 1/3)/sqrt(8/9)
    (1.0, 1.414)

    Cliff & Ord 1981, Spatial Processes, section 2.3 (the moments); Donner 1986 (the correlation).
    """
    excess = variance = between = within = 0.0
    df_between = df_within = 0
    sizes = squares = unlike = 0.0
    bursts = tickets = 0
    for stratum in (some for intent in intents for some in _strata(intent)):
        n, k = sum(b.tickets for b in stratum), sum(b.misses for b in stratum)
        squared = sum(b.tickets**2 for b in stratum)
        tickets, bursts = tickets + n, bursts + sum(b.tickets > 1 for b in stratum)
        sizes, squares = sizes + n, squares + squared
        if len(stratum) < 2:
            continue  # of one burst alone nobody knows whether it, or the day, was bad
        mean = k / n
        between += sum((b.misses - b.tickets * mean) ** 2 / b.tickets for b in stratum)
        within += sum(b.misses * (b.tickets - b.misses) / b.tickets for b in stratum)
        df_between, df_within = df_between + len(stratum) - 1, df_within + n - len(stratum)
        unlike += n - squared / n
        more, spread = _pairs(stratum, n, mean)
        excess, variance = excess + more, variance + spread
    return Clustering(
        _icc(between, df_between, within, df_within, unlike),
        excess / math.sqrt(variance) if variance > 0 else 0.0,
        tickets,
        bursts,
        squares / sizes if sizes else 1.0,
    )


def _strata(bursts: Sequence[Burst]) -> Iterator[list[Burst]]:
    """Neighbours: some 12 tickets of them, or 6 that end with their day."""
    stratum: list[Burst] = []
    size = 0
    for burst in bursts:
        enough = OF_A_DAY if stratum and burst.day != stratum[-1].day else STRATUM
        if size >= enough and len(stratum) > 1:
            yield stratum
            stratum, size = [], 0
        stratum.append(burst)
        size += burst.tickets
    if stratum:
        yield stratum


def _pairs(stratum: Sequence[Burst], n: int, mean: float) -> tuple[float, float]:
    """How far the pairs within bursts are above what shuffling gives, and the variance of it."""
    hit = 1 - mean
    pairs = sum(b.tickets * (b.tickets - 1) for b in stratum)
    if n < 4 or not pairs or mean in (0.0, 1.0):
        return 0.0, 0.0
    p2 = n * mean * hit
    p4 = p2 * (mean**3 + hit**3)
    agree = sum(
        (b.misses - b.tickets * mean) ** 2 - b.misses * hit**2 - (b.tickets - b.misses) * mean**2
        for b in stratum
    )
    expected = -pairs * p2 / (n * (n - 1))
    meet = 4 * sum(b.tickets * (b.tickets - 1) * (b.tickets - 2) for b in stratum)
    squared = 2 * pairs * (p2**2 - p4) / (n * (n - 1))
    squared += meet * (2 * p4 - p2**2) / (n * (n - 1) * (n - 2))
    squared += (pairs**2 - 2 * pairs - meet) * (3 * p2**2 - 6 * p4) / (n * (n - 1) * (n - 2) * (n - 3))
    return agree - expected, max(squared - expected**2, 0.0)


def _icc(between: float, df_between: int, within: float, df_within: int, unlike: float) -> float:
    if not df_between or not df_within:
        return 0.0
    ms_between, ms_within, size = between / df_between, within / df_within, unlike / df_between
    total = ms_between + (size - 1) * ms_within
    return min(max((ms_between - ms_within) / total, 0.0), MOST_ICC) if total > 0 else 0.0
