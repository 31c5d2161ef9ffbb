"""Incidents and what is to be told of them: written by the evaluator, sent by the deliverer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import datetime

import msgspec
from typing_extensions import override

from connectors.sql.counters import begin_counter
from connectors.sql.drawn import drawn
from connectors.sql.evaluate.outcomes import CellOutcomes
from connectors.sql.incidents.oncall import OnCallTransaction
from monitor.domain.events.microseconds import DAY_US, HOUR_US, from_us, to_us
from monitor.domain.events.types import Model
from monitor.domain.incidents.history import OURS, IncidentBefore
from monitor.domain.incidents.incidents import dedup_key
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.incidents.ports import transaction as ports
from monitor.incidents.ports.oncall import OpenIncident
from monitor.incidents.ports.transaction import PredictionsSince

_encode = msgspec.json.encode
_KNOWN = "sink known since "  # before its name, as such a time is called among the counters


class IncidentTransaction(CellOutcomes, OnCallTransaction, ports.IncidentTransaction):
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
    def predictions_since(self, model: Model, since: datetime) -> PredictionsSince:
        predictions, labelled = self._sql.row(
            "SELECT sum(predictions), sum(labelled) FROM traffic WHERE model_id = ? AND hour >= ?",
            self._model_ids[model],
            to_us(since) // HOUR_US,
        )
        return PredictionsSince(int(predictions or 0), int(labelled or 0))

    @override
    def drawn_since(self, model: Model, since: datetime, seq: int) -> Mapping[float | None, int]:
        return drawn(self._sql, self._model_ids[model], since, seq)

    @override
    def noted_early(self, model: Model, intent: str, onset: datetime) -> datetime | None:
        row = self._sql.row(
            "SELECT min(told_us) FROM early_note WHERE model_id = ? AND intent = ? AND told_us IS NOT NULL"
            " AND (ended_day IS NULL OR ended_day >= ?)",
            self._model_ids[model],
            intent,
            to_us(onset) // DAY_US,
        )
        return from_us(row[0]) if row and row[0] is not None else None

    @override
    def open_incident(self, model_name: str, environment: str) -> OpenIncident | None:
        return self._read(
            "model_name = ? AND environment = ? AND closed_at_us IS NULL", model_name, environment
        )

    @override
    def known_sinks(self) -> Set[str]:
        return {
            name.removeprefix(_KNOWN)
            for (name,) in self._sql.rows("SELECT name FROM counter WHERE name LIKE ? || '%'", _KNOWN)
        }

    @override
    def keep_sinks(self, names: Iterable[str], at: datetime) -> None:
        for name in names:
            begin_counter(self._sql, _KNOWN + name, to_us(at))

    @override
    def open_incidents(self) -> Sequence[OpenIncident]:
        opened = self._sql.rows("SELECT id FROM incident WHERE closed_at_us IS NULL ORDER BY id")
        return [incident for (number,) in opened if (incident := self._read("id = ?", number)) is not None]

    @override
    def lately_closed(self, model_name: str, environment: str, since: datetime) -> OpenIncident | None:
        return self._read(
            "id = (SELECT max(id) FROM incident WHERE model_name = ? AND environment = ?) AND closed_at_us >= ?",
            model_name,
            environment,
            to_us(since),
        )

    @override
    def ended_before(self, model_name: str, environment: str, cells: Iterable[Cell]) -> IncidentBefore | None:
        broke = {(cell.intent, cell.slice_text) for cell in cells}
        for number, closed_us, intent, slice_text in self._sql.rows(
            "SELECT i.id, i.closed_at_us, m.intent, m.slice FROM incident i JOIN member m ON m.incident_id = i.id"
            " WHERE i.model_name = ? AND i.environment = ? AND i.state = 'resolved' ORDER BY i.id DESC",
            model_name,
            environment,
        ):
            if (intent, slice_text) in broke:
                row = self._sql.row(
                    "SELECT who FROM incident_event WHERE incident_id = ? AND what = 'resolved' ORDER BY id DESC"
                    " LIMIT 1",
                    number,
                )
                return IncidentBefore(number, row[0] if row else OURS, from_us(closed_us))
        return None

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
    def close_incident(self, incident: int, state: str, at: datetime) -> None:
        self._sql.run(
            "UPDATE incident SET state = ?, closed_at_us = ? WHERE id = ?", str(state), to_us(at), incident
        )
