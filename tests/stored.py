"""Events to put into a database, the way ingest puts them in, and what lies there afterwards."""

from collections.abc import Sequence, Set
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import Engine, text

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.ingest.store import IngestStore
from monitor.domain.events.join import Join
from monitor.domain.events.joined import Changes
from monitor.domain.events.types import Kind, Label, Model, Outcome, Partition, Prediction, PredictionKey
from monitor.ingest.descriptions import describe_new
from monitor.ingest.ports import IngestTransaction

TICKETS = Model("tickets", "7", "prod")
SHADOW = Model("tickets", "8", "prod")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACCEPT = frozenset({Kind.HUMAN, Kind.ADJUDICATED})
P0, P1 = Partition("predictions", 0), Partition("labels", 1)


def prediction(prediction_id: str, intent: str = "refund", **changes: Any) -> Prediction:  # noqa: ANN401
    """A prediction at noon; `hours` later where given."""
    ts = NOON + timedelta(hours=changes.pop("hours", 0))
    fields: dict[str, Any] = {"model": TICKETS, "score": 0.5, "slices": {}, **changes}
    digest = blake2b(repr((prediction_id, intent, ts, fields)).encode(), digest_size=16).digest()
    return Prediction(prediction_id, ts, intent=intent, digest=digest, **fields)


def label(prediction_id: str, intent: str = "refund", **changes: Any) -> Label:  # noqa: ANN401
    """A label of a prediction, given a day after noon; `hours` later where given."""
    at = NOON + timedelta(days=1, hours=changes.pop("hours", 0))
    label_id = changes.pop("label_id", f"label-{prediction_id}")
    return Label(label_id, prediction_id, intent, at, **changes)


def store(engine: Engine, cluster_id: str = "cluster", group: str = "group") -> IngestStore:
    """One agent's store."""
    return IngestStore(engine, cluster_id, group)


def take(
    at: IngestStore,
    *events: Prediction | Label | tuple[Prediction, Label],
    out_of_scope: Set[str] = frozenset(),
) -> Changes:
    """Join some events in a transaction of their own."""
    with at.transaction() as transaction:
        return take_in(transaction, *events, out_of_scope=out_of_scope)


def take_in(
    transaction: IngestTransaction,
    *events: Prediction | Label | tuple[Prediction, Label],
    out_of_scope: Set[str] = frozenset(),
) -> Changes:
    """Join some events within a transaction that is open."""
    flat = [part for event in events for part in (event if isinstance(event, tuple) else (event,))]
    predictions: dict[PredictionKey, Prediction] = {}
    for part in flat:
        if isinstance(part, Prediction):
            predictions.setdefault(part.key, part)
    memory = transaction.load(predictions, [part for part in flat if isinstance(part, Label)])
    join = Join(memory, ACCEPT, out_of_scope)
    for event in events:
        join.take(event)
    changes = join.changes()
    transaction.write(changes, memory)
    describe_new(transaction, changes.predictions)
    return changes


def rows(engine: Engine, statement: str) -> Sequence[tuple[Any, ...]]:
    """What a query finds."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def outcomes(engine: Engine) -> Sequence[tuple[Any, ...]]:
    """Every outcome as (seq, prediction_id, predicted, intent, label_id)."""
    return rows(engine, "SELECT seq, prediction_id, predicted, intent, label_id FROM outcome ORDER BY seq")


def evaluator_sees(engine: Engine) -> list[Outcome]:
    """The outcomes that the next evaluation would read."""
    with EvaluationStore(engine).evaluation() as transaction:
        return list(transaction.outcomes(0, 1_000))


def counts(engine: Engine, *tables: str) -> dict[str, int]:
    """How many rows the tables hold."""
    return {table: rows(engine, f"SELECT count(*) FROM {table}")[0][0] for table in tables}
