"""What happened in some weeks, counted by the database: labelled tickets, traffic, incidents and pages."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.anchors import read_active_anchors
from connectors.sql.counters import counter, put_counter
from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.early_notes import read_early_notes
from connectors.sql.ingest.descriptions import descriptors_of
from connectors.sql.model_ids import OF_MODEL, names_of
from connectors.sql.week_counts import MONDAY_US, NOT_KNOWN, WEEK_US, week_of
from monitor.domain.events.microseconds import DAY_US, HOUR_US, from_us, to_us
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyNote
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from monitor.review.ports import weeks as ports
from monitor.review.ports.weeks import STANDS_FOR, Frames, WeekTraffic

NEWEST = 20_000  # of each; more make it slower, not wiser
_slices = msgspec.json.Decoder(dict[str, str])

_WRITTEN = "weekly_report_us"  # the beginning of the last week whose report was written
# How many tickets a label stands for: one where its sampling is not known.
_STANDS_FOR = (
    "1 / CASE WHEN o.probability IS NULL THEN 1.0 WHEN o.probability < ? THEN ? ELSE o.probability END"
)
_WEEK_STANDS_FOR = (
    f"(1 / CASE WHEN w.probability = {NOT_KNOWN} THEN 1.0"
    " WHEN w.probability < ? THEN ? ELSE w.probability END)"
)


class WeekStore(ports.WeekStore):
    """The `WeekStore` port on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def counts(
        self, begin: Week, end: Week, min_probability: float, models: Collection[Model] | None = None
    ) -> dict[Cell, dict[Week, WeekCount]]:
        which = "" if models is None else f" AND w.model_id IN ({', '.join([OF_MODEL] * len(models))})"
        named = [name for model in models or () for name in names_of(model)]
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT m.name, m.version, m.environment, w.intent, w.week, sum(w.hits), sum(w.support),"
                f" sum(w.unanswered), sum(w.hits * {_WEEK_STANDS_FOR}), sum(w.support * {_WEEK_STANDS_FOR})"
                " FROM week_count w JOIN model m ON m.id = w.model_id"
                f" WHERE w.week >= ? AND w.week < ? AND w.support > 0{which}"
                " GROUP BY m.name, m.version, m.environment, w.intent, w.week",
                *[min_probability] * 4,
                week_of(to_us(begin.begin)),
                week_of(to_us(end.end)),
                *named,
            )
            weeks: dict[Cell, dict[Week, WeekCount]] = defaultdict(dict)
            for name, version, environment, intent, week, hits, support, *more in rows:
                unanswered, weighed_hits, weighed = more
                at = Week.of(from_us(week * WEEK_US - MONDAY_US))
                cell = Cell(Model(name, version, environment), intent)
                weeks[cell][at] = WeekCount(
                    int(hits), int(support) - int(hits), float(weighed_hits), float(weighed), int(unanswered)
                )
            return dict(weeks)

    @override
    def slice_counts(
        self, week: Week, cells: Collection[Cell], min_probability: float
    ) -> dict[Cell, WeekCount]:
        slices: dict[Cell, list[Cell]] = defaultdict(list)
        for cell in cells:
            slices[cell.whole].append(cell)
        counts: dict[Cell, WeekCount] = {}
        with reading(self._engine) as connection:
            for whole, own in slices.items():
                rows = Dialect(connection).rows(
                    "SELECT o.slices, sum(CASE WHEN o.predicted = o.intent THEN 1 ELSE 0 END), count(*),"
                    f" sum(CASE WHEN o.predicted = o.intent THEN {_STANDS_FOR} ELSE 0 END), sum({_STANDS_FOR})"
                    f" FROM outcome o WHERE o.model_id = {OF_MODEL} AND o.intent = ? AND o.ts_us >= ? AND o.ts_us < ?"
                    " AND o.slices IS NOT NULL GROUP BY o.slices",
                    *[min_probability] * 4,
                    *names_of(whole.model),
                    whole.intent,
                    to_us(week.begin),
                    to_us(week.end),
                )
                for text, hits, support, weighed_hits, weighed in rows:
                    attributes = _slices.decode(text)
                    count = WeekCount(
                        int(hits), int(support) - int(hits), float(weighed_hits), float(weighed)
                    )
                    for cell in own:
                        if cell.holds(attributes):
                            counts[cell] = counts.get(cell, WeekCount()).plus(count)
        return counts

    @override
    def traffic(self, week: Week) -> dict[Model, WeekTraffic]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT m.name, m.version, m.environment, sum(t.predictions), sum(t.labelled),"
                " sum(CASE WHEN t.predicted = ? THEN t.predictions ELSE 0 END) FROM traffic t"
                " JOIN model m ON m.id = t.model_id WHERE t.hour >= ? AND t.hour < ?"
                " GROUP BY m.name, m.version, m.environment",
                NO_ANSWER,
                to_us(week.begin) // HOUR_US,
                to_us(week.end) // HOUR_US,
            )
            return {
                Model(name, version, environment): WeekTraffic(*map(int, counts))
                for name, version, environment, *counts in rows
            }

    @override
    def early(self, week: Week) -> list[EarlyNote]:
        days = (to_us(week.begin) // DAY_US, to_us(week.end) // DAY_US)
        with reading(self._engine) as connection:
            return read_early_notes(Dialect(connection), "noted_day >= ? AND noted_day < ?", *days)

    @override
    def pages(self, begin: datetime, end: datetime) -> int:
        with reading(self._engine) as connection:
            (count,) = Dialect(connection).row(
                "SELECT count(DISTINCT incident_id || ' ' || created_us) FROM notification"
                " WHERE kind IN ('incident.opened', 'incident.reopened') AND created_us >= ? AND created_us < ?",
                to_us(begin),
                to_us(end),
            )
            return int(count)

    @override
    def labelled_by(self, week: Week, at: datetime) -> dict[Model, int]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            with sql.passing_over():
                rows = sql.rows(
                    "SELECT m.name, m.version, m.environment, count(*) FROM outcome o JOIN model m ON m.id = o.model_id"
                    " WHERE o.intent IS NOT NULL AND o.ts_us >= ? AND o.ts_us < ? AND o.labeled_at_us <= ?"
                    " GROUP BY m.name, m.version, m.environment",
                    to_us(week.begin),
                    to_us(week.end),
                    to_us(at),
                )
            return {Model(*names): int(count) for *names, count in rows}

    @override
    def last_written(self) -> Week | None:
        with reading(self._engine) as connection:
            begin_us = counter(Dialect(connection), _WRITTEN)
        return None if begin_us is None else Week.of(from_us(begin_us))

    @override
    def note_written(self, week: Week) -> None:
        with writing(self._engine) as connection:
            put_counter(Dialect(connection), _WRITTEN, to_us(week.begin))


class WeekFrames(ports.WeekFrames):
    """The `WeekFrames` port on SQLite or PostgreSQL. `min_probability` as in `WeekStore.counts`."""

    def __init__(self, engine: Engine, min_probability: float) -> None:
        self._engine = engine
        self._min_probability = min_probability

    @override
    def of(self, model: Model, week: Week) -> Frames:
        names = names_of(model)
        span = (to_us(week.begin), to_us(week.end))
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            labelled = sql.rows(
                f"SELECT o.intent, o.predicted, {_STANDS_FOR}, o.slices, d.descriptors FROM outcome o"
                " LEFT JOIN description d ON d.prediction_id = o.prediction_id AND d.model_id = o.model_id"
                f" WHERE o.model_id = {OF_MODEL} AND o.intent <> '' AND o.ts_us >= ? AND o.ts_us < ?"
                f" ORDER BY o.seq DESC LIMIT {NEWEST}",
                *[self._min_probability] * 2,
                *names,
                *span,
            )
            predicted = sql.rows(
                "SELECT p.intent, p.slices, d.descriptors FROM prediction p"
                " LEFT JOIN description d ON d.prediction_id = p.prediction_id AND d.model_id = p.model_id"
                f" WHERE p.model_id = {OF_MODEL} AND p.ts_us >= ? AND p.ts_us < ?"
                f" ORDER BY p.ts_us DESC, p.prediction_id LIMIT {NEWEST}",
                *names,
                *span,
            )
            held = read_active_anchors(sql).get(model)
            anchor = (
                sql.rows(
                    "SELECT y_true, y_pred, slices, descriptors FROM example WHERE anchor_id = ?"
                    f" ORDER BY number LIMIT {NEWEST}",
                    held.id,
                )
                if held
                else []
            )
        return Frames(
            [
                _row({"target": truth, "prediction": predicted, STANDS_FOR: float(stands_for)}, *rest)
                for truth, predicted, stands_for, *rest in labelled
            ],
            [_row({"prediction": predicted}, *rest) for predicted, *rest in predicted],
            [_row({"target": truth, "prediction": predicted}, *rest) for truth, predicted, *rest in anchor],
        )


def _row(known: Mapping[str, object], slices: str | None, described: str | None) -> dict[str, Any]:
    """`slice: ` and `look: ` keep names from events apart from our own."""
    row: dict[str, Any] = dict(known)
    row.update(
        (f"slice: {name}", value) for name, value in (_slices.decode(slices) if slices else {}).items()
    )
    seen = descriptors_of(described)
    if seen is not None:
        # How much a ticket labels itself depends on its intent, which for most is not known.
        row.update(
            (f"look: {name}", value) for name, value in seen._asdict().items() if name != "self_labelling"
        )
    return row
