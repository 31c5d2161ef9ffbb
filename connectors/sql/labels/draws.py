"""What was drawn for labelling, on SQLite or PostgreSQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.erasure_lock import wait_for_erasure
from connectors.sql.labels.drawing import DRAWING, DrawTransaction, drawing_of
from connectors.sql.labels.scope import LABELLED_US
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Design, Model
from monitor.labels.ports import draws as ports
from monitor.labels.ports.draws import Drawing
from monitor.labels.ports.tasks import LabelTask

_NOT_BEFORE = (
    "NOT EXISTS (SELECT 1 FROM draw e WHERE e.prediction_id = d.prediction_id AND e.number < d.number)"
)


class DrawStore(ports.DrawStore):
    """The `DrawStore` port. Labels with an intent of `out_of_scope` say that there is none."""

    def __init__(self, engine: Engine, out_of_scope: Iterable[str] = ()) -> None:
        self._engine = engine
        self._out_of_scope = frozenset(out_of_scope)

    @override
    @contextmanager
    def drawing(self) -> Iterator[DrawTransaction]:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            if sql.postgresql:
                sql.run("LOCK TABLE drawing IN SHARE ROW EXCLUSIVE MODE")  # one draw after the other
            wait_for_erasure(sql)
            yield DrawTransaction(sql, self._out_of_scope)

    @override
    def drawings(self) -> Sequence[Drawing]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(f"SELECT {DRAWING} FROM drawing ORDER BY number")
        return [drawing_of(row) for row in rows]

    @override
    def answered(self) -> Mapping[int, int]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT d.number, count(DISTINCT d.prediction_id) FROM draw d JOIN drawing g ON g.number = d.number"
                f" JOIN model m ON m.id = d.model_id WHERE {LABELLED_US} > g.at_us AND {_NOT_BEFORE} GROUP BY d.number"
            )
        return {int(number): int(tickets) for number, tickets in rows}

    @override
    def tasks(self, number: int, *, texts: bool) -> Sequence[LabelTask]:
        text = "x.text" if texts else "NULL"
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT d.prediction_id, m.name, m.version, m.environment, d.predicted, d.ts_us, d.design,"
                f" d.probability, {text} FROM draw d JOIN model m ON m.id = d.model_id"
                " LEFT JOIN description x ON x.prediction_id = d.prediction_id AND x.model_id = d.model_id"
                " WHERE d.number = ?"
                f" AND {_NOT_BEFORE} ORDER BY d.place, d.model_id",
                number,
            )
        first = {row[0]: row for row in reversed(rows)}
        return [
            LabelTask(
                number, prediction_id, Model(*names), predicted, from_us(ts_us), Design(design), chance, words
            )
            for prediction_id, *names, predicted, ts_us, design, chance, words in reversed(first.values())
        ]

    @override
    def note_written(self, number: int, at: datetime) -> None:
        with writing(self._engine) as connection:
            Dialect(connection).run("UPDATE drawing SET written_us = ? WHERE number = ?", to_us(at), number)
