"""Labels of several designs: false pages stay within their money, and one label of another design slows no page."""

import numpy as np
import pytest

from benchmarks.promises_designs import (
    BROKEN,
    BY_CLASS,
    BY_SCORE,
    FLOOR,
    SCORED_MISSES,
    UNIFORM,
    UNKNOWN,
    Draw,
    bets,
    by_channel,
    by_score,
    clipped_pages,
    in_turns,
    of,
    with_another,
)
from benchmarks.promises_weights import at_every_look
from monitor.domain.events.types import Design


@pytest.mark.parametrize(
    "draw",
    [
        with_another(UNIFORM, BY_SCORE),
        with_another(UNKNOWN, BY_SCORE),
        with_another(BY_CLASS, BY_SCORE),
        BY_CLASS,
        of(Design.BY_PREDICTION, 0.05, 0.4),
        of(Design.UNIFORM, 0.4, 0.1),
        by_channel,
        in_turns(BY_CLASS, UNIFORM),
        in_turns(BY_CLASS, of(Design.BY_PREDICTION, 0.1, 0.025)),
        by_score([(0.4, 1.0)], SCORED_MISSES),
        by_score([(0.4, 0.7), (0.7, 0.3)], SCORED_MISSES),
        by_score([(0.8, 0.5), (0.05, 0.5)], SCORED_MISSES),
        by_score([(0.5, 0.99), (0.01, 0.01)], SCORED_MISSES),
    ],
    ids=[
        "one by score among uniform",
        "one by score among unknown",
        "one by score among by class",
        "by class",
        "by class, the own one seldom",
        "uniform in name",
        "uniform within channels",
        "by class and uniform",
        "by class, chances changing",
        "by score, hits alike",
        "by score, hits that serve others too",
        "by score, hits of any chance",
        "by score, a rare hit that weighs as fifty",
    ],
)
def test_pages_at_the_floor_are_at_most_the_money_put_in_whatever_the_designs(draw: Draw) -> None:
    assert bets(draw, FLOOR, money=1 / 100, streams=150).pages_for_money <= 1


@pytest.mark.parametrize(
    ("draw", "mean"),
    [
        (UNIFORM, 22),
        (
            with_another(UNIFORM, BY_SCORE),
            22,
        ),  # 59 before, when every label was held against the rarest possible
        (with_another(UNKNOWN, BY_SCORE), 22),  # 357 before
        (BY_CLASS, 31.5),  # 119 before, 38 with no label moving more than one stake
        (with_another(BY_CLASS, BY_SCORE), 31.5),
    ],
)
def test_one_label_of_another_design_costs_no_label_to_the_page(draw: Draw, mean: float) -> None:
    paged = bets(draw, BROKEN, money=1 / 6000, streams=100).first

    assert paged.all()
    assert paged.mean() == pytest.approx(mean, rel=0.15)


def test_clipped_weights_that_would_page_a_recall_at_the_floor_four_times_over_are_not_bet_on() -> None:
    assert clipped_pages(streams=100) == 0


# Of recall .87, where misses are chosen with so many times the chance of hits, looked at after every fifth of 400
# labels: the share of runs in which every look covers it, by the sequence and by the interval of one look.
@pytest.mark.parametrize(("miss", "once"), [(0.02, 0.97), (0.1, 0.90), (0.4, 0.85), (1.0, 0.85)])
def test_by_predicted_class_the_sequence_covers_at_every_look_and_the_interval_of_one_look_does_not(
    miss: float, once: float
) -> None:
    sequence, one_look = at_every_look(0.87, miss, runs=400)

    assert np.mean(sequence) >= 0.95
    assert np.mean(one_look) < once
