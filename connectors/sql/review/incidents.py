"""Incidents as people ask about them, with their members and their history. Reads only."""

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.deploys import deploys_of
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import from_us
from monitor.domain.incidents.history import Happening, HistoryKind, HistoryLine
from monitor.domain.telling.members import MemberFacts, worst_first
from monitor.review.ports import incidents as ports
from monitor.review.ports.incidents import IncidentStatus

_happening: msgspec.json.Decoder[Happening] = msgspec.json.Decoder(Happening)
_facts = msgspec.json.Decoder(MemberFacts)


class IncidentRecords(ports.IncidentRecords):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def all(self, *, open_only: bool = False) -> list[IncidentStatus]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            where = _OPEN if open_only else "1 = 1"
            return [_read(sql, *row) for row in sql.rows(f"{_INCIDENTS} WHERE {where} ORDER BY id DESC")]

    @override
    def open_count(self) -> int:
        with reading(self._engine) as connection:
            (count,) = Dialect(connection).row(f"SELECT count(*) FROM incident WHERE {_OPEN}")
        return int(count)

    @override
    def numbered(self, number: int) -> IncidentStatus | None:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            row = sql.row(f"{_INCIDENTS} WHERE id = ?", number)
            return _read(sql, *row) if row else None


_OPEN = "closed_at_us IS NULL"
_INCIDENTS = "SELECT id, model_name, environment, state, opened_at_us, closed_at_us FROM incident"


def _read(
    sql: Dialect,
    number: int,
    name: str,
    environment: str,
    state: str,
    opened_us: int,
    closed_us: int | None,
) -> IncidentStatus:
    members = [
        _facts.decode(row[0]) for row in sql.rows("SELECT facts FROM member WHERE incident_id = ?", number)
    ]
    history = [
        HistoryLine(from_us(at), who, HistoryKind(what), _happening.decode(value) if value else why)
        for at, who, what, why, value in sql.rows(
            "SELECT at_us, who, what, why, happening FROM incident_event WHERE incident_id = ? ORDER BY id",
            number,
        )
    ]
    return IncidentStatus(
        number,
        name,
        environment,
        state,
        from_us(opened_us),
        from_us(closed_us) if closed_us is not None else None,
        sorted(members, key=worst_first),
        history,
        deploys_of(sql, name, members),
    )
