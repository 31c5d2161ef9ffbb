"""Deadlocks, cut connections, a server that dies: the batch is lost whole, and the next try works."""

import threading

import psycopg
import pytest
from sqlalchemy import Engine, text

from connectors.sql.database import evaluating, open_engine
from connectors.sql.ingest.rows import LABEL_TYPES
from connectors.sql.migrate import upgrade
from monitor.domain.events.fates import EventFate
from monitor.errors import UnavailableError
from tests.contract.together import PAIR, PATIENCE_S, at_once
from tests.services.postgresql import PostgreSQL
from tests.stored import counts, label, outcomes, prediction, rows, store, take, take_in


def test_a_deadlock_is_a_reason_to_try_again_and_no_crash(postgresql_engine: Engine) -> None:
    barrier = threading.Barrier(2)

    def lock(first: str, second: str) -> str:
        try:
            with store(postgresql_engine).transaction() as transaction:
                transaction.load({}, [label(first)])
                barrier.wait(PATIENCE_S)
                transaction.load({}, [label(second)])
        except UnavailableError as err:
            return str(err)
        return "saved"

    ends = at_once(lambda: lock("p1", "p2"), lambda: lock("p2", "p1"))

    assert sorted(end == "saved" for end in map(str, ends)) == [False, True]
    assert any("deadlock detected" in str(end) for end in ends)


def test_a_deadlock_within_copy_is_reported_the_same_way(postgresql_engine: Engine) -> None:
    """COPY goes past SQLAlchemy, so its errors come as the driver's own."""
    barrier = threading.Barrier(2)
    first, second = store(postgresql_engine), store(postgresql_engine)
    take(first, prediction("p1"), prediction("p2"))

    def write(at: object, prediction_id: str, mine: str, theirs: str) -> str:
        try:
            with at.transaction() as transaction:  # type: ignore[attr-defined]
                transaction._sql.copy("label", _COLUMNS, LABEL_TYPES[:8], [_row(mine, prediction_id)])
                barrier.wait(PATIENCE_S)
                transaction._sql.copy("label", _COLUMNS, LABEL_TYPES[:8], [_row(theirs, prediction_id)])
        except UnavailableError as err:
            return str(err)
        except psycopg.errors.UniqueViolation:
            return "second"
        return "saved"

    ends = at_once(lambda: write(first, "p1", "x", "y"), lambda: write(second, "p2", "y", "x"))

    assert any("deadlock detected" in str(end) for end in ends)


_COLUMNS = "label_id, prediction_id, intent, labeled_at_us, revision, retracted, kind, design"


def _row(label_id: str, prediction_id: str) -> tuple[object, ...]:
    return (label_id, prediction_id, "refund", 0, 1, False, "human", "uniform")


def test_a_view_that_is_too_old_to_write_on_is_tried_again(postgresql_engine: Engine) -> None:
    take(store(postgresql_engine), *PAIR)

    def write_late() -> None:
        with evaluating(postgresql_engine) as connection:
            connection.execute(text("SELECT * FROM counter"))
            take(store(postgresql_engine), prediction("p2"), label("p2"))
            connection.execute(text("UPDATE counter SET value = 0 WHERE name = 'outcome'"))

    with pytest.raises(UnavailableError, match="could not serialize access"):
        write_late()
    assert rows(postgresql_engine, "SELECT value FROM counter WHERE name = 'outcome'") == [(2,)]


def test_a_connection_that_is_cut_loses_the_batch_and_the_next_try_works(postgresql_engine: Engine) -> None:
    writer = store(postgresql_engine)

    def cut() -> None:
        with writer.transaction() as transaction:
            take_in(transaction, prediction("p1"))
            rows(
                postgresql_engine,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND state = 'idle in transaction'",
            )
            take_in(transaction, label("p1"))

    with pytest.raises(UnavailableError):
        cut()
    assert counts(postgresql_engine, "prediction") == {"prediction": 0}
    take(writer, *PAIR)
    assert len(outcomes(postgresql_engine)) == 1


def test_a_server_that_dies_keeps_what_was_saved_and_nothing_else(own_postgresql: PostgreSQL) -> None:
    engine = open_engine(own_postgresql.new_database())
    upgrade(engine)
    writer = store(engine)
    take(writer, *PAIR)

    def die() -> None:
        with writer.transaction() as transaction:
            take_in(transaction, prediction("p2"), label("p2"))
            own_postgresql.kill()
            transaction.count({("t", EventFate.parse("prediction")): 1})

    try:
        with pytest.raises(UnavailableError):
            die()
        with pytest.raises(UnavailableError, match="did not do it"):
            take(writer, prediction("p3"))
    finally:
        if not own_postgresql.running:
            own_postgresql.start()

    assert [row[:2] for row in outcomes(engine)] == [(1, "p1")]
    take(writer, prediction("p2"), label("p2"))
    assert [row[:2] for row in outcomes(engine)] == [(1, "p1"), (2, "p2")]
    engine.dispose()
