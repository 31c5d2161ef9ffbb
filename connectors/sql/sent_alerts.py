"""The labels of alerts that were sent, as long as they stand and a day longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from monitor.deliver import ports
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.telling.alerts import SentAlert

KEPT = timedelta(days=1)  # an end is sent again for some minutes
_labels = msgspec.json.Decoder(dict[str, str])


class SentAlerts(ports.SentAlerts):
    """On SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def of(self, sink: str) -> list[SentAlert]:
        with reading(self._engine) as connection:
            return [
                SentAlert(
                    key,
                    about,
                    from_us(since),
                    _labels.decode(labels),
                    None if ended is None else from_us(ended),
                )
                for key, about, since, labels, ended in Dialect(connection).rows(
                    "SELECT dedup_key, alert, since_us, labels, ended_us FROM alert WHERE sink = ?"
                    " ORDER BY since_us, dedup_key, alert",
                    sink,
                )
            ]

    @override
    def begin(self, sink: str, alerts: Sequence[SentAlert]) -> None:
        if not alerts:
            return
        with writing(self._engine) as connection:
            Dialect(connection).many(
                "INSERT INTO alert (sink, dedup_key, alert, since_us, labels, ended_us) VALUES (?, ?, ?, ?, ?, NULL)"
                " ON CONFLICT (sink, dedup_key, alert, since_us) DO UPDATE SET ended_us = NULL",
                [
                    (
                        sink,
                        sent.dedup_key,
                        sent.about,
                        to_us(sent.since),
                        msgspec.json.encode(sent.labels).decode(),
                    )
                    for sent in alerts
                ],
            )

    @override
    def end(self, sink: str, alerts: Sequence[SentAlert], at: datetime) -> None:
        if not alerts:
            return
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            sql.many(
                "UPDATE alert SET ended_us = ? WHERE sink = ? AND dedup_key = ? AND alert = ? AND since_us = ?",
                [(to_us(at), sink, sent.dedup_key, sent.about, to_us(sent.since)) for sent in alerts],
            )
            sql.run("DELETE FROM alert WHERE sink = ? AND ended_us < ?", sink, to_us(at - KEPT))
