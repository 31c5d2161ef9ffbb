"""The false-page budget over everything watched: planned anew when a cell is new or first has traffic."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from monitor.domain.detection.budget import BudgetClaim, plan
from monitor.domain.events.types import Model
from monitor.domain.judging.planning import FirstLabelsIn, NewlyWatched, PlanCause
from monitor.domain.judging.state import TRAFFIC, CellState, HeldTo, ModelState, days_observed
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports import EvaluationTransaction
from monitor.settings.settings import Settings

REPLAN_AFTER = timedelta(days=14)
DAYS_A_YEAR = 365.0


def plan_budget(
    cells: Mapping[Cell, CellState],
    models: Mapping[Model, ModelState],
    settings: Settings,
    transaction: EvaluationTransaction,
    now: datetime,
) -> dict[Cell, HeldTo]:
    """Give every watched cell its threshold, and record the plan where it changed; what each is held to now.

    Thresholds only ever rise: a cell that is new re-plans them all, and so do the first 14 days of labels of
    a model, which tell how many outcomes a year its cells really have. A cell that is not watched is
    measured as strictly as the strictest of the rest, and takes nothing from the budget.
    """
    held = {cell: state.held for cell, state in cells.items()}
    watched = [cell for cell, terms in held.items() if terms.watched]
    because: list[PlanCause] = []
    unmeasured = {cell.model for cell in watched if held[cell].rate_from != TRAFFIC} & models.keys()
    measured = {
        model: models[model] for model in unmeasured if models[model].labelling.labels.span >= REPLAN_AFTER
    }
    for cell in watched:
        held[cell], reasons = _with_rate(cells[cell], measured.get(cell.model), settings, now)
        because += reasons
    if because:
        allowances = plan(
            [
                BudgetClaim(
                    cell,
                    _weight(cell, settings),
                    held[cell].outcomes_per_year or 0.0,
                    held[cell].threshold,
                )
                for cell in watched
            ],
            settings.judge.false_pages_per_year,
        )
        for cell in watched:
            held[cell] = replace(held[cell], threshold=allowances[cell].threshold)
        transaction.record_plan(
            now, because[0], {_key(cell): [a.threshold, a.share] for cell, a in allowances.items()}
        )
    configured = settings.judge.labels_per_day * DAYS_A_YEAR / settings.judge.false_pages_per_year
    strictest = max((held[cell].threshold or 0.0 for cell in watched), default=configured)
    for cell, terms in held.items():
        if not terms.watched and terms.floor is not None:
            held[cell] = replace(terms, threshold=max(strictest, terms.threshold or 0.0))
    return held


def _with_rate(
    state: CellState, model: ModelState | None, settings: Settings, now: datetime
) -> tuple[HeldTo, list[PlanCause]]:
    """What a cell is held to, with the rate that its plan rests on; why a new plan is due, if it is.

    `model` is given where it has been labelled for long enough to measure that rate.
    """
    held, because = state.held, list[PlanCause]()
    rate = held.outcomes_per_year
    if rate is None:
        rate = settings.judge.labels_per_day * DAYS_A_YEAR
        held = replace(held, outcomes_per_year=rate)
        because.append(NewlyWatched(state.cell))
    if held.rate_from != TRAFFIC and model is not None:
        measured = state.labels.per_day(days_observed(model.first_prediction, now)) * DAYS_A_YEAR
        held = replace(held, outcomes_per_year=max(rate, measured), rate_from=TRAFFIC)
        because.append(FirstLabelsIn(state.cell.model, REPLAN_AFTER.days))
    return held, because


def _weight(cell: Cell, settings: Settings) -> float:
    intent = settings.intents.get(cell.intent)
    return intent.weight if intent else 1.0


def _key(cell: Cell) -> str:
    return f"{cell.model}: {cell}"
