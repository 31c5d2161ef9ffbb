"""A real Apache Kafka on loopback, fetched once through Maven into the user's cache.

with ApacheKafka() as kafka:
    connect(kafka.bootstrap)
    kafka.kill()      # as a crash would
    kafka.start()     # again, on the same log
"""

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from connectors.kafka.embedded import speaks_kafka
from tests.services import child
from tests.services.require import Missing

VERSION = "4.3.1"
START_S = 120.0
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>anchorwatch</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
"""


class Listeners:
    """Where the clients of a broker connect, whoever runs it; `ports` by the name of the listener."""

    def __init__(self, ports: Mapping[str, int]) -> None:
        self.ports = ports

    @property
    def bootstrap(self) -> str:
        """Where plaintext clients connect."""
        return self.address("PLAINTEXT")

    def address(self, listener: str) -> str:
        """Where a listener's clients connect."""
        return f"127.0.0.1:{self.ports[listener]}"


class ApacheKafka(Listeners):
    """A single node that is both broker and controller. `bootstrap` is its plaintext listener.

    Args:
        listeners: further listeners by name and protocol, such as {"SASLTLS": "SASL_SSL"}; see `address`.
        settings: further lines of server.properties (keystores, mechanisms, limits).
        scram_users: names and passwords, for SCRAM-SHA-512.
    """

    def __init__(
        self,
        *,
        listeners: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        scram_users: Mapping[str, str] | None = None,
    ) -> None:
        protocols = {"PLAINTEXT": "PLAINTEXT", **(listeners or {})}
        super().__init__(dict(zip([*protocols, "CONTROLLER"], _free_ports(len(protocols) + 1), strict=True)))
        self._protocols = protocols
        self._settings = settings or {}
        self._scram_users = scram_users or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._libraries = ""

    @property
    def pid(self) -> int | None:
        """The Java process, None when it is not running."""
        return self._process.pid if self._process is not None else None

    def __enter__(self) -> Self:
        self._libraries = f"{libraries()}/*"
        self._folder = Path(tempfile.mkdtemp(prefix="anchorwatch-kafka-"))
        (self._folder / "server.properties").write_text(self._properties(self._folder))
        self._format(self._folder)
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()  # nobody needs its data any more
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start on the log there is, and wait until it serves: 5 s, after a crash a little more."""
        assert self._process is None, "Kafka is running already"
        assert self._folder is not None
        with (self._folder / "log.txt").open("ab") as output:
            self._process = child.start(
                self._java("-Xmx512m", "-Xms128m", "-XX:TieredStopAtLevel=1", "kafka.Kafka"), output
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if speaks_kafka("127.0.0.1", self.ports["PLAINTEXT"]) and self._serves():
                return
            time.sleep(0.1)
        tail = (self._folder / "log.txt").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"Apache Kafka did not start:\n{tail}")

    def stop(self) -> None:
        """Shut down in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Die as in a crash."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            child.end(process, how)

    def _serves(self) -> bool:
        """After a restart the port opens before the broker has its place in the cluster back."""
        from connectors.kafka.client import kafka

        try:
            admin = kafka.KafkaAdminClient(bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=2_000)
        except kafka.errors.KafkaError:
            return False
        try:
            topics = admin.describe_topics()
            return all(p["leader_id"] >= 0 for topic in topics for p in topic["partitions"])
        except kafka.errors.KafkaError:
            return False
        finally:
            admin.close()

    def _format(self, folder: Path) -> None:
        # Begins with "A": an id that began with "-" would be taken for an option.
        cluster = base64.urlsafe_b64encode(b"\0" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
        command = self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c")
        for name, password in self._scram_users.items():
            command += ["--add-scram", f"SCRAM-SHA-512=[name={name},password={password}]"]
        subprocess.run(command, check=True, capture_output=True)

    def _java(self, *arguments: str) -> list[str]:
        logging = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return ["java", logging, "-cp", self._libraries, *arguments, f"{self._folder}/server.properties"]

    def _properties(self, folder: Path) -> str:
        names = [*self._protocols, "CONTROLLER"]
        protocols = {**self._protocols, "CONTROLLER": "PLAINTEXT"}
        lines = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{self.address('CONTROLLER')}",
            "listeners": ",".join(f"{name}://{self.address(name)}" for name in names),
            "advertised.listeners": ",".join(f"{name}://{self.address(name)}" for name in self._protocols),
            "inter.broker.listener.name": "PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": ",".join(f"{name}:{protocols[name]}" for name in names),
            "log.dirs": str(folder / "log"),
            # Tests write records of years ago: by its default of a week the broker may drop them at any moment.
            "log.retention.ms": "-1",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            **self._settings,
        }
        return "".join(f"{name}={value}\n" for name, value in lines.items())


def libraries() -> Path:
    """The folder with Kafka's jars, fetched on the first use: 44 MB, some ten seconds.

    Raises:
        Missing: there is no Java or no Maven here, or it can't fetch them.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anchorwatch"
    folder = cache / f"kafka-{VERSION}" / "libs"
    if shutil.which("java") is None:
        raise Missing("kafka", "there is no `java` here")
    if (folder / f"kafka_2.13-{VERSION}.jar").exists():
        return folder
    if shutil.which("mvn") is None:
        raise Missing("kafka", "there is no `mvn` here to fetch Apache Kafka with")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as draft:
        (Path(draft) / "pom.xml").write_text(_POM.format(VERSION))
        goals = ["dependency:copy-dependencies", "-DoutputDirectory=libs", "-DincludeScope=runtime"]
        done = subprocess.run(["mvn", "-q", "-B", *goals], cwd=draft, capture_output=True, text=True)
        if done.returncode != 0:
            raise Missing(
                "kafka", f"Maven could not fetch Apache Kafka: {(done.stdout + done.stderr)[-300:]}"
            )
        folder.parent.mkdir(exist_ok=True)
        with contextlib.suppress(OSError):  # another test run was quicker
            (Path(draft) / "libs").rename(folder)
    return folder


def _free_ports(count: int) -> Sequence[int]:
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
