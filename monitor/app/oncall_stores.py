"""Settings in, an open database out, with the stores that a person on call needs: to see, to silence, to be told.

They import none of the arithmetic behind a cell, which takes longer to load than such a command to run.
"""

from sqlalchemy import Engine

from connectors.sql.address import public_address
from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from connectors.sql.outbox import Outbox
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.sinks import SinkRecords
from connectors.sql.sent_alerts import SentAlerts
from connectors.sql.silences import SilenceStore
from monitor.settings.settings import Settings


class OnCallStores:
    """What is kept of incidents, silences and notifications. Make it with `open_oncall_stores`."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine
        self.incidents = IncidentRecords(engine)
        self.outbox = Outbox(engine)
        self.sent_alerts = SentAlerts(engine)
        self.silences = SilenceStore(engine)
        self.sink_records = SinkRecords(engine)

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


def open_oncall_stores(settings: Settings) -> OnCallStores:
    """Open the configured database.

    Raises:
        ConfigError: its URL can't be used.
        UnavailableError: it is out of reach.
    """
    return OnCallStores(settings, open_engine_of(settings))
