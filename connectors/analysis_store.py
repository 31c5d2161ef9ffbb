"""What an incident's analysis reads, and where the one that was made when it opened is kept."""

from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine

from connectors.anchor_store import read_active_anchors
from connectors.database import DAY_US, HOUR_US, from_us, reading, to_us, writing
from connectors.descriptions import description_of, descriptors_of
from connectors.dialect import Dialect
from monitor.domain.analysis import Analysis
from monitor.domain.casefile import Day, Sample, Ticket
from monitor.domain.cells import Cell
from monitor.domain.events import Design, Kind, Model
from monitor.ports import Labelled

MOST = 50_000  # tickets of a member: what is older only counts
_OF_MODEL = "(SELECT id FROM model WHERE name = ? AND version = ? AND environment = ?)"
_slices = msgspec.json.Decoder(dict[str, str])
_analysis = msgspec.json.Decoder(Analysis)


class AnalysisStore:
    """The `monitor.ports.AnalysisStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tickets(self, cell: Cell) -> Labelled:
        """The newest labelled tickets of a cell in their order, and how many hits and misses are older."""
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            rows = sql.rows(
                "SELECT o.seq, o.ts_us, o.labeled_at_us, o.predicted, o.kind, o.design, o.probability, o.slices,"
                " d.descriptors, d.own_words FROM outcome o LEFT JOIN description d"
                f" ON d.prediction_id = o.prediction_id WHERE o.model_id = {_OF_MODEL} AND o.intent = ?"
                f" ORDER BY o.seq DESC LIMIT {MOST}",
                *_names(cell.model),
                cell.intent,
            )
            first = rows[-1][0] if len(rows) == MOST else 0
            older_hits, older = sql.one(
                "SELECT coalesce(sum(CASE WHEN predicted = intent THEN 1 ELSE 0 END), 0), count(*) FROM outcome"
                f" WHERE model_id = {_OF_MODEL} AND intent = ? AND seq < ?",
                *_names(cell.model),
                cell.intent,
                first,
            )
        name, _, value = cell.slice.partition("=")
        found = [_ticket(cell.intent, *row) for row in reversed(rows)]
        within = [one for one in found if not name or one.slices.get(name) == value]
        return Labelled(within, *((0, 0) if name else (int(older_hits), int(older) - int(older_hits))))

    def samples(self, cell: Cell) -> list[Sample]:
        """The examples of its intent behind the active anchor; none where only numbers were imported."""
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            anchor = read_active_anchors(sql).get(cell.model)
            rows = (
                sql.rows(
                    "SELECT y_pred, origin, slices, descriptors FROM example WHERE anchor_id = ? AND y_true = ?"
                    " ORDER BY number",
                    anchor.id,
                    cell.intent,
                )
                if anchor
                else []
            )
        name, _, value = cell.slice.partition("=")
        found = [
            Sample(said, said == cell.intent, origin, _slices.decode(slices), descriptors_of(described))
            for said, origin, slices, described in rows
        ]
        return [one for one in found if not name or one.slices.get(name) == value]

    def days(self, model: Model) -> list[Day]:
        """A version's predictions day by day, and how many of them are labelled by now."""
        hours = DAY_US // HOUR_US
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                f"SELECT hour / {hours} AS day, sum(predictions), sum(labelled) FROM traffic"
                f" WHERE model_id = {_OF_MODEL} GROUP BY day ORDER BY day",
                *_names(model),
            )
        return [
            Day(from_us(int(day) * DAY_US).date(), int(predictions), int(labelled))
            for day, predictions, labelled in rows
        ]

    def labelled_share(self, model: Model, since: datetime) -> float:
        """The share of a version's predictions since then (to the hour) that are labelled."""
        with reading(self._engine) as connection:
            predictions, labelled = Dialect(connection).one(
                f"SELECT sum(predictions), sum(labelled) FROM traffic WHERE model_id = {_OF_MODEL} AND hour >= ?",
                *_names(model),
                to_us(since) // HOUR_US,
            )
        return float(labelled) / float(predictions) if predictions else 1.0

    def keep(self, analysis: Analysis) -> None:
        """Keep what was understood when the incident was opened, in the place of an earlier opening's."""
        with writing(self._engine) as connection:
            Dialect(connection).run(
                "INSERT INTO analysis (incident_id, at_us, document) VALUES (?, ?, ?) ON CONFLICT (incident_id)"
                " DO UPDATE SET at_us = excluded.at_us, document = excluded.document",
                analysis.incident,
                to_us(analysis.made_at.astimezone(UTC)),
                msgspec.json.encode(analysis).decode(),
            )

    def kept(self, incident: int) -> Analysis | None:
        """What was understood when it was opened last."""
        with reading(self._engine) as connection:
            row = Dialect(connection).one("SELECT document FROM analysis WHERE incident_id = ?", incident)
        return _analysis.decode(row[0]) if row else None


def _ticket(
    intent: str,
    seq: int,
    ts_us: int,
    labeled_at_us: int,
    predicted: str,
    kind: str,
    design: str,
    probability: float | None,
    slices: str | None,
    described: str | None,
    own_words: str | None,
) -> Ticket:
    seen = description_of(described, own_words, None)
    return Ticket(
        seq,
        from_us(ts_us),
        from_us(labeled_at_us),
        predicted,
        predicted == intent,
        Kind(kind),
        Design(design),
        probability,
        _slices.decode(slices) if slices else {},
        seen.toward(intent) if seen else None,
    )


def _names(model: Model) -> tuple[str, str, str]:
    return model.name, model.version, model.environment
