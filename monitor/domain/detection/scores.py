"""Days of scores in tenths come in; how many of them lie as high as most used to goes out."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.domain.detection.shares import DayCount

TENTHS = 10
_MOST = 0.75


class ScoreDay(NamedTuple):
    """A day's predictions of one intent that carried a score: how many in each tenth, and the sum of the scores."""

    day: int
    tenths: tuple[int, ...]
    total: float

    @property
    def scored(self) -> int:
        """How many there were."""
        return sum(self.tenths)

    def at_least(self, edge: int) -> DayCount:
        """How many of them lie in the tenth `edge` or above."""
        return DayCount(self.day, sum(self.tenths[edge:]), self.scored)


def tenth_of(score: float) -> int:
    """The tenth of a score in 0..1: 0 to 9.

    >>> tenth_of(0.0), tenth_of(0.42), tenth_of(1.0)
    (0, 4, 9)
    """
    return min(max(int(score * TENTHS), 0), TENTHS - 1)


def usual_edge(days: Sequence[ScoreDay]) -> int:
    """The highest tenth at or above which three quarters of all scores lie; 0 where there is none to speak of.

    >>> usual_edge([ScoreDay(1, (1, 0, 0, 0, 0, 0, 1, 2, 4, 2), 7.4)])
    7
    """
    tenths = [sum(each) for each in zip(*(day.tenths for day in days), strict=True)]
    total = sum(tenths)
    edges = [edge for edge in range(TENTHS) if sum(tenths[edge:]) >= _MOST * total]
    return max(edges) if total else 0


def mean_score(days: Sequence[ScoreDay]) -> float | None:
    """The mean of all scores; None without any.

    >>> mean_score([ScoreDay(1, (0,) * 8 + (2, 2), 3.4)])
    0.85
    """
    scored = sum(day.scored for day in days)
    return sum(day.total for day in days) / scored if scored else None
