"""The few places where SQLite and PostgreSQL want other words for the same thing."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, CursorResult, NestedTransaction
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

# What is wrong with a statement, and with nothing else.
_STATEMENTS = (DataError, IntegrityError, ProgrammingError)

_FEW_PAGES = -4096  # KiB, as SQLite counts below zero

Row = tuple[Any, ...]  # values in the order of a statement's columns
_ROWS_AT_ONCE = 500  # in one statement on SQLite
_VALUES_AT_ONCE = 60  # in each of these rows: SQLite takes 32,766 in all
_OTHER_WAYS = (
    "enable_hashjoin",
    "enable_mergejoin",
    "enable_seqscan",
    "enable_bitmapscan",
    "enable_sort",
    "jit",
)
_BY_KEY = ", ".join(f"set_config('{name}', 'off', true)" for name in _OTHER_WAYS)
_VALUES = re.compile(r" VALUES (\((?:\?|NULL|0|[, ])+\))")


class Dialect:
    """Runs statements written with `?` straight on the driver, which is several times quicker for batches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._savepoint_wanted = False
        self._savepoint: NestedTransaction | None = None
        self.postgresql = connection.dialect.name == "postgresql"

    def many(self, sql: str, rows: Sequence[Row]) -> int:
        """Run one statement for every row; how many rows it changed."""
        if not rows:
            return 0
        changed = 0
        # SQLite's driver gives Python's lock away for each statement, and takes it again behind all other threads.
        while not self.postgresql and len(rows) >= _ROWS_AT_ONCE and (several := _of_several_rows(sql)):
            changed += self._run(several, tuple(chain.from_iterable(rows[:_ROWS_AT_ONCE]))).rowcount
            rows = rows[_ROWS_AT_ONCE:]
        return changed + (self._run(sql, list(rows)).rowcount if rows else 0)

    def rows(self, sql: str, *values: object) -> Sequence[Any]:
        """The rows a statement gives."""
        return self._run(sql, values).fetchall()

    def tuples(self, sql: str, *values: object) -> Sequence[Row]:
        """The same as plain tuples, for tens of thousands of them: less than half of the time."""
        cursor: Any = self._run(sql, values).cursor
        rows: Sequence[Row] = cursor.fetchall()
        return rows

    def row(self, sql: str, *values: object) -> Any:  # noqa: ANN401 - a row of whatever was asked for
        """The first row a statement gives, or None."""
        return self._run(sql, values).fetchone()

    def run(self, sql: str, *values: object) -> int:
        """Run one statement; how many rows it changed."""
        return self._run(sql, values).rowcount

    def copy(self, table: str, columns: str, types: Sequence[str], rows: Iterable[Row]) -> None:
        """Pour rows into a table, on PostgreSQL only; twice as quick as `many`, and no conflict is allowed.

        Without a row there is no statement. `types` are the columns' own in PostgreSQL: in COPY's binary format it
        converts nothing.
        """
        if not self.postgresql:
            raise AssertionError("only PostgreSQL has COPY")
        driver: Any = self._connection.connection.driver_connection
        left = iter(rows)
        if (first := next(left, None)) is None:
            return
        into = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
        with driver.cursor() as cursor, cursor.copy(into) as copy:
            copy.set_types(types)
            for row in chain([first], left):
                copy.write_row(row)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written within is undone where it ends in an exception. Without a statement it costs none."""
        self._savepoint_wanted = True
        try:
            yield
        except BaseException:
            if self._savepoint is not None:
                self._savepoint.rollback()
            raise
        else:
            if self._savepoint is not None:
                self._savepoint.commit()
        finally:
            self._savepoint_wanted, self._savepoint = False, None

    @contextmanager
    def passing_over(self) -> Iterator[None]:
        """For a pass over a whole table or index: nobody asks for its pages again, so SQLite keeps few of them."""
        if self.postgresql:
            yield
            return
        (kept,) = self.row("PRAGMA cache_size")
        self.run(f"PRAGMA cache_size = {_FEW_PAGES}")
        try:
            yield
        finally:
            self.run(f"PRAGMA cache_size = {kept}")

    def look_up_by_key(self) -> None:
        """Within this transaction tables are joined row by row, each looked up by its key.

        For some thousand rows of a large table: PostgreSQL would rather read all of it, each time. SQLite has no other
        way.
        """
        if self.postgresql:
            self.run(f"SELECT {_BY_KEY}")

    def goes_on(self, failure: Exception) -> bool:
        """Whether the transaction stands after an exception, and the database is not the one in trouble."""
        if isinstance(failure, DBAPIError) and not isinstance(failure, _STATEMENTS):
            return False
        driver: Any = self._connection.connection.driver_connection
        if self.postgresql:
            return bool(driver.info.transaction_status.name == "INTRANS")
        return bool(driver.in_transaction)

    def for_update(self, order: str) -> str:
        """The end of a SELECT that locks its rows, in this order. SQLite has nothing but its one lock."""
        return f" ORDER BY {order} FOR UPDATE" if self.postgresql else ""

    def any_of(self, values: Iterable[str] | Iterable[int]) -> object:
        """A list as one parameter, for `IN {ids}`."""
        return list(values) if self.postgresql else json.dumps(list(values))

    def _run(self, sql: str, values: Row | list[Row]) -> CursorResult[Any]:
        if (
            self._savepoint_wanted and self._savepoint is None
        ):  # also for a read: one that fails ends a transaction
            self._savepoint = self._connection.begin_nested()
        return self._connection.exec_driver_sql(self._own(sql), values)

    def _own(self, sql: str) -> str:
        if self.postgresql:
            # As binary (%b): to write a list as text, psycopg looks at each id for what has to be quoted.
            return sql.replace("%", "%%").replace("?", "%s").replace("IN {ids}", "= ANY(%b)")
        return sql.replace("IN {ids}", "IN (SELECT value FROM json_each(?))")


@lru_cache
def _of_several_rows(sql: str) -> str:
    """The INSERT of `_ROWS_AT_ONCE` rows in the place of one; "" where it is no plain INSERT."""
    values = _VALUES.search(sql)
    if values is None or not sql.startswith("INSERT INTO") or values[1].count("?") > _VALUES_AT_ONCE:
        return ""
    several = ", ".join([values[1]] * _ROWS_AT_ONCE)
    return f"{sql[: values.start(1)]}{several}{sql[values.end(1) :]}"
