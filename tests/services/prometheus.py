"""Real Prometheus and Alertmanager on loopback, from Debian's packages `prometheus`, `prometheus-alertmanager`."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar, Self

import httpx

from tests.sending import client
from tests.services import child
from tests.services.require import Missing

START_S = 120.0


class Service:
    """A server of ours in a folder of its own; gone with the block."""

    name = ""
    program = ""
    start_s = START_S
    ready_path = "/-/ready"
    environment: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path()
        self.url = ""

    def words(self, port: int) -> Sequence[str]:
        """The command line."""
        raise NotImplementedError

    def found(self) -> str:
        """The program's path.

        Raises:
            Missing: it is not here.
        """
        program = shutil.which(self.program)
        if program is None:
            raise Missing(self.name, f"{self.program} is not installed (Debian's package {self.program})")
        return program

    def __enter__(self) -> Self:
        program = self.found()
        self.folder = Path(tempfile.mkdtemp(prefix=f"anchorwatch-{self.name}-"))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with (self.folder / "log").open("wb") as log:
            self._process = child.start(
                [program, *self.words(port)], log, env={**os.environ, **self.environment}
            )
        wait_until(self._ready, f"{self.name} to be ready", self.start_s)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            child.end(self._process, signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    def get(self, path: str, **parameters: str) -> Any:  # noqa: ANN401
        """What it answers, as JSON."""
        with client() as asking:
            return asking.get(self.url + path, params=parameters).raise_for_status().json()

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401
        """What it answers to JSON."""
        with client() as asking:
            return asking.post(self.url + path, json=body).raise_for_status().json()

    def _ready(self) -> bool:
        try:
            with client() as asking:
                return asking.get(self.url + self.ready_path).status_code == 200
        except httpx.HTTPError:
            return False


class Alertmanager(Service):
    """Tells `receiver`, an address, at once of every change; `inhibit` are its inhibition rules."""

    name = "alertmanager"
    program = "prometheus-alertmanager"

    def __init__(self, receiver: str, inhibit: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__()
        self._config = {
            "route": {
                "receiver": "test",
                "group_by": ["..."],
                "group_wait": "200ms",
                "group_interval": "500ms",
                "repeat_interval": "2s",
            },
            "receivers": [{"name": "test", "webhook_configs": [{"url": receiver, "send_resolved": True}]}],
            "inhibit_rules": list(inhibit),
        }

    def words(self, port: int) -> Sequence[str]:
        config = self.folder / "alertmanager.json"  # JSON is YAML
        config.write_text(json.dumps(self._config))
        return [
            f"--config.file={config}",
            f"--storage.path={self.folder}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ]

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts that are active now."""
        alerts: list[dict[str, Any]] = self.get("/api/v2/alerts", active="true")
        return alerts


class Prometheus(Service):
    """A Prometheus that scrapes one target every half second, with a token if any, and loads these rule files."""

    name = "prometheus"
    program = "prometheus"

    def __init__(self, target: str, rules: Sequence[Path] = (), token: str = "") -> None:
        super().__init__()
        self._target = target
        self._token = token
        self._rules = [str(path.resolve()) for path in rules]

    def words(self, port: int) -> Sequence[str]:
        config = self.folder / "prometheus.json"
        job: dict[str, Any] = {
            "job_name": "anchorwatch",
            "static_configs": [{"targets": [self._target]}],
        }
        if self._token:
            job["authorization"] = {"credentials": self._token}
        content = {
            "global": {"scrape_interval": "500ms", "evaluation_interval": "500ms"},
            "scrape_configs": [job],
            "rule_files": self._rules,
        }
        config.write_text(json.dumps(content))
        return [
            f"--config.file={config}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series that an expression gives now."""
        series: list[dict[str, Any]] = self.get("/api/v1/query", query=expression)["data"]["result"]
        return series


def free_port() -> int:
    """A port that is free just now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until(holds: Callable[[], object], what: str, within_s: float = 20.0) -> None:
    """Look until something is so.

    Raises:
        AssertionError: it never was.
    """
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"waited {within_s:g} s for {what}"
        time.sleep(0.05)
