"""Settings in, an open database out, with the stores that a person on call needs: to see, to silence, to be told.

They import none of the arithmetic behind a cell, which takes longer to load than such a command to run.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from connectors.sql.address import public_address
from connectors.sql.database import open_engine
from connectors.sql.deploys import DeployStore
from connectors.sql.incidents.silences_elsewhere import SilencesElsewhere
from connectors.sql.migrate import not_up_to_date, upgrade, upgrade_existing
from connectors.sql.outbox import Outbox
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.missed_tickets import MissedTickets
from connectors.sql.review.names import NameRecords
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
        self.missed_tickets = MissedTickets(engine)
        self.outbox = Outbox(engine)
        self.sent_alerts = SentAlerts(engine)
        self.silences = SilenceStore(engine)
        self.silences_elsewhere = SilencesElsewhere(engine)
        self.deploys = DeployStore(engine)
        self.names = NameRecords(engine)
        self.sink_records = SinkRecords(engine)

    @property
    def address(self) -> str:
        """The database's URL; a password in it is starred out."""
        return public_address(self.engine.url)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_engine_of(settings: Settings, *, new_too: bool = True) -> Engine:
    """The configured database, its tables brought up to date; made where it is not there, with `new_too`.

    Raises:
        ConfigError: its URL can't be used, or it is not there.
        UnavailableError: it is out of reach.
    """
    engine = open_engine(settings.database.url.get_secret_value())
    (upgrade if new_too else upgrade_existing)(engine)
    return engine


def open_oncall_stores(settings: Settings, *, new_too: bool = False) -> OnCallStores:
    """Open the configured database, which must be there, or is made with `new_too`.

    Raises:
        ConfigError: its URL can't be used, or it is not there.
        UnavailableError: it is out of reach.
    """
    return OnCallStores(settings, open_engine_of(settings, new_too=new_too))


@contextmanager
def names_in(settings: Settings) -> Iterator[NameRecords | None]:
    """The names that the configured database knows, read from it as it is; None where there is none of today's tables.

    Raises:
        ConfigError: its URL can't be used, or it is of a newer version.
        UnavailableError: it is out of reach.
    """
    engine = open_engine(settings.database.url.get_secret_value(), read_only=True)
    try:
        yield None if not_up_to_date(engine) else NameRecords(engine)
    finally:
        engine.dispose()
