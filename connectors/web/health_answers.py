"""What `/metrics`, `/healthz` and `/readyz` answer, whichever server they are asked of."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, make_wsgi_app

METRICS, STUCK, READY = "/metrics", "/healthz", "/readyz"
Respond = Callable[[str, list[tuple[str, str]]], Any]
Reasons = Callable[[], Sequence[str]]


class HealthAnswers:
    """The metrics of a registry, and why the agent is stuck or not ready: a sentence each, none where it is well."""

    def __init__(self, registry: CollectorRegistry, *, stuck: Reasons, not_ready: Reasons) -> None:
        self.metrics = _Shared(make_wsgi_app(registry))
        self.reasons: Mapping[str, Reasons] = {STUCK: stuck, READY: not_ready}

    def health(self, path: str) -> tuple[bool, dict[str, object]]:
        """Whether it is well, and what is answered at one of the paths of `reasons`."""
        reasons = list(self.reasons[path]())
        return not reasons, {"ok": not reasons, "reasons": reasons}


class _Shared:
    """Makes an answer once for all who wait for the same: what costs a reading of the database is worth no flood."""

    _ASKS = ("REQUEST_METHOD", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING")

    def __init__(self, app: Callable[[dict[str, Any], Respond], Iterable[bytes]]) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._last: tuple[tuple[str, ...], float] = ((), 0.0)  # what was asked for, and when its making began
        self._answer: tuple[str, list[tuple[str, str]], list[bytes]] = ("", [], [])

    def __call__(self, environ: dict[str, Any], respond: Respond) -> list[bytes]:
        """The answer, which was begun after it was asked for."""
        asked, came = tuple(environ.get(name, "") for name in self._ASKS), time.monotonic()
        with self._lock:
            if self._last[0] != asked or self._last[1] < came:
                begun = time.monotonic()
                head: list[Any] = []
                body = list(self._app(environ, lambda status, headers: head.extend((status, headers))))
                self._answer = (*head, body)
                self._last = asked, begun
            status, headers, body = self._answer
        respond(status, headers)
        return body
