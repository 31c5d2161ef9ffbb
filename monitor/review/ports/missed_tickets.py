"""What people ask of the tickets behind an incident: which were missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts


class MissedTicket(NamedTuple):
    """A labelled ticket that the model took for something else: its id, when and as what it was predicted, and when
    and as what it was labelled. `cell` is the member of the incident that it was found in."""

    prediction_id: str
    cell: Cell
    predicted_at: datetime
    predicted: str
    intent: str
    labelled_at: datetime
    slices: dict[str, str]


class MissedTickets(Protocol):
    """The labelled tickets that were missed, by id. Reads only."""

    def since_onset(
        self, incident: int, member: MemberFacts, most: int | None = None
    ) -> Sequence[MissedTicket]:
        """Those of an incident's member from its onset until it was over, the newest first; so many at `most`.

        What was erased is not among them.
        """
        ...
