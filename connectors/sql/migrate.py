"""A database in, the same database with our newest tables out (Alembic)."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from connectors.sql.database import reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 7_265_311_942  # any number of ours: two agents starting together upgrade one after the other
MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest revision. Where they are there already, this is one read.

    Raises:
        UnavailableError: the database is out of reach.
    """
    if _revision(engine) == newest():
        return
    from alembic import command  # with SQLModel a third of a second, for new and for older databases only

    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        command.upgrade(config(connection), "head")


def newest() -> str:
    """The revision that this code needs. Each migration's file begins with its revision's number."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _revision(engine: Engine) -> str | None:
    """The revision that the tables are at; None where there are none yet."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def config(connection: Connection) -> "Config":
    """Alembic's configuration for an open connection."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
