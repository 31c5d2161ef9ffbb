"""Weak labels, corrected: values by hand, and what an interval is worth that carries all uncertainty."""

import pytest
from msgspec.structs import astuple

from benchmarks.weak_labels import WORLDS, WeakWorld, covered
from monitor.domain.recall.weak import JudgedTickets, true_rate, weak_recall


def test_the_true_rate_is_that_of_the_formula() -> None:
    # A tenth is positive; 90 % of it and 5 % of the rest are called so: .09 + .045.
    assert true_rate(0.135, 0.9, 0.95) == pytest.approx(0.1)
    assert true_rate(0.5, 1.0, 1.0) == 0.5
    assert true_rate(0.01, 0.9, 0.95) == 0.0
    assert true_rate(0.95, 0.9, 0.95) == 1.0
    assert true_rate(0.4, 0.4, 0.6) is None


# Predicted: 800 of 1,000 are of the intent, of which the program finds 90 %, and calls 10 % of the other 200 so: 740.
PREDICTED = JudgedTickets(1_000, 1_000, 740, 80, 72, 20, 18)
# Others: 200 of 9,000 are missed ones, of which it finds 80 %, and calls 1 % of the other 8,800 so: 248.
OTHERS = JudgedTickets(9_000, 9_000, 248, 20, 16, 880, 871)


def test_recall_is_what_is_found_over_what_there_is() -> None:
    known = weak_recall(PREDICTED, OTHERS._replace(negative=8_800, agreed_negative=8_712))
    assert known is not None
    assert known.recall == pytest.approx(0.8)
    assert known.as_said == pytest.approx(740 / 988)
    assert (known.sensitivity, known.labels, known.both) == (0.88, 10_000, 8_920)
    assert known.low < 0.8 < known.high


def test_weak_labels_of_a_part_stand_for_all_of_its_side() -> None:
    tenth = OTHERS._replace(weak=900, weak_positive=25, negative=8_800, agreed_negative=8_712)
    known = weak_recall(PREDICTED, tenth)
    assert known is not None
    assert known.as_said == pytest.approx(740 / (740 + 250))


def test_without_any_ticket_that_a_person_labelled_too_nothing_is_known() -> None:
    alone = (
        each._replace(positive=0, agreed_positive=0, negative=0, agreed_negative=0)
        for each in (PREDICTED, OTHERS)
    )
    known = weak_recall(*alone)
    assert known is not None
    assert (known.recall, known.sensitivity, known.both) == (None, None, 0)
    assert known.low < 0.1
    assert known.high > 0.9
    assert weak_recall(JudgedTickets(9, 0, 0, 0, 0, 0, 0), JudgedTickets(9, 0, 0, 0, 0, 0, 0)) is None


def test_the_same_counts_give_the_same_interval_and_more_labels_a_narrower_one() -> None:
    first, again = weak_recall(PREDICTED, OTHERS), weak_recall(PREDICTED, OTHERS)
    assert first == again
    more = (
        each._replace(**{name: 10 * number for name, number in each._asdict().items()})
        for each in (PREDICTED, OTHERS)
    )
    wide, narrow = first, weak_recall(*more)
    assert wide is not None
    assert narrow is not None
    assert narrow.high - narrow.low < (wide.high - wide.low) / 2
    assert len(astuple(narrow)) == 9


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: f"recall {world.recall} of {world.share}")
def test_the_interval_covers_the_truth_as_often_as_it_says(world: WeakWorld) -> None:
    found = covered(world, runs=400, seed=7)
    assert found.covered >= 0.92  # .95 is aimed at: less than .92 in 400 runs has a chance of .005
    assert found.width < 0.6
