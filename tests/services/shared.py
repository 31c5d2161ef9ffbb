"""The services that a whole test run shares: each is started when the first test asks for it, and once.

With pytest-xdist every worker is a process of its own, so the controller runs the services. A worker asks it
over a socket; it answers where the service is, or why there is none. Without workers the only process does
both. What was started ends with the run.

Tests that kill or restart a service run their own: the fixtures `own_postgresql`, `own_apache_kafka`.
"""

import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, Protocol

from tests.services.apache_kafka import ApacheKafka, Listeners
from tests.services.apicurio import Apicurio, RegistryAt
from tests.services.guarded_kafka import GuardedKafka, guarded_kafka
from tests.services.postgresql import Databases, PostgreSQL
from tests.services.require import Missing

# Runs a service, with an empty folder for whatever it wants to keep, and hands over where it is.
Starter = Callable[[Path], AbstractContextManager[Any]]
Answer = tuple[str, Any]  # "runs" and where, "missing" and what and why, "failed" and how


class Services(Protocol):
    """Where a test gets its services from."""

    def get(self, name: str) -> Any:  # noqa: ANN401 - it depends on the name
        """Where the service is.

        Raises:
            Missing: this machine can't run it.
            RuntimeError: it did not start.
        """
        ...


class RunningServices:
    """Services that this process runs until `close`."""

    def __init__(self, starters: Mapping[str, Starter]) -> None:
        self._starters = starters
        self._running = ExitStack()
        self._answers: dict[str, Answer] = {}
        self._locks = {name: threading.Lock() for name in starters}
        self._key = secrets.token_bytes(16)
        self._listener: Listener | None = None

    def get(self, name: str) -> Any:  # noqa: ANN401
        return _read(self.answer(name))

    def answer(self, name: str) -> Answer:
        """Start a service if that was not tried yet; two different services may start at the same time."""
        with self._locks[name]:
            if name not in self._answers:
                self._answers[name] = self._start(name)
            return self._answers[name]

    def listen(self) -> tuple[str, bytes]:
        """Answer other processes from now on. What their `DistantServices` need: the address and a key."""
        if self._listener is None:
            self._listener = Listener(family="AF_UNIX", backlog=64, authkey=self._key)
            threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()
        return str(self._listener.address), self._key

    def close(self) -> None:
        """End what was started."""
        if self._listener is not None:
            self._listener.close()
        self._running.close()

    def _start(self, name: str) -> Answer:
        folder = Path(tempfile.mkdtemp(prefix=f"anchorwatch-{name}-"))
        self._running.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            return "runs", self._running.enter_context(self._starters[name](folder))
        except Missing as missing:
            return "missing", (missing.name, missing.why)
        except Exception as error:  # noqa: BLE001 - the worker that asked has to hear of it, whatever it is
            return "failed", f"{name} did not start: {error!r}"

    def _serve(self, listener: Listener) -> None:
        while True:
            try:
                connection = listener.accept()
            except OSError:
                return  # the listener was closed
            threading.Thread(target=self._reply, args=(connection,), daemon=True).start()

    def _reply(self, connection: "Connection[Any, Any]") -> None:
        with connection, suppress(EOFError, OSError):
            connection.send(self.answer(connection.recv()))


class DistantServices:
    """Services that another process runs; `address` and `key` are what its `listen` gave."""

    def __init__(self, address: str, key: bytes) -> None:
        self._address = address
        self._key = key

    def get(self, name: str) -> Any:  # noqa: ANN401
        with Client(self._address, family="AF_UNIX", authkey=self._key) as connection:
            connection.send(name)
            return _read(connection.recv())


def _read(answer: Answer) -> Any:  # noqa: ANN401
    kind, content = answer
    if kind == "missing":
        raise Missing(*content)
    if kind == "failed":
        raise RuntimeError(content)
    return content


@contextmanager
def _postgresql(_folder: Path) -> Iterator[Databases]:
    with PostgreSQL() as server:
        yield Databases(server.url)


@contextmanager
def _apache_kafka(_folder: Path) -> Iterator[Listeners]:
    with ApacheKafka() as broker:
        yield Listeners(broker.ports)


@contextmanager
def _guarded_kafka(folder: Path) -> Iterator[GuardedKafka]:
    with guarded_kafka(folder) as guarded:
        yield GuardedKafka(Listeners(guarded.broker.ports), folder)


@contextmanager
def _apicurio(_folder: Path) -> Iterator[RegistryAt]:
    with Apicurio() as registry:
        yield RegistryAt(registry.url)


SHARED: Mapping[str, Starter] = {
    "postgresql": _postgresql,
    "apache_kafka": _apache_kafka,
    "guarded": _guarded_kafka,
    "apicurio": _apicurio,
}
