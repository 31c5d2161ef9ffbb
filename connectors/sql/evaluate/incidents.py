"""Incidents and what is to be told of them: written by the evaluator, sent by the deliverer."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from connectors.sql.dialect import Dialect
from connectors.sql.silences import read_silences
from connectors.times import to_us
from monitor.domain.incidents.incidents import dedup_key
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.notices import MemberFacts, Notice
from monitor.domain.telling.silences import Silence
from monitor.incidents.ports import OpenIncident

_encode = msgspec.json.encode
_facts = msgspec.json.Decoder(MemberFacts)


class IncidentWriter:
    """The part of an evaluation's transaction that is about incidents."""

    def __init__(self, sql: Dialect) -> None:
        self._sql = sql

    def open_incident(self, model_name: str, environment: str) -> OpenIncident | None:
        """The incident that is open for a model in an environment."""
        return self._found(
            "model_name = ? AND environment = ? AND closed_at_us IS NULL", model_name, environment
        )

    def incident(self, number: int) -> OpenIncident | None:
        """An incident by its number, open or not."""
        return self._found("id = ?", number)

    def lately_closed(self, model_name: str, environment: str, since: datetime) -> OpenIncident | None:
        """The last incident of a model in an environment, if it was closed then or later."""
        return self._found(
            "id = (SELECT max(id) FROM incident WHERE model_name = ? AND environment = ?) AND closed_at_us >= ?",
            model_name,
            environment,
            to_us(since),
        )

    def _found(self, where: str, *values: object) -> OpenIncident | None:
        row = self._sql.one(
            f"SELECT id, model_name, environment, state, dedup_key, times_opened FROM incident WHERE {where}",
            *values,
        )
        if row is None:
            return None
        members = [
            (_facts.decode(facts), recovered, told)
            for facts, recovered, told in self._sql.rows(
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
            {facts.cell for facts, _, told in members if told is not None},
            {name for (name,) in sinks},
        )

    def new_incident(self, model_name: str, environment: str, at: datetime) -> OpenIncident:
        """Open one, with the next opening number."""
        number = self._sql.one(
            "SELECT count(*) + 1 FROM incident WHERE model_name = ? AND environment = ?",
            model_name,
            environment,
        )[0]
        key = dedup_key(model_name, environment, number)
        made = self._sql.one(
            "INSERT INTO incident (dedup_key, model_name, environment, state, opened_at_us,"
            " times_opened) VALUES (?, ?, ?, 'opened', ?, 1) RETURNING id",
            key,
            model_name,
            environment,
            to_us(at),
        )[0]
        return OpenIncident(made, model_name, environment, "opened", key, 1, {}, set(), set(), set())

    def reopen_incident(self, incident: int) -> None:
        """It is open once more; nobody was told of any member yet."""
        self._sql.run(
            "UPDATE incident SET state = 'opened', closed_at_us = NULL, times_opened = times_opened + 1"
            " WHERE id = ?",
            incident,
        )
        self._sql.run("UPDATE member SET told_us = NULL WHERE incident_id = ?", incident)

    def save_members(
        self, incident: int, facts: Iterable[MemberFacts], recovered: Iterable[Cell], at: datetime
    ) -> None:
        """Add members or renew their facts; mark who recovered or was withdrawn."""
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
                    f.cell.slice,
                    to_us(at),
                    to_us(at) if f.cell in gone else None,
                    _encode(f).decode(),
                )
                for f in facts
            ],
        )

    def mark_told(self, incident: int, cells: Iterable[Cell], at: datetime) -> None:
        """People are told of these members."""
        self._sql.many(
            "UPDATE member SET told_us = ? WHERE incident_id = ? AND model_version = ? AND intent = ?"
            " AND slice = ?",
            [(to_us(at), incident, cell.model.version, cell.intent, cell.slice) for cell in cells],
        )

    def set_state(self, incident: int, state: str) -> None:
        """It stays open, in another state."""
        self._sql.run("UPDATE incident SET state = ? WHERE id = ?", str(state), incident)

    def close_incident(self, incident: int, state: str, at: datetime) -> None:
        """The incident is over."""
        self._sql.run(
            "UPDATE incident SET state = ?, closed_at_us = ? WHERE id = ?", str(state), to_us(at), incident
        )

    def note(self, incident: int, at: datetime, who: str, what: str, why: str) -> None:
        """One more line of its history."""
        self._sql.run(
            "INSERT INTO incident_event (incident_id, at_us, who, what, why) VALUES (?, ?, ?, ?, ?)",
            incident,
            to_us(at),
            who,
            str(what),
            why,
        )

    def silences(self, now: datetime) -> list[Silence]:
        """The silences that have not ended."""
        return read_silences(self._sql, now)

    def enqueue(self, notice: Notice, sinks: Sequence[str], not_before: datetime | None = None) -> None:
        """Write the intent to send this to each sink."""
        write_notice(self._sql, notice, sinks, not_before)


def write_notice(
    sql: Dialect, notice: Notice, sinks: Sequence[str], not_before: datetime | None = None
) -> None:
    """Add a notice for each sink; one that is there already stays as it is."""
    sql.many(
        "INSERT INTO notification (id, incident_id, sink, kind, notice, state, attempts, created_us,"
        " next_attempt_us, last_error) VALUES (?, ?, ?, ?, ?, 'pending', 0, ?, ?, '')"
        " ON CONFLICT (id) DO NOTHING",
        [
            (
                f"{notice.id}:{sink}",
                notice.incident,
                sink,
                notice.kind.value,
                _encode(notice).decode(),
                to_us(notice.at),
                to_us(not_before) if not_before else 0,
            )
            for sink in sinks
        ],
    )
