"""A model's traffic by class, on SQLite or PostgreSQL."""

from datetime import datetime

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.events.microseconds import HOUR_US, to_us
from monitor.domain.events.types import Model
from monitor.labels.ports import traffic as ports
from monitor.labels.ports.traffic import ClassTraffic


class TrafficStore(ports.TrafficStore):
    """The `TrafficStore` port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def lately(self, model: Model, now: datetime, days: float) -> ClassTraffic:
        with reading(self._engine) as connection:
            sql, names = Dialect(connection), names_of(model)
            newest = sql.row(
                f"SELECT max(hour) FROM traffic WHERE model_id = {OF_MODEL} AND hour <= ?",
                *names,
                to_us(now) // HOUR_US,
            )
            if newest is None or newest[0] is None:
                return ClassTraffic()
            end = int(newest[0])
            rows = sql.rows(
                "SELECT predicted, sum(predictions), min(hour) FROM traffic"
                f" WHERE model_id = {OF_MODEL} AND hour > ? AND hour <= ? GROUP BY predicted",
                *names,
                end - round(days * 24),
                end,
            )
            counted = {predicted: (int(n), int(first)) for predicted, n, first in rows}
        begun = min(first for _, first in counted.values())
        return ClassTraffic((end - begun + 1) / 24, {name: n for name, (n, _) in counted.items()})
