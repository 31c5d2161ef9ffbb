"""Where a subject's predictions are erased."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class Erased(NamedTuple):
    """What an erasure removed: rows by table, and the fingerprints that stay."""

    rows: Mapping[str, int]
    fingerprints: Sequence[str]


class ErasureStore(Protocol):
    """Where predictions are erased."""

    def erase(self, prediction_ids: Sequence[str], subject: str | None, now: datetime) -> Erased:
        """Remove predictions by id and by the stored hash of their subject, and all that rests on them.

        Raises:
            LeaseHeldError: an evaluation is going on.
        """
        ...
