"""Where tickets that two people read are looked up."""

from collections.abc import Sequence
from typing import Protocol

from monitor.domain.events.types import Model
from monitor.domain.labelling.agreement import ReadingPair


class ReadingPairs(Protocol):
    """The first two readings of each ticket."""

    def of(self, model: Model) -> Sequence[ReadingPair]:
        """Those of a model's tickets that are labelled: what each of the first two people said, one after the other."""
        ...
