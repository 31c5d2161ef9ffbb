"""Corrections far back in a cell's past end in the state that a fresh run over the corrected past ends in."""

from itertools import pairwise

import numpy as np
import pytest

from monitor.domain.detection import detector as detecting
from monitor.domain.detection.detector import SignalKind
from monitor.evaluate import replay
from monitor.evaluate.counting import Revised
from tests.evaluate.past import CELL, MISSED, Watch, a_watch


@pytest.fixture(autouse=True)
def _many_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "CHECKPOINT_EVERY", 20)


RECALLS = {
    "healthy": [(0.90, 1500)],
    "perfect": [(1.0, 900)],
    "borderline": [(0.785, 1000)],
    "near": [(0.82, 1500)],
    "degraded": [(0.90, 900), (0.39, 400)],
    "recovered": [(0.90, 500), (0.40, 100), (0.97, 900)],
    "up and down": [(0.90, 300), (0.45, 100), (0.95, 400), (0.35, 100), (0.95, 600)],
}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", RECALLS)
def test_random_corrections_end_in_what_a_fresh_run_finds(kind: str, seed: int) -> None:
    rng = np.random.default_rng([seed, *kind.encode()])
    recalls = np.concatenate([np.full(count, recall) for recall, count in RECALLS[kind]])
    live = (rng.random(len(recalls)) < recalls).tolist()
    watch = Watch(1 / 200)
    begin = 0
    while begin < len(live):
        revised = Revised([], [])
        for seq in rng.integers(1, max(watch.upto, 1) + 1, rng.integers(0, 4)):
            if seq <= watch.upto:
                intent = [CELL.intent, CELL.intent, MISSED, None][rng.integers(4)]
                watch.past.correct(int(seq), intent, revised)
        size = int(rng.integers(1, 60))
        if begin and rng.random() < 0.05:
            watch.pay(10 ** rng.uniform(-4, -2))
        watch.evaluate(live[begin : begin + size], revised if revised.left or revised.came else None)
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
    watch = Watch(1e-4)
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


def test_a_page_that_came_while_there_was_more_money_stands_though_there_is_less_since() -> None:
    watch = a_watch(0.90, 200, seed=8, money=0.02)
    while watch.detector.paged is None:
        watch.evaluate([False])
    page = watch.detector.paged
    assert page.evidence < 100
    watch.pay(0.0002)
    watch.evaluate([False, True])
    old_hit = next(o.seq for o in watch.past.read(20, 200) if o.hit)
    assert watch.correct(old_hit, intent=None) == []
    assert watch.detector.paged is not None
    assert watch.detector.paged.seq == page.seq
    watch.assert_as_fresh()


def test_a_bet_that_never_had_money_wins_nothing_and_one_that_gets_some_later_starts_then() -> None:
    watch = a_watch(0.5, 100, seed=8, money=0.0)
    assert watch.detector.evidence == 0.0
    watch.pay(0.001)
    watch.evaluate([False] * 4)
    assert 0 < watch.detector.evidence < 0.1
    watch.assert_as_fresh()


def test_a_page_whose_misses_were_wrong_labels_is_over_and_is_no_recovery() -> None:
    watch = Watch(0.01)
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
    watch = Watch(0.01)
    watch.evaluate([True] * 30 + [False] * 12)
    watch.evaluate([True, False] * 40)
    assert watch.detector.paged is not None
    misses = [o.seq for o in watch.past.read(42, 122) if not o.hit]
    signals = watch.correct(*misses, intent=None)
    assert watch.detector.paged is None
    assert [signal.kind for signal in signals] == [SignalKind.RECOVERED]
    watch.assert_as_fresh()


def test_a_page_found_in_the_past_that_still_stands_is_taken_from_the_state() -> None:
    watch = a_watch(0.9, 300, seed=9, money=0.01)
    assert watch.detector.paged is None
    watch.past.predicted[101:141] = [MISSED] * 40
    watch.past.intents[101:141] = [None] * 40
    watch = _recounted(watch)
    signals = watch.correct(*range(101, 141), intent=CELL.intent)
    assert signals == []
    watch.assert_as_fresh()


def _recounted(watch: Watch) -> Watch:
    """The same past in a cell that begins now."""
    again = Watch(0.01)
    again.past.predicted, again.past.intents = watch.past.predicted, watch.past.intents
    again.upto = watch.upto
    again.evaluate()
    return again
