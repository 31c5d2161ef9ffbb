"""Groups: labels and days to the first page, by who has which share of the money.

`python -m benchmarks.groups --json benchmarks/out/groups.json`

All rules see the same labels, so the differences between columns are surer than the columns themselves.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.groups_money import caps_table, stakes_table
from benchmarks.groups_rules import cells_path, first_page, mean_path, oracle_path, some_path
from benchmarks.groups_streams import Labels, Scene, beta, draw
from benchmarks.report import Report, Row, Table, parser, publish
from monitor.domain.recall.intervals import FloatArray

SMALL = (8, 40)  # examples of an anchor
LABELS_A_PAGE = 3650  # of the table by the label: each brings a 3,650th of a page


@dataclass(frozen=True, slots=True)
class Size:
    """How large the simulation is."""

    groups: int = 200
    years: int = 160
    streams: int = 2000
    stakes: tuple[int, ...] = (4, 8, 12, 16, 24)
    rates: tuple[float, ...] = (0.5, 2.0, 10.0)
    breaks_on: float = 60.0
    days_of_a_year: float = 365.0


QUICK = Size(groups=6, years=4, streams=20, stakes=(4,), rates=(0.5,), breaks_on=3.0, days_of_a_year=20.0)


@dataclass(frozen=True, slots=True)
class Split:
    """Who has which share of the money; the cells have the rest."""

    name: str
    mean: float
    some: float


SPLITS = [
    Split("cells only", 0, 0),
    Split("mean 1/2", 1 / 2, 0),
    Split("some 1/2", 0, 1 / 2),
    Split("mean, some 1/4", 1 / 4, 1 / 4),
    Split("mean 1/3", 1 / 3, 0),
    Split("mean, some 1/6", 1 / 6, 1 / 6),
    Split("mean, some 1/8", 1 / 8, 1 / 8),
]


@dataclass(frozen=True, slots=True)
class Paths:
    """The money of every rule after each label, of a whole budget."""

    cells: FloatArray
    mean: FloatArray
    some: FloatArray

    @classmethod
    def of(cls, labels: Labels) -> "Paths":
        """Played on these labels."""
        return cls(cells_path(labels), mean_path(labels), some_path(labels))

    def pages(self, labels: Labels, split: Split) -> FloatArray:
        """The day of each group's first page: of a cell, or of its two bets together."""
        cells = (1 - split.mean - split.some) / labels.scene.intents
        together = self.mean * split.mean + self.some * split.some
        return first_page(labels, (self.cells, cells), (together, 1.0))


def by_label_table(groups: int) -> Table:
    """By the label, as thresholds were: all labels of the group to the first page, of the group and of a cell."""
    scenes = {
        "20 intents, all at .7 of their recall": Scene(left=0.7, is_share=True, days=20),
        "20 intents, all at half": Scene(left=0.5, is_share=True, days=10),
        "5 intents, all at .7": Scene(5, broken=5, left=0.7, is_share=True, days=150),
        "5 intents, all at half": Scene(5, broken=5, left=0.5, is_share=True, days=50),
        "two of 20 at .39": Scene(broken=2, days=50),
    }
    rows: list[Row] = []
    for name, scene in scenes.items():
        labels = draw(replace(scene, support=SMALL, recalls=beta), groups, seed=1)
        put = np.full(labels.times.shape, 1 / LABELS_A_PAGE)
        counted = replace(
            labels, times=np.where(labels.arrived, np.arange(1.0, labels.times.shape[1] + 1), np.inf)
        )
        rows.append(
            {
                "": name,
                "group": _median(first_page(counted, (mean_path(labels, put), 1.0))),
                "best cell": _median(first_page(counted, (cells_path(labels, put), 1.0))),
            }
        )
    return Table(
        "Labels over the whole group to the first page, money by the label",
        rows,
        [f"anchors of 8 to 40 examples drawn anew, healthy Beta(8, 2), a page in {LABELS_A_PAGE} labels"],
    )


def days_table(title: str, scenes: Sequence[Scene], groups: int, notes: Sequence[str] = ()) -> Table:
    """Median days from the break to the first page, and what each split loses to the best of them."""
    rows: list[Row] = []
    seen: list[list[float]] = []  # scenes that every split sees
    for seed, scene in enumerate(scenes):
        labels = draw(scene, groups, seed=10 + seed)
        paths = Paths.of(labels)
        when = "release" if scene.breaks_on == 0 else f"day {scene.breaks_on:g}"
        row: Row = {
            "broken": f"{scene.broken} of {scene.intents}, {when}, {scene.rate:g} a day, to {_left(scene)}"
        }
        for split in SPLITS:
            row[split.name] = _delay(paths.pages(labels, split), scene)
        row["oracle"] = _delay(first_page(labels, (oracle_path(labels), 1.0)), scene)
        days = [each for split in SPLITS if isinstance(each := row[split.name], float)]
        if len(days) == len(SPLITS):
            seen.append(days)
        rows.append(row)
    return Table(title, [*rows, *_lost(seen)], notes)


def false_pages_table(years: int, days: float) -> Table:
    """Years with a false page while every intent lies exactly at its floor, and while all are healthy."""
    rows: list[Row] = []
    known = Scene(12, 1.0, broken=0, days=days, support=None, at_floor=True)
    drawn = Scene(12, 1.0, broken=0, days=days, support=SMALL, recalls=beta)
    for name, scene in {
        "all at the floor, anchors known": known,
        "healthy, anchors of 40": replace(drawn, support=(40, 40)),
        "healthy, anchors of 8 to 40": drawn,
    }.items():
        labels = draw(scene, years, seed=30)
        paths = Paths.of(labels)
        shares = {split.name: float(np.isfinite(paths.pages(labels, split)).mean()) for split in SPLITS}
        rows.append({"12 intents, one label a day each": name, **shares})
    return Table("Years with a false page (promised: one page a year, and a quarter at the release)", rows)


def scenes_of(size: Size) -> tuple[list[Scene], list[Scene]]:
    """Those of twelve intents at one label a day, and those of twenty at several rates."""
    later = (0.0, size.breaks_on)
    twelve = [Scene(12, 1.0, broken, breaks_on=day) for day in later for broken in (1, 3, 12)]
    twenty = [
        Scene(
            20,
            rate,
            broken,
            breaks_on=day,
            days=min(160.0, 60 / rate + 30),
            support=support,
            recalls=recalls,
            left=0.44,
            is_share=True,
        )
        for support, recalls in (((40, 40), Scene().recalls), (SMALL, beta))
        for rate in size.rates
        for day in later
        for broken in (1, 5, 20)
    ]
    return twelve, twenty


def _left(scene: Scene) -> str:
    return f"{scene.left:.2f}" + (" of its own" if scene.is_share else "")


def _delay(pages: FloatArray, scene: Scene) -> float | None:
    """From the break; who paged before it did so falsely, and is left out."""
    return _median(pages[pages >= scene.breaks_on] - scene.breaks_on)


def _median(values: FloatArray) -> float | None:
    middle = float(np.median(values)) if values.size else np.inf
    return middle if np.isfinite(middle) else None


def _lost(seen: Sequence[Sequence[float]]) -> list[Row]:
    """How far behind the best split each of them comes, over all scenes."""
    if not seen:
        return []
    days = np.array(seen)
    best = days.min(axis=1, keepdims=True)
    lost = {
        "days behind the best split, mean": (days - best).mean(axis=0),
        "days behind the best split, at worst": (days - best).max(axis=0),
        "times the best split, geometric mean": np.exp(np.log(days / best).mean(axis=0)),
        "times the best split, at worst": (days / best).max(axis=0),
    }
    names = [split.name for split in SPLITS]
    return [
        {"broken": title, **dict(zip(names, each.tolist(), strict=True)), "oracle": None}
        for title, each in lost.items()
    ]


def main() -> None:
    """Measure, print, write."""
    options = parser(__doc__ or "").parse_args()
    size, began = QUICK if options.quick else Size(), time.perf_counter()
    twelve, twenty = scenes_of(size)
    tables = [
        by_label_table(size.groups),
        days_table(
            "12 intents, one label a day each, anchors of 40: median days to the first page",
            twelve,
            size.groups,
        ),
        false_pages_table(size.years, size.days_of_a_year),
        days_table(
            "20 intents, anchors of 40 (healthy .88), then of 8 to 40 (Beta(8, 2)): median days to the first page",
            twenty,
            max(2, size.groups // 3),
        ),
        stakes_table(size.streams, size.stakes),
        caps_table(max(2, size.groups // 2), size.rates),
    ]
    publish(Report("groups", tables, time.perf_counter() - began, options.quick, ["numpy"]), options)


if __name__ == "__main__":
    main()
