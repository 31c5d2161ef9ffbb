"""Batches of events taken in as ingest does it, and what became of each."""

import random
from collections.abc import Callable, Sequence

from connectors.sql.ingest.store import IngestStore
from monitor.domain.events.join import Join
from monitor.domain.events.types import Kind, Label, LabelScope, Model, Prediction
from monitor.errors import DecodeError
from tests.domain.events.joining import Event
from tests.stored import ACCEPT, SHADOW, TICKETS, label, prediction

STAGING = Model("tickets", "7", "staging")


def random_event(rng: random.Random, prefix: str) -> Event:
    models = [TICKETS, TICKETS, SHADOW, STAGING, Model("triage", "7")]
    name = f"{prefix}{rng.randint(1, 3)}"

    def made() -> Prediction:
        return prediction(name, rng.choice(["refund"] * 4 + ["bug"]), model=rng.choice(models))

    def truth() -> Label:
        scopes = [
            None,
            None,
            LabelScope(version="7"),
            LabelScope("tickets", "8"),
            LabelScope(environment="prod"),
        ]
        return label(
            name,
            rng.choice(["refund", "bug"]),
            label_id=f"{prefix}l{rng.randint(1, 3)}",
            hours=rng.randint(0, 2),
            revision=rng.randint(1, 3),
            retracted=rng.random() < 0.25,
            kind=rng.choice([Kind.HUMAN, Kind.HUMAN, Kind.ADJUDICATED, Kind.COMPLAINT, Kind.CORRECTION]),
            scope=rng.choice(scopes),
        )

    kinds: list[Callable[[], Event]] = [made, truth, truth, lambda: (made(), truth())]
    return rng.choice(kinds)()


def taken(writer: IngestStore, batch: Sequence[Event]) -> list[str]:
    """What became of each event of a batch, as ingest takes one in."""
    flat = [part for event in batch for part in (event if isinstance(event, tuple) else (event,))]
    first = {part.key: part for part in reversed(flat) if isinstance(part, Prediction)}
    became = []
    with writer.transaction() as transaction:
        memory = transaction.load(first, [part for part in flat if isinstance(part, Label)])
        join = Join(memory, ACCEPT, frozenset())
        for event in batch:
            try:
                became.append(str(join.take(event)))
            except DecodeError as err:
                became.append(err.code)
        transaction.write(join.changes(), memory)
    return became
