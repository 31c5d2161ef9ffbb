"""Where the watch room is, and who may enter it. The rules between these are in `monitor.settings.web_rules`."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from monitor.domain.access.visitor import RoomRole
from monitor.settings.section import Section
from monitor.settings.web_hooks import HooksSettings


class ProxySettings(Section):
    """A proxy before the watch room, at any of these addresses or networks: nobody else is believed.

    It says in `header` who somebody is, and in `groups_header` their groups, of which `groups` says what each may do;
    who is in none of them may do what `role` says. Without a header it asks nobody, and only brings people in.
    """

    addresses: tuple[str, ...] = Field(min_length=1)
    header: str = ""
    groups_header: str = ""
    groups: Mapping[str, RoomRole] = {}
    role: RoomRole = RoomRole.VIEWER


class WebSettings(Section):
    """Where the watch room is served by `run`, nowhere without a port; `serve` shows it in any case.

    `url` is how people reach it. It answers to the name in there, to `hosts`, and to those of this machine.
    """

    port: int | None = Field(None, ge=0, le=65535)
    host: str = Field("127.0.0.1", min_length=1)
    url: str = ""
    hosts: tuple[str, ...] = ()
    tokens_file: Path | None = None
    proxy: ProxySettings | None = None
    hooks: HooksSettings = HooksSettings()

    @property
    def asks_who(self) -> bool:
        """Whether nobody enters who has not said who they are."""
        return self.tokens_file is not None or (self.proxy is not None and bool(self.proxy.header))

    @property
    def names(self) -> frozenset[str]:
        """What it may be called by, as a browser writes it into `Host`, without a port."""
        named = {name_of_host(each) for each in self.hosts}
        if self.url:
            named.add(urlsplit(self.url).hostname or "")
        return frozenset(LOOPBACK | named | ({name_of_host(self.host)} - {"0.0.0.0", "::"}))  # noqa: S104


LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def name_of_host(host: str) -> str:
    """A host as a browser writes it: in small letters, an address of IPv6 without its brackets.

    >>> name_of_host("Watch.Example.org"), name_of_host("[::1]")
    ('watch.example.org', '::1')
    """
    return host.strip("[]").lower()


def is_loopback(host: str) -> bool:
    """Whether nothing but this machine reaches it.

    >>> is_loopback("localhost"), is_loopback("[::1]"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
