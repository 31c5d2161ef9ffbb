"""In which order outcomes are bet on, and where a page that is kept stands among them."""

from datetime import UTC, datetime, timedelta

from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.labelling.turns import behind_page, ready, turns

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TWO = 2 * HOUR


def outcome(seq: int, made: float, labelled: float) -> Outcome:
    at, known = NOON + made * HOUR, NOON + labelled * HOUR
    return Outcome(
        seq, f"p{seq}", Model("tickets", "7"), at, known, "a", "a", Kind.HUMAN, Design.UNKNOWN, None
    )


# Two hours old at 2, 6, 4, 5 o'clock; the last is labelled only at 9.
OUTCOMES = [outcome(1, 0, 1), outcome(2, 4, 4), outcome(3, 2, 4), outcome(4, 3, 5), outcome(5, 1, 9)]


def test_without_an_age_outcomes_have_their_turn_as_they_became_known() -> None:
    in_turn = turns(OUTCOMES, None)
    assert [turn.outcome.seq for turn in in_turn] == [1, 2, 3, 4, 5]
    assert [turn.at for turn in in_turn] == [NOON + hours * HOUR for hours in (1, 4, 4, 5, 9)]


def test_with_an_age_they_have_it_when_old_enough_and_labelled() -> None:
    in_turn = turns(OUTCOMES, TWO)
    assert [turn.outcome.seq for turn in in_turn] == [1, 3, 4, 2, 5]
    assert [turn.at for turn in in_turn] == [NOON + hours * HOUR for hours in (2, 4, 5, 6, 9)]


def test_of_two_at_once_the_first_known_is_first() -> None:
    assert [t.outcome.seq for t in turns([outcome(7, 1, 1), outcome(8, 0, 3)], TWO)] == [7, 8]
    assert [t.outcome.seq for t in turns([outcome(7, 0, 3), outcome(8, 1, 1)], TWO)] == [7, 8]


def test_one_is_ready_from_its_very_turn_on() -> None:
    in_turn = turns(OUTCOMES, TWO)
    assert [ready(in_turn, NOON + hours * HOUR) for hours in (1, 2, 4.5, 9)] == [0, 1, 2, 5]
    assert ready([], NOON) == 0


def test_a_kept_page_stands_behind_its_own_turn() -> None:
    """Outcome 2 won it at 4 o'clock; outcomes 3 and 4, predicted before, say nothing about what came after it."""
    in_turn = turns(OUTCOMES, TWO)
    assert behind_page(in_turn, page=2, upto=2, at=NOON + 4 * HOUR, age=TWO) == 4


def test_and_behind_all_that_was_old_enough_before() -> None:
    in_turn = turns(OUTCOMES, TWO)
    assert behind_page(in_turn, page=1, upto=4, at=NOON + 5 * HOUR, age=TWO) == 3


def test_without_an_age_it_stands_behind_all_that_was_known() -> None:
    in_turn = turns(OUTCOMES, None)
    assert behind_page(in_turn, page=1, upto=3, at=NOON + 5 * HOUR, age=None) == 3
