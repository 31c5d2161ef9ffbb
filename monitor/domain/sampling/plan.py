"""Traffic, intents and a budget or a deadline come in; how many labels see a fall of each, and how soon, goes out."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from monitor.domain.events.types import Design
from monitor.domain.sampling.foretold import PlannedIntent, days_to_notice, labels_per_day, times_as_many
from monitor.domain.sampling.reach import GOOD_AUC, reached

DESIGNS = (Design.UNIFORM, Design.BY_PREDICTION, Design.BY_SCORE)
FIRST_GUESS = 0.02  # of the traffic
STEPS = 4
ROUNDS = 6
HALVINGS = 6
ROOM = 1.5  # times the sum of what each needs: the smallest chance of today may take its part
IN_TIME = 1.02  # times the days asked for: what is foretold is right to a tenth
MOST, LITTLE = 1e4, 1e-3  # a plan's weights: an intent that cannot be seen in time is not planned for


class Foretold(NamedTuple):
    """One intent under one design: the labels a day that it takes `alone`, and what a plan does for it.

    `alone` is infinite where even labels of every ticket are too few. By a plan it is seen in `days`, from its
    `labels` a day once it has fallen; `weight` is its part in the plan.
    """

    alone: float
    days: float
    labels: float
    weight: float = 1.0


class DesignPlan(NamedTuple):
    """A plan by one design: `per_day` labels, and what they do for each intent, in the order of the intents."""

    design: Design
    per_day: float
    intents: Sequence[Foretold]

    def in_time(self, within_days: float) -> int:
        """How many intents are seen in time."""
        return sum(each.days <= IN_TIME * within_days for each in self.intents)


class LabelPlan(NamedTuple):
    """How to see falls of these intents within so many days; a plan for each design, the traffic's size a day."""

    intents: Sequence[PlannedIntent]
    traffic: float
    within_days: float
    plans: Sequence[DesignPlan]
    auc: float


def alone(
    intents: Sequence[PlannedIntent],
    traffic: Mapping[str, float],
    design: Design,
    within_days: float,
    auc: float = GOOD_AUC,
) -> list[float]:
    """The labels a day it takes to see each intent's fall in time, were it the only one; infinite where none do.

    Chances grow with the budget until they reach 1, so one guess tells nearly all; the rest are corrections of it.
    The smallest chance of today is not kept: a plan may ask for less.
    """
    everything, needed = sum(traffic.values()), []
    for intent in intents:
        budget = FIRST_GUESS * everything
        for _ in range(STEPS):
            (kinds,) = reached([intent], [1.0], traffic, budget, design, 1e-9, auc)
            budget = min(budget * times_as_many(intent, kinds, design, within_days), everything)
        (kinds,) = reached([intent], [1.0], traffic, budget, design, 1e-9, auc)
        seen = days_to_notice(intent, kinds, design) <= IN_TIME * within_days
        needed.append(budget if seen and math.isfinite(budget) else math.inf)
    return needed


def together(
    intents: Sequence[PlannedIntent],
    traffic: Mapping[str, float],
    per_day: float,
    design: Design,
    within_days: float,
    least: float,
    auc: float = GOOD_AUC,
) -> DesignPlan:
    """The best split of so many labels a day: most intents in time, and then the slowest of them soonest.

    One ticket serves all. As many intents as can be are planned for, those that need least first, found by halving;
    among these an intent's weight grows with its days until all are about alike. The others get what the draw for
    these gives them.
    """
    return _Splitting(intents, traffic, design, within_days, least, auc).best(per_day)


class _Splitting:
    """Intents among which labels of one design are split; what each needs alone is reckoned once."""

    def __init__(
        self,
        intents: Sequence[PlannedIntent],
        traffic: Mapping[str, float],
        design: Design,
        within_days: float,
        least: float,
        auc: float,
    ) -> None:
        self._intents, self._traffic, self._design = intents, traffic, design
        self._within_days, self._least, self._auc = within_days, least, auc
        self._needed = alone(intents, traffic, design, within_days, auc)
        self._order = sorted(range(len(intents)), key=lambda at: self._needed[at])

    def best(self, per_day: float) -> DesignPlan:
        """The best split of so many labels a day."""
        able = sum(needed <= per_day for needed in self._needed)
        best = self._balanced(per_day, able or len(self._order))
        low, high = 0, able
        while low < high and best.in_time(self._within_days) < able:
            middle = (low + high) // 2
            tried = self._balanced(per_day, middle or 1)
            if tried.in_time(self._within_days) > best.in_time(self._within_days):
                best = tried
            if tried.in_time(self._within_days) >= middle:
                low = middle + 1
            else:
                high = middle
        return best

    def enough(self) -> float:
        """The fewest labels a day that see every fall that can be seen: from the dearest's to the sum of all."""
        needed, everything = (
            [each for each in self._needed if math.isfinite(each)],
            sum(self._traffic.values()),
        )
        if not needed:
            return everything
        low, high = max(needed), min(ROOM * sum(needed), everything)
        if self._design is Design.UNIFORM:
            return low
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if self._balanced(middle, len(needed)).in_time(self._within_days) < len(needed):
                low = middle
            else:
                high = middle
        return high

    def _balanced(self, per_day: float, count: int) -> DesignPlan:
        """The split for the intents that need least, so many of them: first of all that all are in time."""
        served = self._order[:count]
        weights = [1.0 if at in served else LITTLE for at in range(len(self._intents))]
        best: tuple[tuple[int, float], DesignPlan] | None = None
        for _ in range(1 if self._design is Design.UNIFORM else ROUNDS):
            plan, slowest = self._plan(per_day, weights), 0.0
            for at in served:
                days = plan.intents[at].days
                times = days / self._within_days if math.isfinite(days) else MOST
                weights[at] = min(max(weights[at] * times**1.5, LITTLE), MOST)
                slowest = max(slowest, days)
            worth = (plan.in_time(self._within_days), -slowest)
            if best is None or worth > best[0]:
                best = worth, plan
        assert best is not None  # noqa: S101 - there is a round at least
        return best[1]

    def _plan(self, per_day: float, weights: Sequence[float]) -> DesignPlan:
        kinds = reached(self._intents, weights, self._traffic, per_day, self._design, self._least, self._auc)
        foretold = [
            Foretold(needed, days_to_notice(intent, kind, self._design), labels_per_day(intent, kind), weight)
            for needed, intent, kind, weight in zip(self._needed, self._intents, kinds, weights, strict=True)
        ]
        return DesignPlan(self._design, per_day, foretold)


def label_plan(
    intents: Sequence[PlannedIntent],
    traffic: Mapping[str, float],
    within_days: float,
    least: float,
    per_day: float | None,
    auc: float = GOOD_AUC,
) -> LabelPlan:
    """Plans by each design: for so many labels a day, or without, for so many as see every fall in time.

    An intent of which no number of labels tells enough is left out of the latter. Costs: some ten seconds for 100
    intents of 100 classes.
    """
    plans = []
    for design in DESIGNS:
        splitting = _Splitting(intents, traffic, design, within_days, least, auc)
        plans.append(splitting.best(per_day if per_day is not None else splitting.enough()))
    return LabelPlan(intents, sum(traffic.values()), within_days, plans, auc)


def typical_days(
    intents: Sequence[PlannedIntent],
    traffic: Mapping[str, float],
    budgets: Sequence[float],
    design: Design,
    least: float,
    auc: float = GOOD_AUC,
) -> list[float]:
    """In how many days half of the intents' falls are seen, at each number of labels a day, nobody preferred."""
    found = []
    for budget in budgets:
        kinds = reached(intents, [1.0] * len(intents), traffic, budget, design, least, auc)
        days = sorted(days_to_notice(*pair, design) for pair in zip(intents, kinds, strict=True))
        found.append(days[(len(days) - 1) // 2])
    return found
