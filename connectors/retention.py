"""Old predictions go; outcomes, tallies and the labels behind them stay."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from connectors.database import to_us, writing
from connectors.dialect import Dialect

CHUNK = 10_000  # rows a transaction, so that ingest never waits long for the write lock


def drop_old_predictions(engine: Engine, now: datetime, keep_days: int) -> int:
    """Drop predictions made more than `keep_days` ago, and labels that waited as long for theirs."""
    before = to_us(now - timedelta(days=keep_days))
    dropped = 0
    while True:
        with writing(engine) as connection:
            sql = Dialect(connection)
            gone = sql.run(
                "DELETE FROM prediction WHERE prediction_id IN (SELECT prediction_id FROM prediction"
                " WHERE ts_us < ? LIMIT ?)",
                before,
                CHUNK,
            )
        dropped += gone
        if gone < CHUNK:
            break
    with writing(engine) as connection:
        sql = Dialect(connection)
        old = (
            "SELECT p.prediction_id FROM prediction p WHERE p.model_id IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM label l WHERE l.prediction_id = p.prediction_id AND l.labeled_at_us >= ?)"
        )
        sql.run(f"DELETE FROM label WHERE prediction_id IN ({old})", before)
        dropped += sql.run(f"DELETE FROM prediction WHERE prediction_id IN ({old})", before)
    return dropped
