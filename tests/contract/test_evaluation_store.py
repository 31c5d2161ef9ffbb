"""Where the evaluator keeps its work, on SQLite and PostgreSQL alike."""

from datetime import timedelta

import numpy as np
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from connectors.sql.evaluate import outcomes as outcome_rows
from connectors.sql.evaluate.store import EvaluationStore, EvaluationTransaction
from monitor.domain.detection import detector as detecting
from monitor.domain.detection import outcomes as arrays
from monitor.domain.detection.detector import Detector
from monitor.domain.detection.money import Income, Purse, Rate
from monitor.domain.events.microseconds import DAY_US
from monitor.domain.events.types import Design, Model
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.reasons import BlindCause
from monitor.domain.judging.state import Bet, CellLabels, CellState, HeldTo, ModelState, Notified
from monitor.domain.labelling.rhythm import Rhythm
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from tests.stored import NOON, TICKETS, counts, label, prediction, store, take

REFUND = Cell(TICKETS, "refund")


def ids(transaction: EvaluationTransaction, after: int = 0, limit: int = 100) -> list[str]:
    return [outcome.prediction_id for outcome in transaction.outcomes(after, limit)]


def evaluated(engine: Engine) -> None:
    """An evaluation that counts whatever is there."""
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.revisions()
        transaction.outcomes(transaction.evaluated_seq(), 1_000)
        transaction.finish(transaction.seen_upto(), NOON)


def bet(misses: int, *, first_seq: int = 1, money: float = 0.0) -> Detector:
    seqs = range(first_seq, first_seq + misses)
    came = arrays.outcomes([False] * misses, np.ones(misses), seqs, [seq * DAY_US for seq in seqs])
    return detecting.advance(detecting.fresh(), 0.78, Income((Rate(0, money),)), came)[0]


def test_outcomes_come_in_their_order_so_many_at_a_time(engine: Engine) -> None:
    take(store(engine), *(prediction(f"p{n}") for n in range(5)))
    take(store(engine), *(label(f"p{n}") for n in (3, 1, 4, 0, 2)))

    with EvaluationStore(engine).evaluation() as transaction:
        assert ids(transaction, limit=2) == ["p3", "p1"]
        assert transaction.seen_upto() == 2
        assert ids(transaction, after=2) == ["p4", "p0", "p2"]
        assert transaction.seen_upto() == 5
        assert ids(transaction, after=5) == []
        assert transaction.seen_upto() == 5


def test_an_outcome_taken_back_is_left_out_but_gone_past(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"), prediction("p2"), label("p2"))
    take(store(engine), label("p2", "", revision=2, retracted=True))

    with EvaluationStore(engine).evaluation() as transaction:
        assert ids(transaction) == ["p1"]
        assert transaction.seen_upto() == 2


def test_what_was_finished_is_where_the_next_evaluation_goes_on(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    evaluated(engine)
    take(store(engine), prediction("p2"), label("p2"))

    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.evaluated_seq() == 1
        assert transaction.seen_upto() == 1
        assert ids(transaction, after=1) == ["p2"]


def test_an_evaluation_that_fails_leaves_everything_as_it_was(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))

    def fail() -> None:
        with EvaluationStore(engine).evaluation() as transaction:
            transaction.save([CellState(REFUND, CellLabels(Tally(1)))], {TICKETS: ModelState(1, NOON, NOON)})
            transaction.new_incident("tickets", "prod", NOON)
            transaction.finish(1, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with EvaluationStore(engine).evaluation() as transaction:
        assert (transaction.evaluated_seq(), transaction.cells(), transaction.models()) == (0, [], {})
        assert transaction.open_incident("tickets", "prod") is None


def test_only_corrections_of_counted_outcomes_are_reported_and_each_once(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    evaluated(engine)
    take(store(engine), prediction("p2"), label("p2"))
    take(store(engine), label("p1", "cancel", revision=2), label("p2", "cancel", revision=2))

    with EvaluationStore(engine).evaluation() as transaction:
        (revision,) = transaction.revisions()
        assert revision.before is not None
        assert revision.after is not None
        assert (revision.before.seq, revision.before.prediction_id) == (1, "p1")
        assert (revision.before.intent, revision.after.intent) == ("refund", "cancel")
        transaction.finish(2, NOON)
    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.revisions() == []


def test_a_retraction_has_no_after_and_a_label_that_follows_it_no_before(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    evaluated(engine)
    take(store(engine), label("p1", "", revision=2, retracted=True))
    take(store(engine), label("p1", "cancel", label_id="second"))

    with EvaluationStore(engine).evaluation() as transaction:
        first, second = transaction.revisions()
    assert (first.before and first.before.intent, first.after) == ("refund", None)
    assert (second.before, second.after and second.after.intent) == (None, "cancel")


def test_a_cells_outcomes_are_its_own_and_its_slices(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome_rows, "REPLAY_CHUNK", 2)
    eight = Model("tickets", "8", "prod")
    take(
        store(engine),
        *(prediction(f"e{n}", slices={"channel": "email"}) for n in range(3)),
        *(prediction(f"w{n}", slices={"channel": "web", "x": "email"}) for n in range(2)),
        prediction("other-model", model=eight),
        prediction("none"),
    )
    take(
        store(engine),
        *map(label, ("e0", "w0", "e1", "other-model", "w1", "none", "e2")),
    )
    take(store(engine), prediction("other-intent"), label("other-intent", "cancel"))

    def ids(cell: Cell, after: int, upto: int) -> list[str]:
        with EvaluationStore(engine).evaluation() as transaction:
            return [o.prediction_id for chunk in transaction.cell_outcomes(cell, after, upto) for o in chunk]

    assert ids(REFUND, -1, 99) == ["e0", "w0", "e1", "w1", "none", "e2"]
    assert ids(REFUND, 1, 5) == ["w0", "e1", "w1"]
    assert ids(Cell(TICKETS, "refund", "channel=email"), -1, 99) == ["e0", "e1", "e2"]
    assert ids(Cell(eight, "refund"), -1, 99) == ["other-model"]
    assert ids(Cell(TICKETS, "unheard-of"), -1, 99) == []


def without_detector(state: CellState) -> CellState:
    return replace(state, bet=replace(state.bet, detector=None))


def test_a_cell_comes_back_to_the_last_bit(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    paged = bet(30, money=0.01)
    state = CellState(
        Cell(TICKETS, "refund", "channel=email"),
        CellLabels(
            Tally(7, {"cancel": 2, "ümlaut": 1}), Rhythm({494_000: 3}, NOON), 0.02, 86_400.5, identified=False
        ),
        HeldTo(
            "listed",
            "anchor-1",
            0.1 + 0.2,
            Income((Rate(3, 0.1 + 0.7), Rate(2**53 - 1, 1e-9)), 0.1 + 0.1),
            funded=True,
        ),
        Bet(paged, NOON + timedelta(microseconds=1), weighted=True, replay=True),
        Judgement(Verdict.DEGRADED, ("one", "two"), Coverage.STALE),
        Notified(
            NOON,
            BlindCause.TOO_FEW_LABELS,
            NOON - timedelta(microseconds=1),
            silence_told=True,
            suspicion_noted=True,
        ),
    )
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.save([state, CellState(REFUND)], {})
    with EvaluationStore(engine).evaluation() as transaction:
        back = {state.cell: state for state in transaction.cells()}

    assert back[REFUND] == CellState(REFUND)
    again = back[state.cell]
    assert again.bet.detector is not None
    assert again.bet.detector.dumps() == paged.dumps()
    assert again.bet.broken
    assert without_detector(again) == without_detector(state)


def test_models_are_those_with_outcomes_and_keep_their_times(engine: Engine) -> None:
    eight = Model("tickets", "8", "prod")
    take(store(engine), prediction("p1"), prediction("p2", model=eight))
    seen = ModelState(5, NOON, NOON + timedelta(days=2))
    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.models() == {}
        transaction.save([], {TICKETS: seen})
    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.models() == {TICKETS: seen}


def test_the_checkpoint_before_an_outcome_has_not_seen_it(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    at_10, at_20 = bet(10), bet(20)
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.save_checkpoint(REFUND, at_10)
        transaction.save_checkpoint(REFUND, at_20)
        transaction.save_checkpoint(REFUND, at_20)
        transaction.save_checkpoint(Cell(TICKETS, "cancel"), bet(15))

    def before(seq: int) -> int | None:
        with EvaluationStore(engine).evaluation() as transaction:
            transaction.cells()
            checkpoint = transaction.checkpoint_before(REFUND, seq)
            return checkpoint.last_seq if checkpoint else None

    assert [before(seq) for seq in (10, 11, 20, 21)] == [None, 10, 10, 20]

    with EvaluationStore(engine).evaluation() as transaction:
        transaction.cells()
        transaction.drop_checkpoints(REFUND, 20)
    assert before(99) == 10
    assert counts(engine, "checkpoint") == {"checkpoint": 2}


def test_predictions_and_those_labelled_among_them_count_from_the_hour_on(engine: Engine) -> None:
    take(store(engine), prediction("old"), *(prediction(f"p{n}", hours=2) for n in range(4)), label("p0"))

    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.predictions_since(TICKETS, NOON) == (5, 1)
        assert transaction.predictions_since(TICKETS, NOON + timedelta(hours=2, minutes=59)) == (4, 1)
        assert transaction.predictions_since(TICKETS, NOON + timedelta(hours=3)) == (0, 0)


def test_outcomes_count_by_the_probability_with_which_they_were_drawn(engine: Engine) -> None:
    chosen = [
        (Design.BY_PREDICTION, 0.4),
        (Design.BY_PREDICTION, 0.02),
        (Design.UNKNOWN, 0.9),
        (Design.BY_SCORE, 0.02),
    ]
    for number, (design, probability) in enumerate(chosen, 1):
        take(store(engine), prediction(f"p{number}", hours=number))
        take(store(engine), label(f"p{number}", design=design, probability=probability))

    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.drawn_since(TICKETS, NOON, 1) == {0.4: 1, 0.02: 2, None: 1}
        assert transaction.drawn_since(TICKETS, NOON + timedelta(hours=2), 1) == {0.02: 2, None: 1}
        assert transaction.drawn_since(TICKETS, NOON, 4) == {0.02: 1}


def test_the_last_outcomes_of_a_cell_before_one_come_in_their_order(engine: Engine) -> None:
    for number, intent in enumerate(["refund", "cancel", "refund", "refund", "refund"], 1):
        take(store(engine), prediction(f"p{number}"), label(f"p{number}", intent))
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.cells()
        assert [each.seq for each in transaction.outcomes_before(REFUND, 5, 2)] == [3, 4]
        assert [each.seq for each in transaction.outcomes_before(REFUND, 5, 9)] == [1, 3, 4]
        assert list(transaction.outcomes_before(REFUND, 1, 9)) == []


def test_the_purse_is_there_from_the_first_release_on(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.purse() is None
    for purse in (Purse(0.25, NOON), Purse(-0.1 - 0.2, NOON + timedelta(microseconds=1))):
        with EvaluationStore(engine).evaluation() as transaction:
            transaction.keep_purse(purse)
        with EvaluationStore(engine).evaluation() as transaction:
            assert transaction.purse() == purse
