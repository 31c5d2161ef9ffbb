"""Which cells an outcome counts for, and that the number of cells is bounded."""

from collections.abc import Collection
from datetime import UTC, datetime

from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.slices.admission import Admission, Admitted, SliceRule
from monitor.domain.slices.cells import OTHER, Cell

V7, V8 = Model("tickets", "7"), Model("tickets", "8")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def outcome(intent: str = "refund", model: Model = V7, **slices: str) -> Outcome:
    return Outcome(1, "p1", model, NOON, NOON, "cancel", intent, Kind.HUMAN, Design.UNKNOWN, None, slices)


def admission(
    *rules: SliceRule,
    known: Collection[Cell] = (),
    promised: Collection[tuple[Model, str]] = (),
    most_intents: int = 1_000,
) -> Admission:
    return Admission(Admitted.of(known, promised), lambda _: rules, most_intents)


CHANNEL, TIER = SliceRule("channel", None, 2), SliceRule("tier", ("free", "paid"), 20)


def test_an_outcome_counts_for_the_intent_of_its_label_and_for_each_slice_it_has() -> None:
    assert admission(TIER, CHANNEL).cells_of(outcome(channel="email", tier="free")) == [
        Cell(V7, "refund"),
        Cell(V7, "refund", "tier=free"),
        Cell(V7, "refund", "channel=email"),
    ]


def test_a_slice_that_is_not_configured_or_not_there_counts_for_nothing() -> None:
    assert admission(TIER).cells_of(outcome(channel="email")) == [Cell(V7, "refund")]


def test_a_value_that_is_not_listed_counts_for_the_intent_alone() -> None:
    assert admission(TIER).cells_of(outcome(tier="trial")) == [Cell(V7, "refund")]


def test_values_beyond_the_cap_share_one_cell_and_those_before_keep_theirs() -> None:
    admit = admission(CHANNEL)
    values = [
        admit.cells_of(outcome(channel=c))[1].slice_text for c in ("email", "chat", "phone", "fax", "chat")
    ]
    other = f"channel={OTHER}"
    assert values == ["channel=email", "channel=chat", other, other, "channel=chat"]


def test_intents_beyond_the_limit_share_one_cell() -> None:
    admit = admission(most_intents=1)
    assert [admit.cells_of(outcome(intent))[0].intent for intent in ("a", "b", "a")] == ["a", OTHER, "a"]


def test_an_intent_that_an_anchor_measured_always_has_its_own_cell() -> None:
    admit = admission(promised=[(V7, "gdpr_erasure")], known=[Cell(V7, "a")], most_intents=1)
    assert admit.cells_of(outcome("gdpr_erasure")) == [Cell(V7, "gdpr_erasure")]
    assert admit.cells_of(outcome("b")) == [Cell(V7, OTHER)]


def test_who_has_a_cell_already_keeps_it_after_a_restart() -> None:
    known = [Cell(V7, "a"), Cell(V7, OTHER), Cell(V7, "a", "channel=fax"), Cell(V7, "a", f"channel={OTHER}")]
    admit = admission(CHANNEL, known=known, most_intents=1)
    assert admit.cells_of(outcome("a", channel="fax")) == [Cell(V7, "a"), Cell(V7, "a", "channel=fax")]
    assert admit.cells_of(outcome("b")) == [Cell(V7, OTHER)]
    # Two values may have cells; the shared cell does not count as one of them.
    assert admit.cells_of(outcome("a", channel="chat"))[1] == Cell(V7, "a", "channel=chat")
    assert admit.cells_of(outcome("a", channel="email"))[1] == Cell(V7, "a", f"channel={OTHER}")


def test_each_model_version_has_its_own_limit() -> None:
    admit = admission(most_intents=1)
    assert admit.cells_of(outcome("a", V7)) == [Cell(V7, "a")]
    assert admit.cells_of(outcome("b", V8)) == [Cell(V8, "b")]
