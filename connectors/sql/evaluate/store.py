"""Where the evaluator keeps its work: tallies, bets, incidents and notices, saved together."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.anchors import read_active_anchors
from connectors.sql.database import evaluating
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.bets import BettingTransaction
from connectors.sql.evaluate.counting import CountingTransaction
from connectors.sql.evaluate.due import DueCellRows
from connectors.sql.evaluate.early import EarlyRows
from connectors.sql.evaluate.labelling import LabellingTransaction
from connectors.sql.evaluate.purse import read_purse
from connectors.sql.incidents.transaction import IncidentTransaction
from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.money import Purse
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Model
from monitor.domain.labelling.hours import in_line
from monitor.domain.labelling.rhythm import HISTORY
from monitor.evaluate import ports


class EvaluationStore(ports.EvaluationStore):
    """The evaluator's work on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    @contextmanager
    def evaluation(self) -> Iterator["EvaluationTransaction"]:
        with evaluating(self._engine) as connection:
            yield EvaluationTransaction(Dialect(connection))


class EvaluationTransaction(
    CountingTransaction,
    BettingTransaction,
    LabellingTransaction,
    IncidentTransaction,
    EarlyRows,
    DueCellRows,
    ports.EvaluationTransaction,
):
    """One evaluation's view and writes; what each step asks for is in a file of its own."""

    @override
    def latest_event(self) -> datetime | None:
        hours = {
            int(hour): (int(events), int(latest_us))
            for hour, events, latest_us in self._sql.rows(
                f"SELECT hour, events, latest_us FROM event_hour ORDER BY hour DESC LIMIT {HISTORY}"
            )
        }
        in_order = in_line({hour: events for hour, (events, _) in hours.items()})
        return from_us(hours[int(in_order[-1])][1]) if len(in_order) else None

    @override
    def active_anchors(self) -> Mapping[Model, Anchor]:
        return read_active_anchors(self._sql)

    @override
    def purse(self) -> Purse | None:
        return read_purse(self._sql)

    @override
    def keep_purse(self, purse: Purse) -> None:
        self._sql.run(
            "INSERT INTO purse (id, amount, as_of_us) VALUES (1, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, as_of_us = excluded.as_of_us",
            purse.amount,
            to_us(purse.as_of),
        )
