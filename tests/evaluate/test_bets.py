"""Corrections far back in a cell's past end in the state that a fresh run over the corrected past ends in."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import cast

import numpy as np
import pytest

from monitor.domain.detection import detector as detecting
from monitor.domain.detection.detector import Detector, Signal, SignalKind
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.evaluate import bets
from monitor.evaluate.bets import Bets, Revised
from monitor.evaluate.ports import CellHits, EvaluationTransaction

FLOOR = 0.78
START = datetime(2026, 11, 1, tzinfo=UTC)
MODEL = Model("tickets", "7")
CELL = Cell(MODEL, "gdpr_erasure")
MISSED = "feature_request"


class Past:
    """One cell's outcomes and checkpoints in memory: what `Bets` asks of an evaluation's transaction."""

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

    def cell_hits(self, cell: Cell, after: int, upto: int, *, chosen: bool = False) -> Iterator[CellHits]:
        assert cell == CELL
        found = self.read(after, upto)
        self.replayed += len(found)
        for begin in range(0, len(found), 500):
            chunk = found[begin : begin + 500]
            yield CellHits(
                [outcome.seq for outcome in chunk],
                [outcome.hit for outcome in chunk],
                [(outcome.design, outcome.probability) for outcome in chunk] if chosen else [],
            )

    def prediction_time(self, seq: int) -> datetime | None:
        return self.outcome(seq).ts

    def checkpoint_before(self, _cell: Cell, seq: int) -> Detector | None:
        found = [at for at in self.checkpoints if at < seq]
        return detecting.loads(self.checkpoints[max(found)]) if found else None

    def checkpoints_from(self, _cell: Cell, seq: int) -> Iterator[Detector]:
        while found := [at for at in self.checkpoints if at >= seq]:
            yield detecting.loads(self.checkpoints[min(found)])
            seq = min(found) + 1

    def save_checkpoint(self, _cell: Cell, detector: Detector) -> None:
        self.checkpoints[detector.last_seq] = detector.dumps()

    def drop_checkpoints(self, _cell: Cell, since: int) -> None:
        self.checkpoints = {at: text for at, text in self.checkpoints.items() if at < since}


class Watch:
    """A cell evaluated again and again, and the fresh run that it must agree with."""

    def __init__(self, threshold: float) -> None:
        self.past = Past()
        self.state = CellState(CELL, Tally(), "listed", "anchor", FLOOR, threshold)
        self.thresholds: list[tuple[int, float]] = []
        self.upto = 0

    def evaluate(
        self, hits: Sequence[bool] = (), revised: Revised | None = None, threshold: float | None = None
    ) -> list[Signal]:
        self.state.threshold = threshold or self.state.threshold
        assert self.state.threshold is not None
        if not self.thresholds or self.thresholds[-1][1] != self.state.threshold:
            self.thresholds.append((self.upto, self.state.threshold))
        self.past.replayed = 0
        evaluation = Bets(cast("EvaluationTransaction", self.past), self.upto, START)
        evaluation.take(self.state, self.past.add(hits), revised)
        self.upto = len(self.past.intents) - 1
        if self.state.detector is not None:  # as it is stored in between
            self.state.detector = detecting.loads(self.state.detector.dumps())
        return evaluation.signals[CELL]

    @property
    def detector(self) -> Detector:
        assert self.state.detector is not None
        return self.state.detector

    def correct(self, *seqs: int, intent: str | None = None) -> list[Signal]:
        revised = Revised([], [])
        for seq in seqs:
            self.past.correct(seq, intent, revised)
        return self.evaluate(revised=revised)

    def fresh(self) -> Detector:
        detector = detecting.fresh()
        ends = [after for after, _ in self.thresholds[1:]] + [self.upto]
        begin = -1
        for (_, threshold), end in zip(self.thresholds, ends, strict=True):
            part = self.past.read(begin, end)
            hits, seqs = [o.hit for o in part], [o.seq for o in part]
            detector, _ = detecting.advance(detector, FLOOR, threshold, hits, np.ones(len(part)), seqs)
            begin = end
        return detector

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
            assert self.state.onset == self.past.prediction_time(fresh.paged.onset)
        else:
            assert self.state.onset is None
        if known.healing is not None and fresh.healing is not None:
            np.testing.assert_allclose(known.healing.ratios, fresh.healing.ratios, rtol=1e-9)
            np.testing.assert_array_equal(known.healing.hits, fresh.healing.hits)


@pytest.fixture(autouse=True)
def _many_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bets, "CHECKPOINT_EVERY", 20)


def a_watch(recall: float, count: int, seed: int, threshold: float = 1e4) -> Watch:
    """A cell with so many counted outcomes of this recall."""
    watch = Watch(threshold)
    hits = (np.random.default_rng(seed).random(count) < recall).tolist()
    for begin in range(0, count, 997):
        watch.evaluate(hits[begin : begin + 997])
    return watch


RECALLS = {
    "healthy": [(0.90, 1500)],
    "perfect": [(1.0, 900)],
    "borderline": [(0.785, 1000)],
    "near": [(0.82, 1500)],
    "degraded": [(0.90, 900), (0.39, 400)],
    "recovered": [(0.90, 500), (0.40, 100), (0.97, 900)],
    "up and down": [(0.90, 300), (0.45, 100), (0.95, 400), (0.35, 100), (0.95, 600)],
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", RECALLS)
def test_random_corrections_end_in_what_a_fresh_run_finds(kind: str, seed: int) -> None:
    rng = np.random.default_rng([seed, *kind.encode()])
    recalls = np.concatenate([np.full(count, recall) for recall, count in RECALLS[kind]])
    live = (rng.random(len(recalls)) < recalls).tolist()
    watch = Watch(200.0)
    begin = 0
    while begin < len(live):
        revised = Revised([], [])
        for seq in rng.integers(1, max(watch.upto, 1) + 1, rng.integers(0, 4)):
            if seq <= watch.upto:
                intent = [CELL.intent, CELL.intent, MISSED, None][rng.integers(4)]
                watch.past.correct(int(seq), intent, revised)
        size = int(rng.integers(1, 60))
        rises = rng.random() < 0.05 and (watch.state.threshold or 0.0) < 3000
        raised = (watch.state.threshold or 0.0) * 1.7 if rises else None
        watch.evaluate(live[begin : begin + size], revised if revised.left or revised.came else None, raised)
        begin += size
        if rng.random() < 0.3:
            watch.assert_as_fresh()
    for _ in range(25):  # and on and on in the far past, where nothing new comes in
        seqs = rng.integers(1, watch.upto + 1, 2).tolist()
        watch.correct(*seqs, intent=[CELL.intent, MISSED, None][rng.integers(3)])
        watch.assert_as_fresh()


def test_the_same_correction_back_and_forth_does_not_pile_up_errors() -> None:
    watch = a_watch(0.88, 3000, seed=3)
    for _ in range(25):
        watch.correct(400, 1500, intent=None)
        watch.correct(400, 1500, intent=CELL.intent)
    watch.assert_as_fresh()
    assert watch.detector.outcomes == 3000


def test_corrections_far_apart_in_one_evaluation_all_count() -> None:
    watch = a_watch(0.90, 6000, seed=4)
    hits_late = [o.seq for o in watch.past.read(5800, 6000) if o.hit]
    before = watch.detector.evidence
    watch.correct(100, *hits_late[-8:], intent=None)
    watch.assert_as_fresh()
    assert watch.detector.evidence != before
    assert watch.past.replayed < 4000, "the stretch between the two is left alone"


@pytest.mark.parametrize("length", [6_000, 24_000])
def test_one_old_correction_in_a_healthy_cell_replays_a_bounded_number(length: int) -> None:
    watch = a_watch(0.88, length, seed=5)
    rng = np.random.default_rng(6)
    replayed = []
    for seq in rng.integers(1, length // 2, 25).tolist():
        watch.correct(seq, intent=MISSED)
        replayed.append(watch.past.replayed)
    assert max(replayed) < 2500
    assert np.mean(replayed) < 1500
    watch.assert_as_fresh()


def test_checkpoints_whose_own_outcome_left_are_mended() -> None:
    watch = a_watch(0.88, 1000, seed=7)
    for seq in sorted(watch.past.checkpoints)[5:40:3]:
        watch.correct(seq, intent=None)
        watch.assert_as_fresh()
    watch.evaluate([True] * 200)
    watch.assert_as_fresh()
    last = watch.past.checkpoints[max(watch.past.checkpoints)]
    assert detecting.loads(last).outcomes == watch.detector.outcomes - watch.detector.outcomes % 20


def test_a_cell_filled_by_corrections_alone_gets_checkpoints_too() -> None:
    watch = Watch(1e4)
    watch.evaluate([True])
    revised = Revised([], [])
    watch.past.add([True, True, True, False] * 1000, intent=MISSED)
    watch.evaluate()
    for begin in range(2, 4001, 50):
        for seq in range(begin, min(begin + 50, 4001)):
            watch.past.correct(seq, CELL.intent, revised)
        watch.evaluate(revised=revised)
        revised = Revised([], [])
    watch.assert_as_fresh()
    gaps = [b - a for a, b in pairwise(sorted([0, *watch.past.checkpoints, watch.upto]))]
    assert max(gaps) < 6 * 20


def test_a_page_at_a_lower_threshold_stands_though_the_threshold_rose_since() -> None:
    watch = a_watch(0.90, 200, seed=8, threshold=50.0)
    while watch.detector.paged is None:
        watch.evaluate([False])
    page = watch.detector.paged
    assert page.evidence < 5000
    watch.evaluate([False, True], threshold=5000.0)
    old_hit = next(o.seq for o in watch.past.read(20, 200) if o.hit)
    assert watch.correct(old_hit, intent=None) == []
    assert watch.detector.paged is not None
    assert watch.detector.paged.seq == page.seq
    watch.assert_as_fresh()


def test_a_page_whose_misses_were_wrong_labels_is_over_and_is_no_recovery() -> None:
    watch = Watch(100.0)
    watch.evaluate([True] * 30 + [False] * 12)
    watch.evaluate([True] * 80)  # recovered, and long ago
    assert watch.detector.paged is None
    watch.evaluate([True] * 200)
    signals = watch.evaluate([False] * 12)
    assert [signal.kind for signal in signals] == [SignalKind.PAGED]
    # Labels from before the first page to the second are corrected, so that all of it is replayed.
    signals = watch.correct(5, *range(323, 335), intent=None)
    assert watch.detector.paged is None
    assert signals == []
    watch.assert_as_fresh()


def test_a_page_that_corrections_show_to_have_healed_is_a_recovery() -> None:
    watch = Watch(100.0)
    watch.evaluate([True] * 30 + [False] * 12)
    watch.evaluate([True, False] * 40)
    assert watch.detector.paged is not None
    misses = [o.seq for o in watch.past.read(42, 122) if not o.hit]
    signals = watch.correct(*misses, intent=None)
    assert watch.detector.paged is None
    assert [signal.kind for signal in signals] == [SignalKind.RECOVERED]
    watch.assert_as_fresh()


def test_a_page_found_in_the_past_that_still_stands_is_told_by_the_state() -> None:
    watch = a_watch(0.9, 300, seed=9, threshold=100.0)
    assert watch.detector.paged is None
    watch.past.predicted[101:141] = [MISSED] * 40
    watch.past.intents[101:141] = [None] * 40
    watch = _recounted(watch)
    signals = watch.correct(*range(101, 141), intent=CELL.intent)
    assert signals == []
    watch.assert_as_fresh()


def _recounted(watch: Watch) -> Watch:
    """The same past in a cell that begins now."""
    again = Watch(100.0)
    again.past.predicted, again.past.intents = watch.past.predicted, watch.past.intents
    again.upto = watch.upto
    again.evaluate()
    again.thresholds = [(0, 100.0)]
    return again
