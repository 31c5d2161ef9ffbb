"""Incidents and the outbox: written by the evaluator, sent by the deliverer, read by people."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Engine

from connectors.database import to_us, writing
from connectors.dialect import Dialect
from monitor.domain.cells import Cell
from monitor.domain.incidents import dedup_key
from monitor.domain.notices import MemberFacts, Notice
from monitor.ports import Due, OpenIncident

LEASE = timedelta(seconds=120)  # longer than any sink's timeout, so that nobody sends beside us
_encode = msgspec.json.encode
_facts = msgspec.json.Decoder(MemberFacts)
_notice = msgspec.json.Decoder(Notice)


class IncidentWriter:
    """The part of an evaluation's transaction that is about incidents."""

    def __init__(self, sql: Dialect) -> None:
        self._sql = sql

    def open_incident(self, model_name: str, environment: str) -> OpenIncident | None:
        """The incident that is open for a model in an environment."""
        row = self._sql.one(
            "SELECT id, dedup_key, times_opened FROM incident WHERE model_name = ?"
            " AND environment = ? AND closed_at_us IS NULL",
            model_name,
            environment,
        )
        if row is None:
            return None
        members = [
            (_facts.decode(facts), recovered)
            for facts, recovered in self._sql.rows(
                "SELECT facts, recovered_at_us FROM member WHERE incident_id = ?", row[0]
            )
        ]
        return OpenIncident(
            row[0],
            row[1],
            row[2],
            {facts.cell: facts for facts, _ in members},
            {facts.cell for facts, recovered in members if recovered is not None},
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
        return OpenIncident(made, key, 1, {}, set())

    def save_members(
        self, incident: int, facts: Iterable[MemberFacts], recovered: Iterable[Cell], at: datetime
    ) -> None:
        """Add members or renew their facts; mark who recovered or was withdrawn."""
        gone = set(recovered)
        self._sql.many(
            "INSERT INTO member (incident_id, model_version, intent, slice, joined_at_us, recovered_at_us,"
            " facts) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (incident_id, model_version, intent, slice)"
            " DO UPDATE SET recovered_at_us = excluded.recovered_at_us, facts = excluded.facts",
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

    def enqueue(self, notice: Notice, sinks: Sequence[str]) -> None:
        """Write the intent to send this to each sink."""
        self._sql.many(
            "INSERT INTO notification (id, incident_id, sink, kind, notice, state, attempts, created_us,"
            " next_attempt_us, last_error) VALUES (?, ?, ?, ?, ?, 'pending', 0, ?, 0, '')"
            " ON CONFLICT (id) DO NOTHING",
            [
                (
                    f"{notice.id}:{sink}",
                    notice.incident,
                    sink,
                    notice.kind.value,
                    _encode(notice).decode(),
                    to_us(notice.at),
                )
                for sink in sinks
            ],
        )


class Outbox:
    """The `monitor.ports.Outbox` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, now: datetime) -> Due | None:
        """Take the oldest that is due; one of an earlier time for the same incident and sink goes first."""
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            row = sql.one(
                "SELECT id, sink, notice, attempts FROM notification AS n"
                " WHERE state IN ('pending', 'sending') AND next_attempt_us <= ? AND NOT EXISTS"
                " (SELECT 1 FROM notification AS earlier WHERE earlier.incident_id = n.incident_id"
                "  AND earlier.sink = n.sink AND earlier.state IN ('pending', 'sending')"
                "  AND earlier.number < n.number)"
                " ORDER BY number LIMIT 1" + (" FOR UPDATE SKIP LOCKED" if sql.postgresql else ""),
                to_us(now),
            )
            if row is None:
                return None
            sql.run(
                "UPDATE notification SET state = 'sending', attempts = attempts + 1, next_attempt_us = ?"
                " WHERE id = ?",
                to_us(now + LEASE),
                row[0],
            )
            return Due(row[0], row[1], _notice.decode(row[2]), row[3] + 1)

    def sent(self, due: Due, now: datetime) -> None:
        """It arrived."""
        self._set(due, "sent", "", sent_us=to_us(now))

    def again(self, due: Due, at: datetime, error: str) -> None:
        """It did not arrive; try again then."""
        self._set(due, "pending", error, next_attempt_us=to_us(at))

    def failed(self, due: Due, error: str) -> None:
        """It never will."""
        self._set(due, "failed", error)

    def undelivered(self) -> int:
        """How many notifications wait to be sent."""
        with writing(self._engine) as connection:
            return int(
                Dialect(connection).one(
                    "SELECT count(*) FROM notification WHERE state IN ('pending', 'sending')"
                )[0]
            )

    def _set(self, due: Due, state: str, error: str, **columns: int) -> None:
        """Say what became of it, unless our time ran out and somebody else has it, or has sent it, by now."""
        extra = "".join(f", {name} = {int(value)}" for name, value in columns.items())
        ours = "" if state == "sent" else f" AND state = 'sending' AND attempts = {int(due.attempts)}"
        with writing(self._engine) as connection:
            Dialect(connection).run(
                f"UPDATE notification SET state = ?, last_error = ?{extra} WHERE id = ?{ours}",
                state,
                error,
                due.id,
            )
