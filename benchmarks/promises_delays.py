"""Labels that come late: how often a fall alone is taken for misses that are labelled sooner."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from benchmarks.promises_rows import Answer, seldom, share
from monitor.domain.labelling.maturity import misses_come_sooner
from monitor.evaluate.labelling import RECENT

HEALTHY, BROKEN = 0.88, 0.39
LOOKS = range(31, 39)  # days after a fall on day 30
LEVEL = 0.0005  # of each look


class LateStream(NamedTuple):
    """Tickets in days: when predicted, when labelled, and which were hits."""

    made: NDArray[np.float64]
    labelled: NDArray[np.float64]
    hit: NDArray[np.bool_]

    @classmethod
    def draw(
        cls, seed: int, per_day: int, days: int, falls_on: float, hit_days: float, miss_days: float
    ) -> "LateStream":
        """Recall falls from .88 to .39 on a day; labels wait an exponential time, so long on average."""
        rng = np.random.default_rng(seed)
        made = np.sort(rng.uniform(0, days, per_day * days))
        hit = rng.random(made.size) < np.where(made < falls_on, HEALTHY, BROKEN)
        return cls(made, made + rng.exponential(np.where(hit, hit_days, miss_days)), hit)

    def seen_on(self, day: float) -> "LateStream":
        """The newest outcomes of those that are labelled by then, as the agent reads them."""
        seen = np.flatnonzero(self.labelled <= day)
        newest = seen[np.argsort(self.labelled[seen])][-RECENT:]
        return LateStream(self.made[newest], self.labelled[newest], self.hit[newest])

    def misses_sooner(self) -> bool:
        """Whether misses are called labelled sooner."""
        return misses_come_sooner(self.made, self.labelled - self.made, self.hit)

    def misses_sooner_over_all(self) -> bool:
        """The comparison that takes no notice of when a prediction was made."""
        waited = self.labelled - self.made
        return bool(mannwhitneyu(waited[~self.hit], waited[self.hit], alternative="less").pvalue < LEVEL)


def mistaken(per_day: int, seed: int, delay: float = 2.0) -> tuple[bool, bool]:
    """Whether a fall was, at a look in the eight days after it, taken for sooner misses: as now, and over all."""
    stream = LateStream.draw(seed, per_day, 38, 30, delay, delay)
    looks = [stream.seen_on(day) for day in LOOKS]
    return any(look.misses_sooner() for look in looks), any(look.misses_sooner_over_all() for look in looks)


def withdrawn(runs: int) -> Iterator[Answer]:
    """A page is bet on anew where misses are labelled sooner: a fall alone must not look like that."""
    question = "a fall taken for early misses, in 8 days"
    for per_day, delay in ((10, 2.0), (50, 1.0), (50, 2.0), (50, 5.0), (200, 2.0)):
        some = max(runs // (20 if per_day == 200 else 5), 10)
        now, over_all = zip(*(mistaken(per_day, seed, delay) for seed in range(some)), strict=True)
        world = f"{per_day} labels a day, hits and misses {delay:g} days late"
        beside = f"over all predictions at once {share(over_all):.2f}"
        yield seldom(question, world, now, len(LOOKS) * LEVEL, beside)
