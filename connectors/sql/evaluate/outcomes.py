"""The outcomes behind the cells, and how far they have been counted."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sql.answers import answers_of
from connectors.sql.counted import read_counted
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.cells import CellStates
from connectors.sql.outcome import EVALUATED
from monitor.domain.events.microseconds import from_us
from monitor.domain.events.types import Design, Kind, Outcome
from monitor.domain.slices.cells import Cell
from monitor.incidents.ports import cells as ports

REPLAY_CHUNK = 50_000
_slices = msgspec.json.Decoder(dict[str, str])


class CellOutcomes(CellStates, ports.CellOutcomes):
    """The rows of outcomes within a transaction."""

    def __init__(self, sql: Dialect) -> None:
        super().__init__(sql)
        self._counted = read_counted(sql)
        self._evaluated = self._counted.upto.outcome
        self._seen = self._evaluated

    @override
    def evaluated_seq(self) -> int:
        return self._evaluated

    @override
    def seen_upto(self) -> int:
        return self._seen

    @override
    def outcomes_before(self, cell: Cell, seq: int, limit: int) -> Sequence[Outcome]:
        which, value = self._of(cell)
        rows = self._sql.rows(
            f"SELECT {EVALUATED} FROM outcome WHERE model_id = ? AND {which} AND seq < ? ORDER BY seq DESC LIMIT ?",
            self._model_ids[cell.model],
            value,
            seq,
            limit,
        )
        outcomes = [self._outcome(*row) for row in rows[::-1]]
        return [outcome for outcome in outcomes if cell.holds(outcome.slices)]

    @override
    def cell_outcomes(self, cell: Cell, after: int, upto: int) -> Iterator[Sequence[Outcome]]:
        for rows in self._rows_of(cell, EVALUATED, after, upto):
            outcomes = [self._outcome(*row) for row in rows]
            yield [outcome for outcome in outcomes if cell.holds(outcome.slices)]

    def _rows_of(self, cell: Cell, columns: str, after: int, upto: int) -> Iterator[Sequence[Any]]:
        """These columns of an intent's outcomes, `seq` the first of them, a chunk at a time."""
        which, value = self._of(cell)
        while True:
            rows = self._sql.rows(
                f"SELECT {columns} FROM outcome WHERE model_id = ? AND {which} AND seq > ? AND seq <= ?"
                " ORDER BY seq LIMIT ?",
                self._model_ids[cell.model],
                value,
                after,
                upto,
                REPLAY_CHUNK,
            )
            yield rows
            if len(rows) < REPLAY_CHUNK:
                return
            after = rows[-1][0]

    def _of(self, cell: Cell) -> tuple[str, object]:
        """Which intents count for a cell, as a condition and the value in it."""
        if cell.group is None:
            return "intent = ?", cell.intent
        return "intent IN {ids}", self._sql.any_of(self._intents(cell))

    def _outcome(
        self,
        seq: int,
        prediction_id: str,
        model_id: int,
        ts_us: int,
        predicted: str,
        intent: str,
        labeled_at_us: int,
        kind: str,
        design: str,
        probability: float | None,
        slices: str | None,
        customer: int | None,
        first_intent: str | None,
        agreed: bool,
        answers: str | None,
    ) -> Outcome:
        """The outcome of a row in the order of `EVALUATED`."""
        return Outcome(
            seq,
            prediction_id,
            self._models[model_id],
            from_us(ts_us),
            from_us(labeled_at_us),
            predicted,
            intent,
            Kind(kind),
            Design(design),
            probability,
            _slices.decode(slices) if slices else {},
            customer,
            first_intent,
            bool(agreed),
            answers_of(answers),
        )
