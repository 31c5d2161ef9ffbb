"""Drawn against labelled: a fair bet on each block, what it finds, and what becomes of it."""

from itertools import combinations

import numpy as np
import pytest

from monitor.domain.sampling.response import Response, Share, Skew
from monitor.domain.sampling.skipping import EPOCH, DrawnOrLabelled, _blocks, _log_bet, look_at

SHOWN = [("a", 0.9), ("b", 0.3), ("a", 0.5), ("b", 0.7)]


def tickets(count: int, labelled: str = "all", predicted: str = "ab") -> list[DrawnOrLabelled]:
    """Of each class by turns, in no order; labelled are all, all but of the last class, or the surer half."""
    made = [
        DrawnOrLabelled(
            predicted[n % len(predicted)],
            n / count,
            0.1,
            {
                "all": True,
                "not the last": n % len(predicted) < len(predicted) - 1,
                "surer": n >= count / 2,
                "half": n % 4 in (0, 3),
            }[labelled],
        )
        for n in range(count)
    ]
    return [made[at] for at in sorted(range(count), key=lambda n: n * 37 % 101)]


def test_over_all_parts_of_as_many_tickets_a_bet_wins_one_on_average() -> None:
    odds = [0.5, 1.0, 3.0, 3.0, 8.0]
    for many in range(6):
        won = [
            np.exp(_log_bet(odds, [n in chosen for n in range(5)])) for chosen in combinations(range(5), many)
        ]
        assert np.mean(won) == pytest.approx(1.0)


def test_a_bet_by_hand() -> None:
    """Of weights 2, 1, 1 the first two are labelled: 2 against the mean of 2, 2 and 1."""
    won = _log_bet([2.0, 1.0, 1.0], [True, True, False])
    assert np.exp(won) == pytest.approx(2 / (5 / 3))


def test_odds_begin_at_those_of_all_and_move_with_what_is_seen() -> None:
    assert Share().odds(0.75) == pytest.approx(3.0)
    assert Share(6, 2).odds(0.5) == pytest.approx(3.25 / 5.25)


def test_small_draws_are_put_together_large_ones_are_parted_and_the_rest_waits() -> None:
    draws = {1: tickets(8), 2: tickets(5), 3: tickets(9), 4: tickets(130), 5: tickets(19)}
    assert [(number, len(block)) for number, block in _blocks(draws)] == [(3, 22), *[(4, 26)] * 5]
    seen = look_at(Response(), draws)
    assert (seen.upto, seen.tickets.drawn) == (4, 152)
    assert look_at(seen, {5: draws[5]}) == seen


def test_in_however_many_looks_the_same_is_found() -> None:
    draws = {n: tickets(30, "surer") for n in range(1, 8)}
    once, step = look_at(Response(), draws), Response()
    for number, drawn in draws.items():
        step = look_at(step, {number: drawn})
    assert step == once


@pytest.mark.parametrize(
    ("labelled", "found"),
    [
        ("all", set()),
        ("half", set()),
        ("not the last", {Skew.CLASS}),
        ("surer", {Skew.SCORE, Skew.SCORE_IN_CLASS}),
    ],
)
def test_what_the_labelled_tickets_differ_in(labelled: str, found: set[Skew]) -> None:
    seen = look_at(Response(), {n: tickets(40, labelled) for n in range(1, 8)})
    assert seen.found == found


def test_the_class_that_is_labelled_least_is_named() -> None:
    seen = look_at(Response(), {n: tickets(40, "not the last") for n in range(1, 8)})
    assert seen.least == ("b", Share(140, 0))


def test_who_skipped_once_is_asked_anew_and_forgotten_two_epochs_later() -> None:
    skips = {n: tickets(50, "surer") for n in range(1, 21)}
    seen = look_at(Response(), skips)
    assert (seen.epoch, seen.tickets.drawn) == (1, EPOCH)
    mended = {n: tickets(50) for n in range(21, 61)}
    after = look_at(seen, {n: mended[n] for n in range(21, 41)})
    assert (after.epoch, after.found) == (2, seen.found)
    assert look_at(after, {n: mended[n] for n in range(41, 61)}).found == frozenset()


def test_tickets_without_a_score_tell_nothing_of_scores() -> None:
    bare = [each._replace(score=None) for each in tickets(40, "surer")]
    seen = look_at(Response(), dict.fromkeys(range(1, 20), bare))
    assert seen.found == frozenset()
