"""Each model is counted by itself: one whose counting fails stays as it was, and catches up the next time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import partial
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell
from monitor.evaluate.counting import Counting, Revised
from monitor.evaluate.ports import CountedUpTo, EvaluationTransaction, RevisedOutcome
from monitor.incidents.isolation import Isolation

Came = TypeVar("Came")


class ModelsCounted(NamedTuple):
    """What was counted: by cell all that came, what of it came since the last evaluation, and corrections.

    `behind` are the models that were not counted to the end, and how far they were. `more`: there is more to count
    of one that is about to catch up.
    """

    came: dict[Cell, list[Outcome]]
    new: dict[Cell, list[Outcome]]
    revised: dict[Cell, Revised]
    behind: dict[Model, CountedUpTo]
    more: bool


class _OfModel(NamedTuple):
    """What was counted of one model; where it caught up, `came` holds what it had missed, too."""

    came: Mapping[Cell, list[Outcome]]
    new: Mapping[Cell, list[Outcome]]
    revised: Mapping[Cell, Revised]
    behind: CountedUpTo | None = None


class CountingApart:
    """Counts model by model into the cells and models of one evaluation.

    What a model missed is read again from where it was left, at most `limit` outcomes at once, and its bets are made
    anew.
    """

    def __init__(
        self,
        counting: Counting,
        transaction: EvaluationTransaction,
        cells: dict[Cell, CellState],
        models: dict[Model, ModelState],
        isolation: Isolation,
        limit: int,
    ) -> None:
        self._counting = counting
        self._tx = transaction
        self._cells = cells
        self._models = models
        self._isolation = isolation
        self._limit = limit

    def count(
        self, measured: Iterable[Cell], revisions: Sequence[RevisedOutcome], outcomes: Sequence[Outcome]
    ) -> ModelsCounted:
        """Count corrections and outcomes; `measured` cells are taken out of the rest first."""
        cells = defaultdict[Model, list[Cell]](list)
        corrected = _by_model((revision.before or revision.after, revision) for revision in revisions)
        made = _by_model((outcome, outcome) for outcome in outcomes)
        for cell in measured:
            cells[cell.model].append(cell)
        counted = ModelsCounted({}, {}, {}, {}, more=False)
        for model in sorted({*cells, *corrected, *made, *self._tx.behind()}):
            of_model = self._isolation.attempt(
                f"the counting of {model.name} {model.version} in {model.environment}",
                partial(self._count_model, model, cells[model], corrected[model], made[model]),
                None,
            )
            if of_model is None:
                self._restore(model)
                counted.behind[model] = self._tx.counted_upto(model)
                continue
            counted.came.update(of_model.came)
            counted.new.update(of_model.new)
            counted.revised.update(of_model.revised)
            if of_model.behind is not None:
                counted.behind[model] = of_model.behind
                counted = counted._replace(more=True)
        return counted

    def _count_model(
        self,
        model: Model,
        measured: Sequence[Cell],
        revisions: Sequence[RevisedOutcome],
        outcomes: Sequence[Outcome],
    ) -> _OfModel:
        if model not in self._tx.behind():
            self._counting.take_out_of_the_rest(measured, revisions)
            revised = self._counting.revise(revisions)
            new = self._counting.count(outcomes)
            return _OfModel(new, new, revised)
        missed = self._tx.missed(model, self._limit)
        self._counting.take_out_of_the_rest(measured, missed.revisions)
        self._counting.revise(missed.revisions)
        more = missed.reached.outcome < self._tx.evaluated_seq()
        came = self._counting.count([*missed.outcomes, *(() if more else outcomes)])
        for cell in [cell for cell in self._cells if cell.model == model]:
            state = self._cells[cell]
            self._cells[cell] = replace(state, bet=replace(state.bet, replay=True))
        new = {
            cell: [outcome for outcome in some if outcome.seq > self._tx.evaluated_seq()]
            for cell, some in came.items()
        }
        return _OfModel(came, new, {}, missed.reached if more else None)

    def _restore(self, model: Model) -> None:
        """A model as it was saved: what was counted of it before it failed is undone."""
        saved = {state.cell: state for state in self._tx.cells() if state.cell.model == model}
        for cell in [cell for cell in self._cells if cell.model == model]:
            if cell in saved:
                self._cells[cell] = saved[cell]
            else:
                del self._cells[cell]
        known = self._tx.models().get(model)
        if known is not None:
            self._models[model] = known
        else:
            self._models.pop(model, None)


def not_yet(cells: dict[Cell, CellState], behind: Set[Model]) -> None:
    """Their counts are not up to date, so no bet is taken on them: it is made anew when they are."""
    for cell, state in cells.items():
        if cell.model in behind:
            cells[cell] = replace(state, bet=replace(state.bet, replay=True))


def _by_model(came: Iterable[tuple[Outcome | None, Came]]) -> defaultdict[Model, list[Came]]:
    """What came, given with an outcome of its model."""
    by_model = defaultdict[Model, list[Came]](list)
    for outcome, counted in came:
        if outcome is not None:
            by_model[outcome.model].append(counted)
    return by_model
