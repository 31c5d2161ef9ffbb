"""One cell's bet, carried on with new outcomes or made again from its past."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, groupby, pairwise

import numpy as np
from msgspec import structs

from monitor.domain.detection import detector as detecting
from monitor.domain.detection.agreement import agree, with_totals
from monitor.domain.detection.bars import Bar
from monitor.domain.detection.customer_days import closed, customer_days
from monitor.domain.detection.detector import Detector, Signal, SignalKind
from monitor.domain.detection.ends import resumed
from monitor.domain.detection.group import IntentGroup
from monitor.domain.detection.money import Income
from monitor.domain.detection.outcomes import Outcomes
from monitor.domain.detection.recovery import ENOUGH, broken
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Outcome
from monitor.domain.judging.cell_hits import CellHits
from monitor.domain.judging.stakes import CellStakes
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.turns import Turn, behind_page, ready, turns
from monitor.evaluate.counting import Revised
from monitor.evaluate.hits import as_hits, part_of
from monitor.evaluate.ports import BettingTransaction

CHECKPOINT_EVERY = 250  # outcomes of a cell: the bet itself forgets in some 1,000


class Replay:
    """The bet of one cell within one evaluation, which ends in `detector`; `signals` is what it brought.

    `together`: one bet for each customer and day. `enough` is what a recovery's bet must win. `old` is the bet as it
    was, None before the first; `upto` is the last outcome counted before this evaluation; `of_the_past` says whether
    outcomes that had been bet on were bet on again. `matures` is when the next outcome becomes old enough to be bet on,
    where only such are. `kept` are the pages that stood when the age from which predictions are bet on changed.
    """

    def __init__(
        self,
        transaction: BettingTransaction,
        state: CellState,
        old: Detector | None,
        bar: Bar,
        income: Income,
        upto: int,
        *,
        together: bool = False,
        enough: float = ENOUGH,
    ) -> None:
        self._together = together
        self._enough = enough
        self._tx = transaction
        self._cell = state.cell
        self._stakes = CellStakes(state)
        self._read = partial(
            transaction.cell_hits, self._cell, chosen=self._stakes.weighted, agreed=self._stakes.doubting
        )
        self._old = old
        self._bar = bar
        self._income = income
        self._upto = upto
        self.detector = old if old is not None else self._nothing_yet()
        self.signals: list[Signal] = []
        self.of_the_past = False
        self.matures: datetime | None = None
        self.kept = state.bet.kept_pages or ()

    def begin_anew(self) -> None:
        """Bet on everything there is, from the first outcome on."""
        self.of_the_past = True
        self._tx.drop_checkpoints(self._cell, 0)
        self.detector = self._nothing_yet()
        if self._together:
            self._bet_on_closed_days(self._upto)
        else:
            for some in self._read(-1, self._upto):
                self._advance(some)
        self._only_recoveries(self._old.paged.seq if self._old is not None and self._old.paged else -1)

    def bet_on(self, new: Sequence[Outcome]) -> None:
        """Bet on outcomes that come behind all others; once per customer and day, on the days that they close.

        What waits for the end of its day is not kept: it is all that lies behind the last outcome bet on.
        """
        if self._together:
            if new:
                self._bet_on_closed_days(self._tx.seen_upto())
            return
        self._advance(as_hits(new, [outcome.known_us for outcome in new]))

    def bet_by_age(self, age: timedelta | None, now: datetime) -> None:
        """Bet on the predictions that are old enough (None: on all), in their turn, through the pages that are kept.

        Each kept page is won anew, as it was, or is kept no longer where corrected labels do not win it. A late label
        can fall in between others, so everything is bet on anew: where misses are labelled sooner, a cell costs its
        history whenever anything came, or became old enough.
        """
        self.of_the_past = True
        self._tx.drop_checkpoints(self._cell, 0)
        outcomes = [
            outcome
            for chunk in self._tx.cell_outcomes(self._cell, -1, self._tx.seen_upto())
            for outcome in chunk
        ]
        pages, self.kept = self.kept, ()
        for page in pages:
            known = outcomes[: bisect_right(outcomes, page.upto, key=_seq)]
            self._bet_in_turn(known, _as_timedelta(page.age_s), page.at)
            self.detector = resumed(self.detector, self._bar, page.upto + 1)
            won = self.detector.paged
            self.kept = (*self.kept, structs.replace(page, page=won.seq)) if won is not None else ()
        self._bet_in_turn(outcomes, age, now)
        stood = self._old.paged.seq if self._old is not None and self._old.paged else None
        won_at = [signal.seq for signal in self.signals if signal.kind is SignalKind.PAGED]
        recovered = self.detector.paged is None and stood is not None and won_at[-1:] == [stood]
        self.signals = self.signals[-1:] if recovered else []

    def _bet_in_turn(self, outcomes: Sequence[Outcome], age: timedelta | None, now: datetime) -> None:
        """Bet on outcomes in their turn from nothing; the page that was kept last stands from its place on."""
        kept, won = (self.kept[-1] if self.kept else None), self.detector
        in_turn = turns(outcomes, age)
        count = ready(in_turn, now) if age is not None else len(in_turn)
        self.matures = in_turn[count].at if count < len(in_turn) else None
        self.detector, self.signals = self._nothing_yet(), []
        begin = 0
        # Where a person ended it since, the bet began again, with or without it.
        if kept is not None and won.paged is not None and not any(end >= kept.upto for end in won.ends):
            begin = min(behind_page(in_turn, kept.page, kept.upto, kept.at, age), count)
            self._bet_turns(in_turn[:begin])
            product = self.detector.wealth.log_product
            self.detector = replace(
                self.detector,
                wealth=replace(won.wealth, log_product=product),
                starts=won.starts,
                paged=won.paged,
                healing=broken(),
                begun_after=won.begun_after,
            )
            self.signals = [won.paged]
        self._bet_turns(in_turn[begin:count], goes_on=True)
        if age is not None:
            seqs = (turn.outcome.seq for turn in in_turn[:count])
            self.detector = replace(self.detector, last_seq=max(seqs, default=-1))

    def _bet_turns(self, some: Sequence[Turn], *, goes_on: bool = False) -> None:
        """Bet on outcomes; once per customer and day, where it `goes_on`, not on the day that is not over."""
        ends = sorted(self.detector.ends)
        for _, group in groupby(some, key=lambda turn: bisect_left(ends, turn.outcome.seq)):
            times, outcomes = zip(*group, strict=True)
            hits = as_hits(outcomes, [to_us(at) for at in times])
            if not self._together:
                self._bet(hits)
                continue
            if goes_on and outcomes[-1] is some[-1].outcome:  # nobody ended the page behind them
                hits = part_of(hits, slice(closed(np.asarray(hits.known_us, np.int64))))
            self._bet_on(customer_days(self._came(hits), hits.customers))

    def correct(self, revised: Revised) -> None:
        """Replay from the last checkpoint before each correction, until the past no longer matters.

        A good stretch makes the bet forget: where the replay meets a later checkpoint in the state that was
        saved there (to a part in 10^10), everything behind it stands as it was, up to the next correction.
        So a correction costs a few checkpoints' worth of outcomes, however long ago it was. A group's bet remembers
        the mix of all its labels, and a weighted cell's how many each design had, so there it costs all that came
        since.
        """
        self.of_the_past = True
        old = self.detector
        pending = sorted({outcome.seq for outcome in (*revised.left, *revised.came)})
        while pending:
            begun = self._tx.checkpoint_before(self._cell, pending[0]) or detecting.fresh()
            self.detector = replace(begun, ends=old.ends)
            met = self._replay_until_met(pending[0])
            if met is None:
                break
            self.detector = old
            pending = pending[bisect_right(pending, met) :]
        # What a checkpoint says of the whole past may be older than earlier corrections: take what was
        # known, less what left, plus what came. Of a group, every checkpoint behind a correction was mended.
        if not isinstance(self._bar, IntentGroup):
            samples = self.detector.samples
            left, came = (
                self._stakes.log_terms(some, self._bar, samples) for some in (revised.left, revised.came)
            )
            self.detector = replace(
                with_totals(self.detector, old, left, came),
                outcomes=old.outcomes - len(revised.left) + len(revised.came),
            )
        self._only_recoveries(old.paged.seq if old.paged else None)

    def _nothing_yet(self) -> Detector:
        if self._old is not None:
            return replace(detecting.fresh(), ends=self._old.ends)
        return detecting.fresh()

    def _replay_until_met(self, since: int) -> int | None:
        """Replay up to the first checkpoint that stands as it was, mending those before; None: to the end."""
        for checkpoint in self._tx.checkpoints_from(self._cell, since):
            self._replay(checkpoint.last_seq)
            if agree(self.detector, checkpoint):
                return checkpoint.last_seq
            self._save_checkpoint()
        self._replay(self._upto)
        return None

    def _replay(self, upto: int) -> None:
        """Bet on stored outcomes up to one of them; a checkpoint more where corrections brought many."""
        laid = self.detector.outcomes
        for some in self._read(self.detector.last_seq, upto):
            for begin in range(0, len(some.seqs), CHECKPOINT_EVERY):
                if self.detector.outcomes >= laid + 2 * CHECKPOINT_EVERY:
                    self._save_checkpoint()
                    laid = self.detector.outcomes
                self._bet(part_of(some, slice(begin, begin + CHECKPOINT_EVERY)))
        detector = resumed(self.detector, self._bar, upto + 1)
        self.detector = replace(detector, last_seq=max(upto, detector.last_seq))

    def _advance(self, some: CellHits) -> None:
        """Bet on outcomes, leaving a checkpoint at every 250th of the cell."""
        begin = 0
        while begin < len(some.seqs):
            part = slice(begin, begin + CHECKPOINT_EVERY - self.detector.outcomes % CHECKPOINT_EVERY)
            self._bet(part_of(some, part))
            if self.detector.outcomes % CHECKPOINT_EVERY == 0:
                self._save_checkpoint()
            begin = part.stop

    def _bet_on_closed_days(self, upto: int) -> None:
        """Bet on what lies behind the last outcome bet on, as far as its days are over."""
        chunks = self._read(self.detector.last_seq, upto, customers=True)
        some = CellHits(*(list(chain.from_iterable(parts)) for parts in zip(*chunks, strict=True)))
        over = part_of(some, slice(closed(np.asarray(some.known_us, np.int64))))
        self._bet_on(customer_days(self._came(over), over.customers))

    def _bet(self, some: CellHits) -> None:
        self._bet_on(self._came(some))

    def _came(self, some: CellHits) -> Outcomes:
        """Outcomes as they are bet on; the detector keeps the designs of their labels."""
        came, samples = self._stakes.of(some, self.detector.samples)
        self.detector = replace(self.detector, samples=samples)
        return came

    def _bet_on(self, came: Outcomes) -> None:
        """Bet on outcomes with the money of their time; where a person said that it was over, it begins again."""
        seqs = came.seqs.tolist()
        cuts = {bisect_right(seqs, end) for end in self.detector.ends}
        for begin, end in pairwise(sorted(cuts | {0, len(seqs)})):
            self.detector, signals = detecting.advance(
                resumed(self.detector, self._bar, seqs[begin]),
                self._bar,
                self._income,
                came.part(begin, end),
                self._enough,
            )
            self.signals += signals

    def _save_checkpoint(self) -> None:
        self._tx.save_checkpoint(self._cell, replace(self.detector, ends=()))

    def _only_recoveries(self, since: int | None) -> None:
        """Of what the past brought, keep recoveries from a page at `since` or later; None: there was none."""
        self.signals = [
            signal
            for signal in self.signals
            if since is not None and signal.kind is SignalKind.RECOVERED and signal.seq > since
        ]


def _seq(outcome: Outcome) -> int:
    return outcome.seq


def _as_timedelta(age_s: float | None) -> timedelta | None:
    return timedelta(seconds=age_s) if age_s is not None else None
