"""Outcomes written straight into their table, in the rows that ingest would have written."""

from collections.abc import Callable, Iterable
from itertools import islice

from sqlalchemy import Engine, text

from connectors.sql.counters import count_up
from connectors.sql.database import writing
from connectors.sql.dialect import Dialect, Row
from connectors.sql.outcome import OUTCOME, OUTCOME_TYPES
from monitor.domain.events.microseconds import HOUR_US

PART = 100_000  # rows in memory at once
MANY = 10_000  # rows after which autovacuum would look at the table
_NO_MORE = (None, None, False, None)  # neither a customer nor a second reading, and one answer
_INSERT = f"INSERT INTO outcome ({OUTCOME}) VALUES ({', '.join('?' * len(OUTCOME_TYPES))})"


def outcome_row(
    seq: int, model_id: int, ts_us: int, predicted: str, intent: str, slices: str | None = None
) -> Row:
    """A uniformly drawn ticket that was labelled an hour after its prediction; its id is in the order of time."""
    prediction_id = f"{ts_us:012x}-0000-7000-8000-{seq:012x}"
    labelled = (f"label-{seq}", ts_us + HOUR_US, "human", "uniform", 0.1)
    return (seq, prediction_id, model_id, ts_us, predicted, intent, *labelled, slices, bytes(16), *_NO_MORE)


def insert_outcomes(sql: Dialect, rows: Iterable[Row]) -> None:
    """Put these rows into the table."""
    if sql.postgresql:
        sql.copy("outcome", OUTCOME, OUTCOME_TYPES, rows)
        return
    left = iter(rows)
    while part := list(islice(left, PART)):
        sql.many(_INSERT, part)


def write_outcomes(engine: Engine, count: int, made: Callable[[int, int], Iterable[Row]]) -> None:
    """Put so many outcomes behind those that lie there; `made` is given the first's number and that of the model."""
    with writing(engine) as connection:
        sql = Dialect(connection)
        model_id = sql.row("SELECT id FROM model")[0]
        insert_outcomes(sql, made(count_up(sql, "outcome", count) - count + 1, model_id))
    if count >= MANY:
        with writing(engine) as connection:  # as autovacuum does, were it given the time
            connection.execute(text("ANALYZE outcome"))
