"""Where a subject's predictions are erased, and what a person is told of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec


class Erased(NamedTuple):
    """What an erasure removed: rows by table, the fingerprints that stay, and whether the bytes are gone, too."""

    rows: Mapping[str, int]
    fingerprints: Sequence[str]
    overwritten: bool


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
    in again. `overwritten` is whether the database holds no more of their bytes, not even as free space.
    `out_of_reach` is where copies may still be, and what to do there.
    """

    at: datetime
    asked_for: str
    predictions: int
    removed: Mapping[str, int]
    remembered: Sequence[str]
    overwritten: bool
    out_of_reach: Sequence[str]
