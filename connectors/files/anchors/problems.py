"""Collects every problem of one file, each with its place, and checks the numbers all importers share."""

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from monitor.domain.anchors.promise import Measured
from monitor.errors import ConfigError

LIMIT = 50
SUPPORT_MAX = 2**31 - 1  # what the databases' columns hold
ROUNDING = 1e-4
_LINE = re.compile(r"((?:line|row) \d+)(?:, (.*))?", re.DOTALL)


class _Alike(NamedTuple):
    """What is the same on many lines: the column or the key, and what is wrong with it."""

    place: str
    what: str


class _Lines(msgspec.Struct):
    """The first line of those that are alike, in words, and how many there are."""

    first: str
    count: int = 0


class Problems:
    """The problems and warnings of one file. What is the same on many lines is one of them, with a count.

    More than `LIMIT` problems are counted, not listed.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = path
        self._warnings: dict[_Alike, _Lines] = {}
        self._problems: dict[_Alike, _Lines] = {}

    @property
    def warnings(self) -> list[str]:
        """What is left out or odd, in words."""
        return self._worded(self._warnings)

    @property
    def listed(self) -> list[str]:
        """Every problem so far, in words."""
        return self._worded(self._problems)

    def add(self, place: str, what: str) -> None:
        """Note a problem; `place` is a line, a column or a key, "" for the file as a whole."""
        _note(self._problems, place, what)

    def warn(self, place: str, what: str) -> None:
        """Note what is left out or odd, but no reason to refuse the file."""
        _note(self._warnings, place, what)

    def check(self) -> None:
        """Raise everything found so far as one ConfigError; return if there is nothing."""
        listed = self.listed
        if len(listed) > LIMIT:
            more = sum(lines.count for lines in list(self._problems.values())[LIMIT:])
            raise ConfigError([*listed[:LIMIT], f"{self.path}: and {more} more problems like these"])
        if listed:
            raise ConfigError(listed)

    def refuse(self, place: str, what: str) -> ConfigError:
        """The error to raise where reading can't go on; it carries what was found before, too."""
        last: dict[_Alike, _Lines] = {}
        _note(last, place, what)
        return ConfigError([*self.listed[:LIMIT], *self._worded(last)])

    def _worded(self, noted: Mapping[_Alike, _Lines]) -> list[str]:
        words = []
        for alike, lines in noted.items():
            more = f" and {lines.count - 1:,} more" if lines.count > 1 else ""
            places = [f"{lines.first}{more}"] if lines.first else []
            places += [alike.place] if alike.place else []
            place = ", ".join(places)
            words.append(f"{self.path}: {place}: {alike.what}" if place else f"{self.path}: {alike.what}")
        return words


def _note(noted: dict[_Alike, _Lines], place: str, what: str) -> None:
    line = _LINE.fullmatch(place)
    alike = _Alike(line[2] or "", what) if line else _Alike(place, what)
    lines = noted.setdefault(alike, _Lines(line[1] if line else ""))
    lines.count += 1


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
