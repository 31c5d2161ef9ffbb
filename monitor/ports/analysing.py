"""What an incident's analysis reads."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from monitor.domain.audit import Ticket
from monitor.domain.cells import Cell
from monitor.domain.events import Model


class Seen(NamedTuple):
    """A labelled ticket of an intent: what was known of it before the prediction, and whether it was missed."""

    attributes: Mapping[str, str]
    missed: bool


class AuditStore(Protocol):
    """What an audit compares, read only; texts only where the configuration kept them, else their descriptors."""

    def examples(self, anchor_id: str) -> Sequence[Ticket]:
        """The described examples behind an anchor, in their order; none where they came without texts."""
        ...

    def production(self, model: Model, intents: Sequence[str]) -> Sequence[Ticket]:
        """The newest live tickets that the model predicted as each of these intents; at most 400 an intent."""
        ...


class AnalysisStore(Protocol):
    """Outcomes and anchor examples of one intent, read only."""

    def outcomes(self, cell: Cell, since: int) -> Sequence[Seen]:
        """The cell's labelled tickets from outcome `since` on, in their order."""
        ...

    def examples(self, cell: Cell) -> Sequence[Seen]:
        """The examples of its intent behind the active anchor; none where only numbers were imported."""
        ...
