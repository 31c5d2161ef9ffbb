"""Numbered rows of a file of columns or of records, each as a line of JSON: what `Lines` is for text."""

import itertools
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

# A decimal is a number; NaN and Infinity, which such files have where nothing is known, are null.
as_json = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode


class NumberedRecords(Protocol):
    """The records of one file in their order. `number` is the next one's; `ended` means nothing is left to read."""

    path: str
    number: int
    ended: bool

    @property
    def at_hand(self) -> int:
        """Records read ahead and not taken yet."""
        ...

    @property
    def total(self) -> int | None:
        """How many there are, where that is known without reading them."""
        ...

    def take(self, most: int, timeout_s: float = 0.0) -> list[tuple[int, bytes]]:
        """Up to so many next records with their numbers; nothing at the end.

        Raises:
            ConfigError: the file is not what its name says.
            UnavailableError: the disk failed.
        """
        ...

    def go_to(self, number: int) -> bool:
        """Make this record the next one; False when the file is shorter or can't be read again."""
        ...

    def close(self) -> None:
        """Close the file, if it is ours, and forget what was read ahead."""
        ...


class NumberedRows(ABC):
    """A `NumberedRecords` of rows that are read a portion at a time."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.number = 0
        self.ended = False
        self._ahead: deque[bytes] = deque()
        self._portions: Iterator[Sequence[bytes]] | None = None

    @property
    def at_hand(self) -> int:
        """Rows read ahead and not taken yet."""
        return len(self._ahead)

    @property
    @abstractmethod
    def total(self) -> int | None:
        """How many there are, where that is known without reading them."""

    @abstractmethod
    def portions(self, first: int) -> Iterator[Sequence[bytes]]:
        """The rows from this number on, a portion at a time; fewer than none where the file is shorter.

        Raises:
            ConfigError: the file is not what its name says.
            UnavailableError: the disk failed.
        """

    def take(self, most: int, timeout_s: float = 0.0) -> list[tuple[int, bytes]]:
        """Up to so many next rows with their numbers; nothing at the end."""
        while not self._ahead and not self.ended:
            if self._portions is None:
                self._portions = self.portions(self.number)
            portion = next(self._portions, None)
            if portion is None:
                self.close()
            else:
                self._ahead.extend(portion)
        first, count = self.number, min(most, len(self._ahead))
        self.number += count
        return list(zip(itertools.count(first), (self._ahead.popleft() for _ in range(count)), strict=False))

    def go_to(self, number: int) -> bool:
        """Make this row the next one; False when the file is shorter."""
        if number == self.number:
            return True
        self.close()
        if number > (self.count() if self.total is None else self.total):
            return False
        self.number, self.ended = number, False
        return True

    def count(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.portions(0))) if self.total is None else self.total

    def close(self) -> None:
        """Close the file and forget what was read ahead."""
        self._portions = None
        self._ahead.clear()
        self.ended = True
