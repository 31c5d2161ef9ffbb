"""The facts of a broken cell, by hand."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.detection.detector import Signal, SignalKind
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.incidents.facts import member_facts
from monitor.domain.judging.state import CellLabels, CellState, HeldTo
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.caveats import UnknownDesign
from monitor.domain.telling.members import MemberFacts, Standout

V7 = Model("tickets", "7")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOW = NOON + timedelta(days=1)
PAGE = Signal(SignalKind.PAGED, 60, 50, 1.09)
PROMISE = Promise(Measured(33 / 38, 38))


def outcome(
    predicted: str, *, minute: int = 0, design: Design = Design.UNIFORM, probability: float | None = 0.5
) -> Outcome:
    at = NOON + timedelta(minutes=minute)
    return Outcome(minute, f"p{minute}", V7, at, at, predicted, "refund", Kind.HUMAN, design, probability)


def counted(hits: int, misses: int) -> Tally:
    tally = Tally()
    tally.count("refund", "refund", hits)
    tally.count("cancel", "refund", misses)
    return tally


def facts(
    since: list[Outcome], promise: Promise = PROMISE, tally: Tally | None = None, share: float = 0.25
) -> MemberFacts:
    state = CellState(
        Cell(V7, "refund"),
        CellLabels(tally or counted(33, 5)),
        HeldTo(floor=0.74, income=Income((Rate(0, 0.001),))),
    )
    return member_facts(state, promise, PAGE, since, share, NOW)


def near(estimate: Estimate) -> object:
    return pytest.approx((estimate.value, estimate.low, estimate.high), abs=5e-5)


def numbers(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


TEN_MISSES = [outcome("cancel" if minute < 7 else "other", minute=minute) for minute in range(10)]


def test_live_recall_is_over_everything_since_the_release_with_a_confidence_sequence() -> None:
    member = facts(TEN_MISSES)
    assert numbers(member.live) == near(
        Estimate(33 / 38, 0.6397, 0.9782)
    )  # docs/statistics-reference.md, section 3
    assert member.live_support == 38


def test_the_offline_number_stands_with_its_own_interval() -> None:
    member = facts(TEN_MISSES)
    assert numbers(member.offline) == near(Estimate(33 / 38, 0.7191, 0.9559))  # Clopper-Pearson
    assert member.offline_support == 38
    assert (member.offline_real, member.offline_real_support) == (None, None)


def test_the_recall_on_real_rows_stands_beside_it_where_it_is_known() -> None:
    member = facts(TEN_MISSES, Promise(Measured(0.99, 300), Measured(33 / 38, 38)))
    assert member.offline_real is not None
    assert numbers(member.offline_real) == near(Estimate(33 / 38, 0.7191, 0.9559))
    assert member.offline_real_support == 38


def test_an_anchor_without_one_real_row_has_no_recall_on_them() -> None:
    assert facts(TEN_MISSES, Promise(Measured(0.99, 300), Measured(0.0, 0))).offline_real is None


def test_recall_since_the_onset_is_over_the_outcomes_since_then() -> None:
    # No hit of ten: Clopper-Pearson ends at 1 - .025^(1/10) = .3085.
    member = facts(TEN_MISSES)
    assert numbers(member.recent) == near(Estimate(0.0, 0.0, 0.3085))
    assert member.recent_support == 10


def test_tickets_touched_are_the_weighted_positives_times_the_share_missed() -> None:
    # Ten labels, each chosen with probability one half, stand for 20 tickets; from 69 % of them on.
    assert numbers(facts(TEN_MISSES).touched) == near(Estimate(20.0, 20 * (1 - 0.308497), 20.0))


def test_half_the_tickets_are_touched_where_half_are_missed() -> None:
    since = [outcome("refund" if m % 2 else "cancel", minute=m, probability=0.1) for m in range(10)]
    member = facts(since)
    # Wilson at 5 of 10: (.2366, .7634).
    assert numbers(member.recent) == near(Estimate(0.5, 0.2366, 0.7634))
    assert member.touched.value == pytest.approx(50.0)
    assert member.touched.low == pytest.approx(100 * (1 - 0.7634), abs=0.01)


def test_a_label_of_unknown_design_stands_for_as_many_as_the_share_labelled_says() -> None:
    since = [outcome("cancel", minute=m, design=Design.UNKNOWN, probability=0.5) for m in range(10)]
    assert facts(since, share=0.25).touched.value == pytest.approx(40.0)


def test_a_declared_design_without_a_probability_does_so_too() -> None:
    since = [outcome("cancel", minute=m, probability=None) for m in range(10)]
    assert facts(since, share=0.25).touched.value == pytest.approx(40.0)


def test_no_label_stands_for_more_than_a_hundred_tickets() -> None:
    tiny = [outcome("cancel", probability=1e-9)]
    assert facts(tiny).touched.value == pytest.approx(100.0)
    unknown = [outcome("cancel", design=Design.UNKNOWN, probability=None)]
    assert facts(unknown, share=0.0).touched.value == pytest.approx(100.0)


def test_an_unknown_design_is_called_unknown() -> None:
    assert facts(TEN_MISSES).caveats == ()
    assert facts([*TEN_MISSES, outcome("cancel", design=Design.UNKNOWN)]).caveats == (UnknownDesign(),)


def test_where_the_misses_went_is_counted_since_the_onset_most_first() -> None:
    since = [outcome("other"), *TEN_MISSES[:7], outcome("refund")]
    assert list(facts(since).misses_to.items()) == [("cancel", 7), ("other", 1)]


def test_the_onset_is_the_time_of_its_first_prediction() -> None:
    assert facts(TEN_MISSES[3:]).onset == NOON + timedelta(minutes=3)


def test_what_it_was_held_to_and_what_the_bet_won_at_the_page_are_reported() -> None:
    member = facts(TEN_MISSES)
    assert (member.cell, member.floor, member.money_per_day) == (Cell(V7, "refund"), 0.74, 0.001)
    assert (member.evidence, member.noticed) == (1.09, NOW)


def test_a_page_whose_outcomes_were_all_corrected_away_still_has_facts() -> None:
    member = facts([], tally=Tally())
    assert (member.onset, member.recent, member.recent_support) == (NOW, Estimate(0.0, 0.0, 1.0), 0)
    assert member.touched == Estimate(0.0, 0.0, 0.0)
    assert member.live == Estimate(0.0, 0.0, 1.0)


def test_where_the_misses_are_is_reported_only_where_chance_could_not_have_put_them() -> None:
    slices = [{"channel": "email" if minute % 3 else "chat", "score_bucket": "low"} for minute in range(120)]
    there = [
        msgspec.structs.replace(
            outcome("refund" if minute % 3 else "other", minute=minute), slices=slices[minute]
        )
        for minute in range(120)
    ]
    member = facts(there).standout
    assert member == Standout({"channel": "chat"}, 40, 40)
    anywhere = [
        msgspec.structs.replace(
            outcome("refund" if minute % 2 else "other", minute=minute), slices=slices[minute]
        )
        for minute in range(120)
    ]
    assert facts(anywhere).standout is None
    assert (
        facts(there[:39]).standout is None
    )  # under 40 labels it is a hint, and a page has no room for hints
    assert facts(TEN_MISSES).standout is None
