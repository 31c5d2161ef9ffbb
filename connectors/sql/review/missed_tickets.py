"""The missed tickets of an incident's members, by id. Reads only."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.group_members import intents_of
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.review.ports import missed_tickets as ports
from monitor.review.ports.missed_tickets import MissedTicket

CHUNK = 5_000


_slices = msgspec.json.Decoder(dict[str, str])


class MissedTickets(ports.MissedTickets):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def since_onset(self, incident: int, member: MemberFacts, most: int | None = None) -> list[MissedTicket]:
        tickets: list[MissedTicket] = []
        with reading(self._engine) as connection:
            for ticket in _newest_first(Dialect(connection), incident, member):
                if member.cell.holds(ticket.slices):
                    tickets.append(ticket)
                if most is not None and len(tickets) == most:
                    break
        return tickets


def _newest_first(sql: Dialect, incident: int, member: MemberFacts) -> Iterator[MissedTicket]:
    cell = member.cell
    over = _over(sql, incident, cell)
    before_us, before_id = 2**62, ""
    while True:
        rows = list(
            sql.rows(
                "SELECT prediction_id, ts_us, predicted, intent, labeled_at_us, slices FROM outcome"
                f" WHERE model_id = {OF_MODEL} AND intent IN {{ids}} AND predicted <> intent AND seq >= ?"
                " AND (ts_us > ? OR (ts_us = ? AND seq >= ?)) AND ts_us <= ?"
                " AND (ts_us < ? OR (ts_us = ? AND prediction_id > ?))"
                f" ORDER BY ts_us DESC, prediction_id LIMIT {CHUNK}",
                *names_of(cell.model),
                sql.any_of(member.intents or intents_of(sql, cell)),
                member.onset_seq,
                *_since(member),
                over if over is not None else 2**62,
                before_us,
                before_us,
                before_id,
            )
        )
        for prediction_id, ts_us, predicted, intent, labelled_us, slices in rows:
            yield MissedTicket(
                prediction_id,
                cell,
                from_us(ts_us),
                predicted,
                intent,
                from_us(labelled_us),
                _slices.decode(slices) if slices else {},
            )
        if len(rows) < CHUNK:
            return
        before_id, before_us = rows[-1][0], rows[-1][1]


def _since(member: MemberFacts) -> tuple[int, int, int]:
    """The time of the first prediction of its fall, twice, and that one's outcome."""
    if member.starts:
        at = to_us(member.starts[0].at)
        return at, at, member.starts[0].seq
    at = (
        0 if member.onset_seq else to_us(member.onset)
    )  # a version before this one paged, by the order of labels
    return at, at, 0


def _over(sql: Dialect, incident: int, cell: Cell) -> Any:  # noqa: ANN401 - as the database has it
    """When the member was over, or its incident was; None while it is broken."""
    row = sql.row(
        "SELECT coalesce(m.recovered_at_us, i.closed_at_us) FROM incident i LEFT JOIN member m"
        " ON m.incident_id = i.id AND m.model_version = ? AND m.intent = ? AND m.slice = ? WHERE i.id = ?",
        cell.model.version,
        cell.intent,
        cell.slice_text,
        incident,
    )
    return row[0] if row else None
