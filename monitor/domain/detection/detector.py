"""A cell's outcomes come in, in their order; pages and recoveries come out. The bet, and what follows it.

Healthy, it bets the money (`money`) against the promise (`betting`), of a group half of it on some of its members
(`some_of_many`); from a page on that recall is back (`recovery`), and from a recovery on anew, from nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.domain.detection import betting, recovery
from monitor.domain.detection.bars import Bar, RecoverySteps, fall_factors, recovery_steps
from monitor.domain.detection.betting import Wealth
from monitor.domain.detection.ends import awaiting, begun_again
from monitor.domain.detection.group import IntentGroup, Mix
from monitor.domain.detection.healing import fallen_members, heal_members
from monitor.domain.detection.money import PAGE, WINDOW, Income, steady
from monitor.domain.detection.outcomes import Outcomes
from monitor.domain.detection.recovery import Recovery
from monitor.domain.detection.some_of_many import (
    FOR_SOME,
    bet_on_some,
    loaded_starts,
    no_starts,
    richest_start,
    worth,
)
from monitor.domain.detection.starts import Starts, StoredStarts
from monitor.domain.events.microseconds import DAY_US
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.recall.scales import Samples


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


@dataclass(frozen=True, eq=False)
class Detector:
    """A cell's bet so far. `paged` is the page that still stands, with `healing`, the recovery's bet since it.

    `last_us` is the time as of the last outcome taken in (`steady`, microseconds since 1970, UTC): money comes by the
    time since then; `recent_us` are the times of the last four. `ends` are the outcomes behind which a person said
    that it was over, and the bet began again: `healing` without a page waits for what labels say of that (of those of
    a group that had `fallen`, if not of all). `mix` is what a group's bet remembers of its labels, and `starts` its
    bet on some of its members; None before that began. `samples` are a weighted cell's designs. It last began behind
    outcome `begun_after`.
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
    starts: Starts | None = None
    samples: Samples = field(default_factory=dict)
    begun_after: int = -1
    fallen: tuple[str, ...] = ()

    @cached_property
    def evidence(self) -> float:
        """M, what the bet (of a group, both) has won, as a share of a page; while a page stands, what it was then."""
        return betting.evidence(self.wealth) + self.some_evidence

    @property
    def some_evidence(self) -> float:
        """What of it the bet on some of a group's members has won."""
        return worth(self.starts) if self.starts is not None else 0.0

    @property
    def since_release(self) -> float:
        """E, the evidence against the promise over everything since the release; of a group, that of the mean."""
        return betting.since_release(self.wealth)

    def require_numbers(self) -> None:
        """Raise `ValueError` where the bet is no number any more: stored, it could not be read again."""
        for name, state in (("fall", self.wealth), ("recovery", self.healing)):
            if state is not None and not all(
                np.isfinite(getattr(state, part)).all() for part in state.__slots__
            ):
                raise ValueError(
                    f"the bet on a {name} holds what is no number after outcome {self.last_seq}:"
                    " it is not stored; report the designs and probabilities of the cell's labels"
                )

    def dumps(self) -> str:
        """The state as JSON, exact to the last bit. Errors: `ValueError` as of `require_numbers`."""
        self.require_numbers()
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
                self.starts.stored() if self.starts is not None else None,
                self.samples,
                self.begun_after,
                self.fallen,
            )
        ).decode()


class _Stored(msgspec.Struct, array_like=True):
    wealth: dict[str, list[float]]
    outcomes: int
    last_seq: int
    last_us: int | None
    recent_us: tuple[int, ...]
    paged: Signal | None
    healing: Mapping[str, Sequence[float | None]] | None
    ends: tuple[int, ...] = ()
    mix: Mix | None = None
    starts: StoredStarts | None = None
    samples: Samples = {}
    begun_after: int = -1
    fallen: tuple[str, ...] = ()


_stored = msgspec.json.Encoder()
_load = msgspec.json.Decoder(_Stored)


def loads(text: str) -> Detector:
    """The inverse of `Detector.dumps`.

    Earlier versions could store a recovery's bet that was no number, as nulls: it begins again from nothing.
    """
    stored = _load.decode(text)
    return Detector(
        Wealth.from_dict(stored.wealth),
        stored.outcomes,
        stored.last_seq,
        stored.last_us,
        stored.recent_us,
        stored.paged,
        _healing(stored.healing) if stored.healing else None,
        stored.ends,
        stored.mix,
        loaded_starts(stored.starts) if stored.starts is not None else None,
        stored.samples,
        stored.begun_after,
        stored.fallen,
    )


def _healing(stored: Mapping[str, Sequence[float | None]]) -> Recovery:
    numbers = {name: [value for value in values if value is not None] for name, values in stored.items()}
    return Recovery.from_dict(numbers) if numbers == stored else recovery.broken()


def fresh() -> Detector:
    """A detector that has seen nothing."""
    return Detector(betting.start())


def advance(
    detector: Detector, bar: Bar, income: Income, came: Outcomes, enough: float = recovery.ENOUGH
) -> tuple[Detector, list[Signal]]:
    """Take outcomes in, in their order; the detector after them, and what it found on the way.

    A page at any outcome counts, also in the middle of a batch, and stays until recovery, whose bet must win `enough`.
    No money comes while it stands. Batches change nothing. Costs: 3 us an outcome, 20 of a group, 30 while it stands.
    """
    if not len(came.seqs):
        return detector, []
    fall = came.fall
    factor, mix = fall_factors(bar, detector.mix, came.intents, fall.hits, fall.weights)
    back: RecoverySteps | None = None
    times = steady(detector.recent_us, came.known_us)
    money, days = income.deposits(detector.last_us, times, detector.outcomes), times // DAY_US
    signals, begin = list[Signal](), 0
    while begin < len(came.seqs):
        if detector.paged is None:
            due = _Due(factor[begin:], money[begin:], days[begin:])
            took, detector = _bet(detector, bar, due, came.part(begin), signals)
            if detector.paged is None and detector.healing is not None:
                back = back or recovery_steps(bar, detector.mix, came.intents, came.hits, came.calm, enough)
                rest = came.part(begin)
                detector = awaiting(detector, back.part(begin), rest.calm, rest.intents)
        else:
            back = back or recovery_steps(bar, detector.mix, came.intents, came.hits, came.calm, enough)
            rest = came.part(begin)
            took, detector = _heal(detector, bar, back.part(begin), factor[begin:], rest, signals)
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


class _Due(NamedTuple):
    """For each outcome: what it does to each bettor, what joins before it, and the number of its day."""

    factor: FloatArray
    money: FloatArray
    days: NDArray[np.int64]


def _bet(
    detector: Detector, bar: Bar, due: _Due, came: Outcomes, signals: list[Signal]
) -> tuple[int, Detector]:
    money, beside, starts = due.money, np.zeros(len(due.money)), None
    if isinstance(bar, IntentGroup):
        money = due.money * (1 - FOR_SOME)
        beside, starts = _bet_on_some(detector, bar, due, came)
    wealth, paged = betting.bet_many(detector.wealth, due.factor, money, came.seqs, PAGE, beside)
    if paged is None:
        return len(money), replace(detector, wealth=wealth, starts=starts)
    if isinstance(bar, IntentGroup):
        upto = slice(paged + 1)
        due = _Due(due.factor[upto], due.money[upto], due.days[upto])
        _, starts = _bet_on_some(detector, bar, due, came.part(0, paged + 1))
    detector = replace(detector, wealth=wealth, starts=starts)
    signals.append(Signal(SignalKind.PAGED, int(came.seqs[paged]), _onset(detector, bar), detector.evidence))
    return paged + 1, replace(detector, paged=signals[-1], healing=recovery.broken(), fallen=())


def _bet_on_some(
    detector: Detector, group: IntentGroup, due: _Due, came: Outcomes
) -> tuple[FloatArray, Starts]:
    """What the bet on some of the members has won after each outcome, and what it remembers."""
    starts = detector.starts if detector.starts is not None else no_starts(group)
    money = due.money * FOR_SOME
    fall = came.fall
    return bet_on_some(group, starts, came.intents, fall.hits, fall.weights, money, due.days, came.seqs)


def _onset(detector: Detector, bar: Bar) -> int:
    """The outcome at which the fall likely began, by the bet that has won more."""
    if isinstance(bar, IntentGroup) and detector.starts is not None and by_some(detector):
        start = richest_start(bar, detector.starts)
        if start is not None:
            return start.seq
    return betting.onset(detector.wealth)


def by_some(detector: Detector) -> bool:
    """Whether of a group's evidence the bet on some of its members has won the larger part."""
    return detector.some_evidence > betting.evidence(detector.wealth)


def _heal(
    detector: Detector, bar: Bar, back: RecoverySteps, factor: FloatArray, came: Outcomes, found: list[Signal]
) -> tuple[int, Detector]:
    fallen = fallen_members(bar, detector.starts if by_some(detector) else None)
    healing = detector.healing or recovery.broken()
    healing, resolved = heal_members(healing, back, came.calm, came.intents, fallen)
    took = len(factor) if resolved is None else resolved + 1
    wealth = betting.hold(detector.wealth, factor[:took])
    if resolved is None:
        return took, replace(detector, wealth=wealth, healing=healing)
    found.append(Signal(SignalKind.RECOVERED, int(came.seqs[resolved]), -1, math.nan))
    return took, begun_again(replace(detector, wealth=wealth), int(came.seqs[resolved]))
