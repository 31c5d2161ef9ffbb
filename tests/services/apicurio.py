"""A real schema registry on loopback: Apicurio, in memory, fetched once through Maven into Maven's own cache.

It speaks Confluent's API under /apis/ccompat/v7.
"""

import json
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tests.services import child
from tests.services.require import Missing

VERSION = "2.6.13.Final"
START_S = 180.0
_NAME = "apicurio-registry-app"
_ARTIFACT = f"io.apicurio:{_NAME}:{VERSION}:tar.gz:all"


class RegistryAt:
    """A registry that somebody runs; `url` is where its API begins."""

    def __init__(self, url: str) -> None:
        self.url = url

    def register(
        self, subject: str, schema: object, kind: str = "AVRO", references: Sequence[dict[str, Any]] = ()
    ) -> int:
        """Register the next version of a subject; its id."""
        body = {"schema": json.dumps(schema), "schemaType": kind, "references": list(references)}
        request = urllib.request.Request(
            f"{self.url}/subjects/{subject}/versions",
            json.dumps(body).encode(),
            {"content-type": "application/vnd.schemaregistry.v1+json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(json.load(answer)["id"])


class Apicurio(RegistryAt):
    """A registry that forgets everything when it ends."""

    def __init__(self) -> None:
        self._port = _free_port()
        super().__init__(f"http://127.0.0.1:{self._port}/apis/ccompat/v7")
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        archive = fetched()
        self._folder = Path(tempfile.mkdtemp(prefix="anchorwatch-apicurio-"))
        try:
            with tarfile.open(archive) as packed:
                packed.extractall(self._folder, filter="data")
            self._start(self._folder)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        process, self._process = self._process, None
        if process is not None:
            child.end(process, signal.SIGKILL)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, folder: Path) -> None:
        (runner,) = folder.glob("*-runner.jar")
        options = ["-Xmx512m", "-XX:TieredStopAtLevel=1", f"-Dquarkus.http.port={self._port}"]
        with (folder / "log.txt").open("wb") as output:
            self._process = child.start(
                ["java", *options, "-Dquarkus.http.host=127.0.0.1", "-jar", str(runner)], output
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/subjects", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError(
            f"Apicurio did not start:\n{(folder / 'log.txt').read_text(errors='replace')[-2000:]}"
        )


def fetched() -> Path:
    """The archive, fetched on the first use: 142 MB.

    Raises:
        Missing: there is no Java or no Maven here, or it can't fetch it.
    """
    folder = Path.home() / ".m2" / "repository" / "io" / "apicurio" / _NAME / VERSION
    archive = folder / f"{_NAME}-{VERSION}-all.tar.gz"
    if shutil.which("java") is None:
        raise Missing("apicurio", "there is no `java` here")
    if archive.exists():
        return archive
    if shutil.which("mvn") is None:
        raise Missing("apicurio", "there is no `mvn` here to fetch Apicurio with")
    done = subprocess.run(
        ["mvn", "-q", "-B", "dependency:get", f"-Dartifact={_ARTIFACT}", "-Dtransitive=false"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 or not archive.exists():
        raise Missing("apicurio", f"Maven could not fetch Apicurio: {(done.stdout + done.stderr)[-300:]}")
    return archive


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
