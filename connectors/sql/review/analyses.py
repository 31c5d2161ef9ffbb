"""What an incident's analysis reads, and where the one that was made when it opened is kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.anchors import read_anchor
from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.drawn import drawn
from connectors.sql.group_members import counted_intents
from connectors.sql.ingest.descriptions import COLUMNS, Descriptions, descriptors_of
from connectors.sql.model_ids import OF_MODEL, names_of
from connectors.sql.review.cell_tickets import cell_tickets, newest_outcomes
from connectors.sql.review.corrections import corrections_by_model
from connectors.sql.review.weak_labels import weakly_labelled
from monitor.domain.analysis.analysis import Analysis
from monitor.domain.analysis.casefile import LiveTicket, Sample
from monitor.domain.anchors.promise import Anchor
from monitor.domain.events.microseconds import HOUR_US, from_us, to_us
from monitor.domain.events.types import Design, Kind, Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.review.ports import analyses as ports
from monitor.review.ports.analyses import CellTickets, Holding, LiveTickets
from monitor.review.ports.corrections import Corrections
from monitor.review.ports.weak_labels import WeaklyLabelled

MOST = 20_000  # tickets of a member: what is older only counts
_TICKET = (
    "o.seq, o.ts_us, o.labeled_at_us, o.predicted, o.intent, o.kind, o.design, o.probability, o.slices, o.customer,"
    f" o.agreed, {COLUMNS}"
)
_DESCRIBED = " LEFT JOIN description d ON d.prediction_id = o.prediction_id AND d.model_id = o.model_id"
_slices = msgspec.json.Decoder(dict[str, str])
_analysis = msgspec.json.Decoder(Analysis)


class AnalysisStore(ports.AnalysisStore):
    """The `AnalysisStore` port on SQLite or PostgreSQL.

    Labels with an intent of `out_of_scope` say that there is none.
    """

    def __init__(self, engine: Engine, out_of_scope: Iterable[str] = ()) -> None:
        self._engine = engine
        self._out_of_scope = frozenset(out_of_scope)

    @override
    def tickets(self, cell: Cell, intents: Sequence[str] = ()) -> LiveTickets:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            read = Descriptions(sql)
            customers: dict[int, int] = {}  # a case tells the same one again, and nothing else of anybody
            newest = newest_outcomes(sql, cell, intents, MOST, _TICKET, _DESCRIBED)
            tickets = []
            for row in reversed(newest.rows):
                slices, customer = _decoded(row[8]), row[9]
                whose = None if customer is None else customers.setdefault(customer, len(customers))
                tickets.append(_ticket(slices, read, whose, *row))
        return LiveTickets(tickets[::-1], newest.older_hits, newest.older_misses)

    @override
    def columns(self, cell: Cell, intents: Sequence[str] = ()) -> CellTickets:
        with reading(self._engine) as connection:
            return cell_tickets(Dialect(connection), cell, intents, MOST)

    @override
    def holding(self, model: Model, at: datetime) -> Holding:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            rows = sql.rows(
                f"SELECT anchor_id, at_us FROM activation WHERE model_id = {OF_MODEL} ORDER BY id",
                *names_of(model),
            )
            if not rows:
                return Holding(None, None, None)
            before = [row for row in rows if row[1] <= to_us(at)]
            anchor_id, at_us = before[-1] if before else rows[0]
            anchor = read_anchor(sql, anchor_id)
        first = rows[0][1] if before else None
        return Holding(
            anchor,
            from_us(at_us) if before else None,
            from_us(first) if first is not None else None,
        )

    @override
    def samples(self, anchor: Anchor, member: MemberFacts) -> list[Sample]:
        cell = member.cell
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            which, value = counted_intents(sql, cell, "y_true", member.intents)
            rows = sql.rows(
                "SELECT y_true, y_pred, origin, slices, descriptors FROM example WHERE anchor_id = ?"
                f" AND {which} ORDER BY number",
                anchor.id,
                value,
            )
        samples = [
            Sample(answer, answer == truth, origin, _decoded(slices), descriptors_of(described))
            for truth, answer, origin, slices, described in rows
        ]
        return [sample for sample in samples if cell.holds(sample.slices)]

    @override
    def traffic(self, model: Model, begin: datetime, end: datetime | None) -> tuple[int, int]:
        with reading(self._engine) as connection:
            predictions, labelled = Dialect(connection).row(
                f"SELECT sum(predictions), sum(labelled) FROM traffic WHERE model_id = {OF_MODEL} AND hour >= ?"
                + (" AND hour <= ?" if end is not None else ""),
                *names_of(model),
                to_us(begin) // HOUR_US,
                *([to_us(end) // HOUR_US] if end is not None else []),
            )
        return int(predictions or 0), int(labelled or 0)

    @override
    def drawn(
        self, model: Model, begin: datetime, end: datetime | None, seq: int
    ) -> Mapping[float | None, int]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            row = sql.row(f"SELECT {OF_MODEL}", *names_of(model))
            return drawn(sql, row[0], begin, seq, end)

    @override
    def weak_labels(self, model: Model, begin: datetime, end: datetime | None) -> WeaklyLabelled | None:
        with reading(self._engine) as connection:
            return weakly_labelled(Dialect(connection), self._out_of_scope, begin, end).get(model)

    @override
    def corrections(self, model: Model, begin: datetime, end: datetime | None) -> Corrections | None:
        with reading(self._engine) as connection:
            return corrections_by_model(Dialect(connection), self._out_of_scope, begin, end).get(model)

    @override
    def recovered(self, incident: int) -> dict[Cell, datetime]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT i.model_name, m.model_version, i.environment, m.intent, m.slice, m.recovered_at_us"
                " FROM member m JOIN incident i ON i.id = m.incident_id"
                " WHERE m.incident_id = ? AND m.recovered_at_us IS NOT NULL",
                incident,
            )
        return {
            Cell(Model(name, version, environment), intent, slice_): from_us(at_us)
            for name, version, environment, intent, slice_, at_us in rows
        }

    @override
    def keep(self, analysis: Analysis, openings: int) -> None:
        with writing(self._engine) as connection:
            Dialect(connection).run(
                "INSERT INTO analysis (incident_id, openings, document) VALUES (?, ?, ?) ON CONFLICT (incident_id)"
                " DO UPDATE SET openings = excluded.openings, document = excluded.document",
                analysis.incident,
                openings,
                msgspec.json.encode(analysis).decode(),
            )

    @override
    def unexplained(self) -> Mapping[int, int]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT e.incident_id, count(*) FROM incident_event e LEFT JOIN analysis a"
                " ON a.incident_id = e.incident_id WHERE e.what IN ('opened', 'reopened')"
                " GROUP BY e.incident_id, a.openings HAVING count(*) > coalesce(a.openings, 0)"
            )
            return dict(map(tuple, rows))

    @override
    def kept(self, incident: int) -> Analysis | None:
        with reading(self._engine) as connection:
            row = Dialect(connection).row("SELECT document FROM analysis WHERE incident_id = ?", incident)
        try:
            return _analysis.decode(row[0]) if row else None
        except msgspec.ValidationError:
            return None


def _ticket(
    slices: Mapping[str, str],
    read: Descriptions,
    whose: int | None,
    seq: int,
    ts_us: int,
    labeled_at_us: int,
    predicted: str,
    intent: str,
    kind: str,
    design: str,
    probability: float | None,
    _slices_again: str | None,
    _customer: int | None,
    agreed: bool | None,
    *described: str | None,
) -> LiveTicket:
    seen = read.of(*described)
    return LiveTicket(
        seq,
        from_us(ts_us),
        from_us(labeled_at_us),
        predicted,
        predicted == intent,
        Kind(kind),
        Design(design),
        probability,
        slices,
        seen.toward(intent) if seen else None,
        whose,
        bool(agreed),
    )


def _decoded(slices: str | None) -> dict[str, str]:
    return _slices.decode(slices) if slices else {}
