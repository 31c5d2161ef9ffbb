"""The watch room's server: uvicorn, in the foreground or in a thread of its own."""

import socket
import threading
from types import TracebackType
from typing import Any, Self

import uvicorn

from connectors.web.guard import HEADERS_MAX
from connectors.web.patience import Patience, impatient
from monitor.errors import ConfigError
from monitor.settings.web import is_loopback

PATIENCE = Patience()
BACKLOG = 2_048


class RoomServer:
    """Listens from its making on; answers while the block lasts.

    Raises:
        ConfigError: the port is taken, the address is none of ours, or others reach it and nobody `asks_who` they are.
    """

    def __init__(
        self,
        app: Any,  # noqa: ANN401 - an ASGI application
        host: str,
        port: int,
        *,
        asks_who: bool = False,
        patience: Patience = PATIENCE,
    ) -> None:
        bare = host.strip("[]")
        if not asks_who and not is_loopback(host):
            raise ConfigError(
                [
                    f"web.host: {host} can be reached from elsewhere, and the watch room asks nobody who they are;"
                    " set web.tokens_file or web.proxy, or listen on 127.0.0.1"
                ]
            )
        family = socket.AF_INET6 if ":" in bare else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # `::` is every address
            self._socket.bind((bare, port))
            self._socket.listen(BACKLOG)
        except OSError as err:
            self._socket.close()
            raise ConfigError([f"web.port: can't listen on {host}:{port}: {err.strerror or err}"]) from err
        self.port: int = self._socket.getsockname()[1]
        self.address = f"http://{host if ':' not in bare else f'[{bare}]'}:{self.port}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                ws="none",
                http=impatient(patience),
                backlog=BACKLOG,
                limit_concurrency=patience.clients,
                h11_max_incomplete_event_size=HEADERS_MAX,
                timeout_keep_alive=patience.idle_s,
                timeout_graceful_shutdown=2,
            )
        )
        self._thread = threading.Thread(target=self.run, daemon=True, name="watch room")

    def run(self) -> None:
        """Answer until told to stop."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Let the answers that are being made be sent, and end."""
        self._server.should_exit = True

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
        self._thread.join(timeout=5)
        self._socket.close()
