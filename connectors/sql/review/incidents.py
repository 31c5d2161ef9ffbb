"""Incidents as people ask about them, with their members and their history. Reads only."""

from collections import defaultdict

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.deploys import deploys_near
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import from_us
from monitor.domain.incidents.deploys import deploys_before
from monitor.domain.incidents.history import Happening, HistoryKind, HistoryLine
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts, worst_first
from monitor.review.ports import incidents as ports
from monitor.review.ports.incidents import AskedIncidents, IncidentStatus

_happening: msgspec.json.Decoder[Happening] = msgspec.json.Decoder(Happening)
_facts = msgspec.json.Decoder(MemberFacts)


class IncidentRecords(ports.IncidentRecords):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def all(self, *, open_only: bool = False) -> list[IncidentStatus]:
        with reading(self._engine) as connection:
            return _read(Dialect(connection), _OPEN if open_only else "1 = 1")

    @override
    def part(self, asked: AskedIncidents | None, first: int, most: int) -> list[IncidentStatus]:
        where, values = _where(asked)
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            return _read(sql, f"{where} ORDER BY id DESC LIMIT ? OFFSET ?", *values, most, first)

    @override
    def count(self, asked: AskedIncidents | None) -> int:
        where, values = _where(asked)
        with reading(self._engine) as connection:
            return int(Dialect(connection).row(f"SELECT count(*) FROM incident WHERE {where}", *values)[0])

    @override
    def of_cell(self, cell: Cell, most: int) -> tuple[list[IncidentStatus], list[int]]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            numbers = [
                row[0]
                for row in sql.rows(
                    "SELECT i.id FROM incident i JOIN member m ON m.incident_id = i.id WHERE i.model_name = ?"
                    " AND i.environment = ? AND m.model_version = ? AND m.intent = ? AND m.slice = ?"
                    " ORDER BY i.id DESC",
                    cell.model.name,
                    cell.model.environment,
                    cell.model.version,
                    cell.intent,
                    cell.slice_text,
                )
            ]
            newest, older = numbers[:most], numbers[most:]
            known = f"id IN ({', '.join('?' * len(newest))})"
            return (_read(sql, known, *newest) if newest else []), older

    @override
    def numbered(self, number: int) -> IncidentStatus | None:
        with reading(self._engine) as connection:
            return next(iter(_read(Dialect(connection), "id = ?", number)), None)


_OPEN = "closed_at_us IS NULL"


def _where(asked: AskedIncidents | None) -> tuple[str, tuple[object, ...]]:
    match asked:
        case None:
            return "1 = 1", ()
        case AskedIncidents.OPEN:
            return _OPEN, ()
        case AskedIncidents.CLOSED:
            return f"NOT {_OPEN}", ()
    return "state = ?", (asked.value,)


def _read(sql: Dialect, where: str, *values: object) -> list[IncidentStatus]:
    """The incidents of which that holds, newest first; a table at a time, however many there are."""
    those = f"incident_id IN (SELECT id FROM incident WHERE {where})"
    members: defaultdict[int, list[MemberFacts]] = defaultdict(list)
    for number, facts in sql.rows(f"SELECT incident_id, facts FROM member WHERE {those}", *values):
        members[number].append(_facts.decode(facts))
    history: defaultdict[int, list[HistoryLine]] = defaultdict(list)
    for number, at, who, what, why, value in sql.rows(
        f"SELECT incident_id, at_us, who, what, why, happening FROM incident_event WHERE {those} ORDER BY id",
        *values,
    ):
        line = HistoryLine(from_us(at), who, HistoryKind(what), _happening.decode(value) if value else why)
        history[number].append(line)
    deploys = deploys_near(sql, [each for theirs in members.values() for each in theirs])
    return [
        IncidentStatus(
            number,
            name,
            environment,
            state,
            from_us(opened_us),
            from_us(closed_us) if closed_us is not None else None,
            sorted(members[number], key=worst_first),
            history[number],
            deploys_before(deploys, name, members[number]),
        )
        for number, name, environment, state, opened_us, closed_us in sql.rows(
            "SELECT id, model_name, environment, state, opened_at_us, closed_at_us FROM incident"
            f" WHERE id IN (SELECT id FROM incident WHERE {where}) ORDER BY id DESC",
            *values,
        )
    ]
