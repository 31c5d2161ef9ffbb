"""A plan for labels in, what `anchorwatch labels plan` shows out."""

import math
from collections.abc import Iterator
from typing import Any

from monitor.domain.events.types import Design
from monitor.domain.sampling.plan import DesignPlan, LabelPlan
from monitor.labels.ports.plans import ModelPlan
from reports.figures import changed
from reports.render.blocks import Block, Column, TableCell, View, bar

BY: dict[Design, str] = {
    Design.UNIFORM: "uniform",
    Design.BY_PREDICTION: "by class",
    Design.BY_SCORE: "by score",
}
MOST = 999.0  # days, or a thousand times as many labels, say nothing


def as_object(answer: ModelPlan) -> dict[str, Any]:
    """All figures, unrounded; what is infinite is null."""
    plan, question = answer.plan, answer.question
    return {
        "model": str(answer.model),
        "within_days": question.within_days,
        "per_day": question.per_day,
        "traffic": {"per_day": plan.traffic, "days": answer.traffic.days},
        "auc": plan.auc,
        "min_probability": answer.least,
        "intents": [
            {
                "intent": intent.wanted.intent,
                "recall": intent.recall,
                "floor": intent.floor,
                "fallen": intent.fallen,
                "ppv": intent.wanted.ppv,
                "tickets_per_day": intent.tickets,
                "designs": {
                    each.design.value: {
                        "labels_per_day_alone": _finite(each.intents[at].alone),
                        "days": _finite(each.intents[at].days),
                        "its_labels_per_day": each.intents[at].labels,
                        "weight": each.intents[at].weight,
                    }
                    for each in plan.plans
                },
            }
            for at, intent in enumerate(plan.intents)
        ],
        "plans": {
            each.design.value: {"per_day": each.per_day, "in_time": each.in_time(question.within_days)}
            for each in plan.plans
        },
    }


def label_plan_view(answer: ModelPlan) -> View:
    """Labels a day for each intent alone, and what a number of labels a day does for all of them together."""
    return View([_alone(answer), _together(answer)], as_object(answer))


def _alone(answer: ModelPlan) -> Block:
    plan, within = answer.plan, answer.question.within_days
    rows = [
        [
            intent.wanted.intent,
            changed(f"{intent.recall:.2f}", f"{intent.fallen:.2f}"),
            f"{intent.tickets:,.1f}",
            *(_labels(each.intents[at].alone) for each in plan.plans),
        ]
        for at, intent in enumerate(plan.intents)
    ]
    return Block(
        heading=f"{answer.model}: labels a day to see a fall within {within:g} days, each intent alone",
        columns=(
            "intent",
            Column("the fall", spare=1),
            Column("tickets a day", figures=True, spare=2),
            *(Column(name, figures=True) for name in BY.values()),
        ),
        rows=rows,
        notes=list(_assumed(answer)),
    )


def _together(answer: ModelPlan) -> Block:
    plan, question = answer.plan, answer.question
    best = _best(plan, question.within_days)
    rows: list[list[str | TableCell]] = [
        [
            intent.wanted.intent,
            *(_days(each.intents[at].days, question.within_days) for each in plan.plans),
            bar(min(best.intents[at].days / (2 * question.within_days), 1.0)),
        ]
        for at, intent in enumerate(plan.intents)
    ]
    counts = [f"{each.in_time(question.within_days)} of {len(plan.intents)}" for each in plan.plans]
    forced = answer.least * plan.traffic  # so many have the smallest chance alone
    labels = [_labels(max(each.per_day, forced)) for each in plan.plans]
    for name, words in (("in time", counts), ("labels a day", labels)):
        rows.append([TableCell(name, "quiet"), *(TableCell(each, "quiet") for each in words), ""])
    heading = (
        "All of them, by as few labels as do: days to notice"
        if question.per_day is None
        else f"{max(question.per_day, forced):,.3g} labels a day for all of them: days to notice"
    )
    return Block(
        heading=heading,
        columns=(
            "intent",
            *(Column(name, figures=True) for name in BY.values()),
            Column(BY[best.design], drawn=True),
        ),
        rows=rows,
        notes=list(_advice(answer)),
    )


def _best(plan: LabelPlan, within_days: float) -> DesignPlan:
    """The better of the two that need no scores."""
    uniform, by_class = plan.plans[0], plan.plans[1]
    return uniform if uniform.in_time(within_days) > by_class.in_time(within_days) else by_class


def _assumed(answer: ModelPlan) -> Iterator[str]:
    plan = answer.plan
    days = (
        f"{answer.traffic.days:.0f} days"
        if answer.traffic.days >= 2
        else f"{answer.traffic.days * 24:.0f} hours"
    )
    yield f"{plan.traffic:,.0f} predictions a day, by the last {days}; a label's own delay comes on top."
    yield (
        f"By score: needs `predicted.scores` of each intent in every event; reckoned with scores that tell misses"
        f" from the rest at an AUC of {plan.auc:g} (--auc). Without them draw by class."
    )
    if any(math.isinf(each.alone) for design in plan.plans for each in design.intents):
        yield "-: its tickets are so few that labels of all of them would not tell in time; give it more days."


def _advice(answer: ModelPlan) -> Iterator[str]:
    plan, least = answer.plan, answer.least
    asked = min(each.per_day for each in plan.plans)
    if least * plan.traffic > 0.3 * asked:
        smaller = asked / plan.traffic / 4
        yield (
            f"sampling.min_probability {least:g} gives every ticket at least that chance, which alone comes to"
            f" {least * plan.traffic:,.0f} a day; with {smaller:.1g} the draw can choose."
        )
    yield "`anchorwatch labels draw` draws them; each label keeps the chance that it had."


def _labels(per_day: float) -> str:
    return "-" if math.isinf(per_day) else f"{per_day:,.0f}" if per_day >= 9.5 else f"{per_day:.1f}"


def _days(days: float, within_days: float) -> TableCell:
    if days > MOST:
        return TableCell("-", "bad")
    return TableCell(
        f"{days:,.1f}" if days < 99.5 else f"{days:,.0f}", "good" if days <= within_days else "bad"
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
