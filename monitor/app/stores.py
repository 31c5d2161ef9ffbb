"""Settings in, an open database out, with a store for each thing that is kept in it.

Commands that look something up need no more than this; `monitor.app.wiring` builds the whole agent on it.
"""

from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from connectors.sql.outbox import Outbox
from connectors.sql.review.audits import AuditStore
from connectors.sql.review.status import StatusStore
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
        self.silences = SilenceStore(engine)
        self.status = StatusStore(engine)

    @property
    def address(self) -> str:
        """The database's URL; a password in it is starred out."""
        return self.engine.url.render_as_string(hide_password=True)

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


def open_stores(settings: Settings) -> Stores:
    """Open the configured database.

    Raises:
        ConfigError: its URL can't be used.
        UnavailableError: it is out of reach.
    """
    return Stores(settings, open_engine_of(settings))
