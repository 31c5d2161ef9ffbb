"""Words of a chart and their places in, places where none lies on another out; in the units of its picture."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

LETTER = 6.8
"""How wide a letter of the charts' words is, at most on average."""
LINE = 14
GAP = 4


class Frame(NamedTuple):
    """A picture's size, and within it the edges of what is drawn. `name` is the class of its width."""

    name: str
    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float

    @classmethod
    def of_both(
        cls, levels: Iterable[str], *, left: int, rows: int = 1, height: int = 250
    ) -> tuple["Frame", "Frame"]:
        """For a screen or paper, and for a phone: with room for the names of levels at the right, and for so many rows
        of other words above."""
        beside = max((len(words) for words in levels), default=0) * LETTER + 2 * GAP
        top = 6 + LINE * rows
        broad, slim = (
            cls(name, width, height, left, width - max(beside, 12.0), top, height - 30)
            for name, width in (("broad", 720), ("slim", 360))
        )
        return broad, slim

    def picture(self, about: str, parts: Iterable[str]) -> str:
        """The parts as a picture; `about` is what a person hears who can't see it."""
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        return (
            f'<svg {size} role="img" class="{self.name}"><title>{escape(about)}</title>{"".join(parts)}</svg>'
        )


class MarkWords(NamedTuple):
    """Where words stand: at `x`, from which they go to the right, or end there; in a row, counted from the plot."""

    x: float
    ends: bool
    row: int

    @property
    def anchor(self) -> str:
        """How SVG calls it."""
        return "end" if self.ends else "start"


def beside_marks(marks: Sequence[tuple[float, str]], left: float, right: float) -> list[MarkWords]:
    """Each mark's words beside it, behind it where there is room; in a row of their own where others are in the way.

    >>> beside_marks([(100, "onset"), (110, "page"), (598, "late")], 40, 600)
    [MarkWords(x=104, ends=False, row=0), MarkWords(x=114, ends=False, row=1), MarkWords(x=594, ends=True, row=0)]
    """
    taken: list[tuple[int, float, float]] = []
    placed = []
    for x, words in marks:
        long = len(words) * LETTER
        ends = x + GAP + long > right and x - GAP - long >= left
        begin = x - GAP - long if ends else x + GAP
        row = 0
        while any(at == row and begin < end + GAP and start < begin + long + GAP for at, start, end in taken):
            row += 1
        taken.append((row, begin, begin + long))
        placed.append(MarkWords(x - GAP if ends else x + GAP, ends, row))
    return placed


def apart(places: Sequence[float], least: float = LINE) -> list[float]:
    """The places, from the top on, each at least so far below the one before; in the order given.

    >>> apart([50, 12, 20])
    [50, 12, 26]
    """
    moved, last = list(places), float("-inf")
    for at in sorted(range(len(places)), key=places.__getitem__):
        moved[at] = last = max(places[at], last + least)
    return moved
