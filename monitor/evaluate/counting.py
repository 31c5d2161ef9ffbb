"""New outcomes and corrections -> the tallies of their cells, and what is known of their models."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import msgspec
from msgspec.structs import replace

from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellLabels, CellState, ModelState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.admission import Admission
from monitor.domain.slices.cells import OTHER, Cell
from monitor.evaluate.ports import CountingTransaction, RevisedOutcome


class Revised(msgspec.Struct):
    """What corrections did to a cell: the outcomes that left it as they were, and those that came into it."""

    left: list[Outcome]
    came: list[Outcome]


class Counting:
    """Counts into the cells and models of one evaluation; a cell that is new joins them.

    New counts are capped at 1/`min_probability`.
    """

    def __init__(
        self,
        transaction: CountingTransaction,
        cells: dict[Cell, CellState],
        models: dict[Model, ModelState],
        admission: Admission,
        min_probability: float,
    ) -> None:
        self._tx = transaction
        self._cells = cells
        self._models = models
        self._admission = admission
        self._min_probability = min_probability

    def open(self, cell: Cell) -> CellState:
        """A cell's state; one that is new is given what had been counted before it had a cell."""
        if cell not in self._cells:
            before = self._tx.counted_upto(cell.model).outcome
            tally = self._tx.recount(cell, before, self._min_probability) if before else Tally()
            self._cells[cell] = CellState(cell, CellLabels(tally, min_probability=self._min_probability))
        return self._cells[cell]

    def take_out_of_the_rest(self, measured: Iterable[Cell], revisions: Sequence[RevisedOutcome]) -> None:
        """Give intents that counted under `__other__`, and that an anchor measures now, cells of their own.

        Costs their history, once. `revisions` are still to be taken in: what was counted is what was before them.
        """
        before: dict[int, Outcome | None] = {}
        for revision in revisions:
            known = revision.before or revision.after
            if known is not None:
                before.setdefault(known.seq, revision.before)
        for cell in measured:
            rest = self._cells.get(Cell(cell.model, OTHER))
            if rest is None or cell in self._cells or cell.slice or cell.intent == OTHER:
                continue
            own = CellState(cell, CellLabels(min_probability=self._min_probability))
            for outcome in self._as_counted(cell, before):
                self.count_into(rest, outcome, -1)
                self.count_into(own, outcome, 1)
            self._cells[cell] = own

    def _as_counted(self, cell: Cell, before: Mapping[int, Outcome | None]) -> list[Outcome]:
        """An intent's outcomes as they were counted: some were corrected since, `before` holds what they were."""
        now = chain.from_iterable(self._tx.cell_outcomes(cell, -1, self._tx.counted_upto(cell.model).outcome))
        then = [outcome for outcome in before.values() if outcome is not None]
        return [
            *(outcome for outcome in now if outcome.seq not in before),
            *(outcome for outcome in then if Cell(outcome.model, outcome.intent) == cell),
        ]

    def revise(self, revisions: Sequence[RevisedOutcome]) -> dict[Cell, Revised]:
        """Take corrections of counted outcomes into the tallies; what they did to each cell.

        All that the label before did is undone: its count, and the times that it brought.
        """
        revised: dict[Cell, Revised] = {}
        missing: list[Cell] = []
        for revision in revisions:
            alike = counts_alike(revision.before, revision.after)  # only another time: no count changes
            bets_alike = alike and known_alike(revision.before, revision.after)
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
                    if not alike:
                        self.count_into(self._cells[cell], outcome, by)
                    if bets_alike:
                        continue
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
                self.count_into(self.open(cell), outcome, 1)
                new[cell].append(outcome)
        for name in {outcome.model for outcome in outcomes}:
            self._models[name].tell_times()
        return new

    def recapped(self, cell: Cell, labels: CellLabels, upto: int) -> CellLabels:
        """A cell's labels, its weights counted afresh where they were capped otherwise, or not told apart by design.

        Where many intents count together, nothing is judged and the weights stay as they are.
        """
        same = labels.min_probability == self._min_probability and labels.tally.weighed.sorted_out
        if same or cell.intent == OTHER:
            return labels
        tally = self._tx.recount(cell, upto, self._min_probability)
        return replace(labels, tally=tally, min_probability=self._min_probability)

    def count_into(self, state: CellState, outcome: Outcome, by: int) -> None:
        """Count an outcome into a cell, or out of it."""
        state.labels.tally.count(
            outcome.predicted,
            outcome.intent,
            by,
            outcome.design,
            outcome.probability,
            state.labels.min_probability,
        )

    def _note_label(self, model: ModelState, outcome: Outcome, by: int) -> None:
        model.labelled_days.count(outcome.ts, by)
        counted_as = self._tx.counted_as(outcome.model, outcome.first_answer)
        model.labelling.count(counted_as, outcome.design, outcome.probability, outcome.labeled_at, by)


def counts_alike(before: Outcome | None, after: Outcome | None) -> bool:
    """Whether a correction changes no count: only a time."""
    if before is None or after is None:
        return before is after
    return (before.intent, before.design, before.probability) == (
        after.intent,
        after.design,
        after.probability,
    )


def known_alike(before: Outcome | None, after: Outcome | None) -> bool:
    """Whether an outcome that was corrected became known at the same time, and was read as often, as it was.

    The money to bet with comes by the one, how much a miss is believed by the other.
    """
    if before is None or after is None:
        return before is after
    return (before.known_us, before.agreed) == (after.known_us, after.agreed)
