"""When a fall began: by the times of the predictions, whatever the order of their labels."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.domain.detection import detector as detecting
from monitor.domain.detection.detector import Signal, SignalKind
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.incidents.onset import Onset, onset_of, since
from monitor.domain.judging.state import Bet, CellState, HeldTo
from monitor.domain.slices.cells import Cell

V7 = Model("tickets", "7")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def outcomes(pattern: str, order: Sequence[int] | None = None) -> list[Outcome]:
    """A prediction an hour, "h" a hit and "m" a miss; labelled in this order."""
    return [
        Outcome(
            seq,
            f"p{hour}",
            V7,
            NOON + hour * HOUR,
            NOON + 100 * HOUR,
            "refund" if pattern[hour] == "h" else "other",
            "refund",
            Kind.HUMAN,
            Design.UNIFORM,
            None,
        )
        for seq, hour in enumerate(order or range(len(pattern)), 1)
    ]


def onset(live: list[Outcome], begun_after: int = -1) -> Onset:
    held = HeldTo(floor=0.78, income=Income((Rate(0, 0.001),)))
    bet = Bet(replace(detecting.fresh(), begun_after=begun_after))
    found = onset_of(
        CellState(Cell(V7, "refund"), held=held, bet=bet), Signal(SignalKind.PAGED, len(live), 1, 1.0), live
    )
    assert found is not None
    return found


def test_it_lies_at_the_first_of_the_misses_within_an_interval() -> None:
    found = onset(outcomes("h" * 30 + "m" * 12))
    assert found.best.at == NOON + 30 * HOUR
    assert found.low.at < found.best.at < found.high
    assert found.low.at <= found.likely.at <= found.best.at
    assert found.first_seq == found.low.seq


def test_labels_that_come_out_of_order_do_not_move_it() -> None:
    pattern = "h" * 30 + "m" * 12
    late = [*range(20), *range(38, 42), *range(20, 38)]  # the last four are labelled before the twenty-first
    in_order, out_of_order = onset(outcomes(pattern)), onset(outcomes(pattern, late))
    assert out_of_order.best.at == in_order.best.at == NOON + 30 * HOUR
    assert (out_of_order.low.at, out_of_order.high) == (in_order.low.at, in_order.high)
    # The first outcome of a prediction since then is one of those four.
    assert since(outcomes(pattern, late), out_of_order.best)[0].seq == 21


def test_a_fall_that_is_over_is_no_part_of_the_next() -> None:
    live = outcomes("m" * 30 + "h" * 15 + "m" * 12)
    assert onset(live).best.at < NOON + 30 * HOUR
    assert onset(live, begun_after=40).low.at >= NOON + 40 * HOUR


def test_of_predictions_at_the_same_time_the_order_of_their_labels_decides() -> None:
    pattern = "h" * 30 + "m" * 12
    at_once = [
        Outcome(o.seq, o.prediction_id, V7, NOON, NOON, o.predicted, o.intent, o.kind, o.design, None)
        for o in outcomes(pattern)
    ]
    found = onset(at_once)
    assert (found.best.at, found.best.seq) == (NOON, 31)
    assert len(since(at_once, found.best)) == 12
