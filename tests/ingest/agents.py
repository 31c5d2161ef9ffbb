"""An agent of fakes, and the bytes that it is given."""

import json
from collections.abc import Mapping, Sequence, Set

from monitor.domain.events.belief import Belief
from monitor.domain.events.joined import Joined
from monitor.domain.events.types import Kind, Model, Partition
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import EventDecoder
from monitor.ingest.taken import Taken
from tests.fakes.clock import FakeClock
from tests.fakes.dead_letters import FakeDeadLetters
from tests.fakes.ingest_store import FakeDatabase, FakeIngestStore
from tests.fakes.source import FakeSource

PREDICTIONS, MORE, LABELS = Partition("predictions", 0), Partition("predictions", 1), Partition("labels", 0)
POISON = b"not json"


def prediction(prediction_id: str = "p1", intent: str = "refund") -> bytes:
    return json.dumps(
        {
            "prediction_id": prediction_id,
            "ts": "2026-11-22T13:00:00Z",
            "model": {"name": "tickets", "version": "7"},
            "predicted": {"intent": intent},
        }
    ).encode()


def label(prediction_id: str = "p1", intent: str = "refund") -> bytes:
    return json.dumps(
        {
            "label_id": f"of-{prediction_id}",
            "prediction_id": prediction_id,
            "labeled_at": "2026-11-22T13:00:00Z",
            "intent": intent,
        }
    ).encode()


class Agent:
    """An agent of fakes. A second on the same database is another agent, or the same after a restart."""

    def __init__(
        self,
        source: FakeSource,
        database: FakeDatabase | None = None,
        *,
        poison: int = 1_000,
        keep_text: bool = False,
        beliefs: Sequence[Belief] = (),
        subject_key: str = "",
        plain_annotators: bool = False,
        no_answers: Mapping[Model, Set[str]] | None = None,
        decoders: Mapping[str, EventDecoder] | None = None,
        worth_reading_ahead: int = 250,
    ) -> None:
        self.journal: list[str] = []
        self.source = source
        self.store = FakeIngestStore(database, self.journal)
        self.database = self.store.database
        self.letters = FakeDeadLetters(self.journal)
        self.clock = FakeClock()
        self.ingest = Ingest(
            source,
            self.store,
            self.letters,
            accept=[Kind.HUMAN],
            beliefs=beliefs,
            decoders=decoders or {},
            max_consecutive_rejects=poison,
            max_bytes=1_000,
            clock=self.clock,
            subject_key=subject_key,
            plain_annotators=plain_annotators,
            keep_text=keep_text,
            worth_reading_ahead=worth_reading_ahead,
            no_answers=None if no_answers is None else lambda model: no_answers.get(model, frozenset()),
        )

    def step(self) -> Taken:
        return self.ingest.step(0.0)

    def outcomes(self) -> dict[str, Joined]:
        """By prediction id, where one model answered."""
        return {pid: outcome for pid, of in self.database.outcomes.items() for outcome in of.values()}

    def joined(self) -> "Agent":
        """After the first poll, which brings the partitions and no record."""
        assert self.step() == Taken()
        return self


def filled(*predictions: bytes | None, headers: tuple[tuple[str, bytes], ...] = ()) -> FakeSource:
    source = FakeSource(PREDICTIONS)
    source.put(PREDICTIONS, *predictions, headers=headers)
    return source


def after_restart(agent: Agent, *, poison: int = 1_000) -> Agent:
    """Another process on the same log and the same database."""
    source = FakeSource(*agent.source.logs)
    source.logs = agent.source.logs
    return Agent(source, agent.database, poison=poison).joined()
