"""The measured delays come in; whether each aim is met goes out."""

from collections.abc import Sequence
from typing import Protocol

from benchmarks.detection_rules import DROPS, HEAD_START
from benchmarks.detection_streams import Delay
from benchmarks.report import Cell, Row, Table

# rule, live recall, at most so many times the oracle's mean when broken from the start, and when broken later
AIMS = [
    ("ours, drop 0.05", 0.39, 1.10, 1.10),
    ("ours, drop 0.10", 0.39, 1.10, 1.10),
    ("ours, drop 0.05", 0.60, 1.25, 1.25),
    ("ours, drop 0.10", 0.60, 1.40, 1.40),
    ("ours, drop 0.05", 0.75, None, None),
    ("ours, drop 0.10", 0.75, None, None),
    *((f"ours, drop {drop:.2f}{HEAD_START}", 0.39, 1.10, None) for drop in DROPS),
    *((f"ours, drop {drop:.2f}{HEAD_START}", 0.60, 1.25, None) for drop in DROPS),
    *((f"ours, drop {drop:.2f}{HEAD_START}", 0.75, None, None) for drop in DROPS),
]
GRID = ", stakes from f/3"
MEDIANS = 2  # outcomes that our median may be behind the best tuned peer's


class Measured(Protocol):
    """What is needed of a result."""

    @property
    def name(self) -> str:
        """The rule."""

    @property
    def kind(self) -> str:
        """Tuned, untuned, ours, ..."""

    @property
    def false_pages(self) -> float:
        """The share of healthy streams that page."""

    @property
    def delays(self) -> list[Delay]:
        """By recall and start."""


def verdicts(results: Sequence[Measured]) -> Table:
    """A line for each rule of ours and scene: the oracle's mean, the best tuned peer's median."""
    rows: list[Row] = []
    measured = {result.name for result in results}
    for aim, recall, *times in AIMS:
        for name in (aim, aim + GRID):
            if name in measured:
                rows += [_line(results, name, recall, index, most) for index, most in enumerate(times)]
    return Table(
        "The aims",
        rows,
        [
            "times oracle: ratio of means. The best tuned peer has the smallest median in that scene;",
            "whenever it breaks: the smallest of the larger of both medians, as nobody knows when it breaks.",
        ],
    )


def _line(results: Sequence[Measured], name: str, recall: float, index: int, times: float | None) -> Row:
    def scene(result: Measured) -> Delay:
        return [each for each in result.delays if each.recall == recall][index]

    def worse(result: Measured) -> float:
        return max(each.median for each in result.delays if each.recall == recall)

    by_name = {result.name: result for result in results}
    ours, oracle = scene(by_name[name]), scene(next(each for each in results if each.kind == "limit"))
    tuned = [each for each in results if each.kind == "tuned"]
    best = min(tuned, key=lambda each: scene(each).median)
    steady = min(tuned, key=worse)
    ratio, behind = ours.mean / oracle.mean, ours.median - scene(best).median

    def met(good: bool) -> Cell:
        return "yes" if good else "NO"

    return {
        "rule": name,
        "to": recall,
        "break": "start" if index == 0 else "later",
        "times oracle": round(ratio, 3),
        "at most": times,
        "met": met(round(ratio, 3) <= times) if times else None,
        "median": ours.median,
        "best tuned peer": f"{scene(best).median:.0f}, {best.name}",
        "within 2": met(behind <= MEDIANS),
        "best whenever it breaks": f"{worse(steady):.0f}, {steady.name}",
    }
