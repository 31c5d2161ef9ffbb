"""Use case 2: new outcomes and corrections -> tallies -> bets -> verdicts -> incidents and their notices."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import numpy as np

from monitor.dispatch import Dispatch
from monitor.domain import detector as detecting
from monitor.domain.admission import Admission, SliceRule
from monitor.domain.anchors import Anchor, Promise
from monitor.domain.budget import Watched, plan
from monitor.domain.cells import OTHER, Cell
from monitor.domain.cellstate import TRAFFIC, CellState, ModelState
from monitor.domain.detector import Detector, Signal, SignalKind
from monitor.domain.events import Model, Outcome
from monitor.domain.floor import MIN_FLOOR, floor
from monitor.domain.judge import Facts, Judgement, judge
from monitor.domain.tally import Tally
from monitor.domain.watching import why_watched
from monitor.ports import EvaluationStore, EvaluationTransaction, RevisedOutcome
from monitor.settings import Settings

CHUNK = 20_000  # outcomes in memory at once
CHECKPOINT_EVERY = 1_000
REPLAN_AFTER = timedelta(days=14)
DAYS_A_YEAR = 365.0


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
        self._anchors: Mapping[Model, Anchor] = transaction.active_anchors()
        self._slices = {slice_.name: slice_.against for slice_ in settings.slices}
        self._admission = Admission(
            self._cells,
            [(model, intent) for model, anchor in self._anchors.items() for intent, _ in anchor.promises],
            [SliceRule(s.name, None if s.values == "*" else s.values, s.cap) for s in settings.slices],
            settings.limits.intents,
        )
        self._before = self._upto = transaction.evaluated_seq()
        self._signals: dict[Cell, list[Signal]] = defaultdict(list)

    def run(self) -> Evaluation:
        revisions = self._tx.revisions()
        outcomes = self._tx.outcomes(self._upto, CHUNK)
        rebuild_from = self._revise(revisions)
        new = self._count(outcomes)
        self._hold_to_anchors()
        self._choose_watched()
        self._plan_budget()
        for cell, state in self._cells.items():
            self._bet(state, new.get(cell, []), rebuild_from.get(cell), self._before)
        for state in self._cells.values():
            state.judgement = self._judge(state)
        notices = Dispatch(self._tx, self._settings, self._now).incidents(
            self._cells, self._anchors, self._signals
        )
        self._tx.save(self._cells.values(), self._models)
        self._tx.finish(self._upto)
        return Evaluation(
            len(outcomes), len(revisions), len(self._cells), notices, self._upto - self._before >= CHUNK
        )

    def _state(self, cell: Cell) -> CellState:
        """A cell's state; one that is new is given what had been counted before it had a cell."""
        if cell not in self._cells:
            self._cells[cell] = CellState(
                cell, self._tx.recount(cell, self._before) if self._before else Tally()
            )
        return self._cells[cell]

    def _revise(self, revisions: Sequence[RevisedOutcome]) -> dict[Cell, int]:
        """Take corrections of counted outcomes into the tallies; from where each cell must be rebuilt."""
        rebuild_from: dict[Cell, int] = {}
        missing: list[Cell] = []
        for revision in revisions:
            for outcome, by in ((revision.before, -1), (revision.after, 1)):
                if outcome is None:
                    continue
                self._models.setdefault(outcome.model, ModelState()).outcomes += by
                for cell in self._admission.cells_of(outcome):
                    if cell in self._cells:
                        self._cells[cell].tally.count(outcome.predicted, outcome.intent, by)
                        rebuild_from[cell] = min(outcome.seq, rebuild_from.get(cell, outcome.seq))
                    else:
                        missing.append(cell)
        for cell in missing:
            self._state(cell)  # its recount has every correction in it already
        return rebuild_from

    def _count(self, outcomes: Sequence[Outcome]) -> dict[Cell, list[Outcome]]:
        new: dict[Cell, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            model = self._models.setdefault(outcome.model, ModelState())
            model.outcomes += 1
            model.first_prediction = min(outcome.ts, model.first_prediction or outcome.ts)
            model.first_label = min(outcome.labeled_at, model.first_label or outcome.labeled_at)
            model.last_label = max(outcome.labeled_at, model.last_label or outcome.labeled_at)
            for cell in self._admission.cells_of(outcome):
                self._state(cell).tally.count(outcome.predicted, outcome.intent)
                new[cell].append(outcome)
        self._upto = max(self._upto, self._tx.seen_upto())
        return new

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

    def _choose_watched(self) -> None:
        """Once watched, a cell stays watched: its share of the budget is spoken for."""
        watch = self._settings.watch
        for cell, state in self._cells.items():
            if state.floor is None or state.floor < MIN_FLOOR:
                state.watched = ""
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

    def _plan_budget(self) -> None:
        """Give every watched cell its threshold; whoever is new or first has traffic re-plans them all."""
        because = ""
        for state in self._cells.values():
            if not state.watched:
                continue
            if state.threshold is None or state.outcomes_per_year is None:
                state.outcomes_per_year = self._settings.judge.labels_per_day * DAYS_A_YEAR
                because = f"{state.cell} is watched from now on"
            if state.rate_from != TRAFFIC and self._days_of_labels(state.cell.model) >= REPLAN_AFTER:
                measured = self._outcomes_per_day(state) * DAYS_A_YEAR
                state.outcomes_per_year = max(state.outcomes_per_year, measured)
                state.rate_from = TRAFFIC
                because = (
                    because or f"the first {REPLAN_AFTER.days} days of labels of {state.cell.model} are in"
                )
        watched = [state for state in self._cells.values() if state.watched]
        if because:
            allowances = plan(
                [
                    Watched(
                        state.cell, self._weight(state.cell), state.outcomes_per_year or 0.0, state.threshold
                    )
                    for state in watched
                ],
                self._settings.judge.false_pages_per_year,
            )
            for state in watched:
                state.threshold = allowances[state.cell].threshold
            self._tx.record_plan(
                self._now,
                because,
                {str(cell): [allowance.threshold, allowance.share] for cell, allowance in allowances.items()},
            )
        shown = max(
            (state.threshold or 0.0 for state in watched),
            default=self._settings.judge.labels_per_day
            * DAYS_A_YEAR
            / self._settings.judge.false_pages_per_year,
        )
        for state in self._cells.values():
            if not state.watched and state.floor is not None:
                # It never pages, so it takes nothing from the budget; it is measured as strictly as the rest.
                state.threshold = max(shown, state.threshold or 0.0)

    def _weight(self, cell: Cell) -> float:
        intent = self._settings.intents.get(cell.intent)
        return intent.weight if intent else 1.0

    def _days_of_labels(self, model: Model) -> timedelta:
        state = self._models.get(model)
        if state is None or state.first_label is None or state.last_label is None:
            return timedelta(0)
        return state.last_label - state.first_label

    def _outcomes_per_day(self, state: CellState) -> float:
        model = self._models.get(state.cell.model)
        if model is None or model.first_prediction is None:
            return 0.0
        days = max((self._now - model.first_prediction) / timedelta(days=1), 1.0)
        return state.tally.support / days

    def _bet(self, state: CellState, new: Iterable[Outcome], rebuild_from: int | None, before: int) -> None:
        if state.floor is None or state.floor < MIN_FLOOR or state.threshold is None:
            state.detector = None
            return
        if state.detector is None:
            self._tx.drop_checkpoints(state.cell, 0)
            state.detector = detecting.fresh()
            self._replay(state, -1, before)
        elif rebuild_from is not None and rebuild_from <= before:
            checkpoint = self._tx.checkpoint_before(state.cell, rebuild_from)
            self._tx.drop_checkpoints(state.cell, rebuild_from)
            state.detector = checkpoint or detecting.fresh()
            self._signals[state.cell].clear()
            self._replay(state, state.detector.last_seq, before)
        self._advance(state, list(new))
        self._settle_onset(state)

    def _replay(self, state: CellState, after: int, upto: int) -> None:
        for chunk in self._tx.cell_outcomes(state.cell, after, upto):
            self._advance(state, chunk)

    def _advance(self, state: CellState, outcomes: Sequence[Outcome]) -> None:
        """Bet on outcomes, leaving a checkpoint at every thousandth of the cell."""
        begin = 0
        while begin < len(outcomes):
            detector = _sure(state.detector)
            end = begin + CHECKPOINT_EVERY - detector.outcomes % CHECKPOINT_EVERY
            part = outcomes[begin:end]
            state.detector, signals = detecting.advance(
                detector,
                state.floor or 0.0,
                state.threshold or 0.0,
                [outcome.hit for outcome in part],
                np.ones(len(part)),
                [outcome.seq for outcome in part],
            )
            self._signals[state.cell] += signals
            if state.detector.outcomes % CHECKPOINT_EVERY == 0:
                self._tx.save_checkpoint(state.cell, state.detector)
            begin = end

    def _settle_onset(self, state: CellState) -> None:
        paged = _sure(state.detector).paged
        if paged is None:
            state.onset = None
        elif state.onset is None or any(s.kind is SignalKind.PAGED for s in self._signals[state.cell]):
            state.onset = self._tx.prediction_time(paged.onset)

    def _judge(self, state: CellState) -> Judgement:
        model = self._models.get(state.cell.model, ModelState())
        rules = self._settings.judge
        return judge(
            Facts(
                floor=state.floor,
                evidence=state.detector.evidence if state.detector else 0.0,
                threshold=state.threshold or np.inf,
                paged=state.broken,
                outcomes_per_day=self._outcomes_per_day(state),
                last_label=model.last_label,
            ),
            self._now,
            detect_within_days=rules.detect_within_days,
            stale_after_days=rules.stale_after_days,
        )


def _sure(detector: Detector | None) -> Detector:
    if detector is None:
        raise AssertionError("a cell is bet on only with a detector")
    return detector
