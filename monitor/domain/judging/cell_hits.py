"""Outcomes of a cell as they are read to be bet on."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.domain.events.types import Design


class CellHits(NamedTuple):
    """Some of a cell's outcomes in their order: seq, hit or not, when known, and (design, pi) where it was asked for.

    `known_us` is when an outcome was complete, predicted and labelled, in microseconds since 1970. Of a group,
    `intents` says which member's each is. `customers` says whose they are, and `agreed` whether two people read it so
    (`Outcome.agreed`), where that was asked for.
    """

    seqs: Sequence[int]
    hits: Sequence[bool]
    known_us: Sequence[int]
    chosen: Sequence[tuple[Design, float | None]] = ()
    intents: Sequence[str] = ()
    customers: Sequence[int | None] = ()
    agreed: Sequence[bool] = ()
