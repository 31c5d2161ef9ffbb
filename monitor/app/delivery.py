"""Settings in, the configured sinks out, and what sends them the notifications that are due."""

import random
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from connectors.sinks.make import make_sink, pace_of, repeat_of, silencing_sinks
from monitor.app.clock import now, steady
from monitor.app.lanes import Lanes
from monitor.app.oncall_stores import OnCallStores
from monitor.deliver.deliver import Deliver
from monitor.deliver.ports import Outbox, SentAlerts, Sink
from monitor.domain.telling.example import example_notice
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.runbooks import linked
from monitor.domain.text.nearest import did_you_mean
from monitor.errors import ConfigError, DeliveryError, UnavailableError
from monitor.incidents.ports.silences_elsewhere import SilencingSink
from monitor.settings.settings import Settings
from reports.pages.page import page_of
from reports.runbooks import files

if TYPE_CHECKING:
    from connectors.sinks.http import Http


class Delivery:
    """The sinks, and a `Deliver` over them.

    Raises:
        ConfigError: a sink's address or secret can't be used.
    """

    def __init__(self, settings: Settings, outbox: Outbox, sent: SentAlerts) -> None:
        self._settings = settings
        self._http: Http | None = None
        self.sinks: Mapping[str, Sink] = {
            sink.name: make_sink(sink, self.http, sent) for sink in settings.sinks
        }
        self.silencing: Sequence[SilencingSink] = silencing_sinks(settings.sinks, self.http)
        self.deliver = Deliver(
            outbox,
            self.sinks,
            page_of,
            now,
            random.Random(),  # noqa: S311 - jitter is no secret
            steady=steady,
            addressed=self.addressed,
            paces={sink.name: pace for sink in settings.sinks if (pace := pace_of(sink))},
            repeats={sink.name: every for sink in settings.sinks if (every := repeat_of(sink))},
        )

        self.lanes = Lanes(self.deliver, self.sinks)

    def addressed(self, notice: Notice) -> Notice:
        """The notice with a runbook that opens: where the configuration has ours, else in the installed package."""
        return linked(notice, self._settings.runbooks_url or files.here())

    def http(self) -> "Http":
        """The one way out over HTTP, made for the first who needs it."""
        if self._http is None:
            from connectors.sinks.http import Http

            rules = self._settings.http
            self._http = Http(now, timeout_s=rules.timeout_seconds, allowed_hosts=rules.allowed_hosts)
        return self._http

    def close(self, within_s: float | None = None) -> None:
        """Let go of the network; what is being sent has so many seconds, or as long as a request may take."""
        self.lanes.close(self._settings.http.timeout_seconds if within_s is None else within_s)
        if self._http is not None:
            self._http.close()


def send_test_to(stores: OnCallStores, name: str) -> None:
    """Send a real message that says it is a test.

    Raises:
        ConfigError: there is no sink of that name, or one can't be used.
        UnavailableError: the sink did not take it.
    """
    with closing(Delivery(stores.settings, stores.outbox, stores.sent_alerts)) as delivery:
        if name not in delivery.sinks:
            known = ", ".join(delivery.sinks) or "none"
            meant = did_you_mean(name, delivery.sinks) or f"; configured: {known}"
            raise ConfigError([f"there is no sink called {name!r}{meant}"])
        notice = delivery.addressed(example_notice(now(), stores.settings.judge.false_pages_per_year))
        try:
            delivery.sinks[name].send(notice, page_of(notice))
        except DeliveryError as error:
            raise UnavailableError(f"{name} did not take the test: {error.reason}") from error
