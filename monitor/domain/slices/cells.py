"""What is judged: a cell is one intent of one released model, or that within one configured slice."""

import msgspec

from monitor.domain.events.types import Model

OTHER = "__other__"
"""Where intents and slice values beyond the configured limits are counted together; never judged."""


class Cell(msgspec.Struct, frozen=True, order=True):
    """One intent of a model version in an environment; `slice` is "" or "name=value"."""

    model: Model
    intent: str
    slice: str = ""

    def __str__(self) -> str:
        within = f" [{self.slice}]" if self.slice else ""
        return f"{self.intent}{within}"
