"""Use case: how many labels a day see a fall of each watched intent in time, and how soon so many a day see it."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.domain.detection.detectability import fallen_recall
from monitor.domain.events.types import Model
from monitor.domain.sampling.foretold import PlannedIntent
from monitor.domain.sampling.plan import label_plan
from monitor.domain.sampling.wanted import Wanted
from monitor.errors import ConfigError
from monitor.labels.ports.plans import ModelPlan, PlanQuestion
from monitor.labels.ports.traffic import ClassTraffic

LATELY = 7.0  # days of traffic that a plan goes by
LEAST_RECALL = 0.05


class HeldIntent(NamedTuple):
    """A watched intent: its offline recall, its floor, and what its bet gets of a page each day."""

    wanted: Wanted
    recall: float
    floor: float
    money_per_day: float


def plan_labels(
    model: Model, intents: Sequence[HeldIntent], traffic: ClassTraffic, question: PlanQuestion, least: float
) -> ModelPlan:
    """A plan for the watched intents of a model.

    Raises:
        ConfigError: nothing of it is watched, nothing was predicted yet, or no floor is above the fall.
    """
    if not intents:
        raise ConfigError(
            [
                f"{model}: none of its intents is held to an offline number, so there is no fall to look for; import"
                " one with `anchorwatch anchor import`, activate it, and let the agent run once"
            ]
        )
    per_day = traffic.per_day
    if not per_day:
        raise ConfigError([f"{model}: it has predicted nothing yet, so nobody knows what there is to label"])
    planned = [_planned(each, question, per_day.get(each.wanted.intent, 0.0)) for each in intents]
    if not any(each.fallen < each.floor for each in planned):
        lowest = max(planned, key=lambda each: each.floor - each.fallen)
        raise ConfigError(
            [
                f"a fall to {lowest.fallen:.2f} breaks no promise: the floor of {lowest.wanted.intent} is"
                f" {lowest.floor:.2f}; ask for a fall below it with --fall-to or --fall-by"
            ]
        )
    plan = label_plan(planned, per_day, question.within_days, least, question.per_day, question.auc)
    return ModelPlan(model, question, traffic, least, plan)


def _planned(held: HeldIntent, question: PlanQuestion, own: float) -> PlannedIntent:
    if question.fall_to is not None:
        fallen = question.fall_to
    elif question.fall_by is not None:
        fallen = max(held.recall - question.fall_by, 0.0)
    else:
        fallen = fallen_recall(held.floor)
    recall = max(held.recall, LEAST_RECALL)
    return PlannedIntent(held.wanted, held.floor, recall, fallen, held.money_per_day, own)
