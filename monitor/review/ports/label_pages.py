"""What the watch room shows of labels: which are wanted, which were asked for, and what to read again."""

from collections.abc import Mapping
from typing import Protocol

from monitor.review.ports.screen import Screen


class LabelPages(Protocol):
    """Pages about labels. Each reads the database as it is then; `asked` narrows it as the options of its command do.

    Raises, each of them:
        NotFoundError: nothing of that name or number is there.
        UnavailableError: the database is out of reach.
    """

    def labels(self) -> Screen:
        """What is blind for want of labels, and what came of the labels that were asked for."""
        ...

    def plan(self, asked: Mapping[str, str]) -> Screen:
        """How many labels a day see a fall of each intent of one model in time, by which design."""
        ...

    def drawn(self) -> Screen:
        """Every draw, and how many of its tickets people labelled."""
        ...

    def draw_csv(self, number: int) -> str:
        """The tickets of a draw, as CSV, without their texts."""
        ...

    def disputed(self, asked: Mapping[str, str]) -> Screen:
        """The tickets that a second person should read."""
        ...

    def disputed_csv(self, asked: Mapping[str, str]) -> str:
        """The same as CSV, without who said what."""
        ...

    def early(self, asked: Mapping[str, str]) -> Screen:
        """What was noted before any label, and the tickets that would tell."""
        ...

    def early_csv(self, asked: Mapping[str, str]) -> str:
        """The tickets as CSV."""
        ...
