"""How much of every fault a soak has, and what came of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from tests.e2e.drafts import Topic

PARTITIONS = 6
SLICES = ("channel",)
TOPICS: tuple[Topic, ...] = ("predictions", "labels")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything."""

    events: int = 200_000
    kills: int = 50
    pauses: int = 4
    kafka_restarts: int = 3
    postgresql_restarts: int = 3
    aborts: int = 6
    clock_steps: int = 4
    agents: int = 3
    session_ms: int = 6_000
    seed: int = 1


class Place(NamedTuple):
    """A record's place in the broker's log."""

    topic: Topic
    partition: int
    offset: int


@dataclass(slots=True)
class Report:
    """What was done, and what came of it."""

    events: int = 0
    duplicates: int = 0
    sent_again: int = 0
    kills: int = 0
    pauses: int = 0
    starts: int = 0
    gave_up: int = 0
    fenced: int = 0
    kafka_restarts: int = 0
    postgresql_restarts: int = 0
    aborts: int = 0
    clock_steps: int = 0
    pages: int = 0
    lost: int = 0
    doubled: int = 0
    outcomes: int = 0
    cells: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"events    {self.events:,}, and {self.duplicates:,} of them sent twice"
            f" ({self.sent_again:,} again because the broker was away)",
            f"agents    {self.starts} started, {self.kills} killed, {self.pauses} paused for longer than their"
            f" session, {self.gave_up} could not start while a service was away",
            f"          {self.fenced} batches given up because the partition was another agent's by then",
            f"restarts  Kafka {self.kafka_restarts}, PostgreSQL {self.postgresql_restarts}",
            f"besides   {self.aborts} transactions aborted, the agents' clock set {self.clock_steps} times",
            f"messages  {self.pages} taken by one sink while another accepted and never answered",
            f"outcomes  {self.outcomes:,} in {self.cells} cells, "
            + ("every tally as recounted" if not self.wrong else f"{len(self.wrong)} differences"),
            f"lost      {self.lost}",
            f"doubled   {self.doubled}",
            f"took      {self.seconds:.0f} s",
            *self.wrong,
        ]
