"""A cell's past as bits: hit or miss in the order in which outcomes became complete, and what a bet needs beside."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.events.types import Design
from monitor.domain.judging.cell_hits import CellHits

CHUNK = 50_000
DESIGNS = tuple(Design)


class PastBits(NamedTuple):
    """A cell's whole past. `hits` are packed, eight outcomes a byte; `known_us` is when each was known, since 1970.

    What else a bet may need is there where it was asked for: the `designs` (their place in `DESIGNS`) and
    `probabilities` (NaN: none) of the draw; of a group the `members` (their place in `intents`); the `customers`
    (-1: nobody knows); and, packed, which two people read alike, `agreed`.
    """

    hits: NDArray[np.uint8]
    known_us: NDArray[np.int64]
    designs: NDArray[np.int8] | None = None
    probabilities: NDArray[np.float64] | None = None
    members: NDArray[np.int32] | None = None
    intents: Sequence[str] = ()
    customers: NDArray[np.int64] | None = None
    agreed: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.known_us)

    @property
    def bytes_held(self) -> int:
        """How many bytes all of it takes."""
        return sum(part.nbytes for part in self if isinstance(part, np.ndarray))

    def chunks(self, size: int = CHUNK) -> Iterator[CellHits]:
        """The outcomes in their order, so many at a time, by their places; `size` is a multiple of eight."""
        for begin in range(0, len(self), size):
            yield self.part(begin, min(begin + size, len(self)))

    def part(self, begin: int, end: int) -> CellHits:
        """The outcomes from `begin`, a multiple of eight, up to, not with, `end`."""
        part = slice(begin, end)
        return CellHits(
            range(begin, end),
            _unpacked(self.hits, begin, end),
            self.known_us[part].tolist(),
            [] if self.designs is None else _chosen(self.designs[part], self.probabilities, part),
            [] if self.members is None else [self.intents[number] for number in self.members[part].tolist()],
            []
            if self.customers is None
            else [None if whose < 0 else whose for whose in self.customers[part].tolist()],
            [] if self.agreed is None else _unpacked(self.agreed, begin, end),
        )


def packed(flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Flags as bits, the first of them the highest bit of the first byte."""
    return np.packbits(flags)


def _unpacked(bits: NDArray[np.uint8], begin: int, end: int) -> list[bool]:
    whole = np.unpackbits(bits[begin // 8 : (end + 7) // 8], count=end - begin)
    return [bool(bit) for bit in whole.tolist()]


def _chosen(
    designs: NDArray[np.int8], probabilities: NDArray[np.float64] | None, part: slice
) -> list[tuple[Design, float | None]]:
    chances = [] if probabilities is None else probabilities[part].tolist()
    return [
        (DESIGNS[design], None if chance != chance else chance)
        for design, chance in zip(designs.tolist(), chances, strict=True)
    ]
