"""Settings in, an open database out, with a store for each thing that is kept in it.

Commands that look something up need no more than this; `monitor.app.wiring` builds the whole agent on it.
"""

from sqlalchemy import Engine

from connectors.sql.address import public_address
from connectors.sql.anchors import AnchorStore
from connectors.sql.database import open_engine
from connectors.sql.migrate import not_up_to_date, upgrade
from connectors.sql.outbox import Outbox
from connectors.sql.review.audits import AuditStore
from connectors.sql.review.status import StatusStore
from connectors.sql.sent_alerts import SentAlerts
from connectors.sql.silences import SilenceStore
from monitor.settings.settings import Settings


class Stores:
    """What is kept in an open database. Make it with `open_stores`."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine
        self.anchors = AnchorStore(engine)
        self.audits = AuditStore(engine)
        self.outbox = Outbox(engine)
        self.sent_alerts = SentAlerts(engine)
        self.silences = SilenceStore(engine)
        self.status = StatusStore(engine)

    @property
    def address(self) -> str:
        """The database's URL; a password in it is starred out."""
        return public_address(self.engine.url)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_engine_of(settings: Settings) -> Engine:
    """The configured database, its tables brought up to date.

    Raises:
        ConfigError: its URL can't be used.
        UnavailableError: it is out of reach.
    """
    engine = open_engine(settings.database.url.get_secret_value())
    upgrade(engine)
    return engine


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


def open_stores(settings: Settings) -> Stores:
    """Open the configured database.

    Raises:
        ConfigError: its URL can't be used.
        UnavailableError: it is out of reach.
    """
    return Stores(settings, open_engine_of(settings))
