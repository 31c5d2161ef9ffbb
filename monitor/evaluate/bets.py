"""Every cell's bet, kept up to date: new outcomes are bet on, corrected ones are replayed from a checkpoint."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise

import msgspec
import numpy as np

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection import detector as detecting
from monitor.domain.detection.detector import Detector, Signal, SignalKind
from monitor.domain.events.types import Design, Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.recall.weights import detector_weights
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports import BettingTransaction, CellHits

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

    def __init__(self, transaction: BettingTransaction, upto: int, now: datetime) -> None:
        self._tx = transaction
        self._upto = upto
        self._now = now
        self.signals: dict[Cell, list[Signal]] = defaultdict(list)

    def take(
        self, state: CellState, new: Sequence[Outcome], revised: Revised | None, *, afresh: bool = False
    ) -> None:
        """Bring a cell's bet up to date; one without a usable floor has none.

        `afresh`: what counts, or how much, has changed, so everything is bet on again under the thresholds
        of its time.
        """
        if state.floor is None or state.floor < MIN_FLOOR or state.threshold is None:
            state.detector, state.onset = None, None
            return
        old = state.detector
        if old is not None:
            old = detecting.held_to(old, state.threshold, self._upto)
        if state.maturity_s is not None:
            self._bet_on_mature(state, old, timedelta(seconds=state.maturity_s))
        else:
            if old is None or afresh:
                self._begin(state, old)
            else:
                state.detector = old
                if revised is not None:
                    self._rebuild(state, old, revised)
            self._advance(state, _as_hits(new))
        state.detector = detecting.resumed(_sure(state.detector))
        self._settle_onset(state)

    def _begin(self, state: CellState, old: Detector | None) -> None:
        """Bet on everything there is, from the first outcome on."""
        self._tx.drop_checkpoints(state.cell, 0)
        state.detector, state.onset = self._nothing_yet(state, old), None
        for some in self._tx.cell_hits(state.cell, -1, self._upto, chosen=state.weighted):
            self._advance(state, some)
        self._only_recoveries(state.cell, old.paged.seq if old is not None and old.paged else -1)

    def _nothing_yet(self, state: CellState, old: Detector | None) -> Detector:
        if old is not None:
            return replace(detecting.fresh(), rises=old.rises, ends=old.ends)
        return detecting.held_to(detecting.fresh(), state.threshold or 0.0, -1)

    def _bet_on_mature(self, state: CellState, old: Detector | None, maturity: timedelta) -> None:
        """Bet on the predictions that are old enough, in the order in which they became so.

        An outcome counts from `max(ts + maturity, labeled_at)` on. A late label can fall in between others, so
        everything is bet on anew each time: where misses are labelled sooner, a cell costs its history.
        """
        self._tx.drop_checkpoints(state.cell, 0)
        outcomes = [
            (max(outcome.ts + maturity, outcome.labeled_at), outcome.seq, outcome)
            for chunk in self._tx.cell_outcomes(state.cell, -1, self._tx.seen_upto())
            for outcome in chunk
        ]
        ready = [outcome for at, _, outcome in sorted(outcomes, key=lambda one: one[:2]) if at <= self._now]
        state.detector, state.onset = self._nothing_yet(state, old), None
        turns = sorted([*(rise.after for rise in state.detector.rises), *state.detector.ends])
        for _, group in groupby(ready, key=lambda outcome: bisect_left(turns, outcome.seq)):
            self._bet(state, _as_hits(list(group)))
        state.detector = replace(state.detector, last_seq=max((outcome.seq for outcome in ready), default=-1))
        stood = old.paged.seq if old is not None and old.paged else None
        pages = [signal.seq for signal in self.signals[state.cell] if signal.kind is SignalKind.PAGED]
        if state.detector.paged is None and stood is not None and pages and pages[-1] == stood:
            self.signals[state.cell] = self.signals[state.cell][-1:]
        else:
            self.signals[state.cell] = []

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
            state.detector = replace(begun, rises=old.rises, ends=old.ends)
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
        for some in self._tx.cell_hits(
            state.cell, _sure(state.detector).last_seq, upto, chosen=state.weighted
        ):
            for begin in range(0, len(some.seqs), CHECKPOINT_EVERY):
                if _sure(state.detector).outcomes >= laid + 2 * CHECKPOINT_EVERY:
                    self._save_checkpoint(state)
                    laid = _sure(state.detector).outcomes
                self._bet(state, _part(some, slice(begin, begin + CHECKPOINT_EVERY)))
        detector = detecting.resumed(_sure(state.detector), upto + 1)
        state.detector = replace(detector, last_seq=max(upto, detector.last_seq))

    def _advance(self, state: CellState, some: CellHits) -> None:
        """Bet on outcomes, leaving a checkpoint at every 250th of the cell."""
        begin = 0
        while begin < len(some.seqs):
            part = slice(begin, begin + CHECKPOINT_EVERY - _sure(state.detector).outcomes % CHECKPOINT_EVERY)
            self._bet(state, _part(some, part))
            if _sure(state.detector).outcomes % CHECKPOINT_EVERY == 0:
                self._save_checkpoint(state)
            begin = part.stop

    def _bet(self, state: CellState, some: CellHits) -> None:
        """Bet on outcomes, each against the threshold that it was first counted under.

        Where a person said that it was over, the bet begins again.
        """
        rises, ends = _sure(state.detector).rises, _sure(state.detector).ends
        weights = self._weights(state, some.chosen, len(some.seqs))
        since = [rise.after for rise in rises]
        cuts = {bisect_right(some.seqs, turn) for turn in (*since[1:], *ends)}
        for begin, end in pairwise(sorted(cuts | {0, len(some.seqs)})):
            state.detector, signals = detecting.advance(
                detecting.resumed(_sure(state.detector), some.seqs[begin]),
                state.floor or 0.0,
                rises[max(bisect_left(since, some.seqs[begin]) - 1, 0)].threshold,
                some.hits[begin:end],
                weights[begin:end],
                some.seqs[begin:end],
            )
            self.signals[state.cell] += signals

    def _weights(
        self, state: CellState, chosen: Sequence[tuple[Design, float | None]], outcomes: int
    ) -> FloatArray:
        """The stakes' scale u of each outcome: 1 unless weights count in this cell."""
        if not state.weighted:
            return np.ones(outcomes)
        return detector_weights(chosen, state.min_probability, weigh=True)

    def _save_checkpoint(self, state: CellState) -> None:
        self._tx.save_checkpoint(state.cell, replace(_sure(state.detector), rises=(), ends=()))

    def _terms(self, state: CellState, outcomes: Sequence[Outcome]) -> FloatArray:
        weights = self._weights(state, [(o.design, o.probability) for o in outcomes], len(outcomes))
        return detecting.log_terms(state.floor or 0.0, [o.hit for o in outcomes], weights)

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


def _as_hits(outcomes: Sequence[Outcome]) -> CellHits:
    return CellHits(
        [outcome.seq for outcome in outcomes],
        [outcome.hit for outcome in outcomes],
        [(outcome.design, outcome.probability) for outcome in outcomes],
    )


def _part(some: CellHits, part: slice) -> CellHits:
    return CellHits(some.seqs[part], some.hits[part], some.chosen[part])


def _sure(detector: Detector | None) -> Detector:
    if detector is None:
        raise AssertionError("a cell is bet on only with a detector")
    return detector
