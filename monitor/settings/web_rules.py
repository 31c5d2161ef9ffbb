"""The rules between the settings of the watch room: who can reach it must be known by name."""

import re
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from monitor.settings.web import ProxySettings, WebSettings, is_loopback, name_of_host
from monitor.settings.web_hooks import hook_problems

_HEADER = re.compile(r"[A-Za-z0-9-]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+")
# What a header of these names says is no name of a person.
_TAKEN = {"host", "cookie", "authorization", "origin", "connection", "content-length", "transfer-encoding"}


def web_problems(web: WebSettings) -> list[str]:
    """Every broken rule as "key: what is wrong; what to do"."""
    problems = [*_url_problems(web), *_host_problems(web), *hook_problems(web.hooks)]
    if web.proxy is not None:
        problems += _proxy_problems(web.proxy, web)
    return problems


def _host_problems(web: WebSettings) -> list[str]:
    problems = []
    if not is_loopback(web.host):
        if not web.asks_who:
            problems.append(
                f"web.host: {web.host} can be reached from elsewhere, and the watch room would ask nobody who they are;"
                " set web.tokens_file or web.proxy, or listen on 127.0.0.1"
            )
        if name_of_host(web.host) in ("0.0.0.0", "::") and not web.url and not web.hosts:  # noqa: S104
            problems.append(
                "web.hosts: the watch room answers only to its own names, which every address has none of; set web.url,"
                " or name the hosts here"
            )
    problems += [
        f"web.hosts: {host!r} is no name of a host; write it without a scheme, a port or a pattern"
        for host in web.hosts
        if not _is_host(host)
    ]
    return problems


def _url_problems(web: WebSettings) -> list[str]:
    """What is wrong with it, never repeating it: it may hold what it must not."""
    if not web.url:
        return []
    try:
        parts = urlsplit(web.url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return ["web.url: is malformed; write https://HOST"]
    if parts.scheme not in ("http", "https") or not host:
        return ["web.url: must be the address at which people reach the watch room; write https://HOST"]
    if parts.username is not None or parts.password is not None:
        return ["web.url: must not hold a user or a password; leave them out"]
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return [
            "web.url: the watch room is at the top of its host; write https://HOST with nothing behind it"
        ]
    return []


def _proxy_problems(proxy: ProxySettings, web: WebSettings) -> list[str]:
    problems = [
        f"web.proxy.addresses: {address!r} is {wrong}"
        for address in proxy.addresses
        if (wrong := _wrong_with(address)) is not None
    ]
    if not problems and is_loopback(web.host) and not any(map(_is_of_this_machine, proxy.addresses)):
        problems.append(
            f"web.proxy.addresses: at web.host {web.host} only a proxy on this machine gets in; add 127.0.0.1, or set"
            " web.host"
        )
    problems += [
        f"web.proxy.{key}: {name!r} is no header that could say it; write one such as X-Forwarded-User"
        for key, name in (("header", proxy.header), ("groups_header", proxy.groups_header))
        if name and (not _HEADER.fullmatch(name) or name.lower() in _TAKEN)
    ]
    if not proxy.header and web.tokens_file is None:
        problems.append(
            "web.proxy.header: without one nobody says who somebody is; name it, or set web.tokens_file"
        )
    if proxy.groups_header and not proxy.header:
        problems.append("web.proxy.groups_header: has no effect without header; set that too")
    if bool(proxy.groups_header) != bool(proxy.groups):
        problems.append("web.proxy.groups: groups_header and groups need each other; set both or none")
    return problems


def _is_host(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return _HOST.fullmatch(host) is not None
    return True


def _wrong_with(address: str) -> str | None:
    try:
        network = ip_network(address)
    except ValueError:
        return "no address or network; write one such as 127.0.0.1 or 10.1.2.0/24"
    return "everybody's; name the proxy's own" if network.prefixlen == 0 else None


def _is_of_this_machine(address: str) -> bool:
    return ip_network(address).is_loopback
