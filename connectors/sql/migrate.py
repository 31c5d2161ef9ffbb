"""A database in, the same database with our newest tables out (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from connectors.sql.database import writing

_LOCK = 7_265_311_942  # any number of ours: two agents starting together upgrade one after the other


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision. Does nothing where they are there already.

    Raises:
        UnavailableError: the database is out of reach.
    """
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        command.upgrade(config(connection), revision)


def config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
