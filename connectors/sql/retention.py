"""Old predictions go; outcomes, tallies and the labels behind them stay."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from connectors.times import from_us, to_us

_DROPPED = "dropped_before_us"
CHUNK = 10_000  # rows a transaction, so that ingest never waits long for the write lock


def drop_old_predictions(engine: Engine, now: datetime, keep_days: int) -> int:
    """Drop predictions made more than `keep_days` ago, and labels that nothing will come of any more."""
    before = to_us(now - timedelta(days=keep_days))
    _note(engine, before)
    dropped = 0
    for drop in (_drop_made, _drop_waiting):
        while gone := drop(engine, before):
            dropped += gone
            if gone < CHUNK:
                break
    _drop_orphans(engine, "subject", ("prediction_id",))
    _drop_orphans(engine, "description", ("prediction_id", "model_id"))
    _drop_texts(engine)
    return dropped


def dropped_before(sql: Dialect) -> datetime | None:
    """The time before which every prediction has been dropped; None where none ever was."""
    row = sql.row("SELECT value FROM counter WHERE name = ?", _DROPPED)
    return from_us(row[0]) if row else None


def _note(engine: Engine, before: int) -> None:
    """First of all: what is dropped then is known as such, whenever it is read again."""
    with writing(engine) as connection:
        Dialect(connection).run(
            "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value ="
            " CASE WHEN excluded.value > counter.value THEN excluded.value ELSE counter.value END",
            _DROPPED,
            before,
        )


def _drop_made(engine: Engine, before: int) -> int:
    """Drop some old predictions, and labels that they leave without a prediction or an outcome; how many.

    The row of ordinal 0 is where an id's events meet: where it goes, the next of its id takes its place.
    """
    with writing(engine) as connection:
        sql = Dialect(connection)
        gone = sql.rows(
            "DELETE FROM prediction WHERE (prediction_id, ordinal) IN (SELECT prediction_id, ordinal"
            f" FROM prediction WHERE ts_us < ? LIMIT {CHUNK}) RETURNING prediction_id",
            before,
        )
        ids = sql.any_of(sorted({row[0] for row in gone}))
        sql.run(
            "UPDATE prediction SET ordinal = 0 WHERE prediction_id IN {ids} AND NOT EXISTS (SELECT 1 FROM"
            " prediction AS lower WHERE lower.prediction_id = prediction.prediction_id"
            " AND lower.ordinal < prediction.ordinal)",
            ids,
        )
        sql.run(
            "DELETE FROM label WHERE prediction_id IN {ids} AND NOT EXISTS (SELECT 1 FROM prediction"
            " WHERE prediction.prediction_id = label.prediction_id) AND NOT EXISTS (SELECT 1 FROM outcome"
            " WHERE outcome.prediction_id = label.prediction_id)",
            ids,
        )
        return len(gone)


def drop_texts(engine: Engine) -> None:
    """Forget every text, where the configuration no longer keeps them; what they looked like stays."""
    with writing(engine) as connection:
        for table in ("description", "example"):
            Dialect(connection).run(f"UPDATE {table} SET text = NULL WHERE text IS NOT NULL")


def _drop_orphans(engine: Engine, about: str, key: Sequence[str]) -> None:
    """Forget what is known about predictions when neither they nor their outcomes are there any more."""
    names = ", ".join(key)
    same = {
        table: " AND ".join(f"{table}.{column} = {about}.{column}" for column in key)
        for table in ("prediction", "outcome")
    }
    neither = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} WHERE {condition})" for table, condition in same.items()
    )
    _in_chunks(
        engine,
        f"DELETE FROM {about} WHERE ({names}) IN (SELECT {names} FROM {about} WHERE {neither} LIMIT {CHUNK})",
    )


def _drop_texts(engine: Engine) -> None:
    """A text goes with its prediction, also where the outcome stays."""
    _in_chunks(
        engine,
        "UPDATE description SET text = NULL WHERE (prediction_id, model_id) IN (SELECT prediction_id, model_id"
        " FROM description WHERE text IS NOT NULL AND NOT EXISTS (SELECT 1 FROM prediction"
        " WHERE prediction.prediction_id = description.prediction_id"
        f" AND prediction.model_id = description.model_id) LIMIT {CHUNK})",
    )


def _in_chunks(engine: Engine, statement: str, *values: object) -> int:
    """Run a statement that changes at most `CHUNK` rows until it finds no more; how many it changed."""
    total = 0
    while True:
        with writing(engine) as connection:
            changed = Dialect(connection).run(statement, *values)
        total += changed
        if changed < CHUNK:
            return total


def _drop_waiting(engine: Engine, before: int) -> int:
    """Drop some rows that only labels name, all of them old, with these labels; how many.

    They have waited since they arrived, whatever time they carry.
    """
    with writing(engine) as connection:
        sql = Dialect(connection)
        # Locked first: whoever brings the prediction in this moment still finds its labels, or comes too late.
        waiting = [
            row[0]
            for row in sql.rows(
                "SELECT prediction_id FROM prediction WHERE model_id IS NULL AND NOT EXISTS (SELECT 1 FROM"
                " label WHERE label.prediction_id = prediction.prediction_id"
                " AND coalesce(received_us, labeled_at_us) >= ?)"
                f" ORDER BY prediction_id LIMIT {CHUNK}" + (" FOR UPDATE" if sql.postgresql else ""),
                before,
            )
        ]
        ids = sql.any_of(waiting)
        sql.run("DELETE FROM label WHERE prediction_id IN {ids}", ids)
        return sql.run("DELETE FROM prediction WHERE prediction_id IN {ids}", ids)
