"""New outcomes and corrections -> the tallies of their cells, and what is known of their models."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellLabels, CellState, ModelState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.admission import Admission
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports import CountingTransaction, RevisedOutcome


class Revised(msgspec.Struct):
    """What corrections did to a cell: the outcomes that left it as they were, and those that came into it."""

    left: list[Outcome]
    came: list[Outcome]


class Counting:
    """Counts into the cells and models of one evaluation; a cell that is new joins them.

    `before` is the last outcome that had been counted. New counts are capped at 1/`min_probability`.
    """

    def __init__(
        self,
        transaction: CountingTransaction,
        cells: dict[Cell, CellState],
        models: dict[Model, ModelState],
        admission: Admission,
        before: int,
        min_probability: float,
    ) -> None:
        self._tx = transaction
        self._cells = cells
        self._models = models
        self._admission = admission
        self._before = before
        self._min_probability = min_probability

    def open(self, cell: Cell) -> CellState:
        """A cell's state; one that is new is given what had been counted before it had a cell."""
        if cell not in self._cells:
            tally = self._tx.recount(cell, self._before, self._min_probability) if self._before else Tally()
            self._cells[cell] = CellState(cell, CellLabels(tally, min_probability=self._min_probability))
        return self._cells[cell]

    def revise(self, revisions: Sequence[RevisedOutcome]) -> dict[Cell, Revised]:
        """Take corrections of counted outcomes into the tallies; what they did to each cell.

        All that the label before did is undone: its count, and the times that it brought.
        """
        revised: dict[Cell, Revised] = {}
        missing: list[Cell] = []
        for revision in revisions:
            alike = _counts_alike(revision.before, revision.after)  # only another time: no count changes
            for outcome, by in ((revision.before, -1), (revision.after, 1)):
                if outcome is None:
                    continue
                model = self._models.setdefault(outcome.model, ModelState())
                model.outcomes += by
                self._note_label(model, outcome, by)
                model.delays.change((outcome.labeled_at - outcome.ts).total_seconds(), by)
                for cell in self._admission.cells_of(outcome):
                    if cell not in self._cells:
                        missing.append(cell)
                        continue
                    if self._cells[cell].held.watched and not cell.slice:
                        self._cells[cell].labels.rhythm.count(outcome.labeled_at, by)
                    if alike:
                        continue
                    self._count_into(self._cells[cell], outcome, by)
                    change = revised.setdefault(cell, Revised([], []))
                    (change.left if by < 0 else change.came).append(outcome)
        for cell in missing:
            self.open(cell)  # its recount has every correction in it already
        for name in {o.model for revision in revisions for o in revision if o is not None}:
            self._models[name].tell_times()
        return revised

    def count(self, outcomes: Sequence[Outcome]) -> dict[Cell, list[Outcome]]:
        """Take new outcomes into the tallies; which came to each cell."""
        new: dict[Cell, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            model = self._models.setdefault(outcome.model, ModelState())
            model.outcomes += 1
            self._note_label(model, outcome, 1)
            model.delays.count((outcome.labeled_at - outcome.ts).total_seconds())
            for cell in self._admission.cells_of(outcome):
                self._count_into(self.open(cell), outcome, 1)
                new[cell].append(outcome)
        for name in {outcome.model for outcome in outcomes}:
            self._models[name].tell_times()
        return new

    def recapped(self, cell: Cell, labels: CellLabels, upto: int) -> CellLabels:
        """A cell's labels, its weights counted afresh where they were capped otherwise."""
        if labels.min_probability == self._min_probability:
            return labels
        tally = self._tx.recount(cell, upto, self._min_probability)
        return replace(labels, tally=tally, min_probability=self._min_probability)

    def _note_label(self, model: ModelState, outcome: Outcome, by: int) -> None:
        model.labelled_days.count(outcome.ts, by)
        counted_as = self._tx.counted_as(outcome.model, outcome.predicted)
        model.labelling.count(counted_as, outcome.design, outcome.probability, outcome.labeled_at, by)

    def _count_into(self, state: CellState, outcome: Outcome, by: int) -> None:
        state.labels.tally.count(
            outcome.predicted,
            outcome.intent,
            by,
            outcome.design,
            outcome.probability,
            state.labels.min_probability,
        )


def _counts_alike(before: Outcome | None, after: Outcome | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.intent, before.design, before.probability) == (
        after.intent,
        after.design,
        after.probability,
    )
