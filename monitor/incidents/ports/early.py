"""What notes before any label are read from and written to within an evaluation."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyFacts, EarlyNote
from monitor.incidents.ports.oncall import AnnouncingTransaction


class EarlyNotesTransaction(Protocol):
    """Notes before any label within an evaluation's transaction."""

    def note_early(self, facts: EarlyFacts) -> None:
        """Keep a note; nobody was told of it yet."""
        ...

    def end_early(self, cell: Cell, sign: EarlySign, day: int) -> None:
        """What was noted of it is over, after that day (since 1970, UTC)."""
        ...

    def standing_early(self) -> Sequence[EarlyNote]:
        """The notes that stand, in the order in which they were made."""
        ...

    def told_early(self, numbers: Iterable[int], at: datetime) -> None:
        """People were told of these."""
        ...


class EarlyTelling(EarlyNotesTransaction, AnnouncingTransaction, Protocol):
    """What telling people of such notes needs."""
