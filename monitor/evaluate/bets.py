"""Every cell's bet, kept up to date: new outcomes are bet on, corrected ones are replayed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from monitor.domain.detection.detector import Detector, Signal, SignalKind
from monitor.domain.detection.ends import resumed
from monitor.domain.detection.recovery import ENOUGH
from monitor.domain.events.types import Outcome
from monitor.domain.incidents.onset import onset_of
from monitor.domain.judging.kept_pages import kept_through
from monitor.domain.judging.state import Bet, CellState
from monitor.domain.slices.cells import Cell
from monitor.evaluate.counting import Revised
from monitor.evaluate.ports import BettingTransaction
from monitor.evaluate.replay import Replay
from monitor.incidents.explaining import outcomes_around


class Bets:
    """Bets for all cells within one evaluation. `upto` is the last outcome counted before it.

    `recovery_labels` is what a recovery's bet must win: a bet that was made with another number is made anew.
    `signals` are the pages and recoveries it brought. A page met while replaying the past is not among them:
    if it still stands, the cell's detector says so; if not, it is over. Nor is a recovery met there, unless
    it is one from the page that stood until now. `moved` are the cells for which anything was bet on, or again.
    `aged` are those whose page stands although predictions of another age, in seconds, are bet on now.
    """

    def __init__(
        self, transaction: BettingTransaction, upto: int, now: datetime, recovery_labels: float = ENOUGH
    ) -> None:
        self._tx = transaction
        self._upto = upto
        self._now = now
        self._enough = recovery_labels
        self.signals: dict[Cell, list[Signal]] = {}
        self.moved: set[Cell] = set()
        self.aged: dict[Cell, float | None] = {}

    def take(
        self,
        state: CellState,
        new: Sequence[Outcome],
        revised: Revised | None,
        *,
        afresh: bool = False,
        together: bool = False,
    ) -> Bet:
        """A cell's bet, brought up to date; without a usable floor there is none.

        `afresh`: what counts, or how much, has changed, so everything is bet on again, with the money
        of its time. `together`: one bet for each customer and day.
        """
        bar, income = state.held.bar, state.held.income
        if bar is None or income is None:
            return replace(state.bet, detector=None, onset=None, replay=False, matures=None, kept_pages=None)
        old = state.bet.detector
        state, changed = self._of_this_age(state)
        changed_end = (state.bet.recovery_labels or ENOUGH) != self._enough
        anew = old is None or afresh or changed or changed_end or state.bet.replay
        if not (anew or new or revised is not None or self._matured(state)):
            self.signals[state.cell] = []
            return self._as_it_was(state, old)
        self.moved.add(state.cell)
        replay = Replay(self._tx, state, old, bar, income, self._upto, together=together, enough=self._enough)
        age_s = state.labels.maturity_s
        if age_s is not None or (replay.kept and (anew or revised is not None)):
            replay.bet_by_age(timedelta(seconds=age_s) if age_s is not None else None, self._now)
        else:
            if anew or (together and revised is not None):
                replay.begin_anew()
            elif revised is not None:
                replay.correct(revised)
            replay.bet_on(new)
        detector = resumed(replay.detector, bar)
        detector.require_numbers()  # here it concerns this cell; when all are saved, every cell
        if changed and old is not None and old.paged is not None and detector.paged is not None:
            self.aged[state.cell] = age_s
        self.signals[state.cell] = replay.signals
        known = None if replay.of_the_past else state.bet.onset
        onset = self._onset(state, detector, known, replay.signals)
        return replace(
            state.bet,
            detector=detector,
            onset=onset,
            replay=False,
            matures=replay.matures,
            kept_pages=replay.kept or None,
            recovery_labels=self._enough if self._enough != ENOUGH else None,
        )

    def _of_this_age(self, state: CellState) -> tuple[CellState, bool]:
        """The state whose predictions count from the age they do now, a standing page kept; whether that is new."""
        bet, age_s = state.bet, state.labels.maturity_s
        kept, page = bet.kept_pages or (), bet.detector.paged if bet.detector is not None else None
        if bet.aged_s != age_s:
            at = self._tx.judged_at() or self._now
            kept = kept_through(kept, page, bet.aged_s, age_s, self._upto, at)
        elif bet.detector is None:
            kept = ()
        if (bet.aged_s, bet.kept_pages or ()) == (age_s, kept):
            return state, False
        return replace(state, bet=replace(bet, aged_s=age_s, kept_pages=kept or None)), bet.aged_s != age_s

    def _as_it_was(self, state: CellState, detector: Detector | None) -> Bet:
        """A bet that nothing came to; a person may have ended its page since."""
        known = resumed(detector, state.held.bar) if detector is not None else None
        stands = known is not None and known.paged is not None
        return replace(state.bet, detector=known, onset=state.bet.onset if stands else None)

    def _matured(self, state: CellState) -> bool:
        """Whether only old predictions are bet on, and one of them became old enough since the last time."""
        matures = state.bet.matures
        return state.labels.maturity_s is not None and matures is not None and matures <= self._now

    def _onset(
        self, state: CellState, detector: Detector, known: datetime | None, signals: Sequence[Signal]
    ) -> datetime | None:
        """When the fall behind a standing page likely began: as it was known, unless the page is a new one."""
        page = detector.paged
        if page is None:
            return None
        if known is not None and not any(signal.kind is SignalKind.PAGED for signal in signals):
            return known
        outcomes = outcomes_around(self._tx, state.cell, page.onset)
        found = onset_of(replace(state, bet=replace(state.bet, detector=detector)), page, outcomes)
        return found.best.at if found is not None else None
