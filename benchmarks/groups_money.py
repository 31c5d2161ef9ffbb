"""Two questions about one bet's money: how many stakes share it, and how much of it may come in at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.groups_rules import BY_DAY, HEAD, first_page, mean_path, money
from benchmarks.groups_streams import Scene, draw
from benchmarks.report import Row, Table
from monitor.domain.recall.intervals import FloatArray

HEALTHY, FLOOR = 0.88, 0.78
CELLS, RATE = 20, 2.0  # a cell has a twentieth of the money, and two labels a day
LATER = 120  # labels before a break on day 60
FALLS = [(0.39, 150), (0.60, 400), (0.75, 2500)]

# How far below the floor the recalls lie that are bet on.
Spacing = Callable[[int], FloatArray]
SPACINGS: dict[str, Spacing] = {
    "equal": lambda n: np.linspace(FLOOR - 0.02, 0.03, n),
    "thicker near the floor": lambda n: np.linspace((FLOOR - 0.02) ** 0.5, 0.03**0.5, n) ** 2,
    "equal ratios": lambda n: np.geomspace(FLOOR - 0.02, 0.03, n),
}
# The most that one outcome may bring, in pages, and whether the rest comes with the next.
CAPS = [
    ("no cap", np.inf, True),
    ("1/10", 0.1, True),
    ("1/20", 0.05, True),
    ("1/20, rest lost", 0.05, False),
    ("1/50", 0.02, True),
]


@dataclass(frozen=True, slots=True)
class Stakes:
    """A grid of stakes."""

    spacing: str
    n: int

    @property
    def bold(self) -> FloatArray:
        """`lam_j = (f - q_j)/(f (1 - f))`."""
        return np.asarray(SPACINGS[self.spacing](self.n) / (FLOOR * (1 - FLOOR)))


def stakes_table(streams: int, counts: tuple[int, ...]) -> Table:
    """One cell of twenty, at equal money: labels to the page for each grid of stakes."""
    rows: list[Row] = []
    for stakes in (Stakes(spacing, n) for spacing in SPACINGS for n in counts):
        row: Row = {"stakes": f"{stakes.n}, {stakes.spacing}"}
        for good in (0, LATER):
            for recall, labels in FALLS:
                after = _first(stakes.bold, recall, good, labels, streams)
                row[f"{recall:.2f} {'day 60' if good else 'release'}"] = _median(after[after > 0])
        row["false pages a year, 20 cells at the floor"] = _false_pages(stakes.bold, 5 * streams)
        rows.append(row)
    return Table(
        "Stakes: median labels to the page, one cell of 20 with its share of the money, 2 labels a day",
        rows,
        [
            f"floor {FLOOR}, healthy {HEALTHY}; - where the median is over the {FALLS[-1][1]} labels waited for"
        ],
    )


def caps_table(groups: int, rates: tuple[float, ...]) -> Table:
    """All members broken at the release: what it costs that no outcome brings the group more than a cap."""
    rows: list[Row] = []
    for rate in rates:
        for left, share_of_days in ((0.39, 10), (0.60, 30), (0.75, 200)):
            scene = Scene(rate=rate, left=left, days=max(1.0, share_of_days / rate))
            labels = draw(scene, groups, seed=5)
            row: Row = {"labels a day": rate, "to": left}
            for budget in (1, 12):
                for name, cap, keep_rest in CAPS:
                    # A path is of the whole budget, and the group has half of it.
                    group = np.zeros_like(labels.intents)
                    put = money(labels.times, group, cap / (0.5 * budget), keep_rest=keep_rest)
                    path = mean_path(labels, put)
                    days = first_page(labels, (path, 0.5 * budget))
                    seen = (labels.times <= days[:, np.newaxis]).sum(axis=1).astype(float)
                    row[f"B = {budget}, {name}"] = _median(np.where(np.isfinite(days), seen, np.inf))
            rows.append(row)
    return Table(
        "The most that one outcome may bring: median labels of the whole group to its page",
        rows,
        [
            "20 intents, all broken at the release, half of the budget B; the rest comes with the next outcomes"
        ],
    )


def _first(bold: FloatArray, recall: float, good: int, labels: int, streams: int) -> FloatArray:
    """Labels from the break to the page of each stream; 0 for a false page, without end for none."""
    rng, after = np.random.default_rng(7), np.full(streams, np.inf)
    wealth = np.zeros((streams, bold.size))
    for label in range(good + labels):
        hits = rng.random(streams) < (HEALTHY if label < good else recall)
        wealth = _played(wealth, bold, hits, label)
        rich = (wealth.mean(axis=1) >= 1) & np.isinf(after)
        after[rich] = max(0, label + 1 - good)
    return after


def _false_pages(bold: FloatArray, streams: int) -> float:
    rng, pages = np.random.default_rng(8), 0
    wealth = np.zeros((streams, bold.size))
    for label in range(int(365 * RATE)):
        wealth = _played(wealth, bold, rng.random(streams) < FLOOR, label)
        rich = wealth.mean(axis=1) >= 1
        pages += int(rich.sum())
        wealth[rich] = 0.0
    return pages / streams * CELLS


def _played(wealth: FloatArray, bold: FloatArray, hits: np.ndarray, label: int) -> FloatArray:
    put = (BY_DAY / RATE + (HEAD if label == 0 else 0.0)) / CELLS
    return np.asarray((wealth + put) * (1 - bold * np.where(hits, 1 - FLOOR, -FLOOR)[:, np.newaxis]))


def _median(values: FloatArray) -> float | None:
    middle = float(np.median(values))
    return middle if np.isfinite(middle) else None
