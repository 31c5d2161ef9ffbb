"""A client of the watch room for `benchmarks.web`: one connection that stays, each answer read whole, on the clock."""

import http.client
import re
import time
from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit

PATIENCE_S = 120.0
_OF_HTML = re.compile(r'<(?:link rel="(?:icon|stylesheet)" href|script[^>]* src|img[^>]* src)="([^"]+)"')
_OF_FILES = re.compile(r'(?:@import\s+|url\(|\bfrom\s+|\bimport\()["\']?(/[^"\')\s]+)')
_MENU = re.compile(r'<nav aria-label="pages">(.*?)</nav>', re.DOTALL)
_LINK = re.compile(r'href="([^"]+)"')


class Answer(NamedTuple):
    """Its bytes, and the seconds from the request to the last of them; and whether it will load `again` by itself."""

    body: bytes
    seconds: float
    again: bool = False


class Client:
    """Talks to the server at this address."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=PATIENCE_S)

    def get(self, path: str) -> Answer:
        """What is answered, which must be 200."""
        began = time.perf_counter()
        try:
            self._connection.request("GET", path)
            response = self._connection.getresponse()
        except (
            http.client.HTTPException,
            OSError,
        ):  # the server ends a connection that was idle for too long
            self._connection.close()
            began = time.perf_counter()
            self._connection.request("GET", path)
            response = self._connection.getresponse()
        body = response.read()
        took = time.perf_counter() - began
        assert response.status == 200, (
            path,
            response.status,
            body.partition(b"<main")[2][:1_000] or body[:300],
        )
        return Answer(body, took, response.getheader("Refresh") is not None)

    def menu(self) -> list[str]:
        """The pages of the menu."""
        found = _MENU.search(self.get("/").body.decode())
        assert found, "there is no menu"
        return _LINK.findall(found[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._connection.close()


def round_trips(client: Client, page: str) -> int:
    """How many answers a browser must wait for one after the other: the page, what it names, what that names."""
    seen, now, trips = set[str](), _named(client, page, _OF_HTML), 1
    while now - seen:
        trips += 1
        seen |= now
        now = {each for path in now for each in _named(client, path, _OF_FILES)}
    return trips


def tell_of(client: Client) -> Mapping[str, object]:
    """What the pages need beside their HTML."""
    files = {path: len(client.get(path).body) for path in sorted(_named(client, "/", _OF_HTML))}
    return {"files beside the HTML of /": len(files), "their kB": round(sum(files.values()) / 1000, 1)}


def _named(client: Client, path: str, within: re.Pattern[str]) -> set[str]:
    return set(within.findall(client.get(path).body.decode()))
