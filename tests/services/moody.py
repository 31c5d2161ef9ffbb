"""Servers for HTTP and SMTP with a list of moods: the next mood decides how they answer each request."""

import asyncio
import socket
import socketserver
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

THROTTLES, FAILS, SILENT, RESETS, SLOW, REFUSES, GONE, TAKES = (
    "throttles",
    "fails",
    "silent",
    "resets",
    "slow",
    "refuses",
    "gone",
    "takes",
)
TROUBLE = (THROTTLES, FAILS, SILENT, RESETS, SLOW)
REFUSAL = (REFUSES, GONE)
RETRY_AFTER_S = 7
PATIENCE_S = 0.3  # how long the sinks under test wait
STATUS = {THROTTLES: 429, FAILS: 500, REFUSES: 400, GONE: 410}
SMTP_SAYS = {THROTTLES: "451 later", FAILS: "421 closing", REFUSES: "552 too big", GONE: "550 nobody"}


class Peer(NamedTuple):
    """A server: its port, the moods to come (takes, where there is none), and each message that it has read.

    It has read a message too where its answer never got through; of those the sender can't know.
    """

    port: int
    moods: deque[str]
    read: list[bytes]


class _Talk(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        sizes = [line for line in head.lower().splitlines() if line.startswith(b"content-length:")]
        size = int(sizes[0].split(b":")[1])
        body = self.rfile.read(size)
        if len(body) < size:
            return  # the sender died in mid-message
        peer = self.server.peer
        mood = peer.moods.popleft() if peer.moods else TAKES
        if mood in (TAKES, RESETS, SLOW, SILENT):
            peer.read.append(head + body)
        if mood in STATUS:
            self.wfile.write(
                f"HTTP/1.1 {STATUS[mood]} no\r\nRetry-After: {RETRY_AFTER_S}\r\nContent-Length: 0\r\n\r\n".encode()
            )
        elif mood == TAKES:
            self.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        elif mood == RESETS:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\no")
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif mood == SLOW:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\no")
            self.server.over.wait(5 * PATIENCE_S)
        else:
            self.server.over.wait(5 * PATIENCE_S)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.peer = Peer(self.server_address[1], deque(), [])
        self.over = threading.Event()

    def handle_error(self, _request: object, _client: object) -> None:
        """A sender that hangs up is no news."""


@contextmanager
def http_peer() -> Iterator[Peer]:
    """An HTTP server with moods."""
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.peer
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Mailbox:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mood = self._peer.moods.popleft() if self._peer.moods else TAKES
        if mood in (TAKES, RESETS, SLOW, SILENT) and isinstance(envelope.content, bytes):
            self._peer.read.append(envelope.content)
        if mood in (SLOW, SILENT):
            await asyncio.sleep(2 * PATIENCE_S)
        if mood == RESETS and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return SMTP_SAYS.get(mood, "250 taken")


@contextmanager
def smtp_peer() -> Iterator[Peer]:
    """An SMTP server with moods."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        peer = Peer(free.getsockname()[1], deque(), [])
    controller = Controller(_Mailbox(peer), hostname="127.0.0.1", port=peer.port)
    controller.start()
    try:
        yield peer
    finally:
        controller.stop()
