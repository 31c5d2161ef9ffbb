"""Everything that is remembered of a cell between two evaluations."""

from datetime import datetime

import msgspec

from monitor.domain.cells import Cell
from monitor.domain.detector import Detector
from monitor.domain.judge import Judgement, Verdict
from monitor.domain.tally import Tally

CONFIGURED, TRAFFIC = "configuration", "traffic"


class CellState(msgspec.Struct):
    """A cell: its counts, its bet, what it is held to, and how it was last judged.

    `threshold` is A; it is frozen when the budget is planned and only ever rises. `outcomes_per_year` is
    what it was planned on, taken from the `rate_from` configuration or traffic. `onset` is the event time
    at which a standing page's fall likely began.
    """

    cell: Cell
    tally: Tally
    watched: str = ""
    anchor_id: str | None = None
    floor: float | None = None
    threshold: float | None = None
    outcomes_per_year: float | None = None
    rate_from: str = CONFIGURED
    detector: Detector | None = None
    onset: datetime | None = None
    judgement: Judgement = Judgement(Verdict.UNANCHORED)

    @property
    def broken(self) -> bool:
        """Whether a page stands."""
        return self.detector is not None and self.detector.paged is not None


class ModelState(msgspec.Struct):
    """What is remembered of a model: its labelled outcomes so far, and when they came."""

    outcomes: int = 0
    first_prediction: datetime | None = None
    first_label: datetime | None = None
    last_label: datetime | None = None
