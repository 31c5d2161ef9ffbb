"""One cell, looked at: what a page about it shows."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.domain.analysis.timeline import LabelDelays, Step
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.status import CellStatus


class CellLook(NamedTuple):
    """A cell as it was last judged, its recall step by step, and the delays of its labels.

    `slices` are those of its intent; of a slice, the intent as a whole and the other slices. `versions` are the same
    cell of other versions. `incidents` had it as a member, the newest first. `days` are those of labels.
    """

    status: CellStatus
    steps: Sequence[Step]
    delays: LabelDelays
    slices: Sequence[CellStatus]
    versions: Sequence[CellStatus]
    incidents: Sequence[IncidentStatus]
    days: float
