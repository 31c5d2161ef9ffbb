"""Hits and misses, counted in and out again."""

from datetime import UTC, datetime

from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.recall.tally import MOST_NAMES, Tally
from monitor.domain.slices.cells import OTHER

V7 = Model("tickets", "7")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_nothing_counted_has_no_recall() -> None:
    tally = Tally()
    assert (tally.hits, tally.misses, tally.support, tally.recall) == (0, 0, 0, None)


def test_hits_and_misses_are_counted_and_where_the_misses_went() -> None:
    tally = Tally()
    for predicted in ("refund", "refund", "refund", "cancel", "other", "cancel"):
        tally.count(predicted, "refund")
    assert (tally.hits, tally.misses_to) == (3, {"cancel": 2, "other": 1})
    assert (tally.misses, tally.support, tally.recall) == (3, 6, 0.5)


def test_only_misses_are_a_recall_of_zero() -> None:
    tally = Tally()
    tally.count("cancel", "refund")
    assert tally.recall == 0.0


def test_what_is_counted_out_again_leaves_no_trace() -> None:
    tally = Tally()
    for by in (1, -1):
        tally.count("refund", "refund", by)
        tally.count("cancel", "refund", by)
    assert tally == Tally()


def test_counting_out_one_of_two_misses_leaves_the_other() -> None:
    tally = Tally(0, {"cancel": 2})
    tally.count("cancel", "refund", -1)
    assert tally.misses_to == {"cancel": 1}


def test_two_tallies_share_nothing() -> None:
    tally = Tally()
    tally.count("cancel", "refund")
    assert Tally().misses_to == {}


def test_a_model_that_makes_up_names_cannot_fill_the_table_of_misses() -> None:
    tally = Tally(0, {f"name {n}": 1 for n in range(MOST_NAMES)})
    for predicted in ("new", "newer", "name 3"):
        tally.count(predicted, "refund")
    assert len(tally.misses_to) == 1_001
    assert (tally.misses_to[OTHER], tally.misses_to["name 3"]) == (2, 2)
    tally.count("newer", "refund", -1)
    assert (tally.misses_to[OTHER], tally.misses) == (1, 1_002)


def test_a_hit_is_what_the_model_said_and_the_label_says_too() -> None:
    def outcome(predicted: str) -> Outcome:
        return Outcome(1, "p", V7, NOON, NOON, predicted, "refund", Kind.HUMAN, Design.UNKNOWN, None)

    assert outcome("refund").hit
    assert not outcome("cancel").hit


def test_no_answer_counts_apart_beyond_a_thousand_names_and_is_counted_out_there() -> None:
    tally = Tally()
    for number in range(MOST_NAMES + 1):
        tally.count(f"name-{number}", "refund")
    tally.count(NO_ANSWER, "refund", 2)
    assert (tally.misses_to[OTHER], tally.unanswered) == (1, 2)
    tally.count(NO_ANSWER, "refund", -2)
    assert (tally.misses_to[OTHER], tally.unanswered) == (1, 0)
