"""Databases to evaluate on, in SQLite and PostgreSQL: how to create, copy and measure them."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from tests.services.postgresql import PostgreSQL


class Databases(Protocol):
    """Where databases come from, and what a copy and a size cost there."""

    def new(self) -> str:
        """The URL of a new, empty database."""
        ...

    def copy(self, url: str) -> str:
        """The URL of a copy; nobody may be connected."""
        ...

    def drop(self, url: str) -> None:
        """Delete it."""
        ...

    def mib(self, url: str) -> float:
        """Its size in MiB."""
        ...


class SQLite:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self) -> str:
        """The URL of a new, empty database."""
        return f"sqlite:///{self._folder / uuid.uuid4().hex}.db"

    def copy(self, url: str) -> str:
        """The URL of a copy."""
        copied = self.new()
        shutil.copy(_file(url), _file(copied))
        return copied

    def drop(self, url: str) -> None:
        """Delete it."""
        for end in ("", "-wal", "-shm"):
            Path(f"{_file(url)}{end}").unlink(missing_ok=True)

    def mib(self, url: str) -> float:
        """Its size in MiB."""
        return _file(url).stat().st_size / 2**20


class Server:
    """The databases of a PostgreSQL server."""

    def __init__(self, postgresql: PostgreSQL) -> None:
        self._postgresql = postgresql
        self.new = postgresql.new_database

    def copy(self, url: str) -> str:
        """The URL of a copy."""
        name = f"copy_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {_name(url)}")
        return url.removesuffix(_name(url)) + name

    def drop(self, url: str) -> None:
        """Delete it."""
        self._run(f"DROP DATABASE {_name(url)}")

    def mib(self, url: str) -> float:
        """Its size in MiB."""
        with psycopg.connect(self._postgresql.url) as connection:
            row = connection.execute("SELECT pg_database_size(%s)", [_name(url)]).fetchone()
        assert row is not None
        return float(row[0]) / 2**20

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._postgresql.url, autocommit=True) as connection:
            connection.execute(statement.encode())


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _name(url: str) -> str:
    return url.rpartition("/")[2]


@contextmanager
def _databases(postgresql: bool, folder: Path) -> Iterator[Databases]:
    if postgresql:
        with PostgreSQL() as server:
            yield Server(server)
    else:
        yield SQLite(folder)
