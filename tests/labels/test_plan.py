"""Plans for labels: which fall is meant, and what is said where there is nothing to plan for."""

import pytest

from monitor.domain.detection.detectability import fallen_recall
from monitor.domain.events.types import Model
from monitor.domain.sampling.wanted import Wanted
from monitor.errors import ConfigError
from monitor.labels.plan import HeldIntent, plan_labels
from monitor.labels.ports.plans import PlanQuestion
from monitor.labels.ports.traffic import ClassTraffic

TICKETS = Model("tickets", "7")
ERASURE = HeldIntent(Wanted("erasure"), recall=0.88, floor=0.78, money_per_day=1e-4)
TRAFFIC = ClassTraffic(2.0, {"erasure": 40, "other": 3960})


@pytest.mark.parametrize(
    ("question", "fallen"),
    [
        (PlanQuestion(14), fallen_recall(0.78)),
        (PlanQuestion(14, fall_to=0.39), 0.39),
        (PlanQuestion(14, fall_by=0.3), 0.58),
        (PlanQuestion(14, fall_by=1.0), 0.0),
    ],
)
def test_a_fall_is_one_to_a_recall_or_by_so_much_or_one_that_must_be_seen(
    question: PlanQuestion, fallen: float
) -> None:
    plan = plan_labels(TICKETS, [ERASURE], TRAFFIC, question, 0.001).plan
    assert plan.intents[0].fallen == pytest.approx(fallen)
    assert plan.intents[0].own == 20
    assert plan.traffic == 2000


@pytest.mark.parametrize(
    ("intents", "traffic", "question", "problem"),
    [
        ([], TRAFFIC, PlanQuestion(14), "none of its intents is held to an offline number"),
        ([ERASURE], ClassTraffic(), PlanQuestion(14), "it has predicted nothing yet"),
        (
            [ERASURE],
            TRAFFIC,
            PlanQuestion(14, fall_to=0.8),
            "a fall to 0.80 breaks no promise: the floor of",
        ),
    ],
)
def test_where_there_is_nothing_to_plan_it_is_said_why_and_what_to_do(
    intents: list[HeldIntent], traffic: ClassTraffic, question: PlanQuestion, problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        plan_labels(TICKETS, intents, traffic, question, 0.001)


def test_an_intent_that_was_not_predicted_yet_is_planned_for_and_needs_infinitely_many() -> None:
    plan = plan_labels(
        TICKETS, [ERASURE], ClassTraffic(1.0, {"other": 2000}), PlanQuestion(14, per_day=40), 0.001
    ).plan
    assert {each.intents[0].alone for each in plan.plans} == {float("inf")}
