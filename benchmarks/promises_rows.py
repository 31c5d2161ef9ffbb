"""A figure and what is promised of it come in; whether the promise is kept goes out, as a row of the table."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scipy.stats import binom, poisson

from benchmarks.report import Row
from monitor.domain.recall.estimate import Estimate

LUCK = 0.001  # a promise that is kept is called broken so seldom


@dataclass(frozen=True, slots=True)
class Answer:
    """A question about a `world`, the `figure` measured in so many `runs`, and whether what is `promised` is `kept`.

    Nothing is promised, and `kept` is None, where the figure only says what a remedy is worth or what is left open.
    """

    question: str
    world: str
    figure: float
    promised: str
    runs: int
    kept: bool | None
    beside: str = ""

    def row(self) -> Row:
        """As the table prints it."""
        kept = {True: "yes", False: "NO", None: "-"}[self.kept]
        figure = float(f"{self.figure:.3g}")
        return {
            "question": self.question,
            "world": self.world,
            "figure": figure,
            "promised": self.promised,
            "runs": self.runs,
            "kept": kept,
            "beside it": self.beside,
        }


Question = Callable[[int], Iterable[Answer]]


def covered(question: str, world: str, held: Sequence[bool], promised: float, beside: str = "") -> Answer:
    """How often an interval held the truth; kept unless it did so less often than chance allows (1 in 1,000)."""
    runs, count = len(held), sum(map(bool, held))
    least = binom.ppf(LUCK, runs, promised) if runs else 0
    figure = count / runs if runs else math.nan
    return Answer(question, world, figure, f"at least {promised:g}", runs, bool(count >= least), beside)


def seldom(question: str, world: str, held: Sequence[bool], promised: float, beside: str = "") -> Answer:
    """In which share of runs something happened; kept unless it did so oftener than chance allows."""
    runs, count = len(held), sum(map(bool, held))
    figure = count / runs if runs else math.nan
    kept = bool(count <= binom.ppf(1 - LUCK, runs, promised)) if runs else True
    return Answer(question, world, figure, f"at most {promised:.3g}", runs, kept, beside)


def pages_a_year(
    question: str, world: str, pages: int, years: float, promised: float, beside: str = ""
) -> Answer:
    """False pages a year over everything watched; kept unless they are more than chance allows."""
    kept = bool(pages <= poisson.ppf(1 - LUCK, promised * years))
    return Answer(question, world, pages / years, f"at most {promised:.3g}", round(years), kept, beside)


def open_figure(question: str, world: str, figure: float, runs: int, beside: str = "") -> Answer:
    """A figure of which nothing is promised: it stands in the docs."""
    return Answer(question, world, figure, "nothing", runs, None, beside)


def holds(estimate: Estimate, truth: float) -> bool:
    """Whether an interval holds the truth."""
    return estimate.low - 1e-9 <= truth <= estimate.high + 1e-9


def width(estimates: Iterable[Estimate]) -> float:
    """The mean width of intervals."""
    widths = [each.high - each.low for each in estimates]
    return sum(widths) / max(len(widths), 1)


def share(held: Sequence[bool]) -> float:
    """The share of what is true."""
    return sum(held) / max(len(held), 1)
