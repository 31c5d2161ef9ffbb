"""A sink's settings in, a sink that can send out. Gives every sink the words of `reports.page`."""

from pathlib import Path

from connectors.http import Http
from connectors.secret_file import read_secret
from connectors.slack import SlackSink
from connectors.terminal import TerminalSink
from connectors.webhook import WebhookSink
from monitor.ports import Sink
from monitor.settings import SinkSettings, SlackSettings, TerminalSettings, WebhookSettings
from reports import page


def make_sink(settings: SinkSettings, http: Http) -> Sink:
    """A sink as configured.

    Raises:
        ConfigError: its address or secret is unusable.
    """
    if isinstance(settings, TerminalSettings):
        return TerminalSink(settings.name, title=page.title, sections=page.sections, text=page.text)
    url = sink_url(settings)
    if isinstance(settings, SlackSettings):
        return SlackSink(settings.name, url, http, title=page.title, sections=page.sections)
    secrets = [secret.get_secret_value() for secret in settings.secrets]
    if settings.secret_file:
        secrets.append(_secret_in(settings.secret_file, settings.name))
    return WebhookSink(settings.name, url, http, secrets=secrets, title=page.title)


def sink_url(settings: SlackSettings | WebhookSettings) -> str:
    """A sink's address, given or in its file; it is a secret.

    Raises:
        ConfigError: the file cannot be read.
    """
    return settings.url.get_secret_value() if settings.url else _secret_in(settings.url_file, settings.name)


def _secret_in(file: Path | None, sink: str) -> str:
    return read_secret(f"sinks.{sink}", file or Path())
