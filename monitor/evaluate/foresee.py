"""What the last evaluation would have said of a model, had it been held to another anchor. Nothing is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from typing_extensions import override

from monitor.domain.anchors.promise import Anchor
from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.errors import JudgingError
from monitor.evaluate.bets import Bets
from monitor.evaluate.counting import Revised
from monitor.evaluate.ports import EvaluationTransaction, TrialStore
from monitor.evaluate.round import Round
from monitor.settings.settings import Settings


def foresee(store: TrialStore, settings: Settings, anchor: Anchor, now: datetime) -> list[CellState]:
    """The intents and groups of an anchor's model as they would be judged, had it been active all along.

    By the very steps of an evaluation, on what the last one counted and as of its time (`now` before the first). Of
    slices no bet is made: what they are held to stands, how they would be judged does not. Costs: the labels of the
    model's intents once, and once more for each group.

    Raises:
        UnavailableError: the database is out of reach.
        JudgingError: something failed by a defect of ours.
    """
    with store.trial(anchor) as transaction:
        at = transaction.judged_at() or now
        return _Foresight(transaction, settings, at, anchor.model).states()


class TriedRound(Round):
    """An evaluation that tells nobody."""

    def states(self) -> list[CellState]:
        """The cells that are asked for, judged.

        Raises:
            JudgingError: something failed by a defect of ours.
        """
        self.run()
        if self.isolation.failures:
            failures = self.isolation.failures
            raise JudgingError(failures) from next(iter(failures.values()))
        return [state for cell, state in self._cells.items() if self._is_asked(cell)]

    def _is_asked(self, cell: Cell) -> bool:
        raise NotImplementedError

    @override
    def _tell(self, bets: Bets) -> int:
        return 0

    @override
    def _keep_due(self) -> None:
        """Nothing is kept."""


class _Foresight(TriedRound):
    """One that bets for one model only, and not on slices."""

    def __init__(
        self, transaction: EvaluationTransaction, settings: Settings, at: datetime, model: Model
    ) -> None:
        super().__init__(transaction, settings, at, at)
        self._model = model

    @override
    def _is_asked(self, cell: Cell) -> bool:
        return cell.model == self._model and not cell.slice_text

    @override
    def _bet(
        self, new: Mapping[Cell, Sequence[Outcome]], revised: Mapping[Cell, Revised], afresh: set[Cell]
    ) -> Bets:
        others = {cell: state for cell, state in self._cells.items() if not self._is_asked(cell)}
        for cell in others:
            del self._cells[cell]
        bets = super()._bet(new, revised, afresh)
        self._cells |= others
        return bets
