"""The facts of a broken cell, by hand."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.detection.detector import Signal, SignalKind
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.incidents.facts import member_facts
from monitor.domain.incidents.onset import Onset
from monitor.domain.judging.state import CellLabels, CellState, HeldTo
from monitor.domain.recall.estimate import Estimate, Method
from monitor.domain.recall.intervals import confidence_sequence
from monitor.domain.recall.missed import LabelledShares, labelled_shares
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.caveats import CountedWeak, UnknownDesign
from monitor.domain.telling.members import MemberFacts, Standout, Start

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


def began(since: list[Outcome]) -> Onset | None:
    """An onset at the first of them, that could have been at no other."""
    if not since:
        return None
    first = Start(since[0].ts, since[0].seq)
    return Onset(first, first, first, first.at, first.at, first.seq)


def facts(
    since: list[Outcome],
    promise: Promise = PROMISE,
    tally: Tally | None = None,
    share: float = 0.5,
    *,
    onset: Onset | None = None,
) -> MemberFacts:
    state = CellState(
        Cell(V7, "refund"),
        CellLabels(tally or counted(33, 5)),
        HeldTo(floor=0.74, income=Income((Rate(0, 0.001),))),
    )
    shares = LabelledShares(share if since else 1.0)
    return member_facts(state, promise, PAGE, since, onset or began(since), shares, NOW)


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
    # No hit of ten: 1 - (C(20,10)/4^10 / 20)^(1/10), the confidence sequence's end.
    member = facts(TEN_MISSES)
    assert numbers(member.recent) == near(Estimate(0.0, 0.0, 0.37699))
    assert (member.recent_support, member.recent_method) == (10, Method.CHOSEN_BY_ALARM)


def test_the_interval_since_the_onset_holds_from_the_first_likely_and_the_first_possible_start_on() -> None:
    at = [NOON + timedelta(minutes=minute) for minute in range(40)]
    live = [outcome("cancel" if minute >= 30 else "refund", minute=minute) for minute in range(40)]
    member = facts(
        live, onset=Onset(Start(at[30], 30), Start(at[25], 25), Start(at[10], 10), at[9], at[33], 10)
    )
    assert (member.onset, member.onset_low, member.onset_high) == (at[30], at[9], at[33])
    assert (member.recent.value, member.recent_support) == (0.0, 10)
    # Five hits of 15 at the low end, 20 of 30 at the high one.
    assert member.recent.low == 0.0
    assert member.recent.high == pytest.approx(confidence_sequence(20, 10).high)
    assert (member.onset_seq, member.first_seq) == (30, 10)


def test_since_the_onset_goes_by_when_a_ticket_was_predicted_not_by_when_its_label_came() -> None:
    late = [outcome("cancel", minute=minute) for minute in (50, 10, 51, 11, 52, 53)]
    member = facts(late)
    assert (member.recent_support, member.misses_to) == (4, {"cancel": 4})


def test_missed_tickets_are_the_misses_and_as_many_as_half_the_labels_leave_unseen() -> None:
    # 10 + NB(10.5, .5); at the least 10 + NB(7.5, .5), as three are owed to the choice of the onset.
    assert facts(TEN_MISSES, share=0.5).touched == Estimate(20.0, 11.0, 31.0)


def test_labels_that_are_still_to_come_count_whatever_probability_was_recorded() -> None:
    since = [outcome("cancel", minute=minute, probability=1.0) for minute in range(10)]
    assert facts(since, share=1.0).touched == Estimate(10.0, 10.0, 10.0)
    assert facts(since, share=0.25).touched.value == pytest.approx(40.0)


def test_a_label_of_unknown_design_stands_for_as_many_as_the_share_labelled_says() -> None:
    since = [outcome("cancel", minute=m, design=Design.UNKNOWN, probability=0.5) for m in range(10)]
    assert facts(since, share=0.25).touched.value == pytest.approx(40.0)


def test_an_unknown_design_is_called_unknown() -> None:
    assert facts(TEN_MISSES).caveats == ()
    assert facts([*TEN_MISSES, outcome("cancel", design=Design.UNKNOWN)]).caveats == (UnknownDesign(),)


def test_labels_that_a_program_gave_are_counted_apart() -> None:
    weak = [replace(each, kind=Kind.WEAK) for each in TEN_MISSES[:3]]
    assert facts([*weak, *TEN_MISSES[3:]]).caveats == (CountedWeak(3, 10),)


def test_where_the_misses_went_is_counted_since_the_onset_most_first() -> None:
    since = [outcome("other"), *TEN_MISSES[:7], outcome("refund")]
    assert list(facts(since).misses_to.items()) == [("cancel", 7), ("other", 1)]


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


def test_two_designs_that_each_draw_from_all_tickets_do_not_double_the_tickets_missed() -> None:
    """Of 1,000 predictions one in twenty is drawn at random and a fifth by class: each sample stands for all."""
    shares = labelled_shares(1000, 250, {0.05: 50, 0.2: 200}, 0.01)
    assert shares.arrived == 2.0
    at = datetime(2026, 11, 1, tzinfo=UTC)
    model = Model("tickets", "7")
    uniform = Outcome(1, "p1", model, at, at, "other", "erasure", Kind.HUMAN, Design.UNIFORM, 0.05)
    assert shares.of(uniform, weighted=True, min_probability=0.01) == pytest.approx(0.1)
