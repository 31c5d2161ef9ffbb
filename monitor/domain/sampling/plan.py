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
    needed = alone(intents, traffic, design, within_days, auc)
    order = sorted(range(len(intents)), key=lambda at: needed[at])
    able = [at for at in order if needed[at] <= per_day]

    def plan_for(count: int) -> DesignPlan:
        return _balanced(intents, traffic, per_day, design, within_days, least, auc, order[:count], needed)

    low, high, best = 0, len(able), plan_for(len(able) or len(order))
    if able and best.in_time(within_days) < len(able):
        while low < high:
            middle = (low + high) // 2
            tried = plan_for(middle or 1)
            if tried.in_time(within_days) > best.in_time(within_days):
                best = tried
            if tried.in_time(within_days) >= middle:
                low = middle + 1
            else:
                high = middle
    return best


def _balanced(
    intents: Sequence[PlannedIntent],
    traffic: Mapping[str, float],
    per_day: float,
    design: Design,
    within_days: float,
    least: float,
    auc: float,
    served: Sequence[int],
    needed: Sequence[float],
) -> DesignPlan:
    weights = [1.0 if at in served else LITTLE for at in range(len(intents))]
    best: tuple[tuple[int, float], DesignPlan] | None = None
    for _ in range(1 if design is Design.UNIFORM else ROUNDS):
        kinds = reached(intents, weights, traffic, per_day, design, least, auc)
        days = [days_to_notice(*pair, design) for pair in zip(intents, kinds, strict=True)]
        plan = DesignPlan(
            design,
            per_day,
            [
                Foretold(each, day, labels_per_day(intent, kind), weight)
                for each, day, intent, kind, weight in zip(needed, days, intents, kinds, weights, strict=True)
            ],
        )
        slowest = max((days[at] for at in served), default=math.inf)
        worth = (plan.in_time(within_days), -slowest)
        if best is None or worth > best[0]:
            best = worth, plan
        for at in served:
            times = days[at] / within_days if math.isfinite(days[at]) else MOST
            weights[at] = min(max(weights[at] * times**1.5, LITTLE), MOST)
    assert best is not None  # noqa: S101 - there is a round at least
    return best[1]


def label_plan(
    intents: Sequence[PlannedIntent],
    traffic: Mapping[str, float],
    within_days: float,
    least: float,
    per_day: float | None,
    auc: float = GOOD_AUC,
) -> LabelPlan:
    """Plans by each design: for so many labels a day, or without, for so many as see every fall in time.

    An intent of which no number of labels tells enough is left out of the latter.
    """
    plans = []
    for design in DESIGNS:
        budget = (
            per_day if per_day is not None else _enough(intents, traffic, within_days, least, design, auc)
        )
        plans.append(together(intents, traffic, budget, design, within_days, least, auc))
    return LabelPlan(intents, sum(traffic.values()), within_days, plans, auc)


def _enough(
    intents: Sequence[PlannedIntent],
    traffic: Mapping[str, float],
    within_days: float,
    least: float,
    design: Design,
    auc: float,
) -> float:
    """The fewest labels a day that see every fall that can be seen in time: from the dearest's to the sum of all."""
    needed = [each for each in alone(intents, traffic, design, within_days, auc) if math.isfinite(each)]
    if not needed:
        return sum(traffic.values())
    low, high = max(needed), min(ROOM * sum(needed), sum(traffic.values()))
    if design is Design.UNIFORM:
        return low
    for _ in range(6):
        middle = (low + high) / 2
        if together(intents, traffic, middle, design, within_days, least, auc).in_time(within_days) < len(
            needed
        ):
            low = middle
        else:
            high = middle
    return high


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
