"""What every request to the watch room must pass, and what every answer says to the browser.

The room is for people who can reach its port: it asks for no name. So nothing that another site makes a browser send
may get in: the Host must be ours (DNS rebinding), and what changes anything must come from a page of ours.
"""

from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

BODY_MAX = 64 * 1024
SAFE = ("GET", "HEAD")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
Answer = Callable[[Request], Awaitable[Response]]


class Guard:
    """Lets a request through, or answers why not. `hosts` are the names that the room may be called by."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = frozenset(hosts)

    async def __call__(self, request: Request, answer: Answer) -> Response:
        """The answer, with what a browser must know of it."""
        refused = self._refused(request)
        response = refused if refused is not None else await answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def _refused(self, request: Request) -> Response | None:
        host = host_of(request.headers.get("host", ""))
        if host not in self._hosts:
            return PlainTextResponse("this is not the name of the watch room\n", 421)
        if request.method in SAFE:
            return None
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > BODY_MAX:
            return PlainTextResponse(f"say how long it is, and no more than {BODY_MAX:,} bytes\n", 413)
        if not _from_us(request):
            return PlainTextResponse("this was not sent by a page of the watch room\n", 403)
        return None


def host_of(named: str) -> str:
    """The name in a Host header, without its port; empty where it is none.

    >>> host_of("localhost:8700"), host_of("[::1]:8700"), host_of("::1")
    ('localhost', '::1', '')
    """
    try:
        return urlsplit(f"//{named}").hostname or ""
    except ValueError:
        return ""


def _from_us(request: Request) -> bool:
    """Whether the browser says that it is from the same origin; each of them says one of the two."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
