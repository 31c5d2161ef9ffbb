"""What is known of a number: the interval that it lies in, and an estimate with its interval."""

from enum import StrEnum
from typing import NamedTuple

import msgspec


class Interval(NamedTuple):
    """The values of recall that the data leave standing, both ends included."""

    low: float
    high: float


class Estimate(msgspec.Struct, frozen=True):
    """A number with the interval around it. Recall is in 0..1, tickets are counts."""

    value: float
    low: float
    high: float


class Method(StrEnum):
    """Which interval a recall is shown with."""

    ONE_LOOK = "one_look"
    SEQUENCE = "confidence_sequence"
    ODDS_SHIFT = "odds_shift"
    SHIFTED_SEQUENCE = "shifted_confidence_sequence"
    GAMMA_MOVER = "gamma_mover"
    CHOSEN_BY_ALARM = "chosen_by_alarm"

    @property
    def at_all_times(self) -> bool:
        """Whether it holds however often one looks; else at one look."""
        return self in (Method.SEQUENCE, Method.SHIFTED_SEQUENCE)
