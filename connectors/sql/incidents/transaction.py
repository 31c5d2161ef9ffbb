"""Incidents and what is to be told of them: written by the evaluator, sent by the deliverer."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import msgspec
from typing_extensions import override

from connectors.sql.evaluate.outcomes import CellOutcomes
from connectors.sql.incidents.history import write_line
from connectors.sql.notices import write_notice
from connectors.sql.silences import read_silences
from connectors.times import HOUR_US, to_us
from monitor.domain.events.types import Model
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.incidents.incidents import dedup_key
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.silences import Silence
from monitor.incidents import ports
from monitor.incidents.ports import OpenIncident

_encode = msgspec.json.encode
_facts = msgspec.json.Decoder(MemberFacts)


class IncidentTransaction(CellOutcomes, ports.IncidentTransaction):
    """The rows of incidents within an evaluation's transaction."""

    @override
    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with self._sql.savepoint():
            yield

    @override
    def goes_on(self, failure: Exception) -> bool:
        return self._sql.goes_on(failure)

    @override
    def labelled_share(self, model: Model, since: datetime) -> float:
        predictions, labelled = self._sql.row(
            "SELECT sum(predictions), sum(labelled) FROM traffic WHERE model_id = ? AND hour >= ?",
            self._model_ids[model],
            to_us(since) // HOUR_US,
        )
        return float(labelled) / float(predictions) if predictions else 1.0

    @override
    def open_incident(self, model_name: str, environment: str) -> OpenIncident | None:
        return self._read(
            "model_name = ? AND environment = ? AND closed_at_us IS NULL", model_name, environment
        )

    @override
    def incident(self, number: int) -> OpenIncident | None:
        return self._read("id = ?", number)

    @override
    def lately_closed(self, model_name: str, environment: str, since: datetime) -> OpenIncident | None:
        return self._read(
            "id = (SELECT max(id) FROM incident WHERE model_name = ? AND environment = ?) AND closed_at_us >= ?",
            model_name,
            environment,
            to_us(since),
        )

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

    @override
    def new_incident(self, model_name: str, environment: str, at: datetime) -> OpenIncident:
        number = self._sql.row(
            "SELECT count(*) + 1 FROM incident WHERE model_name = ? AND environment = ?",
            model_name,
            environment,
        )[0]
        key = dedup_key(model_name, environment, number)
        made = self._sql.row(
            "INSERT INTO incident (dedup_key, model_name, environment, state, opened_at_us,"
            " times_opened) VALUES (?, ?, ?, 'opened', ?, 1) RETURNING id",
            key,
            model_name,
            environment,
            to_us(at),
        )[0]
        return OpenIncident(made, model_name, environment, "opened", key, 1, {}, set(), set(), set())

    @override
    def reopen_incident(self, incident: int) -> None:
        self._sql.run(
            "UPDATE incident SET state = 'opened', closed_at_us = NULL, times_opened = times_opened + 1"
            " WHERE id = ?",
            incident,
        )
        self._sql.run("UPDATE member SET told_us = NULL WHERE incident_id = ?", incident)

    @override
    def save_members(
        self, incident: int, facts: Iterable[MemberFacts], recovered: Iterable[Cell], at: datetime
    ) -> None:
        gone = set(recovered)
        self._sql.many(
            "INSERT INTO member (incident_id, model_version, intent, slice, joined_at_us, recovered_at_us,"
            " facts) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (incident_id, model_version, intent, slice)"
            " DO UPDATE SET recovered_at_us = excluded.recovered_at_us, facts = excluded.facts,"
            " told_us = CASE WHEN excluded.recovered_at_us IS NULL THEN member.told_us END",
            [
                (
                    incident,
                    f.cell.model.version,
                    f.cell.intent,
                    f.cell.slice_text,
                    to_us(at),
                    to_us(at) if f.cell in gone else None,
                    _encode(f).decode(),
                )
                for f in facts
            ],
        )

    @override
    def mark_announced(self, incident: int, cells: Iterable[Cell], at: datetime) -> None:
        self._sql.many(
            "UPDATE member SET told_us = ? WHERE incident_id = ? AND model_version = ? AND intent = ?"
            " AND slice = ?",
            [(to_us(at), incident, cell.model.version, cell.intent, cell.slice_text) for cell in cells],
        )

    @override
    def set_state(self, incident: int, state: str) -> None:
        self._sql.run("UPDATE incident SET state = ? WHERE id = ?", str(state), incident)

    @override
    def close_incident(self, incident: int, state: str, at: datetime) -> None:
        self._sql.run(
            "UPDATE incident SET state = ?, closed_at_us = ? WHERE id = ?", str(state), to_us(at), incident
        )

    @override
    def note(self, incident: int, line: HistoryLine) -> None:
        write_line(self._sql, incident, line)

    @override
    def silences(self, now: datetime) -> list[Silence]:
        return read_silences(self._sql, now)

    @override
    def enqueue(self, notice: Notice, sinks: Sequence[str], not_before: datetime | None = None) -> None:
        write_notice(self._sql, notice, sinks, not_before)
