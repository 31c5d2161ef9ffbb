"""How what became of an event is called where it is counted, beside `monitor.domain.events.join.Became`."""

from enum import StrEnum

REJECTED = "rejected:"  # before the code
MENDED = "mended:"  # before what was put right; such an event counts as taken in, too
UNSENT = "unsent"  # a dead letter that can't be sent
FOLDED = "folded:"  # before the limit: it counts together with others, under `__other__`


class Limit(StrEnum):
    """How many there may be; what is beyond counts under one name, `__other__`."""

    PREDICTED_NAMES = "predicted_names"  # that one model predicts
