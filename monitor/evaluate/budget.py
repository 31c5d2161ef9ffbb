"""The false-page budget over everything watched: planned anew when a cell is new or first has traffic."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.domain.detection.budget import BudgetClaim, plan
from monitor.domain.events.types import Model
from monitor.domain.judging.state import TRAFFIC, CellState, ModelState, outcomes_per_day
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports import EvaluationTransaction
from monitor.settings.settings import Settings

REPLAN_AFTER = timedelta(days=14)
DAYS_A_YEAR = 365.0


def plan_budget(
    cells: Sequence[CellState],
    models: Mapping[Model, ModelState],
    settings: Settings,
    transaction: EvaluationTransaction,
    now: datetime,
) -> None:
    """Give every watched cell its threshold, and record the plan where it changed.

    Thresholds only ever rise: a cell that is new re-plans them all, and so do the first 14 days of labels of
    a model, which tell how many outcomes a year its cells really have. A cell that is not watched is
    measured as strictly as the strictest of the rest, and takes nothing from the budget.
    """
    watched = [state for state in cells if state.watched]
    because = "".join(_set_rates(watched, models, settings, now)[:1])
    if because:
        allowances = plan(
            [
                BudgetClaim(s.cell, _weight(s.cell, settings), s.outcomes_per_year or 0.0, s.threshold)
                for s in watched
            ],
            settings.judge.false_pages_per_year,
        )
        for state in watched:
            state.threshold = allowances[state.cell].threshold
        transaction.record_plan(
            now, because, {_key(cell): [a.threshold, a.share] for cell, a in allowances.items()}
        )
    configured = settings.judge.labels_per_day * DAYS_A_YEAR / settings.judge.false_pages_per_year
    strictest = max((state.threshold or 0.0 for state in watched), default=configured)
    for state in cells:
        if not state.watched and state.floor is not None:
            state.threshold = max(strictest, state.threshold or 0.0)


def _set_rates(
    watched: Sequence[CellState], models: Mapping[Model, ModelState], settings: Settings, now: datetime
) -> list[str]:
    """Set the rates that the plan rests on; why a new plan is due, for each that changed."""
    because = []
    for state in watched:
        if state.outcomes_per_year is None:
            state.outcomes_per_year = settings.judge.labels_per_day * DAYS_A_YEAR
            because.append(f"{state.cell} is watched from now on")
        if state.rate_from != TRAFFIC and _labelled_for(models.get(state.cell.model)) >= REPLAN_AFTER:
            measured = outcomes_per_day(state, models.get(state.cell.model), now) * DAYS_A_YEAR
            state.outcomes_per_year = max(state.outcomes_per_year, measured)
            state.rate_from = TRAFFIC
            because.append(f"the first {REPLAN_AFTER.days} days of labels of {state.cell.model} are in")
    return because


def _labelled_for(model: ModelState | None) -> timedelta:
    if model is None or model.first_label is None or model.last_label is None:
        return timedelta(0)
    return model.last_label - model.first_label


def _weight(cell: Cell, settings: Settings) -> float:
    intent = settings.intents.get(cell.intent)
    return intent.weight if intent else 1.0


def _key(cell: Cell) -> str:
    return f"{cell.model}: {cell}"
