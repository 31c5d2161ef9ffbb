"""The command as people start it, in a process of its own, and what it left in its database."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml
from sqlalchemy import NullPool, create_engine
from typer.testing import CliRunner

from connectors.kafka.client import kafka
from connectors.sql.review.status import StatusStore
from monitor.cli.main import cli
from monitor.domain.events.fates import FateKind
from tests.e2e.drafts import PARTITIONS, Sent
from tests.e2e.reference import Cell, Counts
from tests.e2e.streams import report
from tests.services import forked
from tests.services.kafka_tools import create_topic, new_name

COMMAND = str(Path(sys.executable).with_name("anchorwatch"))
PATIENCE_S = 300.0  # so long only where the machine is busy with other things
UNWANTED = re.compile("ANCHORWATCH_.*|FORCE_COLOR|CLICOLOR_FORCE|COLUMNS|PYTHONWARNINGS")


class Failed(AssertionError):  # noqa: N818 - a failed test, not an error of the agent's
    """A process ended or hung where it should not have; its last words are in it."""


class Place:
    """A folder with a configuration, a database and, where `bootstrap` is given, topics of its own.

    Args:
        settings: sections of the configuration, over what is needed to run at all.
    """

    def __init__(self, folder: Path, bootstrap: str = "", settings: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        self.config = folder / "anchorwatch.yaml"
        self.bootstrap = bootstrap
        self.topics = {name: new_name(name) for name in PARTITIONS}
        watched = f"sqlite:///file:{folder}/watch.db?mode=ro&uri=true"
        self._watching = StatusStore(create_engine(watched, poolclass=NullPool))
        content: dict[str, Any] = {"database": {"url": f"sqlite:///{folder}/watch.db"}, **(settings or {})}
        # The streams have dates of their own, which may be ahead of whatever clock this runs by.
        content["limits"] = {"future_hours": 876_000, **content.get("limits", {})}
        content["judge"] = {"groups_share": 0, **content.get("judge", {})}  # every line is an intent's
        if bootstrap:
            content["kafka"] = {
                "bootstrap_servers": bootstrap,
                "group_id": new_name("agents"),
                "topics": self.topics,
                **content.get("kafka", {}),
            }
            for name, partitions in PARTITIONS.items():
                create_topic(bootstrap, self.topics[name], partitions)
        self.config.write_text(yaml.safe_dump(content), encoding="utf-8")

    def run(self, *words: str, **more: Any) -> "subprocess.CompletedProcess[bytes]":  # noqa: ANN401
        """`anchorwatch WORDS --config ...`, to its end, here."""
        return command(*words, "--config", str(self.config), folder=self.folder, **more)

    def start(self) -> "Agent":
        """`anchorwatch run` as a service."""
        return Agent(["run", "--config", str(self.config)], self.folder)

    def start_as_typed(self) -> "Agent":
        """The same by the command that people type."""
        return Agent(["run", "--config", str(self.config)], self.folder, typed=True)

    def anchor(self) -> None:
        """Hold version 7 to the offline report."""
        (self.folder / "report.json").write_text(json.dumps(report()), encoding="utf-8")
        words = ["--model", "tickets", "--version", "7", "--activate", "--config", str(self.config)]
        done = CliRunner(env=_unset()).invoke(
            cli, ["anchor", "import", str(self.folder / "report.json"), *words]
        )
        assert done.exit_code == 0, done.output

    def status(self) -> list[dict[str, Any]]:
        """What `anchorwatch status --json` prints."""
        done = self.run("status", "--json")
        assert done.returncode == 0, done.stderr.decode()
        cells: list[dict[str, Any]] = json.loads(done.stdout)
        return cells

    def quick_status(self) -> list[dict[str, Any]]:
        """The same without a process of its own: a start costs three seconds of a processor."""
        done = CliRunner(env=_unset()).invoke(cli, ["status", "--json", "--config", str(self.config)])
        assert done.exit_code == 0, done.output
        cells: list[dict[str, Any]] = json.loads(done.stdout)
        return cells

    def taken(self) -> int:
        """How many records the agent has saved, whatever became of them; 0 while there is no table."""
        with suppress(Exception):
            counts = self._ask(lambda store: store.event_counts())
            beside = (FateKind.MENDED, FateKind.FOLDED)
            return sum(count.events for count in counts if count.fate.kind not in beside)
        return 0

    def has_taken(self, least: int) -> bool:
        """Whether that many records are saved."""
        return self.taken() >= least

    def judged(self) -> int:
        """How many outcomes the agent has judged."""
        with suppress(Exception):
            cells = self._ask(lambda store: store.cells())
            return sum(cell.state.labels.tally.support for cell in cells if not cell.state.cell.slice)
        return 0

    def _ask(self, question: Callable[[StatusStore], Any]) -> Any:  # noqa: ANN401
        return question(self._watching)


class Agent:
    """A running `anchorwatch`; killed at the end of the block if it still lives.

    Args:
        variables: more for its environment.
        typed: by the command that people type; otherwise it is forked, which saves the imports
            (`tests/services/forked.py`).
    """

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        variables: Mapping[str, str] | None = None,
        *,
        typed: bool = False,
    ) -> None:
        self._log = folder / "agent.log"
        self._process: subprocess.Popen[bytes] | forked.Forked
        surroundings = environment() | dict(variables or {})
        if not typed:
            written = (str(self._log), forked.BEHIND)
            streams = [(os.devnull, forked.READ), written, written]
            self._process = forked.Forked(words, folder, surroundings, streams)
            return
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [COMMAND, *words],
                cwd=folder,
                env=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """kill -9, unless it has ended."""
        self._process.kill()
        self._process.wait()

    def terminate(self, within_s: float) -> int:
        """SIGTERM; its exit code.

        Raises:
            Failed: it did not end in time.
        """
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"still there {within_s} s after SIGTERM:\n{self.output}") from error

    def ended(self, within_s: float) -> int:
        """Wait for it to end by itself; its exit code.

        Raises:
            Failed: it did not end in time.
        """
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"still there after {within_s} s:\n{self.output}") from error

    def wait_until(self, condition: Callable[[], bool], what: str, within_s: float = PATIENCE_S) -> None:
        """Look every 50 ms, while it lives.

        Raises:
            Failed: it ended meanwhile, or it did not happen in time.
        """
        if not until(condition, within_s, going_on=lambda: self._process.poll() is None):
            ended = f"ended with {self._process.poll()}, or not within {within_s:g} s"
            raise Failed(f"{what}: {ended}:\n{self.output}")

    @property
    def output(self) -> str:
        """Everything it wrote to its terminal."""
        return self._log.read_text(encoding="utf-8", errors="replace")


def until(
    condition: Callable[[], bool], within_s: float, going_on: Callable[[], bool] = lambda: True
) -> bool:
    """Poll a condition up to a deadline; whether it came true."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline or not going_on():
            return condition()
        time.sleep(0.05)
    return True


def command(
    *words: str, folder: Path, stdin: bytes = b"", variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """`anchorwatch WORDS` to its end, in a process that is forked for it."""
    return forked.run(words, folder, environment() | dict(variables or {}), stdin, PATIENCE_S)


def typed_command(
    *words: str, folder: Path, stdin: bytes = b"", variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """The same by the command that people type, its output piped: two seconds of a processor more."""
    return subprocess.run(
        [COMMAND, *words],
        cwd=folder,
        env=environment() | dict(variables or {}),
        input=stdin,
        capture_output=True,
        timeout=PATIENCE_S,
    )


def environment() -> dict[str, str]:
    """Ours without any setting of Anchorwatch's, and without what would make output colourful."""
    return {name: value for name, value in os.environ.items() if not UNWANTED.fullmatch(name)}


def _unset() -> dict[str, str | None]:
    return dict.fromkeys(os.environ.keys() - environment().keys())


class Producer:
    """Sends records to a place's topics in their order."""

    def __init__(self, place: Place) -> None:
        self._topics = place.topics
        self._producer = kafka.KafkaProducer(bootstrap_servers=place.bootstrap, acks="all", linger_ms=5)

    def send(self, records: Sequence[Sent]) -> None:
        """Send them and wait until the broker has them."""
        sent = [
            self._producer.send(
                self._topics[record.topic],
                partition=record.partition,
                key=record.key,
                value=record.value,
                headers=list(record.headers),
            )
            for record in records
        ]
        self._producer.flush()
        for future in sent:
            future.get(timeout=60)

    def close(self) -> None:
        """Let go of the broker."""
        self._producer.close(timeout=5)


def counted(status: Sequence[Mapping[str, Any]]) -> dict[Cell, Counts]:
    """`status --json` as the reference has it: intents and slices, those without outcomes left out."""
    cells = {}
    for row in status:
        if row["group"] is not None:  # of outcomes that count in intents, too
            continue
        live = row["live"]
        cell = Cell(row["model"], row["version"], row["environment"], row["intent"], row["slice"])
        if live["hits"] + live["misses"] == 0:
            assert live["recall"] is None
            assert row["misses_to"] == {}
            continue
        cells[cell] = Counts(live["hits"], live["misses"], live["recall"], row["misses_to"])
    return cells
