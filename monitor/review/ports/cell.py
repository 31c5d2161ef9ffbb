"""One cell, looked at: what a page about it shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from monitor.domain.analysis.label_days import LabelDay
from monitor.domain.analysis.timeline import LabelDelays, Step
from monitor.domain.judging.course import BetStep
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.status import CellStatus


class CellLook(NamedTuple):
    """A cell as it was last judged, its recall step by step, and the delays of its labels.

    `steps` are in the order of the predictions, so that labels which came all at once make no cliff; `course` is what
    its bet won, label by label; nothing where that can't be told. `newest` is when the last label came.
    `slices` are those of its intent; of a slice, the intent as a whole and the other slices. `versions` are the same
    cell of other versions. `incidents` had it as a member, the newest first; `older_incidents` are the numbers of
    the others that had. `days` are those of labels. `corrected` is what agents' corrections say of its recall.
    """

    status: CellStatus
    steps: Sequence[Step]
    delays: LabelDelays
    slices: Sequence[CellStatus]
    versions: Sequence[CellStatus]
    incidents: Sequence[IncidentStatus]
    days: float
    course: Sequence[BetStep] = ()
    label_days: Sequence[LabelDay] = ()
    newest: datetime | None = None
    older_incidents: Sequence[int] = ()
    corrected: CorrectedRecall | None = None
