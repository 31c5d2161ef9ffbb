"""Every cell's bet, kept up to date: new outcomes are bet on, corrected ones are replayed from a checkpoint."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
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

CHECKPOINT_EVERY = 250  # outcomes of a cell: the bet itself forgets in some 1,000


class Revised(msgspec.Struct):
    """What corrections did to a cell: the outcomes that left it as they were, and those that came into it."""

    left: list[Outcome]
    came: list[Outcome]


class Bets:
    """Bets for all cells within one evaluation. `upto` is the last outcome counted before it.

    `signals` are the pages and recoveries found. A page found while replaying the past is not among them:
    if it still stands, the cell's detector says so; if not, it is over. Nor is a recovery found there, unless
    it is one from the page that stood until now.
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
            self._begin(state, state.threshold)
        else:
            state.detector = detecting.held_to(state.detector, state.threshold, self._upto)
            if revised is not None:
                self._rebuild(state, state.detector, revised)
        self._advance(state, [outcome.seq for outcome in new], [outcome.hit for outcome in new])
        self._settle_onset(state)

    def _begin(self, state: CellState, threshold: float) -> None:
        """Bet on everything there is, from the first outcome on."""
        self._tx.drop_checkpoints(state.cell, 0)
        state.detector, state.onset = detecting.held_to(detecting.fresh(), threshold, -1), None
        for seqs, hits in self._tx.cell_hits(state.cell, -1, self._upto):
            self._advance(state, seqs, hits)
        self._only_recoveries(state.cell, -1)

    def _rebuild(self, state: CellState, old: Detector, revised: Revised) -> None:
        """Replay from the last checkpoint before each correction, until the past no longer matters.

        A good stretch makes the bet forget: where the replay meets a later checkpoint in the state that was
        saved there (to a part in 10^10), everything behind it stands as it was, up to the next correction.
        So a correction costs a few checkpoints' worth of outcomes, however long ago it was.
        """
        state.onset = None
        pending = sorted({outcome.seq for outcome in (*revised.left, *revised.came)})
        while pending:
            begun = self._tx.checkpoint_before(state.cell, pending[0]) or detecting.fresh()
            state.detector = replace(begun, rises=old.rises)
            met = self._replay_until_met(state, pending[0])
            if met is None:
                break
            state.detector = old
            pending = pending[bisect_right(pending, met) :]
        # What a checkpoint says of the whole past may be older than earlier corrections: take what was
        # known, less what left, plus what came.
        state.detector = replace(
            detecting.with_totals(
                _sure(state.detector), old, self._terms(state, revised.left), self._terms(state, revised.came)
            ),
            outcomes=old.outcomes - len(revised.left) + len(revised.came),
        )
        self._only_recoveries(state.cell, old.paged.seq if old.paged else None)

    def _replay_until_met(self, state: CellState, since: int) -> int | None:
        """Replay up to the first checkpoint that stands as it was, mending those before; None: to the end."""
        for checkpoint in self._tx.checkpoints_from(state.cell, since):
            self._replay(state, checkpoint.last_seq)
            if detecting.agree(_sure(state.detector), checkpoint):
                return checkpoint.last_seq
            self._save_checkpoint(state)
        self._replay(state, self._upto)
        return None

    def _replay(self, state: CellState, upto: int) -> None:
        """Bet on stored outcomes up to one of them; a checkpoint more where corrections brought many."""
        laid = _sure(state.detector).outcomes
        for seqs, hits in self._tx.cell_hits(state.cell, _sure(state.detector).last_seq, upto):
            for begin in range(0, len(seqs), CHECKPOINT_EVERY):
                if _sure(state.detector).outcomes >= laid + 2 * CHECKPOINT_EVERY:
                    self._save_checkpoint(state)
                    laid = _sure(state.detector).outcomes
                part = slice(begin, begin + CHECKPOINT_EVERY)
                self._bet(state, seqs[part], hits[part])
        state.detector = replace(_sure(state.detector), last_seq=max(upto, _sure(state.detector).last_seq))

    def _advance(self, state: CellState, seqs: Sequence[int], hits: Sequence[bool]) -> None:
        """Bet on outcomes, leaving a checkpoint at every 250th of the cell."""
        begin = 0
        while begin < len(seqs):
            part = slice(begin, begin + CHECKPOINT_EVERY - _sure(state.detector).outcomes % CHECKPOINT_EVERY)
            self._bet(state, seqs[part], hits[part])
            if _sure(state.detector).outcomes % CHECKPOINT_EVERY == 0:
                self._save_checkpoint(state)
            begin = part.stop

    def _bet(self, state: CellState, seqs: Sequence[int], hits: Sequence[bool]) -> None:
        """Bet on outcomes, each against the threshold that it was first counted under."""
        rises = _sure(state.detector).rises
        cuts = [bisect_right(seqs, rise.after) for rise in rises[1:]]
        for rise, begin, end in zip(rises, [0, *cuts], [*cuts, len(seqs)], strict=True):
            if begin < end:
                state.detector, signals = detecting.advance(
                    _sure(state.detector),
                    state.floor or 0.0,
                    rise.threshold,
                    hits[begin:end],
                    np.ones(end - begin),
                    seqs[begin:end],
                )
                self.signals[state.cell] += signals

    def _save_checkpoint(self, state: CellState) -> None:
        self._tx.save_checkpoint(state.cell, replace(_sure(state.detector), rises=()))

    def _terms(self, state: CellState, outcomes: Sequence[Outcome]) -> FloatArray:
        return detecting.log_terms(state.floor or 0.0, [o.hit for o in outcomes], np.ones(len(outcomes)))

    def _only_recoveries(self, cell: Cell, since: int | None) -> None:
        """Of what the past brought, keep recoveries from a page at `since` or later; None: there was none."""
        self.signals[cell] = [
            signal
            for signal in self.signals[cell]
            if since is not None and signal.kind is SignalKind.RECOVERED and signal.seq > since
        ]

    def _settle_onset(self, state: CellState) -> None:
        paged = _sure(state.detector).paged
        if paged is None:
            state.onset = None
        elif state.onset is None or any(s.kind is SignalKind.PAGED for s in self.signals[state.cell]):
            state.onset = self._tx.prediction_time(paged.onset)


def _sure(detector: Detector | None) -> Detector:
    if detector is None:
        raise AssertionError("a cell is bet on only with a detector")
    return detector
