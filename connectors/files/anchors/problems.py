"""Collects every problem of one file, each with its place, and checks the numbers all importers share."""

import math
from collections.abc import Callable
from pathlib import Path

from monitor.domain.anchors.promise import Measured
from monitor.errors import ConfigError

LIMIT = 50
SUPPORT_MAX = 2**31 - 1  # what the databases' columns hold
ROUNDING = 1e-4


class Problems:
    """The problems and warnings of one file. More than `LIMIT` problems are counted, not listed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.warnings: list[str] = []
        self._problems: list[str] = []

    def add(self, place: str, what: str) -> None:
        """Note a problem; `place` is a line, a column or a key, "" for the file as a whole."""
        self._problems.append(self._placed(place, what))

    def warn(self, place: str, what: str) -> None:
        """Note what is left out or odd, but no reason to refuse the file."""
        self.warnings.append(self._placed(place, what))

    def check(self) -> None:
        """Raise everything found so far as one ConfigError; return if there is nothing."""
        if len(self._problems) > LIMIT:
            raise ConfigError(
                [
                    *self._problems[:LIMIT],
                    f"{self.path}: and {len(self._problems) - LIMIT} more problems like these",
                ]
            )
        if self._problems:
            raise ConfigError(self._problems)

    def refuse(self, place: str, what: str) -> ConfigError:
        """The error to raise where reading can't go on; it carries what was found before, too."""
        return ConfigError([*self._problems[:LIMIT], self._placed(place, what)])

    def _placed(self, place: str, what: str) -> str:
        return f"{self.path}: {place}: {what}" if place else f"{self.path}: {what}"


def number(value: object) -> float | None:
    """The number a cell holds, NaN and infinity included; None where it holds none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and "_" in value:  # float("1_0") is 10 to Python and to nobody else
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def measured(
    recall: object, support: object, place: Callable[[str], str], problems: Problems
) -> Measured | None:
    """Check one intent's recall and support; `place` turns "recall" or "support" into words for people.

    Returns Measured(0, 0) for a zero support, whatever its recall says, and None after a problem.
    """
    count = _support(support, place("support"), problems)
    if count == 0:
        return Measured(0.0, 0)
    share = _recall(recall, place("recall"), problems)
    return None if count is None or share is None else Measured(share, count)


def _support(value: object, place: str, problems: Problems) -> int | None:
    count = number(value)
    if count is None or not math.isfinite(count):
        problems.add(place, f"{value!r} is not a number; write how many examples were evaluated")
    elif count < 0:
        problems.add(place, f"{value} is negative; write how many examples were evaluated")
    elif count != int(count):
        problems.add(
            place, f"{value} is not a whole number; write the count of examples, without sample weights"
        )
    elif count > SUPPORT_MAX:
        problems.add(place, f"{count:g} is beyond any count; write how many examples were evaluated")
    else:
        return int(count)
    return None


def _recall(value: object, place: str, problems: Problems) -> float | None:
    share = number(value)
    if share is None or not math.isfinite(share):
        problems.add(place, f"{value!r} is not a number; write hits / support, for example 0.87")
    elif -ROUNDING <= share < 0 or 1 < share <= 1 + ROUNDING:
        problems.warn(place, f"{value} is beyond 0..1 by rounding; taken as that bound")
        return min(max(share, 0.0), 1.0)
    elif not 0 <= share <= 1:
        problems.add(place, f"{value} is outside 0..1; write hits / support, for example 0.87")
    else:
        return share
    return None
