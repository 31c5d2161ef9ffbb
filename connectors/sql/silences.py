"""Silences: written and ended by people, read by the evaluator."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.telling.silences import Silence
from monitor.errors import ConfigError
from monitor.incidents.ports import silences as ports

HOLDING_MAX = 1_000  # each evaluation holds every cell that is broken against all of them
_encode = msgspec.json.encode
_matchers = msgspec.json.Decoder(dict[str, str])


class SilenceStore(ports.SilenceStore):
    """The `SilenceStore` port on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def add(
        self, matchers: Mapping[str, str], author: str, reason: str, begins: datetime, ends: datetime
    ) -> Silence:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            (holding,) = sql.row("SELECT count(*) FROM silence WHERE ends_us > ?", to_us(begins))
            if holding >= HOLDING_MAX:
                raise ConfigError(
                    [
                        f"{holding:,} silences hold already, and no more can: end some with `anchorwatch silence"
                        " expire`, or match more with one"
                    ]
                )
            made = sql.row(
                "INSERT INTO silence (matchers, author, reason, begins_us, ends_us) VALUES (?, ?, ?, ?, ?)"
                " RETURNING id",
                _encode(matchers).decode(),
                author,
                reason,
                to_us(begins),
                to_us(ends),
            )[0]
        return Silence(id=made, matchers=matchers, author=author, reason=reason, begins=begins, ends=ends)

    @override
    def all(self) -> list[Silence]:
        with reading(self._engine) as connection:
            return _read(Dialect(connection), "1 = 1 ORDER BY id DESC")

    @override
    def expire(self, number: int, at: datetime) -> Silence | None:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            ended = _read(sql, "id = ? AND ends_us > ?", number, to_us(at))
            sql.run(
                "UPDATE silence SET ends_us = ? WHERE id = ? AND ends_us > ?", to_us(at), number, to_us(at)
            )
            return ended[0] if ended else None


def read_silences(sql: Dialect, now: datetime) -> list[Silence]:
    """The silences that have not ended."""
    return _read(sql, "ends_us > ? ORDER BY id", to_us(now))


def _read(sql: Dialect, where: str, *values: object) -> list[Silence]:
    return [
        Silence(
            id=number,
            matchers=_matchers.decode(matchers),
            author=author,
            reason=reason,
            begins=from_us(begins),
            ends=from_us(ends),
        )
        for number, matchers, author, reason, begins, ends in sql.rows(
            f"SELECT id, matchers, author, reason, begins_us, ends_us FROM silence WHERE {where}", *values
        )
    ]
