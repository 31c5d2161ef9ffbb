"""Where a subject's predictions are erased, and what a person is told of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec


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


class Receipt(msgspec.Struct, frozen=True):
    """What was erased, told without repeating anything that was.

    `removed` counts rows by table. `remembered` are the hashes that stop these predictions from being taken
    in again. `out_of_reach` is where copies may still be, and what to do there.
    """

    at: datetime
    asked_for: str
    predictions: int
    removed: Mapping[str, int]
    remembered: Sequence[str]
    out_of_reach: Sequence[str]
