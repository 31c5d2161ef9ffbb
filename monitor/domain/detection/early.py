"""A bet that goes on day by day: when it is worth a note, while that stands, and when it is over."""

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection import betting
from monitor.domain.detection.betting import Wealth
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.detection.shares import (
    BACK,
    LEARN_COUNT,
    NOTE,
    STANDS_AT_MOST,
    DayCount,
    UsualShare,
    back_factor,
    bet_on_day,
    fall_factors,
)

TOLERATED: Mapping[EarlySign, float] = dict.fromkeys(EarlySign, 0.7)
"""Of what is usual, how much may be left without a note: demand wanders."""


_DAYS_SCATTER = 0.1  # squared coefficient of variation


def promised_share(anchor: Anchor, intent: str) -> UsualShare | None:
    """The share at which an intent is predicted while its anchor's promise holds, where its examples are traffic.

    `s = k_i / n`: hits of the intent over all examples, of the real ones where every intent's origin is known; other
    tickets predicted as it only add to that. `s_low = s exp(-sqrt(1/k_i + phi/8))`. Days are taken to scatter by a
    third (phi = .1), as no example tells. None of fewer than ten hits. Costs: nothing.

    Source: the reference of `usual_share`, with the anchor in the place of eight weeks.
    """
    whole = {name: promise for (name, slice_), promise in anchor.promises.items() if not slice_}
    real = {name: promise.real for name, promise in whole.items() if promise.real is not None}
    measured = {name: promise.shipped for name, promise in whole.items()}
    if len(real) == len(whole):
        measured = {name: each for name, each in real.items() if each is not None}
    total = sum(each.support for each in measured.values())
    hits = measured[intent].hits if intent in measured else 0.0
    if hits < LEARN_COUNT:
        return None
    share = hits / total
    low = share * math.exp(-math.sqrt(1 / hits + _DAYS_SCATTER / 8))
    return UsualShare(share, low, (share,) * 7, _DAYS_SCATTER)


class StandingNote(msgspec.Struct, frozen=True):
    """A note that stands: since which day (since 1970, UTC) something fell, when that was noted, what was usual.

    `back` is what a bet that it is over has won. Of scores, `edge` is the tenth from which on they are as usual.
    """

    begun: int
    noted: int
    usual: UsualShare
    back: float = 1.0
    edge: int = 0


class EarlyBet(msgspec.Struct, frozen=True):
    """A bet as of the end of `day`, the last that it took; `note` is there while one stands."""

    day: int
    wealth: Wealth
    note: StandingNote | None = None

    @property
    def evidence(self) -> float:
        """What it has won, as a share of a note."""
        return betting.evidence(self.wealth)

    def dumps(self) -> str:
        """The bet as JSON, exact to the last bit."""
        return msgspec.json.encode([self.day, self.wealth.to_dict(), self.note]).decode()


def loads_early(text: str) -> EarlyBet:
    """The inverse of `EarlyBet.dumps`."""
    day, wealth, note = _stored.decode(text)
    return EarlyBet(day, Wealth.from_dict(wealth), note)


_stored: msgspec.json.Decoder[tuple[int, dict[str, Any], StandingNote | None]] = msgspec.json.Decoder(
    tuple[int, dict[str, Any], StandingNote | None]
)


def fresh_early(day: int) -> EarlyBet:
    """A bet that took no day after this one."""
    return EarlyBet(day, betting.start())


def after_day(
    bet: EarlyBet, usual: UsualShare | None, day: DayCount, sign: EarlySign, money: float, edge: int = 0
) -> EarlyBet:
    """The bet once a day is over. Days come in their order, each once.

    Without anything usual, or any prediction, nothing is bet, nor put in. While a note stands it is held to what was
    usual when it was written; it is over once the bet that the share is back has won 20, or after 90 days, when that
    has become usual. Then the bet begins again.
    """
    if bet.note is not None:
        back = max(bet.note.back, 1.0) * back_factor(bet.note.usual, day)
        if back >= BACK or day.day - bet.note.noted >= STANDS_AT_MOST:
            return fresh_early(day.day)
        return EarlyBet(day.day, bet.wealth, msgspec.structs.replace(bet.note, back=back))
    if usual is None or not day.total:
        return EarlyBet(day.day, bet.wealth)
    wealth = bet_on_day(bet.wealth, fall_factors(usual, day, TOLERATED[sign]), money, day.day)
    note = None
    if betting.evidence(wealth) >= NOTE:
        note = StandingNote(betting.onset(wealth), day.day, usual, edge=edge)
    return EarlyBet(day.day, wealth, note)
