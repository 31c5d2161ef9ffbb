"""Batches of events taken in as ingest does it, and what became of each."""

from collections.abc import Sequence

from connectors.sql.ingest.store import IngestStore
from monitor.domain.events.join import Join
from monitor.domain.events.types import Label, Prediction
from monitor.errors import DecodeError
from tests.domain.events.joining import Event
from tests.stored import ACCEPT


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
