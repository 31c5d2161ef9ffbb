"""Old predictions go; outcomes, tallies and the labels behind them stay."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine

from connectors.sql.archiving import LABEL_ARCHIVED, NO_LABEL_MISSING, PREDICTION_ARCHIVED
from connectors.sql.counters import counter, raise_counter
from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from connectors.sql.erasure_lock import wait_for_erasure
from monitor.domain.events.microseconds import from_us, to_us

_DROPPED = "dropped_before_us"
# What is known of a prediction elsewhere, and by what; it goes where neither it nor its outcome is there any more.
_ABOUT = {
    "subject": ("prediction_id",),
    "description": ("prediction_id", "model_id"),
    "draw": ("prediction_id", "model_id"),
}
CHUNK = 10_000  # rows a transaction, so that ingest never waits long for the write lock


def drop_old_predictions(
    engine: Engine, now: datetime, keep_days: int, *, archived_only: bool = False
) -> int:
    """Drop predictions made more than `keep_days` ago, and labels that nothing will come of any more.

    With `archived_only` nothing goes that is not in the archive as it stands: it waits for the next archiving.
    """
    before = to_us(now - timedelta(days=keep_days))
    _note(engine, before)
    return sum(_in_chunks(engine, drop, before, archived_only) for drop in (_drop_made, _drop_waiting))


def dropped_before(sql: Dialect) -> datetime | None:
    """The time before which every prediction has been dropped; None where none ever was."""
    before_us = counter(sql, _DROPPED)
    return None if before_us is None else from_us(before_us)


def _note(engine: Engine, before: int) -> None:
    """First of all: what is dropped then is known as such, whenever it is read again."""
    with writing(engine) as connection:
        raise_counter(Dialect(connection), _DROPPED, before)


class _Passed(NamedTuple):
    """What a transaction passed over: ids in their order, and how many rows of them it dropped."""

    ids: Sequence[str]
    dropped: int


def _in_chunks(
    engine: Engine, drop: Callable[[Dialect, int, str, bool], _Passed], before: int, archived_only: bool
) -> int:
    """Drop chunk after chunk, in the order of the ids, so that the table is passed over once; how many rows went."""
    total, last = 0, ""
    while True:
        with writing(engine) as connection:
            sql = Dialect(connection)
            wait_for_erasure(sql)
            sql.look_up_by_key()
            passed = drop(sql, before, last, archived_only)
        total += passed.dropped
        if len(passed.ids) < CHUNK:
            return total
        last = passed.ids[-1]


def _drop_made(sql: Dialect, before: int, behind: str, archived_only: bool) -> _Passed:
    """Drop the old predictions of some ids behind one, and all that is left without a prediction or an outcome.

    The row of ordinal 0 is where an id's events meet: where it goes, the next of its id takes its place.
    """
    some = [
        row[0]
        for row in sql.rows(
            "SELECT prediction_id FROM prediction WHERE prediction_id > ? AND ts_us < ?"
            f" ORDER BY prediction_id LIMIT {CHUNK}",
            behind,
            before,
        )
    ]
    asked = sql.any_of(sorted(set(some)))
    if archived_only:
        # Whoever draws or completes one of them in this moment ends first, and then it is archived no more.
        _lock(sql, asked)
    archived = f" AND {PREDICTION_ARCHIVED} AND {NO_LABEL_MISSING}" if archived_only else ""
    gone = [
        row[0]
        for row in sql.rows(
            f"DELETE FROM prediction WHERE prediction_id IN {{ids}} AND ts_us < ?{archived}"
            " RETURNING prediction_id",
            asked,
            before,
        )
    ]
    ids = sql.any_of(sorted(set(gone)))
    sql.run(
        "UPDATE prediction SET ordinal = 0 WHERE prediction_id IN {ids} AND NOT EXISTS (SELECT 1 FROM"
        " prediction AS lower WHERE lower.prediction_id = prediction.prediction_id"
        " AND lower.ordinal < prediction.ordinal)",
        ids,
    )
    # A label that came in this moment is not archived, and stays.
    neither = _neither("label", ("prediction_id",)) + (f" AND {LABEL_ARCHIVED}" if archived_only else "")
    labels = sql.rows(
        f"DELETE FROM label WHERE prediction_id IN {{ids}} AND {neither} RETURNING label_id", ids
    )
    sql.run("DELETE FROM archived_label WHERE label_id IN {ids}", sql.any_of(row[0] for row in labels))
    for about, key in _ABOUT.items():
        sql.run(f"DELETE FROM {about} WHERE prediction_id IN {{ids}} AND {_neither(about, key)}", ids)
    # What waits for a draw goes with its prediction, and so does a text, also where the outcome stays.
    for about in ("draw_candidate", "archived_prediction"):
        unpredicted = _none_of("prediction", about, ("prediction_id", "model_id"))
        sql.run(f"DELETE FROM {about} WHERE prediction_id IN {{ids}} AND {unpredicted}", ids)
    unpredicted = _none_of("prediction", "description", _ABOUT["description"])
    sql.run(
        "UPDATE description SET text = NULL WHERE prediction_id IN {ids} AND text IS NOT NULL"
        f" AND {unpredicted}",
        ids,
    )
    return _Passed(some, len(gone))


def _neither(about: str, key: Sequence[str]) -> str:
    return " AND ".join(_none_of(table, about, key) for table in ("prediction", "outcome"))


def _none_of(table: str, about: str, key: Sequence[str]) -> str:
    same = " AND ".join(f"{table}.{column} = {about}.{column}" for column in key)
    return f"NOT EXISTS (SELECT 1 FROM {table} WHERE {same})"


def drop_texts(engine: Engine) -> None:
    """Forget every text, where the configuration no longer keeps them; what they looked like stays."""
    with writing(engine) as connection:
        for table in ("description", "example"):
            Dialect(connection).run(f"UPDATE {table} SET text = NULL WHERE text IS NOT NULL")


def drop_candidates(engine: Engine) -> None:
    """Let nothing wait for a draw any more, where the configuration has none."""
    with writing(engine) as connection:
        Dialect(connection).run("DELETE FROM draw_candidate")


def _drop_waiting(sql: Dialect, before: int, behind: str, archived_only: bool) -> _Passed:
    """Drop some rows behind an id that only labels name, all of them old, with these labels.

    They have waited since they arrived, whatever time they carry.
    """
    waits = "model_id IS NULL AND NOT EXISTS (SELECT 1 FROM label WHERE"
    waits += " label.prediction_id = prediction.prediction_id AND coalesce(received_us, labeled_at_us) >= ?)"
    waits += f" AND {NO_LABEL_MISSING}" if archived_only else ""
    some = [
        row[0]
        for row in sql.rows(
            f"SELECT prediction_id FROM prediction WHERE prediction_id > ? AND {waits}"
            f" ORDER BY prediction_id LIMIT {CHUNK}",
            behind,
            before,
        )
    ]
    # Whoever brings the prediction, or another label, in this moment ends first, or comes too late.
    asked = sql.any_of(some)
    _lock(sql, asked)
    waiting = [
        row[0]
        for row in sql.rows(
            f"SELECT prediction_id FROM prediction WHERE prediction_id IN {{ids}} AND {waits}",
            asked,
            before,
        )
    ]
    ids = sql.any_of(waiting)
    labels = sql.rows("DELETE FROM label WHERE prediction_id IN {ids} RETURNING label_id", ids)
    sql.run("DELETE FROM archived_label WHERE label_id IN {ids}", sql.any_of(row[0] for row in labels))
    sql.run("DELETE FROM prediction WHERE prediction_id IN {ids}", ids)
    return _Passed(some, len(waiting))


def _lock(sql: Dialect, ids: object) -> None:
    """Lock all rows of these ids, where events meet; what is asked next sees what others did with them before.

    On SQLite the write lock is ours already.
    """
    if sql.postgresql:
        sql.rows(
            "SELECT 1 FROM prediction WHERE prediction_id IN {ids} ORDER BY prediction_id, ordinal FOR UPDATE",
            ids,
        )
