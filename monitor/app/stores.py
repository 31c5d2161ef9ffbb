"""Settings in, an open database out, with a store for each thing that is kept in it.

Commands that look something up need no more than this; `monitor.app.wiring` builds the whole agent on it.
"""

from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.database import open_engine
from connectors.sql.migrate import not_up_to_date
from connectors.sql.review.audits import AuditStore
from connectors.sql.review.dead_letters import DeadLetterRecords
from connectors.sql.review.early import EarlyRecords
from connectors.sql.review.status import StatusStore
from monitor.app.oncall_stores import OnCallStores, open_engine_of
from monitor.settings.settings import Settings


class Stores(OnCallStores):
    """What is kept in an open database. Make it with `open_stores`."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        super().__init__(settings, engine)
        self.anchors = AnchorStore(engine)
        self.audits = AuditStore(engine)
        self.early = EarlyRecords(engine)
        self.status = StatusStore(engine, settings.labels.out_of_scope)
        self.dead_letters = DeadLetterRecords(engine)


def look_into(settings: Settings) -> Stores | str:
    """The configured database as it is, or why it cannot be looked into yet. Nothing is made or brought up to date.

    Raises:
        ConfigError: its URL can't be used, or it is of a newer version.
        UnavailableError: it is out of reach.
    """
    engine = open_engine(settings.database.url.get_secret_value(), read_only=True)
    if problem := not_up_to_date(engine):
        engine.dispose()
        return problem
    return Stores(settings, engine)


def open_stores(settings: Settings, *, new_too: bool = False) -> Stores:
    """Open the configured database, which must be there, or is made with `new_too`.

    Raises:
        ConfigError: its URL can't be used, or it is not there.
        UnavailableError: it is out of reach.
    """
    return Stores(settings, open_engine_of(settings, new_too=new_too))
