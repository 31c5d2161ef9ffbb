"""Several agents on the same PostgreSQL at the same moment: both halves of a join meet, and nothing counts twice."""

import contextlib
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from monitor.domain.events.types import Label, Partition, Prediction
from monitor.errors import FencedError, UnavailableError
from monitor.ingest.ports import Claimed
from tests.contract.together import PAIR, PATIENCE_S, at_once, wait_until_somebody_waits
from tests.stored import label, outcomes, prediction, rows, store, take, take_in


@pytest.mark.parametrize(("first", "second"), [PAIR, PAIR[::-1]], ids=["prediction first", "label first"])
def test_whoever_comes_second_waits_for_the_first_and_completes_the_outcome(
    postgresql_engine: Engine, first: Prediction | Label, second: Prediction | Label
) -> None:
    writer, other = store(postgresql_engine), store(postgresql_engine)
    with ThreadPoolExecutor(1) as pool:
        with writer.transaction() as transaction:
            take_in(transaction, first)
            waiting = pool.submit(take, other, second)
            wait_until_somebody_waits(postgresql_engine)
        assert len(waiting.result(PATIENCE_S).completed) == 1

    assert outcomes(postgresql_engine) == [(1, "p1", "refund", "refund", "label-p1")]
    assert rows(postgresql_engine, "SELECT predictions, labelled FROM traffic") == [(1, 1)]


def test_when_the_first_dies_the_second_goes_on_without_it(postgresql_engine: Engine) -> None:
    writer, other = store(postgresql_engine), store(postgresql_engine)
    with ThreadPoolExecutor(1) as pool:

        def die() -> None:
            with writer.transaction() as transaction:
                take_in(transaction, PAIR[0])
                done.append(pool.submit(take, other, PAIR[1]))
                wait_until_somebody_waits(postgresql_engine)
                raise KeyboardInterrupt

        done: list[Future[object]] = []
        with pytest.raises(KeyboardInterrupt):
            die()
        done[0].result(PATIENCE_S)

    assert outcomes(postgresql_engine) == []
    take(writer, PAIR[0])
    assert [row[:2] for row in outcomes(postgresql_engine)] == [(1, "p1")]


def test_both_halves_at_the_same_moment_make_exactly_one_outcome_every_time(
    postgresql_engine: Engine,
) -> None:
    writer, other = store(postgresql_engine), store(postgresql_engine)
    for number in range(80):
        at_once(
            lambda n=number: take(writer, prediction(f"p{n}")),  # type: ignore[misc]
            lambda n=number: take(other, label(f"p{n}")),  # type: ignore[misc]
        )

    assert [row[0] for row in outcomes(postgresql_engine)] == list(range(1, 81))
    assert {row[1] for row in outcomes(postgresql_engine)} == {f"p{n}" for n in range(80)}
    assert rows(postgresql_engine, "SELECT sum(predictions), sum(labelled) FROM traffic") == [(80, 80)]


def test_overlapping_batches_in_opposite_order_do_not_stop_each_other(postgresql_engine: Engine) -> None:
    agents = [store(postgresql_engine) for _ in range(3)]
    for turn in range(6):
        names = [f"t{turn}-{n}" for n in range(200)]
        at_once(
            lambda n=names: take(agents[0], *map(prediction, n)),  # type: ignore[misc]
            lambda n=names: take(agents[1], *map(label, reversed(n))),  # type: ignore[misc]
            lambda n=names: take(agents[2], *map(label, n[50:150]), *map(prediction, n[:80])),  # type: ignore[misc]
        )

    assert len({row[1] for row in outcomes(postgresql_engine)}) == len(outcomes(postgresql_engine)) == 1_200
    assert rows(postgresql_engine, "SELECT sum(predictions), sum(labelled) FROM traffic") == [(1_200, 1_200)]


def test_a_correction_and_a_second_label_at_the_same_moment_both_count(postgresql_engine: Engine) -> None:
    writer, other = store(postgresql_engine), store(postgresql_engine)
    for n in range(25):
        take(writer, prediction(f"p{n}"), label(f"p{n}", "refund"))
        at_once(
            lambda n=n: take(writer, label(f"p{n}", "cancel", revision=2)),  # type: ignore[misc]
            lambda n=n: take(other, label(f"p{n}", "billing", label_id=f"late-{n}", hours=1)),  # type: ignore[misc]
        )

    assert {row[3] for row in outcomes(postgresql_engine)} == {"billing"}
    # The first of the two leaves a revision; the second does too, unless it is the correction come too late.
    ((written, last),) = rows(postgresql_engine, "SELECT count(*), max(id) FROM revision")
    assert 25 <= written == last <= 50


def test_one_new_label_for_two_predictions_at_once_is_tried_again_and_then_moves(
    postgresql_engine: Engine,
) -> None:
    writer, other = store(postgresql_engine), store(postgresql_engine)
    take(writer, prediction("p1"), prediction("p2"))
    moves = label("p2", label_id="x", revision=2)
    with ThreadPoolExecutor(1) as pool:
        with writer.transaction() as transaction:
            take_in(transaction, label("p1", label_id="x"))
            waiting = pool.submit(take, other, moves)
            wait_until_somebody_waits(postgresql_engine)
        with pytest.raises(UnavailableError, match="same label at the same moment"):
            waiting.result(PATIENCE_S)
    take(other, moves)

    assert [row[1:4:2] for row in outcomes(postgresql_engine)] == [("p1", None), ("p2", "refund")]


def test_a_label_that_two_agents_move_ends_with_the_higher_revision_and_leaves_the_other(
    postgresql_engine: Engine,
) -> None:
    writer, other = store(postgresql_engine), store(postgresql_engine)
    take(writer, prediction("p1"), prediction("p2"), prediction("p3"), label("p1", label_id="x"))
    with ThreadPoolExecutor(1) as pool:
        with writer.transaction() as transaction:
            take_in(transaction, label("p3", label_id="x", revision=2))
            waiting = pool.submit(take, other, label("p2", label_id="x", revision=3))
            wait_until_somebody_waits(postgresql_engine)
        waiting.result(PATIENCE_S)

    assert [row[1:4:2] for row in outcomes(postgresql_engine)] == [
        ("p1", None),
        ("p3", None),
        ("p2", "refund"),
    ]


def test_two_labels_that_move_across_each_other_leave_each_outcome_with_its_label(
    postgresql_engine: Engine,
) -> None:
    writer, other = store(postgresql_engine), store(postgresql_engine)
    for n in range(8):
        a, b = f"a{n}", f"b{n}"
        take(writer, prediction(a), prediction(b), label(a, label_id=f"x{a}"), label(b, label_id=f"x{b}"))

        def patiently(at: object, event: Label) -> None:
            for _ in range(5):
                try:
                    take(at, event)  # type: ignore[arg-type]
                except UnavailableError:
                    continue
                return
            raise AssertionError("it never got its turn")

        at_once(
            lambda: patiently(writer, label(b, "cancel", label_id=f"x{a}", revision=2, hours=3)),  # noqa: B023
            lambda: patiently(other, label(a, "cancel", label_id=f"x{b}", revision=2, hours=3)),  # noqa: B023
        )

    assert rows(
        postgresql_engine,
        "SELECT count(*) FROM outcome o JOIN label l USING (label_id)"
        " WHERE l.prediction_id = o.prediction_id AND o.intent = 'cancel'",
    ) == [(16,)]


def test_outcomes_show_up_in_the_order_of_their_numbers(postgresql_engine: Engine) -> None:
    """So an evaluator that goes on behind the last number it saw never skips an outcome."""
    total, seen, last = 240, list[int](), 0
    evaluations = EvaluationStore(postgresql_engine)

    def produce(agent: int) -> None:
        at = store(postgresql_engine)
        for n in range(20):
            names = [f"{agent}-{n}-{i}" for i in range(4)]
            take(at, *map(prediction, names), *map(label, names))

    with ThreadPoolExecutor(3) as pool:
        agents = [pool.submit(produce, agent) for agent in range(3)]
        deadline = time.monotonic() + PATIENCE_S
        while len(seen) < total and time.monotonic() < deadline:
            with evaluations.evaluation() as transaction:
                seen += [outcome.seq for outcome in transaction.outcomes(last, 1_000)]
            last = seen[-1] if seen else 0
        for agent in agents:
            agent.result(PATIENCE_S)

    assert seen == list(range(1, total + 1))


def test_numbers_are_taken_only_when_the_one_before_is_saved(postgresql_engine: Engine) -> None:
    writer, other = store(postgresql_engine), store(postgresql_engine)
    with ThreadPoolExecutor(1) as pool:
        with writer.transaction() as transaction:
            take_in(transaction, *PAIR)
            waiting = pool.submit(take, other, prediction("p2"), label("p2"))
            wait_until_somebody_waits(postgresql_engine)
            with EvaluationStore(postgresql_engine).evaluation() as evaluation:
                assert evaluation.outcomes(0, 10) == []
        waiting.result(PATIENCE_S)

    assert [row[:2] for row in outcomes(postgresql_engine)] == [(1, "p1"), (2, "p2")]


def test_agents_that_claim_at_the_same_moment_get_different_epochs(postgresql_engine: Engine) -> None:
    partitions = [Partition("t", n) for n in range(5)]
    agents = [store(postgresql_engine) for _ in range(4)]
    at_once(*(lambda a=agent: a.claim(partitions) for agent in agents))

    assert rows(postgresql_engine, "SELECT DISTINCT epoch FROM position") == [(4,)]
    wrote = []
    for agent in agents:
        with contextlib.suppress(FencedError), agent.transaction() as transaction:
            transaction.advance(dict.fromkeys(partitions, Claimed(1, 0)))
            wrote.append(agent)
    assert len(wrote) == 1
