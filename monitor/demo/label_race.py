"""In: live tickets, the model's guesses, the rare cells. Out: forty labels a week by plan and by chance, 50 times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.detection.detector import advance, fresh
from monitor.domain.detection.money import Income
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.events.microseconds import DAY_US, to_us
from monitor.domain.events.types import Design
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.recall.scales import bet_weights
from monitor.domain.sampling.classes import class_chances
from monitor.domain.sampling.wanted import Wanted

A_WEEK: Final = 40
DRAWS: Final = 50
WEEKS: Final = 26
_LABELLED_AFTER_DAYS: Final = 1.0


class RareCell(NamedTuple):
    """What is known of a rare intent: its floor, its money, how it is predicted and where it was missed offline."""

    wanted: Wanted
    floor: float
    income: Income


class Traffic(NamedTuple):
    """What comes in a week: so many `tickets`, like these in what they are and what the model said."""

    truth: Sequence[str]
    predicted: Sequence[str]
    tickets: int


@dataclass(frozen=True, slots=True)
class LabelRace:
    """In which week each draw's first page came, by plan and by chance; None where none came in all the weeks."""

    by_plan: Sequence[float | None]
    by_chance: Sequence[float | None]

    @property
    def plan_first(self) -> int:
        """In how many draws the plan was first."""
        return sum(_week(p) < _week(c) for p, c in zip(self.by_plan, self.by_chance, strict=True))

    @property
    def chance_first(self) -> int:
        """In how many chance was."""
        return sum(_week(c) < _week(p) for p, c in zip(self.by_plan, self.by_chance, strict=True))

    def row(self, name: str, weeks: Sequence[float | None]) -> list[str]:
        """One of the two, in words: how often it paged, and its median week."""
        paged = sum(week is not None for week in weeks)
        middle = median(map(_week, weeks))
        return [
            name,
            f"{paged} of {len(weeks)}",
            f"week {middle:.0f}" if np.isfinite(middle) else "not in time",
        ]


def race(
    traffic: Traffic,
    cells: Sequence[RareCell],
    least: float,
    start: datetime,
    rng: np.random.Generator,
) -> LabelRace:
    """Let both see the same tickets: by plan each class has its chance, by chance all have the same.

    Both bet the same money on the same rare intents, from `start` on; no chance is below `least`.
    """
    counts = Counter(traffic.predicted)
    of_a_week = {name: count * traffic.tickets / len(traffic.predicted) for name, count in counts.items()}
    planned = class_chances([cell.wanted for cell in cells], of_a_week, A_WEEK, least).of(traffic.predicted)
    even = np.full(len(traffic.predicted), A_WEEK / traffic.tickets)
    weeks: dict[Design, list[float | None]] = {Design.BY_PREDICTION: [], Design.UNIFORM: []}
    for _ in range(DRAWS):
        came = rng.integers(0, len(traffic.truth), WEEKS * traffic.tickets)
        luck = rng.random(len(came))
        for design, chances in ((Design.BY_PREDICTION, planned), (Design.UNIFORM, even)):
            drawn = np.flatnonzero(luck < chances[came])
            days = 7 * drawn / traffic.tickets + _LABELLED_AFTER_DAYS
            paged = [
                _paged(traffic, cell, design, chances, came[drawn], days, least, start) for cell in cells
            ]
            first = min(paged, key=_week)
            weeks[design].append(None if first is None else first / 7)
    return LabelRace(weeks[Design.BY_PREDICTION], weeks[Design.UNIFORM])


def _paged(
    traffic: Traffic,
    cell: RareCell,
    design: Design,
    chances: FloatArray,
    drawn: NDArray[np.int64],
    days: FloatArray,
    least: float,
    start: datetime,
) -> float | None:
    """The day on which a cell's bet pages by the labels of the tickets that were drawn."""
    own = [at for at, ticket in enumerate(drawn) if traffic.truth[ticket] == cell.wanted.intent]
    hits = [traffic.predicted[drawn[at]] == cell.wanted.intent for at in own]
    chosen = [(design, float(chances[drawn[at]])) for at in own]
    weights = bet_weights({}, chosen, hits, least).bold
    known = [to_us(start) + int(days[at] * DAY_US) for at in own]
    detector, found = advance(
        fresh(), cell.floor, cell.income, outcomes(hits, weights, range(len(own)), known)
    )
    return float(days[own[found[0].seq]]) if found and detector.paged is not None else None


def _week(week: float | None) -> float:
    return np.inf if week is None else week


def wanted(intent: str, truth: Sequence[str], predicted: Sequence[str]) -> Wanted:
    """What offline examples say of an intent: how often what is predicted as it is it, and where it was missed."""
    pairs = list(zip(truth, predicted, strict=True))
    called = [true for true, said in pairs if said == intent]
    misses: Mapping[str, float] = Counter(said for true, said in pairs if true == intent != said)
    ppv = sum(true == intent for true in called) / len(called) if called else Wanted(intent).ppv
    return Wanted(intent, ppv, misses)
