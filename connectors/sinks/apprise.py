"""Everything else, through the optional package `apprise` (`pip install anchorwatch[apprise]`).

Apprise says only whether a service took a message, so a refusal is tried again like trouble. It can neither
resolve nor thread: keep it for chats, and page through a sink of its own.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from typing_extensions import override

from connectors.sinks.at_once import at_once
from connectors.sinks.literal import literal
from monitor.deliver.ports import Sink
from monitor.domain.telling.kinds import CLOSING, STANDING
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.errors import ConfigError, DeliveryError


class AppriseSink(Sink):
    """Sends the page as text to each of Apprise's URLs, to all at the same time; they hold secrets."""

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        *,
        apprise: Any | None = None,  # noqa: ANN401 - the package has no types
    ) -> None:
        self.name = name
        self._services = []
        package = apprise or _package(name)
        for number, url in enumerate(urls):
            service = package.Apprise(asset=_without_a_pool(package))
            if not service.add(url):
                raise ConfigError(
                    [f"sinks.{name}.urls[{number}]: apprise does not know this kind of address"]
                )
            self._services.append(service)

    @override
    def send(self, notice: Notice, page: Page) -> None:
        kind = "failure" if notice.kind in STANDING else "success" if notice.kind in CLOSING else "info"
        _title, _, body = page.text.partition("\n\n")
        message = {
            "title": literal(page.title),
            "body": literal(body),
            "notify_type": kind,
            "body_format": "text",
        }
        at_once([partial(_notify, service, message) for service in self._services])


def _without_a_pool(package: Any) -> Any:  # noqa: ANN401
    """With a timeout of its own Apprise sends through a few threads for all sinks, which keep a process from ending."""
    try:
        return package.AppriseAsset(service_timeout=0)
    except AttributeError:  # before 2.0, which had none
        return package.AppriseAsset()


def _notify(service: Any, message: Mapping[str, str]) -> None:  # noqa: ANN401
    if not service.notify(**message):
        raise DeliveryError("one of the services did not take it, says apprise", retryable=True)


def _package(name: str) -> Any:  # noqa: ANN401
    try:
        import apprise
    except ImportError as err:
        raise ConfigError(
            [f"sinks.{name}: the package apprise is not installed; pip install 'anchorwatch[apprise]'"]
        ) from err
    return apprise
