"""Draws made by hand, in a database that events were put into as ingest puts them in."""

from collections.abc import Mapping, Set

from sqlalchemy import Engine

from connectors.sql.labels.draws import DrawStore
from monitor.domain.events.types import Design, Model, PredictionKey
from monitor.ingest.candidates import let_wait
from monitor.ingest.ports import IngestStore
from monitor.labels.ports.draws import Drawing, DrawnTicket, DrawTransaction
from tests.stored import NOON, SHADOW, TICKETS, prediction, rows, take_in


def wait(at: IngestStore, *ids: str, scores: Mapping[str, float] | None = None) -> None:
    """Predictions come in, and wait for a draw."""
    with at.transaction(NOON) as transaction:
        made = [prediction(each, scores=dict(scores or {})) for each in ids]
        take_in(transaction, *made)
        let_wait(transaction, {PredictionKey(each.prediction_id, each.model): each for each in made})


EVERY = frozenset({TICKETS, SHADOW})


def keep(
    transaction: DrawTransaction, number: int, chances: Mapping[str, float], models: Set[Model] = EVERY
) -> Drawing:
    """Note a draw of these tickets, in this order, in which these models had their chance."""
    tickets = [
        DrawnTicket(ticket, Design.BY_PREDICTION, pi, place, models)
        for place, (ticket, pi) in enumerate(chances.items(), 1)
    ]
    drawing = Drawing(number, NOON, NOON, "seed", 40.0, sum(chances.values()), len(chances))
    return transaction.keep(drawing, tickets)


def draw(
    engine: Engine,
    number: int = 1,
    models: Set[Model] = EVERY,
    out_of_scope: Set[str] = frozenset(),
    **chances: float,
) -> Drawing:
    """The same in a transaction of its own, of all that waits."""
    with DrawStore(engine, out_of_scope).drawing() as transaction:
        transaction.queued()
        return keep(transaction, number, chances, models)


def chosen(engine: Engine) -> dict[str, tuple[str, float | None]]:
    """How each outcome's prediction was chosen."""
    asked = "SELECT prediction_id, design, probability FROM outcome ORDER BY seq"
    return {prediction_id: (design, pi) for prediction_id, design, pi in rows(engine, asked)}
