"""Days and labels to the first page of twenty intents: by the label, by the calendar, with a group, the oracle.

A false page a year is promised over all twenty, anchors known (.88), floors .78. They break at the first release
ever, or on day 60. A rule is a split of the money, so that another one is another line of `RULES`.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product

import numpy as np

from benchmarks.groups_rules import cells_path, first_page, mean_path, money, oracle_path
from benchmarks.groups_streams import Labels, Scene, draw
from benchmarks.report import Cell, Row, Table
from monitor.domain.detection.money import AT_LEAST_ODDS
from monitor.domain.recall.intervals import FloatArray

INTENTS = 20
FORECAST = 10 * 365  # the outcomes a year that the rule of before took for granted
THRESHOLD = FORECAST * INTENTS  # r/(B s): each label brought one, and this was a page
HALF = 0.5  # of the money is the group's
A_THIRD = 1 / 3
WAIT = {0.39: 150, 0.60: 500, 0.75: 1500}  # labels of an intent after which a page is waited for no more


@dataclass(frozen=True, slots=True)
class Days:
    """How many worlds, and what breaks when; in how many healthy worlds, for how long, false pages are counted."""

    worlds: int = 60
    healthy: int = 100
    healthy_days: float = 60.0
    rates: tuple[float, ...] = (0.5, 2.0, 10.0)
    recalls: tuple[float, ...] = (0.39, 0.60, 0.75)
    broken: tuple[int, ...] = (1, 3, 20)
    breaks_on: tuple[float, ...] = (0.0, 60.0)
    days: float = 150.0

    def waits(self, rate: float, recall: float) -> float:
        """Days after the break."""
        return min(self.days, WAIT[recall] / rate)


QUICK_DAYS = Days(
    worlds=4, healthy=4, healthy_days=3.0, rates=(0.5,), broken=(1, 20), breaks_on=(0.0, 3.0), days=8.0
)


@dataclass(frozen=True, slots=True)
class DaysToPage:
    """One rule in one scene: medians from the break, None where most worlds do not page in the days waited for."""

    rule: str
    rate: float
    recall: float
    broken: int
    breaks_on: float
    days: float | None
    labels: float | None
    false: float  # share of worlds that paged before the break

    @property
    def scene(self) -> tuple[float, int, float, float]:
        """What breaks, when, where."""
        return self.breaks_on, self.broken, self.rate, self.recall


def before(labels: Labels) -> FloatArray:
    """The rule of before: `R_j <- (R_j + 1) L_j` at each label, and a page at r/(B s), r the forecast."""
    return first_page(labels, (cells_path(labels, np.ones(labels.times.shape)), 1 / THRESHOLD))


def now_cells(labels: Labels) -> FloatArray:
    """Money by the calendar, each intent bet on alone."""
    return first_page(labels, (cells_path(labels), 1 / INTENTS))


def now_both(labels: Labels) -> FloatArray:
    """Half of the money for the intents, half for all of them together, of which no label brings above a twentieth."""
    # A path is of the whole budget, of which the group has a part.
    put = money(labels.times, np.zeros_like(labels.intents), 1 / AT_LEAST_ODDS / HALF, keep_rest=False)
    return first_page(labels, (cells_path(labels), (1 - HALF) / INTENTS), (mean_path(labels, put), HALF))


BEFORE, CELLS, BOTH, ORACLE = "by the label", "by the calendar", "with a group", "oracle"
RULES: dict[str, Callable[[Labels], FloatArray]] = {BEFORE: before, CELLS: now_cells, BOTH: now_both}


class Oracle:
    """Who knows which intents break, to what and from what: one bet, with as many false pages as the cells have.

    They are counted in healthy worlds from the release on: as many of them page as page by the calendar, at least one.
    """

    def __init__(self, size: Days) -> None:
        self._size = size
        self._falsely: dict[float, float] = {}
        self._pages_at: dict[tuple[float, int, float], float] = {}

    def pages(self, labels: Labels) -> FloatArray:
        """The day of each world's first page."""
        scene = labels.scene
        key = scene.rate, scene.broken, scene.left
        if key not in self._pages_at:
            self._pages_at[key] = self._calibrated(scene)
        return first_page(labels, (oracle_path(labels), 1 / self._pages_at[key]))

    def _calibrated(self, scene: Scene) -> float:
        healthy = draw(
            replace(scene, breaks_on=self._size.healthy_days, days=0.0), self._size.healthy, seed=299
        )
        if scene.rate not in self._falsely:
            self._falsely[scene.rate] = float(np.isfinite(now_cells(healthy)).mean())
        share = max(self._falsely[scene.rate], 1 / self._size.healthy)
        return float(np.quantile(oracle_path(healthy).max(axis=1), 1 - share))


def measure(size: Days) -> list[DaysToPage]:
    """Every rule in every scene; all see the same labels."""
    results, rules = [], {**RULES, ORACLE: Oracle(size).pages}
    scenes = product(size.breaks_on, size.broken, size.rates)
    for (seed, (breaks_on, broken, rate)), recall in product(enumerate(scenes), size.recalls):
        scene = Scene(
            INTENTS, rate, broken, recall, breaks_on=breaks_on, days=size.waits(rate, recall), support=None
        )
        labels = draw(scene, size.worlds, seed=300 + seed)
        for name, rule in rules.items():
            pages = rule(labels)
            true = pages >= breaks_on
            days = np.where(true, pages - breaks_on, np.nan)
            results.append(
                DaysToPage(
                    name,
                    rate,
                    recall,
                    broken,
                    breaks_on,
                    _median(days[true]),
                    _median(_labels(labels, pages)[true]),
                    float(1 - true.mean()),
                )
            )
    return results


def _labels(labels: Labels, pages: FloatArray) -> FloatArray:
    """The labels of broken intents from the break to the page."""
    scene = labels.scene
    counted = (labels.times >= scene.breaks_on) & (labels.times <= pages[:, np.newaxis])
    seen = (counted & (labels.intents < scene.broken)).sum(axis=1).astype(np.float64)
    return np.where(np.isfinite(pages), seen, np.inf)


def _median(values: FloatArray) -> float | None:
    middle = float(np.median(values)) if values.size else np.inf
    return middle if np.isfinite(middle) else None


def days_table(results: Sequence[DaysToPage], size: Days) -> Table:
    """A line a scene: days (labels) of each rule."""
    rows: list[Row] = []
    for scene in dict.fromkeys(result.scene for result in results):
        breaks_on, broken, rate, recall = scene
        row: Row = {
            "break": f"day {breaks_on:g}" if breaks_on else "release",
            "broken": f"{broken} of {INTENTS}",
            "labels a day": rate,
            "to": f"{recall:.2f}",
        }
        for result in results:
            if result.scene == scene:
                row[result.rule] = _text(result)
        rows.append(row)
    return Table(
        f"Days (labels of the broken intents) to the first page, medians of {size.worlds} worlds",
        rows,
        [
            f"{INTENTS} intents, a false page a year over all of them; - where more than half do not page in "
            f"{size.days:g} days, or in {', '.join(f'{n:,} labels to {to:.2f}' for to, n in WAIT.items())}.",
            f"By the label: the rule of before, a threshold of {THRESHOLD:,} from a forecast of 10 labels a day.",
            f"Oracle: told which intents break, to what and from what; as many of {size.healthy} healthy worlds page "
            f"in {size.healthy_days:g} days as by the calendar, or one.",
        ],
        [asdict(result) for result in results],
    )


def _text(result: DaysToPage) -> Cell:
    if result.days is None or result.labels is None:
        return "-"
    early = f", {result.false:.0%} before" if result.false >= 0.005 else ""
    return f"{result.days:.1f} ({result.labels:.0f}){early}"


def days_aim(results: Sequence[DaysToPage]) -> Table:
    """A break of all twenty at the release is seen in a third of the days of before, at 2 labels a day."""
    rows: list[Row] = []
    by_rule = {(result.rule, result.scene): result.days for result in results}
    everywhere = max(result.broken for result in results)
    for result in results:
        if result.breaks_on or result.broken != everywhere or result.rule != BEFORE or result.days is None:
            continue
        for rule in (CELLS, BOTH):
            days = by_rule[rule, result.scene]
            share = round(days / result.days, 3) if days is not None else None
            aimed = result.rate == 2 and result.recall == 0.39
            rows.append(
                {
                    "rule": rule,
                    "labels a day": result.rate,
                    "to": result.recall,
                    "of the days before": share,
                    "at most": round(A_THIRD, 3) if aimed else None,
                    "met": ("yes" if share is not None and share <= A_THIRD else "NO") if aimed else None,
                }
            )
    return Table(f"All {everywhere} broken at the release: which part of the days of before", rows)
