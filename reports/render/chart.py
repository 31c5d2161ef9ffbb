"""A chart as values: what a browser draws, with a read-out under the pointer, beside the picture without a script."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec


class Shape(StrEnum):
    """How a line's values are drawn."""

    LINE = "line"
    DOTS = "dots"
    BARS = "bars"


class ChartLine(msgspec.Struct, frozen=True):
    """A value for each place of the x axis; None where there is none."""

    values: Sequence[float | None]
    shape: Shape = Shape.LINE


class Level(msgspec.Struct, frozen=True):
    """A value that holds all along, with its name; `style` is that of its line: floor, offline or mark."""

    name: str
    value: float
    style: str


class Mark(msgspec.Struct, frozen=True):
    """A place of the x axis with a name: an onset, a page."""

    name: str
    x: float


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Lines over one axis. `x` is in seconds since 1970 where it is `timed`, else counts of what `x_name` says.

    `low` and `high` are a band around the first line. `told` is what the read-out says of each place, and `at` when
    that was (seconds since 1970), where that is to be said. The y axis begins at 0 and ends at `top` (None: above the
    largest value); where it is `by_powers`, of ten, it begins at `least`.
    """

    name: str
    x: Sequence[float]
    lines: Sequence[ChartLine]
    told: Sequence[str]
    at: Sequence[float] = ()
    timed: bool = True
    x_name: str = ""
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    levels: Sequence[Level] = ()
    marks: Sequence[Mark] = ()
    top: float | None = None
    by_powers: bool = False
    least: float = 0.0

    @property
    def json(self) -> str:
        """As the browser reads it."""
        return msgspec.json.encode(self).decode()
