"""What is known beside recall of some intents in; a line for each, or for the first of them, out."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from monitor.domain.slices.cells import Cell
from reports.figures import counted
from reports.words.versions import named

FIRST = 3
_Known = TypeVar("_Known")


def lines_of(
    ranked: Sequence[tuple[Cell, _Known]],
    sentence: Callable[[_Known], str],
    what: str,
    *,
    every_row: bool,
    several: bool = False,
) -> list[str]:
    """A line for each intent, else for the first three, and how many more have such `what`.

    Of `several` models each names its own.
    """
    shown = ranked if every_row else ranked[:FIRST]
    lines = [f"{named(cell, several=several)}: {sentence(known)}" for cell, known in shown]
    left = len(ranked) - len(shown)
    return [*lines, *([f"{what} of {counted(left, 'more intent')}"] if left else [])]
