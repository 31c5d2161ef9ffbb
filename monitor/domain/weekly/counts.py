"""The labelled tickets of a week, counted."""

import msgspec

from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.intervals import clopper_pearson


class WeekCount(msgspec.Struct, frozen=True):
    """The labelled tickets of one intent that were predicted in one week.

    `weighed_hits` and `weighed` count each for the tickets it stands for, where its sampling is known. On `unanswered`
    of the misses the model gave no answer.
    """

    hits: int = 0
    misses: int = 0
    weighed_hits: float = 0.0
    weighed: float = 0.0
    unanswered: int = 0

    def plus(self, other: "WeekCount") -> "WeekCount":
        """Both together."""
        return WeekCount(
            self.hits + other.hits,
            self.misses + other.misses,
            self.weighed_hits + other.weighed_hits,
            self.weighed + other.weighed,
            self.unanswered + other.unanswered,
        )

    @property
    def support(self) -> int:
        """Labelled positives."""
        return self.hits + self.misses

    def recall(self, *, weighted: bool) -> float | None:
        """Of this week; None without a label."""
        if not self.support:
            return None
        return self.weighed_hits / self.weighed if weighted else self.hits / self.support

    def interval(self, *, weighted: bool, design_effect: float = 1.0) -> Interval | None:
        """95 % Clopper-Pearson of this week alone; None where labels are weighed, or there is none.

        Where one customer's tickets miss together, so many of them count as one (`Clustering.design_effect`).
        """
        if weighted or not self.support:
            return None
        return clopper_pearson(self.hits / design_effect, self.support / design_effect)
