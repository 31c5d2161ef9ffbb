"""What is kept already of the labels that a file names."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol

from monitor.domain.events.types import Label


class HeldLabels(Protocol):
    """Labels, predictions and intents that the database knows. Reads only."""

    def by_id(self, label_ids: Collection[str]) -> Mapping[str, Label]:
        """Those of these labels that are there, each as it stands."""
        ...

    def beginning_with(self, prefix: str) -> Mapping[str, Label]:
        """The labels whose id begins so, each as it stands."""
        ...

    def predicted(self, prediction_ids: Collection[str]) -> AbstractSet[str]:
        """Those of these ids that a prediction came with."""
        ...

    def intents(self) -> AbstractSet[str]:
        """The intents that an anchor promises or a model predicts; none where they are too many to be kept apart."""
        ...
