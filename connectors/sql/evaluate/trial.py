"""The last evaluation's view of the data, as if another anchor were active; nothing that is written is kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.store import EvaluationTransaction
from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.detector import Detector
from monitor.domain.detection.money import Purse
from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell
from monitor.evaluate import ports
from monitor.evaluate.ports import CountedUpTo, Missed, RevisedOutcome


class TrialStore(ports.TrialStore):
    """Evaluations to try on SQLite or PostgreSQL. They only read, so nobody waits for one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    @contextmanager
    def trial(self, anchor: Anchor | None = None) -> Iterator["TrialTransaction"]:
        with reading(self._engine) as connection:
            yield TrialTransaction(Dialect(connection), anchor)


class TrialTransaction(EvaluationTransaction):
    """What the last evaluation counted; what came since is not looked at, and nothing is written."""

    def __init__(self, sql: Dialect, anchor: Anchor | None) -> None:
        super().__init__(sql)
        self._anchor = anchor

    @override
    def active_anchors(self) -> Mapping[Model, Anchor]:
        active = super().active_anchors()
        return active if self._anchor is None else {**active, self._anchor.model: self._anchor}

    @override
    def outcomes(self, after: int, limit: int) -> Sequence[Outcome]:
        return []

    @override
    def revisions(self) -> Sequence[RevisedOutcome]:
        return []

    @override
    def missed(self, model: Model, limit: int) -> Missed:
        return Missed([], [], self.counted_upto(model))

    @override
    def keep_purse(self, purse: Purse) -> None:
        """Nothing is kept."""

    @override
    def save_checkpoint(self, cell: Cell, detector: Detector) -> None:
        """Nothing is kept."""

    @override
    def drop_checkpoints(self, cell: Cell, since: int) -> None:
        """Nothing is dropped: a trial corrects nothing, so it asks for none of them."""

    @override
    def save(self, cells: Iterable[CellState], models: Mapping[Model, ModelState]) -> None:
        """Nothing is kept."""

    @override
    def finish(
        self, upto: int, judged_at: datetime, behind: Mapping[Model, CountedUpTo] = MappingProxyType({})
    ) -> None:
        """Nothing is kept."""
