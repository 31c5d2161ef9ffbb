"""`/metrics`, `/healthz` and `/readyz` over HTTP, on this machine only unless configured otherwise."""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import Any, Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from monitor.errors import ConfigError

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
        self._metrics = make_wsgi_app(registry)
        self._reasons = {"/healthz": stuck, "/readyz": not_ready}
        try:
            self._server = make_server(host, port, self._answer, _Server, _Quiet)
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
            scraped: Iterable[bytes] = self._metrics(environ, respond)
            return scraped
        if path not in self._reasons:
            return _json(respond, "404 Not Found", {"paths": ["/metrics", *self._reasons]})
        reasons = list(self._reasons[path]())
        status = "503 Service Unavailable" if reasons else "200 OK"
        return _json(respond, status, {"ok": not reasons, "reasons": reasons})


def _json(respond: Respond, status: str, content: object) -> list[bytes]:
    body = json.dumps(content).encode() + b"\n"
    respond(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 - as wsgiref has it
        """A scrape every few seconds is not worth a line."""
