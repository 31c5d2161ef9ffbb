"""Every cell's bet, kept up to date: new outcomes are bet on, corrected ones are replayed from a checkpoint."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec
import numpy as np

from monitor.domain import detector as detecting
from monitor.domain.betting import FloatArray
from monitor.domain.cells import Cell
from monitor.domain.cellstate import CellState
from monitor.domain.detector import Detector, Signal, SignalKind
from monitor.domain.events import Outcome
from monitor.domain.floor import MIN_FLOOR
from monitor.ports import EvaluationTransaction

CHECKPOINT_EVERY = 1_000


class Revised(msgspec.Struct):
    """What corrections did to a cell: the first outcome concerned, what left it, and what came into it."""

    since: int
    left: list[Outcome]
    came: list[Outcome]


class Bets:
    """Bets for all cells within one evaluation. `upto` is the last outcome counted before it.

    `signals` are the pages and recoveries found. A page found while replaying the past is not among them:
    if it still stands, the cell's detector says so; if not, it is over.
    """

    def __init__(self, transaction: EvaluationTransaction, upto: int) -> None:
        self._tx = transaction
        self._upto = upto
        self.signals: dict[Cell, list[Signal]] = defaultdict(list)

    def take(self, state: CellState, new: Sequence[Outcome], revised: Revised | None) -> None:
        """Bring a cell's bet up to date; one without a usable floor has none."""
        if state.floor is None or state.floor < MIN_FLOOR or state.threshold is None:
            state.detector, state.onset = None, None
            return
        if state.detector is None:
            self._begin(state)
        elif revised is not None:
            self._rebuild(state, state.detector, revised)
        self._advance(state, new)
        self._settle_onset(state)

    def _begin(self, state: CellState) -> None:
        """Bet on everything there is, from the first outcome on."""
        self._tx.drop_checkpoints(state.cell, 0)
        state.detector, state.onset = detecting.fresh(), None
        for chunk in self._tx.cell_outcomes(state.cell, -1, self._upto):
            self._advance(state, chunk)
        self._only_recoveries(state.cell)

    def _rebuild(self, state: CellState, old: Detector, revised: Revised) -> None:
        """Replay from the last checkpoint that is sound, until the past no longer makes a difference.

        A good stretch makes the bet forget: where the replay meets a later checkpoint in the state that was
        saved there (to a part in 10^9), everything behind it stands as it was. So a correction costs a few
        checkpoints' worth of outcomes, however long ago it was.
        """
        cell = state.cell
        begun = self._tx.checkpoint_before(cell, revised.since)
        state.detector, state.onset = begun or detecting.fresh(), None
        for checkpoint in self._tx.checkpoints_from(cell, revised.since):
            self._replay(state, checkpoint.last_seq)
            if detecting.agree(state.detector, checkpoint):
                state.detector = old
                break
            self._tx.save_checkpoint(cell, state.detector)
        else:
            self._replay(state, self._upto)
        if begun is not None or state.detector is old:
            # A checkpoint's share of the product may be older than earlier corrections: take what was
            # known, less what left, plus what came.
            state.detector = detecting.with_totals(
                state.detector, old, self._terms(state, revised.left), self._terms(state, revised.came)
            )
        self._only_recoveries(cell)

    def _replay(self, state: CellState, upto: int) -> None:
        """Bet on stored outcomes up to one of them, leaving the checkpoints as they are."""
        detector = _sure(state.detector)
        for chunk in self._tx.cell_outcomes(state.cell, detector.last_seq, upto):
            detector = self._bet(state, detector, chunk)
        state.detector = replace(detector, last_seq=max(upto, detector.last_seq))

    def _advance(self, state: CellState, outcomes: Sequence[Outcome]) -> None:
        """Bet on outcomes, leaving a checkpoint at every thousandth of the cell."""
        for part in _up_to_checkpoints(_sure(state.detector).outcomes, outcomes):
            state.detector = self._bet(state, _sure(state.detector), part)
            if state.detector.outcomes % CHECKPOINT_EVERY == 0:
                self._tx.save_checkpoint(state.cell, state.detector)

    def _bet(self, state: CellState, detector: Detector, outcomes: Sequence[Outcome]) -> Detector:
        after, signals = detecting.advance(
            detector,
            state.floor or 0.0,
            state.threshold or 0.0,
            [outcome.hit for outcome in outcomes],
            np.ones(len(outcomes)),
            [outcome.seq for outcome in outcomes],
        )
        self.signals[state.cell] += signals
        return after

    def _terms(self, state: CellState, outcomes: Sequence[Outcome]) -> FloatArray:
        return detecting.log_terms(state.floor or 0.0, [o.hit for o in outcomes], np.ones(len(outcomes)))

    def _only_recoveries(self, cell: Cell) -> None:
        self.signals[cell] = [s for s in self.signals[cell] if s.kind is SignalKind.RECOVERED]

    def _settle_onset(self, state: CellState) -> None:
        paged = _sure(state.detector).paged
        if paged is None:
            state.onset = None
        elif state.onset is None or any(s.kind is SignalKind.PAGED for s in self.signals[state.cell]):
            state.onset = self._tx.prediction_time(paged.onset)


def _up_to_checkpoints(seen: int, outcomes: Sequence[Outcome]) -> Iterator[Sequence[Outcome]]:
    begin = 0
    while begin < len(outcomes):
        end = begin + CHECKPOINT_EVERY - (seen + begin) % CHECKPOINT_EVERY
        yield outcomes[begin:end]
        begin = end


def _sure(detector: Detector | None) -> Detector:
    if detector is None:
        raise AssertionError("a cell is bet on only with a detector")
    return detector
