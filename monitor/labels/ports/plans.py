"""What is asked of a plan for labels, and the plan."""

from typing import NamedTuple

from monitor.domain.events.types import Model
from monitor.domain.sampling.plan import LabelPlan
from monitor.labels.ports.traffic import ClassTraffic


class PlanQuestion(NamedTuple):
    """What is asked: a fall to a recall, or by so much (else as one that must be seen), and within how many days.

    With `per_day` labels a day the answer is the days, without it the labels. `auc` is how well scores tell misses.
    """

    within_days: float
    per_day: float | None = None
    fall_to: float | None = None
    fall_by: float | None = None
    auc: float = 0.95


class ModelPlan(NamedTuple):
    """A model's plan, made from so much traffic, where no chance may be below `least`."""

    model: Model
    question: PlanQuestion
    traffic: ClassTraffic
    least: float
    plan: LabelPlan
