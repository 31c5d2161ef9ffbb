"""Use case 2: new outcomes and corrections -> tallies -> bets -> verdicts -> incidents and their notices."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from monitor.domain.anchors.floor import MIN_FLOOR, floor
from monitor.domain.anchors.promise import Anchor, Promise
from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.judging.watching import why_watched
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.admission import Admission, SliceRule
from monitor.domain.slices.cells import OTHER, Cell
from monitor.evaluate.bets import Bets, Revised
from monitor.evaluate.budget import plan_budget
from monitor.evaluate.judging import judge_cell
from monitor.evaluate.labelling import look_at_labelling
from monitor.evaluate.ports import EvaluationStore, EvaluationTransaction, RevisedOutcome
from monitor.incidents.concerns import Concerns
from monitor.incidents.dispatch import Dispatch
from monitor.settings.settings import Settings

CHUNK = 20_000  # outcomes in memory at once


class Evaluation(msgspec.Struct):
    """What one evaluation did."""

    outcomes: int = 0
    revisions: int = 0
    cells: int = 0
    notices: int = 0
    more: bool = False


class Evaluate:
    """Judges every cell on what has come since the last time. Its cost is what is new, never the history."""

    def __init__(self, store: EvaluationStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def __call__(self, now: Callable[[EvaluationTransaction], datetime]) -> Evaluation:
        """Evaluate until nothing new is left; `now` is asked inside each transaction.

        Raises:
            UnavailableError: the database is out of reach; nothing of the last chunk was saved.
        """
        total = Evaluation()
        while True:
            with self._store.evaluation() as transaction:
                one = _Round(transaction, self._settings, now(transaction)).run()
            total.outcomes += one.outcomes
            total.revisions += one.revisions
            total.notices += one.notices
            total.cells = one.cells
            if not one.more:
                return total


class _Round:
    """One transaction's worth of evaluation."""

    def __init__(self, transaction: EvaluationTransaction, settings: Settings, now: datetime) -> None:
        self._tx = transaction
        self._settings = settings
        self._now = now
        self._cells: dict[Cell, CellState] = {state.cell: state for state in transaction.cells()}
        self._models: dict[Model, ModelState] = dict(transaction.models())
        self._known = set(self._models)
        self._anchors: Mapping[Model, Anchor] = transaction.active_anchors()
        self._slices = {slice_.name: slice_.against for slice_ in settings.slices}
        self._admission = Admission(
            self._cells,
            [(model, intent) for model, anchor in self._anchors.items() for intent, _ in anchor.promises],
            [SliceRule(s.name, None if s.values == "*" else s.values, s.cap) for s in settings.slices],
            settings.limits.intents,
        )
        self._before = self._upto = transaction.evaluated_seq()
        self._min_probability = settings.sampling.min_probability

    def run(self) -> Evaluation:
        revisions = self._tx.revisions()
        outcomes = self._tx.outcomes(self._upto, CHUNK)
        revised = self._revise(revisions)
        new = self._count(outcomes)
        self._hold_to_anchors()
        self._choose_watched(new)
        plan_budget(list(self._cells.values()), self._models, self._settings, self._tx, self._now)
        afresh = look_at_labelling(self._cells.values(), self._models, self._tx, self._now)
        afresh |= self._weigh()
        bets = Bets(self._tx, self._before, self._now)
        for cell, state in self._cells.items():
            bets.take(state, new.get(cell, []), revised.get(cell), afresh=state.replay or cell in afresh)
            state.replay = False
        for state in self._cells.values():
            judge_cell(state, self._models.get(state.cell.model, ModelState()), self._settings, self._now)
        dispatch = Dispatch(self._tx, self._settings, self._now, self._models)
        notices = dispatch.incidents(self._cells, self._anchors, bets.signals)
        concerns = Concerns(self._tx, self._settings, self._now)
        notices += concerns.tell(self._cells, self._models)
        notices += concerns.tell_versions(self._known, self._models)
        self._tx.save(self._cells.values(), self._models)
        self._tx.finish(self._upto)
        return Evaluation(
            len(outcomes), len(revisions), len(self._cells), notices, self._upto - self._before >= CHUNK
        )

    def _state(self, cell: Cell) -> CellState:
        """A cell's state; one that is new is given what had been counted before it had a cell."""
        if cell not in self._cells:
            tally = self._tx.recount(cell, self._before, self._min_probability) if self._before else Tally()
            self._cells[cell] = CellState(cell, tally, min_probability=self._min_probability)
        return self._cells[cell]

    def _weigh(self) -> set[Cell]:
        """Decide in which cells weights count; those whose bet must be made anew for it."""
        afresh = set()
        for cell, state in self._cells.items():
            capped_otherwise = state.min_probability != self._min_probability
            if capped_otherwise:
                state.tally = self._tx.recount(cell, self._upto, self._min_probability)
                state.min_probability = self._min_probability
            weighted = state.tally.weighed.weighted
            if weighted != state.weighted or (weighted and capped_otherwise):
                state.weighted = weighted
                afresh.add(cell)
        return afresh

    def _revise(self, revisions: Sequence[RevisedOutcome]) -> dict[Cell, Revised]:
        """Take corrections of counted outcomes into the tallies; what they did to each cell."""
        revised: dict[Cell, Revised] = {}
        missing: list[Cell] = []
        for revision in revisions:
            if _counts_alike(revision.before, revision.after):
                continue  # a second opinion that agrees, or another time: no count changes
            for outcome, by in ((revision.before, -1), (revision.after, 1)):
                if outcome is None:
                    continue
                model = self._models.setdefault(outcome.model, ModelState())
                model.outcomes += by
                _note_label(model, outcome, by)
                for cell in self._admission.cells_of(outcome):
                    if cell not in self._cells:
                        missing.append(cell)
                        continue
                    self._tally(self._cells[cell], outcome, by)
                    if self._cells[cell].watched and not cell.slice:
                        self._cells[cell].rhythm.count(outcome.labeled_at, by)
                    change = revised.setdefault(cell, Revised([], []))
                    (change.left if by < 0 else change.came).append(outcome)
        for cell in missing:
            self._state(cell)  # its recount has every correction in it already
        return revised

    def _count(self, outcomes: Sequence[Outcome]) -> dict[Cell, list[Outcome]]:
        new: dict[Cell, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            model = self._models.setdefault(outcome.model, ModelState())
            model.outcomes += 1
            model.first_prediction = min(outcome.ts, model.first_prediction or outcome.ts)
            model.first_label = min(outcome.labeled_at, model.first_label or outcome.labeled_at)
            model.last_label = max(outcome.labeled_at, model.last_label or outcome.labeled_at)
            _note_label(model, outcome, 1)
            model.delays.count((outcome.labeled_at - outcome.ts).total_seconds())
            for cell in self._admission.cells_of(outcome):
                self._tally(self._state(cell), outcome, 1)
                new[cell].append(outcome)
        self._upto = max(self._upto, self._tx.seen_upto())
        return new

    def _tally(self, state: CellState, outcome: Outcome, by: int) -> None:
        state.tally.count(
            outcome.predicted,
            outcome.intent,
            by,
            outcome.design,
            outcome.probability,
            state.min_probability,
        )

    def _hold_to_anchors(self) -> None:
        """Hold every cell to its model's active anchor; a new anchor or floor starts the bet afresh."""
        for model, anchor in self._anchors.items():
            for intent, slice_ in anchor.promises:
                if not slice_ or self._has_cell(slice_):
                    self._state(Cell(model, intent, slice_))
        for state in self._cells.values():
            promise = self._promise(state.cell)
            if promise is None:
                state.anchor_id, state.floor, state.detector = None, None, None
                continue
            measured = promise.judged_by(self._settings.anchor.basis)
            if not measured.support:
                state.anchor_id, state.floor, state.detector = None, None, None
                continue
            kept = floor(
                measured.recall, measured.support, self._settings.judge.drop, self._settings.anchor.treat_as
            )
            anchor_id = self._anchors[state.cell.model].id
            if (state.anchor_id, state.floor) != (anchor_id, kept):
                state.anchor_id, state.floor, state.detector = anchor_id, kept, None

    def _has_cell(self, slice_: str) -> bool:
        """Whether a slice that the anchor measured is one that is configured to be judged."""
        name, _, value = slice_.partition("=")
        return any(s.name == name and (s.values == "*" or value in s.values) for s in self._settings.slices)

    def _promise(self, cell: Cell) -> Promise | None:
        anchor = self._anchors.get(cell.model)
        if anchor is None:
            return None
        name, _, value = cell.slice.partition("=")
        if name and (name not in self._slices or value == OTHER):
            return None  # no longer configured, or a mixture of values
        if name and self._slices[name] == "intent":
            return anchor.promise(cell.intent)
        return anchor.promise(cell.intent, cell.slice)

    def _choose_watched(self, new: Mapping[Cell, Sequence[Outcome]]) -> None:
        """Once watched, a cell stays watched: its share of the budget is spoken for."""
        watch = self._settings.watch
        for cell, state in self._cells.items():
            if state.floor is None or state.floor < MIN_FLOOR:
                state.watched = None
                continue
            whole = self._cells.get(Cell(cell.model, cell.intent))
            model = self._models.get(cell.model, ModelState())
            anchor = self._anchors[cell.model]
            state.watched = state.watched or why_watched(
                cell.intent,
                anchor.promise(cell.intent),
                whole.tally.support if whole else 0,
                model.outcomes,
                listed=watch.intents,
                rare_share=watch.rare_share,
                rare_support=watch.rare_support,
            )
            if state.watched and not cell.slice:
                for outcome in new.get(cell, ()):
                    state.rhythm.count(outcome.labeled_at)


def _counts_alike(before: Outcome | None, after: Outcome | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.intent, before.design, before.probability) == (
        after.intent,
        after.design,
        after.probability,
    )


def _note_label(model: ModelState, outcome: Outcome, by: int) -> None:
    model.labelling.count(outcome.predicted, outcome.design, outcome.probability, outcome.labeled_at, by)
