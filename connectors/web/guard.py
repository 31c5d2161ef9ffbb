"""What every request to the watch room must pass, and what every answer says to the browser.

Nothing that another site makes a browser send may get in: the Host must be ours (DNS rebinding), and what changes
anything must come from a page of ours. Then the doorkeeper says who it is, and who only looks changes nothing.
"""

from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from connectors.web.api.door import HOOKS, LABELS, body_max, unfit
from connectors.web.api.problems import is_for_programs
from connectors.web.health_answers import METRICS
from connectors.web.refusals import refusal
from connectors.web.who import LOGIN, LOGOUT, Doorkeeper
from monitor.domain.access.visitor import ANYBODY, Visitor

log = structlog.get_logger(__name__)
HEADERS_MAX = 16 * 1024
SAFE = ("GET", "HEAD")
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
    """Lets a request through, or answers why not.

    Of the paths `for_probes` anybody may ask whether the agent is well. They and the metrics are asked for by machines
    that know an address and no name; where people are asked who they are, no other site can make use of that, since a
    browser sends it neither a token nor a cookie of ours.
    """

    def __init__(self, doorkeeper: Doorkeeper, for_probes: Collection[str] = ()) -> None:
        self._doorkeeper = doorkeeper
        self._for_probes = for_probes
        self._by_address = (*for_probes, METRICS) if doorkeeper.web.asks_who else ()
        self._names = doorkeeper.web.names
        self._url = urlsplit(doorkeeper.web.url)

    async def __call__(self, request: Request, answer: Answer) -> Response:
        """The answer, with what a browser must know of it."""
        request.state.visitor = ANYBODY
        request.state.secure = self._url.scheme == "https"
        refused = self._out_of_place(request) or await self._not_for_them(request)
        response = refused if refused is not None else await self._answer(request, answer)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    async def _answer(self, request: Request, answer: Answer) -> Response:
        """The answer; a defect of ours is logged, and says nothing of itself to a stranger."""
        try:
            return await answer(request)
        except ClientDisconnect:  # no defect: they left before they had sent everything
            return Response(status_code=400)
        except Exception:
            log.exception("a page could not be made", path=request.scope["path"])
            return refusal(request, "defect", "a defect of Anchorwatch; its log says which")

    def _out_of_place(self, request: Request) -> Response | None:
        """Why nobody at all may send this."""
        by_address = request.scope["path"] in self._by_address
        if not by_address and host_of(request.headers.get("host", "")) not in self._names:
            return refusal(request, "misdirected", "this is not the name of the watch room")
        head = [request.scope["raw_path"], request.scope["query_string"]]
        if sum(map(len, [*head, *(part for pair in request.headers.raw for part in pair)])) > HEADERS_MAX:
            return refusal(request, "headers_too_long", f"the headers are more than {HEADERS_MAX:,} bytes")
        if request.method in SAFE:
            return None
        length = request.headers.get("content-length", "0")  # without it nothing follows (RFC 9112, 6.3)
        unknown = not length.isdecimal() or "transfer-encoding" in request.headers
        most = body_max(request.scope["path"])
        if unknown or int(length) > most:
            return refusal(request, "too_long", f"say how long it is, and no more than {most:,} bytes")
        if not self._from_us(request):
            return refusal(request, "from_elsewhere", "this was not sent by a page of the watch room")
        return None

    async def _not_for_them(self, request: Request) -> Response | None:
        """Why this person may not have it, or do it; who it is stands in the request's state afterwards."""
        path = request.scope["path"]
        if path.startswith(HOOKS):
            return None  # whoever is heard there signs what they send
        if self._doorkeeper.takes_tokens and (path == LOGIN or path.startswith("/static/")):
            return None
        # For answers that last, whether who was let in may still be here; and for those that anybody gets.
        request.state.is_inside = lambda: isinstance(self._doorkeeper.visitor(request), Visitor)
        if path in self._for_probes:
            return None
        visitor = self._doorkeeper.visitor(request)
        if visitor is None:
            return await self._doorkeeper.to_the_login(request)
        if not isinstance(visitor, Visitor):
            return visitor
        request.state.visitor = visitor
        if path == LOGOUT:
            return None
        if words := _not_allowed(visitor, writes=request.method not in SAFE, to=path):
            return self._doorkeeper.refused(request, "not_allowed", words)
        if request.method in SAFE:
            return None
        return unfit(request) if is_for_programs(request) else None

    def _from_us(self, request: Request) -> bool:
        """Whether the browser says that it is from the same origin; each of them says one of the two."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = request.headers.get("origin")
        if origin is None:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if not parts.netloc:  # `null`, of a page that is nobody's
            return False
        return parts.netloc == request.headers.get("host") or parts[:2] == self._url[:2]


def _not_allowed(visitor: Visitor, *, writes: bool, to: str) -> str:
    """Why this visitor's role is not enough; empty where it is."""
    if writes and to == LABELS:
        return "" if visitor.may_label else f"{visitor.name} may look, and record no labels"
    if not visitor.may_look:
        return f"{visitor.name} may record labels at {LABELS}, and do nothing else"
    if writes and not visitor.may_act:
        return f"{visitor.name} may look, and do nothing: that needs the role of a responder"
    return ""


def host_of(named: str) -> str:
    """The name in a Host header, without its port; empty where it is none.

    >>> host_of("localhost:8700"), host_of("[::1]:8700"), host_of("::1")
    ('localhost', '::1', '')
    """
    try:
        return urlsplit(f"//{named}").hostname or ""
    except ValueError:
        return ""
