"""A cell's outcomes come in, in their order; pages and recoveries come out. The bet, and what follows it.

Healthy, the detector bets the cell's money (`money`) against the promise (`betting`). From a page on it bets that
recall is back (`recovery`), and from a recovery on it bets against the promise again, from nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.domain.detection import betting, recovery
from monitor.domain.detection.bars import Bar, RecoverySteps, fall_factors, recovery_steps
from monitor.domain.detection.betting import Wealth
from monitor.domain.detection.group import Mix
from monitor.domain.detection.money import PAGE, WINDOW, Income, TimeArray, steady
from monitor.domain.detection.recovery import Recovery
from monitor.domain.recall.intervals import FloatArray

CLOSE = 1e-10  # two bets this near, relatively, never come further apart
LOG_CLOSE = 1e-12  # and their logs, which may be 0, this near


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


@dataclass(frozen=True, slots=True, eq=False)
class Detector:
    """A cell's bet so far. `paged` is the page that still stands, with the recovery's bet since it.

    `last_us` is the time as of the last outcome taken in (`steady`, microseconds since 1970, UTC): money comes by the
    time since then; `recent_us` are the times of the last four. `ends` are the outcomes behind which a person said
    that it was over, and the bet began again. `mix` is what a group's bet remembers of its labels.
    """

    wealth: Wealth
    outcomes: int = 0
    last_seq: int = -1
    last_us: int | None = None
    recent_us: tuple[int, ...] = ()
    paged: Signal | None = None
    healing: Recovery | None = None
    ends: tuple[int, ...] = ()
    mix: Mix | None = None

    @property
    def evidence(self) -> float:
        """M, what the bet against the promise has won, as a share of a page; while a page stands, what it was then."""
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
                self.last_us,
                self.recent_us,
                self.paged,
                self.healing.to_dict() if self.healing else None,
                self.ends,
                self.mix,
            )
        ).decode()


class _Stored(msgspec.Struct, array_like=True):
    wealth: dict[str, list[float]]
    outcomes: int
    last_seq: int
    last_us: int | None
    recent_us: tuple[int, ...]
    paged: Signal | None
    healing: dict[str, list[float]] | None
    ends: tuple[int, ...] = ()
    mix: Mix | None = None


_stored = msgspec.json.Encoder()
_load = msgspec.json.Decoder(_Stored)


def loads(text: str) -> Detector:
    """The inverse of `Detector.dumps`."""
    stored = _load.decode(text)
    return Detector(
        Wealth.from_dict(stored.wealth),
        stored.outcomes,
        stored.last_seq,
        stored.last_us,
        stored.recent_us,
        stored.paged,
        Recovery.from_dict(stored.healing) if stored.healing else None,
        stored.ends,
        stored.mix,
    )


def fresh() -> Detector:
    """A detector that has seen nothing."""
    return Detector(betting.start())


class Outcomes(NamedTuple):
    """Outcomes of a cell in their order: hits, weights u in (0, 1], places, and when each became known (us).

    Of a group, also which member's each is.
    """

    hits: FloatArray
    weights: FloatArray
    seqs: NDArray[np.int64]
    known_us: TimeArray
    intents: Sequence[str] = ()

    def part(self, begin: int, end: int | None = None) -> "Outcomes":
        """Those from `begin` up to, not with, `end`."""
        part = slice(begin, end)
        return Outcomes(
            self.hits[part], self.weights[part], self.seqs[part], self.known_us[part], self.intents[part]
        )


def outcomes(
    hits: Sequence[bool],
    weights: FloatArray,
    seqs: Sequence[int],
    known_us: Sequence[int],
    intents: Sequence[str] = (),
) -> Outcomes:
    """Outcomes as arrays."""
    times = np.asarray(known_us, np.int64)
    return Outcomes(np.asarray(hits, np.float64), weights, np.asarray(seqs, np.int64), times, intents)


def advance(detector: Detector, bar: Bar, income: Income, came: Outcomes) -> tuple[Detector, list[Signal]]:
    """Take outcomes in, in their order; the detector after them, and what it found on the way.

    A page at any outcome counts, also in the middle of a batch, and stays until recovery. No money comes while it
    stands. How the outcomes are cut into batches changes nothing. Cost: about 3 us an outcome, 30 us while a page
    stands.
    """
    if not len(came.seqs):
        return detector, []
    factor, mix = fall_factors(bar, detector.mix, came.intents, came.hits, came.weights)
    back: RecoverySteps | None = None
    times = steady(detector.recent_us, came.known_us)
    money = income.deposits(detector.last_us, times, detector.outcomes)
    signals: list[Signal] = []
    begin = 0
    while begin < len(came.seqs):
        if detector.paged is None:
            took, detector = _bet(detector, factor[begin:], money[begin:], came.seqs[begin:], signals)
        else:
            back = back or recovery_steps(bar, detector.mix, came.intents, came.hits, came.weights)
            took, detector = _heal(detector, factor[begin:], back, came.part(begin), signals)
        begin += took
    latest = int(times.max())
    detector = replace(
        detector,
        outcomes=detector.outcomes + len(came.seqs),
        last_seq=int(came.seqs[-1]),
        last_us=latest if detector.last_us is None else max(latest, detector.last_us),
        recent_us=(*detector.recent_us, *came.known_us[1 - WINDOW :].tolist())[1 - WINDOW :],
        mix=mix,
    )
    return detector, signals


def _bet(
    detector: Detector,
    factor: FloatArray,
    money: FloatArray,
    seq: NDArray[np.int64],
    signals: list[Signal],
) -> tuple[int, Detector]:
    wealth, paged = betting.bet_many(detector.wealth, factor, money, seq, PAGE)
    if paged is None:
        return len(factor), replace(detector, wealth=wealth)
    page = Signal(SignalKind.PAGED, int(seq[paged]), betting.onset(wealth), betting.evidence(wealth))
    signals.append(page)
    return paged + 1, replace(detector, wealth=wealth, paged=page, healing=recovery.broken())


def _heal(
    detector: Detector, factor: FloatArray, back: RecoverySteps, came: Outcomes, signals: list[Signal]
) -> tuple[int, Detector]:
    healing = detector.healing or recovery.broken()
    begin = len(back.factor) - len(factor)
    healing, resolved = recovery.heal_by(
        healing, back.factor[begin:], back.hits[begin:], came.weights, back.floor
    )
    took = len(factor) if resolved is None else resolved + 1
    wealth = betting.hold(detector.wealth, factor[:took])
    if resolved is None:
        return took, replace(detector, wealth=wealth, healing=healing)
    signals.append(Signal(SignalKind.RECOVERED, int(came.seqs[resolved]), -1, math.nan))
    return took, _begun_again(replace(detector, wealth=wealth))


def _begun_again(detector: Detector) -> Detector:
    return replace(detector, wealth=betting.begin_again(detector.wealth), paged=None, healing=None)


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

    What is compared is what the future rests on; the product since the release is not, but of a group: what an
    outcome adds to it depends on all before.
    """
    if state.mix != other.mix or (
        state.mix is not None
        and (
            state.outcomes != other.outcomes or not _near(state.wealth.log_product, other.wealth.log_product)
        )
    ):
        return False
    if not _same_page(state.paged, other.paged) or not np.array_equal(
        state.wealth.restart, other.wealth.restart
    ):
        return False
    if (state.last_us, state.recent_us) != (other.last_us, other.recent_us) or not _near(
        state.wealth.ratios, other.wealth.ratios
    ):
        return False
    if not _near(state.wealth.log_c, other.wealth.log_c, LOG_CLOSE):
        return False
    if state.healing is None or other.healing is None:
        return state.healing is other.healing
    return (
        _near(state.healing.ratios, other.healing.ratios)
        and np.array_equal(state.healing.hits, other.healing.hits)
        and np.array_equal(state.healing.weights, other.healing.weights)
    )


def with_totals(detector: Detector, known: Detector, left: FloatArray, came: FloatArray) -> Detector:
    """The detector with the product of `known`, less the terms that `left`, plus those that `came`."""
    product = known.wealth.log_product - left + came
    return replace(detector, wealth=replace(detector.wealth, log_product=product))


def _same_page(page: Signal | None, other: Signal | None) -> bool:
    if page is None or other is None:
        return page is other
    return page[:3] == other[:3] and math.isclose(page.evidence, other.evidence, rel_tol=CLOSE)


def _near(values: FloatArray, other: FloatArray, apart: float = 0.0) -> bool:
    # np.allclose, four times as quick
    return bool((np.abs(values - other) <= CLOSE * np.abs(other) + apart).all())
