"""The intervals of reports: a week's recall, where customers' tickets miss together too, and the offline number."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.promises_bursts import customers
from benchmarks.promises_rows import Answer, covered, share
from monitor.domain.anchors.promise import Measured
from monitor.domain.incidents.facts import offline_estimate
from monitor.domain.recall.intervals import confidence_sequence
from monitor.domain.weekly.counts import WeekCount

SEED = 5
WEEK = 7.0
LABELS = 400


class Customers(NamedTuple):
    """How many tickets a customer sends at a time, and how alike they are."""

    at_a_time: int = 1
    icc: float = 0.0

    @property
    def design_effect(self) -> float:
        """How many of them say as much as one would alone."""
        return 1 + (self.at_a_time - 1) * self.icc

    def weeks(self, recall: float, labels_a_day: float, runs: int) -> NDArray[np.int64]:
        """Hits and labels of so many weeks, (runs, 2); those without a label are left out."""
        rng = np.random.default_rng(SEED)
        bursts = rng.poisson(labels_a_day * WEEK / self.at_a_time, runs)
        shape = (runs, max(int(bursts.max()), 1), self.at_a_time)
        there = np.arange(shape[1]) < bursts[:, np.newaxis]
        hits = (customers(recall, self.icc, shape, rng).sum(axis=2) * there).sum(axis=1)
        return np.column_stack([hits, bursts * self.at_a_time]).astype(np.int64)[bursts > 0]

    def __str__(self) -> str:
        """As it is told."""
        if self.at_a_time == 1:
            return "customers one at a time"
        return f"{self.at_a_time} tickets of a customer at a time, ICC {self.icc:g}"


ALIKE = [Customers(3, 0.1), Customers(3, 0.3), Customers(10, 0.1), Customers(10, 0.3)]


def weekly(runs: int) -> Iterator[Answer]:
    """The recall of a week's labels; where tickets miss together, widened by the design effect."""
    for whose in (Customers(), *ALIKE):
        for recall in (0.39, 0.88):
            for rate in (0.2, 2.0, 10.0, 50.0):
                counts = whose.weeks(recall, rate, runs)
                world = f"recall {recall:g}, {rate:g} labels a day, {whose}"
                held = week_covers(counts, recall, whose.design_effect)
                plain = (
                    "" if whose == Customers() else f"each counted {share(week_covers(counts, recall)):.2f}"
                )
                yield covered("a week's recall", world, held, 0.95, plain)


def week_covers(counts: NDArray[np.int64], recall: float, design_effect: float = 1.0) -> list[bool]:
    """Which weeks' intervals hold the recall."""

    @cache
    def holds_it(hits: int, labels: int) -> bool:
        week = WeekCount(hits, labels - hits)
        shown = week.interval(weighted=False, design_effect=design_effect)
        return shown is not None and shown.low <= recall <= shown.high

    return [holds_it(*count) for count in counts.tolist()]


def live_together(runs: int) -> Iterator[Answer]:
    """The recall since the release where tickets miss together, looked at after every label."""
    some = max(runs // 4, 20)
    for whose in ALIKE:
        for recall in (0.39, 0.88):
            held, plain = (
                always_together(whose, recall, some, design_effect)
                for design_effect in (whose.design_effect, 1.0)
            )
            world = f"uniform labels, recall {recall:g}, {whose}, {LABELS} looks"
            yield covered("live, at all looks", world, held, 0.95, f"each counted {share(plain):.2f}")


def always_together(whose: Customers, recall: float, runs: int, design_effect: float) -> list[bool]:
    """Which runs cover at each of 400 labels."""
    shape = (runs, -(-LABELS // whose.at_a_time), whose.at_a_time)
    tickets = customers(recall, whose.icc, shape, np.random.default_rng(SEED))
    hits = np.cumsum(tickets.reshape(runs, -1)[:, :LABELS], axis=1).astype(np.int64)

    @cache
    def holds_it(k: int, n: int) -> bool:
        low, high = confidence_sequence(k / design_effect, (n - k) / design_effect)
        return low <= recall <= high

    return [all(holds_it(k, n) for n, k in enumerate(stream, start=1)) for stream in hits.tolist()]


def offline(runs: int) -> Iterator[Answer]:
    """An anchor's number, with the interval that its examples allow."""
    for support in (8, 20, 38, 100):
        for recall in (0.60, 0.88):
            hits = np.random.default_rng(SEED).binomial(support, recall, runs)
            shown = [offline_estimate(Measured(k / support, support)) for k in hits.tolist()]
            held = [each.low <= recall <= each.high for each in shown]
            yield covered("the offline number", f"recall {recall:g}, anchor of {support}", held, 0.95)
