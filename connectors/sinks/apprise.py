"""Everything else, through the optional package `apprise` (`pip install anchorwatch[apprise]`).

Apprise says only whether a service took a message, so a refusal is tried again like trouble. It can neither
resolve nor thread: keep it for chats, and page through a sink of its own.
"""

from collections.abc import Sequence
from typing import Any

from typing_extensions import override

from monitor.deliver.ports import Sink
from monitor.domain.telling.kinds import CLOSING, STANDING
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.errors import ConfigError, DeliveryError


class AppriseSink(Sink):
    """Sends the page as text to each of Apprise's URLs; they hold secrets."""

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        *,
        apprise: Any | None = None,  # noqa: ANN401 - the package has no types
    ) -> None:
        self.name = name
        self._apprise = (apprise or _package(name)).Apprise()
        for number, url in enumerate(urls):
            if not self._apprise.add(url):
                raise ConfigError(
                    [f"sinks.{name}.urls[{number}]: apprise does not know this kind of address"]
                )

    @override
    def send(self, notice: Notice, page: Page) -> None:
        kind = "failure" if notice.kind in STANDING else "success" if notice.kind in CLOSING else "info"
        body = page.text.removeprefix(page.title).lstrip()
        if not self._apprise.notify(title=page.title, body=body, notify_type=kind):
            raise DeliveryError("one of the services did not take it, says apprise", retryable=True)


def _package(name: str) -> Any:  # noqa: ANN401
    try:
        import apprise
    except ImportError as err:
        raise ConfigError(
            [f"sinks.{name}: the package apprise is not installed; pip install 'anchorwatch[apprise]'"]
        ) from err
    return apprise
