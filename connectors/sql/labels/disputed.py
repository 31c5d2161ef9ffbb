"""Doubtful tickets, on SQLite or PostgreSQL. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.labels.read_again import read_again_counts
from connectors.sql.labels.scope import IN_SCOPE
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.events.holding import counted_intent
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Kind, Model
from monitor.domain.labelling.by_annotator import AnnotatorLabels
from monitor.domain.labelling.readings import ReadAgainCount
from monitor.domain.slices.cells import Cell
from monitor.labels.ports import disputed as ports
from monitor.labels.ports.disputed import DoubtfulTicket, GivenLabel

_slices = msgspec.json.Decoder(dict[str, str])
_TICKET = "SELECT prediction_id, ts_us, predicted, intent, slices FROM outcome"


class DisputedTickets(ports.DisputedTickets):
    """The `DisputedTickets` port. Labels with an intent of `out_of_scope` say that there is none."""

    def __init__(self, engine: Engine, out_of_scope: Iterable[str] = ()) -> None:
        self._engine = engine
        self._out_of_scope = frozenset(out_of_scope)

    @override
    def differing(self, model: Model, limit: int) -> Sequence[DoubtfulTicket]:
        where = f"model_id = {OF_MODEL} AND first_intent IS NOT NULL AND NOT agreed AND intent IS NOT NULL"
        return self._tickets(model, where, [*names_of(model)], limit)

    @override
    def misses_read_once(self, cell: Cell, since: datetime | None, limit: int) -> Sequence[DoubtfulTicket]:
        where = f"model_id = {OF_MODEL} AND intent = ? AND predicted <> intent AND first_intent IS NULL AND ts_us >= ?"
        values = [*names_of(cell.model), cell.intent, to_us(since) if since is not None else 0]
        return self._tickets(cell.model, where, values, limit)

    @override
    def by_annotator(self, model: Model, intent: str) -> Sequence[AnnotatorLabels]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT l.annotator, sum(CASE WHEN o.predicted = o.intent THEN 1 ELSE 0 END), count(*)"
                f" FROM outcome o JOIN label l ON l.label_id = o.label_id WHERE o.model_id = {OF_MODEL}"
                " AND o.intent = ? AND l.annotator IS NOT NULL GROUP BY l.annotator ORDER BY l.annotator",
                *names_of(model),
                intent,
            )
        return [AnnotatorLabels(annotator, int(hits), labels - int(hits)) for annotator, hits, labels in rows]

    @override
    def read_again(self, model: Model) -> Sequence[ReadAgainCount]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            row = sql.row(f"SELECT {OF_MODEL}", *names_of(model))
            return read_again_counts(sql, row[0]) if row[0] is not None else []

    def _tickets(
        self, model: Model, where: str, values: Sequence[object], limit: int
    ) -> Sequence[DoubtfulTicket]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            rows = list(sql.rows(f"{_TICKET} WHERE {where} ORDER BY seq DESC LIMIT ?", *values, limit))
            labels = self._labels(sql, model, [row[0] for row in rows])
        return [
            DoubtfulTicket(
                model,
                prediction_id,
                from_us(ts_us),
                predicted,
                intent,
                tuple(labels[prediction_id]),
                _slices.decode(slices) if slices else {},
            )
            for prediction_id, ts_us, predicted, intent, slices in rows
        ]

    def _labels(
        self, sql: Dialect, model: Model, prediction_ids: Sequence[str]
    ) -> dict[str, list[GivenLabel]]:
        """The labels of each about this model, those taken back left out, in the order in which they were given."""
        labels: dict[str, list[GivenLabel]] = defaultdict(list)
        for prediction_id, intent, annotator, kind, at_us in sql.rows(
            "SELECT l.prediction_id, l.intent, l.annotator, l.kind, l.labeled_at_us FROM label l, model m"
            f" WHERE l.prediction_id IN {{ids}} AND NOT l.retracted AND m.id = {OF_MODEL} AND {IN_SCOPE}"
            " ORDER BY l.labeled_at_us, l.label_id",
            sql.any_of(prediction_ids),
            *names_of(model),
        ):
            said = counted_intent(intent, self._out_of_scope)
            labels[prediction_id].append(GivenLabel(said, annotator, Kind(kind), from_us(at_us)))
        return labels
