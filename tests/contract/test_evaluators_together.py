"""Evaluators beside each other and beside ingest: one at a time, and everything counted once."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore, EvaluationTransaction
from monitor.domain.detection.money import Purse
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.errors import LeaseHeldError
from tests.stored import NOON, TICKETS, label, prediction, rows, store, take

REFUND = Cell(TICKETS, "refund")


def evaluated(engine: Engine) -> None:
    """An evaluation that counts whatever is there."""
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.revisions()
        transaction.outcomes(transaction.evaluated_seq(), 1_000)
        transaction.finish(transaction.seen_upto(), NOON)


def ids(transaction: EvaluationTransaction, after: int = 0, limit: int = 100) -> list[str]:
    return [outcome.prediction_id for outcome in transaction.outcomes(after, limit)]


@pytest.fixture
def two_threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_two_evaluators_at_once_go_one_after_the_other_and_count_everything_once(
    engine: Engine, two_threads: ThreadPoolExecutor
) -> None:
    take(store(engine), *(prediction(f"p{n}") for n in range(50)), *(label(f"p{n}") for n in range(50)))
    barrier = threading.Barrier(2)

    def evaluate() -> list[int]:
        barrier.wait(10)
        while True:
            with suppress(LeaseHeldError):
                return evaluate_now()

    def evaluate_now() -> list[int]:
        with EvaluationStore(engine).evaluation() as transaction:
            states = {state.cell: state for state in transaction.cells()}
            seqs = [outcome.seq for outcome in transaction.outcomes(transaction.evaluated_seq(), 1_000)]
            state = states.setdefault(REFUND, CellState(REFUND))
            state.labels.tally.hits += len(seqs)
            transaction.save(states.values(), {})
            transaction.finish(transaction.seen_upto(), NOON)
            return seqs

    for _ in range(10):
        counted = [two_threads.submit(evaluate) for _ in range(2)]
        assert sorted(len(future.result(20)) for future in counted) in ([0, 50], [0, 0])
        ((tally,),) = rows(engine, "SELECT tally FROM cell")
        assert json.loads(tally)["hits"] == 50


def test_a_second_evaluator_is_refused_at_once_while_another_is_at_work(postgresql_engine: Engine) -> None:
    def second() -> None:
        with EvaluationStore(postgresql_engine).evaluation():
            raise AssertionError("two at once")

    with EvaluationStore(postgresql_engine).evaluation() as transaction:
        with pytest.raises(LeaseHeldError):
            second()
        transaction.keep_purse(Purse(0.25, NOON))
    evaluated(postgresql_engine)


def test_ingest_goes_on_while_an_evaluation_looks_at_an_unchanging_view(postgresql_engine: Engine) -> None:
    take(store(postgresql_engine), prediction("p1"), label("p1"))
    with EvaluationStore(postgresql_engine).evaluation() as transaction:
        assert ids(transaction) == ["p1"]
        take(store(postgresql_engine), prediction("p2"), label("p2"), label("p1", "cancel", revision=2))
        assert ids(transaction) == ["p1"]
        assert transaction.revisions() == []
