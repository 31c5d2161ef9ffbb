"""The server of `/metrics`, `/healthz` and `/readyz`, on this machine only unless configured otherwise."""

import json
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import Any, Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from connectors.web.health_answers import METRICS, HealthAnswers, Respond
from monitor.errors import ConfigError

CLIENTS_MAX = 32
DAWDLES_S = 10.0  # how long a client may say or take nothing


class HealthServer:
    """Answers while the block lasts.

    Raises:
        ConfigError: the port is taken, or the address is none of ours.
    """

    def __init__(self, host: str, port: int, answers: HealthAnswers) -> None:
        self._answers = answers
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
        if path == METRICS:
            return self._answers.metrics(environ, respond)
        if path not in self._answers.reasons:
            return _json(respond, "404 Not Found", {"paths": [METRICS, *self._answers.reasons]})
        healthy, body = self._answers.health(path)
        return _json(respond, "200 OK" if healthy else "503 Service Unavailable", body)


def _json(respond: Respond, status: str, content: object) -> list[bytes]:
    body = json.dumps(content).encode() + b"\n"
    respond(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


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
