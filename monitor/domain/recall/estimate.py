"""What is known of a number: the interval that it lies in, and an estimate with its interval."""

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
