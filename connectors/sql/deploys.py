"""Deploys: written by people and pipelines, read beside incidents."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.incidents.deploys import Deploy, deploys_before, span_before
from monitor.domain.telling.members import MemberFacts
from monitor.incidents.ports import deploys as ports


class DeployStore(ports.DeployStore):
    """The `DeployStore` port on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def add(self, text: str, author: str, at: datetime, model: str, version: str) -> Deploy:
        with writing(self._engine) as connection:
            made = Dialect(connection).row(
                "INSERT INTO deploy (at_us, model, version, author, text) VALUES (?, ?, ?, ?, ?) RETURNING id",
                to_us(at),
                model,
                version,
                author,
                text,
            )[0]
        return Deploy(id=made, at=at, text=text, author=author, model=model, version=version)

    @override
    def all(self) -> list[Deploy]:
        with reading(self._engine) as connection:
            return _read(Dialect(connection), "1 = 1 ORDER BY at_us DESC, id DESC")


def deploys_of(sql: Dialect, model_name: str, members: Sequence[MemberFacts]) -> list[Deploy]:
    """The deploys of a model that were soon before the onset of one of these falls."""
    return deploys_before(deploys_near(sql, members), model_name, members)


def deploys_near(sql: Dialect, members: Sequence[MemberFacts]) -> list[Deploy]:
    """The deploys of any model from soon before the first of these falls until the last of them."""
    span = span_before(members)
    return [] if span is None else _read(sql, "at_us BETWEEN ? AND ? ORDER BY at_us, id", *map(to_us, span))


def _read(sql: Dialect, where: str, *values: object) -> list[Deploy]:
    return [
        Deploy(id=number, at=from_us(at), text=text, author=author, model=model, version=version)
        for number, at, model, version, author, text in sql.rows(
            f"SELECT id, at_us, model, version, author, text FROM deploy WHERE {where}", *values
        )
    ]
