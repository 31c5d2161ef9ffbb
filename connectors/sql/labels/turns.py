"""Those who read which labels are held, and write by that, one after the other."""

from sqlalchemy import Engine

from connectors.sql.database import writing
from connectors.sql.dialect import Dialect

_LOCK = 0x6C61_626C  # any number that no other lock has


def wait_for_turn(engine: Engine) -> None:
    """Call it first in an atomic transaction: until that ends, all others wait here, and then see what it wrote.

    SQLite has one writer anyway.
    """
    with writing(engine) as connection:
        sql = Dialect(connection)
        if sql.postgresql:
            sql.row("SELECT pg_advisory_xact_lock(?)", _LOCK)
