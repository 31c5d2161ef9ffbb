"""The agent watched by others: rounds noted, health and metrics served, the heartbeat sent."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import structlog

from connectors.secrets import read_secret
from connectors.web.health_answers import HealthAnswers
from connectors.web.health_server import HealthServer
from monitor.app.delivery import Delivery
from monitor.app.health import Health
from monitor.app.metrics import Metrics, Snapshot
from monitor.app.stores import Stores
from monitor.domain.judging.service import retired
from monitor.errors import DeliveryError, LeaseHeldError
from monitor.review.in_use import cells_in_use
from monitor.review.ports.incidents import AskedIncidents

log = structlog.get_logger(__name__)


class Vitals:
    """What this process knows of its own work, and what the database knows of all."""

    def __init__(
        self,
        stores: Stores,
        delivery: Delivery,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings = stores.settings
        self._stores = stores
        self._delivery = delivery
        self._clock = clock
        self.health = Health({}, clock())
        self._snapshot = Snapshot()

    def snapshot(self) -> Snapshot:
        """What /metrics tells of; where the database is out of reach, what it last said."""
        try:
            status = self._stores.status
            self._snapshot = Snapshot(
                cells=cells_in_use(
                    status.cells(),
                    retired(status.services()),
                    self.settings.slices_of,
                ),
                events=status.event_counts(),
                labels_waiting=status.labels_waiting(),
                incidents_open=self._stores.incidents.count(AskedIncidents.OPEN),
                sinks=self._stores.sink_records.of([sink.name for sink in self.settings.sinks]),
                labelling=status.labelling(),
            )
        except Exception as err:  # noqa: BLE001 - a scrape is answered, whatever the database has
            log.warning("the database can't be read for /metrics", why=type(err).__name__)
            self._snapshot = msgspec.structs.replace(self._snapshot, reachable=False)
        return self._snapshot

    def watch(self, loops: Mapping[str, float]) -> Health:
        """Begin to note that these loops go round, each every so many seconds."""
        self.health = Health({name: timedelta(seconds=every) for name, every in loops.items()}, self._clock())
        return self.health

    def noted(self, name: str, work: Callable[[], object]) -> Callable[[], None]:
        """A loop's work, noting how each round went."""

        def run() -> None:
            try:
                work()
            except LeaseHeldError:
                self.health.round(name, self._clock())  # another agent does it
                raise
            except Exception as err:
                self.health.round(name, self._clock(), str(err) or type(err).__name__)
                raise
            self.health.round(name, self._clock())

        return run

    def not_ready(self) -> list[str]:
        """Why the agent does not do its work just now, and which sinks refuse theirs."""
        sinks = [f"sink {name}: {reason}" for name, reason in self._delivery.deliver.at_rest().items()]
        return [*self.health.not_ready(self._clock()), *sinks]

    def answers(self) -> HealthAnswers:
        """What /metrics, /healthz and /readyz answer."""
        registry = Metrics(self.snapshot, self.health).registry
        return HealthAnswers(
            registry, stuck=lambda: self.health.stuck(self._clock()), not_ready=self.not_ready
        )

    def serve(self) -> HealthServer | None:
        """A server of its own for them, where a port is configured that is not the watch room's.

        Raises:
            ConfigError: it can't listen there.
        """
        where = self.settings.metrics
        if where.port is None or self.settings.one_server:
            return None
        return HealthServer(where.host, where.port, self.answers())

    def heartbeat(self) -> None:
        """Tell the configured address that a whole cycle is done; not while anything is wrong."""
        beat = self.settings.heartbeat
        if (beat.url is None and beat.url_file is None) or self.health.not_ready(self._clock()):
            return
        url = (
            beat.url.get_secret_value()
            if beat.url
            else read_secret("heartbeat.url_file", beat.url_file or Path())
        )
        try:
            self._delivery.http().post_json(url, b"{}")
        except DeliveryError as err:
            log.warning("heartbeat not taken", reason=err.reason)
