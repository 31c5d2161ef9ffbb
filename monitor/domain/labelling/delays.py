"""How long labels take: one more delay comes in, a histogram of them goes out."""

from bisect import bisect_left

import msgspec

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
BOUNDS_S = (MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY)


class DelayHistogram(msgspec.Struct):
    """First labels by how long after their prediction they were given.

    `counts` has one place for every bound (up to and including it, in seconds) and one for what is above them
    all. Corrections of a label do not count again, so that no count ever falls.
    """

    counts: list[int] = msgspec.field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    total_s: float = 0.0

    def count(self, delay_s: float) -> None:
        """One more. A label that is older than its prediction (two clocks) counts as one without delay."""
        delay_s = max(delay_s, 0.0)
        self.counts[bisect_left(BOUNDS_S, delay_s)] += 1
        self.total_s += delay_s

    def within(self, share: float) -> float | None:
        """The smallest bound (seconds) by which this share of the labels had come; None without labels.

        Infinity where the share is reached only above the last bound.
        """
        have, wanted = 0, share * sum(self.counts)
        if not wanted:
            return None
        for bound, count in zip(BOUNDS_S, self.counts, strict=False):
            have += count
            if have >= wanted:
                return bound
        return float("inf")
