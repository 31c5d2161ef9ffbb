"""What an incident's analysis reads."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from monitor.domain.cells import Cell


class Seen(NamedTuple):
    """A labelled ticket of an intent: what was known of it before the prediction, and whether it was missed."""

    attributes: Mapping[str, str]
    missed: bool


class AnalysisStore(Protocol):
    """Outcomes and anchor examples of one intent, read only."""

    def outcomes(self, cell: Cell, since: int) -> Sequence[Seen]:
        """The cell's labelled tickets from outcome `since` on, in their order."""
        ...

    def examples(self, cell: Cell) -> Sequence[Seen]:
        """The examples of its intent behind the active anchor; none where only numbers were imported."""
        ...
