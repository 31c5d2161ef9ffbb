"""Two receivers of pages: one takes every message, and one accepts every connection and never says a word."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_c29ha2VkLXRob3JvdWdobHktZm9yLWEtd2Vlaw=="
HEARS, HANGS = "hears", "hangs"


class _Takes(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((self.headers["webhook-id"], body["type"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Takes)
        self.heard: list[tuple[str, str]] = []


class Listeners:
    """Both of them, from here until `close`."""

    def __init__(self) -> None:
        self._server = _Server()
        self._deaf = socket.create_server(("127.0.0.1", 0), backlog=128)  # the system accepts for it
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def heard(self) -> list[tuple[str, str]]:
        """The id and the kind of each message that was taken, in their order."""
        return self._server.heard

    def sinks(self) -> list[dict[str, Any]]:
        """The configuration of both, the deaf one first."""
        ports = {HANGS: self._deaf.getsockname()[1], HEARS: self._server.server_port}
        return [
            {"kind": "webhook", "name": name, "url": f"http://127.0.0.1:{port}/", "secrets": [SECRET]}
            for name, port in ports.items()
        ]

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._deaf.close()
