"""A cell's past as a bet replays it, and the checkpoints along it."""

from collections.abc import Iterator
from datetime import datetime

from typing_extensions import override

from connectors.sql.counters import JUDGED_AT, counter
from connectors.sql.evaluate.outcomes import CellOutcomes
from monitor.domain.detection.detector import Detector, loads
from monitor.domain.events.microseconds import from_us
from monitor.domain.events.types import Design
from monitor.domain.judging.cell_hits import CellHits
from monitor.domain.slices.cells import Cell
from monitor.evaluate import ports


class BettingTransaction(CellOutcomes, ports.BettingTransaction):
    """Hits, misses and checkpoints; a whole intent's hits are read from the index alone."""

    @override
    def cell_hits(
        self,
        cell: Cell,
        after: int,
        upto: int,
        *,
        chosen: bool = False,
        customers: bool = False,
        agreed: bool = False,
    ) -> Iterator[CellHits]:
        if cell.slice:
            for chunk in self.cell_outcomes(cell, after, upto):
                yield CellHits(
                    [outcome.seq for outcome in chunk],
                    [outcome.hit for outcome in chunk],
                    [outcome.known_us for outcome in chunk],
                    [(outcome.design, outcome.probability) for outcome in chunk] if chosen else [],
                    customers=[outcome.customer for outcome in chunk] if customers else (),
                    agreed=[outcome.agreed for outcome in chunk] if agreed else (),
                )
            return
        columns = "seq, predicted, ts_us, labeled_at_us, intent" + ", design, probability" * chosen
        columns += ", agreed" * agreed + ", customer" * customers
        for rows in self._rows_of(cell, columns, after, upto):
            yield CellHits(
                [row[0] for row in rows],
                [row[1] == row[4] for row in rows],
                [max(row[2], row[3]) for row in rows],
                [(Design(row[5]), row[6]) for row in rows] if chosen else [],
                [row[4] for row in rows] if cell.group is not None else (),
                [row[-1] for row in rows] if customers else (),
                [bool(row[-1 - customers]) for row in rows] if agreed else (),
            )

    @override
    def judged_at(self) -> datetime | None:
        judged_us = counter(self._sql, JUDGED_AT)
        return None if judged_us is None else from_us(judged_us)

    @override
    def checkpoint_before(self, cell: Cell, seq: int) -> Detector | None:
        row = self._sql.row(
            "SELECT detector FROM checkpoint WHERE cell_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
            self._cell_id(cell),
            seq,
        )
        return loads(row[0]) if row else None

    @override
    def checkpoints_from(self, cell: Cell, seq: int) -> Iterator[Detector]:
        while row := self._sql.row(
            "SELECT seq, detector FROM checkpoint WHERE cell_id = ? AND seq >= ? ORDER BY seq LIMIT 1",
            self._cell_id(cell),
            seq,
        ):
            yield loads(row[1])
            seq = row[0] + 1

    @override
    def save_checkpoint(self, cell: Cell, detector: Detector) -> None:
        self._sql.run(
            "INSERT INTO checkpoint (cell_id, seq, detector) VALUES (?, ?, ?)"
            " ON CONFLICT (cell_id, seq) DO UPDATE SET detector = excluded.detector",
            self._cell_id(cell),
            detector.last_seq,
            detector.dumps(),
        )

    @override
    def drop_checkpoints(self, cell: Cell, since: int) -> None:
        self._sql.run("DELETE FROM checkpoint WHERE cell_id = ? AND seq >= ?", self._cell_id(cell), since)
