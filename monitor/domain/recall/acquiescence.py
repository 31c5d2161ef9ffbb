"""How often an agent who saw a wrong routing left it, from wrongly routed tickets that were drawn and labelled."""

import msgspec
import numpy as np
import scipy
from numpy.typing import NDArray

from monitor.domain.recall.intervals import Weights
from monitor.domain.recall.weights import Weighed

ENOUGH = 30
"""Drawn tickets that were routed wrongly: with fewer, acquiescence is not taken as measured."""

_JEFFREYS = 0.5
_APART = 0.01  # how seldom a difference by chance may be taken for one of an intent's own
_Array = NDArray[np.float64]


class Acquiescence(msgspec.Struct, frozen=True):
    """The share `q` of wrongly routed tickets that agents left as they were; with a 95 % interval.

    `tickets` were drawn and labelled, and the label says that they were routed wrongly; of these agents `left` so many.
    `q` is None without any. `own`: they are all of the intent, else of all of the model's.
    """

    tickets: int
    left: int
    q: float | None
    low: float
    high: float
    own: bool = False

    @property
    def measured(self) -> bool:
        """Whether it may be reckoned with."""
        return self.tickets >= ENOUGH


def acquiescence(routed_wrongly: Weighed, min_probability: float, *, own: bool = False) -> Acquiescence:
    """The share left, of tickets counted as a hit where they were left, with the interval of its Beta distribution.

    Beta(l + 1/2, c + 1/2) for l left and c corrected (Jeffreys' prior; Brown, Cai and DasGupta 2001, Statistical
    Science 16). Weighted tickets are brought to it by two gamma distributions, each of the mean and the variance of
    a side's total; of weight 1 these give the same.

    >>> from monitor.domain.events.types import Design
    >>> six_of_ten = Weighed()
    >>> six_of_ten.count(True, Design.UNIFORM, 0.1, 0.01, by=6)
    >>> six_of_ten.count(False, Design.UNIFORM, 0.1, 0.01, by=4)
    >>> known = acquiescence(six_of_ten, 0.01)
    >>> known.q, round(known.low, 2), round(known.high, 2)
    (0.6, 0.3, 0.85)
    """
    left, corrected = _sides(routed_wrongly, min_probability)
    ends = scipy.special.betaincinv(left.shape, corrected.shape, np.array([0.025, 0.975]))
    low, high = _as_share(ends, left, corrected)
    return Acquiescence(
        routed_wrongly.hits.n + routed_wrongly.misses.n,
        routed_wrongly.hits.n,
        routed_wrongly.recall,
        float(low),
        float(high),
        own,
    )


def drawn_shares(
    routed_wrongly: Weighed, min_probability: float, draws: int, rng: np.random.Generator
) -> _Array:
    """As many draws from the distribution of the share left."""
    left, corrected = _sides(routed_wrongly, min_probability)
    return _as_share(rng.beta(left.shape, corrected.shape, draws), left, corrected)


def differs(own: Weighed, everybodys: Weighed) -> bool:
    """Whether agents leave an intent's tickets more often, or less, than all others, beyond chance (Fisher's test).

    Its own are among everybody's.
    """
    from scipy.stats import fisher_exact  # it is slow to import

    left, corrected = own.hits.n, own.misses.n
    table = [[left, corrected], [everybodys.hits.n - left, everybodys.misses.n - corrected]]
    return bool(fisher_exact(table).pvalue < _APART)


class _Side(msgspec.Struct, frozen=True):
    """A gamma distribution of the tickets that one side's labels stand for."""

    shape: float
    scale: float


def _sides(routed_wrongly: Weighed, min_probability: float) -> tuple[_Side, _Side]:
    possible = 1 / min_probability
    left, corrected = routed_wrongly.sides(possible, possible)
    return _gamma(left), _gamma(corrected)


def _gamma(side: Weights) -> _Side:
    if not side.total:
        return _Side(_JEFFREYS, side.largest)
    return _Side(side.total**2 / side.squares + _JEFFREYS, side.squares / side.total)


def _as_share(unweighted: _Array, left: _Side, corrected: _Side) -> _Array:
    """`G1/(G1 + G0)` of gammas with other scales than 1, from that of gammas with scale 1."""
    kept = unweighted * left.scale
    return kept / (kept + (1 - unweighted) * corrected.scale)
