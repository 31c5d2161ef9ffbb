"""A notice goes to a sink with its page, as `Deliver` sends it; and the way over HTTP to servers on this machine."""

import ssl
from functools import cache

import httpx

from monitor.deliver.ports import Sink
from monitor.domain.telling.notices import Notice
from reports.pages.page import page_of


def send(sink: Sink, notice: Notice) -> None:
    """Make the page, and send both."""
    sink.send(notice, page_of(notice))


def client() -> httpx.Client:
    """Goes through no proxy. The authorities it trusts are the usual ones, and are read once."""
    return httpx.Client(trust_env=False, verify=_authorities())


@cache
def _authorities() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
