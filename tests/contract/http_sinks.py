"""Sinks that speak HTTP, one of each kind, and the secrets in their settings."""

from collections.abc import Callable

from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.http import Http
from connectors.sinks.pagerduty import PagerDutySink
from connectors.sinks.slack import SlackSink
from connectors.sinks.webhook import WebhookSink
from monitor.deliver.ports import Sink
from tests.fakes.sent_alerts import FakeSentAlerts
from tests.notices import AT
from tests.sending import client

PATH = "/services/T0001/B0002/s3cr3tT0ken"
QUERY = "?token=qu3rys3cret"
SECRETS = ("s3cr3tT0ken", "qu3rys3cret", "T0001", "B0002", "signing-key-of-24-bytes-or-more")
Build = Callable[[str], Sink]


def slack(url: str) -> Sink:
    return SlackSink("oncall", url, http())


def webhook(url: str) -> Sink:
    return WebhookSink("oncall", url, http(), secrets=[SECRETS[-1]])


def alertmanager(url: str) -> Sink:
    return AlertmanagerSink("oncall", [url], http(), FakeSentAlerts())


def pagerduty(url: str) -> Sink:
    return PagerDutySink("oncall", SECRETS[-1], http(), url=url)


def http() -> Http:
    return Http(lambda: AT, timeout_s=0.3, client=client())
