"""Old predictions go; outcomes, tallies and the labels behind them stay."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from connectors.times import to_us

CHUNK = 10_000  # rows a transaction, so that ingest never waits long for the write lock


def drop_old_predictions(engine: Engine, now: datetime, keep_days: int) -> int:
    """Drop predictions made more than `keep_days` ago, and labels that waited as long for theirs."""
    before = to_us(now - timedelta(days=keep_days))
    dropped = _in_chunks(
        engine,
        "DELETE FROM prediction WHERE prediction_id IN (SELECT prediction_id FROM prediction"
        f" WHERE ts_us < ? LIMIT {CHUNK})",
        before,
    )
    while True:
        gone = _drop_waiting(engine, before)
        dropped += gone
        if gone < CHUNK:
            break
    for about in ("subject", "description"):
        _drop_orphans(engine, about)
    _drop_texts(engine)
    return dropped


def drop_texts(engine: Engine) -> None:
    """Forget every text, where the configuration no longer keeps them; what they looked like stays."""
    with writing(engine) as connection:
        for table in ("description", "example"):
            Dialect(connection).run(f"UPDATE {table} SET text = NULL WHERE text IS NOT NULL")


def _drop_orphans(engine: Engine, about: str) -> None:
    """Forget what is known about a prediction when neither it nor its outcome is there any more."""
    there = f"(SELECT 1 FROM {{0}} WHERE {{0}}.prediction_id = {about}.prediction_id)"
    _in_chunks(
        engine,
        f"DELETE FROM {about} WHERE prediction_id IN (SELECT prediction_id FROM {about} WHERE NOT EXISTS"
        f" {there.format('prediction')} AND NOT EXISTS {there.format('outcome')} LIMIT {CHUNK})",
    )


def _drop_texts(engine: Engine) -> None:
    """A text goes with its prediction, also where the outcome stays."""
    _in_chunks(
        engine,
        "UPDATE description SET text = NULL WHERE prediction_id IN (SELECT prediction_id FROM description"
        " WHERE text IS NOT NULL AND NOT EXISTS (SELECT 1 FROM prediction WHERE prediction.prediction_id ="
        f" description.prediction_id) LIMIT {CHUNK})",
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
    """Drop some rows that only labels name, all of them old, with these labels; how many."""
    with writing(engine) as connection:
        sql = Dialect(connection)
        # Locked first: whoever brings the prediction in this moment still finds its labels, or comes too late.
        waiting = [
            row[0]
            for row in sql.rows(
                "SELECT prediction_id FROM prediction WHERE model_id IS NULL AND NOT EXISTS (SELECT 1 FROM"
                " label WHERE label.prediction_id = prediction.prediction_id AND labeled_at_us >= ?)"
                f" ORDER BY prediction_id LIMIT {CHUNK}" + (" FOR UPDATE" if sql.postgresql else ""),
                before,
            )
        ]
        ids = sql.any_of(waiting)
        sql.run("DELETE FROM label WHERE prediction_id IN {ids}", ids)
        return sql.run("DELETE FROM prediction WHERE prediction_id IN {ids}", ids)
