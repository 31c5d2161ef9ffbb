"""A deadline for a whole exchange over the network: a timeout bounds one read, and a trickle never times out."""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Self


class Cutoff:
    """Cuts the connections it is given, when the time is up that the block may take; `passed` says that it is."""

    def __init__(self, within_s: float) -> None:
        self.passed = False
        self._connections: list[socket.socket] = []
        self._lock = Lock()
        self._timer = Timer(within_s, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def watch(self, connection: socket.socket) -> None:
        """Cut it too. What is made of it, such as TLS, goes with it."""
        with self._lock:
            self._connections.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)  # whoever reads or writes there wakes


def watched_by(cutoff: Cutoff) -> Callable[[str, Mapping[str, Any]], None]:
    """Httpx tells of each step of a request; this one has the connection."""

    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            cutoff.watch(info["return_value"].get_extra_info("socket"))

    return trace
