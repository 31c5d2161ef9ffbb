"""A cell's outcomes come in, in their order; pages and recoveries come out. The bet, and what follows it.

Healthy, the detector bets against the promise (`betting`). From a page on it bets that recall is back
(`recovery`), and from a recovery on it bets against the promise again, from nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.domain.detection import betting, recovery
from monitor.domain.detection.betting import Wealth
from monitor.domain.detection.recovery import Recovery
from monitor.domain.recall.intervals import FloatArray

CLOSE = 1e-10  # two bets this near, relatively, never come further apart


class SignalKind(StrEnum):
    """What the detector found."""

    PAGED = "paged"
    RECOVERED = "recovered"


class Signal(NamedTuple):
    """Something found at outcome `seq`; for a page, `onset` is the outcome at which the fall likely began."""

    kind: SignalKind
    seq: int
    onset: int
    evidence: float


class Rise(NamedTuple):
    """From the first outcome behind `after` on, the evidence had to reach `threshold`."""

    after: int
    threshold: float


@dataclass(frozen=True, slots=True, eq=False)
class Detector:
    """A cell's bet so far. `paged` is the page that still stands, with the recovery's bet since it.

    `rises` are the thresholds it was held to: a replay of the past pages where it would have paged then.
    `ends` are the outcomes behind which a person said that it was over, and the bet began again.
    """

    wealth: Wealth
    outcomes: int = 0
    last_seq: int = -1
    paged: Signal | None = None
    healing: Recovery | None = None
    rises: tuple[Rise, ...] = ()
    ends: tuple[int, ...] = ()

    @property
    def evidence(self) -> float:
        """M, what the bet against the promise has won; while a page stands, what it had won then."""
        return betting.evidence(self.wealth)

    @property
    def since_release(self) -> float:
        """E, the evidence against the promise over everything since the release."""
        return betting.since_release(self.wealth)

    def dumps(self) -> str:
        """The state as JSON, exact to the last bit."""
        return _stored.encode(
            _Stored(
                self.wealth.to_dict(),
                self.outcomes,
                self.last_seq,
                self.paged,
                self.healing.to_dict() if self.healing else None,
                self.rises,
                self.ends,
            )
        ).decode()


class _Stored(msgspec.Struct, array_like=True):
    wealth: dict[str, list[float]]
    outcomes: int
    last_seq: int
    paged: Signal | None
    healing: dict[str, list[float]] | None
    rises: tuple[Rise, ...] = ()
    ends: tuple[int, ...] = ()


_stored = msgspec.json.Encoder()
_load = msgspec.json.Decoder(_Stored)


def loads(text: str) -> Detector:
    """The inverse of `Detector.dumps`."""
    stored = _load.decode(text)
    return Detector(
        Wealth.from_dict(stored.wealth),
        stored.outcomes,
        stored.last_seq,
        stored.paged,
        Recovery.from_dict(stored.healing) if stored.healing else None,
        stored.rises,
        stored.ends,
    )


def fresh() -> Detector:
    """A detector that has seen nothing."""
    return Detector(betting.start())


def advance(
    detector: Detector,
    floor: float,
    threshold: float,
    hits: Sequence[bool],
    weights: FloatArray,
    seqs: Sequence[int],
) -> tuple[Detector, list[Signal]]:
    """Take outcomes in, in their order; the detector after them, and what it found on the way.

    `weights` are u = w/w_max in (0, 1]. A page at any outcome counts, also in the middle of a batch, and
    stays until recovery. How the outcomes are cut into batches changes nothing.
    Cost: about 3 us an outcome, 30 us while a page stands.
    """
    x, seq = np.asarray(hits, np.float64), np.asarray(seqs, np.int64)
    signals: list[Signal] = []
    begin = 0
    while begin < len(x):
        took, detector = (_bet if detector.paged is None else _heal)(
            detector, floor, threshold, x[begin:], weights[begin:], seq[begin:], signals
        )
        begin += took
    if len(x):
        detector = replace(detector, outcomes=detector.outcomes + len(x), last_seq=int(seq[-1]))
    return detector, signals


def _bet(
    detector: Detector,
    floor: float,
    threshold: float,
    x: FloatArray,
    u: FloatArray,
    seq: NDArray[np.int64],
    signals: list[Signal],
) -> tuple[int, Detector]:
    wealth, paged = betting.bet_many(detector.wealth, _stakes(floor), floor, x, u, seq, threshold)
    if paged is None:
        return len(x), replace(detector, wealth=wealth)
    page = Signal(SignalKind.PAGED, int(seq[paged]), betting.onset(wealth), betting.evidence(wealth))
    signals.append(page)
    return paged + 1, replace(detector, wealth=wealth, paged=page, healing=recovery.broken())


def _heal(
    detector: Detector,
    floor: float,
    _threshold: float,
    x: FloatArray,
    u: FloatArray,
    seq: NDArray[np.int64],
    signals: list[Signal],
) -> tuple[int, Detector]:
    healing = detector.healing or recovery.broken()
    healing, resolved = recovery.heal_many(healing, _recovery_stakes(floor), floor, x, u)
    took = len(x) if resolved is None else resolved + 1
    wealth = betting.hold(detector.wealth, _stakes(floor), floor, x[:took], u[:took])
    if resolved is None:
        return took, replace(detector, wealth=wealth, healing=healing)
    signals.append(Signal(SignalKind.RECOVERED, int(seq[resolved]), -1, math.nan))
    return took, _begun_again(replace(detector, wealth=wealth))


def _begun_again(detector: Detector) -> Detector:
    return replace(detector, wealth=betting.begin_again(detector.wealth), paged=None, healing=None)


def held_to(detector: Detector, threshold: float, after: int) -> Detector:
    """The detector held to this threshold from the first outcome behind `after` on; what was stays."""
    rises = detector.rises
    if rises and rises[-1].threshold == threshold:
        return detector
    if rises and rises[-1].after >= detector.last_seq:
        rises = (*rises[:-1], Rise(rises[-1].after, threshold))  # the last one never saw an outcome
    else:
        rises = (*rises, Rise(after, threshold))
    return replace(detector, rises=rises)


def ended(detector: Detector, after: int) -> Detector:
    """A person says that the fall is over: behind outcome `after` the bet against the promise begins again."""
    return replace(_begun_again(detector), ends=(*detector.ends, after))


def resumed(detector: Detector, seq: float = math.inf) -> Detector:
    """The detector before it takes outcome `seq` in: begun again if a person ended its page on the way."""
    if any(detector.last_seq <= end < seq for end in detector.ends):
        return _begun_again(detector)
    return detector


def agree(state: Detector, other: Detector) -> bool:
    """Whether two detectors at the same outcome will find the same from here on, to a part in 10^10.

    What is compared is what the future rests on; the product since the release is not.
    """
    if not _same_page(state.paged, other.paged) or not np.array_equal(
        state.wealth.restart, other.wealth.restart
    ):
        return False
    if not (
        _near(state.wealth.ratios, other.wealth.ratios) and _near(state.wealth.log_c, other.wealth.log_c)
    ):
        return False
    if state.healing is None or other.healing is None:
        return state.healing is other.healing
    return (
        _near(state.healing.ratios, other.healing.ratios)
        and np.array_equal(state.healing.hits, other.healing.hits)
        and np.array_equal(state.healing.weights, other.healing.weights)
    )


def log_terms(floor: float, hits: Sequence[bool], weights: FloatArray) -> FloatArray:
    """What outcomes add to the log of the product since the release, summed, per stake."""
    factors = betting.factors(_stakes(floor), floor, np.asarray(hits, np.float64), weights)
    return np.asarray(np.log(factors).sum(axis=0))


def with_totals(detector: Detector, known: Detector, left: FloatArray, came: FloatArray) -> Detector:
    """The detector with the product of `known`, less the terms that `left`, plus those that `came`."""
    product = known.wealth.log_product - left + came
    return replace(detector, wealth=replace(detector.wealth, log_product=product))


def _same_page(page: Signal | None, other: Signal | None) -> bool:
    if page is None or other is None:
        return page is other
    return page[:3] == other[:3] and math.isclose(page.evidence, other.evidence, rel_tol=CLOSE)


def _near(values: FloatArray, other: FloatArray) -> bool:
    # np.allclose, four times as quick
    return bool((np.abs(values - other) <= CLOSE * np.abs(other) + 1e-12).all())


@lru_cache(maxsize=1024)
def _stakes(floor: float) -> FloatArray:
    return betting.stakes(floor)


@lru_cache(maxsize=1024)
def _recovery_stakes(floor: float) -> FloatArray:
    return recovery.recovery_stakes(floor)
