"""Agents that can be held still, and their database seen from outside."""

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

import psycopg

from tests.e2e.agent import Agent


class Member(Agent):
    """An agent with a log of its own that can be held still."""

    def __init__(
        self, config: Path, folder: Path, variables: Mapping[str, str] | None = None, *, typed: bool = False
    ) -> None:
        folder.mkdir()
        super().__init__(["run", "--config", str(config)], folder, variables, typed=typed)
        self.since = time.monotonic()
        self.paused_until: float | None = None

    @property
    def code(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._process.poll()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def pause(self, for_s: float) -> None:
        """SIGSTOP."""
        self._process.send_signal(SIGSTOP)
        self.paused_until = time.monotonic() + for_s

    def go_on(self) -> None:
        """SIGCONT."""
        self._process.send_signal(SIGCONT)
        self.paused_until = None


class Books:
    """The database of the agents, looked at from outside; while it is away, what was last seen."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None
        self._taken = 0

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """What a SELECT gives.

        Raises:
            psycopg.Error: the database is away, or has no such table yet.
        """
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=2)
            return self._connection.execute(question).fetchall()
        except psycopg.OperationalError:
            self.close()
            raise

    def taken(self) -> int:
        """How many records are saved, whatever became of them."""
        with suppress(psycopg.Error):
            self._taken = int(self.rows("SELECT coalesce(sum(count), 0) FROM event_count")[0][0])
        return self._taken

    def positions(self) -> dict[tuple[str, int], int]:
        """The next record of each partition; empty while the database is away."""
        with suppress(psycopg.Error):
            asked = 'SELECT topic, "partition", next_offset FROM position WHERE next_offset IS NOT NULL'
            return {(topic, partition): offset for topic, partition, offset in self.rows(asked)}
        return {}

    def judged(self) -> bool:
        """Whether an evaluation has seen every outcome and every correction."""
        with suppress(psycopg.Error):
            counters = dict(self.rows("SELECT name, value FROM counter"))
            pairs = (("outcome", "evaluated_outcome"), ("revision", "evaluated_revision"))
            return all(counters.get(made, 0) == counters.get(seen, 0) for made, seen in pairs)
        return False

    def messages(self, sink: str) -> dict[str, str]:
        """What became of each message to a sink, by its id; empty while the database is away."""
        with suppress(psycopg.Error):
            asked = "SELECT id, state FROM notification WHERE sink = '" + sink + "'"
            return {str(message): str(state) for message, state in self.rows(asked)}
        return {}

    def close(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
