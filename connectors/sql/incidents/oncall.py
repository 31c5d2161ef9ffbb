"""Incidents, and what is to be told of them, where a person speaks: no cell is read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import evaluating
from connectors.sql.deploys import deploys_of
from connectors.sql.dialect import Dialect
from connectors.sql.incidents.history import write_line
from connectors.sql.notices import write_notice
from connectors.sql.silences import read_silences
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Model
from monitor.domain.incidents.deploys import Deploy
from monitor.domain.incidents.history import HistoryKind, HistoryLine
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.silences import Silence
from monitor.incidents.ports import oncall as ports
from monitor.incidents.ports.oncall import OpenIncident

_facts = msgspec.json.Decoder(MemberFacts)


class OnCallStore(ports.OnCallStore):
    """On SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    @contextmanager
    def evaluation(self) -> Iterator["OnCallTransaction"]:
        with evaluating(self._engine) as connection:
            yield OnCallTransaction(Dialect(connection))


class OnCallTransaction(ports.OnCallTransaction):
    """The rows of incidents, silences and notifications within a transaction."""

    def __init__(self, sql: Dialect) -> None:
        self._sql = sql

    @override
    def incident(self, number: int) -> OpenIncident | None:
        return self._read("id = ?", number)

    @override
    def set_state(self, incident: int, state: str) -> None:
        self._sql.run("UPDATE incident SET state = ? WHERE id = ?", str(state), incident)

    @override
    def note(self, incident: int, line: HistoryLine) -> None:
        write_line(self._sql, incident, line)

    @override
    def acknowledgement(self, number: int) -> HistoryLine | None:
        row = self._sql.row(
            "SELECT at_us, who, why FROM incident_event WHERE incident_id = ? AND what = ? ORDER BY id DESC LIMIT 1",
            number,
            HistoryKind.ACKNOWLEDGED.value,
        )
        return HistoryLine(from_us(row[0]), row[1], HistoryKind.ACKNOWLEDGED, row[2]) if row else None

    @override
    def silences(self, now: datetime) -> list[Silence]:
        return read_silences(self._sql, now)

    @override
    def deploys(self, model_name: str, members: Sequence[MemberFacts]) -> list[Deploy]:
        return deploys_of(self._sql, model_name, members)

    @override
    def mark_announced(self, incident: int, cells: Iterable[Cell], at: datetime) -> None:
        self._sql.many(
            "UPDATE member SET told_us = ? WHERE incident_id = ? AND model_version = ? AND intent = ?"
            " AND slice = ?",
            [(to_us(at), incident, cell.model.version, cell.intent, cell.slice_text) for cell in cells],
        )

    @override
    def enqueue(self, notice: Notice, sinks: Sequence[str], not_before: datetime | None = None) -> None:
        write_notice(self._sql, notice, sinks, not_before)

    @override
    def released(self, model: Model) -> datetime | None:
        row = self._sql.row(
            "SELECT first_prediction_us FROM model WHERE name = ? AND version = ? AND environment = ?",
            model.name,
            model.version,
            model.environment,
        )
        return from_us(row[0]) if row and row[0] is not None else None

    def _read(self, where: str, *values: object) -> OpenIncident | None:
        row = self._sql.row(
            f"SELECT id, model_name, environment, state, dedup_key, times_opened FROM incident WHERE {where}",
            *values,
        )
        if row is None:
            return None
        members = [
            (_facts.decode(facts), recovered, told_us)
            for facts, recovered, told_us in self._sql.rows(
                "SELECT facts, recovered_at_us, told_us FROM member WHERE incident_id = ?", row[0]
            )
        ]
        sinks = self._sql.rows("SELECT DISTINCT sink FROM notification WHERE incident_id = ?", row[0])
        return OpenIncident(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            {facts.cell: facts for facts, _, _ in members},
            {facts.cell for facts, recovered, _ in members if recovered is not None},
            {facts.cell for facts, _, told_us in members if told_us is not None},
            {name for (name,) in sinks},
        )
