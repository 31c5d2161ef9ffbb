"""A cell with a past in memory, watched while it is corrected."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace
from typing_extensions import override

from monitor.domain.detection import detector as detecting
from monitor.domain.detection import outcomes as arrays
from monitor.domain.detection.detector import Detector, Signal
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.judging.cell_hits import CellHits
from monitor.domain.judging.state import CellState, HeldTo
from monitor.domain.slices.cells import Cell
from monitor.evaluate.bets import Bets
from monitor.evaluate.counting import Revised
from monitor.evaluate.ports import BettingTransaction

FLOOR = 0.78
START = datetime(2026, 11, 1, tzinfo=UTC)
MODEL = Model("tickets", "7")
CELL = Cell(MODEL, "gdpr_erasure")
MISSED = "feature_request"


class Past(BettingTransaction):
    """One cell's outcomes and checkpoints in memory: what bets ask of an evaluation's transaction."""

    def __init__(self) -> None:
        self.predicted: list[str] = [""]  # seq begins at 1
        self.intents: list[str | None] = [None]
        self.checkpoints: dict[int, str] = {}
        self.replayed = 0

    def add(self, hits: Sequence[bool], intent: str | None = CELL.intent) -> list[Outcome]:
        first = len(self.intents)
        self.predicted += [CELL.intent if hit else MISSED for hit in hits]
        self.intents += [intent] * len(hits)
        return self.read(first - 1, len(self.intents) - 1)

    def outcome(self, seq: int) -> Outcome:
        intent = self.intents[seq] or ""
        at = START + timedelta(minutes=seq)
        return Outcome(
            seq, f"p{seq}", MODEL, at, at, self.predicted[seq], intent, Kind.HUMAN, Design.UNKNOWN, None
        )

    def read(self, after: int, upto: int) -> list[Outcome]:
        seqs = range(max(after + 1, 1), min(upto + 1, len(self.intents)))
        return [self.outcome(seq) for seq in seqs if self.intents[seq] == CELL.intent]

    def correct(self, seq: int, intent: str | None, revised: Revised) -> None:
        if self.intents[seq] == CELL.intent:
            revised.left.append(self.outcome(seq))
        self.intents[seq] = intent
        if intent == CELL.intent:
            revised.came.append(self.outcome(seq))

    @override
    def evaluated_seq(self) -> int:
        return len(self.intents) - 1

    @override
    def seen_upto(self) -> int:
        return len(self.intents) - 1

    @override
    def cell_outcomes(self, cell: Cell, after: int, upto: int) -> Iterator[Sequence[Outcome]]:
        assert cell == CELL
        yield self.read(after, upto)

    @override
    def cell_hits(
        self,
        cell: Cell,
        after: int,
        upto: int,
        *,
        chosen: bool = False,
        customers: bool = False,
        agreed: bool = False,
    ) -> Iterator[CellHits]:
        assert cell == CELL
        outcomes = self.read(after, upto)
        self.replayed += len(outcomes)
        for begin in range(0, len(outcomes), 500):
            chunk = outcomes[begin : begin + 500]
            yield CellHits(
                [outcome.seq for outcome in chunk],
                [outcome.hit for outcome in chunk],
                [to_us(outcome.labeled_at) for outcome in chunk],
                [(outcome.design, outcome.probability) for outcome in chunk] if chosen else [],
            )

    @override
    def outcomes_before(self, cell: Cell, seq: int, limit: int) -> Sequence[Outcome]:
        assert cell == CELL
        return self.read(-1, seq - 1)[-limit:]

    @override
    def judged_at(self) -> datetime | None:
        return START

    @override
    def checkpoint_before(self, cell: Cell, seq: int) -> Detector | None:
        before = [at for at in self.checkpoints if at < seq]
        return detecting.loads(self.checkpoints[max(before)]) if before else None

    @override
    def checkpoints_from(self, cell: Cell, seq: int) -> Iterator[Detector]:
        while later := [at for at in self.checkpoints if at >= seq]:
            yield detecting.loads(self.checkpoints[min(later)])
            seq = min(later) + 1

    @override
    def save_checkpoint(self, cell: Cell, detector: Detector) -> None:
        self.checkpoints[detector.last_seq] = detector.dumps()

    @override
    def drop_checkpoints(self, cell: Cell, since: int) -> None:
        self.checkpoints = {at: text for at, text in self.checkpoints.items() if at < since}


def income(money: float) -> Income:
    """So much of a page an outcome: `Past` has one every minute."""
    return Income((Rate(to_us(START), money * 1440),))


class Watch:
    """A cell evaluated again and again, and the fresh run that it must agree with; `money` comes with an outcome."""

    def __init__(self, money: float) -> None:
        self.past = Past()
        self.state = CellState(CELL, held=HeldTo("listed", "anchor", FLOOR, income(money)))
        self.upto = 0

    @property
    def income(self) -> Income:
        assert self.state.held.income is not None
        return self.state.held.income

    def pay(self, money: float) -> None:
        """From now on another amount comes with an outcome."""
        since = to_us(self.past.outcome(max(self.upto, 1)).labeled_at)
        earlier = self.income.with_rate(since, money * 1440)
        self.state = replace(self.state, held=replace(self.state.held, income=earlier))

    def evaluate(self, hits: Sequence[bool] = (), revised: Revised | None = None) -> list[Signal]:
        self.past.replayed = 0
        evaluation = Bets(self.past, self.upto, START)
        bet = evaluation.take(self.state, self.past.add(hits), revised)
        self.upto = len(self.past.intents) - 1
        if bet.detector is not None:  # as it is stored in between
            bet = replace(bet, detector=detecting.loads(bet.detector.dumps()))
        self.state = replace(self.state, bet=bet)
        return evaluation.signals[CELL]

    @property
    def detector(self) -> Detector:
        assert self.state.bet.detector is not None
        return self.state.bet.detector

    def correct(self, *seqs: int, intent: str | None = None) -> list[Signal]:
        revised = Revised([], [])
        for seq in seqs:
            self.past.correct(seq, intent, revised)
        return self.evaluate(revised=revised)

    def fresh(self) -> Detector:
        all_of_it = self.past.read(-1, self.upto)
        came = arrays.outcomes(
            [outcome.hit for outcome in all_of_it],
            np.ones(len(all_of_it)),
            [outcome.seq for outcome in all_of_it],
            [to_us(outcome.labeled_at) for outcome in all_of_it],
        )
        return detecting.advance(detecting.fresh(), FLOOR, self.income, came)[0]

    def assert_as_fresh(self) -> None:
        known, fresh = self.detector, self.fresh()
        assert known.outcomes == fresh.outcomes
        assert known.evidence == pytest.approx(fresh.evidence, rel=1e-9)
        assert known.since_release == pytest.approx(fresh.since_release, rel=1e-9)
        assert (known.paged is None) == (fresh.paged is None)
        assert (known.healing is None) == (fresh.healing is None)
        if known.paged is not None and fresh.paged is not None:
            assert known.paged[:3] == fresh.paged[:3]
            assert known.paged.evidence == pytest.approx(fresh.paged.evidence, rel=1e-9)
            assert self.state.bet.onset == self.past.outcome(fresh.paged.onset).ts
        else:
            assert self.state.bet.onset is None
        if known.healing is not None and fresh.healing is not None:
            np.testing.assert_allclose(known.healing.ratios, fresh.healing.ratios, rtol=1e-9)
            np.testing.assert_array_equal(known.healing.hits, fresh.healing.hits)


def a_watch(recall: float, count: int, seed: int, money: float = 1e-4) -> Watch:
    """A cell with so many counted outcomes of this recall."""
    watch = Watch(money)
    hits = (np.random.default_rng(seed).random(count) < recall).tolist()
    for begin in range(0, count, 997):
        watch.evaluate(hits[begin : begin + 997])
    return watch
