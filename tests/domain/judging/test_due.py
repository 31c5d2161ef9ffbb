"""Until when a cell is judged alike: never longer than it is, and about as long."""

from datetime import timedelta

import numpy as np
import pytest

from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.types import Design
from monitor.domain.judging.due import alike_until
from monitor.domain.judging.judge import Judgement
from monitor.domain.judging.state import Bet, CellLabels, CellState, HeldTo, ModelState
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.evaluate.judging import ModelAsJudged, judge_cell
from monitor.settings.settings import Settings
from tests.stored import NOON, TICKETS

WITHIN = 14.0
MODEL = ModelState(first_prediction=NOON, labelling=Labelling(traffic={"refund": 10}))


def cell(rng: np.random.Generator, *, weighted: bool) -> CellState:
    tally = Tally()
    for _ in range(int(rng.integers(1, 60))):
        hit = bool(rng.random() < 0.9)
        chance = float(rng.choice([0.1, 0.5])) if weighted else None
        design = Design.BY_SCORE if weighted else Design.UNKNOWN
        tally.count("refund" if hit else "other", "refund", 1, design, chance)
    money = Income((Rate(0, float(10 ** rng.uniform(-5, -2))),))
    held = HeldTo(floor=float(rng.uniform(0.3, 0.9)), income=money)
    return CellState(Cell(TICKETS, "refund"), CellLabels(tally), held, Bet(weighted=weighted))


def judged(state: CellState, after: timedelta) -> Judgement:
    settings = Settings(judge={"detect_within_days": WITHIN, "stale_after_days": 3_000})
    return judge_cell(state, ModelAsJudged(MODEL, settings, NOON + after))[0]


@pytest.mark.parametrize("weighted", [False, True])
def test_until_then_nothing_that_is_said_changes_and_the_bound_is_not_far_off(weighted: bool) -> None:
    rng, lengths, waits = np.random.default_rng(3), [], []
    for _ in range(150):
        state, now = cell(rng, weighted=weighted), timedelta(days=float(rng.uniform(0.1, 90)))
        until = alike_until(state, NOON, NOON + now, WITHIN)
        assert until is not None
        length = until - (NOON + now)
        before = judged(state, now)
        for part in (0.3, 0.9, 0.9999):
            assert judged(state, now + length * part) == before, (state, now, part)
        lengths.append(length / timedelta(days=1))
        waits.append(judged(state, now + length * 1.2 + timedelta(minutes=1)) != before)
    assert min(lengths) > 0
    assert np.median(lengths) > 0.05
    assert np.mean(waits) > 0.5


def test_days_say_nothing_where_nothing_can_be_bet_or_no_label_came() -> None:
    state = cell(np.random.default_rng(1), weighted=False)
    assert alike_until(state, None, NOON, WITHIN) is None
    assert alike_until(CellState(state.cell, held=state.held), NOON, NOON, WITHIN) is None
    assert alike_until(CellState(state.cell, state.labels), NOON, NOON, WITHIN) is None


def test_until_the_first_day_is_over_a_release_counts_as_a_day_old() -> None:
    state = cell(np.random.default_rng(1), weighted=False)
    assert alike_until(state, NOON, NOON + timedelta(hours=3), WITHIN) == NOON + timedelta(days=1)
