"""A database URL in, an engine out whose transactions are what the rest relies on.

SQLite: one file in WAL mode; a writing transaction takes the write lock when it begins, so two writers
queue instead of failing half-way. PostgreSQL: READ COMMITTED; writers lock the rows they decide on.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from connectors.sql.address import IDLE_TIMEOUT, IDLE_TIMEOUT_MS, parsed, public_address
from connectors.sql.joint import Joint, joining, joint_of
from monitor.domain.text.passwords import without_passwords
from monitor.errors import ConfigError, LeaseHeldError, UnavailableError

# What PostgreSQL says while it fails over or after a pause that was too long; not "operational" to psycopg.
_PASSING = {"25006": "read_only_sql_transaction", "25P03": "idle_in_transaction_session_timeout"}
_LOCK_NOT_AVAILABLE = "55P03"
BUSY_S = 30.0  # how long a writer waits for another


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """Make an engine for SQLite or PostgreSQL; nothing is connected yet. No error of it tells what was to be written.

    `read_only` opens a file as it is: it must be there, and nothing of it changes, not even how it keeps its journal.

    Raises:
        ConfigError: the URL is none that we know how to use.
    """
    address, connect_options = parsed(url)
    if address.drivername.startswith("postgresql"):
        engine = create_engine(
            address, pool_pre_ping=True, connect_args=connect_options, hide_parameters=True
        )
        event.listen(
            engine, "connect", _refuse_other_encodings, insert=True
        )  # before SQLAlchemy asks anything
        if "prepare_threshold" in connect_options:
            event.listen(engine, "begin", _limit_idling)
        return engine
    if read_only:
        engine = create_engine(
            address, creator=lambda: _as_it_is(address.database or ""), hide_parameters=True
        )
        event.listen(engine, "connect", _transactions_of_our_own)
    else:
        engine = create_engine(address, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _refuse_other_encodings(dbapi: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    encoding = dbapi.info.parameter_status("server_encoding")
    if encoding not in (None, "UTF8"):
        dbapi.close()
        raise ConfigError(
            [
                f"database.url: the database is encoded in {encoding}, which cannot hold every name;"
                " make one WITH ENCODING 'UTF8' TEMPLATE template0"
            ]
        )


def _limit_idling(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL {IDLE_TIMEOUT} = {IDLE_TIMEOUT_MS}")


def _as_it_is(file: str) -> sqlite3.Connection:
    """A connection that reads, and leaves no file behind that was not there.

    Who may write takes the shared memory away again at the end, who may only read leaves it. Where somebody's log is
    waiting, whoever may write would move it into the file.
    """
    mode = "ro" if Path(f"{file}-wal").exists() or not os.access(file, os.W_OK) else "rw"
    made = sqlite3.connect(f"file:{quote(file)}?mode={mode}", uri=True, check_same_thread=False)
    made.execute("PRAGMA query_only = ON")
    return made


@contextmanager
def atomic(engine: Engine, *, evaluation: bool = False) -> Iterator[None]:
    """Everything that this thread writes within it is one transaction, whichever stores write it.

    What is `writing` or `evaluating` within it is a savepoint of that transaction. Only an atomic `evaluation` has
    the lease, so only within one may anybody be `evaluating`.

    Raises:
        UnavailableError: as for `writing`.
        LeaseHeldError: as for `evaluating`.
    """
    begun = (evaluating if evaluation else writing)(engine)
    with begun as connection, joining(Joint(engine, connection, evaluation)):
        yield


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back on any exception.

    Raises:
        UnavailableError: the database is out of reach, locked for too long, or full.
    """
    if (outer := joint_of(engine)) is not None:
        with _told_plainly(engine), outer.connection.begin_nested():
            yield outer.connection
        return
    with _told_plainly(engine), engine.connect() as connection:
        connection.execution_options(anchorwatch_writes=True)
        with connection.begin():
            yield connection


@contextmanager
def evaluating(engine: Engine) -> Iterator[Connection]:
    """A writing transaction whose view of the data does not change while it lasts, one at a time.

    The transaction is the lease: whoever dies or is cut off gives it back with it.

    Raises:
        LeaseHeldError: another evaluator is at work.
    """
    if (outer := joint_of(engine)) is not None:
        if not outer.evaluation:
            raise AssertionError("an evaluation within a transaction that has no lease")
        with writing(engine) as connection:
            yield connection
        return
    with _told_plainly(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        connection.execution_options(anchorwatch_writes=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                _take_lease(connection)
            yield connection


def _take_lease(connection: Connection) -> None:
    """Lock a table that only evaluators write. Unlike any SELECT this takes no view of the data yet.

    A view taken before the lock would be that of an evaluation which ends in between, and counts it again.
    """
    try:
        connection.execute(text("LOCK TABLE purse IN SHARE ROW EXCLUSIVE MODE NOWAIT"))
    except OperationalError as err:
        if getattr(err.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise LeaseHeldError from err
        raise


def empty_log(engine: Engine) -> bool:
    """Move what SQLite's write-ahead log holds into the file, and cut the log; whether it is empty now.

    What was deleted is overwritten in the file only then (`secure_delete`). Readers are waited for, `BUSY_S` at most.
    PostgreSQL keeps deleted rows until it vacuums, so there it is False.
    """
    if engine.dialect.name != "sqlite":
        return False
    with _told_plainly(engine), engine.connect() as connection:
        ((busy, *_),) = connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return not busy


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, from one unchanging view of the data."""
    if (outer := joint_of(engine)) is not None:
        with _told_plainly(engine):
            yield outer.connection
        return
    with _told_plainly(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def _told_plainly(engine: Engine) -> Iterator[None]:
    driver = engine.dialect.loaded_dbapi  # its own errors come from what goes past SQLAlchemy, such as COPY
    try:
        yield
    except PoolTimeoutError as err:
        raise UnavailableError(
            f"every connection to the database {public_address(engine.url)} is in use; try again in a while"
        ) from err
    except (DBAPIError, driver.Error) as err:
        cause = err.orig if isinstance(err, DBAPIError) else err
        words = without_passwords(str(cause).strip().split("\n")[0])
        if _damaged(cause):
            raise UnavailableError(
                f"the database {public_address(engine.url)} is damaged, or no SQLite database: {words};"
                " restore a backup"
            ) from err
        if _not_connected(err):
            raise ConfigError(
                [f"database.url: {public_address(engine.url)} cannot be connected to: {words}"]
            ) from err
        if not _may_pass(err, cause, (driver.OperationalError, driver.InterfaceError)):
            raise
        raise UnavailableError(f"the database {public_address(engine.url)} did not do it: {words}") from err


def _damaged(cause: BaseException | None) -> bool:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return isinstance(cause, sqlite3.DatabaseError) and code in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    )


def _not_connected(err: Exception) -> bool:
    """Whether the driver refused the URL's own options, which trying again cannot help."""
    return isinstance(err, ProgrammingError) and err.statement is None


def _may_pass(
    err: Exception, cause: BaseException | None, passing: tuple[type[Exception], type[Exception]]
) -> bool:
    """Whether trying again can help. Deadlocks and failed serializations are operational errors, too."""
    if isinstance(err, (OperationalError, InterfaceError, *passing)):
        return True
    lost = isinstance(err, DBAPIError) and err.connection_invalidated
    return lost or getattr(cause, "sqlstate", None) in _PASSING


def _transactions_of_our_own(dbapi: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    # We begin transactions ourselves: the driver would wait with BEGIN until the first write.
    dbapi.isolation_level = None
    dbapi.execute(f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}")


def _prepare_sqlite(dbapi: Any, record: object) -> None:  # noqa: ANN401 - the driver's own connection
    _transactions_of_our_own(dbapi, record)
    _switch_to_wal(dbapi)
    for pragma in (
        "synchronous = NORMAL",
        "wal_autocheckpoint = 8000",
        "cache_size = -65536",
        "temp_store = MEMORY",
        "secure_delete = ON",  # what is erased must not stay in pages that are free
    ):
        dbapi.execute(f"PRAGMA {pragma}")


def _switch_to_wal(dbapi: sqlite3.Connection) -> None:
    """Agents that start together all want the switch; SQLite refuses all but one at once, whatever its timeout."""
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            dbapi.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as err:
            if err.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("anchorwatch_writes", False)
    connection.execute(text("BEGIN IMMEDIATE" if writes else "BEGIN"))
