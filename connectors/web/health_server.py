"""`/metrics`, `/healthz` and `/readyz` over HTTP, on this machine only unless configured otherwise."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import Any, Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from monitor.errors import ConfigError

CLIENTS_MAX = 32
DAWDLES_S = 10.0  # how long a client may say or take nothing
Respond = Callable[[str, list[tuple[str, str]]], Any]
Reasons = Callable[[], Sequence[str]]


class HealthServer:
    """Answers while the block lasts. A reason is a sentence; without any the answer is 200, else 503.

    Raises:
        ConfigError: the port is taken, or the address is none of ours.
    """

    def __init__(
        self, host: str, port: int, registry: CollectorRegistry, *, stuck: Reasons, not_ready: Reasons
    ) -> None:
        self._metrics = _Shared(make_wsgi_app(registry))
        self._reasons = {"/healthz": stuck, "/readyz": not_ready}
        try:
            bare = host.strip("[]")
            kind = _ServerV6 if ":" in bare else _Server
            self._server = make_server(bare, port, self._answer, kind, _Quiet)
        except OSError as err:
            raise ConfigError(
                [f"metrics.port: can't listen on {host}:{port}: {err.strerror or err}"]
            ) from err
        self.port = self._server.server_port

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return self._metrics(environ, respond)
        if path not in self._reasons:
            return _json(respond, "404 Not Found", {"paths": ["/metrics", *self._reasons]})
        reasons = list(self._reasons[path]())
        status = "503 Service Unavailable" if reasons else "200 OK"
        return _json(respond, status, {"ok": not reasons, "reasons": reasons})


def _json(respond: Respond, status: str, content: object) -> list[bytes]:
    body = json.dumps(content).encode() + b"\n"
    respond(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


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


class _Server(ThreadingMixIn, WSGIServer):
    """Serves at most `CLIENTS_MAX` at once: one more ends the oldest, so that who dawdles keeps nobody out."""

    daemon_threads = True
    request_queue_size = CLIENTS_MAX

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - as wsgiref has it
        self._clients: dict[socket.socket, None] = {}
        self._lock = threading.Lock()
        super().__init__(*given)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver has it
        """Take one in, in a thread of its own."""
        with self._lock:
            if len(self._clients) >= CLIENTS_MAX:
                oldest = next(iter(self._clients))
                del self._clients[oldest]
                with suppress(OSError):
                    oldest.shutdown(socket.SHUT_RDWR)  # its thread wakes, and closes it
            self._clients[request] = None
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as socketserver has it
        """It is answered, or gone."""
        with self._lock:
            self._clients.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left or dawdled is worth no line, let alone a traceback."""


class _ServerV6(_Server):
    address_family = socket.AF_INET6

    def server_bind(self) -> None:
        """Listen; on `::` for IPv4 too, as people mean it."""
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


class _Quiet(WSGIRequestHandler):
    timeout = DAWDLES_S

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 - as wsgiref has it
        """A scrape every few seconds is not worth a line."""
