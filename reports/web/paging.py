"""A table that is longer than a page in, the part of it that a page shows, and the ways to the others, out."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

FIELD = "page"
ROWS = 100
"""So many rows of a dozen columns stay below 100 kB."""


class Paging(NamedTuple):
    """Page `number`, from 1 on, of so many `rows` in all."""

    number: int
    rows: int
    asked: Mapping[str, str]

    @classmethod
    def of(cls, asked: Mapping[str, str], rows: int) -> "Paging":
        """The page that is asked for; the first where it is no number, the last where it is beyond.

        >>> [Paging.of({"page": page}, 250).number for page in ("", "x", "-1", "2", "99")]
        [1, 1, 1, 2, 3]
        """
        words = asked.get(FIELD, "")
        number = int(words) if words.isdecimal() and len(words) < 10 else 1
        return cls(max(min(number, -(-rows // ROWS)), 1), rows, asked)

    @property
    def first(self) -> int:
        """The place of its first row, counted from 0."""
        return (self.number - 1) * ROWS

    @property
    def last(self) -> int:
        """The place behind its last row."""
        return min(self.first + ROWS, self.rows)

    @property
    def others(self) -> list[tuple[str, str]]:
        """The address and the words of the pages before and behind it.

        >>> Paging(2, 250, {"verdict": "ok", "page": "2"}).others
        [('?verdict=ok', 'previous'), ('?verdict=ok&page=3', 'next')]
        """
        before = [(self._address(self.number - 1), "previous")] if self.number > 1 else []
        return [*before, *([(self._address(self.number + 1), "next")] if self.last < self.rows else [])]

    def _address(self, number: int) -> str:
        kept = {name: value for name, value in self.asked.items() if name != FIELD}
        return "?" + urlencode(kept if number == 1 else {**kept, FIELD: str(number)})
