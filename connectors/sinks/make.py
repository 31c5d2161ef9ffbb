"""A sink's settings in, a sink that can send out."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from connectors.secrets import read_secret
from connectors.sinks.punctual import PunctualSink
from monitor.deliver.ports import SentAlerts, Sink
from monitor.domain.telling.pace import Pace
from monitor.settings.sinks import (
    AlertmanagerSettings,
    AppriseSettings,
    EmailSettings,
    PagerDutySettings,
    SinkSettings,
    SlackSettings,
    TerminalSettings,
    WebhookSettings,
)

if TYPE_CHECKING:
    from connectors.sinks.http import Http
    from monitor.incidents.ports.silences_elsewhere import SilencingSink


def make_sink(settings: SinkSettings, http: Callable[[], "Http"], sent: SentAlerts) -> Sink:
    """A sink as configured, which is through with a message, or gives it up, within its deadline.

    Only its own kind is loaded, and `http` is called by those that speak HTTP. `sent` is what sinks that know alerts
    by their labels were sent.

    Raises:
        ConfigError: its address or secret is unusable.
    """
    return PunctualSink(_of_kind(settings, http, sent))


def _of_kind(settings: SinkSettings, http: Callable[[], "Http"], sent: SentAlerts) -> Sink:
    name = settings.name
    match settings:
        case TerminalSettings():
            from connectors.sinks.terminal import TerminalSink

            return TerminalSink(name)
        case SlackSettings():
            from connectors.sinks.slack import SlackSink

            return SlackSink(
                name, _secret(name, settings.url, settings.url_file), http(), buttons=settings.buttons
            )
        case PagerDutySettings():
            from connectors.sinks.pagerduty import PagerDutySink

            key = _secret(name, settings.routing_key, settings.routing_key_file)
            return PagerDutySink(name, key, http(), url=settings.url)
        case AlertmanagerSettings():
            from connectors.sinks.alertmanager import AlertmanagerSink

            return AlertmanagerSink(
                name,
                [url.get_secret_value() for url in settings.urls],
                http(),
                sent,
                labels=settings.labels,
                hold=timedelta(hours=settings.hold_hours),
            )
        case EmailSettings():
            return _mail(settings)
        case AppriseSettings():
            from connectors.sinks.apprise import AppriseSink

            return AppriseSink(name, [url.get_secret_value() for url in settings.urls])
        case _:
            from connectors.sinks.webhook import WebhookSink

            secrets = [secret.get_secret_value() for secret in settings.secrets]
            if settings.secret_file:
                secrets.append(_secret(name, None, settings.secret_file))
            url = _secret(name, settings.url, settings.url_file)
            return WebhookSink(name, url, http(), secrets=secrets)


def silencing_sinks(sinks: Iterable[SinkSettings], http: Callable[[], "Http"]) -> "list[SilencingSink]":
    """Those that have silences of their own, which are read at their own addresses."""
    made: list[SilencingSink] = []
    for each in sinks:
        if isinstance(each, AlertmanagerSettings):
            from connectors.sinks.alertmanager_silences import AlertmanagerSilences

            made.append(AlertmanagerSilences(each.name, addresses(each), http()))
    return made


def addresses(settings: SinkSettings) -> list[str]:
    """The HTTP addresses that a sink is sent to; they may be secrets.

    Raises:
        ConfigError: a file that holds one cannot be read.
    """
    match settings:
        case SlackSettings() | WebhookSettings():
            return [_secret(settings.name, settings.url, settings.url_file)]
        case AlertmanagerSettings():
            return [url.get_secret_value() for url in settings.urls]
        case PagerDutySettings():
            return [settings.url]
        case _:
            return []


def pace_of(settings: SinkSettings) -> Pace | None:
    """How fast it may be sent to; None where there is no limit."""
    return Pace(settings.per_minute, settings.burst) if settings.per_minute is not None else None


def repeat_of(settings: SinkSettings) -> timedelta | None:
    """How often it wants to hear again of what stands; None where it does not."""
    return timedelta(seconds=settings.repeat_seconds) if isinstance(settings, AlertmanagerSettings) else None


def _mail(settings: EmailSettings) -> Sink:
    from connectors.sinks.email import EmailSink

    secret = settings.password is not None or settings.password_file is not None
    return EmailSink(
        settings.name,
        settings.host,
        settings.port,
        sender=settings.sender,
        to=settings.to,
        security=settings.security,
        username=settings.username,
        password=_secret(settings.name, settings.password, settings.password_file) if secret else None,
        cafile=settings.cafile,
    )


def _secret(sink: str, value: SecretStr | None, file: Path | None) -> str:
    if value is not None:
        return value.get_secret_value()
    return read_secret(f"sinks.{sink}", file or Path())
