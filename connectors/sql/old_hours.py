"""Traffic that is long over is kept by the day; of the hours whose times events carried, only the newest are kept."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import HOUR_US, to_us

HOURS_KEPT = 10_000  # of the times that events carried: more than a year, of which four weeks are looked at
_OLD = "hour < ? AND hour % 24 <> 0"  # weeks begin at midnight in UTC, as days do
_ADD = (
    " GROUP BY model_id, hour - hour % 24, predicted ON CONFLICT (model_id, hour, predicted) DO UPDATE SET"
    " predictions = traffic.predictions + excluded.predictions, labelled = traffic.labelled + excluded.labelled"
)
_AS_DAYS = "SELECT model_id, hour - hour % 24, predicted, sum(predictions), sum(labelled) FROM"


def fold_old_hours(engine: Engine, now: datetime, keep_days: int) -> None:
    """Count traffic of more than `keep_days` ago, a month at least, at the first hour of its day. No sum changes.

    A label that comes later counts at its prediction's hour until then.
    """
    before = to_us(now - timedelta(days=max(keep_days, 30))) // HOUR_US // 24 * 24
    with writing(engine) as connection:
        sql = Dialect(connection)
        if sql.postgresql:  # one statement: what ingest adds meanwhile is in what is deleted
            sql.run(
                f"WITH old AS (DELETE FROM traffic WHERE {_OLD} RETURNING *)"
                f" INSERT INTO traffic (model_id, hour, predicted, predictions, labelled) {_AS_DAYS} old{_ADD}",
                before,
            )
        else:
            sql.run(
                "INSERT INTO traffic (model_id, hour, predicted, predictions, labelled)"
                f" {_AS_DAYS} traffic WHERE {_OLD}{_ADD}",
                before,
            )
            sql.run(f"DELETE FROM traffic WHERE {_OLD}", before)
        sql.run(
            "DELETE FROM event_hour WHERE hour <"
            f" (SELECT hour FROM event_hour ORDER BY hour DESC LIMIT 1 OFFSET {HOURS_KEPT - 1})"
        )
