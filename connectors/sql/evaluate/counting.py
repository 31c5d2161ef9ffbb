"""Outcomes and corrections that no evaluation has counted, and cells counted afresh."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sql.counted import CountingProgress, write_counted
from connectors.sql.counters import JUDGED_AT, put_counter
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.outcomes import CellOutcomes
from connectors.sql.labels.read_again import tickets_read_again
from connectors.sql.outcome import EVALUATED, EVALUATED_COLUMNS
from connectors.sql.predicted_names import KnownNames
from monitor.domain.events.answers import counted_answer
from monitor.domain.events.joined import Joined
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design, Model, Outcome
from monitor.domain.labelling.readings import TicketReadAgain
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.evaluate import ports
from monitor.evaluate.ports import CountedUpTo, Missed, RevisedOutcome

_joined = msgspec.json.Decoder(Joined)
_REVISED = ", ".join(f"o.{column}" for column in EVALUATED_COLUMNS)
_INTENT = EVALUATED_COLUMNS.index("intent")


class CountingTransaction(CellOutcomes, ports.CountingTransaction):
    """What is counted next."""

    def __init__(self, sql: Dialect) -> None:
        super().__init__(sql)
        self._revised = self._counted.upto.revision
        self._names = KnownNames(sql)

    @override
    def outcomes(self, after: int, limit: int) -> Sequence[Outcome]:
        rows = self._sql.rows(
            f"SELECT {EVALUATED} FROM outcome WHERE seq > ? ORDER BY seq LIMIT ?", after, limit
        )
        if rows:
            self._seen = max(self._seen, rows[-1][0])
        return [self._outcome(*row) for row in rows if row[_INTENT] is not None]

    @override
    def revisions(self) -> Sequence[RevisedOutcome]:
        rows = self._sql.rows(
            f"SELECT r.id, r.was, r.now, {_REVISED}"
            " FROM revision r JOIN outcome o ON o.seq = r.seq WHERE r.id > ? ORDER BY r.id",
            self._counted.upto.revision,
        )
        if rows:
            self._revised = rows[-1][0]
        return self._revisions(rows, self._evaluated)

    def _revisions(self, rows: Iterable[Sequence[Any]], upto: int) -> list[RevisedOutcome]:
        """Those of outcomes up to this one: what came later reads as corrected from the first."""
        revised = []
        for _, was, now, *outcome in rows:
            if outcome[0] <= upto:
                current = self._outcome(*outcome)
                then = (_as_it_was(current, _joined.decode(value)) for value in (was, now))
                revised.append(RevisedOutcome(*then))
        return revised

    @override
    def behind(self) -> Mapping[Model, CountedUpTo]:
        return {self._models[model_id]: upto for model_id, upto in self._counted.behind.items()}

    @override
    def counted_upto(self, model: Model) -> CountedUpTo:
        return self._counted.of(self._model_ids[model])

    @override
    def missed(self, model: Model, limit: int) -> Missed:
        model_id, since = self._model_ids[model], self.counted_upto(model)
        rows = self._sql.rows(
            f"SELECT {EVALUATED} FROM outcome WHERE model_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
            model_id,
            since.outcome,
            self._evaluated,
            limit,
        )
        corrections = self._sql.rows(
            f"SELECT r.id, r.was, r.now, {_REVISED} FROM revision r JOIN outcome o ON o.seq = r.seq"
            " WHERE r.id > ? AND o.model_id = ? ORDER BY r.id",
            since.revision,
            model_id,
        )
        return Missed(
            [self._outcome(*row) for row in rows if row[_INTENT] is not None],
            self._revisions(corrections, since.outcome),
            CountedUpTo(rows[-1][0] if len(rows) == limit else self._evaluated, self._revised),
        )

    @override
    def read_again(self, model: Model) -> Sequence[TicketReadAgain]:
        return tickets_read_again(self._sql, self._model_ids[model])

    @override
    def counted_as(self, model: Model, predicted: str) -> str:
        return self._names.counted_as(self._model_ids[model], predicted)

    @override
    def recount(self, cell: Cell, upto: int, min_probability: float) -> Tally:
        tally = Tally()
        if cell.slice:
            for outcome in chain.from_iterable(self.cell_outcomes(cell, -1, upto)):
                tally.count(
                    outcome.predicted,
                    outcome.intent,
                    1,
                    outcome.design,
                    outcome.probability,
                    min_probability,
                )
            return tally
        which, value = self._of(cell)
        for predicted, intent, design, probability, count in self._sql.rows(
            "SELECT predicted, intent, design, probability, count(*) FROM outcome"
            f" WHERE model_id = ? AND {which} AND seq <= ?"
            " GROUP BY predicted, intent, design, probability ORDER BY min(seq)",
            self._model_ids[cell.model],
            value,
            upto,
        ):
            tally.count(predicted, intent, count, Design(design), probability, min_probability)
        return tally

    @override
    def finish(
        self, upto: int, judged_at: datetime, behind: Mapping[Model, CountedUpTo] = MappingProxyType({})
    ) -> None:
        by_id = {self._model_ids[model]: reached for model, reached in behind.items()}
        counted = CountingProgress(CountedUpTo(upto, self._revised), by_id)
        write_counted(self._sql, counted, self._counted.behind.keys() - by_id.keys())
        put_counter(self._sql, JUDGED_AT, to_us(judged_at))


def _as_it_was(current: Outcome, then: Joined) -> Outcome | None:
    """The outcome as it read at one point of its history; None while no label held."""
    if then.intent is None:
        return None
    return msgspec.structs.replace(
        current,
        predicted=counted_answer(current.first_answer, current.answers, then.intent),
        intent=then.intent,
        labeled_at=then.labeled_at,
        kind=then.kind,
        design=then.design,
        probability=then.probability,
        first_intent=then.first_intent,
        agreed=then.agreed,
    )
