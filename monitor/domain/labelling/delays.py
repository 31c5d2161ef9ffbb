"""How long labels take: one more delay comes in, a histogram of them goes out."""

from bisect import bisect_left
from operator import add

import msgspec

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
BOUNDS_S = (MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY)


def _empty() -> list[int]:
    return [0] * (len(BOUNDS_S) + 1)


class DelayHistogram(msgspec.Struct, omit_defaults=True):
    """Labels by how long after their prediction they were given.

    `counts` has one place for every bound (up to and including it, in seconds) and one for what is above them
    all. It holds every prediction's first label, so that no count ever falls, as Prometheus wants it; `changes` are
    what corrections and retractions changed in it since. What is judged goes by both.
    """

    counts: list[int] = msgspec.field(default_factory=_empty)
    total_s: float = 0.0
    changes: list[int] = msgspec.field(default_factory=_empty)

    def count(self, delay_s: float) -> None:
        """One more. A label that is older than its prediction (two clocks) counts as one without delay.

        One that is later than the last bound adds no more than that to `total_s`, or a single one would be the
        mean of all.
        """
        self.counts[_place(delay_s)] += 1
        self.total_s += min(max(delay_s, 0.0), BOUNDS_S[-1])

    def change(self, delay_s: float, by: int) -> None:
        """A label that was counted is taken back (-1), or another one holds in its place (1)."""
        self.changes[_place(delay_s)] += by

    def within(self, share: float) -> float | None:
        """The smallest bound (seconds) by which this share of the labels had come; None without labels.

        Infinity where the share is reached only above the last bound.
        """
        held = list(map(add, self.counts, self.changes))
        have, wanted = 0, share * sum(held)
        if wanted <= 0:
            return None
        for bound, count in zip(BOUNDS_S, held, strict=False):
            have += count
            if have >= wanted:
                return bound
        return float("inf")


def _place(delay_s: float) -> int:
    return bisect_left(BOUNDS_S, max(delay_s, 0.0))
