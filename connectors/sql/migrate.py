"""A database in, the same database with our newest tables out (Alembic)."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from connectors.sql.address import public_address
from connectors.sql.database import reading, writing
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 7_265_311_942  # any number of ours: two agents starting together upgrade one after the other
MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest revision, those of a new database, too. Mostly this is one read.

    Raises:
        ConfigError: the tables are those of a newer version, or of another program.
        UnavailableError: the database is out of reach.
    """
    _upgrade_from(engine, _revision(engine))


def upgrade_existing(engine: Engine) -> None:
    """The same for a database that must be there with tables of ours; nothing is made where it is not.

    Raises:
        ConfigError: it is not there; or the tables are those of a newer version, or of another program.
        UnavailableError: the database is out of reach.
    """
    if problem := _missing(engine):
        raise ConfigError([f"database.url: {problem}"])
    revision = _revision(engine)
    if revision is None:
        raise ConfigError([f"database.url: {_without_tables(engine)}"])
    _upgrade_from(engine, revision)


def _upgrade_from(engine: Engine, revision: str | None) -> None:
    if revision == newest():
        return
    if revision is not None and revision not in _known():
        raise ConfigError([f"database.url: {_unknown(engine, revision)}"])
    from alembic import command  # with SQLModel a third of a second, for new and for older databases only

    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        command.upgrade(config(connection), "head")


def not_up_to_date(engine: Engine) -> str | None:
    """Why a database cannot be used as it is, which `anchorwatch run` mends; None where it can. Nothing is changed.

    Raises:
        ConfigError: the tables are those of a newer version, or of another program.
        UnavailableError: the database is out of reach.
    """
    if problem := _missing(engine):
        return problem
    revision = _revision(engine)
    if revision is None:
        return _without_tables(engine)
    if revision not in _known():
        raise ConfigError([f"database.url: {_unknown(engine, revision)}"])
    if revision != newest():
        return f"{public_address(engine.url)} is of an older version; `anchorwatch run` brings it up to date"
    return None


def _missing(engine: Engine) -> str | None:
    """Why an SQLite file is none; to connect to it would make it, or write into it."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or (file or "").startswith("file:"):
        return None
    if not file or not Path(file).is_file():
        return (
            f"there is no database {public_address(engine.url)} yet; `anchorwatch run` makes it, or name another"
            " with --config or ANCHORWATCH_DATABASE__URL"
        )
    return None if Path(file).stat().st_size else _without_tables(engine)


def _without_tables(engine: Engine) -> str:
    return f"{public_address(engine.url)} has no tables of ours yet; `anchorwatch run` makes them"


def newest() -> str:
    """The revision that this code needs: the one of the highest number, after which no other may come."""
    return max(_known())


def _known() -> set[str]:
    """Every revision there was. Each migration's file begins with its revision's number."""
    return {file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def _unknown(engine: Engine, revision: str) -> str:
    return (
        f"{public_address(engine.url)} is of a newer version of Anchorwatch, or of another program"
        f" (revision {revision}); install that version, or name another database"
    )


def _revision(engine: Engine) -> str | None:
    """The revision that the tables are at; None where there are none yet."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def config(connection: Connection) -> "Config":
    """Alembic's configuration for an open connection."""
    from alembic.config import Config

    made = Config(stdout=sys.stdout)  # Alembic's default is what it was when Alembic was imported
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
