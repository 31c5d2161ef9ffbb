"""Which tickets people are asked to label, and how they hear of it."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from monitor.domain.events.types import Design
from monitor.domain.sampling.formats import TaskFormatName
from monitor.settings.section import CENTURY_DAYS, Section, at_least


class DrawSettings(Section):
    """How many tickets a day are drawn for labelling, of all models together, how often, and into which folder.

    `design` says what a ticket's chance goes by. Without a `seed` one is made at the first draw, and kept.
    """

    per_day: Annotated[float, at_least(1e-3)] = Field(gt=0, le=1e6)
    folder: Path
    every_hours: float = Field(24.0, gt=0, le=24 * CENTURY_DAYS)
    design: Literal[Design.BY_PREDICTION, Design.BY_SCORE, Design.UNIFORM] = Design.BY_PREDICTION
    format: TaskFormatName = TaskFormatName.CSV
    seed: SecretStr | None = None
