"""Silences of the systems that alerts are sent to, as they were last read, and the pages that stand there."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import evaluating, reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.incidents.history import write_line
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.incidents.history import HistoryKind, HistoryLine, SilencedElsewhere
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.telling.silences_elsewhere import SilenceElsewhere
from monitor.incidents.ports import silences_elsewhere as ports
from monitor.incidents.ports.silences_elsewhere import StandingPage

_OPEN = f"('{IncidentState.OPENED}', '{IncidentState.ACKNOWLEDGED}')"
_labels = msgspec.json.Decoder(dict[str, str])
_matchers = msgspec.json.Decoder(list[str])
_told = msgspec.json.Decoder(SilencedElsewhere)


class SilencesElsewhere(ports.SilencesElsewhere):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def keep(self, sink: str, silences: Sequence[SilenceElsewhere]) -> None:
        if not silences and not any(each.sink == sink for each in self.all()):
            return
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            sql.run("DELETE FROM silence_elsewhere WHERE sink = ?", sink)
            sql.many(
                "INSERT INTO silence_elsewhere (sink, id, matchers, author, reason, begins_us, ends_us, read_us)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        sink,
                        each.id,
                        msgspec.json.encode(list(each.matchers)).decode(),
                        each.author,
                        each.reason,
                        to_us(each.begins),
                        to_us(each.ends),
                        to_us(each.read_at),
                    )
                    for each in silences
                ],
            )

    @override
    def all(self) -> list[SilenceElsewhere]:
        with reading(self._engine) as connection:
            return [
                SilenceElsewhere(
                    sink=sink,
                    id=number,
                    matchers=_matchers.decode(matchers),
                    author=author,
                    reason=reason,
                    begins=from_us(begins),
                    ends=from_us(ends),
                    read_at=from_us(read),
                )
                for sink, number, matchers, author, reason, begins, ends, read in Dialect(connection).rows(
                    "SELECT sink, id, matchers, author, reason, begins_us, ends_us, read_us FROM silence_elsewhere"
                    " ORDER BY sink, ends_us DESC, id"
                )
            ]

    @override
    def standing(self, sink: str) -> list[StandingPage]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            alerts: defaultdict[int, list[dict[str, str]]] = defaultdict(list)
            for incident, labels in sql.rows(
                "SELECT i.id, a.labels FROM incident i JOIN alert a ON a.dedup_key = i.dedup_key"
                f" WHERE i.state IN {_OPEN} AND a.sink = ? AND a.ended_us IS NULL ORDER BY i.id, a.alert",
                sink,
            ):
                alerts[incident].append(_labels.decode(labels))
            return [
                StandingPage(
                    incident, labels, _told_of(sql, incident), len(labels) >= _members(sql, incident)
                )
                for incident, labels in alerts.items()
            ]

    @override
    def note(self, incident: int, line: HistoryLine) -> None:
        with evaluating(self._engine) as connection:
            write_line(Dialect(connection), incident, line)


def _members(sql: Dialect, incident: int) -> int:
    """How many of its members people were told of, and are broken still."""
    (members,) = sql.row(
        "SELECT count(*) FROM member WHERE incident_id = ? AND recovered_at_us IS NULL AND told_us IS NOT NULL",
        incident,
    )
    return int(members)


def _told_of(sql: Dialect, incident: int) -> list[tuple[str, ...]]:
    rows = sql.rows(
        "SELECT what, happening FROM incident_event WHERE incident_id = ? AND what IN (?, ?, ?) ORDER BY id DESC",
        incident,
        HistoryKind.OPENED.value,
        HistoryKind.REOPENED.value,
        HistoryKind.ACKNOWLEDGED_ELSEWHERE.value,
    )
    told = []
    for what, happening in rows:
        if what != HistoryKind.ACKNOWLEDGED_ELSEWHERE.value:
            break  # what was known before it was opened last
        told.append(_told.decode(happening).silences)
    return told
