"""Hits and misses, counted in and out again."""

from datetime import UTC, datetime

from monitor.domain.cells import Cell
from monitor.domain.events import Design, Kind, Model, Outcome
from monitor.domain.tally import Tally, cells_of

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


def test_a_correction_may_be_counted_out_before_the_outcome_is_counted_in() -> None:
    tally = Tally()
    tally.count("cancel", "refund", -1)
    tally.count("cancel", "refund")
    assert tally == Tally()


def test_two_tallies_share_nothing() -> None:
    one = Tally()
    one.count("cancel", "refund")
    assert Tally().misses_to == {}


def outcome(**slices: str) -> Outcome:
    return Outcome(1, "p1", V7, NOON, NOON, "cancel", "refund", Kind.HUMAN, Design.UNKNOWN, None, slices)


def test_an_outcome_counts_for_the_intent_of_its_label_and_for_each_slice_it_has() -> None:
    assert cells_of(outcome(channel="email", tier="free"), ["tier", "channel"]) == [
        Cell(V7, "refund"),
        Cell(V7, "refund", "tier=free"),
        Cell(V7, "refund", "channel=email"),
    ]


def test_a_slice_that_is_not_configured_or_not_there_counts_for_nothing() -> None:
    assert cells_of(outcome(channel="email"), ["tier"]) == [Cell(V7, "refund")]


def test_a_hit_is_what_the_model_said_and_the_label_says_too() -> None:
    assert not outcome().hit
    assert Outcome(1, "p", V7, NOON, NOON, "a", "a", Kind.HUMAN, Design.UNKNOWN, None).hit
