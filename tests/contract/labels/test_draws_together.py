"""A draw, and whoever writes at the same moment, on PostgreSQL: whoever comes second sees what the first did."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from connectors.sql.labels.draws import DrawStore
from tests.contract.labels.draws import chosen, draw, keep, wait
from tests.contract.together import PATIENCE_S, at_once, wait_until_somebody_waits
from tests.stored import NOON, counts, label, prediction, rows, store, take, take_in

DRAWN = ("by_prediction", 0.25)


def test_a_label_that_is_being_taken_in_is_waited_for_and_revised(postgresql_engine: Engine) -> None:
    take(store(postgresql_engine), prediction("p1"))
    with ThreadPoolExecutor(1) as pool:
        with store(postgresql_engine).transaction() as transaction:
            take_in(transaction, label("p1"))
            drawing = pool.submit(draw, postgresql_engine, p1=0.25)
            wait_until_somebody_waits(postgresql_engine)
        drawing.result(PATIENCE_S)
    assert chosen(postgresql_engine) == {"p1": DRAWN}
    assert counts(postgresql_engine, "revision") == {"revision": 1}


def test_a_label_that_waits_for_a_draw_is_of_it_at_once(postgresql_engine: Engine) -> None:
    take(store(postgresql_engine), prediction("p1"))
    with ThreadPoolExecutor(1) as pool:
        with DrawStore(postgresql_engine).drawing() as transaction:
            keep(transaction, 1, {"p1": 0.25})
            taken = pool.submit(take, store(postgresql_engine), label("p1"))
            wait_until_somebody_waits(postgresql_engine)
        taken.result(PATIENCE_S)
    assert chosen(postgresql_engine) == {"p1": DRAWN}
    assert counts(postgresql_engine, "revision") == {"revision": 0}


def test_two_draws_at_the_same_moment_give_nobody_out_twice(postgresql_engine: Engine) -> None:
    wait(store(postgresql_engine), *(f"p{n}" for n in range(20)))

    def take_all() -> int:
        with DrawStore(postgresql_engine).drawing() as transaction:
            last, waiting = transaction.last(), transaction.queued()
            number = last.number + 1 if last else 1
            return keep(transaction, number, {each.prediction_id: 0.5 for each in waiting}).drawn

    assert sorted(at_once(take_all, take_all)) == [0, 20]  # type: ignore[type-var]
    assert rows(postgresql_engine, "SELECT number FROM drawing ORDER BY 1") == [(1,), (2,)]


@pytest.mark.parametrize("first", ["draw", "erasure"])
def test_an_erasure_beside_a_draw_leaves_nothing_of_the_erased(postgresql_engine: Engine, first: str) -> None:
    wait(store(postgresql_engine), "p1", "p2")
    with ThreadPoolExecutor(1) as pool:
        if first == "draw":
            with DrawStore(postgresql_engine).drawing() as transaction:
                keep(transaction, 1, {each.prediction_id: 0.5 for each in transaction.queued()})
                erased = pool.submit(ErasureStore(postgresql_engine).erase, ["p1"], None, NOON)
                wait_until_somebody_waits(postgresql_engine)
            erased.result(PATIENCE_S)
        else:
            ErasureStore(postgresql_engine).erase(["p1"], None, NOON)
            draw(postgresql_engine, p1=0.5, p2=0.5)
    assert rows(postgresql_engine, "SELECT prediction_id FROM draw") == [("p2",)]


def test_what_comes_in_while_a_draw_goes_on_waits_for_the_next(postgresql_engine: Engine) -> None:
    wait(store(postgresql_engine), "p1")
    with DrawStore(postgresql_engine).drawing() as transaction:
        assert [each.prediction_id for each in transaction.queued()] == ["p1"]
        wait(store(postgresql_engine), "p2")
        keep(transaction, 1, {"p1": 0.5})
    assert rows(postgresql_engine, "SELECT prediction_id FROM draw_candidate") == [("p2",)]
