"""Whom a request comes from, as far as the network knows: the address, and what a trusted proxy says of it."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request

from monitor.domain.access.visitor import RoomRole, Visitor
from monitor.domain.text.plain import plain
from monitor.settings.web import ProxySettings

NAME_MAX = 200


class Peers:
    """Tells the proxy from everybody else."""

    def __init__(self, proxy: ProxySettings | None) -> None:
        self._proxy = proxy
        self._networks = [ip_network(each) for each in proxy.addresses] if proxy is not None else []

    def forged(self, request: Request) -> str:
        """The header that somebody else than the proxy set, or anybody twice; empty where nobody did."""
        if self._proxy is None:
            return ""
        for header in filter(None, (self._proxy.header, self._proxy.groups_header)):
            given = len(request.headers.getlist(header))
            if given and (given > 1 or not self._is_proxy(request)):
                return header
        return ""

    def named(self, request: Request) -> Visitor | None:
        """Whom the proxy says it is; None where it says nobody, or it is not the proxy."""
        if self._proxy is None or not self._proxy.header or not self._is_proxy(request):
            return None
        name = plain(_text(request.headers.get(self._proxy.header, "")))[:NAME_MAX]
        groups = (
            _text(request.headers.get(self._proxy.groups_header, "")) if self._proxy.groups_header else ""
        )
        return Visitor(name, _role(groups, self._proxy.groups, self._proxy.role)) if name else None

    def address(self, request: Request) -> str:
        """Where somebody is: before the proxy, which adds it to what it was told, at the end."""
        last = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return last if last and self._is_proxy(request) else str(_peer(request) or "")

    def _is_proxy(self, request: Request) -> bool:
        peer = _peer(request)
        return peer is not None and any(peer in network for network in self._networks)


def _role(groups: str, roles: Mapping[str, RoomRole], otherwise: RoomRole) -> RoomRole:
    """The most that any of somebody's groups may do."""
    theirs = {roles[group] for each in groups.split("|") for group in _trimmed(each) if group in roles}
    return max(theirs, key=list(RoomRole).index, default=otherwise)


def _trimmed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]


def _peer(request: Request) -> IPv4Address | IPv6Address | None:
    """The address at the other end of the connection; one of IPv4 as such, also where we listen on `::`."""
    try:
        address = ip_address(request.client.host if request.client is not None else "")
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _text(header: str) -> str:
    """A header as a proxy means it, which is UTF-8 where it is no ASCII."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header
