"""What runs while `benchmarks.web` measures, each in a process of its own: the room, the agent, those who listen."""

import http.client
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import numpy as np
import yaml

from benchmarks.web_history import SLICE, events
from connectors.kafka.admin import ensure_topics
from connectors.kafka.client import kafka
from connectors.kafka.embedded import EmbeddedBroker
from monitor.app.clock import now

COMMAND = [sys.executable, "-c", "from monitor.cli import main; main()"]
TOPICS = {"predictions": "predictions", "labels": "labels"}
MANY = 10_000_000
START_S = 120.0


def configuration(file: Path, folder: Path, slices: int, **more: object) -> Path:
    """The file that says what `settings_of` does, and more."""
    content = {
        "database": {"url": f"sqlite:///{file}"},
        "slices": [{"name": SLICE, "cap": slices, "against": "intent"}],
        "watch": {"intents": ["*"]},
        **more,
    }
    written = folder / f"{len(more)}.yaml"
    written.write_text(yaml.safe_dump(content), encoding="utf-8")
    return written


@contextmanager
def room(file: Path, folder: Path, slices: int) -> Iterator[str]:
    """`anchorwatch serve`; its address."""
    words = ["serve", "--port", "0", "--config", str(configuration(file, folder, slices))]
    with subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            address = next(
                filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in process.stderr))
            )
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield address[0]
        finally:
            process.kill()


class Producer:
    """Sends so many events a second until the block ends."""

    def __init__(self, bootstrap: str, shape: tuple[int, int], per_second: int) -> None:
        self.sent = 0
        self._over = threading.Event()
        self._producer = kafka.KafkaProducer(bootstrap_servers=bootstrap, linger_ms=50)
        self._events = events(MANY, now(), timedelta(seconds=2 / per_second), np.random.default_rng(7), shape)
        self._per_second = per_second
        self._thread = threading.Thread(target=self._send, daemon=True)

    def _send(self) -> None:
        began = time.monotonic()
        while not self._over.wait(0.05):
            due = int((time.monotonic() - began) * self._per_second)
            while self.sent < due:
                key, value = next(self._events)
                topic = TOPICS["labels" if b'"event":"label"' in value else "predictions"]
                self._producer.send(topic, key=key, value=value)
                self.sent += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._producer.close(timeout=5)


@contextmanager
def agent(
    file: Path, folder: Path, shape: tuple[int, int], per_second: int, evaluate_s: float
) -> Iterator[Producer]:
    """`anchorwatch run` on the embedded broker, with events that keep coming; it has judged once."""
    with EmbeddedBroker() as broker:
        ensure_topics({"bootstrap_servers": broker.bootstrap}, list(TOPICS.values()))
        quick = {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 500}
        config = configuration(
            file,
            folder,
            shape[1],
            kafka={"bootstrap_servers": broker.bootstrap, "topics": TOPICS, **quick},
            schedule={"evaluate_seconds": evaluate_s},
        )
        log = (folder / "agent.log").open("wb")
        process = subprocess.Popen([*COMMAND, "run", "--config", str(config)], stdout=log, stderr=log)
        try:
            with Producer(broker.bootstrap, shape, per_second) as producer:
                yield producer
                assert process.poll() is None, (folder / "agent.log").read_text(encoding="utf-8")[-2_000:]
        finally:
            process.kill()  # nothing of it is needed any more
            process.wait()
            log.close()


class Listeners:
    """So many clients that listen to `/changes`, and load `/` again when something changed."""

    def __init__(self, address: str, clients: int) -> None:
        self._host = urlsplit(address).netloc
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._changes = 0
        self._reloads: list[float] = []
        self._connections = set[http.client.HTTPConnection]()
        self._threads = [
            threading.Thread(target=self._listen, daemon=True, name=f"listener {number}")
            for number in range(clients)
        ]

    def heard(self) -> Mapping[str, object]:
        """How often they heard of a change, and how long the slowest of them waited for its page then."""
        with self._lock:
            slowest = max(self._reloads, default=0.0)
            return {
                "clients listening": len(self._threads),
                "changes heard by all": self._changes,
                "slowest page of all at once, ms": round(1000 * slowest),
            }

    def _listen(self) -> None:
        with self._connection() as listening, self._until_over():
            listening.request("GET", "/changes")
            answer = listening.getresponse()
            while not self._over.is_set():
                line = answer.readline()
                assert line or self._over.is_set(), "the room ended `/changes`"
                if line.startswith(b"event: changed"):
                    self._load()

    def _load(self) -> None:
        began = time.perf_counter()
        with self._connection() as page:
            page.request("GET", "/")
            page.getresponse().read()
        with self._lock:
            self._changes += 1
            self._reloads.append(time.perf_counter() - began)

    @contextmanager
    def _connection(self) -> Iterator[http.client.HTTPConnection]:
        """A connection that `__exit__` can close from its own thread."""
        with closing(http.client.HTTPConnection(self._host, timeout=START_S)) as made:
            with self._lock:
                self._connections.add(made)
            try:
                yield made
            finally:
                with self._lock:
                    self._connections.discard(made)

    @contextmanager
    def _until_over(self) -> Iterator[None]:
        """A connection that is closed once it is over is the end of it, and nothing amiss."""
        try:
            yield
        except (http.client.HTTPException, OSError):
            if not self._over.is_set():
                raise

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        with self._lock:
            for each in self._connections:
                if each.sock is not None:
                    with suppress(OSError):  # the room has closed it already
                        # That ends a read which waits; a mere close would not.
                        each.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
